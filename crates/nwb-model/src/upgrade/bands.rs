//! The table of frequency bands from before it had a type of its own.

use super::{TypeOf, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;

const NOW: TypeOf<'static> = ("core", "FrequencyBandsTable");

/// The bands of a decomposition were a plain table until NWB 2.9; they are seen as a FrequencyBandsTable.
pub(super) struct Bands;

impl Rule for Bands {
    fn code(&self) -> &'static str {
        "upgrade.bands"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The bands of a decomposition were a plain table until NWB 2.9; they are seen as a FrequencyBandsTable."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let Ok(Some(own)) = subject.object().type_name() else { return };
        if self.retyped(subject.node(), own).is_some() {
            report.add(
                Finding::new(subject.object().path(), format!("the object is seen as {}", NOW.1))
                    .expected(format!("{} {}", NOW.0, NOW.1))
                    .found(format!("{} {}", own.0, own.1)),
            );
        }
    }
}

impl Upgrade for Bands {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn retyped(&self, node: NodeRef<'_>, own: TypeOf<'_>) -> Option<TypeOf<'static>> {
        let found = node.name() == "bands"
            && own != NOW
            && node.is_a(own, ("hdmf-common", "DynamicTable"))
            && !node.is_a(own, NOW)
            && is_of_decomposition(node);
        found.then_some(NOW)
    }
}

fn is_of_decomposition(node: NodeRef<'_>) -> bool {
    let own = node.parent().and_then(|parent| Some((parent, parent.type_name().ok()??)));
    own.is_some_and(|(parent, own)| parent.is_a(own, ("core", "DecompositionSeries")))
}
