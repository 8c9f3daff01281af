//! `nwb export`: a file written anew.

use std::fs;
use std::path::{Path, PathBuf};

use nwb::model::backend::Link;
use nwb::{File, NewFile, Overwrite};

use crate::failure::{Failure, Outcome, open};
use crate::output::{self, exact};
use crate::paths::refuse_taken;
use crate::progress::Progress;
use crate::walk::{Leads, What, walk};

/// Write everything in a file anew: every object is read and written again, not a copy of the file's bytes.
///
/// Content, types, ids, links, references, chunks and filters are kept; the space that deleted objects left behind is not. OUT
/// appears under its name when it is complete, or not at all. References that cannot be kept, because they lead to nothing, are
/// listed, and the exit code is 1 then.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The NWB file to read
    r#in: PathBuf,
    /// The file to write
    out: PathBuf,
    /// Replace OUT if it is there
    #[arg(long)]
    overwrite: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let file = open(&args.r#in)?;
    if !args.overwrite {
        refuse_taken(Some(&args.r#in), &args.out)?;
    }
    let store = NewFile::new(&args.out).overwrite(if args.overwrite { Overwrite::Yes } else { Overwrite::No });
    let mut progress = Progress::bytes("writing");
    let exported = file.export(&store, &mut |state| progress.at_of(state.done, state.total));
    drop(progress);
    let (written, losses) = exported.map_err(|error| Failure::working(&error))?;
    let lost: Vec<String> = losses
        .dangling_references
        .iter()
        .map(|at| format!("{} has a reference to nothing, which is null now", exact(at)))
        .collect();
    let notes = if folder(&args.r#in) == folder(&args.out) { Vec::new() } else { left_behind(&file, &written) };
    output::print(|out| {
        for line in lost.iter().chain(&notes) {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "{}: {}", args.out.display(), size_of(&args.out))
    })?;
    Ok(match lost.len() {
        0 => Outcome::Done,
        1 => Outcome::Findings(format!("{}: one reference could not be kept", args.out.display())),
        n => Outcome::Findings(format!("{}: {n} references could not be kept", args.out.display())),
    })
}

fn folder(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()?.parent().map(Path::to_path_buf)
}

/// External links are kept as they are, and are relative to the file's folder: those that led somewhere before and lead nowhere
/// from the new place.
fn left_behind(before: &File, after: &File) -> Vec<String> {
    let Ok(root) = after.get("/") else { return Vec::new() };
    let found = walk(&root, None);
    let mut lost = Vec::new();
    for (index, entry) in found.entries().iter().enumerate() {
        if let What::Link { link: Link::External { file, .. }, leads: Leads::Nowhere(_) } = &entry.what {
            let path = found.path(index);
            if before.get(&path).is_ok() {
                lost.push(format!(
                    "{} links to the file {}, which is not there as seen from the new place",
                    exact(&path),
                    exact(file)
                ));
            }
        }
    }
    lost
}

fn size_of(path: &Path) -> String {
    fs::metadata(path).map_or_else(|_| "written".into(), |metadata| format!("{} bytes written", metadata.len()))
}
