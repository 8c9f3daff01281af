//! The `nwb` program.
fn main() {}
