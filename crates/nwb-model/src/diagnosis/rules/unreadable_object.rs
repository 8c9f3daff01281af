//! Objects that cannot be read.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// Every object can be read.
pub(super) struct UnreadableObject;

impl Rule for UnreadableObject {
    fn code(&self) -> &'static str {
        "object.unreadable"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Every object can be read."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if let Err(error) = subject.node().node() {
            report.add(Finding::of_error(subject.object().path(), &error));
        }
    }
}
