//! Objects to which two hard links lead.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// No object is in two groups: a second place for it is a soft link.
pub(super) struct SecondName;

impl Rule for SecondName {
    fn code(&self) -> &'static str {
        "object.two-parents"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "No object is in two groups: a second place for it is a soft link."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let Some(survey) = subject.survey() else { return };
        let others = survey.second_names(subject.object().address());
        if let Some(first) = others.first() {
            report.add(
                Finding::new(
                    subject.object().path(),
                    "more than one hard link leads to the object, so that it has two parents",
                )
                .found(match others.len() {
                    1 => first.clone(),
                    more => format!("{first}, and {} more", more - 1),
                })
                .remedy("put soft links in the place of the others"),
            );
        }
    }
}
