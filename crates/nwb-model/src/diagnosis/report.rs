//! What rules write down.

use super::rule::Rule;
use super::{Diagnosis, Severity};
use crate::error::Error;
use crate::tree::Object;

/// How many findings of one rule in one object are told one by one.
const TOLD: usize = 100;

/// One thing that a rule has found, before it is told whose it is.
#[derive(Clone, Debug)]
#[must_use = "a finding is told to a report"]
pub struct Finding {
    object: String,
    message: String,
    severity: Option<Severity>,
    spec: Option<String>,
    expected: Option<String>,
    found: Option<String>,
    remedy: Option<String>,
}

impl Finding {
    /// At the object of this path, in one sentence.
    pub fn new(object: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            object: object.into(),
            message: message.into(),
            severity: None,
            spec: None,
            expected: None,
            found: None,
            remedy: None,
        }
    }

    /// What an error says, at the object of this path.
    pub fn of_error(object: impl Into<String>, error: &Error) -> Self {
        let mut message = error.message().to_owned();
        if let Some(cause) = std::error::Error::source(error) {
            message.push_str(": ");
            message.push_str(&cause.to_string());
        }
        let mut finding = Self::new(object, message);
        finding.spec = error.spec().map(str::to_owned);
        finding.expected = error.expectation().map(str::to_owned);
        finding.found = error.finding().map(str::to_owned);
        finding.remedy = error.advice().map(str::to_owned);
        finding
    }

    /// Of another severity than the rule's.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// The part of the schema behind it.
    pub fn spec(mut self, spec: impl Into<String>) -> Self {
        self.spec = Some(spec.into());
        self
    }

    /// What was expected.
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// What was found.
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// What to do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// All that was found so far.
#[derive(Debug, Default)]
pub struct Report {
    diagnoses: Vec<Diagnosis>,
    rule: Option<(&'static str, Severity)>,
    told: usize,
    untold: usize,
}

impl Report {
    /// Writes a finding down, for the rule that is at work.
    pub fn add(&mut self, finding: Finding) {
        let Some((code, severity)) = self.rule else { return };
        if self.told == TOLD {
            self.untold += 1;
            return;
        }
        self.told += 1;
        let Finding { object, message, severity: own, spec, expected, found, remedy } = finding;
        let severity = own.unwrap_or(severity);
        self.diagnoses.push(Diagnosis { code, severity, object, spec, message, expected, found, remedy });
    }

    pub(super) fn begin(&mut self, rule: &dyn Rule) {
        self.rule = Some((rule.code(), rule.severity()));
        self.told = 0;
        self.untold = 0;
    }

    /// What was too much to be told is counted.
    pub(super) fn end(&mut self, object: &Object) {
        if self.untold > 0 {
            let more = format!("there are {} more of this kind here", self.untold);
            self.told = 0;
            self.add(Finding::new(object.path(), more));
        }
        self.rule = None;
    }

    pub(super) fn into_diagnoses(self) -> Vec<Diagnosis> {
        self.diagnoses
    }
}
