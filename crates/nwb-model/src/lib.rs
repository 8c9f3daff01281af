//! The NWB object model.

mod assembly;
pub mod backend;
pub mod copy;
pub mod data;
pub mod dataset;
pub mod dtype;
pub mod element;
pub mod error;
pub mod memory;
pub mod names;
pub mod selection;
pub mod tree;
mod types;
pub mod value;

pub use error::{Error, ErrorKind, Result};
