//! Events: rows of tables with a time each, of one table and of all of a file.

use ndarray::Ix1;

use crate::error::{Error, ErrorKind, Result};
use crate::file::File;
use crate::types::EventsTable;
use crate::value::Value;
use crate::view::NeurodataType;

/// An event: a row of an [`EventsTable`]. Times are in seconds, from the file's `timestamps_reference_time`.
#[derive(Clone, Debug)]
pub struct Event {
    /// The table that it is a row of.
    pub table: EventsTable,
    /// The row, from 0.
    pub row: u64,
    /// When it happened.
    pub time: f64,
    /// How long it took, if the table says so; an event without a duration of its own has what is not a number there.
    pub duration: Option<f64>,
}

impl Event {
    /// The name of its table.
    #[must_use]
    pub fn source(&self) -> &str {
        self.table.object().name()
    }

    /// What it holds in another column; `None` where its table has no column of that name.
    ///
    /// # Errors
    /// When the cell cannot be read.
    pub fn cell(&self, column: &str) -> Result<Option<Value>> {
        if self.table.object().child(column)?.is_none() {
            return Ok(None);
        }
        self.table.column(column)?.cell(self.row).map(Some)
    }
}

impl EventsTable {
    /// All events, in the order of the rows.
    ///
    /// # Errors
    /// When the columns differ in length, or cannot be read.
    pub fn events(&self) -> Result<Vec<Event>> {
        let times = self.timestamp()?.dataset()?.read::<f64, Ix1>(..)?;
        let durations = match self.duration()? {
            Some(column) => column.dataset()?.read::<f64, Ix1>(..)?.iter().copied().map(Some).collect(),
            None => vec![None; times.len()],
        };
        if durations.len() != times.len() {
            return Err(self.object().fail(
                Error::new(ErrorKind::Malformed, "there are not as many durations as timestamps")
                    .expected(times.len().to_string())
                    .found(durations.len().to_string()),
            ));
        }
        let event = |(row, (time, duration))| Event { table: self.clone(), row, time, duration };
        Ok((0..).zip(times.into_iter().zip(durations)).map(event).collect())
    }

    /// The events that happened from `start` up to but not including `end`, in the order of the rows.
    ///
    /// # Errors
    /// When the columns differ in length, or cannot be read.
    pub fn between(&self, start: f64, end: f64) -> Result<Vec<Event>> {
        let mut events = self.events()?;
        events.retain(|event| event.time >= start && event.time < end);
        Ok(events)
    }

    /// The events of several tables, in the order of their times; those of one time in the order of the tables and rows.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn merged<'a>(tables: impl IntoIterator<Item = &'a Self>) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for table in tables {
            events.append(&mut table.events()?);
        }
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        Ok(events)
    }
}

impl File {
    /// The events of all tables in `/events`, in the order of their times.
    ///
    /// ```no_run
    /// # fn example(file: &nwb_model::file::File) -> nwb_model::Result<()> {
    /// for event in file.all_events()? {
    ///     println!("{:.3} s: {}, row {}", event.time, event.source(), event.row);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn all_events(&self) -> Result<Vec<Event>> {
        let tables: Vec<EventsTable> = self.events()?.iter()?.collect::<Result<_>>()?;
        EventsTable::merged(&tables)
    }
}
