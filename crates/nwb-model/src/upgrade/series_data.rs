//! Time series without data.

use std::sync::Arc;

use super::{Place, Upgrade};
use crate::backend::{DatasetInfo, Link};
use crate::data::Source;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::element::Element;
use crate::memory::{MemoryKind, MemoryNode, Objects};
use crate::tree::{NodeRef, Object};
use crate::value::{Shape, Value};

/// A time series without data is one of no samples, as data could be left out in some versions.
pub(super) struct SeriesData;

impl Rule for SeriesData {
    fn code(&self) -> &'static str {
        "upgrade.series-data"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A time series without data is one of no samples, as data could be left out in some versions."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let node = subject.node();
        let is_series = subject.spec().is_some_and(|spec| spec.is_a_named("TimeSeries"));
        if is_series && matches!(node.child("data"), Ok(None)) {
            report.add(
                Finding::new(node.path(), "the series has no data, and is taken to have no samples")
                    .spec("core TimeSeries.data")
                    .expected("a dataset \"data\""),
            );
        }
    }
}

impl Upgrade for SeriesData {
    fn as_rule(&'static self) -> &'static dyn Rule {
        self
    }

    fn dataset(&self, owner: NodeRef<'_>, place: Place) -> Option<Object> {
        let own = owner.type_name().ok()??;
        if place.path != "data" || !owner.is_a(own, ("core", "TimeSeries")) {
            return None;
        }
        let dims = if owner.is_a(own, ("core", "ImageSeries")) { vec![0, 0, 0] } else { vec![0] };
        without_samples(owner, dims)
    }
}

/// A dataset without elements, where the data of the series would be: over the file, which stays as it is.
fn without_samples(owner: NodeRef<'_>, dims: Vec<u64>) -> Option<Object> {
    let shape = Shape::Simple(dims);
    let none = Value::vector(Vec::<u8>::new()).reshaped(shape.clone()).ok()?;
    let mut objects = Objects::over(Arc::clone(owner.backend()));
    let info = Box::new(DatasetInfo::new(u8::dtype(), shape));
    let data = objects.add(MemoryNode::of(MemoryKind::Dataset(info, Source::Value(none))));
    objects.change(owner.address()).ok()?.links_mut().ok()?.insert("data".into(), Link::Hard(data));
    Object::root_of(Arc::new(objects)).get(&format!("{}/data", owner.path())).ok()
}
