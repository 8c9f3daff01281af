//! The target of a table of meanings from when it was a link.

use super::{Place, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;

/// A table of meanings had a link to its column in hdmf-common 1.9; it is read as the reference of today.
pub(super) struct MeaningsTarget;

impl Rule for MeaningsTarget {
    fn code(&self) -> &'static str {
        "upgrade.meanings-target"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A table of meanings had a link to its column in hdmf-common 1.9; it is read as the reference of today."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if subject.spec().is_some_and(|spec| spec.is_a_named("MeaningsTable")) && by_link(subject.node()).is_some() {
            report.add(
                Finding::new(subject.object().path(), "the target is a link, as in hdmf-common 1.9")
                    .expected("an attribute \"target\" with a reference")
                    .found("a link \"target\""),
            );
        }
    }
}

impl Upgrade for MeaningsTarget {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn target<'a>(&self, owner: NodeRef<'a>, place: Place) -> Option<NodeRef<'a>> {
        let own = owner.type_name().ok()??;
        let asked = place.path.is_empty() && place.attribute == "target";
        (asked && owner.is_a(own, ("hdmf-common", "MeaningsTable"))).then(|| by_link(owner)).flatten()
    }
}

fn by_link(table: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let has_reference = !matches!(table.attribute("target"), Ok(None));
    if has_reference { None } else { table.child("target").ok()? }
}
