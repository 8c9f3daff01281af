//! Trials as spans of colour behind what happened in them.

use nwb_model::ext::TimeInterval;
use nwb_model::tree::Object;
use nwb_model::types::NwbFile;

use super::Page;
use crate::axes::Scale;
use crate::scene::{Area, Shape};

/// More spans than that are a carpet.
const MANY: usize = 400;

/// Shades the trials of a file (its epochs, where it has none) behind an area; says how they are called, if there are any.
pub(super) fn trials(object: &Object, area: Area, time: &Scale, page: &mut Page) -> Option<&'static str> {
    let root: NwbFile = object.root().cast().ok()?;
    let (name, table) = match root.trials() {
        Ok(Some(trials)) => ("trials", trials),
        _ => ("epochs", root.epochs().ok().flatten()?),
    };
    let [from, to] = time.from;
    let intervals: Vec<TimeInterval> = table.overlapping(from, to).ok()?;
    let seen: Vec<_> = intervals.iter().filter(|i| i.start.is_finite() && i.stop > i.start).collect();
    if seen.is_empty() || seen.len() > MANY {
        return None;
    }
    for interval in seen {
        let (left, right) = (time.at(interval.start.max(from)), time.at(interval.stop.min(to)));
        let span = Area::new(left, area.y, right - left, area.height);
        page.scene.draw_in(area, "trial", Shape::Box { area: span, fill: page.ink.spans.opacity(0.14) });
    }
    Some(name)
}
