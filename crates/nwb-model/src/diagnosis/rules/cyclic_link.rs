//! Soft links that run in a circle.

use crate::backend::Link;
use crate::diagnosis::links::{Fault, fault};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A soft link does not lead back to itself.
pub(super) struct CyclicLink;

impl Rule for CyclicLink {
    fn code(&self) -> &'static str {
        "link.cyclic"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "A soft link does not lead back to itself."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for (name, link) in subject.object().links().unwrap_or_default() {
            if let Link::Soft(path) = link
                && let Some(Fault::Circle) = fault(subject.node(), name, link)
            {
                report.add(
                    Finding::new(subject.node().path_of(name), "the soft link leads back to itself")
                        .expected(format!("an object at {path}"))
                        .remedy("mend the link, or take it away"),
                );
            }
        }
    }
}
