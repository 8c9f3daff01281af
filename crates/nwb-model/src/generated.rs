//! What `cargo xtask codegen` makes of the schemas. Nothing in the folder is written by hand.

#[rustfmt::skip]
pub mod types;
