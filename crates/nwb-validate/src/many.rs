//! Files, one or many, and what came of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nwb_model::Error;
use nwb_model::diagnosis::{Finding, Severity};
use nwb_model::file::File;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::ignore::Ignored;
use crate::options::Options;
use crate::registry::Registry;

/// What the rules find in a file, in the order of its objects.
#[must_use]
pub fn validate(file: &File, registry: &Registry<'_>, options: &Options) -> Vec<Finding> {
    file.examine(options.rules(registry)).into_iter().filter_map(|finding| options.tell(finding)).collect()
}

/// What came of looking at a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// Where it lies.
    pub path: PathBuf,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was found and is not told, for [reasons](crate::ignore).
    pub ignored: Vec<Ignored>,
    /// Why it could not be opened, where it could not.
    pub error: Option<Error>,
}

impl Outcome {
    /// Of a file that was looked at.
    #[must_use]
    pub fn of_findings(path: impl Into<PathBuf>, findings: Vec<Finding>) -> Self {
        Self { path: path.into(), findings, ignored: Vec::new(), error: None }
    }

    /// Of a file that could not be opened.
    #[must_use]
    pub fn of_error(path: impl Into<PathBuf>, error: Error) -> Self {
        Self { path: path.into(), findings: Vec::new(), ignored: Vec::new(), error: Some(error) }
    }

    /// The worst of the findings.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).min()
    }
}

/// Looks at many files at once, as many as there are cores. The outcomes are in the order of the paths; `done` is told of each
/// when it is done, in any order.
pub fn validate_all(
    paths: &[PathBuf],
    open: impl Fn(&Path) -> Result<File, Error> + Sync,
    registry: &Registry<'_>,
    options: &Options,
    done: impl Fn(&Outcome) + Sync,
) -> Vec<Outcome> {
    paths
        .par_iter()
        .map(|path| {
            let outcome = match open(path) {
                Ok(file) => Outcome::of_findings(path, validate(&file, registry, options)),
                Err(error) => Outcome::of_error(path, error),
            };
            done(&outcome);
            outcome
        })
        .collect()
}

/// How many of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How many files were looked at.
    pub files: usize,
    /// How many of them could not be opened.
    pub unreadable: usize,
    /// How many had no findings.
    pub clean: usize,
    /// How many findings are not told, for reasons.
    pub ignored: usize,
    /// How many findings there are of each severity.
    pub severities: BTreeMap<Severity, usize>,
    /// How many findings there are of each code.
    pub codes: BTreeMap<&'static str, usize>,
}

impl Summary {
    /// Of these outcomes.
    #[must_use]
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut summary = Self { files: outcomes.len(), ..Self::default() };
        for outcome in outcomes {
            summary.unreadable += usize::from(outcome.error.is_some());
            summary.ignored += outcome.ignored.len();
            summary.clean += usize::from(outcome.error.is_none() && outcome.findings.is_empty());
            for finding in &outcome.findings {
                *summary.severities.entry(finding.severity).or_default() += 1;
                *summary.codes.entry(finding.code).or_default() += 1;
            }
        }
        summary
    }
}
