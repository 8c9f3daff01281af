//! `nwb info`: what is in a file, on a page.

mod content;
mod fields;
mod summary;
mod text;

use std::path::PathBuf;

use crate::failure::{Failure, Outcome, open};
use crate::output::{self, Paint};
use summary::Summary;

/// Show what is in a file: session, subject, devices, recordings, segmentations, traces, tables, and the number of objects of each type.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The NWB file
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let file = open(&args.file)?;
    show(&file, &args.file, if args.json { Form::Json } else { Form::Text })
}

/// For whom a summary is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Prints the summary of an open file.
pub(crate) fn show(file: &nwb::File, path: &std::path::Path, form: Form) -> Result<Outcome, Failure> {
    let summary = Summary::of(file, path).map_err(|error| Failure::reading(&error))?;
    output::print(|out| match form {
        Form::Json => {
            serde_json::to_writer_pretty(&mut *out, &summary)?;
            writeln!(out)
        }
        Form::Text => text::write(out, &summary, Paint::of_stdout()),
    })?;
    Ok(match summary.problems.len() {
        0 => Outcome::Done,
        1 => Outcome::Findings(format!("{}: one object cannot be read; the summary says why", file.label())),
        n => Outcome::Findings(format!("{}: {n} objects cannot be read; the summary says why", file.label())),
    })
}
