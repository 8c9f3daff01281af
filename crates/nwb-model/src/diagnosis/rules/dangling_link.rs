//! Soft links that lead to nothing.

use crate::backend::Link;
use crate::diagnosis::links::{Fault, fault};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A soft link leads to an object.
pub(super) struct DanglingLink;

impl Rule for DanglingLink {
    fn code(&self) -> &'static str {
        "link.dangling"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "A soft link leads to an object."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for (name, link) in subject.object().links().unwrap_or_default() {
            if let Link::Soft(path) = link
                && let Some(Fault::Dangling) = fault(subject.node(), name, link)
            {
                report.add(
                    Finding::new(subject.node().path_of(name), "the soft link leads nowhere")
                        .expected(format!("an object at {path}"))
                        .remedy("mend the link, or take it away"),
                );
            }
        }
    }
}
