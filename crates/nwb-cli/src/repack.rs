//! `nwb repack`: a finished file in other chunks, with other filters.

mod report;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use nwb::model::repack::RepackOptions;
use nwb::{NewFile, Overwrite, Profile};

use crate::failure::{Failure, Outcome, open, sentence};
use crate::interrupt;
use crate::paths::refuse_taken;
use crate::progress::Progress;
use report::Report;

/// Store a finished file in other chunks and with other filters.
///
/// Types, ids, links, references and everything else are kept. Every dataset that is stored in another way is read back and
/// compared with the old one, by checksums, before OUT appears under its name, complete or not at all. Texts, references and what is
/// smaller than the profile cares for stay as they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Profiles, of which every HDF5 library reads what comes of them:
  portable  series and images shuffled and compressed with gzip 4, in chunks of about 4 MB
  compact   everything with gzip 9, tables too
  fast      gzip 1, in chunks of about 1 MB
  none      not compressed; in one run, if it does not have to grow

Examples:
  nwb repack session.nwb small.nwb
  nwb repack session.nwb --profile compact --dry-run     what it would gain
  nwb repack session.nwb out.nwb --set /acquisition=fast
  nwb repack session.nwb out.nwb --profile mine.json --json
  nwb repack session.nwb session.nwb --overwrite         in its own place

A profile of one's own:
  { \"smallest\": 100000, \"rules\": [
      { \"of\": \"ImageSeries\", \"dataset\": \"data\",
        \"chunks\": \"rows\", \"bytes\": 2000000, \"filters\": [\"shuffle\", \"deflate 6\"] },
      { \"chunks\": \"rows\", \"bytes\": 1000000, \"filters\": [\"shuffle\", \"lzf\"] } ] }")]
pub(crate) struct Args {
    /// The NWB file to read
    r#in: PathBuf,
    /// The file to write
    #[arg(required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// How datasets are stored: portable, compact, fast, none, or a JSON file
    #[arg(long, default_value = "portable", value_parser = profile)]
    profile: Profile,
    /// A dataset, or all in a group, after another profile; the nearest to it counts
    #[arg(long, value_name = "PATH=PROFILE", value_parser = exception)]
    set: Vec<(String, Profile)>,
    /// Write nothing, and estimate from a few chunks of each dataset what would be gained
    #[arg(long)]
    dry_run: bool,
    /// How much memory elements may take on their way, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u64).range(16..=1 << 20))]
    memory: u64,
    /// Print JSON: one object
    #[arg(long)]
    json: bool,
    /// Replace OUT if it is there
    #[arg(long)]
    overwrite: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let file = open(&args.r#in)?;
    let mut how = RepackOptions::new(args.profile.clone());
    for (path, profile) in &args.set {
        how = how.set(path, profile.clone());
    }
    let report = Report::of(args);
    let Some(out) = args.out.as_deref().filter(|_| !args.dry_run) else {
        let estimate = file.repack_estimate(&NewFile::new(&args.r#in), how);
        return report.estimated(estimate.map_err(|error| Failure::working(&error))?).show(args.json);
    };
    if !args.overwrite {
        refuse_taken(Some(&args.r#in), out)?;
    }
    let overwrite = if args.overwrite { Overwrite::Yes } else { Overwrite::No };
    let store = NewFile::new(out).overwrite(overwrite).memory(args.memory << 20);
    interrupt::guard(&store);
    let mut progress = Progress::bytes("writing and checking");
    let repacked = file.repack(&store, how, &mut |state| progress.at_of(state.done, state.total));
    drop(progress);
    let (_, written) = repacked.map_err(|error| Failure::working(&error))?;
    report.written(written, out).show(args.json)
}

/// A profile that is built in, or one in a file.
fn profile(text: &str) -> Result<Profile, String> {
    let path = Path::new(text);
    let is_file = path.extension() == Some(OsStr::new("json")) || path.components().count() > 1;
    if !is_file {
        return Profile::named(text).map_err(|error| sentence(&error));
    }
    let json = fs::read_to_string(path).map_err(|error| format!("the profile cannot be read: {error}"))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Profile::from_json(&name, &json).map_err(|error| sentence(&error))
}

fn exception(text: &str) -> Result<(String, Profile), String> {
    let (path, name) = text.rsplit_once('=').ok_or("PATH=PROFILE is expected, as in /acquisition=compact")?;
    Ok((path.to_owned(), profile(name)?))
}
