//! Time series: when their samples were taken, and what they are in physical units.

use std::ops::Range;

use ndarray::{ArrayD, Axis, Ix1};
use nwb_schema::EffectiveType;

use crate::access;
use crate::dataset::Dataset;
use crate::draft::{AttributeDraft, DraftNode};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Selection;
use crate::types::{ElectricalSeries, TimeSeries};
use crate::value::Value;
use crate::view::NeurodataType;

/// How many timestamps are read at once when a time is looked for.
const PROBE: u64 = 512;

/// Samples in physical units: not to be confused with what is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Physical {
    /// The values, in the axes of the data.
    pub values: ArrayD<f64>,
    /// Their unit.
    pub unit: String,
}

/// When the samples of a series were taken.
enum Clock {
    Rate { start: f64, rate: f64 },
    Times(Dataset),
}

impl TimeSeries {
    /// How many samples there are: as many as timestamps, or as the first axis of the data is long; for frames in external files
    /// with a rate, what the series says in `num_samples`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn sample_count(&self) -> Result<u64> {
        if let Some(times) = self.timestamps()? {
            return Ok(times.shape()?.first().copied().unwrap_or(0));
        }
        if let Some(told) = access::scalar(self, "num_samples").optional::<u64>()? {
            return Ok(told);
        }
        Ok(self.data()?.shape()?.first().copied().unwrap_or(0))
    }

    /// The time of a sample, in seconds from the file's `timestamps_reference_time`.
    ///
    /// # Errors
    /// When there is no such sample, or the series does not say when its samples were taken.
    pub fn time_of(&self, sample: u64) -> Result<f64> {
        let times = self.times(sample..sample.saturating_add(1))?;
        times.first().copied().ok_or_else(|| self.no_sample(sample))
    }

    /// The times of some samples, in seconds from the file's `timestamps_reference_time`.
    ///
    /// # Errors
    /// When there are fewer samples, or the series does not say when they were taken.
    pub fn times(&self, samples: Range<u64>) -> Result<Vec<f64>> {
        match self.clock()? {
            Clock::Rate { start, rate } => {
                let count = self.sample_count()?;
                if samples.end > count {
                    return Err(self.no_sample(samples.end.saturating_sub(1)));
                }
                Ok(samples.map(|sample| start + sample as f64 / rate).collect())
            }
            Clock::Times(times) => read_times(&times, samples),
        }
    }

    /// The time between the first and the last sample, in seconds; `None` where there is no sample.
    ///
    /// # Errors
    /// When the series does not say when its samples were taken, or something cannot be read.
    pub fn duration(&self) -> Result<Option<f64>> {
        match self.sample_count()?.checked_sub(1) {
            Some(last) => Ok(Some(self.time_of(last)? - self.time_of(0)?)),
            None => Ok(None),
        }
    }

    /// The samples taken from `start` up to but not including `end`, in seconds. Timestamps are taken to ascend; only some of
    /// them are read.
    ///
    /// # Errors
    /// When the series does not say when its samples were taken, or something cannot be read.
    pub fn samples_between(&self, start: f64, end: f64) -> Result<Range<u64>> {
        let count = self.sample_count()?;
        let first = self.first_at(start, count)?;
        Ok(first..self.first_at(end, count)?.max(first))
    }

    /// Samples in physical units: `stored * conversion + offset`, for an `ElectricalSeries` with a conversion for each channel
    /// that times too. Where nothing is said of conversion and offset, they are 1 and 0.
    ///
    /// # Errors
    /// When the selection reaches outside, the data are no numbers, or something cannot be read.
    pub fn physical(&self, selection: impl Into<Selection>) -> Result<Physical> {
        let selection = selection.into();
        let data = self.data()?;
        let mut values: ArrayD<f64> = data.read(selection.clone())?;
        let conversion = self.conversion()?.unwrap_or(1.0);
        let offset = self.offset()?.unwrap_or(0.0);
        match self.channel_conversion(&data, &selection)? {
            None => values.mapv_inplace(|value| value * conversion + offset),
            Some((axis, factors)) => {
                for (mut channel, factor) in values.axis_iter_mut(axis).zip(factors) {
                    channel.mapv_inplace(|value| value * conversion * factor + offset);
                }
            }
        }
        Ok(Physical { values, unit: self.unit()?.to_owned() })
    }

    /// The factors of the channels that are selected, and the axis of the result along which they lie.
    fn channel_conversion(&self, data: &Dataset, selection: &Selection) -> Result<Option<(Axis, Vec<f64>)>> {
        if !self.object().is::<ElectricalSeries>()? {
            return Ok(None);
        }
        let Some(factors) = access::optional_dataset(self, "channel_conversion")? else { return Ok(None) };
        let (region, result) = selection.resolve(data.shape()?)?;
        let Some(channels) = region.axes().get(1) else { return Ok(None) };
        let factors = factors.read::<f64, Ix1>(..)?;
        let picked: Option<Vec<f64>> = (0..channels.count)
            .map(|i| factors.get(usize::try_from(channels.start + i * channels.step).ok()?).copied())
            .collect();
        let picked = picked.ok_or_else(|| {
            self.object().fail(
                Error::new(ErrorKind::Malformed, "there are fewer channel conversions than channels")
                    .expected(data.shape().ok().and_then(|shape| shape.get(1).copied()).unwrap_or(0).to_string())
                    .found(factors.len().to_string()),
            )
        })?;
        // A single sample, or a single channel, has no axis of its own in the result.
        match (result.len(), region.axes().len()) {
            (result, all) if result == all => Ok(Some((Axis(1), picked))),
            _ => Err(self.object().fail(
                Error::new(ErrorKind::Invalid, "channels with a conversion each are read along all axes")
                    .remedy("select ranges, such as s![3..4, ..], in place of single indices"),
            )),
        }
    }

    fn clock(&self) -> Result<Clock> {
        if let Some(times) = self.timestamps()? {
            return Ok(Clock::Times(times));
        }
        match (self.starting_time()?, self.rate()?) {
            (start, Some(rate)) if rate > 0.0 => Ok(Clock::Rate { start: start.unwrap_or(0.0), rate }),
            (_, found) => Err(self.object().fail(
                Error::new(ErrorKind::Malformed, "the series does not say when its samples were taken")
                    .expected("timestamps, or a starting time with a positive rate")
                    .found(found.map_or("neither".into(), |rate| format!("a rate of {rate}"))),
            )),
        }
    }

    /// The first sample that was not taken before a time; the number of samples where all were.
    fn first_at(&self, time: f64, count: u64) -> Result<u64> {
        match self.clock()? {
            Clock::Rate { start, rate } => {
                let mut sample = (((time - start) * rate).ceil().max(0.0) as u64).min(count);
                // Rounding may have gone one sample too far either way.
                while sample > 0 && start + (sample - 1) as f64 / rate >= time {
                    sample -= 1;
                }
                while sample < count && start + (sample as f64) / rate < time {
                    sample += 1;
                }
                Ok(sample)
            }
            Clock::Times(times) => {
                let (mut low, mut high) = (0, count);
                while high - low > PROBE {
                    let middle = low + (high - low) / 2;
                    match read_times(&times, middle..middle + 1)?.first() {
                        Some(at) if *at < time => low = middle + 1,
                        _ => high = middle,
                    }
                }
                let before = read_times(&times, low..high)?.iter().take_while(|at| **at < time).count();
                Ok(low + before as u64)
            }
        }
    }

    fn no_sample(&self, sample: u64) -> Error {
        self.object().fail(Error::new(ErrorKind::Invalid, format!("the series has no sample {sample}")))
    }
}

fn read_times(times: &Dataset, samples: Range<u64>) -> Result<Vec<f64>> {
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Ok(times.read::<f64, Ix1>(place(samples.start)..place(samples.end))?.to_vec())
}

/// Refuses a draft of a time series whose parts do not fit together.
pub(crate) fn check(draft: &DraftNode, own: &EffectiveType) -> Result<()> {
    if !own.is_a_named("TimeSeries") {
        return Ok(());
    }
    let member = |name: &str| draft.members.get(name);
    let length = |name: &str| member(name)?.data.as_ref()?.shape().dims().first().copied();
    if let Some(AttributeDraft::Value(rate)) = member("starting_time").and_then(|start| start.attributes.get("rate"))
        && let Ok(rate) = rate.as_scalar::<f64>()
        && (rate < 0.0 || rate.is_nan())
    {
        return Err(unfit("the rate is no frequency", "0 Hz or more", rate.to_string()));
    }
    match member("external_file") {
        Some(files) => {
            let starts = files.attributes.get("starting_frame");
            let Some(AttributeDraft::Value(starts)) = starts else { return Ok(()) };
            check_starts(starts, length("external_file").unwrap_or(0))
        }
        None => match (length("data"), length("timestamps")) {
            (Some(samples), Some(times)) if samples != times => {
                Err(unfit("there are not as many timestamps as samples", &samples.to_string(), times.to_string())
                    .remedy("the first axis of the data is time: give one timestamp for each index of it"))
            }
            _ => Ok(()),
        },
    }
}

fn check_starts(starts: &Value, files: u64) -> Result<()> {
    let starts = starts.to_vec::<i64>()?;
    if starts.len() as u64 != files {
        return Err(unfit(
            "there are not as many starting frames as external files",
            &files.to_string(),
            starts.len().to_string(),
        ));
    }
    let is_right =
        starts.first().is_none_or(|first| *first == 0) && starts.windows(2).all(|pair| pair.first() < pair.last());
    if is_right {
        Ok(())
    } else {
        Err(unfit(
            "the starting frames of the external files are out of order",
            "0, then ascending numbers",
            format!("{starts:?}"),
        ))
    }
}

fn unfit(message: &str, expected: &str, found: String) -> Error {
    Error::new(ErrorKind::Invalid, message).expected(expected).found(found).by_spec("core TimeSeries")
}
