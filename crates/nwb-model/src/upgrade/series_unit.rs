//! Time series whose unit is not told.

use std::sync::LazyLock;

use super::{Place, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;
use crate::value::Value;

static UNKNOWN: LazyLock<Value> = LazyLock::new(|| Value::text("unknown"));

/// The unit of a time series that does not tell it is \"unknown\".
pub(super) struct SeriesUnit;

impl Rule for SeriesUnit {
    fn code(&self) -> &'static str {
        "upgrade.series-unit"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The unit of a time series that does not tell it is \"unknown\"."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        if !subject.spec().is_some_and(|spec| spec.is_a_named("TimeSeries")) {
            return;
        }
        // Without data there is nothing whose unit could be told.
        if let Ok(Some(data)) = node.child("data")
            && data.info().is_ok()
            && matches!(data.attribute("unit"), Ok(None))
        {
            report.add(
                Finding::new(data.path(), "the unit of the data is not told, and is taken to be unknown")
                    .spec("core TimeSeries.data@unit")
                    .expected("an attribute \"unit\""),
            );
        }
    }
}

impl Upgrade for SeriesUnit {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn attribute(&self, owner: NodeRef<'_>, place: Place) -> Option<&'static Value> {
        let own = owner.type_name().ok()??;
        let asked = place.path == "data" && place.attribute == "unit";
        (asked && owner.is_a(own, ("core", "TimeSeries"))).then(|| &*UNKNOWN)
    }
}
