//! What `cargo xtask codegen` makes of the schemas. Nothing in the folder is written by hand.

#[cfg(feature = "mock")]
#[rustfmt::skip]
pub(crate) mod accessors;
#[rustfmt::skip]
pub mod types;
