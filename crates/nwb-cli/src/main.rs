//! The `nwb` program: looks into NWB files, exports them, and makes a demonstration session.
//!
//! What it is not: it has no knowledge of its own about files. Everything it shows and writes goes through the crate `nwb`.
//!
//! Invariants:
//! - Exit codes: 0 if all went well, 1 for findings and refused requests, 2 for what cannot be read and for a wrong command line.
//! - Results go to standard output, errors and progress to standard error, each error as one sentence.
//! - One object that cannot be read is a line with its error, never the end.
//! - Nothing is done by recursion whose depth a file decides.

mod demo;
mod export;
mod failure;
mod info;
mod numpy;
mod output;
mod paths;
mod progress;
mod tree;
mod values;
mod walk;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{Failure, Outcome};

/// Look into NWB files, export them, and make a demonstration session.
#[derive(Debug, Parser)]
#[command(
    name = "nwb",
    version,
    after_help = "Exit codes: 0 all is well, 1 findings or a refused request, 2 a file that cannot be read."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Info(info::Args),
    Tree(tree::Args),
    Export(export::Args),
    Demo(demo::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Info(args) => info::run(&args),
        Command::Tree(args) => tree::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Demo(args) => demo::run(&args),
    };
    match done {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings(sentence)) => {
            output::complain(&sentence);
            ExitCode::from(1)
        }
        Err(failure) => {
            output::complain(failure.sentence());
            match failure {
                Failure::Refused(_) => ExitCode::from(1),
                Failure::Unreadable(_) => ExitCode::from(2),
            }
        }
    }
}
