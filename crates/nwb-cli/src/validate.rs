//! `nwb validate`: whether files are right, by their schema and by best practice.

mod text;

use std::path::PathBuf;
use std::sync::Mutex;

use nwb::model::diagnosis::Severity;
use nwb::model::names::nearest;
use nwb::validate::{Options, Registry, Set, json, validate_all};

use crate::failure::{Failure, Outcome};
use crate::files::expand;
use crate::output::{self, Paint};
use crate::progress::Progress;

/// Tell what is wrong with files: by their schema, as pynwb-validate does, and by best practice, as nwbinspector does.
///
/// PATH may be a folder (every .nwb file in it and below), a pattern, or - for a list of files on standard input. Each finding has a
/// code, a severity (error, critical, violation, suggestion, information), the object, and what to do about it; the name that the
/// other programs have for it stands behind the code.
///
/// The exit code is 0 if nothing is found that is as bad as --fail-on, 1 if something is, 2 if a file cannot be opened.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb validate session.nwb
  nwb validate recordings/ --only schema
  nwb validate session.nwb --config dandi --severity critical      what keeps it from the DANDI archive
  nwb validate session.nwb --ignore check_subject_age
  nwb validate recordings/ --json | jq '.[].findings[].code'
  nwb validate --rules                                             a page about all the rules, in Markdown")]
pub(crate) struct Args {
    /// The NWB files
    #[arg(required_unless_present = "rules", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only the rules of the schema, or those of best practice
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Only these rules: by code, by the first words of codes, or by the other programs' names
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Tell only what is as bad as this, or worse
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    severity: Option<Severity>,
    /// How bad what is found is: as the DANDI archive sees it
    #[arg(long, value_enum, value_name = "NAME")]
    config: Option<Config>,
    /// What is as bad as this, or worse, makes exit code 1
    #[arg(long, value_name = "SEVERITY", value_parser = severity, default_value = "suggestion")]
    fail_on: Severity,
    /// Print JSON: a list of files, each with its findings
    #[arg(long)]
    json: bool,
    /// Print what the rules are, and look at no file
    #[arg(long)]
    rules: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Only {
    Schema,
    Practice,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Config {
    Dandi,
}

fn severity(name: &str) -> Result<Severity, String> {
    Severity::from_name(name)
        .ok_or_else(|| "error, critical, violation, suggestion or information is expected".to_owned())
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let registry = Registry::standard();
    if args.rules {
        output::page(|out| out.write_all(registry.page().as_bytes()))?;
        return Ok(Outcome::Done);
    }
    let options = args.options();
    if let Some(name) = options.unknown_names(&registry).first() {
        let names: Vec<&str> =
            registry.rules().flat_map(|(_, rule)| [Some(rule.code()), rule.peer()]).flatten().collect();
        let near = nearest(name, names.iter().copied());
        let remedy = near.map_or("`nwb validate --rules` lists them".into(), |near| format!("did you mean {near}?"));
        return Err(Failure::Refused(format!("there is no rule {name}; {remedy}")));
    }
    let files = expand(&args.paths)?;
    let progress = Mutex::new(Progress::files("validating", files.len() as u64));
    let outcomes = validate_all(
        &files,
        |path| nwb::open(path),
        &registry,
        &options,
        |_| {
            if let Ok(mut progress) = progress.lock() {
                progress.advance(1);
            }
        },
    );
    drop(progress);
    if args.json {
        output::print(|out| {
            serde_json::to_writer_pretty(&mut *out, &json::outcomes(&outcomes))?;
            writeln!(out)
        })?;
    } else {
        output::page(|out| text::write(out, &outcomes, Paint::of_stdout()))?;
    }
    for error in outcomes.iter().filter_map(|outcome| outcome.error.as_ref()) {
        output::complain(&crate::failure::sentence(error));
    }
    if outcomes.iter().any(|outcome| outcome.error.is_some()) {
        return Err(Failure::Told);
    }
    let bad = outcomes.iter().filter(|outcome| outcome.worst().is_some_and(|worst| worst <= args.fail_on)).count();
    Ok(if bad == 0 { Outcome::Done } else { Outcome::Told })
}

impl Args {
    fn options(&self) -> Options {
        let mut options = Options::default().select(self.select.clone()).ignore(self.ignore.clone());
        if let Some(only) = self.only {
            options = options.only(match only {
                Only::Schema => Set::Schema,
                Only::Practice => Set::Practice,
            });
        }
        if let Some(severity) = self.severity {
            options = options.at_least(severity);
        }
        if let Some(Config::Dandi) = self.config {
            options = options.dandi();
        }
        options
    }
}
