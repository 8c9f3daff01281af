//! Intervals of time as rows of a table: trials, epochs.

use std::ops::Range;

use ndarray::Ix1;

use crate::error::{Error, ErrorKind, Result};
use crate::ext::TimeSeriesReference;
use crate::ext::series::reference::series_references;
use crate::ext::series::rows;
use crate::types::{TimeIntervals, VectorData};
use crate::view::NeurodataType;

/// A row of a [`TimeIntervals`], in seconds from the file's `timestamps_reference_time`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeInterval {
    /// The row, from 0.
    pub row: u64,
    /// When it begins.
    pub start: f64,
    /// When it ends.
    pub stop: f64,
}

/// # Rows
///
/// ```no_run
/// # use nwb_model::file::File;
/// # fn example(file: &File) -> nwb_model::Result<()> {
/// if let Some(trials) = file.trials()? {
///     for trial in trials.overlapping(60.0, 120.0)? {
///         for part in trials.series_of(trial.row)? {
///             println!("{} to {} s: {:?}", trial.start, trial.stop, part.physical()?);
///         }
///     }
/// }
/// # Ok(()) }
/// ```
impl TimeIntervals {
    /// All intervals, in the order of the rows.
    ///
    /// # Errors
    /// When the columns differ in length, or cannot be read.
    pub fn intervals(&self) -> Result<Vec<TimeInterval>> {
        let starts = numbers(&self.start_time()?)?;
        let stops = numbers(&self.stop_time()?)?;
        if starts.len() != stops.len() {
            return Err(self.object().fail(
                Error::new(ErrorKind::Malformed, "there are not as many stop times as start times")
                    .expected(starts.len().to_string())
                    .found(stops.len().to_string()),
            ));
        }
        let interval = |(row, (start, stop))| TimeInterval { row, start, stop };
        Ok((0..).zip(starts.into_iter().zip(stops)).map(interval).collect())
    }

    /// The intervals that have some time in common with the one from `start` up to but not including `end`, in the order of the
    /// rows.
    ///
    /// # Errors
    /// When the columns differ in length, or cannot be read.
    pub fn overlapping(&self, start: f64, end: f64) -> Result<Vec<TimeInterval>> {
        let mut found = self.intervals()?;
        found.retain(|interval| interval.start < end && interval.stop > start);
        Ok(found)
    }

    /// The intervals that lie in the one from `start` to `end` as a whole, in the order of the rows.
    ///
    /// # Errors
    /// When the columns differ in length, or cannot be read.
    pub fn within(&self, start: f64, end: f64) -> Result<Vec<TimeInterval>> {
        let mut found = self.intervals()?;
        found.retain(|interval| interval.start >= start && interval.stop <= end);
        Ok(found)
    }

    /// From the first start to the last stop, in whatever order the rows are; `None` where there are no rows.
    ///
    /// # Errors
    /// When the columns differ in length, or cannot be read.
    pub fn time_range(&self) -> Result<Option<Range<f64>>> {
        let join = |range: Option<Range<f64>>, interval: TimeInterval| match range {
            Some(range) => Some(range.start.min(interval.start)..range.end.max(interval.stop)),
            None => Some(interval.start..interval.stop),
        };
        Ok(self.intervals()?.into_iter().fold(None, join))
    }

    /// The tags of a row; none where the table has no column of tags.
    ///
    /// # Errors
    /// When there is no such row, or the tags are no texts.
    pub fn tags_of(&self, row: u64) -> Result<Vec<String>> {
        if self.tags()?.is_none() {
            return Ok(Vec::new());
        }
        let tags = self.column("tags")?.cell(row)?;
        let tags = tags.as_texts().map_err(|error| self.object().fail(error))?;
        Ok(tags.into_iter().map(str::to_owned).collect())
    }

    /// The rows that have a tag.
    ///
    /// # Errors
    /// When the tags are no texts, or cannot be read.
    pub fn tagged(&self, tag: &str) -> Result<Vec<u64>> {
        let Some(tags) = self.tags()? else { return Ok(Vec::new()) };
        let ends = self.column("tags")?.row_ends()?;
        let all = tags.dataset()?.read_value(..)?;
        let all = all.as_texts().map_err(|error| tags.object().fail(error))?;
        let mut found = Vec::new();
        let mut start = 0;
        for (row, end) in (0..).zip(ends) {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            if all.get(start..end).is_some_and(|tags| tags.contains(&tag)) {
                found.push(row);
            }
            start = end;
        }
        Ok(found)
    }

    /// The samples of time series that a row refers to; none where the table has no such column.
    ///
    /// # Errors
    /// When there is no such row, or what it refers to is no series.
    pub fn series_of(&self, row: u64) -> Result<Vec<TimeSeriesReference>> {
        // Before NWB 2.5 the column was one of plain records.
        if self.object().child("timeseries")?.is_none() {
            return Ok(Vec::new());
        }
        let column = self.column("timeseries")?;
        let references = series_references(column.data(), &column.cell(row)?)?;
        Ok(references.into_iter().flatten().collect())
    }
}

fn numbers(column: &VectorData) -> Result<Vec<f64>> {
    let dataset = column.dataset()?;
    let count = dataset.shape()?.first().copied().unwrap_or(0);
    Ok(dataset.read::<f64, Ix1>(rows(&(0..count)))?.to_vec())
}
