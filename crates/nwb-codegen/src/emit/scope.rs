//! How the code of one file names what is not in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use nwb_schema::TypeName;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::not_rust;
use crate::error::{Error, ErrorKind, Result};
use crate::options::{Options, Specs};
use crate::plan::Plan;

/// The module of each namespace.
pub(super) type Homes = BTreeMap<String, String>;

/// The names of one file.
pub(super) struct Scope<'p> {
    plan: &'p Plan<'p>,
    options: &'p Options,
    homes: &'p Homes,
    /// The types of the schema that the file defines.
    here: BTreeSet<TypeName>,
    /// All names that it defines.
    local: BTreeSet<String>,
    /// The types of the schema that it imports, by their names in Rust.
    schema: RefCell<BTreeMap<String, TypeName>>,
    /// Everything that it imports: names by module.
    imports: RefCell<BTreeMap<String, BTreeSet<String>>>,
}

pub(super) fn ident(name: &str) -> Result<Ident> {
    syn::parse_str(name).map_err(|cause| not_rust(name, cause))
}

fn path(path: &str) -> Result<TokenStream> {
    let path: syn::Path = syn::parse_str(path).map_err(|cause| not_rust(path, cause))?;
    Ok(quote!(#path))
}

impl<'p> Scope<'p> {
    pub(super) fn new(
        plan: &'p Plan<'p>,
        options: &'p Options,
        homes: &'p Homes,
        here: BTreeSet<TypeName>,
        local: BTreeSet<String>,
    ) -> Self {
        Self { plan, options, homes, here, local, schema: RefCell::default(), imports: RefCell::default() }
    }

    /// The same file, with the types of the schema known that it imports.
    pub(super) fn with_schema_names(&self) -> Self {
        let (here, local, schema) = (self.here.clone(), self.local.clone(), self.schema.clone());
        Self { here, local, schema, imports: RefCell::default(), ..*self }
    }

    pub(super) fn specs(&self) -> Specs {
        self.options.specs
    }

    fn import(&self, module: &str, name: &str) {
        self.imports.borrow_mut().entry(module.to_owned()).or_default().insert(name.to_owned());
    }

    /// A type of the schema.
    pub(super) fn schema(&self, type_name: &TypeName) -> Result<TokenStream> {
        let name = &self.plan.get(type_name)?.ident;
        if self.here.contains(type_name) {
            let ident = ident(name)?;
            return Ok(quote!(#ident));
        }
        let module = self.homes.get(type_name.namespace()).ok_or_else(|| {
            let message = format!("the type {type_name} is used, and nothing says where its namespace is generated");
            Error::new(ErrorKind::Options, message).help("add the namespace to the modules of the options")
        })?;
        let mut schema = self.schema.borrow_mut();
        let known = schema.entry(name.clone()).or_insert_with(|| type_name.clone());
        if self.local.contains(name) || known != type_name {
            return path(&format!("{module}::{name}"));
        }
        self.import(module, name);
        let ident = ident(name)?;
        Ok(quote!(#ident))
    }

    /// A type or trait of the runtime, in one of its modules; that is empty for its root.
    pub(super) fn runtime(&self, module: &str, name: &str) -> Result<TokenStream> {
        let module = match module {
            "" => self.options.runtime.clone(),
            module => format!("{}::{module}", self.options.runtime),
        };
        self.named(&module, name)
    }

    /// A module of the runtime.
    pub(super) fn runtime_module(&self, name: &str) -> Result<TokenStream> {
        self.named(&self.options.runtime, name)
    }

    /// A name of some module.
    pub(super) fn named(&self, module: &str, name: &str) -> Result<TokenStream> {
        if self.local.contains(name) || self.schema.borrow().contains_key(name) {
            return path(&format!("{module}::{name}"));
        }
        self.import(module, name);
        let ident = ident(name)?;
        Ok(quote!(#ident))
    }

    /// The path of something in the runtime, for a link in documentation.
    pub(super) fn doc_path(&self, path: &str) -> String {
        format!("{}::{path}", self.options.runtime)
    }

    /// A type that the overlay names: relative to the runtime, unless it begins with `crate::` or `::`.
    pub(super) fn choice(&self, type_path: &str) -> Result<TokenStream> {
        if type_path.starts_with("crate::") || type_path.starts_with("::") {
            return path(type_path);
        }
        let (module, name) = type_path.rsplit_once("::").unwrap_or(("", type_path));
        self.runtime(module, name)
    }

    /// Everything that was named, as `use` items.
    pub(super) fn imports(&self) -> Result<TokenStream> {
        let mut items = TokenStream::new();
        let imports = self.imports.borrow();
        let is_std = |module: &str| module == "std" || module.starts_with("std::");
        let (of_std, others): (Vec<_>, Vec<_>) = imports.iter().partition(|(module, _)| is_std(module));
        for (module, names) in of_std.into_iter().chain(others) {
            let module = path(module)?;
            let names = names.iter().map(|name| ident(name)).collect::<Result<Vec<_>>>()?;
            items.extend(match names.as_slice() {
                [name] => quote! { use #module::#name; },
                names => quote! { use #module::{#(#names),*}; },
            });
        }
        Ok(items)
    }
}
