//! `cargo xtask test`: everything that must hold before a change is taken in.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{cargo, peers, process, schema, setup, tidy};

/// One part of the checks; they run in this order, the quick ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// The code is formatted
    Fmt,
    /// The published schemas are as published
    Schema,
    /// The rules that no compiler knows
    Tidy,
    /// No lint speaks up
    Clippy,
    /// All tests of the workspace, with the Python peers
    Test,
    /// The documentation builds without a warning
    Doc,
}

/// Runs the parts, every one even when an earlier one fails, and fails when any did.
pub(crate) fn test(root: &Path, only: &[Part]) -> Result<()> {
    let all = <Part as clap::ValueEnum>::value_variants();
    let parts: Vec<Part> = all.iter().copied().filter(|part| only.is_empty() || only.contains(part)).collect();
    let begun = Instant::now();
    if parts.iter().any(|part| part.builds_hdf5()) {
        setup::setup(root)?;
    }
    let mut results = Vec::new();
    for part in parts {
        println!("\n== {part:?}");
        let begun = Instant::now();
        let result = part.run(root);
        if let Err(error) = &result {
            println!("{error:#}");
        }
        results.push((part, result.is_ok(), begun.elapsed()));
    }

    println!("\n== Summary after {}", minutes(begun.elapsed()));
    for (part, passed, elapsed) in &results {
        let verdict = if *passed { "ok" } else { "FAILED" };
        println!("{:<8} {verdict:<8} {}", format!("{part:?}"), minutes(*elapsed));
    }
    let failed = results.iter().filter(|(_, passed, _)| !passed).count();
    if failed > 0 {
        bail!("{failed} of {} parts failed", results.len());
    }
    Ok(())
}

impl Part {
    fn builds_hdf5(self) -> bool {
        matches!(self, Part::Clippy | Part::Test | Part::Doc)
    }

    // All parts that build take the whole workspace: with fewer packages cargo would choose other features, and build HDF5 again.
    fn run(self, root: &Path) -> Result<()> {
        match self {
            Part::Fmt => process::run(cargo::cargo(root, "fmt").args(["--all", "--check"])),
            Part::Schema => schema::run(root, &schema::SchemaCommand::Verify),
            Part::Tidy => tidy::tidy(root),
            Part::Clippy => {
                let mut command = cargo::cargo(root, "clippy");
                process::run(command.args(["--workspace", "--all-targets", "--keep-going", "--", "-D", "warnings"]))
            }
            Part::Test => {
                let python = peers::ensure(root)?;
                process::run(
                    with_peers(&mut cargo::cargo(root, "test"), &python).args(["--workspace", "--no-fail-fast"]),
                )
            }
            // Libraries only: the program and the facade share the name `nwb`, and would share the folder.
            Part::Doc => {
                let mut command = cargo::cargo(root, "doc");
                process::run(
                    command
                        .args(["--workspace", "--no-deps", "--lib", "--keep-going"])
                        .env("RUSTDOCFLAGS", "-D warnings"),
                )
            }
        }
    }
}

/// Tells the tests where the Python peers are, and that leaving out a case for want of them is a failure.
fn with_peers<'a>(command: &'a mut Command, python: &Path) -> &'a mut Command {
    command.env("NWB_PEER_PYTHON", python).env("NWB_REQUIRE_PEERS", "1")
}

fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}
