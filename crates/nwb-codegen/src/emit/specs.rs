//! The specs of a namespace, carried by its code.

use nwb_schema::spec::Namespace;
use nwb_schema::{Catalog, cache};
use proc_macro2::TokenStream;
use quote::quote;

use crate::error::{Error, ErrorKind, Result};
use crate::options::{Options, Specs};

/// `NAMESPACE`, and `NAMESPACES` with those that it builds upon and the runtime has not.
pub(super) fn items(catalog: &Catalog, chosen: &[&Namespace], options: &Options) -> Result<TokenStream> {
    if options.specs == Specs::BuiltIn {
        return Ok(TokenStream::new());
    }
    let [namespace] = chosen else {
        return Err(Error::new(ErrorKind::Options, "a file that carries specs holds the types of one namespace"));
    };
    let release = catalog
        .release(&namespace.name)
        .ok_or_else(|| Error::new(ErrorKind::Options, format!("{:?} is not in the catalog", namespace.name)))?;
    let texts = cache::write_namespace(release);
    let texts = texts.iter().map(|(name, text)| quote!((#name, #text)));
    let (name, version) = (&namespace.name, &namespace.version);
    let cached = path(&format!("{}::dynamic::CachedNamespace", options.runtime))?;
    let grounds = grounds(catalog, namespace, options)?;
    let doc = format!(" The namespace `{name}` {version}, as files cache it.");
    Ok(quote! {
        #[doc = #doc]
        pub static NAMESPACE: #cached = #cached::new(#name, #version, &[#(#texts),*]);

        /// The namespace and those that it builds upon beyond the built-in ones, each after what it builds upon.
        pub const NAMESPACES: &[&#cached] = &[#(&#grounds,)* &NAMESPACE];
    })
}

/// What stands for the namespaces that one builds upon, directly or not, where another crate has generated them.
fn grounds(catalog: &Catalog, namespace: &Namespace, options: &Options) -> Result<Vec<TokenStream>> {
    let mut order: Vec<&str> = Vec::new();
    visit(catalog, &namespace.name, &mut order);
    let built_in = format!("{}::", options.runtime);
    let mut grounds = Vec::new();
    for name in order.into_iter().filter(|name| *name != namespace.name) {
        match options.modules.get(name) {
            Some(module) if module.starts_with(&built_in) => {}
            Some(module) => grounds.push(path(&format!("{module}::NAMESPACE"))?),
            None => {
                let message = format!("{} includes {name}, and nothing says where that is generated", namespace.name);
                return Err(Error::new(ErrorKind::Options, message).help("add it to the modules of the options"));
            }
        }
    }
    Ok(grounds)
}

/// A namespace after all that it includes, each once.
fn visit<'c>(catalog: &'c Catalog, name: &str, order: &mut Vec<&'c str>) {
    let Some(release) = catalog.release(name) else { return };
    if order.contains(&release.namespace.name.as_str()) {
        return;
    }
    // Namespaces that include each other were refused before; one that does is not gone into again.
    let place = order.len();
    order.push(&release.namespace.name);
    for include in release.namespace.includes() {
        visit(catalog, &include.namespace, order);
    }
    let own = order.remove(place);
    order.push(own);
}

fn path(path: &str) -> Result<TokenStream> {
    let path: syn::Path = syn::parse_str(path).map_err(|cause| super::not_rust(path, cause))?;
    Ok(quote!(#path))
}
