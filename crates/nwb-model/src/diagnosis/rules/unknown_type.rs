//! Types that their namespace does not define.

use crate::catalog::is_ours;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// The namespace of an object defines its type.
pub(super) struct UnknownType;

impl Rule for UnknownType {
    fn code(&self) -> &'static str {
        "type.unknown"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The namespace of an object defines its type."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let Ok(Some((namespace, name))) = node.type_name() else { return };
        let is_known = is_ours(namespace) || node.catalog().release(namespace).is_some();
        if is_known && node.find_type(namespace, name).is_none() {
            report.add(
                Finding::new(node.path(), format!("the namespace \"{namespace}\" has no type \"{name}\""))
                    .remedy("the object can be read by the names of its members"),
            );
        }
    }
}
