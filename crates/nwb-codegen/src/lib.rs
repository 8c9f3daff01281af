//! Generates typed Rust views of NWB objects from a schema.
//!
//! For each type of a namespace it writes a view (`struct TwoPhotonSeries(ImageSeries)`, which dereferences to its parent type), what
//! a new object must have (`TwoPhotonSeriesInit`), and a trait of setters for drafts (`TwoPhotonSeriesSet`). The types of NWB core,
//! hdmf-common and hdmf-experimental in `nwb-model` are made with it, and a crate for an extension makes its own with it: see
//! [`Extension`].
//!
//! What it is not: it reads and writes no NWB files, it does not know the runtime that the generated code calls (`nwb-model`) but by
//! the names of its functions, and no namespace is special to it. Whatever a schema cannot say is in an [`Overlay`].
//!
//! Invariants:
//! - The same schema, overlay and options give the same bytes.
//! - No two methods that an object has have the same name; if they would, that is an error which says what to write into the overlay.
//! - An entry of the overlay that has no effect is an error.
//! - Generated code is thin: it names paths in the file, and leaves everything else to the runtime.
//! - It builds without anything that it generates: the published namespaces are a feature, `published`.
//!
//! # In this repository
//!
//! The schemas are in `schema/`, the overlay for them is `schema/overlay.toml`. After a change to either, or to this crate:
//!
//! ```text
//! cargo xtask codegen            # makes everything anew
//! cargo xtask codegen --check    # only says what would change
//! ```
//!
//! How an overlay is written is said in [`overlay`].
//!
//! # What comes from what
//!
//! | in the schema | in Rust |
//! | --- | --- |
//! | attribute, or dataset with a dtype and no shape | `&str`, `f64`, `i64`, `u64`, `bool`, `Timestamp`; what has no single such type, `&Value` |
//! | attribute along one axis, or a dataset for which the overlay says `texts` | `Vec<&str>`, `Vec<f64>`, `Vec<i64>`, `Vec<u64>` |
//! | other dataset | `Dataset`, read in parts |
//! | attribute of a dataset | as an attribute, named `{dataset}_{attribute}` |
//! | attribute that refers to an object; link | the view of its target |
//! | object of a type under a fixed name | its view |
//! | objects of a type without a fixed name | `Children<T>`, in the plural; `T` if there is at most one |
//! | untyped group | its members, with its name before theirs; if it takes objects of one type, `Children<T>` under its name; if of several, `Collection` |
//!
//! Everything has an accessor and a setter in the type that declares it first. What every object must have is a `Result<T>`, other
//! things are a `Result<Option<T>>`. `Init` has what is required and has neither a fixed nor a default value; fixed values have no
//! setter. The setter of a dataset that may be absent takes the attributes which that dataset must have.
//!
//! What a slot with a name adds to the type of its objects has accessors in the type that has the slot, with the slot's name before
//! theirs: a table under a fixed name with columns that the type of the table does not have. Attributes of these have setters too; for
//! the rest the draft of the object takes them by name, with `Draft::set`.
//!
//! The code for an extension carries the specs of its namespace, so that a file into which one of its objects is inserted caches them.
//!
//! Not made: accessors for what a slot without a name adds, and for untyped groups in which the schema lists nothing. They are there
//! under their names on the object behind the view.

mod doc;
mod emit;
mod error;
mod extension;
mod names;
mod options;
pub mod overlay;
mod plan;
#[cfg(feature = "published")]
pub mod published;
mod slots;
mod value;

use nwb_schema::Catalog;

pub use error::{Error, ErrorKind, Result};
pub use extension::Extension;
pub use nwb_schema;
pub use options::{GeneratedFile, Layout, Options, Specs};
pub use overlay::Overlay;

/// Generates the types of some namespaces of a catalog.
///
/// The catalog has all namespaces that these build upon, and the overlay what is said of them all: the names of inherited slots
/// come from there.
///
/// # Errors
///
/// The overlay does not fit the schema, two things would have the same name, or the options do not say where the types of a
/// namespace are.
///
/// ```
/// use nwb_codegen::{Layout, Options, Overlay, Specs, generate};
/// use nwb_codegen::nwb_schema::{Catalog, yaml};
/// use std::collections::BTreeMap;
///
/// let namespace = "namespaces: [{name: lab, version: 0.1.0, doc: Ours., schema: [{source: lab.yaml}]}]";
/// let namespace = yaml::namespaces(namespace, "lab.namespace.yaml")?.remove(0);
/// let source = "
/// groups:
/// - neurodata_type_def: Rig
///   doc: A rig.
///   attributes: [{name: maker, dtype: text, doc: Who made it., required: false}]
/// ";
/// let catalog = Catalog::builder().add(yaml::release(namespace, |_| Ok(source.to_owned()))?).build()?;
/// let options = Options {
///     runtime: "::nwb_model".to_owned(),
///     modules: BTreeMap::new(),
///     layout: Layout::OneFile { name: "lab.rs".to_owned() },
///     specs: Specs::Carried,
///     generator: "an example".to_owned(),
///     schema_folder: String::new(),
/// };
/// let files = generate(&catalog, &["lab"], &Overlay::default(), &options)?;
/// assert!(files[0].text.contains("pub fn maker(&self) -> Result<Option<&str>>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn generate(
    catalog: &Catalog,
    namespaces: &[&str],
    overlay: &Overlay,
    options: &Options,
) -> Result<Vec<GeneratedFile>> {
    let plan = plan::Plan::new(catalog, overlay)?;
    emit::files(catalog, namespaces, &plan, options)
}

/// Generates a list of every accessor of some namespaces: for the tests of the crate that has the types.
///
/// It calls `mock::accessors` of the runtime.
///
/// # Errors
///
/// As [`generate`].
pub fn accessors(
    catalog: &Catalog,
    namespaces: &[&str],
    overlay: &Overlay,
    options: &Options,
    path: &str,
) -> Result<GeneratedFile> {
    let plan = plan::Plan::new(catalog, overlay)?;
    emit::accessors(catalog, namespaces, &plan, options, path)
}
