//! Values other than those that the schema fixes.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// What the schema fixes has that value.
pub(super) struct FixedValue;

impl Rule for FixedValue {
    fn code(&self) -> &'static str {
        "value.fixed"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "What the schema fixes has that value."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Fixed, report);
    }
}
