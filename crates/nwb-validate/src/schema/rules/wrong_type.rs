//! Members and link targets of another type.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// What stands in a place of the schema, or what a link there leads to, is of the type that the schema asks for.
pub(super) struct WrongType;

impl Rule for WrongType {
    fn code(&self) -> &'static str {
        "member.wrong-type"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("MissingDataType")
    }

    fn doc(&self) -> &'static str {
        "What stands in a place of the schema, or what a link there leads to, is of the type that the schema asks for."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::WrongType, report);
    }
}
