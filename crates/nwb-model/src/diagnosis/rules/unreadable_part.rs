//! Attributes and links that cannot be read.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// Every attribute and every link can be read.
pub(super) struct UnreadablePart;

impl Rule for UnreadablePart {
    fn code(&self) -> &'static str {
        "object.unreadable-part"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Every attribute and every link can be read."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for one in subject.object().unreadable().unwrap_or_default() {
            report.add(Finding::of_error(subject.object().path(), &one.error));
        }
    }
}
