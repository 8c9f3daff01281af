//! The published NWB specs, compiled in.
//!
//! The texts are the cached form, so that a writer can put them into files as they are. They are made from `schema/` by
//! `cargo xtask codegen`.

mod generated;

use std::sync::LazyLock;

pub use crate::cache::CachedNamespace;
use crate::catalog::Catalog;
use crate::error::Result;

/// Every namespace that is compiled in.
///
/// ```
/// let core = nwb_schema::embedded::namespaces().iter().find(|it| it.name == "core").unwrap();
/// assert!(core.text("nwb.ophys").unwrap().contains("TwoPhotonSeries"));
/// ```
pub fn namespaces() -> &'static [CachedNamespace] {
    generated::NAMESPACES
}

/// The catalog of what is compiled in, built when it is first asked for.
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
        // The tests of this crate build it and look into it; there is nothing that a caller could do about a failure.
        build().unwrap_or_else(|_| Catalog::default())
    });
    &CATALOG
}

/// Builds the catalog of what is compiled in anew.
///
/// # Errors
///
/// None as long as the crate's tests pass: the texts are compiled in.
pub fn build() -> Result<Catalog> {
    let mut builder = Catalog::builder();
    for namespace in namespaces() {
        builder = builder.add(namespace.release()?);
    }
    builder.build()
}
