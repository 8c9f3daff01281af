//! Where the specs are cached is not told.

use crate::catalog::specifications;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// The root says by the reference .specloc where the specs are cached: in a group.
pub(super) struct SpecsLocation;

impl Rule for SpecsLocation {
    fn code(&self) -> &'static str {
        "specs.location"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The root says by the reference .specloc where the specs are cached: in a group."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        if !subject.is_root() {
            return;
        }
        let Ok(Some(cached)) = specifications(node) else { return };
        if cached.node().is_ok() && cached.info().is_ok() {
            report.add(
                Finding::new(cached.path(), "what should hold the cached specs is no group")
                    .expected("a group")
                    .found("a dataset"),
            );
            return;
        }
        let finding =
            match node.attribute(".specloc") {
                Ok(None) => Finding::new("/", "the file does not say where its specs are cached")
                    .found("no attribute \".specloc\""),
                Ok(Some(value)) => {
                    match value.as_reference().map(|target| target.and_then(|target| node.resolve(target))) {
                        Ok(Some(target)) if target.address() != cached.address() && target.is_named() => {
                            Finding::new("/", "the attribute \".specloc\" does not lead to the cached specs")
                                .found(format!("a reference to {}", target.path()))
                        }
                        // A reference that leads nowhere is told by the rules about references.
                        Ok(_) => return,
                        Err(_) => Finding::new("/", "the attribute \".specloc\" is no reference")
                            .found(value.dtype().to_string()),
                    }
                }
                Err(_) => return,
            };
        report.add(finding.expected("a reference to /specifications").remedy("the specs at /specifications are used"));
    }
}
