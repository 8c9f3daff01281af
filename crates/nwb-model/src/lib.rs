//! The NWB object model: what is in a file, as objects with types, and how it is changed.
//!
//! - [`tree`]: every object of a file, untyped, nothing left out, read when it is first touched.
//! - [`types`]: a view for each neurodata type of NWB core, hdmf-common and hdmf-experimental, generated from the schema.
//! - [`edit`] and [`draft`]: new files and changes, checked against the schema call by call, written all at once.
//! - [`dynamic`]: objects of types that no code was generated for, by the names of their fields.
//! - [`export`]: a file written anew, with what it links to or as links to it.
//! - [`index`]: look-ups by object id, and what leads to an object.
//! - [`dataset`], [`data`], [`selection`], [`value`], [`dtype`], [`element`]: arrays and single values, read and written.
//! - [`diagnosis`]: what is not as it should be in a file; [`upgrade`]: how files of older versions are read.
//! - [`profile`]: how datasets are stored where nobody says it.
//! - [`stream`]: elements that are written while they come in.
//! - [`portability`]: what some readers cannot read.
//! - [`repack`]: a finished file in other chunks, with other filters.
//! - [`batch`]: many parts of a dataset at once, converted on the way.
//! - [`backend`]: what a file format has to offer. [`memory`] is one; HDF5 is the crate `nwb-hdf5`.
//!
//! What it is not: it opens no files and knows no HDF5. The crate `nwb` puts it together with a backend.
//!
//! Invariants:
//! - What was read and is not known is kept: types, attributes, groups, encodings of values.
//! - Nothing panics on what a file holds, and no memory is taken on a file's word.
//! - An object is read once, when it is first asked for something; opening a file reads its root alone.
//! - There is no state outside of values: files with different versions of one schema can be open side by side.
//! - A change that is refused leaves everything as it was.

pub mod access;
mod assembly;
pub mod backend;
pub mod batch;
mod catalog;
#[cfg(feature = "conformance")]
pub mod conformance;
mod convert;
pub mod copy;
pub mod data;
pub mod dataset;
pub mod diagnosis;
pub mod draft;
pub mod dtype;
pub mod dynamic;
pub mod edit;
pub mod element;
pub mod error;
pub mod export;
pub mod ext;
pub mod file;
mod generated;
pub mod index;
mod joined;
mod layout;
mod lookup;
mod materialise;
pub mod memory;
#[cfg(feature = "mock")]
pub mod mock;
pub mod names;
pub mod place;
pub mod portability;
pub mod profile;
pub mod repack;
pub mod selection;
pub mod stream;
mod surroundings;
pub mod time;
pub mod tree;
pub mod upgrade;
pub mod value;
pub mod view;

pub use error::{Error, ErrorKind, Result};
pub use generated::types;
pub use {chrono, ndarray, uuid};
