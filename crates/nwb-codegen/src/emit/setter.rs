//! Methods that write: one trait for each type, for drafts of it and of the types that extend it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::scope::{Scope, ident};
use super::{facts, text, values};
use crate::doc;
use crate::error::Result;
use crate::plan::{Form, Setter, SetterForm, TypePlan};
use crate::slots::{Content, Owner};

/// More arguments than clippy likes, the object itself among them.
const MANY_ARGUMENTS: usize = 7;

pub(super) fn items(plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    if plan.setters.is_empty() {
        return Ok(TokenStream::new());
    }
    let (view, set) = (ident(&plan.ident)?, format_ident!("{}Set", plan.ident));
    let docs = text::docs(&[format!(
        "Sets what [`{0}`] adds, on drafts of [`{0}`] and of the types that extend it.",
        plan.ident
    )]);
    let as_draft = scope.runtime("draft", "AsDraft")?;
    let is_a = scope.runtime("view", "IsA")?;
    let draft = scope.runtime("draft", "Draft")?;
    let methods = plan.setters.iter().map(|setter| method(setter, plan, scope)).collect::<Result<TokenStream>>()?;
    Ok(quote! {
        #docs
        pub trait #set: #as_draft {
            #methods
        }

        impl<T: #is_a<#view>> #set for #draft<T> {}
    })
}

fn method(setter: &Setter<'_>, plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    let name = ident(&setter.name)?;
    let docs = text::docs(&docs(setter, plan));
    let node = quote!(self.draft_mut());
    match &setter.form {
        SetterForm::Choice(choice) => {
            let ty = scope.choice(&choice.type_path)?;
            Ok(quote! {
                #docs
                #[must_use]
                fn #name(mut self, #name: impl Into<#ty>) -> Self {
                    let #name: #ty = #name.into();
                    #node.put(#name);
                    self
                }
            })
        }
        SetterForm::Slot { form, attributes, .. } => {
            let mut arguments = TokenStream::new();
            let mut statements = TokenStream::new();
            let first = std::iter::once((&setter.name, form));
            for (argument, form) in first.chain(attributes.iter().map(|(name, form)| (name, form))) {
                let argument = ident(argument)?;
                let ty = values::argument(form, scope)?;
                arguments.extend(quote! { #argument: #ty, });
                statements.extend(values::convert(form, &argument, scope)?);
                statements.extend(values::store(form, &node, &quote!(#argument), false, scope)?);
            }
            let allow =
                (attributes.len() + 2 > MANY_ARGUMENTS).then(|| quote! { #[allow(clippy::too_many_arguments)] });
            Ok(quote! {
                #docs
                #allow
                #[must_use]
                fn #name(mut self, #arguments) -> Self {
                    #statements
                    self
                }
            })
        }
    }
}

fn docs(setter: &Setter<'_>, plan: &TypePlan<'_>) -> Vec<String> {
    match &setter.form {
        SetterForm::Choice(choice) => {
            let mut lines = doc::lines(&choice.doc);
            let slots: Vec<String> = choice.slots.iter().map(|slot| format!("`{slot}`")).collect();
            text::paragraph(&mut lines, [format!("Sets {}.", slots.join(" or "))]);
            lines
        }
        SetterForm::Slot { accessor, slot, form, attributes } => {
            // A collection takes many objects, even where it takes but one of this type.
            let adds = matches!(form, Form::Anonymous { many, .. } if *many || *accessor != setter.name);
            let verb = if adds { "Adds to" } else { "Sets" };
            let mut line = format!("{verb} [`{accessor}`]({}::{accessor})", plan.ident);
            if !attributes.is_empty() {
                let names: Vec<String> = attributes.iter().map(|(name, _)| format!("`{name}`")).collect();
                line.push_str(&format!(", with its {}", names.join(", ")));
            }
            let summary = doc::summary(slot.doc());
            line.push_str(if summary.is_empty() { "." } else { ": " });
            line.push_str(&summary);
            let mut lines = vec![line];
            if let Content::Attribute { owner: Owner::Child(name), .. } = &slot.content {
                text::paragraph(&mut lines, [format!("To be set after `{name}`, which comes without it.")]);
            }
            text::paragraph(&mut lines, facts::line(slot));
            lines
        }
    }
}
