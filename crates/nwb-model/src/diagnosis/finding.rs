//! What rules find.

use std::fmt;

use crate::error::Error;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// It breaks the schema, or something cannot be read.
    Error,
    /// Best practice: the data are likely to be wrong, or nobody will be able to use them.
    Critical,
    /// Best practice: something is not as NWB asks for it.
    Violation,
    /// Best practice: something could be better.
    Suggestion,
    /// No fault: what is worth to know, such as an upgrade rule that applies.
    Information,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Critical, Self::Violation, Self::Suggestion, Self::Information];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Critical => "critical",
            Self::Violation => "violation",
            Self::Suggestion => "suggestion",
            Self::Information => "information",
        }
    }

    /// The severity of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How much of what it is about a finding, or its absence, rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// All of it was looked at.
    #[default]
    All,
    /// A part of it, said in words: `the first 1000 of 50000 rows`.
    Sample(String),
}

/// One thing that is not as it should be, or that is worth to know.
///
/// A rule makes it with [`new`](Self::new) and tells it to a [`Report`](super::Report), which adds whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a finding is told to a report"]
pub struct Finding {
    /// Which rule found it: a name that stays the same from release to release.
    pub code: &'static str,
    /// What the peer calls it that finds this too: a class of `hdmf.validate.errors` or a check of nwbinspector.
    pub peer: Option<&'static str>,
    /// Why that peer does not find this one here, where it does not.
    pub beyond_peer: Option<String>,
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
    /// What is likely to have caused it.
    pub cause: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// What it rests on.
    pub coverage: Coverage,
    /// Whether the severity is the finding's own, not the rule's.
    pub(super) is_severe_itself: bool,
}

impl Finding {
    /// At the object of this path, in one sentence.
    pub fn new(object: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: "",
            peer: None,
            beyond_peer: None,
            severity: Severity::Error,
            object: object.into(),
            spec: None,
            message: message.into(),
            expected: None,
            found: None,
            cause: None,
            remedy: None,
            coverage: Coverage::All,
            is_severe_itself: false,
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
        self.severity = severity;
        self.is_severe_itself = true;
        self
    }

    /// Of another name at the peer than the rule.
    pub fn peer(mut self, peer: &'static str) -> Self {
        self.peer = Some(peer);
        self
    }

    /// One that the peer does not find, and why.
    pub fn beyond_peer(mut self, why: impl Into<String>) -> Self {
        self.beyond_peer = Some(why.into());
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

    /// What is likely to have caused it.
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What to do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// What it rests on, where that is not all.
    pub fn coverage(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }
}

impl fmt::Display for Finding {
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
        if let Some(cause) = &self.cause {
            write!(f, "; {cause}")?;
        }
        if let Some(remedy) = &self.remedy {
            write!(f, "; {remedy}")?;
        }
        if let Coverage::Sample(sample) = &self.coverage {
            write!(f, " (from {sample})")?;
        }
        Ok(())
    }
}
