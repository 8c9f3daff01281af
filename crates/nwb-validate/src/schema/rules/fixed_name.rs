//! Objects with another name than their type gives them.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// Objects of a type with a fixed name have that name.
pub(super) struct FixedName;

impl Rule for FixedName {
    fn code(&self) -> &'static str {
        "member.name"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Objects of a type with a fixed name have that name."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Name, report);
    }
}
