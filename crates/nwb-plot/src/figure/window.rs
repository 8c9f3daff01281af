//! Which samples of a series are drawn.

use std::ops::Range;

use nwb_model::tree::Object;
use nwb_model::types::{ElectricalSeries, RoiResponseSeries, TimeSeries};
use nwb_model::view::NeurodataType;

use crate::quantity::plain;
use crate::{Error, ErrorKind, Options, Result};

/// More elements than that are only read when they are asked for.
const MANY: u64 = 300_000_000;
/// Signals of so many samples per second are bands of ink when hours of them are drawn.
const FAST: f64 = 1000.0;
/// What is shown of them, in seconds.
const GLANCE: f64 = 2.0;

/// Samples, and the times at the edges of the picture.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) samples: Range<u64>,
    pub(super) span: [f64; 2],
    /// What was left out, if nobody asked for that.
    pub(super) note: Option<String>,
}

impl Window {
    /// What was asked for, or what is a fair picture of the series.
    pub(super) fn of(series: &TimeSeries, channels: u64, options: &Options) -> Result<Self> {
        let axis = series.time_axis()?;
        let (Some(start), Some(end)) = (axis.start()?, axis.end()?) else {
            return Err(fail(series.object(), "the series has no samples", "an empty axis of time"));
        };
        // Each sample is taken to last until the next.
        let end = end + axis.rate().filter(|rate| *rate > 0.0).map_or(0.0, |rate| 1.0 / rate);
        if let Some(asked) = &options.window {
            let samples = axis.samples_between(asked.start, asked.end)?;
            if samples.is_empty() {
                return Err(outside(series.object(), asked, start..end));
            }
            return Ok(Self { samples, span: [asked.start, asked.end], note: None });
        }
        let all = 0..axis.count();
        let whole = Self { samples: all, span: [start, end], note: None };
        let count = axis.count();
        let is_fast = series.object().is::<ElectricalSeries>()?
            && channels > 1
            && count as f64 / (end - start).max(1e-9) >= FAST
            && end - start > 3.0 * GLANCE;
        let kept =
            if is_fast { axis.samples_between(start, start + GLANCE)?.end } else { (MANY / channels.max(1)).max(2) };
        if kept >= count || kept == 0 {
            return Ok(whole);
        }
        let until = axis.time_of(kept)?;
        let note = format!(
            "only the first {} s of {} s are drawn; choose others with --window",
            plain(round(until - start)),
            plain(round(end - start))
        );
        Ok(Self { samples: 0..kept, span: [start, until], note: Some(note) })
    }
}

fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn fail(object: &Object, message: &str, found: &str) -> Error {
    Error::new(ErrorKind::Invalid, message).at(object.path()).in_file(object.file()).found(found)
}

/// The error for a window in which nothing lies.
pub(super) fn outside(object: &Object, asked: &Range<f64>, there: Range<f64>) -> Error {
    let seconds = |range: &Range<f64>| format!("{} to {} s", plain(round(range.start)), plain(round(range.end)));
    fail(object, "nothing lies in the window", &seconds(asked))
        .expected(format!("a part of {}", seconds(&there)))
        .remedy("choose another --window")
}

/// What numbers along the second axis are called, and what they are: ids of ROIs, or numbers from 0.
pub(super) fn ids(series: &TimeSeries) -> Result<(&'static str, Vec<i64>)> {
    let data = series.data()?;
    let Some(&channels) = data.shape()?.get(1) else { return Ok(("channel", vec![0])) };
    let numbers = || (0..i64::try_from(channels).unwrap_or(i64::MAX)).take(1 << 20).collect();
    if !series.object().is::<RoiResponseSeries>()? {
        return Ok(("channel", numbers()));
    }
    // A region that cannot be read leaves the ROIs without names, not without traces.
    Ok(("ROI", roi_ids(series).ok().filter(|ids| ids.len() as u64 == channels).unwrap_or_else(numbers)))
}

fn roi_ids(series: &TimeSeries) -> Result<Vec<i64>> {
    let response: RoiResponseSeries = series.object().cast()?;
    let region = response.rois()?;
    let ids = region.table()?.row_ids()?;
    let rows = region.rows(..)?;
    Ok(rows.iter().filter_map(|row| ids.get(usize::try_from(*row).ok()?).copied()).collect())
}
