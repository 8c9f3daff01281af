//! Generates code for schemas that are made up, and for ones with faults.
#![cfg(feature = "published")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod clashes;
mod extension;
mod kinds;
mod published;
mod rust;
