//! Reading the tables of intracellular recordings: one recording, and all with the groups that they are in.

use crate::error::{Error, ErrorKind, Result};
use crate::ext::TimeSeriesReference;
use crate::file::File;
use crate::types::{DynamicTable, DynamicTableRegion, IntracellularElectrode, IntracellularRecordingsTable};
use crate::view::NeurodataType;

/// More rows than this no experiment has: groups that overlap could make endless many of a small file.
const MOST_ROWS: usize = 10_000_000;

/// One intracellular recording, as a row of the [`IntracellularRecordingsTable`] has it.
#[derive(Clone, Debug)]
pub struct IntracellularRecording {
    /// What it was recorded by.
    pub electrode: IntracellularElectrode,
    /// The samples of the stimulus; `None` where there was none.
    pub stimulus: Option<TimeSeriesReference>,
    /// The samples of the stimulus' template; `None` where there is none.
    pub stimulus_template: Option<TimeSeriesReference>,
    /// The samples of the response; `None` where there is none.
    pub response: Option<TimeSeriesReference>,
}

impl IntracellularRecordingsTable {
    /// The recording in a row.
    ///
    /// ```no_run
    /// # use nwb_model::file::File;
    /// # fn example(file: &File) -> nwb_model::Result<()> {
    /// if let Some(recordings) = file.intracellular_recordings()? {
    ///     for row in 0..recordings.row_count()? {
    ///         let recording = recordings.recording(row)?;
    ///         if let Some(response) = recording.response {
    ///             println!("{:?} {:?}", recording.electrode.cell_id()?, response.physical()?);
    ///         }
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When there is no such row, or it cannot be read.
    pub fn recording(&self, row: u64) -> Result<IntracellularRecording> {
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        let one = place..place.saturating_add(1);
        let electrode = self.electrodes()?.electrode()?.dataset()?.read_references(one.clone())?;
        let null = || {
            self.object().fail(Error::new(ErrorKind::Malformed, format!("the electrode of recording {row} is null")))
        };
        let known =
            |found: Vec<Option<TimeSeriesReference>>| found.into_iter().flatten().find(|found| !found.is_empty());
        let template = match self.stimuli()?.stimulus_template()? {
            Some(column) => known(column.series_references(one.clone())?),
            None => None,
        };
        Ok(IntracellularRecording {
            electrode: electrode.into_iter().next().flatten().ok_or_else(null)?.cast()?,
            stimulus: known(self.stimuli()?.stimulus()?.series_references(one.clone())?),
            stimulus_template: template,
            response: known(self.responses()?.response()?.series_references(one)?),
        })
    }
}

/// A row of one of the five tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelRow {
    /// Its number, from 0.
    pub row: u64,
    /// Its id.
    pub id: i64,
}

/// An intracellular recording with the groups that it is in; `None` for a level at which it is in no group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupedRecording {
    /// The row of the `ExperimentalConditionsTable`.
    pub condition: Option<LevelRow>,
    /// The row of the `RepetitionsTable`.
    pub repetition: Option<LevelRow>,
    /// The row of the `SequentialRecordingsTable`.
    pub sequential: Option<LevelRow>,
    /// The type of its stimuli.
    pub stimulus_type: Option<String>,
    /// The row of the `SimultaneousRecordingsTable`.
    pub simultaneous: Option<LevelRow>,
    /// The row of the `IntracellularRecordingsTable`.
    pub recording: LevelRow,
}

/// A table that groups rows of the one below.
struct Level {
    ids: Vec<i64>,
    /// For each row below, the rows that it is in.
    holders: Vec<Vec<u64>>,
}

impl Level {
    fn of(table: Option<&DynamicTable>, column: &str, below: u64) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        let column = table.column(column)?;
        let region: DynamicTableRegion = column.data().object().cast()?;
        let rows = region.rows(..)?;
        // Only now memory is taken: the rows below have been read.
        let mut holders = vec![Vec::new(); usize::try_from(below).unwrap_or(0)];
        let mut start = 0;
        for (holder, end) in (0..).zip(column.row_ends()?) {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            for row in rows.get(start..end).unwrap_or_default() {
                let held = usize::try_from(*row).ok().and_then(|row| holders.get_mut(row)).ok_or_else(|| {
                    region.object().fail(
                        Error::new(ErrorKind::Malformed, "a region refers to a row that its table has not")
                            .expected(format!("rows below {below}"))
                            .found(row.to_string()),
                    )
                })?;
                if held.last() != Some(&holder) {
                    held.push(holder);
                }
            }
            start = end;
        }
        Ok(Some(Self { ids: table.row_ids()?, holders }))
    }

    fn row(&self, row: u64) -> LevelRow {
        let id = usize::try_from(row).ok().and_then(|row| self.ids.get(row));
        LevelRow { row, id: id.copied().unwrap_or_default() }
    }

    /// What holds a row of the level below; once `None` where nothing does.
    fn holders(level: Option<&Self>, below: Option<LevelRow>) -> Vec<Option<LevelRow>> {
        let held = level.zip(below).and_then(|(level, below)| {
            let holders = level.holders.get(usize::try_from(below.row).ok()?)?;
            Some(holders.iter().map(|holder| Some(level.row(*holder))).collect::<Vec<_>>())
        });
        held.filter(|holders| !holders.is_empty()).unwrap_or_else(|| vec![None])
    }
}

impl File {
    /// All intracellular recordings with the groups that they are in, in the order of their rows: one for each way up through the
    /// tables, so that a recording which is in two groups comes twice, and one which is in none comes once.
    ///
    /// # Errors
    /// When a table cannot be read, or refers to rows that are not there.
    pub fn grouped_recordings(&self) -> Result<Vec<GroupedRecording>> {
        let Some(recordings) = self.intracellular_recordings()? else { return Ok(Vec::new()) };
        let ids = recordings.row_ids()?;
        let simultaneous = self.simultaneous_recordings()?;
        let sequential = self.sequential_recordings()?;
        let repetitions = self.repetitions()?;
        let conditions = self.experimental_conditions()?;
        let types = match &sequential {
            Some(table) => table.stimulus_type()?.dataset()?.read_texts(..)?,
            None => Vec::new(),
        };
        let height = |level: &Option<Level>| level.as_ref().map_or(0, |level| level.ids.len() as u64);
        let simultaneous = Level::of(simultaneous.as_deref(), "recordings", ids.len() as u64)?;
        let sequential = Level::of(sequential.as_deref(), "simultaneous_recordings", height(&simultaneous))?;
        let repetitions = Level::of(repetitions.as_deref(), "sequential_recordings", height(&sequential))?;
        let conditions = Level::of(conditions.as_deref(), "repetitions", height(&repetitions))?;
        let mut found = Vec::new();
        for (row, id) in (0..).zip(ids) {
            let recording = LevelRow { row, id };
            for simultaneous in Level::holders(simultaneous.as_ref(), Some(recording)) {
                for sequential in Level::holders(sequential.as_ref(), simultaneous) {
                    let stimulus_type = sequential.and_then(|row| types.get(usize::try_from(row.row).ok()?).cloned());
                    for repetition in Level::holders(repetitions.as_ref(), sequential) {
                        for condition in Level::holders(conditions.as_ref(), repetition) {
                            if found.len() >= MOST_ROWS {
                                return Err(recordings.object().fail(Error::new(
                                    ErrorKind::Limit,
                                    "the groups of recordings overlap so much that they cannot be listed",
                                )));
                            }
                            let stimulus_type = stimulus_type.clone();
                            found.push(GroupedRecording {
                                condition,
                                repetition,
                                sequential,
                                stimulus_type,
                                simultaneous,
                                recording,
                            });
                        }
                    }
                }
            }
        }
        Ok(found)
    }
}
