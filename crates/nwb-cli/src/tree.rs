//! `nwb tree`: every object of a file.

mod json;
mod text;

use std::path::PathBuf;

use nwb::model::backend::Filter;

use crate::failure::{Failure, Outcome, open};
use crate::object::{Listing, reach};
use crate::output::{self, Paint};
use crate::paths::one;
use crate::walk::walk;
pub(crate) use json::{filter as filter_json, layout as layout_json};

/// List the objects of a file with their types, shapes and links.
///
/// Of datasets, element types, chunks and filters are told; of links, where they lead.
///
/// With --json: one object with "file" and two lists. "objects" has every object once, under the path at which a depth-first walk
/// by name comes by it (as h5py's visititems does; the root too), its other hard links under "aliases". "links" has the soft and
/// external links. "dtype" is what h5py prints for the dataset's dtype, "element" the same with nothing left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb tree session.nwb
  nwb tree session.nwb /processing --depth 2
  nwb tree session.nwb --json | jq '.objects[].path'")]
pub(crate) struct Args {
    /// The NWB file
    file: PathBuf,
    /// Where to begin
    #[arg(default_value = "/")]
    path: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// List only so many levels below the beginning
    #[arg(long, value_name = "LEVELS")]
    depth: Option<usize>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let file = open(&one(&args.file)?)?;
    let start = reach(&file, &args.path, Listing::Objects)?;
    let found = walk(&start, args.depth);
    match args.json {
        true => output::print(|out| json::write(out, file.label(), &found))?,
        false => output::page(|out| text::write(out, &found, Paint::of_stdout()))?,
    }
    Ok(match found.unreadable() {
        0 => Outcome::Done,
        1 => Outcome::Findings(format!("{}: one object cannot be read; the listing says why", file.label())),
        n => Outcome::Findings(format!("{}: {n} objects cannot be read; the listing says why", file.label())),
    })
}

/// A filter and what it was told.
pub(crate) fn filter_text(filter: &Filter) -> String {
    match (filter.id, filter.parameters.as_slice()) {
        (1, [level, ..]) => format!("deflate {level}"),
        (2, _) => "shuffle".into(),
        (3, _) => "fletcher32".into(),
        (4, _) => "szip".into(),
        (5, _) => "nbit".into(),
        (6, _) => "scaleoffset".into(),
        (32000, _) => "lzf".into(),
        (id, _) if filter.name.is_empty() => format!("filter {id}"),
        (id, _) => format!("{} (filter {id})", output::printable(filter.name.split(';').next().unwrap_or_default())),
    }
}
