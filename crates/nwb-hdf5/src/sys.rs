//! The C library behind safe types: whatever needs `unsafe` in this crate is in this module.
//!
//! The library is not safe for threads, so every call is made under one process-wide, reentrant lock ([`error::call`]). Each
//! identifier is owned by an [`id::Id`], which closes it with the right call. Failures come back as a [`error::Cause`].
#![expect(unsafe_code, reason = "HDF5 is a C library")]

pub(crate) mod attribute;
pub(crate) mod dataset;
pub(crate) mod datatype;
pub(crate) mod elements;
pub(crate) mod error;
pub(crate) mod file;
pub(crate) mod filter;
pub(crate) mod id;
pub(crate) mod object;
pub(crate) mod place;
pub(crate) mod plist;
pub(crate) mod space;
