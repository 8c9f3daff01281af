//! Ids that two objects share.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// No two objects have the same id.
pub(super) struct DuplicateId;

impl Rule for DuplicateId {
    fn code(&self) -> &'static str {
        "object-id.duplicate"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "No two objects have the same id."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(survey), Ok(Some(id))) = (subject.survey(), subject.object().object_id()) else { return };
        let own = subject.object().address();
        if let Some(first) = survey.first_with_id(id).filter(|first| *first != own) {
            let first = subject.node().resolve(first).map_or("another object", |node| node.path());
            report.add(
                Finding::new(subject.object().path(), "another object has the same id")
                    .found(format!("{id}, which is the id of {first}")),
            );
        }
    }
}
