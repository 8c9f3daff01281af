//! Many samples in few columns: of each column of pixels, the extremes and the mean of what lies in it.

use nwb_model::ndarray::{Array2, Axis, Ix2, IxDyn};
use nwb_model::selection::{Along, Selection};
use nwb_model::types::TimeSeries;
use nwb_model::view::NeurodataType;

use crate::{Error, ErrorKind, Result};

/// How many elements are in memory at once.
const BLOCK: u64 = 1 << 21;

/// What one channel did in one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bin {
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) sum: f64,
    pub(crate) count: u64,
}

impl Bin {
    const EMPTY: Self = Self { min: f64::INFINITY, max: f64::NEG_INFINITY, sum: 0.0, count: 0 };

    fn add(&mut self, value: f64) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.sum += value;
        self.count += 1;
    }

    pub(crate) fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

/// Samples of some channels between two times.
#[derive(Clone, Debug)]
pub(crate) struct Binned {
    /// The times of the first and the last sample, or what was asked for.
    pub(crate) span: [f64; 2],
    /// How many samples were read of each channel.
    pub(crate) samples: u64,
    /// The unit of the values.
    pub(crate) unit: String,
    pub(crate) channels: Vec<Channel>,
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) number: u64,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// So few samples that each is there: time and value.
    Samples(Vec<[f64; 2]>),
    Bins(Vec<Bin>),
}

/// What is wanted of a series.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    /// Which samples.
    pub(crate) samples: std::ops::Range<u64>,
    /// The time at the left and the right edge.
    pub(crate) span: [f64; 2],
    /// Which channels; `None` for a series without that axis.
    pub(crate) channels: Option<&'a [u64]>,
    /// In how many columns.
    pub(crate) columns: usize,
}

impl Binned {
    /// Goes once over the samples, in blocks.
    pub(crate) fn read(series: &TimeSeries, wanted: &Wanted<'_>) -> Result<Self> {
        let columns = wanted.columns.max(1);
        let [from, to] = wanted.span;
        let axis = series.time_axis()?;
        let numbers: Vec<u64> = wanted.channels.map_or_else(|| vec![0], <[u64]>::to_vec);
        let total = wanted.samples.end.saturating_sub(wanted.samples.start);
        let is_few = total <= 2 * columns as u64;
        let mut bins = vec![vec![Bin::EMPTY; if is_few { 0 } else { columns }]; numbers.len()];
        let mut raw: Vec<Vec<[f64; 2]>> = vec![Vec::new(); numbers.len()];
        let step = (BLOCK / (numbers.len() as u64).max(1)).max(1);
        let (mut first, mut unit) = (wanted.samples.start, series.unit()?.to_owned());
        while first < wanted.samples.end {
            let end = wanted.samples.end.min(first + step);
            let times = axis.times(first..end)?;
            let place =
                |time: f64| ((time - from) / (to - from) * columns as f64).clamp(0.0, (columns - 1) as f64) as usize;
            let values = block(series, first..end, wanted.channels, &mut unit)?;
            for (values, (bins, raw)) in values.axis_iter(Axis(1)).zip(bins.iter_mut().zip(&mut raw)) {
                for (&value, &time) in values.iter().zip(&times) {
                    if is_few {
                        raw.push([time, value]);
                    } else if value.is_finite()
                        && time.is_finite()
                        && let Some(bin) = bins.get_mut(place(time))
                    {
                        bin.add(value);
                    }
                }
            }
            first = end;
        }
        let channels = numbers.into_iter().zip(bins.into_iter().zip(raw));
        let content = |bins, raw| if is_few { Content::Samples(raw) } else { Content::Bins(bins) };
        let channels = channels.map(|(number, (bins, raw))| Channel { number, content: content(bins, raw) }).collect();
        Ok(Self { span: wanted.span, samples: total, unit, channels })
    }

    /// The smallest and the largest value of all channels.
    pub(crate) fn range(&self) -> Option<[f64; 2]> {
        let mut ranges = self.channels.iter().filter_map(Channel::range);
        let first = ranges.next()?;
        Some(ranges.fold(first, |[low, high], [l, h]| [low.min(l), high.max(h)]))
    }
}

/// Samples of some channels in physical units: `[sample, channel]`.
fn block(
    series: &TimeSeries,
    samples: std::ops::Range<u64>,
    channels: Option<&[u64]>,
    unit: &mut String,
) -> Result<Array2<f64>> {
    let place = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let rows = Along::steps(place(samples.start), Some(place(samples.end)), 1);
    let selection = match channels {
        None => Selection::along([rows]),
        Some(list) => {
            Selection::along([rows, run(list).unwrap_or_else(|| Along::list(list.iter().map(|&n| place(n))))])
        }
    };
    let physical = series.physical(selection)?;
    *unit = physical.unit;
    let count = physical.values.shape().first().copied().unwrap_or(0);
    let shape = IxDyn(&[count, channels.map_or(1, <[u64]>::len)]);
    let values = physical
        .values
        .into_shape_with_order(shape)
        .and_then(nwb_model::ndarray::ArrayBase::into_dimensionality::<Ix2>);
    values.map_err(|source| {
        Error::new(ErrorKind::Malformed, "the data are not samples by channels")
            .at(series.object().path())
            .caused_by(source)
    })
}

/// Channels in a row as a range, which is read at once.
fn run(list: &[u64]) -> Option<Along> {
    let (&first, &last) = (list.first()?, list.last()?);
    let in_a_row = list.iter().zip(first..).all(|(a, b)| *a == b);
    in_a_row.then(|| {
        Along::steps(
            i64::try_from(first).unwrap_or(i64::MAX),
            i64::try_from(last).ok().map(|last| last.saturating_add(1)),
            1,
        )
    })
}

impl Channel {
    /// The smallest and the largest value.
    pub(crate) fn range(&self) -> Option<[f64; 2]> {
        let widen = |range: Option<[f64; 2]>, low: f64, high: f64| match range {
            None => Some([low, high]),
            Some([l, h]) => Some([l.min(low), h.max(high)]),
        };
        match &self.content {
            Content::Samples(samples) => {
                samples.iter().filter(|[_, v]| v.is_finite()).fold(None, |range, [_, v]| widen(range, *v, *v))
            }
            Content::Bins(bins) => {
                bins.iter().filter(|bin| bin.count > 0).fold(None, |range, bin| widen(range, bin.min, bin.max))
            }
        }
    }

    /// Means over columns of the span, empty ones without a number.
    pub(crate) fn means(&self, [from, to]: [f64; 2], columns: usize) -> Vec<f64> {
        match &self.content {
            Content::Bins(bins) => bins.iter().map(|bin| bin.mean().unwrap_or(f64::NAN)).collect(),
            Content::Samples(samples) => {
                let mut bins = vec![Bin::EMPTY; columns];
                for [time, value] in samples.iter().filter(|[t, v]| t.is_finite() && v.is_finite()) {
                    let place =
                        ((time - from) / (to - from) * columns as f64).clamp(0.0, columns.saturating_sub(1) as f64);
                    if let Some(bin) = bins.get_mut(place as usize) {
                        bin.add(*value);
                    }
                }
                bins.iter().map(|bin| bin.mean().unwrap_or(f64::NAN)).collect()
            }
        }
    }

    /// The median of the values, by columns, and the distance from it to the largest: what tells an active cell.
    pub(crate) fn rest_and_peak(&self) -> [f64; 2] {
        let mut values: Vec<f64> = match &self.content {
            Content::Samples(samples) => samples.iter().map(|[_, v]| *v).filter(|v| v.is_finite()).collect(),
            Content::Bins(bins) => bins.iter().filter_map(Bin::mean).collect(),
        };
        values.sort_by(f64::total_cmp);
        let rest = values.get(values.len() / 2).copied().unwrap_or(0.0);
        [rest, self.range().map_or(0.0, |[_, high]| high - rest)]
    }

    /// Its lines: places of times and values by the functions. They break where there is no sample.
    pub(crate) fn lines(
        &self,
        [from, to]: [f64; 2],
        x: impl Fn(f64) -> f64,
        y: impl Fn(f64) -> f64,
    ) -> Vec<Vec<[f64; 2]>> {
        let mut lines = vec![Vec::new()];
        let mut push = |point: Option<[f64; 2]>| match (point, lines.last_mut()) {
            (Some(point), Some(line)) => line.push(point),
            (None, Some(line)) if !line.is_empty() => lines.push(Vec::new()),
            _ => {}
        };
        match &self.content {
            Content::Samples(samples) => {
                for [time, value] in samples {
                    push((time.is_finite() && value.is_finite()).then(|| [x(*time), y(*value)]));
                }
            }
            Content::Bins(bins) => {
                let width = (to - from) / bins.len() as f64;
                let mut before = f64::NAN;
                for (i, bin) in bins.iter().enumerate() {
                    if bin.count == 0 {
                        push(None);
                        continue;
                    }
                    let time = x(from + (i as f64 + 0.5) * width);
                    // From the end that is nearer, so that what joins two columns is no longer than it has to be.
                    let rises = (before - bin.min).abs() <= (before - bin.max).abs();
                    let ends = if rises { [bin.min, bin.max] } else { [bin.max, bin.min] };
                    for end in if bin.min == bin.max { &ends[..1] } else { &ends[..] } {
                        push(Some([time, y(*end)]));
                        before = *end;
                    }
                }
            }
        }
        lines.retain(|line| !line.is_empty());
        for line in &mut lines {
            // A sample alone is a dot, or rather a plus, so that it is seen.
            if let [[x, y]] = line.as_slice() {
                let (x, y) = (*x, *y);
                *line = [[-3.0, 0.0], [3.0, 0.0], [0.0, 0.0], [0.0, -3.0], [0.0, 3.0]]
                    .map(|[right, down]| [x + right, y + down])
                    .to_vec();
            }
        }
        lines
    }
}
