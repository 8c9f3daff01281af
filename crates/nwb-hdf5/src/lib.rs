//! The HDF5 backend of the NWB object model.
//!
//! [`open`] opens a file for reading, [`NewFile`] is a place where a file can be written; both are handed out as the traits of
//! [`nwb_model::backend`], and nothing of the HDF5 library shows.
//!
//! What it is not: it knows nothing of NWB. It follows no links, resolves no references, checks no schema; it knows where the names
//! in external links lead, and [`OpenOptions`] say where they may.
//!
//! Invariants:
//! - What is read is exactly what is stored: byte order, padding, character sets, member offsets, types without a name. What is
//!   written from it is the same again.
//! - A damaged file gives an error, never a crash: sizes from the file are checked before memory is allocated.
//! - A new file appears under its name whole and synced, or not at all. Until then it is `.NAME.PID-NUMBER.partial` in the same
//!   folder; a process that is killed leaves that behind, and it can be deleted.
//! - The same calls make the same bytes: no times are stored.
//! - Every identifier of the library is owned by a value that closes it, and a failure to close what was written is an error.
//! - `unsafe` is in the module `sys`, and in few small modules for what many threads write to at once, or the processor does.

#![deny(unsafe_op_in_unsafe_fn)]

mod direct;
mod dtype;
mod facts;
mod file;
mod filters;
mod format;
mod metadata;
mod names;
mod open;
mod place;
mod platform;
mod read;
mod reading;
mod regions;
mod sys;
mod write;

pub use facts::{FileFacts, facts, library_version};
pub use open::{OpenOptions, open};
pub use reading::Route;
pub use write::{Durability, NewFile, Overwrite};
