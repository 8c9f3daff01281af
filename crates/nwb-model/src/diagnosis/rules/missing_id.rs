//! Objects without an id.

use crate::catalog::is_older_than;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// Every object with a type has an id.
pub(super) struct MissingId;

impl Rule for MissingId {
    fn code(&self) -> &'static str {
        "object-id.missing"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Every object with a type has an id."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let has_type = matches!(node.type_name(), Ok(Some(_)));
        if has_type && matches!(node.attribute("object_id"), Ok(None)) && !is_older_than(node.root(), "2.1") {
            report.add(
                Finding::new(node.path(), "the object has no id")
                    .expected("an attribute \"object_id\" with a UUID")
                    .remedy("no program can refer to it by an id; an id is given when the object is changed"),
            );
        }
    }
}
