//! Links where there must be none.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// Where the schema forbids links, there is the object itself.
pub(super) struct IllegalLink;

impl Rule for IllegalLink {
    fn code(&self) -> &'static str {
        "member.illegal-link"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("IllegalLinkError")
    }

    fn doc(&self) -> &'static str {
        "Where the schema forbids links, there is the object itself."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Link, report);
    }
}
