//! Some samples of a time series, as a cell of a table.

use std::ops::Range;

use ndarray::{Array, Dimension};

use crate::data::Data;
use crate::draft::Handle;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::series::rows;
use crate::ext::{Physical, TimeAxis};
use crate::selection::Selection;
use crate::types::{TimeSeries, VectorData};
use crate::value::Value;
use crate::view::{IsA, NeurodataType};

/// Some samples of a time series that a table refers to, or the statement that there are none.
///
/// Read from a `TimeSeriesReferenceVectorData` by [`VectorData::series_references`].
#[derive(Clone, Debug)]
pub struct TimeSeriesReference {
    series: TimeSeries,
    start: i64,
    count: i64,
}

impl TimeSeriesReference {
    /// The series. Where there are no samples, it says nothing: some series must stand there.
    #[must_use]
    pub fn series(&self) -> &TimeSeries {
        &self.series
    }

    /// Whether it stands for no samples at all: start and count are negative, as for a recording without stimulus.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start < 0 && self.count < 0
    }

    /// Number of the first sample and number of samples as they stand in the file; both -1 where there is none.
    #[must_use]
    pub fn as_stored(&self) -> (i64, i64) {
        (self.start, self.count)
    }

    /// The samples by their numbers; `None` where it stands for none.
    ///
    /// # Errors
    /// When the series has no such samples.
    pub fn samples(&self) -> Result<Option<Range<u64>>> {
        if self.is_empty() {
            return Ok(None);
        }
        let count = self.series.sample_count()?;
        let samples = u64::try_from(self.start).ok().zip(u64::try_from(self.count).ok());
        let samples = samples.map(|(start, length)| start..start.saturating_add(length));
        match samples.filter(|samples| samples.end <= count) {
            Some(samples) => Ok(Some(samples)),
            None => Err(self.series.object().fail(
                Error::new(ErrorKind::Malformed, "a table refers to samples that the series has not")
                    .expected(format!("samples 0 to {count}, or -1 and -1 for none"))
                    .found(format!("{} samples from {} on", self.count, self.start))
                    .by_spec("core TimeSeriesReferenceVectorData"),
            )),
        }
    }

    /// The samples as they are stored; `None` where there are none.
    ///
    /// # Errors
    /// When the series has no such samples, or they cannot be read.
    pub fn read<T: Element, D: Dimension>(&self) -> Result<Option<Array<T, D>>> {
        self.samples()?.map(|samples| self.series.data()?.read(rows(&samples))).transpose()
    }

    /// The samples in physical units; `None` where there are none.
    ///
    /// # Errors
    /// When the series has no such samples, or they cannot be read.
    pub fn physical(&self) -> Result<Option<Physical>> {
        self.samples()?.map(|samples| self.series.physical(rows(&samples))).transpose()
    }

    /// The times of the samples, in seconds from the file's `timestamps_reference_time`; `None` where there are none.
    ///
    /// # Errors
    /// When the series has no such samples, or they cannot be read.
    pub fn times(&self) -> Result<Option<Vec<f64>>> {
        self.samples()?.map(|samples| self.series.times(samples)).transpose()
    }
}

impl VectorData {
    /// References to samples of time series, of all or some of its elements: for a `TimeSeriesReferenceVectorData`, and for the
    /// untyped columns of records that files before NWB 2.5 have in its place. Null references give `None`.
    ///
    /// # Errors
    /// When the elements are no such references, one leads to what is no series, or they cannot be read.
    pub fn series_references(&self, selection: impl Into<Selection>) -> Result<Vec<Option<TimeSeriesReference>>> {
        series_references(self, &self.object().dataset()?.read_value(selection)?)
    }
}

/// Cells of a column, read as references to samples of series.
pub(crate) fn series_references(column: &VectorData, cells: &Value) -> Result<Vec<Option<TimeSeriesReference>>> {
    let object = column.object();
    let fail = |error: Error| object.fail(error.by_spec("core TimeSeriesReferenceVectorData"));
    let starts = cells.member("idx_start").and_then(|value| value.to_vec::<i64>()).map_err(fail)?;
    let counts = cells.member("count").and_then(|value| value.to_vec::<i64>()).map_err(fail)?;
    let targets = cells.member("timeseries").and_then(|value| value.as_references()).map_err(fail)?;
    let found = starts.into_iter().zip(counts).zip(targets);
    found
        .map(|((start, count), target)| {
            let Some(series) = object.resolve(target) else { return Ok(None) };
            Ok(Some(TimeSeriesReference { series: series.cast().map_err(fail)?, start, count }))
        })
        .collect()
}

/// Samples of a time series that a row refers to: what a
/// [`TimeSeriesReferenceVectorData`](crate::types::TimeSeriesReferenceVectorData) holds.
///
/// A list of them is the [`Data`] of such a column.
///
/// ```no_run
/// # use nwb_model::{draft::Handle, types::TimeSeries, data::Data, ext::SeriesSpan};
/// # fn example(stimulus: Handle<TimeSeries>, response: Handle<TimeSeries>) -> nwb_model::Result<()> {
/// let cells = Data::from(vec![SeriesSpan::of(stimulus, 100..200)?, SeriesSpan::none(response)]);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SeriesSpan {
    /// The first sample, from 0; -1 where the row has none.
    pub start: i32,
    /// How many; -1 where the row has none.
    pub count: i32,
    /// The series.
    pub series: Handle<TimeSeries>,
}

impl SeriesSpan {
    /// Samples of a series.
    #[must_use]
    pub fn new<T: IsA<TimeSeries>>(series: Handle<T>, start: i32, count: i32) -> Self {
        Self { start, count, series: series.upcast() }
    }

    /// No samples at all; the format wants a series all the same.
    #[must_use]
    pub fn none<T: IsA<TimeSeries>>(series: Handle<T>) -> Self {
        Self::new(series, -1, -1)
    }

    /// Samples of a series, by their numbers.
    ///
    /// # Errors
    /// When the numbers are beyond 32 bits, which is all that the format has for them.
    pub fn of<T: IsA<TimeSeries>>(series: Handle<T>, samples: Range<u64>) -> Result<Self> {
        let count = samples.end.saturating_sub(samples.start);
        match (i32::try_from(samples.start), i32::try_from(count)) {
            (Ok(start), Ok(count)) => Ok(Self::new(series, start, count)),
            _ => Err(Error::new(ErrorKind::Limit, "a table cannot refer to samples so far in a series")
                .expected(format!("numbers up to {}", i32::MAX))
                .found(format!("{count} samples from {} on", samples.start))
                .by_spec("core TimeSeriesReferenceVectorData")),
        }
    }

    /// The samples taken from `start` up to but not including `end`, in seconds. The axis is that of the series: for one that is
    /// not written yet, from [`Edit::time_axis`](crate::edit::Edit::time_axis).
    ///
    /// # Errors
    /// When timestamps cannot be read, or the samples are too far in the series.
    pub fn between<T: IsA<TimeSeries>>(series: Handle<T>, axis: &TimeAxis, start: f64, end: f64) -> Result<Self> {
        Self::of(series, axis.samples_between(start, end)?)
    }
}

impl From<Vec<SeriesSpan>> for Data {
    fn from(spans: Vec<SeriesSpan>) -> Self {
        let members = [
            ("idx_start", Value::vector(spans.iter().map(|span| span.start).collect())),
            ("count", Value::vector(spans.iter().map(|span| span.count).collect())),
            ("timeseries", Value::references(spans.iter().map(|span| span.series.address))),
        ];
        // The members have one length; if they had not, the slot would refuse what is no record.
        let records = Value::records(members).unwrap_or_else(|_| Value::vector(Vec::<f64>::new()));
        Self::referring(records, spans.iter().map(|span| span.series.owner))
    }
}
