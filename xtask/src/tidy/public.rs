//! No type of the `hdf5` crate is public: its users must not depend on which library reads the file.
//!
//! This reads signatures, it does not resolve names: a type of `hdf5` is one that is written with the crate's name or that a `use` in
//! the same file takes from there. One that comes through an alias in another module escapes it.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Fields, ForeignItem, ImplItem, Item, Path, Type, UseTree, Visibility};

use super::source::Source;

/// The names under which the library's crates are known.
const CRATES: [&str; 6] = ["hdf5", "hdf5_sys", "hdf5_types", "hdf5_metno", "hdf5_metno_sys", "hdf5_metno_types"];

/// Every public signature of the backend that has such a type in it.
pub(crate) fn findings(sources: &[Source]) -> Vec<String> {
    let backend = || sources.iter().filter(|source| source.is_below("crates/nwb-hdf5/src/"));
    backend().flat_map(of_source).collect()
}

fn of_source(source: &Source) -> Vec<String> {
    let file = match syn::parse_file(&source.text) {
        Ok(file) => file,
        Err(error) => return vec![format!("{}: {error}", source.path)],
    };
    let mut taken = Taken::default();
    taken.visit_file(&file);
    let mut signatures = Signatures { names: taken.names, found: Vec::new() };
    signatures.items(&file.items);
    let found = signatures.found.into_iter();
    found
        .map(|(line, name)| format!("{}:{line}: `{name}` of the HDF5 library in a public signature", source.path))
        .collect()
}

/// The names that the file's `use` items take from the library.
#[derive(Default)]
struct Taken {
    names: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Taken {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if let UseTree::Path(path) = &item.tree
            && is_library(&path.ident.to_string())
        {
            self.take(&path.tree);
        }
    }
}

impl Taken {
    fn take(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.take(&path.tree),
            UseTree::Name(name) => drop(self.names.insert(name.ident.to_string())),
            UseTree::Rename(rename) => drop(self.names.insert(rename.rename.to_string())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.take(tree)),
            UseTree::Glob(_) => {}
        }
    }
}

fn is_library(name: &str) -> bool {
    CRATES.contains(&name)
}

struct Signatures {
    names: BTreeSet<String>,
    found: Vec<(usize, String)>,
}

impl Signatures {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if is_public(&item.vis) => self.visit_signature(&item.sig),
            Item::Struct(item) if is_public(&item.vis) => {
                self.visit_generics(&item.generics);
                self.public_fields(&item.fields);
            }
            Item::Union(item) if is_public(&item.vis) => self.public_fields(&Fields::Named(item.fields.clone())),
            Item::Enum(item) if is_public(&item.vis) => {
                self.visit_generics(&item.generics);
                item.variants.iter().for_each(|variant| self.visit_fields(&variant.fields));
            }
            Item::Type(item) if is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Const(item) if is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Static(item) if is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Trait(item) if is_public(&item.vis) => self.signatures_of(item),
            Item::Use(item) if is_public(&item.vis) => self.re_export(&item.tree),
            Item::ForeignMod(block) => block.items.iter().for_each(|item| match item {
                ForeignItem::Fn(item) if is_public(&item.vis) => self.visit_signature(&item.sig),
                _ => {}
            }),
            Item::Mod(item) => self.items(item.content.as_ref().map_or(&[], |(_, items)| items)),
            Item::Impl(item) => self.implementation(item),
            _ => {}
        }
    }

    fn public_fields(&mut self, fields: &Fields) {
        fields.iter().filter(|field| is_public(&field.vis)).for_each(|field| self.visit_type(&field.ty));
    }

    fn signatures_of(&mut self, item: &syn::ItemTrait) {
        self.visit_generics(&item.generics);
        item.supertraits.iter().for_each(|bound| self.visit_type_param_bound(bound));
        for item in &item.items {
            match item {
                syn::TraitItem::Fn(item) => self.visit_signature(&item.sig),
                syn::TraitItem::Const(item) => self.visit_type(&item.ty),
                syn::TraitItem::Type(item) => item.bounds.iter().for_each(|bound| self.visit_type_param_bound(bound)),
                _ => {}
            }
        }
    }

    fn re_export(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) if is_library(&path.ident.to_string()) => self.report(path.ident.span(), &path.ident),
            UseTree::Name(name) => self.name(&name.ident),
            UseTree::Rename(name) => self.name(&name.ident),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.re_export(tree)),
            UseTree::Path(_) | UseTree::Glob(_) => {}
        }
    }

    /// Public methods, and a trait with a library type as its argument: `impl From<hdf5::Error> for Error` is public as well.
    fn implementation(&mut self, item: &syn::ItemImpl) {
        if let Some((_, path, _)) = &item.trait_ {
            if !self.is_taken(&item.self_ty) {
                path.segments.iter().for_each(|segment| self.visit_path_arguments(&segment.arguments));
            }
            return;
        }
        for item in &item.items {
            match item {
                ImplItem::Fn(item) if is_public(&item.vis) => self.visit_signature(&item.sig),
                ImplItem::Const(item) if is_public(&item.vis) => self.visit_type(&item.ty),
                _ => {}
            }
        }
    }

    /// Whether the type is the library's own, on which a trait of ours may be implemented.
    fn is_taken(&self, of: &Type) -> bool {
        matches!(of, Type::Path(path) if self.offender(&path.path).is_some())
    }

    fn offender(&self, path: &Path) -> Option<syn::Ident> {
        let first = path.segments.first()?;
        let name = first.ident.to_string();
        let taken = path.leading_colon.is_none() && self.names.contains(&name);
        (is_library(&name) || taken).then(|| first.ident.clone())
    }

    fn name(&mut self, ident: &syn::Ident) {
        let name = ident.to_string();
        if is_library(&name) || self.names.contains(&name) {
            self.report(ident.span(), ident);
        }
    }

    fn report(&mut self, span: Span, what: &syn::Ident) {
        self.found.push((span.start().line, what.to_string()));
    }
}

impl<'ast> Visit<'ast> for Signatures {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(ident) = self.offender(path) {
            self.report(ident.span(), &ident);
        }
        visit::visit_path(self, path);
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let source = Source::new("crates/nwb-hdf5/src/a.rs", text).unwrap();
        let lines = findings(&[source]);
        lines.iter().map(|line| line.split(':').nth(1).unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn each_way_out_is_found() {
        let text = "\
use hdf5::{Dataset, types::TypeDescriptor as Kind};
pub fn a(file: &hdf5::File) {}
pub fn b() -> Option<Dataset> { None }
pub struct S { pub kind: Vec<Kind>, inner: hdf5::File }
pub enum E { Library(hdf5::Error) }
pub type T = hdf5::Group;
pub use hdf5::Group;
impl S { pub fn c(&self) -> hdf5::Result<()> { Ok(()) } }
impl From<hdf5::Error> for E { fn from(e: hdf5::Error) -> Self { E::Library(e) } }
pub trait Tr: hdf5::H5Type { fn d(&self, kind: Kind); }
pub fn e(id: hdf5_metno_sys::h5i::hid_t) {}
";
        assert_eq!(lines(text), [2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11]);
    }

    #[test]
    fn what_stays_inside_is_left_alone() {
        let text = "\
use hdf5::{Dataset, File};
pub(crate) fn a(file: &hdf5::File) -> Dataset { todo() }
pub struct S { file: File, pub dataset: u8 }
pub fn b() { let file: Option<hdf5::File> = None; }
impl S { fn c(&self) -> &File { &self.file } }
trait Ours { fn d(&self) -> Dataset; }
pub mod hidden { fn e(x: hdf5::File) {} }
";
        assert_eq!(lines(text), Vec::<usize>::new());
    }
}
