//! The published schemas in `schema/`: bringing a release in, and checking that what is there is what was published.

mod add;
mod digest;
mod lock;
mod namespace;
mod requirement;
mod verify;
mod wheel;

use std::path::Path;

use anyhow::Result;

pub(crate) use requirement::Requirement;

/// `cargo xtask schema ...`
#[derive(Debug, clap::Subcommand)]
pub(crate) enum SchemaCommand {
    /// Bring the schema that a released Python package ships into `schema/`, beside those already there
    Add {
        /// The release, as pip writes it: `pynwb==4.2.0`
        release: Requirement,
    },
    /// Check every file of `schema/` against `schema/lock.toml`
    Verify,
}

/// Does what the command says in the repository at `root`.
pub(crate) fn run(root: &Path, command: &SchemaCommand) -> Result<()> {
    match command {
        SchemaCommand::Add { release } => add::add(root, release),
        SchemaCommand::Verify => verify::verify(root),
    }
}
