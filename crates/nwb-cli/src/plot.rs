//! `nwb plot`: a picture of a file or of an object in it.

use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use nwb::plot::{Options, Picks, Picture, Theme, View};
use serde_json::json;

use crate::failure::{Failure, Outcome, open};
use crate::object::{Listing, reach};
use crate::output::{self, exact};
use crate::paths::{one, refuse_taken};

/// Make a picture: ROIs, traces, heat maps, spikes, images, intervals.
///
/// Without PATH, the most telling picture of the file is made, and it is said what else could be: for calcium imaging, the ROIs
/// on their mean image beside their traces. PATH may also be a group, such as /processing/ophys: then the most telling in it.
///
/// Values are physical where the file has a conversion. Of more samples than pixels, the extremes are drawn, so that no spike is
/// lost. Colours can be told apart by the colour-blind.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb plot session.nwb                                   the most telling picture
  nwb plot session.nwb --dark --size 1920x1080           for a black slide
  nwb plot session.nwb --dpi 300 -o figure.png           for print
  nwb plot session.nwb /processing/ophys/DfOverF --as heat -o heat.svg
  nwb plot session.nwb /processing/ophys/DfOverF --rois 1,5-9 --window 10:70
  nwb plot session.nwb /units --align start_time --window=-0.5:2
                                                         spikes around trials
  nwb plot session.nwb --list                            what can be drawn")]
pub(crate) struct Args {
    /// The NWB file
    file: PathBuf,
    /// The object to draw, or a group with such objects
    path: Option<String>,
    /// The picture to write; `-` is standard output. If it is not given, it is named after the file and the object
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// The format, if it is not that of OUT's ending
    #[arg(long)]
    format: Option<Format>,
    /// How the object is shown
    #[arg(long = "as", value_name = "VIEW", default_value = "auto")]
    view: Shown,
    /// Only these ROIs, channels or units, by their ids, as in 1,5-9
    #[arg(long, visible_aliases = ["units", "channels"], value_name = "IDS", value_parser = picks)]
    rois: Option<Picks>,
    /// Only from one time to another, in seconds, as in 10:70; with --align, around the event
    #[arg(long, value_name = "FROM:TO", value_parser = window, allow_hyphen_values = true)]
    window: Option<Range<f64>>,
    /// Spikes around an event of each trial: a column of times of the trials table, such as start_time
    #[arg(long, value_name = "COLUMN")]
    align: Option<String>,
    /// Width and height in points; letters are 11 to 19 points high
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1280x720", value_parser = size)]
    size: (u32, u32),
    /// Pixels for each point, in PNG
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, value_parser = scale)]
    scale: f64,
    /// Pixels per inch, in PNG: the same as --scale, of which 1 is 96
    #[arg(long, value_name = "PIXELS", conflicts_with = "scale", value_parser = dpi)]
    dpi: Option<f64>,
    /// For black slides
    #[arg(long)]
    dark: bool,
    /// Only list what can be drawn, the most telling first
    #[arg(long, conflicts_with_all = ["output", "format", "rois", "window", "align"])]
    list: bool,
    /// Print JSON: what was drawn, what was left out, and what else there is; with --list, a line for each
    #[arg(long)]
    json: bool,
    /// Replace OUT if it is there
    #[arg(long)]
    overwrite: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Png,
    Svg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shown {
    /// As suits the object
    Auto,
    /// Contours of ROIs on their image
    Rois,
    /// A line for each ROI or channel
    Traces,
    /// All ROIs or channels as rows of colours
    Heat,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let from = one(&args.file)?;
    let file = open(&from)?;
    let object = reach(&file, args.path.as_deref().unwrap_or("/"), Listing::Pictures)?;
    if args.list {
        return list(&object, args.json);
    }
    let format = format(args)?;
    let out = out(args, format);
    let to_stdout = out.as_os_str() == "-";
    if !args.overwrite && !to_stdout {
        refuse_taken(Some(&from), &out)?;
    }
    let picture = nwb::plot::plot(&object, &options(args)).map_err(|error| Failure::asking(&error))?;
    let bytes = match format {
        Format::Png => picture.to_png(args.dpi.map_or(args.scale, |dpi| dpi / DPI)),
        Format::Svg => picture.to_svg().map(String::into_bytes),
    }
    .map_err(|error| Failure::working(&error))?;
    if to_stdout {
        output::print(|stdout| stdout.write_all(&bytes))?;
        return Ok(Outcome::Done);
    }
    write(&out, &bytes)
        .map_err(|error| Failure::Refused(format!("{}: it cannot be written: {error}", out.display())))?;
    tell(&picture, &out, args)?;
    Ok(Outcome::Done)
}

/// The picture appears under its name when it is complete.
fn write(out: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = out.with_file_name(name);
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| std::fs::rename(&part, out));
    if written.is_err() {
        // It may never have come to be; the first error is the one to tell.
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// How many of the other things that could be drawn are named.
const NAMED: usize = 8;

fn tell(picture: &Picture, out: &Path, args: &Args) -> Result<(), Failure> {
    if args.json {
        let others: Vec<_> = picture.others().iter().map(candidate).collect();
        let told = json!({
            "file": out.display().to_string(),
            "path": picture.path(),
            "description": picture.description(),
            "notes": picture.notes(),
            "others": others,
        });
        return output::print(|text| writeln!(text, "{told}"));
    }
    output::print(|text| {
        writeln!(text, "{}: {} ({})", out.display(), exact(picture.path()), picture.description())?;
        for note in picture.notes() {
            writeln!(text, "note: {}", output::printable(note))?;
        }
        let others = picture.others();
        if !others.is_empty() {
            writeln!(text, "there is also:")?;
            for other in others.iter().take(NAMED) {
                writeln!(text, "  {} ({})", exact(other.path()), other.description())?;
            }
            if others.len() > NAMED {
                writeln!(text, "  and {} more: nwb plot {} --list", others.len() - NAMED, args.file.display())?;
            }
        }
        Ok(())
    })
}

fn candidate(one: &nwb::plot::Candidate) -> serde_json::Value {
    json!({ "path": one.path(), "description": one.description() })
}

fn list(object: &nwb::Object, as_json: bool) -> Result<Outcome, Failure> {
    let candidates = nwb::plot::candidates(object).map_err(|error| Failure::reading(&error))?;
    if candidates.is_empty() {
        return Err(Failure::Refused(format!("{}: there is nothing in it that can be drawn", object.file())));
    }
    output::print(|out| {
        for one in candidates.iter().filter(|_| as_json) {
            writeln!(out, "{}", candidate(one))?;
        }
        for candidate in candidates.iter().filter(|_| !as_json) {
            writeln!(out, "{}  {}", exact(candidate.path()), candidate.description())?;
        }
        Ok(())
    })?;
    Ok(Outcome::Done)
}

fn options(args: &Args) -> Options {
    let view = match args.view {
        Shown::Auto => View::Auto,
        Shown::Rois => View::Rois,
        Shown::Traces => View::Traces,
        Shown::Heat => View::Heat,
    };
    let mut options = Options::new().size(args.size.0, args.size.1).view(view).theme(if args.dark {
        Theme::Dark
    } else {
        Theme::Light
    });
    if let Some(picks) = &args.rois {
        options = options.picks(picks.clone());
    }
    if let Some(window) = &args.window {
        options = options.window(window.clone());
    }
    if let Some(column) = &args.align {
        options = options.align(column.as_str());
    }
    options
}

fn format(args: &Args) -> Result<Format, Failure> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let ending =
        args.output.as_ref().and_then(|out| out.extension()).map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        None | Some("png") => Ok(Format::Png),
        Some("svg") => Ok(Format::Svg),
        Some(other) => Err(Failure::Refused(format!(
            "pictures are PNG or SVG, not {other}; name OUT .png or .svg, or say --format"
        ))),
    }
}

fn out(args: &Args, format: Format) -> PathBuf {
    if let Some(out) = &args.output {
        return out.clone();
    }
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let path = args.path.as_deref().unwrap_or_default().trim_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = if format == Format::Png { "png" } else { "svg" };
    // What stands in a path need not do as a name of a file.
    let name: String = name.chars().map(|c| if c.is_alphanumeric() || "-_.+".contains(c) { c } else { '_' }).collect();
    PathBuf::from(if name.is_empty() { format!("{stem}.{ending}") } else { format!("{stem}-{name}.{ending}") })
}

fn picks(text: &str) -> Result<Picks, String> {
    text.parse::<Picks>().map_err(|error| error.to_string())
}

fn window(text: &str) -> Result<Range<f64>, String> {
    let wrong = || "two times in seconds are expected, the first before the second, as in 10:70".to_owned();
    let (from, to) = text.split_once(':').ok_or_else(wrong)?;
    match (from.trim().parse::<f64>(), to.trim().parse::<f64>()) {
        (Ok(from), Ok(to)) if from.is_finite() && to.is_finite() && from < to => Ok(from..to),
        _ => Err(wrong()),
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| text.parse::<u32>().ok().filter(|side| (200..=20_000).contains(side));
    let sides = text.split_once('x').and_then(|(width, height)| side(width).zip(side(height)));
    sides.ok_or_else(|| "width and height from 200 to 20000 are expected, as in 1280x720".into())
}

/// Points are those of screens.
const DPI: f64 = 96.0;

fn dpi(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(dpi) if (10.0..=1920.0).contains(&dpi) => Ok(dpi),
        _ => Err("a number from 10 to 1920 is expected, as in 300".into()),
    }
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if (0.1..=20.0).contains(&scale) => Ok(scale),
        _ => Err("a number from 0.1 to 20 is expected".into()),
    }
}
