//! The NWB object model.

pub mod access;
mod assembly;
pub mod backend;
mod catalog;
pub mod copy;
pub mod data;
pub mod dataset;
pub mod dtype;
pub mod element;
pub mod error;
pub mod memory;
pub mod names;
pub mod selection;
pub mod time;
pub mod tree;
pub mod value;
pub mod view;

pub use error::{Error, ErrorKind, Result};
