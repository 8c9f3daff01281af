//! Units and descriptions that were spelled otherwise.

use super::Upgrade;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject, differing_values, is_of_another_version};

/// A value that is fixed today was another one, or free, in the version of the file; it is given as it stands.
pub(super) struct FixedValue;

impl Rule for FixedValue {
    fn code(&self) -> &'static str {
        "upgrade.fixed-value"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A value that is fixed today was another one, or free, in the version of the file; it is given as it stands."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if !is_of_another_version(subject.node()) {
            return;
        }
        for (field, expected, found) in differing_values(subject) {
            report.add(
                Finding::new(
                    field.holder.path(),
                    format!("\"{}\" has another value than today's schema fixes", field.name),
                )
                .spec(field.spec_name())
                .expected(expected)
                .found(found),
            );
        }
    }
}

impl Upgrade for FixedValue {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
