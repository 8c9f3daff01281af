//! Time series: their samples by number and by time.

pub(super) mod annotations;
pub(super) mod bands;
pub(super) mod channels;
pub(crate) mod check;
pub(super) mod data;
pub(super) mod features;
pub(super) mod interval_series;
pub(super) mod physical;
pub(crate) mod reference;
pub(super) mod time_axis;
pub(super) mod timing;

use std::ops::Range;

use ndarray::{Array, Dimension};

use crate::access;
use crate::backend::Link;
use crate::error::Result;
use crate::ext::{Physical, TimeAxis};
use crate::index::{Index, Reference};
use crate::selection::Selection;
use crate::types::TimeSeries;
use crate::view::NeurodataType;

/// What was noted of a sample, in `control`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control<'a> {
    /// The number that was noted.
    pub value: u64,
    /// What it means, where the series says so in `control_description`.
    pub meaning: Option<&'a str>,
}

/// # Times
///
/// In seconds from the file's `timestamps_reference_time`, whether the series has a rate or timestamps, its own or shared ones.
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

    /// When its samples were taken. No timestamps are read yet.
    ///
    /// # Errors
    /// When the series does not say when its samples were taken, or something cannot be read.
    pub fn time_axis(&self) -> Result<TimeAxis> {
        TimeAxis::of(self)
    }

    /// The time of a sample.
    ///
    /// # Errors
    /// When there is no such sample, or the series does not say when its samples were taken.
    pub fn time_of(&self, sample: u64) -> Result<f64> {
        self.time_axis()?.time_of(sample)
    }

    /// The times of some samples.
    ///
    /// # Errors
    /// When there are fewer samples, or the series does not say when they were taken.
    pub fn times(&self, samples: Range<u64>) -> Result<Vec<f64>> {
        self.time_axis()?.times(samples)
    }

    /// The time between the first and the last sample; `None` where there is no sample.
    ///
    /// # Errors
    /// When the series does not say when its samples were taken, or something cannot be read.
    pub fn duration(&self) -> Result<Option<f64>> {
        // A series without samples may leave out when they were taken.
        if self.sample_count()? == 0 { Ok(None) } else { self.time_axis()?.duration() }
    }

    /// The samples taken from `start` up to but not including `end`. Timestamps are taken to ascend; only some of them are read.
    ///
    /// # Errors
    /// When the series does not say when its samples were taken, or something cannot be read.
    pub fn samples_between(&self, start: f64, end: f64) -> Result<Range<u64>> {
        self.time_axis()?.samples_between(start, end)
    }

    /// The samples taken from `start` up to but not including `end`, as they are stored, with their times.
    ///
    /// ```no_run
    /// # use nwb_model::types::TimeSeries;
    /// # fn example(series: &TimeSeries) -> nwb_model::Result<()> {
    /// let (times, samples) = series.read_between::<i16, ndarray::Ix2>(10.0, 12.5)?;
    /// assert_eq!(times.len(), samples.nrows());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`samples_between`](Self::samples_between) and [`Dataset::read`](crate::dataset::Dataset::read).
    pub fn read_between<T: crate::element::Element, D: Dimension>(
        &self,
        start: f64,
        end: f64,
    ) -> Result<(Vec<f64>, Array<T, D>)> {
        let axis = self.time_axis()?;
        let samples = axis.samples_between(start, end)?;
        Ok((axis.times(samples.clone())?, self.data()?.read(rows(&samples))?))
    }

    /// The samples taken from `start` up to but not including `end`, in physical units, with their times.
    ///
    /// # Errors
    /// As [`samples_between`](Self::samples_between) and [`physical`](Self::physical).
    pub fn physical_between(&self, start: f64, end: f64) -> Result<(Vec<f64>, Physical)> {
        let axis = self.time_axis()?;
        let samples = axis.samples_between(start, end)?;
        Ok((axis.times(samples.clone())?, self.physical(rows(&samples))?))
    }

    /// What was noted of some samples; nothing where the series has no `control`.
    ///
    /// # Errors
    /// When there are fewer samples, or something cannot be read.
    pub fn controls(&self, samples: Range<u64>) -> Result<Vec<Control<'_>>> {
        let Some(control) = self.control()? else { return Ok(Vec::new()) };
        let meanings = self.control_description()?.unwrap_or_default();
        let values = control.read::<u64, ndarray::Ix1>(rows(&samples))?;
        let meaning = |value: u64| meanings.get(usize::try_from(value).ok()?).copied();
        Ok(values.iter().map(|&value| Control { value, meaning: meaning(value) }).collect())
    }
}

/// # Shared data and timestamps
impl TimeSeries {
    /// The series whose data these are; `None` where they are its own.
    ///
    /// # Errors
    /// When the link leads to nothing, or to what is no part of a series.
    pub fn data_owner(&self) -> Result<Option<Self>> {
        self.owner_of("data")
    }

    /// The series whose timestamps these are; `None` where they are its own, or it has a rate.
    ///
    /// # Errors
    /// When the link leads to nothing, or to what is no part of a series.
    pub fn timestamps_owner(&self) -> Result<Option<Self>> {
        self.owner_of("timestamps")
    }

    fn owner_of(&self, member: &str) -> Result<Option<Self>> {
        let links = self.object().links()?;
        match links.iter().find(|(name, _)| name == member) {
            None | Some((_, Link::Hard(_))) => Ok(None),
            Some(_) => {
                let target = self.object().get(member)?;
                target.parent().map(|owner| owner.cast()).transpose()
            }
        }
    }

    /// The other series of the file that have these data as theirs: what `data_link` is in PyNWB.
    ///
    /// # Errors
    /// When the data or such a series cannot be read.
    pub fn data_sharers(&self, index: &Index) -> Result<Vec<Self>> {
        self.sharers("data", index)
    }

    /// The other series of the file that have these timestamps as theirs: what `timestamp_link` is in PyNWB.
    ///
    /// # Errors
    /// When the timestamps or such a series cannot be read.
    pub fn timestamps_sharers(&self, index: &Index) -> Result<Vec<Self>> {
        self.sharers("timestamps", index)
    }

    fn sharers(&self, member: &str, index: &Index) -> Result<Vec<Self>> {
        let Some(shared) = self.object().child(member)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for referrer in index.referrers(&shared) {
            if matches!(&referrer.by, Reference::Link(name) if name == member) && referrer.object.is::<Self>()? {
                found.push(referrer.object.cast()?);
            }
        }
        Ok(found)
    }
}

/// Samples by their numbers, as a selection.
pub(crate) fn rows(samples: &Range<u64>) -> Selection {
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    (place(samples.start)..place(samples.end)).into()
}
