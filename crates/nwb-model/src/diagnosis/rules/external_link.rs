//! External links that lead nowhere.

use crate::backend::Link;
use crate::diagnosis::links::{Fault, fault};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// An external link leads to an object of a file that is there.
pub(super) struct ExternalLink;

impl Rule for ExternalLink {
    fn code(&self) -> &'static str {
        "link.external"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "An external link leads to an object of a file that is there."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for (name, link) in subject.object().links().unwrap_or_default() {
            if let Link::External { file, path } = link
                && let Some(Fault::Dangling) = fault(subject.node(), name, link)
            {
                report.add(
                    Finding::new(subject.node().path_of(name), "the external link leads nowhere")
                        .expected(format!("an object at {path} of the file {file}"))
                        .remedy("put that file beside this one, or take the link away"),
                );
            }
        }
    }
}
