//! What is not as it should be in a file: found by small rules, object by object, and told all at once.
//!
//! A file is not refused for a fault in it. Whatever can be read is read, and each fault is one [`Diagnosis`], at the object where it
//! is. Older versions of NWB are no fault: where the views of today see such an object in another way than it is stored, a diagnosis
//! of the severity [`Information`](Severity::Information) says so, with the code of the upgrade rule.
//!
//! ```
//! use nwb_model::edit::{Edit, EditOptions};
//! use nwb_model::memory::Memory;
//! use nwb_model::time::Timestamp;
//! use nwb_model::types::NwbFileInit;
//!
//! let init = NwbFileInit {
//!     identifier: "a".into(),
//!     session_description: "b".into(),
//!     session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
//! };
//! let file = Edit::create(Memory::new("m"), "m", init, EditOptions::default())?.commit()?;
//! assert!(file.diagnose().is_empty());
//! # Ok::<(), nwb_model::Error>(())
//! ```

mod fields;
mod links;
mod references;
mod report;
mod rule;
mod rules;
mod series;
mod subject;
mod survey;
mod tables;
mod values;

use std::fmt;

pub use report::{Finding, Report};
pub use rule::{Rule, rules};
pub use subject::Subject;
pub use survey::Survey;

pub(crate) use fields::{Field, FieldSpec, Found};
pub(crate) use values::{differing_values, is_of_another_version, lists, single_values};

use crate::file::File;
use crate::tree::Object;
use crate::view::NeurodataType;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// It breaks the schema, or something cannot be read.
    Error,
    /// No fault: what is worth to know, such as an upgrade rule that applies.
    Information,
}

impl Severity {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Information => "information",
        }
    }
}

/// One thing that is not as it should be, or that is worth to know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Which rule found it: a name that stays the same from release to release.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The path of the object.
    pub object: String,
    /// The part of the schema that asks for something else, such as `core TimeSeries.data@unit`.
    pub spec: Option<String>,
    /// One sentence.
    pub message: String,
    /// What was expected.
    pub expected: Option<String>,
    /// What was found.
    pub found: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}: {}", self.severity.name(), self.code, self.object, self.message)?;
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => write!(f, " (expected {expected}, found {found})")?,
            (Some(expected), None) => write!(f, " (expected {expected})")?,
            (None, Some(found)) => write!(f, " (found {found})")?,
            (None, None) => {}
        }
        if let Some(spec) = &self.spec {
            write!(f, " [{spec}]")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

impl File {
    /// Everything that is not as it should be in the file, and every upgrade rule that applies: all objects, in the order of a walk.
    ///
    /// Elements of datasets are read only where a rule is about them (indices and regions of tables, references), block by block.
    #[must_use]
    pub fn diagnose(&self) -> Vec<Diagnosis> {
        let survey = Survey::of(self.object());
        let mut report = Report::default();
        for object in survey.objects() {
            examine(&Subject::new(object, Some(&survey)), &mut report);
        }
        report.into_diagnoses()
    }
}

impl Object {
    /// What is not as it should be in this object and its members without a type, and which upgrade rules apply to it.
    ///
    /// What only the whole file tells, such as an id that another object has too, is for [`File::diagnose`].
    #[must_use]
    pub fn diagnoses(&self) -> Vec<Diagnosis> {
        let mut report = Report::default();
        examine(&Subject::new(self, None), &mut report);
        report.into_diagnoses()
    }
}

fn examine(subject: &Subject<'_>, report: &mut Report) {
    for rule in rules() {
        report.begin(rule);
        rule.check(subject, report);
        report.end(subject.object());
    }
}
