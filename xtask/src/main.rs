//! The project's maintenance tasks, run as `cargo xtask <task>`.

mod process;
mod python;
mod schema;
mod tree;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The project's maintenance tasks
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// The published schemas in `schema/`
    #[command(subcommand)]
    Schema(schema::SchemaCommand),
}

fn main() -> ExitCode {
    match run(&Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    let root = workspace::root()?;
    match task {
        Task::Schema(command) => schema::run(&root, command),
    }
}
