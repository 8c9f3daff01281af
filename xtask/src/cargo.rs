//! Starting cargo from within a task.

use std::env;
use std::path::Path;
use std::process::Command;

/// What `cargo run` sets for the program that it starts and what must not reach the builds that the program starts in turn.
const OF_THIS_RUN: [&str; 5] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];

/// A cargo command in the repository at `root`; the working folder stays the caller's.
pub(crate) fn cargo(root: &Path, subcommand: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| OF_THIS_RUN.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(&name);
        }
    }
    command.arg(subcommand).arg("--manifest-path").arg(root.join("Cargo.toml"));
    command
}
