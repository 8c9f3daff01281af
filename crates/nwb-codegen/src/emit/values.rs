//! The Rust types of values, and how they are handed to the runtime.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::scope::Scope;
use crate::error::Result;
use crate::plan::Form;
use crate::value::ValueType;

/// The type that is read.
pub(super) fn read(value: ValueType, scope: &Scope<'_>) -> Result<TokenStream> {
    Ok(match value {
        ValueType::Text => quote!(&str),
        ValueType::Texts => quote!(Vec<&str>),
        ValueType::Any => {
            let value = scope.runtime("value", "Value")?;
            quote!(&#value)
        }
        other => owned(other, scope)?,
    })
}

/// The type that is written.
fn owned(value: ValueType, scope: &Scope<'_>) -> Result<TokenStream> {
    Ok(match value {
        ValueType::Text => quote!(String),
        ValueType::Float => quote!(f64),
        ValueType::Int => quote!(i64),
        ValueType::Uint => quote!(u64),
        ValueType::Bool => quote!(bool),
        ValueType::Time => scope.runtime("time", "Timestamp")?,
        ValueType::Texts => quote!(Vec<String>),
        ValueType::Floats => quote!(Vec<f64>),
        ValueType::Ints => quote!(Vec<i64>),
        ValueType::Uints => quote!(Vec<u64>),
        ValueType::Any => scope.runtime("value", "Value")?,
    })
}

/// The type of a field of `Init`.
pub(super) fn field(form: &Form<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    Ok(match form {
        Form::Attribute { value, .. } | Form::Value { value, .. } => owned(*value, scope)?,
        Form::Reference { target, .. } | Form::Link { target, .. } => draft_of("Link", target, scope)?,
        Form::Dataset { .. } => scope.runtime("data", "Data")?,
        Form::Child { target, .. } | Form::Anonymous { target, many: false, .. } => draft_of("Child", target, scope)?,
        Form::Anonymous { target, many: true, .. } => {
            let child = draft_of("Child", target, scope)?;
            quote!(Vec<#child>)
        }
    })
}

fn draft_of(name: &str, target: &nwb_schema::TypeName, scope: &Scope<'_>) -> Result<TokenStream> {
    let (wrapper, target) = (scope.runtime("draft", name)?, scope.schema(target)?);
    Ok(quote!(#wrapper<#target>))
}

/// The type of a setter's argument.
pub(super) fn argument(form: &Form<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    Ok(match form {
        Form::Attribute { value, .. } | Form::Value { value, .. } => {
            let owned = owned(*value, scope)?;
            match value {
                ValueType::Float | ValueType::Int | ValueType::Uint | ValueType::Bool => owned,
                ValueType::Texts => quote!(impl IntoIterator<Item = impl Into<String>>),
                _ => quote!(impl Into<#owned>),
            }
        }
        Form::Anonymous { target, many: true, .. } => {
            let child = draft_of("Child", target, scope)?;
            quote!(impl IntoIterator<Item = impl Into<#child>>)
        }
        other => {
            let field = field(other, scope)?;
            quote!(impl Into<#field>)
        }
    })
}

/// Turns a setter's argument into what a field of `Init` is, where that is not the same.
pub(super) fn convert(form: &Form<'_>, argument: &Ident, scope: &Scope<'_>) -> Result<TokenStream> {
    Ok(match form {
        Form::Attribute { value: ValueType::Any, .. } | Form::Dataset { .. } | Form::Anonymous { many: true, .. } => {
            quote!()
        }
        Form::Attribute { value, .. } | Form::Value { value, .. } => match value {
            ValueType::Float | ValueType::Int | ValueType::Uint | ValueType::Bool => quote!(),
            ValueType::Texts => {
                quote! { let #argument: Vec<String> = #argument.into_iter().map(Into::into).collect(); }
            }
            _ => {
                let owned = owned(*value, scope)?;
                quote! { let #argument: #owned = #argument.into(); }
            }
        },
        other => {
            let field = field(other, scope)?;
            quote! { let #argument: #field = #argument.into(); }
        }
    })
}

/// Hands something to the untyped draft `node`. `items_are_children` says that the items of a list need no
/// conversion.
pub(super) fn store(
    form: &Form<'_>,
    node: &TokenStream,
    value: &TokenStream,
    items_are_children: bool,
    scope: &Scope<'_>,
) -> Result<TokenStream> {
    Ok(match form {
        Form::Attribute { path, attribute, .. } => quote! { #node.attribute(#path, #attribute, #value); },
        Form::Reference { path, attribute, .. } => quote! { #node.reference(#path, #attribute, #value); },
        Form::Value { path, .. } | Form::Dataset { path } => quote! { #node.dataset(#path, #value); },
        Form::Child { path, .. } => quote! { #node.child(#path, #value); },
        Form::Link { path, .. } => quote! { #node.link(#path, #value); },
        Form::Anonymous { group, many: false, .. } => quote! { #node.add(#group, #value); },
        Form::Anonymous { group, many: true, .. } if items_are_children => {
            quote! { for item in #value { #node.add(#group, item); } }
        }
        Form::Anonymous { group, target, many: true } => {
            let child = draft_of("Child", target, scope)?;
            quote! {
                for item in #value {
                    let item: #child = item.into();
                    #node.add(#group, item);
                }
            }
        }
    })
}
