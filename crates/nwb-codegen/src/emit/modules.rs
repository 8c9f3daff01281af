//! Modules that name what lies in others.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::ident;
use crate::error::{Error, Result};

/// `pub mod` for each name.
pub(super) fn declarations<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<TokenStream> {
    let mut items = TokenStream::new();
    for name in names {
        let name = ident(name)?;
        items.extend(quote! { pub mod #name; });
    }
    Ok(items)
}

/// `pub use` of names by the module that has them, as seen from `base`.
pub(super) fn re_exports(base: &TokenStream, names: &BTreeMap<&str, Vec<String>>) -> Result<TokenStream> {
    let mut items = TokenStream::new();
    for (module, names) in names.iter().filter(|(_, names)| !names.is_empty()) {
        let mut names = names.clone();
        names.sort();
        let names = names.iter().map(|name| ident(name)).collect::<Result<Vec<_>>>()?;
        let module = match *module {
            "" => base.clone(),
            module => {
                let module = ident(module)?;
                quote!(#base::#module)
            }
        };
        items.extend(quote! { pub use #module::{#(#names),*}; });
    }
    Ok(items)
}

/// Refuses two things of one name in one module.
pub(super) fn distinct<'n>(names: impl IntoIterator<Item = (String, &'n str)>) -> Result<()> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (name, owner) in names {
        if let Some(other) = seen.insert(name.clone(), owner) {
            return Err(Error::name(format!("the types {other} and {owner} would both have the Rust name `{name}`"))
                .help(format!("give one of them another name in the overlay: [{owner}] name = \"...\"")));
        }
    }
    Ok(())
}
