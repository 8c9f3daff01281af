//! Required members that are not there.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// What the schema requires is there.
pub(super) struct MissingMember;

impl Rule for MissingMember {
    fn code(&self) -> &'static str {
        "member.missing"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("MissingError")
    }

    fn doc(&self) -> &'static str {
        "What the schema requires is there."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Missing, report);
    }
}
