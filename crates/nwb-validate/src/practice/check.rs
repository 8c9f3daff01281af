//! A check of nwbinspector as a rule.

use nwb_model::Result;
use nwb_model::diagnosis::{Finding, Report, Rule, Severity, Subject};
use nwb_model::tree::Object;

/// A check: which objects it is about, and what it does with one of them.
pub(super) struct Check {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    /// The type whose objects it looks at, with those that extend it; empty for every object with a type.
    pub(super) of: &'static str,
    pub(super) doc: &'static str,
    /// Where something cannot be read, there is an error, and that is for other rules to tell.
    pub(super) run: fn(&Object, &mut Report, &Subject<'_>) -> Result<()>,
}

impl Rule for Check {
    fn code(&self) -> &'static str {
        self.code
    }

    fn severity(&self) -> Severity {
        self.severity
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn peer(&self) -> Option<&'static str> {
        Some(self.code)
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let is_for_it = if self.of.is_empty() { subject.spec().is_some() } else { is_a(subject, self.of) };
        if is_for_it {
            // What it found before is found; what keeps it from going on is told as unreadable.
            _ = (self.run)(subject.object(), report, subject);
        }
    }
}

/// Whether an object is of a type of core or hdmf-common, or of one that extends it.
pub(super) fn is_a(subject: &Subject<'_>, name: &str) -> bool {
    let is_published = |namespace: &str| matches!(namespace, "core" | "hdmf-common" | "hdmf-experimental");
    subject.spec().is_some_and(|spec| {
        let mut names = std::iter::once(spec.type_name()).chain(spec.ancestors());
        names.any(|one| one.name() == name && is_published(one.namespace()))
    })
}

/// A finding at an object.
pub(super) fn at(object: &Object, message: impl Into<String>) -> Finding {
    Finding::new(object.path(), message)
}

/// Why nwbinspector does not have a finding: it looks at so many rows.
pub(super) const SAMPLED: &str = "nwbinspector looks at the first 200 rows alone";

/// How many that is.
pub(super) const SAMPLE: u64 = 200;

/// A finding beyond its sample says so.
pub(super) fn sampled(finding: Finding, row: u64) -> Finding {
    if row < SAMPLE { finding } else { finding.beyond_peer(SAMPLED) }
}
