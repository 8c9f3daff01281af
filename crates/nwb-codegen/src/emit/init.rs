//! What a new object must be given, and the function that takes it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::scope::{Scope, ident};
use super::{facts, text, values};
use crate::doc;
use crate::error::Result;
use crate::plan::{Field, FieldForm, TypePlan};

/// The struct, unless it would be empty.
pub(super) fn item(plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    if plan.init.is_empty() {
        return Ok(TokenStream::new());
    }
    let init = format_ident!("{}Init", plan.ident);
    let docs = text::docs(&[format!("What a new [`{}`] must have.", plan.ident)]);
    let mut fields = TokenStream::new();
    if plan.init.name {
        fields.extend(quote! {
            /// Its name, under which it lies in its group.
            pub name: String,
        });
    }
    if plan.init.data {
        let data = scope.runtime("data", "Data")?;
        let mut lines = vec!["Its elements.".to_owned()];
        text::paragraph(&mut lines, plan.effective.dataset().and_then(facts::of_dataset));
        let docs = text::docs(&lines);
        fields.extend(quote! {
            #docs
            pub data: #data,
        });
    }
    for field in &plan.init.fields {
        fields.extend(item_field(field, scope)?);
    }
    Ok(quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #init {
            #fields
        }
    })
}

fn item_field(field: &Field<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    let name = ident(&field.name)?;
    let (lines, ty) = match &field.form {
        FieldForm::Choice(choice) => (doc::lines(&choice.doc), scope.choice(&choice.type_path)?),
        FieldForm::Slot(slot, form) => {
            let mut lines = vec![doc::summary(slot.doc())];
            if lines.iter().all(String::is_empty) {
                lines = vec![format!("`{}`.", slot.key)];
            }
            text::paragraph(&mut lines, facts::line(slot));
            (lines, values::field(form, scope)?)
        }
    };
    let docs = text::docs(&lines);
    Ok(quote! {
        #docs
        pub #name: #ty,
    })
}

/// `new`.
pub(super) fn constructor(plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    let draft = scope.runtime("draft", "Draft")?;
    let name = match (plan.init.name, &plan.default_name, plan.effective.default_name()) {
        (true, ..) => quote!(Some(init.name)),
        // The runtime does not know the overlay's default names.
        (false, Some(default), None) => quote!(Some(#default.to_owned())),
        (false, ..) => quote!(None),
    };
    let mut lines = vec!["A draft of a new object.".to_owned()];
    if let (false, Some(default)) = (plan.init.name, &plan.default_name) {
        let named = scope.doc_path("draft::Draft::named");
        text::paragraph(&mut lines, [format!("It is named `{default}` unless [`named`]({named}) says otherwise.")]);
    }
    let docs = text::docs(&lines);
    if plan.init.is_empty() {
        return Ok(quote! {
            #docs
            pub fn new() -> #draft<Self> {
                #draft::begin(#name)
            }
        });
    }
    let init = format_ident!("{}Init", plan.ident);
    let mut statements = TokenStream::new();
    let node = quote!(node);
    if plan.init.data {
        statements.extend(quote! { node.contents(init.data); });
    }
    for field in &plan.init.fields {
        let name = ident(&field.name)?;
        let value = quote!(init.#name);
        statements.extend(match &field.form {
            FieldForm::Choice(_) => quote! { node.put(#value); },
            FieldForm::Slot(_, form) => values::store(form, &node, &value, true, scope)?,
        });
    }
    if statements.is_empty() {
        return Ok(quote! {
            #docs
            pub fn new(init: #init) -> #draft<Self> {
                #draft::begin(#name)
            }
        });
    }
    scope.runtime("draft", "AsDraft")?;
    Ok(quote! {
        #docs
        pub fn new(init: #init) -> #draft<Self> {
            let mut draft = #draft::begin(#name);
            let node = draft.draft_mut();
            #statements
            draft
        }
    })
}
