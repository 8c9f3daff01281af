//! References to time series from before they had a type of their own.

use super::{TypeOf, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::dtype::Dtype;
use crate::tree::NodeRef;

const NOW: TypeOf<'static> = ("core", "TimeSeriesReferenceVectorData");

/// The references of time intervals to time series were a plain column until NWB 2.5; they are seen as TimeSeriesReferenceVectorData.
pub(super) struct SeriesReferences;

impl Rule for SeriesReferences {
    fn code(&self) -> &'static str {
        "upgrade.series-references"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The references of time intervals to time series were a plain column until NWB 2.5; they are seen as TimeSeriesReferenceVectorData."
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

impl Upgrade for SeriesReferences {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn retyped(&self, node: NodeRef<'_>, own: TypeOf<'_>) -> Option<TypeOf<'static>> {
        let found = own.1 == "VectorData" && own != NOW && has_members(node) && is_of_intervals(node);
        found.then_some(NOW)
    }
}

fn has_members(node: NodeRef<'_>) -> bool {
    let Ok(Dtype::Compound(compound)) = node.info().map(|info| &info.dtype) else { return false };
    let is_member = |name: &str| compound.members.iter().any(|member| member.name == name);
    ["idx_start", "count", "timeseries"].iter().all(|name| is_member(name))
}

fn is_of_intervals(node: NodeRef<'_>) -> bool {
    let own = node.parent().and_then(|parent| Some((parent, parent.type_name().ok()??)));
    own.is_some_and(|(parent, own)| parent.is_a(own, ("core", "TimeIntervals")))
}
