//! What the rules about time series share.

use super::subject::Subject;
use super::tables::{height, is_told};
use crate::tree::NodeRef;
use crate::types::{ImageSeries, IndexSeries, TimeSeries};

/// How a series says when its samples were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    None,
    One,
    Both,
}

/// `None` for what is no time series, and for one without the timestamps that all of its type have: that they are missing is told
/// by itself.
pub(super) fn timing(subject: &Subject<'_>) -> Option<Timing> {
    subject.view::<TimeSeries>()?;
    if is_told(subject.node(), "timestamps") {
        return None;
    }
    // What cannot be read is there all the same.
    let is_there = |name| !matches!(subject.node().child(name), Ok(None));
    Some(match (is_there("timestamps"), is_there("starting_time")) {
        (false, false) => Timing::None,
        (true, true) => Timing::Both,
        _ => Timing::One,
    })
}

/// How many samples and timestamps a series has, where both are in the file.
pub(super) fn lengths(subject: &Subject<'_>) -> Option<(u64, u64)> {
    subject.view::<TimeSeries>()?;
    let node = subject.node();
    let member = |name| node.child(name).ok().flatten();
    let (data, times) = (height(member("data")?)?, height(member("timestamps")?)?);
    let is_elsewhere =
        member("external_file").is_some() || subject.view::<ImageSeries>().is_some() && is_external(node);
    let is_index = subject.view::<IndexSeries>().is_some() && data == 0;
    (!is_index && (!is_elsewhere || data > 0)).then_some((data, times))
}

fn is_external(series: NodeRef<'_>) -> bool {
    let format = series.child("format").ok().flatten().and_then(|at| at.value().ok()?.as_text().ok());
    format == Some("external")
}
