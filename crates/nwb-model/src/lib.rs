//! The NWB object model.

pub mod access;
mod assembly;
pub mod backend;
mod build;
mod catalog;
mod convert;
pub mod copy;
pub mod data;
pub mod dataset;
pub mod draft;
pub mod dtype;
pub mod edit;
pub mod element;
pub mod error;
pub mod ext;
pub mod file;
mod layout;
pub mod memory;
pub mod names;
pub mod place;
pub mod selection;
pub mod time;
pub mod tree;
pub mod value;
pub mod view;

pub use error::{Error, ErrorKind, Result};
