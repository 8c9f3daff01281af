//! `nwb info`: what is in a file, on a page.

mod content;
mod fields;
mod summary;
mod text;

use std::path::PathBuf;

use crate::failure::{Failure, Outcome, open};
use crate::files::expand;
use crate::output::{self, Paint};
use summary::Summary;
pub(crate) use text::bytes;

/// Show what is in a file, on a page.
///
/// Session, subject, devices, recordings, segmentations with the number of their ROIs, traces, tables with their columns, and how many
/// objects there are of each type.
///
/// FILE may be a folder (every .nwb file in it and below), a pattern, or - for a list of files on standard input.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb info session.nwb
  nwb info recordings/
  nwb info session.nwb --json | jq .types")]
pub(crate) struct Args {
    /// The NWB files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON: an object; of several files a line with an object for each
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let files = expand(&args.files)?;
    if let [path] = files.as_slice() {
        return show(&open(path)?, path, if args.json { Form::Json } else { Form::Text });
    }
    let (mut findings, mut unreadable) = (0u64, 0u64);
    for (number, path) in files.iter().enumerate() {
        if number > 0 && !args.json {
            output::print(|out| writeln!(out))?;
        }
        // The other files can be read all the same.
        match open(path).and_then(|file| show(&file, path, if args.json { Form::Line } else { Form::Text })) {
            Ok(Outcome::Done | Outcome::Told) => {}
            Ok(Outcome::Findings(sentence)) => {
                output::complain(&sentence);
                findings += 1;
            }
            Err(failure) => {
                output::complain(failure.sentence());
                unreadable += 1;
            }
        }
    }
    match (unreadable, findings) {
        (0, 0) => Ok(Outcome::Done),
        (0, n) => Ok(Outcome::Findings(format!("{n} of {} files have something that cannot be read", files.len()))),
        _ => Err(Failure::Told),
    }
}

/// For whom a summary is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For programs, on one line.
    Line,
}

/// Prints the summary of an open file.
pub(crate) fn show(file: &nwb::File, path: &std::path::Path, form: Form) -> Result<Outcome, Failure> {
    let summary = Summary::of(file, path).map_err(|error| Failure::reading(&error))?;
    match form {
        Form::Json => output::print(|out| {
            serde_json::to_writer_pretty(&mut *out, &summary)?;
            writeln!(out)
        })?,
        Form::Line => output::print(|out| {
            serde_json::to_writer(&mut *out, &summary)?;
            writeln!(out)
        })?,
        Form::Text => output::page(|out| text::write(out, &summary, Paint::of_stdout()))?,
    }
    Ok(match summary.problems.len() {
        0 => Outcome::Done,
        1 => Outcome::Findings(format!("{}: one object cannot be read; the summary says why", file.label())),
        n => Outcome::Findings(format!("{}: {n} objects cannot be read; the summary says why", file.label())),
    })
}
