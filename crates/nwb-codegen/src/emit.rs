//! From the plan to Rust text.

mod accessor;
mod accessors;
mod facts;
mod files;
mod init;
mod modules;
mod scope;
mod setter;
mod specs;
mod text;
mod values;
mod view;

use std::collections::BTreeSet;

use nwb_schema::{Catalog, EffectiveType};
use proc_macro2::TokenStream;
use quote::quote;

use crate::error::{Error, ErrorKind, Result};
use crate::options::{GeneratedFile, Options};
use crate::plan::{Plan, TypePlan};
use scope::Scope;

/// The files for some namespaces of a catalog.
pub(crate) fn files(
    catalog: &Catalog,
    namespaces: &[&str],
    plan: &Plan<'_>,
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    files::all(catalog, namespaces, plan, options)
}

/// The list of all accessors.
pub(crate) fn accessors(
    catalog: &Catalog,
    namespaces: &[&str],
    plan: &Plan<'_>,
    options: &Options,
    path: &str,
) -> Result<GeneratedFile> {
    accessors::file(catalog, namespaces, plan, options, path)
}

/// The Rust names that a type adds to its module.
struct Names {
    ident: String,
    init: Option<String>,
    set: Option<String>,
}

impl Names {
    fn of(plan: &TypePlan<'_>) -> Self {
        let ident = plan.ident.clone();
        Self {
            init: (!plan.init.is_empty()).then(|| format!("{ident}Init")),
            set: (!plan.setters.is_empty()).then(|| format!("{ident}Set")),
            ident,
        }
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        [Some(self.ident.as_str()), self.init.as_deref(), self.set.as_deref()].into_iter().flatten()
    }
}

/// The items of some types, and the imports that they need.
fn items(types: &[&EffectiveType], plan: &Plan<'_>, options: &Options, homes: &scope::Homes) -> Result<TokenStream> {
    let planned = types.iter().map(|effective| plan.get(effective.type_name())).collect::<Result<Vec<_>>>()?;
    let local: BTreeSet<String> =
        planned.iter().flat_map(|plan| Names::of(plan).all().map(str::to_owned).collect::<Vec<_>>()).collect();
    let emit = |scope: &Scope<'_>| -> Result<TokenStream> {
        let mut items = TokenStream::new();
        for plan in &planned {
            items.extend(type_items(plan, scope)?);
        }
        Ok(items)
    };
    // The first pass finds out which types of the schema have to be imported: a name of the runtime gives way to theirs.
    let here = types.iter().map(|effective| effective.type_name().clone()).collect();
    let first = Scope::new(plan, options, homes, here, local);
    emit(&first)?;
    let second = first.with_schema_names();
    let items = emit(&second)?;
    let imports = second.imports()?;
    Ok(quote! { #imports #items })
}

fn type_items(plan: &TypePlan<'_>, scope: &Scope<'_>) -> Result<TokenStream> {
    let view = view::items(plan, scope)?;
    let init = init::item(plan, scope)?;
    let constructor = init::constructor(plan, scope)?;
    let accessors =
        plan.accessors.iter().map(|it| accessor::method(it, plan, scope)).collect::<Result<TokenStream>>()?;
    let set = setter::items(plan, scope)?;
    let ident = scope::ident(&plan.ident)?;
    Ok(quote! {
        #view
        #init
        impl #ident {
            #constructor
            #accessors
        }
        #set
    })
}

/// What the generator did wrong, should it ever.
fn not_rust(what: &str, cause: syn::Error) -> Error {
    Error::new(ErrorKind::Name, format!("{what} is no Rust: {cause}")).caused_by(cause)
}
