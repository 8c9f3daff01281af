//! The type itself, and what it descends from.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::{Scope, ident};
use super::text;
use crate::doc;
use crate::error::Result;
use crate::options::Specs;
use crate::plan::TypePlan;

pub(super) fn items(plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    let effective = plan.effective;
    let (namespace, name) = (effective.namespace(), effective.name());
    let view = ident(&plan.ident)?;
    let docs = text::docs(&docs(plan));
    let neurodata_type = scope.runtime("view", "NeurodataType")?;
    let is_a = scope.runtime("view", "IsA")?;
    let object = scope.runtime("tree", "Object")?;
    let (inner, from_object, to_object, deref) = match effective.parent() {
        None => (object.clone(), quote!(object), quote!(&self.0), quote!()),
        Some(parent) => {
            let parent = scope.schema(parent)?;
            let deref = scope.named("std::ops", "Deref")?;
            let item = quote! {
                impl #deref for #view {
                    type Target = #parent;

                    fn deref(&self) -> &Self::Target {
                        &self.0
                    }
                }
            };
            (parent.clone(), quote!(#parent::from_object(object)), quote!(self.0.object()), item)
        }
    };
    let namespaces = match scope.specs() {
        Specs::BuiltIn => quote!(),
        Specs::Carried => {
            let cached = scope.runtime("dynamic", "CachedNamespace")?;
            quote! { const NAMESPACES: &'static [&'static #cached] = NAMESPACES; }
        }
    };
    let ancestors = effective.ancestors().iter().map(|ancestor| scope.schema(ancestor)).collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct #view(#inner);

        #deref

        impl #neurodata_type for #view {
            const NAMESPACE: &'static str = #namespace;
            const NAME: &'static str = #name;
            #namespaces

            fn from_object(object: #object) -> Self {
                Self(#from_object)
            }

            fn object(&self) -> &#object {
                #to_object
            }
        }

        impl #is_a<#view> for #view {}
        #(impl #is_a<#ancestors> for #view {})*
    })
}

fn docs(plan: &TypePlan<'_>) -> Vec<String> {
    let effective = plan.effective;
    let mut lines = doc::lines(effective.doc());
    let mut place =
        format!("Schema type `{}` of `{}` (`{}`).", effective.name(), effective.namespace(), effective.source());
    if let Some(fixed) = effective.fixed_name() {
        place.push_str(&format!(" Its objects are always named `{fixed}`."));
    } else if let Some(default) = &plan.default_name {
        place.push_str(&format!(" Its objects are named `{default}` where no other name is given."));
    }
    text::paragraph(&mut lines, [place]);
    lines
}
