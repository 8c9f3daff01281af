//! Generates typed Rust views of NWB objects from a schema.

mod doc;
mod emit;
mod error;
mod names;
mod options;
pub mod overlay;
mod plan;
mod slots;
mod value;

use nwb_schema::Catalog;

pub use error::{Error, ErrorKind, Result};
pub use nwb_schema;
pub use options::{GeneratedFile, Layout, Options};
pub use overlay::Overlay;

/// Generates the types of some namespaces of a catalog.
///
/// # Errors
///
/// The overlay does not fit the schema, two things would have the same name, or the options do not say where a type is.
pub fn generate(
    catalog: &Catalog,
    namespaces: &[&str],
    overlay: &Overlay,
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    let plan = plan::Plan::new(catalog, overlay)?;
    emit::files(catalog, namespaces, &plan, options)
}
