//! Time series whose unit is not told.

use std::sync::LazyLock;

use nwb_schema::{EffectiveAttribute, EffectiveType, embedded};

use super::{Place, Upgrade};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;
use crate::value::Value;

static UNKNOWN: LazyLock<Value> = LazyLock::new(|| Value::text("unknown"));

/// The units that the schema says for series which do not tell theirs, by type: meters of a SpatialSeries.
static DEFAULTS: LazyLock<Vec<(&EffectiveType, Value)>> = LazyLock::new(|| {
    let types = embedded::catalog().types();
    types.filter_map(|own| Some((own, Value::text(unit(own)?.default_value.as_ref()?.as_str()?)))).collect()
});

/// What the schema says of the unit of a series.
fn unit(own: &EffectiveType) -> Option<&EffectiveAttribute> {
    let is_series = own.is_a_named("TimeSeries");
    is_series.then(|| own.members().dataset("data")?.attribute("unit")).flatten()
}

/// The unit of a time series that does not tell it is the schema's default, and \"unknown\" where there is none.
pub(super) struct SeriesUnit;

impl Rule for SeriesUnit {
    fn code(&self) -> &'static str {
        "upgrade.series-unit"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "The unit of a time series that does not tell it, and of whose type the schema has no default, is \"unknown\"."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        if !subject.spec().and_then(unit).is_some_and(|unit| unit.required) {
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
        if place.path != "data" || place.attribute != "unit" || !owner.is_a(own, ("core", "TimeSeries")) {
            return None;
        }
        let default = DEFAULTS.iter().find(|(one, _)| owner.is_a(own, (one.namespace(), one.name())));
        Some(default.map_or(&*UNKNOWN, |(_, unit)| unit))
    }
}
