//! The specification language against the published schemas and against small ones with faults.
#![cfg(all(feature = "yaml", feature = "embedded"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod author;
mod cached;
mod embedded;
mod facts;
mod faults;
mod language;
mod published;
