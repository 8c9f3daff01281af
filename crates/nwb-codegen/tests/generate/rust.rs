//! Looking at generated code.

use std::collections::BTreeMap;
use std::path::PathBuf;

use nwb_codegen::nwb_schema::{Catalog, yaml};
use nwb_codegen::{GeneratedFile, Layout, Options, Overlay, Result, generate};

/// A folder of the test schemas.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(name)
}

pub(crate) fn options(layout: Layout) -> Options {
    Options {
        runtime: "::nwb_model".to_owned(),
        modules: BTreeMap::new(),
        layout,
        generator: "a test".to_owned(),
        specs: nwb_codegen::Specs::BuiltIn,
        schema_folder: "schemas/".to_owned(),
    }
}

/// The one file for a namespace `lab` with one source.
pub(crate) fn lab(source: &str, overlay: &str) -> Result<String> {
    let namespace = "namespaces: [{name: lab, version: 0.1.0, doc: Ours., schema: [{source: lab.yaml}]}]";
    let namespace = yaml::namespaces(namespace, "lab.namespace.yaml")?.remove(0);
    let release = yaml::release(namespace, |_| Ok(source.to_owned()))?;
    let catalog = Catalog::builder().add(release).build()?;
    let overlay = Overlay::parse(overlay, "overlay.toml")?;
    let options = options(Layout::OneFile { name: "lab.rs".to_owned() });
    Ok(generate(&catalog, &["lab"], &overlay, &options)?.remove(0).text)
}

/// The functions of every type and trait, as `Type::function`, in order.
pub(crate) fn functions(text: &str) -> Vec<String> {
    let file = syn::parse_file(text).unwrap();
    let mut functions = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Impl(item) if item.trait_.is_none() => {
                let syn::Type::Path(path) = *item.self_ty else { panic!("an impl of something odd") };
                let name = path.path.segments.last().unwrap().ident.to_string();
                functions.extend(item.items.into_iter().filter_map(|item| match item {
                    syn::ImplItem::Fn(function) => Some(format!("{name}::{}", function.sig.ident)),
                    _ => None,
                }));
            }
            syn::Item::Trait(item) => {
                let name = item.ident.to_string();
                functions.extend(item.items.into_iter().filter_map(|item| match item {
                    syn::TraitItem::Fn(function) => Some(format!("{name}::{}", function.sig.ident)),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    functions
}

/// The fields of a struct.
pub(crate) fn fields(text: &str, name: &str) -> Vec<String> {
    let file = syn::parse_file(text).unwrap();
    let found = file.items.into_iter().find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == name => Some(item.fields),
        _ => None,
    });
    found
        .unwrap_or_else(|| panic!("no struct {name}"))
        .into_iter()
        .map(|field| field.ident.unwrap().to_string())
        .collect()
}

pub(crate) fn text<'f>(files: &'f [GeneratedFile], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no file {path}")).text
}
