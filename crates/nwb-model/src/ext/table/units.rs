//! Units: when each fired, when it was watched, what its spikes look like.

use std::ops::Range;

use ndarray::{Array2, Array3, Ix1, Ix2};

use crate::error::{Error, ErrorKind, Result};
use crate::ext::Column;
use crate::types::{ElectrodeGroup, Units};
use crate::value::Value;
use crate::view::NeurodataType;

/// How many spike times are read at once when a time is looked for.
const PROBE: u64 = 512;

/// What is to be known of the waveforms of all units.
#[derive(Clone, Debug, PartialEq)]
pub struct WaveformFacts {
    /// Samples per second.
    pub sampling_rate: Option<f64>,
    /// The unit of the values.
    pub unit: Option<String>,
    /// Milliseconds from the first sample to the peak that the spikes are aligned at.
    pub time_before_peak_in_ms: Option<f64>,
}

/// # One unit
///
/// Units are counted by their rows, from 0. Times are in seconds from the file's `timestamps_reference_time`. A column that the
/// table does not have is an error: [`column_names`](crate::types::DynamicTable::column_names) tells.
///
/// ```no_run
/// # use nwb_model::file::File;
/// # fn example(file: &File) -> nwb_model::Result<()> {
/// if let Some(units) = file.units()? {
///     for unit in 0..units.row_count()? {
///         let in_trial = units.spike_times_between(unit, 12.0, 14.5)?;
///         println!("unit {unit}: {} spikes", in_trial.len());
///     }
/// }
/// # Ok(()) }
/// ```
impl Units {
    /// The spike times of a unit.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn spike_times_of(&self, unit: u64) -> Result<Vec<f64>> {
        self.cell("spike_times", unit)?.to_vec().map_err(|error| self.object().fail(error))
    }

    /// The spike times of a unit from `start` to `end`, both included as PyNWB has it. They are taken to ascend; only some of them
    /// are read.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn spike_times_between(&self, unit: u64, start: f64, end: f64) -> Result<Vec<f64>> {
        let column = self.column("spike_times")?;
        let spikes = column.elements_of(unit)?;
        let first = leading(&column, &spikes, |time| time < start)?;
        let last = leading(&column, &spikes, |time| time <= end)?.max(first);
        read(&column, &(spikes.start + first..spikes.start + last))
    }

    /// How many spikes each unit has. The spike times are not read.
    ///
    /// # Errors
    /// When there is no such column, or its index cannot be read.
    pub fn spike_counts(&self) -> Result<Vec<u64>> {
        let ends = self.column("spike_times")?.row_ends()?;
        let starts = std::iter::once(0).chain(ends.iter().copied());
        Ok(starts.zip(&ends).map(|(start, end)| end.saturating_sub(start)).collect())
    }

    /// The first and the last spike of all units; `None` where there is no spike. Reads the first and the last spike of each.
    ///
    /// # Errors
    /// When there is no such column, or it cannot be read.
    pub fn spike_range(&self) -> Result<Option<Range<f64>>> {
        let column = self.column("spike_times")?;
        let mut range: Option<Range<f64>> = None;
        let mut start = 0;
        for end in column.row_ends()? {
            if end > start {
                let first = read(&column, &(start..start + 1))?.first().copied().unwrap_or(f64::NAN);
                let last = read(&column, &(end - 1..end))?.first().copied().unwrap_or(f64::NAN);
                range = Some(range.map_or(first..last, |range| range.start.min(first)..range.end.max(last)));
            }
            start = end.max(start);
        }
        Ok(range)
    }

    /// When a unit was watched: from and to, for each interval.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn obs_intervals_of(&self, unit: u64) -> Result<Vec<(f64, f64)>> {
        let intervals = self.cell("obs_intervals", unit)?;
        let intervals = intervals.to_array::<f64, Ix2>().map_err(|error| self.object().fail(error))?;
        let pair = |row: ndarray::ArrayView1<'_, f64>| row.first().copied().zip(row.get(1).copied());
        intervals.rows().into_iter().map(pair).collect::<Option<Vec<_>>>().ok_or_else(|| {
            self.object().fail(
                Error::new(ErrorKind::Malformed, "an observation interval has not two times")
                    .expected("shape [intervals, 2]")
                    .found(format!("shape {:?}", intervals.shape())),
            )
        })
    }

    /// The rows of the electrodes table that a unit was seen by. The table is
    /// [`electrodes()`](Self::electrodes)`?.table()?`.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn electrode_rows_of(&self, unit: u64) -> Result<Vec<u64>> {
        self.cell("electrodes", unit)?.to_vec().map_err(|error| self.object().fail(error))
    }

    /// The electrode group that a unit was seen by; `None` where the reference is null.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn electrode_group_of(&self, unit: u64) -> Result<Option<ElectrodeGroup>> {
        let cell = self.cell("electrode_group", unit)?;
        let groups = cell.as_references().map_err(|error| self.object().fail(error))?;
        let group = groups.first().and_then(|group| self.object().resolve(*group));
        group.map(|group| group.cast()).transpose()
    }

    /// The mean waveform of a unit: `[sample, electrode]`, one column where it is of one electrode.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn waveform_mean_of(&self, unit: u64) -> Result<Array2<f64>> {
        self.waveform("waveform_mean", unit)
    }

    /// The standard deviation of the waveforms of a unit: `[sample, electrode]`, one column where it is of one electrode.
    ///
    /// # Errors
    /// When there is no such unit or column, or it cannot be read.
    pub fn waveform_sd_of(&self, unit: u64) -> Result<Array2<f64>> {
        self.waveform("waveform_sd", unit)
    }

    /// The waveforms of a unit: `[spike, electrode, sample]`. They are stored as one waveform after the other, those of the
    /// electrodes of one spike together.
    ///
    /// # Errors
    /// When there is no such unit or column, spikes have different numbers of electrodes, or something cannot be read.
    pub fn waveforms_of(&self, unit: u64) -> Result<Array3<f64>> {
        let fail = |error: Error| self.object().fail(error.by_spec("core Units.waveforms"));
        let cells = self.column("waveforms")?.cells(unit..unit.saturating_add(1))?;
        let waveforms = cells.values.to_array::<f64, Ix2>().map_err(fail)?;
        let (rows, samples) = waveforms.dim();
        let spikes = cells.ends.get(1).map_or(rows, Vec::len);
        let per_spike = rows.checked_div(spikes).unwrap_or(0);
        let even = |(spike, end): (usize, &u64)| *end == (spike as u64 + 1).saturating_mul(per_spike as u64);
        if cells.ends.get(1).is_some_and(|ends| !ends.iter().enumerate().all(even)) {
            return Err(fail(
                Error::new(ErrorKind::Unsupported, "the spikes of the unit have different numbers of electrodes")
                    .remedy("read the cells of the column: `column(\"waveforms\")?.cells(..)`"),
            ));
        }
        let elements = waveforms.into_iter().collect();
        Array3::from_shape_vec((spikes, per_spike, samples), elements).map_err(|error| {
            fail(Error::new(ErrorKind::Malformed, "the waveforms have no common shape").caused_by(error))
        })
    }

    /// What is to be known of the waveforms: of the means, of the deviations where there are no means, or of the single ones.
    ///
    /// # Errors
    /// When an attribute is no number or no text.
    pub fn waveform_facts(&self) -> Result<WaveformFacts> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Ok(WaveformFacts {
            sampling_rate: self
                .waveform_mean_sampling_rate()?
                .or(self.waveform_sd_sampling_rate()?)
                .or(self.waveforms_sampling_rate()?),
            unit: text(self.waveform_mean_unit()?.or(self.waveform_sd_unit()?).or(self.waveforms_unit()?)),
            time_before_peak_in_ms: self
                .waveform_mean_time_before_peak_in_ms()?
                .or(self.waveform_sd_time_before_peak_in_ms()?)
                .or(self.waveforms_time_before_peak_in_ms()?),
        })
    }

    fn cell(&self, column: &str, unit: u64) -> Result<Value> {
        self.column(column)?.cell(unit)
    }

    fn waveform(&self, column: &str, unit: u64) -> Result<Array2<f64>> {
        let cell = self.cell(column, unit)?;
        let fail = |error: Error| self.object().fail(error);
        let dims: Vec<usize> = cell.shape().dims().iter().filter_map(|n| usize::try_from(*n).ok()).collect();
        let shape = match dims.as_slice() {
            // The one row of the column.
            [1, samples] => (*samples, 1),
            [1, samples, electrodes] => (*samples, *electrodes),
            _ => {
                return Err(fail(
                    Error::new(ErrorKind::Malformed, format!("\"{column}\" is of another shape"))
                        .expected("[unit, sample] or [unit, sample, electrode]")
                        .found(cell.shape().to_string()),
                ));
            }
        };
        let elements = cell.to_vec().map_err(fail)?;
        Array2::from_shape_vec(shape, elements)
            .map_err(|error| fail(Error::new(ErrorKind::Malformed, "the waveform has no shape").caused_by(error)))
    }
}

/// How many of some ascending elements of a column a condition holds for, which holds for none after the first for which it does
/// not.
fn leading(column: &Column, elements: &Range<u64>, holds: impl Fn(f64) -> bool) -> Result<u64> {
    let (mut low, mut high) = (elements.start, elements.end);
    while high - low > PROBE {
        let middle = low + (high - low) / 2;
        match read(column, &(middle..middle + 1))?.first() {
            Some(value) if holds(*value) => low = middle + 1,
            _ => high = middle,
        }
    }
    let rest = read(column, &(low..high))?;
    Ok(low - elements.start + rest.iter().take_while(|value| holds(**value)).count() as u64)
}

fn read(column: &Column, elements: &Range<u64>) -> Result<Vec<f64>> {
    Ok(column.data().dataset()?.read::<f64, Ix1>(crate::ext::series::rows(elements))?.to_vec())
}
