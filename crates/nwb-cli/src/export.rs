//! `nwb export`: a file written anew.

use std::fs;
use std::path::{Path, PathBuf};

use nwb::model::export::{Contents, ExportOptions, ExternalLinks};
use nwb::{NewFile, Overwrite};

use crate::failure::{Failure, Outcome, open};
use crate::interrupt;
use crate::output::{self, exact};
use crate::paths::{one, refuse_taken};
use crate::progress::Progress;

/// Write everything in a file anew, object by object.
///
/// This is no copy of the file's bytes: every object is read and written again.
/// Content, types, ids, links, references, chunks and filters are kept; links to other files lead to them from OUT; the space that
/// deleted objects left behind is not kept. OUT appears under its name when it is complete, or not at all. References that cannot be kept, because they lead to nothing, are
/// listed, and the exit code is 1 then.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb export session.nwb copy.nwb
  nwb export analysis.nwb whole.nwb --copy-in       with what it links to in other files
  nwb export session.nwb analysis.nwb --linked      a small file of links, to add an analysis to")]
pub(crate) struct Args {
    /// The NWB file to read
    r#in: PathBuf,
    /// The file to write
    out: PathBuf,
    /// Copy in what links to other files lead to, each object once, so that OUT needs no other file
    #[arg(long, conflicts_with = "linked")]
    copy_in: bool,
    /// Let OUT hold links to the objects of IN, and copies of the metadata alone: small, and nothing without IN
    #[arg(long)]
    linked: bool,
    /// Replace OUT if it is there
    #[arg(long)]
    overwrite: bool,
    /// Print JSON: what was written, and which references were lost
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let from = one(&args.r#in)?;
    if args.out.as_os_str() == "-" {
        return Err(Failure::Refused("-: an HDF5 file cannot be written to standard output; name a file".into()));
    }
    let file = open(&from)?;
    if !args.overwrite {
        refuse_taken(Some(&from), &args.out)?;
    }
    let store = NewFile::new(&args.out).overwrite(if args.overwrite { Overwrite::Yes } else { Overwrite::No });
    interrupt::guard(&store);
    let mut progress = Progress::bytes("writing");
    let options = ExportOptions {
        external: if args.copy_in { ExternalLinks::CopyIn } else { ExternalLinks::Keep },
        contents: if args.linked { Contents::Linked } else { Contents::Copied },
        ..ExportOptions::default()
    };
    let exported = file.export_with(&store, &options, &mut |state| progress.at_of(state.done, state.total));
    drop(progress);
    let (_, losses) = exported.map_err(|error| Failure::working(&error))?;
    let lost: Vec<String> = losses
        .dangling_references
        .iter()
        .map(|at| format!("{} has a reference to nothing, which is null now", exact(at)))
        .collect();
    output::print(|out| {
        if args.json {
            let bytes = fs::metadata(&args.out).map(|metadata| metadata.len()).ok();
            let lost = &losses.dangling_references;
            let told =
                serde_json::json!({ "file": args.out.display().to_string(), "bytes": bytes, "lost_references": lost });
            return writeln!(out, "{told}");
        }
        for line in &lost {
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

fn size_of(path: &Path) -> String {
    fs::metadata(path).map_or_else(|_| "written".into(), |metadata| format!("{} bytes written", metadata.len()))
}
