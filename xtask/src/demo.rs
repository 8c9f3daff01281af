//! `cargo xtask demo`: the program's own demonstration, built and run.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::{cargo, process, setup};

/// Runs `nwb demo` with the given arguments.
pub(crate) fn demo(root: &Path, arguments: &[OsString]) -> Result<()> {
    setup::setup(root)?;
    let mut command = cargo::cargo(root, "run");
    process::run(command.args(["--release", "--package", "nwb-cli", "--", "demo"]).args(arguments))
}
