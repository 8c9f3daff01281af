//! The NWB object model.

mod assembly;
pub mod backend;
pub mod data;
pub mod dtype;
pub mod element;
pub mod error;
pub mod memory;
pub mod selection;
pub mod value;

pub use error::{Error, ErrorKind, Result};
