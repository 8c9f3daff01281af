//! Arrays of one element where the schema has single values.

use super::Upgrade;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject, single_values};

/// An array of one element is taken for the single value that the schema asks for.
pub(super) struct ScalarOfOne;

impl Rule for ScalarOfOne {
    fn code(&self) -> &'static str {
        "upgrade.array-for-scalar"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "An array of one element is taken for the single value that the schema asks for."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for (field, shape) in single_values(subject) {
            if !shape.dims().is_empty() && shape.len() == Some(1) {
                report.add(
                    Finding::new(field.holder.path(), format!("\"{}\" is an array of one element", field.name))
                        .spec(field.spec_name())
                        .expected("a single value")
                        .found(format!("shape {shape}")),
                );
            }
        }
    }
}

impl Upgrade for ScalarOfOne {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }
}
