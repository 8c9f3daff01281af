//! `nwb validate`: whether files are right, by their schema and by best practice.

mod report;
mod text;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use nwb::model::diagnosis::Severity;
use nwb::model::names::nearest;
use nwb::validate::config::Format;
use nwb::validate::ignore::IgnoreFiles;
use nwb::validate::{Options, Registry, Set, json, sarif, validate_all};

use crate::failure::{Failure, Outcome};
use crate::files::expand;
use crate::output::{self, Paint};
use crate::progress::Progress;
use crate::sink::Sink;

/// Tell what is wrong with files: by their schema, as pynwb-validate does, and by best practice, as nwbinspector does.
///
/// PATH may be a folder (every .nwb file in it and below), a pattern, or - for a list of files on standard input. Each finding has a
/// code, a severity (error, critical, violation, suggestion, information), the object, and what to do about it; the name that the
/// other programs have for it stands behind the code.
///
/// What is to stay as it is stands in a file .nwb-validate.toml in the folder of the files or above it (the nearest counts):
/// tables [[ignore]] with rule = "...", reason = "...", and where needed files = "sub-1/**" and objects = "/acquisition/*".
///
/// The exit code is 0 if nothing is found that is as bad as --fail-on, 1 if something is, 2 if a file cannot be opened or the command line is
/// wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb validate session.nwb
  nwb validate recordings/ --only schema
  nwb validate session.nwb --config dandi --severity critical      what keeps it from the DANDI archive
  nwb validate session.nwb --ignore check_subject_age
  nwb validate recordings/ --json | jq '.[].findings[].code'
  nwb validate recordings/ --sarif > nwb.sarif                     for code hosts and editors
  nwb validate recordings/ --report report.html                    a page to sort and filter, for a browser
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
    /// How bad what is found is: dandi for how the DANDI archive sees it, or a file of your own (TOML, or nwbinspector's YAML) with
    /// lists of rules under the names of severities
    #[arg(long, value_name = "NAME|FILE")]
    config: Option<PathBuf>,
    /// What is as bad as this, or worse, makes exit code 1
    #[arg(long, value_name = "SEVERITY", value_parser = severity, default_value = "suggestion")]
    fail_on: Severity,
    /// Tell also what .nwb-validate.toml files say is to be ignored
    #[arg(long)]
    no_ignore_file: bool,
    /// Print JSON: a list of files, each with its findings
    #[arg(long)]
    json: bool,
    /// Print SARIF 2.1.0, which code hosts and editors show
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
    /// Write the report as a page for a browser too
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Replace the page if there is one
    #[arg(long, requires = "report")]
    overwrite: bool,
    /// Print what the rules are, and look at no file
    #[arg(long)]
    rules: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Only {
    Schema,
    Practice,
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
    let options = args.options(&registry)?;
    let files = expand(&args.paths)?;
    let mut ignore_files = match args.no_ignore_file {
        true => IgnoreFiles::default(),
        false => IgnoreFiles::of(&files).map_err(|error| Failure::reading(&error))?,
    };
    // Nobody wants to wait, only to be told that the page cannot be written.
    let page = args.report.as_ref().map(|path| Sink::create(path, args.overwrite, None)).transpose()?;
    let progress = Mutex::new(Progress::files("validating", files.len() as u64));
    let mut outcomes = validate_all(
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
    outcomes.iter_mut().for_each(|outcome| ignore_files.apply(outcome));
    if let Some(mut page) = page {
        page.write_all(report::page(&outcomes).as_bytes()).map_err(|error| page.refused(&error))?;
        page.finish()?;
    }
    let print = |value: &serde_json::Value| {
        output::print(|out| {
            serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
            writeln!(out)
        })
    };
    if args.json {
        print(&json::outcomes(&outcomes))?;
    } else if args.sarif {
        print(&sarif::log(&outcomes, &registry))?;
    } else {
        output::page(|out| text::write(out, &outcomes, Paint::of_stdout()))?;
    }
    for remark in ignore_files.remarks(&registry, &options) {
        output::complain(&remark);
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
    /// What is asked. What makes no sense is a wrong command line.
    fn options(&self, registry: &Registry<'_>) -> Result<Options, Failure> {
        let mut options = Options::default();
        match &self.config {
            Some(name) if name.as_os_str() == "dandi" => options = options.dandi(),
            Some(path) => options = configured(options, path)?,
            None => {}
        }
        options = options.select(self.select.clone()).ignore(self.ignore.clone());
        if let Some(only) = self.only {
            options = options.only(match only {
                Only::Schema => Set::Schema,
                Only::Practice => Set::Practice,
            });
        }
        if let Some(severity) = self.severity {
            options = options.at_least(severity);
        }
        let unknown = options.unknown_names(registry);
        let Some(name) = unknown.first() else { return Ok(options) };
        let names = registry.rules().flat_map(|(_, rule)| [Some(rule.code()), rule.peer()]).flatten();
        let near = nearest(name, names);
        let remedy = near.map_or("`nwb validate --rules` lists them".into(), |near| format!("did you mean {near}?"));
        Err(Failure::Unreadable(format!("there is no rule {name}; {remedy}")))
    }
}

fn configured(options: Options, path: &Path) -> Result<Options, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        let why = format!("{}: the configuration cannot be read: {error}", path.display());
        Failure::Unreadable(format!("{why}; a name that is no file must be dandi"))
    })?;
    let configured = options.configure(&text, Format::of(path));
    configured.map_err(|error| Failure::reading(&error.in_file(path.display().to_string())))
}
