//! `nwb table`: a table or a time series, as rows.

mod cell;
mod filter;
mod listing;
mod rows;
mod text;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use nwb::arrow::{self, Export, arrow_array::RecordBatchReader, arrow_schema};
use nwb::model::names::nearest;
use nwb::model::types::{DynamicTable, TimeSeries};
use nwb::{NeurodataType, Object};

use crate::failure::{Failure, Outcome, open, sentence};
use crate::object::{Listing, reach};
use crate::output::{self, Paint};
use crate::paths::one;
use crate::sink::Sink;
use filter::Condition;
use rows::RowRange;
use text::Room;

/// Print a table or time series; write CSV, JSON lines or Parquet.
///
/// Tables are trials, units, electrodes, ROIs and others of the kind.
/// Without PATH, the tables and time series of the file are listed. A time series has the columns time (in seconds) and data.
///
/// A column behind a dot is what another column leads to: of units, electrodes.location and electrodes.group.device.manufacturer.
/// The ids of the rows are the column id. Rows are counted from 0.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb table session.nwb                              what tables there are
  nwb table session.nwb /intervals/trials            the first 50 rows
  nwb table session.nwb /intervals/trials --csv > trials.csv
  nwb table session.nwb /intervals/trials --output trials.parquet
  nwb table session.nwb /intervals/trials --rows 10:20
  nwb table session.nwb /intervals/trials --where correct = true
  nwb table session.nwb /intervals/trials --where start_time '<' 60
  nwb table session.nwb /intervals/trials --where stimulus like 'go*'
  nwb table session.nwb /units --columns id,electrodes.location --json

The shell takes < and > for itself: put them into quotes.")]
pub(crate) struct Args {
    /// The NWB file
    file: PathBuf,
    /// The table or time series
    path: Option<String>,
    /// Only these columns, in this order
    #[arg(long, short, value_name = "NAME", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// These columns as well: what others lead to, as in electrodes.location
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    also: Vec<String>,
    /// Only these rows: 7, 10:20, -5:
    #[arg(long, short, value_name = "ROWS", allow_hyphen_values = true, value_parser = RowRange::parse)]
    rows: Option<RowRange>,
    /// Only rows of which this is true. OP is =, !=, <, <=, >, >=, in (one of several, with commas), like (text with * and ?), or
    /// contains (part of a text, element of a list). "= nan" is what is no number or missing. May be repeated: then all have to be
    /// true
    #[arg(long = "where", num_args = 3, value_names = ["COLUMN", "OP", "VALUE"], action = clap::ArgAction::Append, allow_hyphen_values = true)]
    conditions: Vec<String>,
    /// Cut nothing: whole values, and all columns however wide the terminal is
    #[arg(long, short)]
    wide: bool,
    /// At most so many rows; 50 if they are shown as text and --rows is not given
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// The format; if it is not given, the name of the output file tells
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Option<Format>,
    /// CSV: the same as --to csv
    #[arg(long, conflicts_with_all = ["to", "json"])]
    csv: bool,
    /// Lines of JSON, one for each row: the same as --to json
    #[arg(long, conflicts_with = "to")]
    json: bool,
    /// Write to this file instead of standard output (which is -)
    #[arg(long, short, value_name = "FILE", requires = "path")]
    output: Option<PathBuf>,
    /// Replace the output file if it is there
    #[arg(long, requires = "output")]
    overwrite: bool,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Columns side by side, for people
    Text,
    /// A line for each row, lists as JSON
    Csv,
    /// A JSON object for each row
    Json,
    /// Apache Parquet
    Parquet,
}

/// So many rows are shown if nothing else is asked for.
const SHOWN: u64 = 50;

/// Rows that are picked one by one are read so many at once.
const PICKED_AT_ONCE: u64 = 4096;

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let from = one(&args.file)?;
    let file = open(&from)?;
    let Some(path) = &args.path else { return listing::run(&file, args.json) };
    let format = args.format()?;
    let object = reach(&file, path, Listing::Tables)?;
    let subject = Subject::of(&object)?;
    let conditions = args.conditions.chunks(3).map(Condition::parse).collect::<Result<Vec<_>, _>>();
    let conditions = conditions.map_err(|why| Failure::Refused(format!("--where: {why}")))?;
    let failed = |error: arrow::Error| subject.failure(&error.into(), args);

    let height = subject.height().map_err(|error| Failure::asking(&error))?;
    let range = args
        .rows
        .as_ref()
        .map_or(Ok(0..height), |rows| rows.of(height))
        .map_err(|why| Failure::Refused(format!("{}: {}: --rows: {why}", object.file(), object.path())))?;
    let mut export = subject.export().also(args.also.clone());
    if let Some(columns) = &args.columns {
        export = export.columns(columns.clone());
    }
    let limit = args.limit.unwrap_or(if format == Format::Text && args.rows.is_none() { SHOWN } else { u64::MAX });
    let matching;
    let export = if conditions.is_empty() {
        matching = range.end - range.start;
        export.rows(range.start..range.end.min(range.start.saturating_add(limit)))
    } else {
        let mut rows = filter::matching(subject.export(), &conditions, range, &failed).map_err(|why| match why {
            filter::Fault::Failed(failure) => failure,
            filter::Fault::Unfit(why) => {
                Failure::Refused(format!("{}: {}: --where: {why}", object.file(), object.path()))
            }
        })?;
        matching = rows.len() as u64;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        export.row_list(rows).batch_rows(PICKED_AT_ONCE)
    };
    let batches = export.batches().map_err(failed)?;
    if format == Format::Text {
        let schema = batches.schema();
        let batches = batches.collect::<Result<Vec<_>, _>>().map_err(|error| failed(error.into()))?;
        let counts = text::Counts { matching, height, is_filtered: !conditions.is_empty() || args.rows.is_some() };
        let room = match (args.wide, output::columns()) {
            (true, _) => Room::All,
            (false, Some(columns)) => Room::Terminal(columns),
            (false, None) => Room::Lines,
        };
        let write = |out: &mut dyn Write| text::write(out, &schema, &batches, &counts, room, Paint::of_stdout());
        let Some(path) = args.file_out() else {
            output::page(write)?;
            return Ok(Outcome::Done);
        };
        let mut sink = Sink::create(path, args.overwrite, Some(&from))?;
        write(&mut sink).map_err(|error| sink.refused(&error))?;
        sink.finish()?;
        return Ok(Outcome::Done);
    }
    match args.file_out() {
        None if format == Format::Parquet && io::stdout().is_terminal() => {
            Err(Failure::Refused("Parquet is nothing for a terminal; say --output FILE.parquet".into()))
        }
        None => {
            let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
            let written = write_as(format, batches, &mut out);
            match written.and_then(|()| out.flush().map_err(|error| arrow_schema::ArrowError::from(error).into())) {
                // Whoever reads the output has seen enough.
                Err(error) if is_closed(&error) => drop(out.into_parts()),
                Err(error) => return Err(failed(error)),
                Ok(()) => {}
            }
            Ok(Outcome::Done)
        }
        Some(path) => {
            let mut sink = Sink::create(path, args.overwrite, Some(&from))?;
            write_as(format, batches, &mut sink).map_err(failed)?;
            sink.finish()?;
            Ok(Outcome::Done)
        }
    }
}

fn write_as(format: Format, batches: arrow::Batches, out: &mut (dyn Write + Send)) -> arrow::Result<()> {
    match format {
        Format::Json => arrow::write_json_lines(batches, out),
        Format::Parquet => arrow::write_parquet(batches, out),
        Format::Csv | Format::Text => arrow::write_csv(batches, out),
    }
}

fn is_closed(error: &arrow::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            || error.to_string().contains("Broken pipe")
        {
            return true;
        }
        cause = error.source();
    }
    false
}

impl Args {
    /// The file to write to, if it is not standard output.
    fn file_out(&self) -> Option<&Path> {
        self.output.as_deref().filter(|out| out.as_os_str() != "-")
    }

    fn format(&self) -> Result<Format, Failure> {
        if self.csv || self.json {
            return Ok(if self.csv { Format::Csv } else { Format::Json });
        }
        let Some(path) = self.file_out().filter(|_| self.to.is_none()) else {
            return Ok(self.to.unwrap_or(Format::Text));
        };
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        match extension.as_deref() {
            Some("csv") => Ok(Format::Csv),
            Some("json" | "jsonl" | "ndjson") => Ok(Format::Json),
            Some("parquet" | "pq") => Ok(Format::Parquet),
            Some("txt") => Ok(Format::Text),
            _ => Err(Failure::Refused(format!(
                "{}: the name does not tell the format; say --to csv, --to json or --to parquet",
                path.display()
            ))),
        }
    }
}

/// What has rows.
#[derive(Debug)]
enum Subject {
    Table(DynamicTable),
    Series(TimeSeries),
}

impl Subject {
    fn of(object: &Object) -> Result<Self, Failure> {
        let asking = |error: nwb::Error| Failure::asking(&error);
        if object.is::<DynamicTable>().map_err(asking)? {
            return Ok(Self::Table(object.cast().map_err(asking)?));
        }
        if object.is::<TimeSeries>().map_err(asking)? {
            return Ok(Self::Series(object.cast().map_err(asking)?));
        }
        let mut below = Vec::new();
        for one in object.descendants().unwrap_or_default() {
            if one.is::<DynamicTable>().unwrap_or(false) || one.is::<TimeSeries>().unwrap_or(false) {
                below.push(one.path().to_owned());
            }
        }
        // A column is asked for where its table is meant.
        let above = object.parent().filter(|parent| parent.is::<DynamicTable>().unwrap_or(false));
        let what = match object.type_name() {
            Ok(Some((_, name))) => format!("is a {name}"),
            _ => "has no type".into(),
        };
        let remedy = match (above, below.as_slice()) {
            (Some(table), _) => format!("`nwb table FILE {} --columns {}` shows it", table.path(), object.name()),
            (None, []) => "`nwb table FILE` lists the tables".into(),
            (None, some) => {
                format!("below it there are {}", some.iter().take(4).cloned().collect::<Vec<_>>().join(", "))
            }
        };
        Err(Failure::Refused(format!(
            "{}: {}: this {what}, and neither a table nor a time series; {remedy}",
            object.file(),
            object.path()
        )))
    }

    fn export(&self) -> Export {
        match self {
            Self::Table(table) => Export::of(table),
            Self::Series(series) => Export::of_series(series),
        }
    }

    fn height(&self) -> nwb::Result<u64> {
        match self {
            Self::Table(table) => table.row_count(),
            Self::Series(series) => series.sample_count(),
        }
    }

    fn object(&self) -> &Object {
        match self {
            Self::Table(table) => table.object(),
            Self::Series(series) => series.object(),
        }
    }

    fn columns(&self) -> Vec<String> {
        match self {
            Self::Table(table) => {
                let names = table.column_names().unwrap_or_default();
                std::iter::once("id".to_owned()).chain(names).collect()
            }
            Self::Series(_) => vec!["time".into(), "data".into()],
        }
    }

    /// What is said of an error: of a column that is not there, which there are.
    fn failure(&self, error: &nwb::Error, args: &Args) -> Failure {
        let columns = self.columns();
        let asked = args.columns.iter().flatten().chain(&args.also);
        let asked = asked.chain(args.conditions.iter().step_by(3));
        let of_it = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        let known = |name: &str| columns.iter().any(|column| *column == name || *column == of_it(name));
        let missing = asked.into_iter().find(|name| !known(name));
        match missing {
            Some(name) if error.is_not_found() || error.is_caller_fault() => {
                let remedy = match nearest(name, columns.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None => format!("the columns are {}", columns.join(", ")),
                };
                let object = self.object();
                Failure::Refused(format!(
                    "{}: {}: there is no column \"{name}\"; {remedy}",
                    object.file(),
                    object.path()
                ))
            }
            _ if error.is_caller_fault() => Failure::Refused(sentence(error)),
            _ => Failure::reading(error),
        }
    }
}
