//! Groups in the place of datasets, and the other way round.

use nwb_model::diagnosis::{Report, Rule, Severity, Subject};

use crate::schema::{Assessment, Kind};

/// Members without a type are groups or datasets as the schema says.
pub(super) struct WrongForm;

impl Rule for WrongForm {
    fn code(&self) -> &'static str {
        "member.wrong-form"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Members without a type are groups or datasets as the schema says."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        Assessment::of(subject).tell(Kind::WrongForm, report);
    }
}
