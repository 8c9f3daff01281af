//! The `nwb` program: looks into NWB files, takes data out of them, and writes them anew.
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
mod files;
mod find;
mod get;
mod info;
mod interrupt;
mod manual;
mod numpy;
mod object;
mod output;
mod paths;
mod plot;
mod progress;
mod remedy;
mod repack;
mod sink;
mod spec;
mod table;
mod tree;
mod validate;
mod values;
mod walk;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{Failure, Outcome};
use nwb::validate::glob;

/// Look into NWB files, take data out of them, and write them anew.
#[derive(Debug, Parser)]
#[command(
    name = "nwb",
    version,
    long_version = long_version(),
    max_term_width = 100,
    after_help = "\
Examples:
  nwb demo demo.nwb                         a file to try everything on
  nwb info session.nwb                      what is in it: ROIs, recordings, ...
  nwb tree session.nwb                      every object, with shapes and types
  nwb table session.nwb                     what tables there are
  nwb table session.nwb /intervals/trials --csv > trials.csv
  nwb get session.nwb /session_description  one value
  nwb find session.nwb TimeSeries           all objects of a type
  nwb validate session.nwb                  what is wrong, and what to do
  nwb validate session.nwb --config dandi   what keeps it from DANDI
  nwb spec TwoPhotonSeries                  what a type means and asks for
  nwb plot session.nwb                      a picture for a talk
  nwb repack session.nwb small.nwb          the same, compressed

`nwb COMMAND --help` tells more of a command. All that show something have --json.

Commands that read several files also take folders, patterns in quotes ('*.nwb')
and - for a list of files on standard input.

Text that is longer than the terminal goes through $NWB_PAGER, $PAGER or less.
NO_COLOR=1 keeps colours away, CLICOLOR_FORCE=1 brings them into pipes.

Exit codes: 0 all is well, 1 findings or a refused request, 2 a file that cannot
be read or a wrong command line."
)]
struct Cli {
    /// Do not use a pager
    #[arg(long, global = true, display_order = 1000)]
    no_pager: bool,
    /// When there are colours: auto, always or never
    #[arg(
        long,
        global = true,
        display_order = 1001,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_possible_values = true
    )]
    color: output::Colour,
    #[command(subcommand)]
    command: Command,
}

/// The version, and which schemas are built in.
fn long_version() -> &'static str {
    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let schemas: Vec<String> = nwb::schema::embedded::namespaces()
            .iter()
            .map(|namespace| format!("{} {}", namespace.name, namespace.version))
            .collect();
        format!("{}\nschemas built in: {}", env!("CARGO_PKG_VERSION"), schemas.join(", "))
    });
    &TEXT
}

#[derive(Debug, Subcommand)]
enum Command {
    Info(info::Args),
    #[command(alias = "ls")]
    Tree(tree::Args),
    Get(get::Args),
    Table(table::Args),
    Find(find::Args),
    Spec(spec::Args),
    #[command(aliases = ["check", "inspect"])]
    Validate(validate::Args),
    Plot(plot::Args),
    Export(export::Args),
    Repack(repack::Args),
    Demo(demo::Args),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.no_pager {
        output::pager::never();
    }
    output::colour(cli.color);
    let done = match cli.command {
        Command::Info(args) => info::run(&args),
        Command::Tree(args) => tree::run(&args),
        Command::Get(args) => get::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Find(args) => find::run(&args),
        Command::Spec(args) => spec::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Plot(args) => plot::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Repack(args) => repack::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    };
    match done {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Told) => ExitCode::from(1),
        Ok(Outcome::Findings(sentence)) => {
            output::complain(&sentence);
            ExitCode::from(1)
        }
        Err(failure) => {
            // Of several files, each was told as it came.
            if !matches!(failure, Failure::Told) {
                output::complain(failure.sentence());
            }
            match failure {
                Failure::Refused(_) => ExitCode::from(1),
                Failure::Unreadable(_) | Failure::Told => ExitCode::from(2),
            }
        }
    }
}
