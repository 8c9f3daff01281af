//! Tables and series of files in memory, as record batches and back.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail so")]

mod export;
mod import;
mod raw;
mod round_trip;
mod writers;
