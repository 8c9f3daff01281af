//! Null references.

use crate::diagnosis::references::Trouble;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A reference that must lead somewhere is not null.
pub(super) struct NullReference;

impl Rule for NullReference {
    fn code(&self) -> &'static str {
        "reference.null"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "A reference that must lead somewhere is not null."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for one in subject.wrong_references() {
            if let Trouble::Null = &one.trouble {
                let finding = Finding::new(subject.object().path(), format!("{} is null", one.place()))
                    .remedy("let it lead to an object");
                report.add(match &one.spec {
                    Some(spec) => finding.spec(spec),
                    None => finding,
                });
            }
        }
    }
}
