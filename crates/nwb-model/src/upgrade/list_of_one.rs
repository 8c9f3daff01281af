//! Single values where the schema has lists.

use super::Upgrade;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject, lists};
use crate::value::Shape;

/// A single value is taken for a list of one where the schema asks for a list, as of experimenters.
pub(super) struct ListOfOne;

impl Rule for ListOfOne {
    fn code(&self) -> &'static str {
        "upgrade.scalar-for-list"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A single value is taken for a list of one where the schema asks for a list, as of experimenters."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for (field, shape) in lists(subject) {
            if *shape == Shape::Scalar {
                report.add(
                    Finding::new(field.holder.path(), format!("\"{}\" is a single value", field.name))
                        .spec(field.spec_name())
                        .expected("a list")
                        .found("a single value"),
                );
            }
        }
    }
}

impl Upgrade for ListOfOne {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
