//! Values of another type.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// Values are of the type that the schema asks for, and at least as wide.
pub(super) struct DtypeRule;

impl Rule for DtypeRule {
    fn code(&self) -> &'static str {
        "value.dtype"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("DtypeError")
    }

    fn doc(&self) -> &'static str {
        "Values are of the type that the schema asks for, and at least as wide."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Dtype, report);
    }
}
