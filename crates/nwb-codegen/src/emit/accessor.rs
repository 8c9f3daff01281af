//! Methods that read.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::{Scope, ident};
use super::{facts, text, values};
use crate::doc;
use crate::error::Result;
use crate::plan::{Accessor, AccessorForm, Form, TypePlan};

pub(super) fn method(accessor: &Accessor<'_>, plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    let name = ident(&accessor.name)?;
    let access = scope.runtime_module("access")?;
    let result = scope.runtime("", "Result")?;
    let required = accessor.slot.required;
    let (ty, call) = match &accessor.form {
        AccessorForm::Slot(form) => read(form, required, &access, scope)?,
        AccessorForm::Collection { group, .. } => {
            (scope.runtime("view", "Collection")?, quote!(#access::collection(self, #group)))
        }
    };
    let always = required
        || matches!(
            accessor.form,
            AccessorForm::Collection { .. } | AccessorForm::Slot(Form::Anonymous { many: true, .. })
        );
    let ty = if always { ty } else { quote!(Option<#ty>) };
    let docs = text::docs(&docs(accessor, plan));
    Ok(quote! {
        #docs
        pub fn #name(&self) -> #result<#ty> {
            #call
        }
    })
}

fn docs(accessor: &Accessor<'_>, plan: &TypePlan<'_>) -> Vec<String> {
    let (doc, facts) = match &accessor.form {
        AccessorForm::Slot(_) => (accessor.slot.doc(), facts::line(&accessor.slot)),
        AccessorForm::Collection { doc, .. } => (*doc, None),
    };
    let mut lines = doc::lines(doc);
    if lines.is_empty() {
        lines.push(format!("`{}` of `{}`.", accessor.slot.key, plan.effective.name()));
    }
    text::paragraph(&mut lines, facts);
    lines
}

/// The type that a slot is read as, and the call that reads it.
fn read(
    form: &Form<'_>,
    required: bool,
    access: &TokenStream,
    scope: &Scope<'_>,
) -> Result<(TokenStream, TokenStream)> {
    let last = if required { quote!(required()) } else { quote!(optional()) };
    let either = |if_required: &str, if_optional: &str| ident(if required { if_required } else { if_optional });
    Ok(match form {
        Form::Attribute { path, attribute, value } => {
            (values::read(*value, scope)?, quote!(#access::attribute(self, #path, #attribute).#last))
        }
        Form::Value { path, value } => (values::read(*value, scope)?, quote!(#access::scalar(self, #path).#last)),
        Form::Reference { path, attribute, target } => {
            let call = either("reference", "optional_reference")?;
            (scope.schema(target)?, quote!(#access::#call(self, #path, #attribute)))
        }
        Form::Dataset { path } => {
            let call = either("dataset", "optional_dataset")?;
            (scope.runtime("dataset", "Dataset")?, quote!(#access::#call(self, #path)))
        }
        Form::Child { path, target } | Form::Link { path, target } => {
            let call = either("child", "optional_child")?;
            (scope.schema(target)?, quote!(#access::#call(self, #path)))
        }
        Form::Anonymous { group, target, many: false } => {
            let call = either("only", "optional_only")?;
            (scope.schema(target)?, quote!(#access::#call(self, #group)))
        }
        Form::Anonymous { group, target, many: true } => {
            let (children, target) = (scope.runtime("view", "Children")?, scope.schema(target)?);
            (quote!(#children<#target>), quote!(#access::children(self, #group)))
        }
    })
}
