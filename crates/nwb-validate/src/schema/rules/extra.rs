//! Members that the schema does not know.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// What is in a file has a place in the schema.
pub(super) struct Extra;

impl Rule for Extra {
    fn code(&self) -> &'static str {
        "member.extra"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "What is in a file has a place in the schema."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Extra, report);
    }
}
