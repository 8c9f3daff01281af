//! Values of another shape.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// Values have one of the shapes that the schema allows.
pub(super) struct ShapeRule;

impl Rule for ShapeRule {
    fn code(&self) -> &'static str {
        "value.shape"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("ShapeError")
    }

    fn doc(&self) -> &'static str {
        "Values have one of the shapes that the schema allows."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Shape, report);
    }
}
