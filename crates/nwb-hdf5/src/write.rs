//! Writing new files.

mod chunks;
mod heaped;
mod limits;
mod loose;
mod new_file;
mod opened;
mod queue;
mod storage;
mod transaction;
mod turnstile;

pub use new_file::NewFile;

pub use crate::platform::{Durability, Overwrite};
