//! The table of electrodes from before it had a type of its own.

use super::{TypeOf, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;

const NOW: TypeOf<'static> = ("core", "ElectrodesTable");

/// The table of electrodes was a plain table until NWB 2.9; it is seen as an ElectrodesTable.
pub(super) struct Electrodes;

impl Rule for Electrodes {
    fn code(&self) -> &'static str {
        "upgrade.electrodes"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The table of electrodes was a plain table until NWB 2.9; it is seen as an ElectrodesTable."
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

impl Upgrade for Electrodes {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn retyped(&self, node: NodeRef<'_>, own: TypeOf<'_>) -> Option<TypeOf<'static>> {
        let found = node.name() == "electrodes"
            && own != NOW
            && node.path() == "/general/extracellular_ephys/electrodes"
            && node.is_a(own, ("hdmf-common", "DynamicTable"))
            && !node.is_a(own, NOW);
        found.then_some(NOW)
    }
}
