//! Groups that say to be datasets, and the other way round.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::Kind as Form;
use nwb_schema::Kind;

/// Objects of types of groups are groups, those of types of datasets are datasets.
pub(super) struct WrongForm;

impl Rule for WrongForm {
    fn code(&self) -> &'static str {
        "type.wrong-form"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Objects of types of groups are groups, those of types of datasets are datasets."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(spec), Ok(form)) = (subject.declared(), subject.object().kind()) else { return };
        let expected = match spec.kind() {
            Kind::Group => Form::Group,
            Kind::Dataset => Form::Dataset,
        };
        if form != expected {
            report.add(
                Finding::new(subject.object().path(), format!("objects of the type {} have another form", spec.name()))
                    .expected(format!("a {}", expected.name()))
                    .found(format!("a {}", form.name())),
            );
        }
    }
}
