//! When the samples of a series were taken, as a whole: by a rate, or by timestamps that are read as far as they are needed.

use std::ops::Range;

use ndarray::Ix1;

use crate::dataset::Dataset;
use crate::error::{Error, ErrorKind, Result};
use crate::tree::Object;
use crate::types::TimeSeries;
use crate::view::NeurodataType;

/// How many timestamps are read at once when a time is looked for.
const PROBE: u64 = 512;

/// When the samples of a [`TimeSeries`] were taken, in seconds from the file's `timestamps_reference_time`.
///
/// Timestamps are read as far as they are needed; they are taken to ascend where a time is looked for.
///
/// ```no_run
/// # use nwb_model::types::TimeSeries;
/// # fn example(series: &TimeSeries) -> nwb_model::Result<()> {
/// let times = series.time_axis()?;
/// if let Some(sample) = times.nearest(12.5)? {
///     println!("sample {sample} was taken at {} s", times.time_of(sample)?);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct TimeAxis {
    series: Object,
    clock: Clock,
    count: u64,
}

#[derive(Clone, Debug)]
enum Clock {
    Rate { start: f64, rate: f64 },
    Timestamps(Dataset),
}

impl TimeAxis {
    pub(crate) fn of(series: &TimeSeries) -> Result<Self> {
        let count = series.sample_count()?;
        let clock = match series.timestamps()? {
            Some(times) => Clock::Timestamps(times),
            None => match (series.starting_time()?, series.rate()?) {
                (start, Some(rate)) if rate > 0.0 || rate == 0.0 && count <= 1 => {
                    Clock::Rate { start: start.unwrap_or(0.0), rate }
                }
                (_, found) => {
                    return Err(series.object().fail(
                        Error::new(ErrorKind::Malformed, "the series does not say when its samples were taken")
                            .expected("timestamps, or a starting time with a positive rate")
                            .found(found.map_or("neither".into(), |rate| format!("a rate of {rate}"))),
                    ));
                }
            },
        };
        Ok(Self { series: series.object().clone(), clock, count })
    }

    /// How many samples there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The samples per second; `None` where each has its own timestamp.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        match self.clock {
            Clock::Rate { rate, .. } => Some(rate),
            Clock::Timestamps(_) => None,
        }
    }

    /// The timestamps; `None` where there is a rate.
    #[must_use]
    pub fn timestamps(&self) -> Option<&Dataset> {
        match &self.clock {
            Clock::Rate { .. } => None,
            Clock::Timestamps(times) => Some(times),
        }
    }

    /// The time of a sample.
    ///
    /// # Errors
    /// When there is no such sample, or it cannot be read.
    pub fn time_of(&self, sample: u64) -> Result<f64> {
        self.times(sample..sample.saturating_add(1))?.first().copied().ok_or_else(|| self.no_sample(sample))
    }

    /// The times of some samples.
    ///
    /// # Errors
    /// When there are fewer samples, or they cannot be read.
    pub fn times(&self, samples: Range<u64>) -> Result<Vec<f64>> {
        if samples.end > self.count {
            return Err(self.no_sample(samples.end.saturating_sub(1)));
        }
        match &self.clock {
            Clock::Rate { start, rate } => Ok(samples.map(|sample| regular(*start, *rate, sample)).collect()),
            Clock::Timestamps(times) => {
                let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
                Ok(times.read::<f64, Ix1>(place(samples.start)..place(samples.end))?.to_vec())
            }
        }
    }

    /// The time of the first sample; `None` where there is no sample.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn start(&self) -> Result<Option<f64>> {
        if self.count == 0 { Ok(None) } else { self.time_of(0).map(Some) }
    }

    /// The time of the last sample; `None` where there is no sample.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn end(&self) -> Result<Option<f64>> {
        self.count.checked_sub(1).map(|last| self.time_of(last)).transpose()
    }

    /// The time between the first and the last sample; `None` where there is no sample.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn duration(&self) -> Result<Option<f64>> {
        Ok(self.end()?.zip(self.start()?).map(|(end, start)| end - start))
    }

    /// The samples taken from `start` up to but not including `end`.
    ///
    /// # Errors
    /// When timestamps cannot be read.
    pub fn samples_between(&self, start: f64, end: f64) -> Result<Range<u64>> {
        let first = self.leading(|time| time < start)?;
        Ok(first..self.leading(|time| time < end)?.max(first))
    }

    /// The last sample taken at a time or before it: the one whose value holds then. `None` before the first sample.
    ///
    /// # Errors
    /// When timestamps cannot be read.
    pub fn sample_at(&self, time: f64) -> Result<Option<u64>> {
        Ok(self.leading(|taken| taken <= time)?.checked_sub(1))
    }

    /// The sample taken nearest to a time, of two as near the earlier. `None` where there is no sample.
    ///
    /// # Errors
    /// When timestamps cannot be read.
    pub fn nearest(&self, time: f64) -> Result<Option<u64>> {
        let after = self.leading(|taken| taken < time)?;
        let Some(before) = after.checked_sub(1) else { return Ok((self.count > 0).then_some(0)) };
        if after == self.count {
            return Ok(Some(before));
        }
        let is_nearer = self.time_of(after)? - time < time - self.time_of(before)?;
        Ok(Some(if is_nearer { after } else { before }))
    }

    /// How many samples at the beginning a condition holds for, which holds for none after the first for which it does not.
    fn leading(&self, holds: impl Fn(f64) -> bool) -> Result<u64> {
        let (mut low, mut high) = (0, self.count);
        let step = if self.timestamps().is_some() { PROBE } else { 0 };
        while high - low > step {
            let middle = low + (high - low) / 2;
            if holds(self.time_of(middle)?) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let rest = self.times(low..high)?;
        Ok(low + rest.iter().take_while(|time| holds(**time)).count() as u64)
    }

    fn no_sample(&self, sample: u64) -> Error {
        self.series.fail(
            Error::new(ErrorKind::Invalid, format!("the series has no sample {sample}"))
                .expected(format!("numbers below {}", self.count)),
        )
    }
}

fn regular(start: f64, rate: f64, sample: u64) -> f64 {
    // A rate of 0 is that of a single sample.
    if sample == 0 { start } else { start + sample as f64 / rate }
}
