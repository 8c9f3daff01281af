//! References to objects of another type.

use crate::diagnosis::references::Trouble;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A reference leads to an object of the type that the schema asks for.
pub(super) struct ReferenceType;

impl Rule for ReferenceType {
    fn code(&self) -> &'static str {
        "reference.wrong-type"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("IncorrectDataType")
    }

    fn doc(&self) -> &'static str {
        "A reference leads to an object of the type that the schema asks for."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for one in subject.wrong_references() {
            if let Trouble::WrongType { expected, found } = &one.trouble {
                let finding = Finding::new(
                    subject.object().path(),
                    format!("{} leads to an object of another type", one.place()),
                )
                .expected(expected.clone())
                .found(found.clone());
                let finding = if one.attribute.is_empty() {
                    finding.beyond_peer("the peer looks at references in attributes alone")
                } else {
                    finding
                };
                report.add(match &one.spec {
                    Some(spec) => finding.spec(spec),
                    None => finding,
                });
            }
        }
    }
}
