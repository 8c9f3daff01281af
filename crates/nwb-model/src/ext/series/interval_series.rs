//! Interval series: on and off, read as intervals and written from them.

use std::collections::BTreeMap;

use ndarray::Ix1;

use crate::draft::Draft;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::Timing;
use crate::types::{IntervalSeries, IntervalSeriesInit};
use crate::view::NeurodataType;

/// An interval of an [`IntervalSeries`], in seconds from the file's `timestamps_reference_time`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// When it begins.
    pub start: f64,
    /// When it ends; `None` where the series ends before it does.
    pub stop: Option<f64>,
    /// Which kind of interval it is, from 1: the series' description says what the kinds are.
    pub kind: i8,
}

impl IntervalSeries {
    /// The intervals, in the order in which they begin. Those of one kind do not overlap.
    ///
    /// # Errors
    /// When an interval begins or ends twice, a sample is 0, or something cannot be read.
    pub fn intervals(&self) -> Result<Vec<Interval>> {
        let signs = self.data()?.read::<i64, Ix1>(..)?;
        let times = self.times(0..signs.len() as u64)?;
        let mut open: BTreeMap<i8, usize> = BTreeMap::new();
        let mut found: Vec<Interval> = Vec::new();
        for (sample, (&sign, time)) in signs.iter().zip(times).enumerate() {
            let fail = |what: &str| {
                self.object().fail(
                    Error::new(ErrorKind::Malformed, format!("{what} at sample {sample}"))
                        .expected("a positive number where an interval begins, its negative where it ends")
                        .found(sign.to_string())
                        .by_spec("core IntervalSeries.data"),
                )
            };
            let kind = i8::try_from(sign.unsigned_abs()).map_err(|_| fail("there is no such kind of interval"))?;
            match sign {
                0 => return Err(fail("neither does an interval begin nor end")),
                1.. if open.contains_key(&kind) => return Err(fail("an interval begins again that has not ended")),
                1.. => {
                    open.insert(kind, found.len());
                    found.push(Interval { start: time, stop: None, kind });
                }
                _ => match open.remove(&kind).and_then(|place| found.get_mut(place)) {
                    Some(interval) => interval.stop = Some(time),
                    None => return Err(fail("an interval ends that has not begun")),
                },
            }
        }
        Ok(found)
    }

    /// A draft of a series of intervals of one kind, each from a start to a stop.
    ///
    /// ```
    /// use nwb_model::types::IntervalSeries;
    ///
    /// let running = IntervalSeries::of("running", [(1.5, 4.0), (7.25, 9.0)]);
    /// ```
    #[must_use]
    pub fn of(name: impl Into<String>, intervals: impl IntoIterator<Item = (f64, f64)>) -> Draft<Self> {
        let of_kind = |(start, stop)| Interval { start, stop: Some(stop), kind: 1 };
        Self::of_kinds(name, intervals.into_iter().map(of_kind))
    }

    /// A draft of a series of intervals of several kinds. Those of one kind must not overlap; what is wrong with them is told when
    /// the draft is inserted.
    #[must_use]
    pub fn of_kinds(name: impl Into<String>, intervals: impl IntoIterator<Item = Interval>) -> Draft<Self> {
        let mut switches: Vec<(f64, i8)> = Vec::new();
        let mut faults = Vec::new();
        let mut last: BTreeMap<i8, f64> = BTreeMap::new();
        let mut intervals: Vec<Interval> = intervals.into_iter().collect();
        intervals.sort_by(|a, b| a.start.total_cmp(&b.start));
        for Interval { start, stop, kind } in intervals {
            let end = stop.unwrap_or(f64::INFINITY);
            let is_free = last.get(&kind).is_none_or(|before| start >= *before);
            if !(start <= end && kind > 0 && is_free) {
                faults.push(
                    Error::new(ErrorKind::Invalid, "an interval does not fit into a series of intervals")
                        .expected(
                            "a start before the stop, after the interval of that kind before it; a kind from 1 to 127",
                        )
                        .found(format!("{start} to {end}, of kind {kind}"))
                        .by_spec("core IntervalSeries"),
                );
            }
            last.insert(kind, end);
            switches.push((start, kind));
            switches.extend(stop.map(|stop| (stop, kind.checked_neg().unwrap_or(kind))));
        }
        // At one time the ends come first, but not that of an interval which begins just there: the sort is stable.
        switches.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (times, signs): (Vec<f64>, Vec<i8>) = switches.into_iter().unzip();
        let mut draft =
            Self::new(IntervalSeriesInit { name: name.into(), data: signs.into(), timing: Timing::timestamps(times) });
        draft.node.faults.append(&mut faults);
        draft
    }
}
