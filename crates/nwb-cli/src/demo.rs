//! `nwb demo`: a calcium-imaging session from a movie to dF/F.

mod behaviour;
mod movie;
mod processing;
mod session;
mod simulated;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use nwb::chrono::{DateTime, FixedOffset, Local, SubsecRound, TimeDelta};
use nwb::model::backend::Store;
use nwb::uuid::Uuid;
use nwb::{CreateOptions, EditOptions, NewFile, ObjectIds, Overwrite};

use crate::failure::{Failure, Outcome, open, sentence};
use crate::info;
use crate::interrupt;
use crate::paths::{is_same, refuse_taken};
use crate::progress::Progress;
use movie::Movie;
use processing::Processed;

/// Make a file to try everything on: ROIs, traces and trials.
///
/// It is a session of calcium imaging. The movie comes from a multi-page TIFF file, or is simulated: cells with calcium transients,
/// shot noise and drift. It is corrected for motion, summed up, segmented in the simplest way (local maxima, circular masks), and
/// traces and dF/F are computed. A wide-field movie, a volume, trials and how fast the mouse ran are always simulated. What is said
/// of animal, microscope and experimenter is invented, and the file says so.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb demo                                          makes demo.nwb
  nwb demo small.nwb --frames 100 --size 96x64
  nwb demo mine.nwb --movie recording.tif --rate 30
  nwb demo --seed 7 --start 2024-03-05T09:41:07+01:00

What to try on it then:
  nwb info demo.nwb
  nwb table demo.nwb /intervals/trials
  nwb plot demo.nwb")]
pub(crate) struct Args {
    /// The file to write
    #[arg(default_value = "demo.nwb")]
    out: PathBuf,
    /// Take the movie from this multi-page TIFF file
    #[arg(long, value_name = "FILE.tif")]
    movie: Option<PathBuf>,
    /// Frames per second of the TIFF file, if it does not say (30 if you do not either)
    #[arg(long, value_name = "HZ", requires = "movie", value_parser = positive)]
    rate: Option<f64>,
    /// Number of frames of the simulated movie
    #[arg(long, value_name = "N", conflicts_with = "movie", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    frames: Option<u32>,
    /// Width and height of the simulated movie
    #[arg(long, value_name = "WIDTHxHEIGHT", conflicts_with = "movie", value_parser = size)]
    size: Option<(u32, u32)>,
    /// What is simulated: the same seed gives the same movies
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Start of the session, as in 2024-03-05T09:41:07+01:00; now, if it is not given. The same seed and start give the same file
    #[arg(long, value_parser = DateTime::parse_from_rfc3339)]
    start: Option<DateTime<FixedOffset>>,
    /// Replace the file if it is there
    #[arg(long)]
    overwrite: bool,
    /// Print JSON: what `nwb info --json` would
    #[arg(long)]
    json: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("a number above 0 is expected".into()),
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    match parsed {
        Some((width, height)) if (20..=4096).contains(&width) && (20..=4096).contains(&height) => Ok((width, height)),
        _ => Err("WIDTHxHEIGHT is expected, as in 256x128; both from 20 to 4096 pixels".into()),
    }
}

/// How often the movie is gone over: twice two times for its motion, once each for summary and traces, and twice for writing.
const PASSES: u64 = 8;

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut movie = match &args.movie {
        Some(path) => Movie::from_tiff(path, args.rate).map_err(|error| Failure::reading(&error))?,
        None => Movie::simulate(args.seed, args.frames, args.size).map_err(|error| Failure::working(&error))?,
    };
    if args.movie.as_ref().is_some_and(|movie| is_same(movie, &args.out)) {
        return Err(Failure::Refused(format!("{}: this is the movie itself; choose another name", args.out.display())));
    }
    if !args.overwrite {
        refuse_taken(None, &args.out)?;
    }
    let overwrite = if args.overwrite { Overwrite::Yes } else { Overwrite::No };
    // Before anything is computed: whether the file can be written at all. What was begun is taken back when it is dropped.
    let new = NewFile::new(&args.out).overwrite(overwrite);
    drop(new.begin().map_err(|error| Failure::Refused(sentence(&error)))?);
    interrupt::guard(&new);

    let progress = Arc::new(Mutex::new(Progress::frames(movie.frames().saturating_mul(PASSES))));
    movie.watch(Arc::clone(&progress));
    let processed = Processed::of(&movie, &progress).map_err(|error| Failure::working(&error))?;
    let (start, options) = when(args, &movie);
    processing::stage(&progress, "writing");
    let options = CreateOptions { overwrite, edit: options };
    session::write(&args.out, options, start, args.seed, &movie, processed)
        .map_err(|error| Failure::working(&error))?;
    drop(movie);
    if let Ok(mut progress) = progress.lock() {
        progress.finish();
    }
    let file = open(&args.out)?;
    info::show(&file, &args.out, if args.json { info::Form::Json } else { info::Form::Text })
}

/// When the session began, and what makes the file: with a start given, nothing is left to chance or to the clock.
fn when(args: &Args, movie: &Movie) -> (DateTime<FixedOffset>, EditOptions) {
    match args.start {
        Some(start) => {
            let length = TimeDelta::try_seconds((movie.frames() as f64 / movie.rate()).ceil() as i64);
            let now = length.and_then(|length| start.checked_add_signed(length)).unwrap_or(start);
            let name = format!("nwb demo {} {} {}", args.seed, start.to_rfc3339(), movie.label());
            let namespace = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
            (start, EditOptions { object_ids: ObjectIds::OfPath(namespace), now: Some(now), ..EditOptions::default() })
        }
        None => (Local::now().trunc_subsecs(0).fixed_offset(), EditOptions::default()),
    }
}
