//! Values other than those that the schema fixes.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::diagnosis::{differing_values, is_of_another_version};

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
        if is_of_another_version(subject.node()) {
            return;
        }
        for (field, expected, found) in differing_values(subject) {
            report.add(
                Finding::new(field.place(), format!("\"{}\" has another value than the schema fixes", field.name))
                    .spec(field.spec_name())
                    .expected(expected)
                    .found(found),
            );
        }
    }
}
