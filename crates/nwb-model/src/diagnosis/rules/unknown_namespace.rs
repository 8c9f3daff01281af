//! Namespaces that nobody knows.

use crate::catalog::is_ours;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// The namespace of a type is one of NWB, or its specs are cached in the file.
pub(super) struct UnknownNamespace;

impl Rule for UnknownNamespace {
    fn code(&self) -> &'static str {
        "type.unknown-namespace"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The namespace of a type is one of NWB, or its specs are cached in the file."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let Ok(Some((namespace, name))) = node.type_name() else { return };
        if !is_ours(namespace) && node.catalog().release(namespace).is_none() && !is_cached(subject, namespace) {
            report.add(
                Finding::new(node.path(), format!("the namespace \"{namespace}\" is not known"))
                    .expected(format!("its specs at /specifications/{namespace}"))
                    .found(format!("{namespace} {name}"))
                    .remedy("the object can be read by the names of its members"),
            );
        }
    }
}

/// Where there are specs that cannot be read, that is told of the specs.
fn is_cached(subject: &Subject<'_>, namespace: &str) -> bool {
    let specifications = crate::catalog::specifications(subject.node().root());
    specifications.is_ok_and(|at| at.is_some_and(|at| at.link(namespace).is_ok_and(|link| link.is_some())))
}
