//! Adding to the five tables of intracellular recordings.

use std::ops::Range;

use crate::draft::{Draft, Handle};
use crate::edit::Edit;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::{Cell, CellKind, SeriesSpan};
use crate::file::File;
use crate::types::{
    CurrentClampSeries, CurrentClampStimulusSeries, ExperimentalConditionsTable, IZeroClampSeries,
    IntracellularElectrode, IntracellularRecordingsTable, PatchClampSeries, RepetitionsTable,
    SequentialRecordingsTable, SimultaneousRecordingsTable, TimeSeries, VoltageClampSeries, VoltageClampStimulusSeries,
};
use crate::view::{IsA, NeurodataType};

macro_rules! levels {
    ($($(#[$doc:meta])* $row:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $row(pub u64);
    )*};
}
levels!(
    /// A row of the `IntracellularRecordingsTable`, from 0.
    RecordingRow,
    /// A row of the `SimultaneousRecordingsTable`, from 0.
    SimultaneousRow,
    /// A row of the `SequentialRecordingsTable`, from 0.
    SequentialRow,
    /// A row of the `RepetitionsTable`, from 0.
    RepetitionRow,
    /// A row of the `ExperimentalConditionsTable`, from 0.
    ConditionRow,
);

/// One intracellular recording: an electrode, with the stimulus, the response, or both.
#[derive(Clone, Debug)]
pub struct Recording {
    electrode: Handle<IntracellularElectrode>,
    stimulus: Option<Part>,
    template: Option<Part>,
    response: Option<Part>,
    cells: Vec<(String, Cell<'static>)>,
}

/// A series, or some of its samples.
#[derive(Clone, Debug)]
struct Part {
    series: Handle<TimeSeries>,
    samples: Option<Range<u64>>,
}

impl Recording {
    /// A recording by an electrode.
    #[must_use]
    pub fn of(electrode: Handle<IntracellularElectrode>) -> Self {
        Self { electrode, stimulus: None, template: None, response: None, cells: Vec::new() }
    }

    /// With a whole series as its stimulus.
    #[must_use]
    pub fn stimulus<T: IsA<TimeSeries>>(self, series: Handle<T>) -> Self {
        Self { stimulus: Some(Part { series: series.upcast(), samples: None }), ..self }
    }

    /// With some samples of a series as its stimulus.
    #[must_use]
    pub fn stimulus_samples<T: IsA<TimeSeries>>(self, series: Handle<T>, samples: Range<u64>) -> Self {
        Self { stimulus: Some(Part { series: series.upcast(), samples: Some(samples) }), ..self }
    }

    /// With a whole series as the template of its stimulus.
    #[must_use]
    pub fn template<T: IsA<TimeSeries>>(self, series: Handle<T>) -> Self {
        Self { template: Some(Part { series: series.upcast(), samples: None }), ..self }
    }

    /// With some samples of a series as the template of its stimulus.
    #[must_use]
    pub fn template_samples<T: IsA<TimeSeries>>(self, series: Handle<T>, samples: Range<u64>) -> Self {
        Self { template: Some(Part { series: series.upcast(), samples: Some(samples) }), ..self }
    }

    /// With a whole series as the response.
    #[must_use]
    pub fn response<T: IsA<TimeSeries>>(self, series: Handle<T>) -> Self {
        Self { response: Some(Part { series: series.upcast(), samples: None }), ..self }
    }

    /// With some samples of a series as the response.
    #[must_use]
    pub fn response_samples<T: IsA<TimeSeries>>(self, series: Handle<T>, samples: Range<u64>) -> Self {
        Self { response: Some(Part { series: series.upcast(), samples: Some(samples) }), ..self }
    }

    /// With a cell in a column of its own, declared by [`IcephysRows::column`].
    #[must_use]
    pub fn cell(mut self, column: impl Into<String>, cell: impl Into<Cell<'static>>) -> Self {
        self.cells.push((column.into(), cell.into()));
        self
    }
}

/// Rows for the five tables of intracellular recordings, of which each groups rows of the one below: recordings, those made at the
/// same time, sequences of these, repetitions of sequences, experimental conditions. Levels that get no rows come to have no table.
///
/// ```no_run
/// # use nwb_model::{draft::Handle, edit::Edit, ext::Recording, types::*};
/// # fn example(edit: &mut Edit, cell: Handle<IntracellularElectrode>, pulse: Handle<CurrentClampStimulusSeries>,
/// #     voltage: Handle<CurrentClampSeries>) -> nwb_model::Result<()> {
/// let mut rows = edit.icephys_rows()?;
/// let sweep = rows.recording(Recording::of(cell).stimulus(pulse).response_samples(voltage, 100..2100));
/// let at_once = rows.simultaneous(&[sweep])?;
/// let ramp = rows.sequential(&[at_once], "ramp")?;
/// let first = rows.repetition(&[ramp])?;
/// rows.condition(&[first])?;
/// edit.insert_icephys(rows)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct IcephysRows {
    /// How many rows each table had before, recordings first.
    before: [u64; 5],
    columns: Vec<(String, String, CellKind)>,
    recordings: Vec<Recording>,
    /// Of each level above the recordings, the rows of the level below.
    groups: [Vec<Vec<i64>>; 4],
    stimulus_types: Vec<String>,
}

impl IcephysRows {
    /// Declares a column of recordings that the standard does not know: `temperature`, or `electrodes/temperature` for one of a
    /// category (`electrodes`, `stimuli`, `responses`). Only for a file that has no recordings yet; then each recording has a
    /// [`cell`](Recording::cell) for it.
    pub fn column(&mut self, name: impl Into<String>, description: impl Into<String>, kind: CellKind) -> &mut Self {
        self.columns.push((name.into(), description.into(), kind));
        self
    }

    /// Adds a recording.
    pub fn recording(&mut self, recording: Recording) -> RecordingRow {
        self.recordings.push(recording);
        RecordingRow(self.before[0] + self.recordings.len() as u64 - 1)
    }

    /// Groups recordings that were made at the same time.
    ///
    /// # Errors
    /// When there is no such recording.
    pub fn simultaneous(&mut self, recordings: &[RecordingRow]) -> Result<SimultaneousRow> {
        let count = self.before[0] + self.recordings.len() as u64;
        let row = self.group(0, "recording", count, recordings.iter().map(|row| row.0))?;
        Ok(SimultaneousRow(row))
    }

    /// Puts simultaneous recordings into a sequence, with stimuli of one type: `square`, `ramp`.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn sequential(
        &mut self,
        simultaneous: &[SimultaneousRow],
        stimulus_type: impl Into<String>,
    ) -> Result<SequentialRow> {
        let rows = simultaneous.iter().map(|row| row.0);
        let row = self.group(1, "simultaneous recording", self.count(0), rows)?;
        self.stimulus_types.push(stimulus_type.into());
        Ok(SequentialRow(row))
    }

    /// Groups sequences that repeat each other.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn repetition(&mut self, sequential: &[SequentialRow]) -> Result<RepetitionRow> {
        let rows = sequential.iter().map(|row| row.0);
        Ok(RepetitionRow(self.group(2, "sequence of recordings", self.count(1), rows)?))
    }

    /// Groups repetitions under one experimental condition.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn condition(&mut self, repetitions: &[RepetitionRow]) -> Result<ConditionRow> {
        let rows = repetitions.iter().map(|row| row.0);
        Ok(ConditionRow(self.group(3, "repetition", self.count(2), rows)?))
    }

    /// How many rows a level above the recordings has.
    fn count(&self, level: usize) -> u64 {
        let added = self.groups.get(level).map_or(0, Vec::len);
        self.before.get(level + 1).copied().unwrap_or(0) + added as u64
    }

    fn group(&mut self, level: usize, what: &str, count: u64, rows: impl Iterator<Item = u64>) -> Result<u64> {
        let mut group = Vec::new();
        for row in rows {
            match i64::try_from(row) {
                Ok(number) if row < count => group.push(number),
                _ => {
                    return Err(Error::new(ErrorKind::Invalid, format!("there is no {what} {row}"))
                        .expected(format!("rows below {count}")));
                }
            }
        }
        if let Some(groups) = self.groups.get_mut(level) {
            groups.push(group);
        }
        Ok(self.count(level) - 1)
    }
}

/// The tables that rows were added to; `None` for a level that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct IcephysTables {
    /// The recordings.
    pub recordings: Option<Handle<IntracellularRecordingsTable>>,
    /// Those made at the same time.
    pub simultaneous: Option<Handle<SimultaneousRecordingsTable>>,
    /// Sequences of these.
    pub sequential: Option<Handle<SequentialRecordingsTable>>,
    /// Repetitions of sequences.
    pub repetitions: Option<Handle<RepetitionsTable>>,
    /// Experimental conditions.
    pub conditions: Option<Handle<ExperimentalConditionsTable>>,
}

impl Edit {
    /// Begins to add to the tables of intracellular recordings, those that the file has and those that it has not yet.
    ///
    /// # Errors
    /// When a table that is there cannot be read.
    pub fn icephys_rows(&self) -> Result<IcephysRows> {
        let file = self.view()?;
        fn rows<T: IsA<crate::types::DynamicTable>>(table: Option<T>) -> Result<u64> {
            table.map_or(Ok(0), |table| table.object().cast::<crate::types::DynamicTable>()?.row_count())
        }
        let before = [
            rows(file.intracellular_recordings()?)?,
            rows(file.simultaneous_recordings()?)?,
            rows(file.sequential_recordings()?)?,
            rows(file.repetitions()?)?,
            rows(file.experimental_conditions()?)?,
        ];
        Ok(IcephysRows {
            before,
            columns: Vec::new(),
            recordings: Vec::new(),
            groups: Default::default(),
            stimulus_types: Vec::new(),
        })
    }

    /// Adds the rows to the tables, all or none.
    ///
    /// # Errors
    /// When a recording has neither stimulus nor response, or samples that its series has not; stimulus and response are of
    /// different clamps or electrodes; a recording without current has a stimulus; a cell does not fit its column; or the tables
    /// were changed since the rows were begun.
    pub fn insert_icephys(&mut self, rows: IcephysRows) -> Result<IcephysTables> {
        self.all_or_nothing(|edit| edit.add_icephys(rows))
    }

    fn add_icephys(&mut self, rows: IcephysRows) -> Result<IcephysTables> {
        if self.icephys_rows()?.before != rows.before {
            return Err(Error::new(
                ErrorKind::Conflict,
                "the tables of recordings were changed since the rows were begun",
            )
            .remedy("begin the rows again"));
        }
        let file = self.view()?;
        let IcephysRows { columns, recordings, groups, stimulus_types, .. } = rows;
        let [simultaneous, sequential, repetitions, conditions] = groups;
        let handle = |at: &str| file.object().get(&format!("/general/intracellular_ephys/{at}")).ok();
        let mut tables = IcephysTables {
            recordings: handle("intracellular_recordings").map(|table| self.handle_of(&table)),
            simultaneous: handle("simultaneous_recordings").map(|table| self.handle_of(&table)),
            sequential: handle("sequential_recordings").map(|table| self.handle_of(&table)),
            repetitions: handle("repetitions").map(|table| self.handle_of(&table)),
            conditions: handle("experimental_conditions").map(|table| self.handle_of(&table)),
        };
        if !recordings.is_empty() {
            tables.recordings = Some(self.add_recordings(&file, &recordings, columns, tables.recordings)?);
        }
        tables.simultaneous =
            self.add_level(tables.simultaneous, "recordings", tables.recordings, &simultaneous, &[])?;
        let lower = tables.simultaneous;
        tables.sequential =
            self.add_level(tables.sequential, "simultaneous_recordings", lower, &sequential, &stimulus_types)?;
        tables.repetitions =
            self.add_level(tables.repetitions, "sequential_recordings", tables.sequential, &repetitions, &[])?;
        tables.conditions = self.add_level(tables.conditions, "repetitions", tables.repetitions, &conditions, &[])?;
        Ok(tables)
    }

    fn add_recordings(
        &mut self,
        file: &File,
        recordings: &[Recording],
        columns: Vec<(String, String, CellKind)>,
        stored: Option<Handle<IntracellularRecordingsTable>>,
    ) -> Result<Handle<IntracellularRecordingsTable>> {
        let has_template = match file.intracellular_recordings()? {
            Some(table) => table.stimuli()?.stimulus_template()?.is_some(),
            None => recordings.iter().any(|recording| recording.template.is_some()),
        };
        let mut rows = Vec::with_capacity(recordings.len());
        for (number, recording) in recordings.iter().enumerate() {
            let spans = recording.spans(file).map_err(|error| {
                let message = format!("recording {number} of those added: {}", error.message());
                error.with_message(message)
            })?;
            let mut row: Vec<(&str, Cell<'_>)> = vec![
                ("electrodes/electrode", recording.electrode.into()),
                ("stimuli/stimulus", spans.stimulus.into()),
                ("responses/response", spans.response.into()),
            ];
            if has_template || spans.template.is_some() {
                let none = SeriesSpan::none(spans.stimulus.series);
                row.push(("stimuli/stimulus_template", spans.template.unwrap_or(none).into()));
            }
            row.extend(recording.cells.iter().map(|(name, cell)| (name.as_str(), cell.clone())));
            rows.push(row);
        }
        match stored {
            Some(table) => {
                let mut builder = self.rows(table)?;
                rows.iter().try_for_each(|row| builder.push(row))?;
                self.append(builder)?;
                Ok(table)
            }
            None => {
                let mut builder = Draft::<IntracellularRecordingsTable>::begin(None).rows()?;
                for (name, description, kind) in columns {
                    builder.column(name, description, kind)?;
                }
                rows.iter().try_for_each(|row| builder.push(row))?;
                self.insert(builder.finish()?)
            }
        }
    }

    /// Adds rows to a level above the recordings.
    fn add_level<T: IsA<crate::types::DynamicTable>, L: IsA<crate::types::DynamicTable>>(
        &mut self,
        stored: Option<Handle<T>>,
        column: &str,
        lower: Option<Handle<L>>,
        groups: &[Vec<i64>],
        stimulus_types: &[String],
    ) -> Result<Option<Handle<T>>> {
        // Without rows below there are no rows to group.
        let (Some(lower), false) = (lower, groups.is_empty()) else { return Ok(stored) };
        let rows = groups.iter().enumerate().map(|(number, group)| {
            let mut row: Vec<(&str, Cell<'_>)> = vec![(column, group.into())];
            row.extend(stimulus_types.get(number).map(|kind| ("stimulus_type", kind.into())));
            row
        });
        match stored {
            Some(table) => {
                let mut builder = self.rows(table)?;
                for row in rows {
                    builder.push(&row)?;
                }
                self.append(builder)?;
                Ok(Some(table))
            }
            None => {
                let mut draft = Draft::<T>::begin(None);
                let description = format!("groups of rows of the table of {}", column.replace('_', " "));
                draft.node.attribute("", "description", description);
                let mut builder = draft.rows()?;
                builder.region(column, lower.upcast::<crate::types::DynamicTable>())?;
                for row in rows {
                    builder.push(&row)?;
                }
                self.insert(builder.finish()?).map(Some)
            }
        }
    }
}

/// What a recording refers to, missing parts filled in.
struct Spans {
    stimulus: SeriesSpan,
    template: Option<SeriesSpan>,
    response: SeriesSpan,
}

impl Recording {
    fn spans(&self, file: &File) -> Result<Spans> {
        let Some(some) = self.response.as_ref().or(self.stimulus.as_ref()) else {
            return Err(Error::new(ErrorKind::Invalid, "a recording needs a stimulus or a response"));
        };
        self.check(file)?;
        let none = SeriesSpan::none(some.series);
        let span = |part: &Option<Part>| part.as_ref().map(|part| part.span(file)).transpose();
        Ok(Spans {
            stimulus: span(&self.stimulus)?.unwrap_or(none),
            template: span(&self.template)?,
            response: span(&self.response)?.unwrap_or(none),
        })
    }

    /// That stimulus and response belong together.
    fn check(&self, file: &File) -> Result<()> {
        let resolve = |part: &Option<Part>| part.as_ref().map(|part| part.resolve(file)).transpose();
        let (stimulus, response) = (resolve(&self.stimulus)?, resolve(&self.response)?);
        for series in [&stimulus, &response].into_iter().flatten() {
            if let Ok(clamp) = series.object().cast::<PatchClampSeries>()
                && clamp.electrode()?.object().address() != self.electrode.address
            {
                return Err(series.object().fail(
                    Error::new(ErrorKind::Invalid, "the series was recorded by another electrode than its recording")
                        .found(clamp.electrode()?.object().path().to_owned()),
                ));
            }
        }
        let (Some(stimulus), Some(response)) = (stimulus, response) else { return Ok(()) };
        let is_current = |series: &TimeSeries| -> Result<bool> {
            Ok(series.object().is::<CurrentClampSeries>()? || series.object().is::<CurrentClampStimulusSeries>()?)
        };
        let is_voltage = |series: &TimeSeries| -> Result<bool> {
            Ok(series.object().is::<VoltageClampSeries>()? || series.object().is::<VoltageClampStimulusSeries>()?)
        };
        let refuse = |message: &str| Err(response.object().fail(Error::new(ErrorKind::Invalid, message)));
        if response.object().is::<IZeroClampSeries>()? {
            return refuse("a recording without current has no stimulus");
        }
        if is_current(&stimulus)? && is_voltage(&response)? || is_voltage(&stimulus)? && is_current(&response)? {
            return refuse("stimulus and response are of different clamps");
        }
        Ok(())
    }
}

impl Part {
    fn resolve(&self, file: &File) -> Result<TimeSeries> {
        let series = file.object().resolve(self.series.address);
        series.ok_or_else(|| Error::new(ErrorKind::NotFound, "the series is null"))?.cast()
    }

    fn span(&self, file: &File) -> Result<SeriesSpan> {
        let series = self.resolve(file)?;
        let count = series.sample_count()?;
        let samples = self.samples.clone().unwrap_or(0..count);
        if samples.start > samples.end || samples.end > count {
            return Err(series.object().fail(
                Error::new(ErrorKind::Invalid, "the series has no such samples")
                    .expected(format!("samples from 0 up to {count}"))
                    .found(format!("{samples:?}")),
            ));
        }
        SeriesSpan::of(self.series, samples)
    }
}
