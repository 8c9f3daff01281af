//! Too many objects of a type, or too few.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// There are as many objects of a type as the schema allows.
pub(super) struct Quantity;

impl Rule for Quantity {
    fn code(&self) -> &'static str {
        "member.quantity"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("IncorrectQuantityError")
    }

    fn doc(&self) -> &'static str {
        "There are as many objects of a type as the schema allows."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::Quantity, report);
    }
}
