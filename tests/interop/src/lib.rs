//! What the interop tests share: the walk over a file as our tree has it, the PyNWB side, what is allowed to differ.
//!
//! Not a library for others: it is there for the tests of this package.

#![allow(clippy::indexing_slicing, reason = "a test may fail by panicking")]

pub mod allowed;
pub mod peer;
pub mod recorded;
pub mod walk;

#[path = "../../../crates/nwb/examples/ophys.rs"]
#[allow(dead_code, clippy::indexing_slicing, clippy::unwrap_used)]
mod session;

/// Writes the session of `session.md`, as the facade's example does.
///
/// # Errors
/// When it cannot be written.
pub fn write_session(path: impl Into<std::path::PathBuf>) -> nwb::Result<()> {
    session::write(path.into())
}

/// The code in the project's README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
