//! The NWB object model.

pub mod backend;
pub mod data;
pub mod dtype;
pub mod element;
pub mod error;
pub mod selection;
pub mod value;

pub use error::{Error, ErrorKind, Result};
