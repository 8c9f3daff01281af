//! References to what is not there.

use crate::diagnosis::references::Trouble;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A reference leads to an object that a name leads to.
pub(super) struct DanglingReference;

impl Rule for DanglingReference {
    fn code(&self) -> &'static str {
        "reference.dangling"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "A reference leads to an object that a name leads to."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for one in subject.wrong_references() {
            if let Trouble::Dangling = &one.trouble {
                let finding = Finding::new(subject.object().path(), format!("{} leads to no object", one.place()))
                    .remedy("the object that it meant was deleted, or the reference is damaged");
                report.add(match &one.spec {
                    Some(spec) => finding.spec(spec),
                    None => finding,
                });
            }
        }
    }
}
