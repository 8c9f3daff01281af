//! The files, in either layout.

use std::collections::BTreeMap;

use nwb_schema::spec::{Namespace, SourceInclude};
use nwb_schema::{Catalog, EffectiveType};
use proc_macro2::TokenStream;
use quote::quote;

use super::scope::Homes;
use super::{Names, items, modules, not_rust, specs, text};
use crate::doc;
use crate::error::{Error, ErrorKind, Result};
use crate::names::{method, snake};
use crate::options::{GeneratedFile, Layout, Options};
use crate::plan::Plan;

pub(super) fn all(
    catalog: &Catalog,
    namespaces: &[&str],
    plan: &Plan<'_>,
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    let mut chosen = Vec::new();
    for name in namespaces {
        let release = catalog.release(name).ok_or_else(|| {
            Error::new(ErrorKind::Options, format!("the namespace {name:?} is to be generated and not in the catalog"))
        })?;
        chosen.push(&release.namespace);
    }
    let types = || chosen.iter().flat_map(|namespace| catalog.types_of(&namespace.name));
    let mut names = Vec::new();
    for effective in types() {
        let owner = effective.type_name().to_string();
        names.extend(Names::of(plan.get(effective.type_name())?).all().map(|name| (name.to_owned(), owner.clone())));
    }
    modules::distinct(names.iter().map(|(name, owner)| (name.clone(), owner.as_str())))?;
    match &options.layout {
        Layout::OneFile { name } => one_file(catalog, &chosen, plan, options, name).map(|file| vec![file]),
        Layout::Tree { module } => tree(catalog, &chosen, plan, options, module),
    }
}

/// What the types of a module are called.
fn module_names(types: &[&EffectiveType], plan: &Plan<'_>) -> Result<Vec<Names>> {
    types.iter().map(|effective| Ok(Names::of(plan.get(effective.type_name())?))).collect()
}

fn all_names(names: &[Names]) -> Vec<String> {
    names.iter().flat_map(Names::all).map(str::to_owned).collect()
}

fn set_names(names: &[Names]) -> Vec<String> {
    names.iter().filter_map(|names| names.set.clone()).collect()
}

fn one_file(
    catalog: &Catalog,
    chosen: &[&Namespace],
    plan: &Plan<'_>,
    options: &Options,
    name: &str,
) -> Result<GeneratedFile> {
    let types: Vec<&EffectiveType> = chosen.iter().flat_map(|namespace| catalog.types_of(&namespace.name)).collect();
    let homes: Homes = options.modules.clone();
    let items = items(&types, plan, options, &homes)?;
    let specs = specs::items(catalog, chosen, options)?;
    let sets = set_names(&module_names(&types, plan)?);
    let sets = modules::re_exports(&quote!(super), &BTreeMap::from([("", sets)]))?;
    let set = if sets.is_empty() {
        quote!()
    } else {
        quote! {
            /// The traits with the setters of all types.
            pub mod set {
                #sets
            }
        }
    };
    let sources: Vec<String> =
        chosen.iter().map(|namespace| format!("{}/{}", namespace.name, namespace.version)).collect();
    file(name, &sources.join(", "), quote! { #items #specs #set }, options)
}

fn tree(
    catalog: &Catalog,
    chosen: &[&Namespace],
    plan: &Plan<'_>,
    options: &Options,
    module: &str,
) -> Result<Vec<GeneratedFile>> {
    let top = module.rsplit("::").next().unwrap_or(module);
    let mut homes: Homes = options.modules.clone();
    for namespace in chosen {
        homes.insert(namespace.name.clone(), format!("{module}::{}", module_name(&namespace.name)));
    }
    let mut files = Vec::new();
    let mut of_namespaces: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for namespace in chosen {
        let namespace_module = module_name(&namespace.name);
        let mut of_sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for source in namespace.sources() {
            let stem = SourceInclude::stem(&source.source);
            let types: Vec<&EffectiveType> = catalog.types_of_source(&namespace.name, stem).collect();
            let source_module = module_name(stem);
            let names = module_names(&types, plan)?;
            let path = format!("{top}/{namespace_module}/{source_module}.rs");
            let title = source.title.as_deref().or(source.doc.as_deref()).unwrap_or(stem).trim_end_matches('.');
            let docs = text::inner_docs(&[format!(
                "{}: the types of the source `{stem}` of the namespace `{}`.",
                doc::escape(title),
                namespace.name
            )]);
            let items = items(&types, plan, options, &homes)?;
            let origin = format!("{}/{}/{stem}.yaml", namespace.name, namespace.version);
            files.push(file(&path, &origin, quote! { #docs #items }, options)?);
            of_namespaces.entry(namespace_module.clone()).or_default().extend(all_names(&names));
            sets.entry(namespace_module.clone()).or_default().extend(set_names(&names));
            if of_sources.insert(source_module.clone(), all_names(&names)).is_some() {
                return Err(Error::name(format!(
                    "two sources of {} would both be the module `{source_module}`",
                    namespace.name
                )));
            }
        }
        let docs =
            text::inner_docs(&[format!("The types of the namespace `{}` {}.", namespace.name, namespace.version)]);
        files.push(index(&format!("{top}/{namespace_module}.rs"), &docs, &[namespace], &of_sources, &[], options)?);
    }
    let docs = text::inner_docs(&["The traits with the setters of all types.".to_owned()]);
    let by_module = sets.iter().map(|(module, names)| (module.as_str(), names.clone())).collect();
    let items = modules::re_exports(&quote!(super), &by_module)?;
    files.push(file(&format!("{top}/set.rs"), &origins(chosen), quote! { #docs #items }, options)?);
    let docs = text::inner_docs(&[
        "Every neurodata type as a view of an object, what a new object of it must have, and its setters.".to_owned(),
    ]);
    files.push(index(&format!("{top}.rs"), &docs, chosen, &of_namespaces, &["set"], options)?);
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn origins(chosen: &[&Namespace]) -> String {
    let origins: Vec<String> =
        chosen.iter().map(|namespace| format!("{}/{}", namespace.name, namespace.version)).collect();
    origins.join(", ")
}

/// A module that declares others and re-exports what is in them.
fn index(
    path: &str,
    docs: &TokenStream,
    chosen: &[&Namespace],
    names: &BTreeMap<String, Vec<String>>,
    more: &[&str],
    options: &Options,
) -> Result<GeneratedFile> {
    let mut all: Vec<&str> = names.keys().map(String::as_str).chain(more.iter().copied()).collect();
    all.sort_unstable();
    let declarations = modules::declarations(all)?;
    let by_module = names.iter().map(|(module, names)| (module.as_str(), names.clone())).collect();
    let re_exports = modules::re_exports(&quote!(self), &by_module)?;
    file(path, &origins(chosen), quote! { #docs #declarations #re_exports }, options)
}

fn module_name(name: &str) -> String {
    method(&snake(name), false)
}

fn file(path: &str, origin: &str, items: TokenStream, options: &Options) -> Result<GeneratedFile> {
    let parsed: syn::File = syn::parse2(items).map_err(|cause| not_rust(path, cause))?;
    let origins: Vec<String> = origin.split(", ").map(|origin| format!("{}{origin}", options.schema_folder)).collect();
    let header = format!("// @generated by {} from {}; do not edit.\n\n", options.generator, origins.join(", "));
    Ok(GeneratedFile { path: path.to_owned(), text: header + &text::spaced(&prettyplease::unparse(&parsed)) })
}
