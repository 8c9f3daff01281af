//! Writing new files.

mod new_file;
mod storage;
mod transaction;

pub use new_file::NewFile;

pub use crate::platform::Overwrite;
