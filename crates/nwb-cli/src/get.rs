//! `nwb get`: one value or array of a file.

mod npy;
mod slice;
mod source;
mod stream;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use nwb::File;
use nwb::model::value::Shape;

use crate::failure::{Failure, Outcome, open};
use crate::object::{Listing, reach};
use crate::output;
use crate::paths::one;
use crate::progress::Progress;
use crate::sink::Sink;
use slice::Slices;
use source::Source;
use stream::Style;

/// Print a value, an array or a part of one.
///
/// PATH leads to a dataset (/acquisition/TwoPhotonSeries/data), PATH@NAME to an attribute of an object. A part is asked for as in
/// NumPy: [0:10, :, 3]. Arrays are read and written piece by piece: a movie larger than memory is no matter.
///
/// Without --json, --csv or --npy: a line for each element; of arrays of two axes a line for each row, with tabs in between; of more
/// axes a line for each element of the first axis, as JSON.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb get session.nwb /identifier
  nwb get session.nwb /acquisition/TwoPhotonSeries/data@unit
  nwb get session.nwb '/acquisition/TwoPhotonSeries/data[0, :5, :5]'
  nwb get session.nwb /processing/ophys/Fluorescence/RoiResponseSeries/data --csv --output traces.csv
  nwb get session.nwb '/acquisition/TwoPhotonSeries/data[::10]' --npy --output movie.npy

The shell takes brackets and spaces for itself: put a path with a part into quotes.")]
pub(crate) struct Args {
    /// The NWB file
    file: PathBuf,
    /// What to print: /path/to/dataset, /path/to/object@attribute, with a part in brackets if you like
    path: String,
    /// Print JSON: lists of lists; NaN and the infinities as "nan", "inf" and "-inf"
    #[arg(long, conflicts_with_all = ["csv", "npy"])]
    json: bool,
    /// Print CSV: a row for each element of the first axis; of records, with their names in the first line
    #[arg(long, conflicts_with = "npy")]
    csv: bool,
    /// Write a NumPy file (numpy.load reads it)
    #[arg(long)]
    npy: bool,
    /// Write to this file instead of standard output (which is -)
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file if it is there
    #[arg(long, requires = "output")]
    overwrite: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let path = one(&args.file)?;
    let file = open(&path)?;
    let (source, slices) = located(&file, &args.path)?;
    let picked = slices.resolve(source.shape()?.dims()).map_err(|why| refused(&file, &args.path, &why))?;
    let style = match (args.json, args.csv, args.npy) {
        (true, ..) => Style::Json,
        (_, true, _) => Style::Csv,
        (.., true) => Style::Npy,
        _ => Style::Text,
    };
    if *source.shape()? == Shape::Null {
        return match style {
            Style::Npy => {
                Err(refused(&file, &args.path, "there is no value in it at all, which NumPy has no array for"))
            }
            Style::Json => print_line("null"),
            _ => print_line(""),
        };
    }
    style.check(source.dtype()?, &picked.shape).map_err(|why| refused(&file, &args.path, &why))?;
    if style == Style::Npy && args.output.is_none() && io::stdout().is_terminal() {
        return Err(refused(&file, &args.path, "a NumPy file is nothing for a terminal; say --output FILE.npy"));
    }
    let mut progress = Progress::bytes("reading");
    let total = picked.len().saturating_mul(source.dtype()?.size() as u64);
    let mut failed = None;
    let mut write = |out: &mut dyn Write| -> io::Result<()> {
        let mut printer = stream::Printer::new(&mut *out, style, source.dtype(), &picked.shape)?;
        for block in picked.blocks(source.dtype().map_or(1, nwb::model::dtype::Dtype::size), &source.chunk()) {
            let value = match source.read(&block) {
                Ok(value) => value,
                Err(error) => {
                    failed = Some(error);
                    return printer.abandon();
                }
            };
            printer.write(&value, &|address| source.path_of(address))?;
            progress.at_of(printer.done().saturating_mul(value.dtype().size() as u64), total);
        }
        printer.finish()
    };
    match args.output.as_deref().filter(|out| out.as_os_str() != "-") {
        None if style == Style::Text => output::page(&mut write)?,
        None => output::print(&mut write)?,
        Some(out) => {
            let mut sink = Sink::create(out, args.overwrite, Some(&path))?;
            write(&mut sink).map_err(|error| sink.refused(&error))?;
            // What cannot be read to its end does not appear under its name.
            if failed.is_none() {
                sink.finish()?;
            }
        }
    }
    drop(progress);
    match failed {
        Some(error) => Err(Failure::asking(&error)),
        None => Ok(Outcome::Done),
    }
}

fn print_line(line: &str) -> Result<Outcome, Failure> {
    output::print(|out| writeln!(out, "{line}"))?;
    Ok(Outcome::Done)
}

fn refused(file: &File, path: &str, why: &str) -> Failure {
    Failure::Refused(format!("{}: {path}: {why}", file.label()))
}

/// What a path with an attribute and a part means. Names may have brackets and signs of their own: the longest name that is there
/// is taken.
fn located(file: &File, asked: &str) -> Result<(Source, Slices), Failure> {
    if file.get(asked).is_ok() {
        return Ok((Source::of(file, asked)?, Slices::default()));
    }
    let (place, slices) = match asked.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        Some((place, part)) => (place.trim_end(), Slices::parse(part).map_err(|why| refused(file, asked, &why))?),
        None if asked.contains('[') && asked.split('[').next().is_some_and(|place| file.get(place).is_ok()) => {
            return Err(refused(file, asked, "the bracket of the part is not closed"));
        }
        None => (asked, Slices::default()),
    };
    if file.get(place).is_err()
        && let Some((object, attribute)) = place.rsplit_once('@')
    {
        let object = reach(file, if object.is_empty() { "/" } else { object }, Listing::Objects)?;
        return Ok((Source::attribute(object, attribute)?, slices));
    }
    Ok((Source::of(file, place)?, slices))
}
