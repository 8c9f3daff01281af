//! Tables and time series as record batches.

mod array;
mod batches;
mod follow;
mod kind;
mod metadata;
mod part;
mod picked;
mod plan;

use std::ops::Range;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, FieldRef, Schema, SchemaRef};
use nwb_model::ErrorKind;
use nwb_model::types::{DynamicTable, TimeSeries};
use nwb_model::view::{IsA, NeurodataType};

pub use batches::Batches;
use batches::Rows;
use part::Part;

use crate::error::{Error, Result};

/// How many rows a batch has at most, if nothing else is asked for.
const BATCH_ROWS: u64 = 65_536;

/// What the elements of the ragged columns of a batch may take, if nothing else is asked for: 64 MiB.
const BATCH_BYTES: u64 = 64 << 20;

/// How wide the offsets of texts and lists are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Offsets {
    /// 32 bits: `Utf8` and `List`. A column that has more elements than that counts becomes a `LargeList` all the same; a batch whose
    /// texts are longer is an error.
    #[default]
    Narrow,
    /// 64 bits: `LargeUtf8` and `LargeList`.
    Wide,
}

impl Offsets {
    fn text(self) -> DataType {
        match self {
            Self::Narrow => DataType::Utf8,
            Self::Wide => DataType::LargeUtf8,
        }
    }

    fn list(self, item: FieldRef) -> DataType {
        match self {
            Self::Narrow => DataType::List(item),
            Self::Wide => DataType::LargeList(item),
        }
    }

    /// As they are, or wide where this many elements ask for it.
    fn enough_for(self, elements: u64) -> Self {
        if i32::try_from(elements).is_ok() { self } else { Self::Wide }
    }
}

/// A table or a time series on its way into record batches: which columns, which rows, how many at once.
///
/// Nothing but the structure of the columns is read before the first batch is asked for, and of the columns no more than a batch.
///
/// ```
/// # use nwb_model::{edit::{Edit, EditOptions}, ext::{Columns, Ragged}, memory::Memory, time::Timestamp};
/// # use nwb_model::types::{DynamicTable, DynamicTableInit, NwbFileInit};
/// # let init = NwbFileInit { identifier: "i".into(), session_description: "d".into(), session_start_time: Timestamp::parse("2024-03-05T09:41:07Z")? };
/// # let mut edit = Edit::create(Memory::new("example"), "example", init, EditOptions::default())?;
/// # edit.insert_in(nwb_model::place::Place::Acquisition, DynamicTable::new(DynamicTableInit { name: "cells".into(), description: "cells seen".into() })
/// #     .column("area", "area in square micrometers", vec![81.5, 70.25])
/// #     .ragged_column("visits", "frames in which it was looked at", Ragged::with_lengths(vec![3u32, 4, 9], [1, 2])))?;
/// # let file = edit.commit()?;
/// use nwb_arrow::Export;
///
/// let cells: DynamicTable = file.acquisition()?.get("cells")?;
/// for batch in Export::of(&cells).columns(["id", "visits"]).batch_rows(1000).batches()? {
///     let batch = batch.map_err(nwb_arrow::Error::from)?;
///     assert_eq!(batch.num_columns(), 2);
/// }
/// let all = Export::of(&cells).batch()?; // of all rows at once
/// assert_eq!(all.schema().field(2).data_type().to_string(), "List(non-null UInt32)");
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Export {
    subject: Subject,
    columns: Option<Vec<String>>,
    more: Vec<String>,
    rows: Option<Asked>,
    batch_rows: u64,
    batch_bytes: u64,
    offsets: Offsets,
}

#[derive(Clone, Debug)]
enum Subject {
    Table(DynamicTable),
    Series(TimeSeries),
}

#[derive(Clone, Debug)]
enum Asked {
    Range(Range<u64>),
    List(Vec<u64>),
}

impl Export {
    fn new(subject: Subject) -> Self {
        Self {
            subject,
            columns: None,
            more: Vec::new(),
            rows: None,
            batch_rows: BATCH_ROWS,
            batch_bytes: BATCH_BYTES,
            offsets: Offsets::default(),
        }
    }

    /// A table: its ids as `id`, then its columns in their order. Of an `AlignedDynamicTable` the columns of each category
    /// follow as `category.column`, its ids as `category.id`.
    pub fn of<T: IsA<DynamicTable>>(table: &T) -> Self {
        // Any type below is seen as a table by its object.
        Self::new(Subject::Table(DynamicTable::from_object(table.object().clone())))
    }

    /// A time series: `time` in seconds from the file's `timestamps_reference_time`, and `data` as it is stored, a row for each
    /// sample. Of frames in external files there is the time alone.
    pub fn of_series<T: IsA<TimeSeries>>(series: &T) -> Self {
        Self::new(Subject::Series(TimeSeries::from_object(series.object().clone())))
    }

    /// Only these columns, in this order. The ids are the column `id`.
    ///
    /// Behind a dot stands what a column leads to. Where its cells are row numbers of another table, `electrodes.location` is the
    /// column `location` of that table in these rows: a list where the rows are a list. Where they are references,
    /// `group.location` is what the objects have under that name, as text: a single value, or else the path of an object; null where
    /// there is none. Both can follow one another: of units, `electrodes.group.device.manufacturer`.
    #[must_use]
    pub fn columns<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// These columns behind the others: those that a column leads to, for example, to all that the table has.
    #[must_use]
    pub fn also<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.more.extend(names.into_iter().map(Into::into));
        self
    }

    /// Only these rows, from 0.
    #[must_use]
    pub fn rows(mut self, rows: Range<u64>) -> Self {
        self.rows = Some(Asked::Range(rows));
        self
    }

    /// Only these rows, from 0, in this order; a row may be given more than once.
    #[must_use]
    pub fn row_list(mut self, rows: impl IntoIterator<Item = u64>) -> Self {
        self.rows = Some(Asked::List(rows.into_iter().collect()));
        self
    }

    /// At most this many rows in a batch, at least one; 65,536 if nothing is said.
    #[must_use]
    pub fn batch_rows(mut self, rows: u64) -> Self {
        self.batch_rows = rows.max(1);
        self
    }

    /// Ends a batch early where its cells take more than this many bytes, as far as their number tells: a batch has one row in
    /// any case. 64 MiB if nothing is said. Lists of rows are not cut so.
    #[must_use]
    pub fn batch_bytes(mut self, bytes: u64) -> Self {
        self.batch_bytes = bytes;
        self
    }

    /// How wide the offsets of texts and lists are.
    #[must_use]
    pub fn offsets(mut self, offsets: Offsets) -> Self {
        self.offsets = offsets;
        self
    }

    /// The schema of the batches.
    ///
    /// # Errors
    /// When a column is not there or cannot be read.
    pub fn schema(&self) -> Result<SchemaRef> {
        self.schema_of(&self.parts()?.0)
    }

    /// The batches, read one by one when they are asked for.
    ///
    /// # Errors
    /// When a column is not there, cannot be read or has another length than the table, or rows are asked for that are not there.
    pub fn batches(&self) -> Result<Batches> {
        let (parts, height) = self.parts()?;
        let schema = self.schema_of(&parts)?;
        let rows = match &self.rows {
            None => Rows::Range(0..height),
            Some(Asked::Range(rows)) if rows.start <= rows.end && rows.end <= height => Rows::Range(rows.clone()),
            Some(Asked::List(rows)) if rows.iter().all(|row| *row < height) => Rows::List(rows.clone()),
            Some(asked) => return Err(self.no_rows(asked, height)),
        };
        Ok(Batches::new(schema, parts, rows, self.batch_rows, self.batch_bytes))
    }

    /// All rows that are asked for in one batch, however large.
    ///
    /// # Errors
    /// As [`batches`](Self::batches), and when something cannot be read.
    pub fn batch(&self) -> Result<RecordBatch> {
        let mut batches = Self { batch_rows: u64::MAX, batch_bytes: u64::MAX, ..self.clone() }.batches()?;
        match batches.next() {
            Some(batch) => Ok(batch?),
            None => Ok(RecordBatch::new_empty(arrow_array::RecordBatchReader::schema(&batches))),
        }
    }

    fn parts(&self) -> Result<(Vec<Part>, u64)> {
        let names = self.columns.as_deref();
        match &self.subject {
            Subject::Table(table) => plan::of_table(table, names, &self.more, self.offsets),
            Subject::Series(series) => plan::of_series(series, names, &self.more, self.offsets),
        }
    }

    fn schema_of(&self, parts: &[Part]) -> Result<SchemaRef> {
        let fields: Vec<FieldRef> = parts.iter().map(|part| Arc::clone(part.field())).collect();
        let object = match &self.subject {
            Subject::Table(table) => table.object(),
            Subject::Series(series) => series.object(),
        };
        Ok(Arc::new(Schema::new_with_metadata(fields, metadata::of_table(object)?)))
    }

    fn no_rows(&self, asked: &Asked, height: u64) -> Error {
        let found = match asked {
            Asked::Range(rows) => format!("{}..{}", rows.start, rows.end),
            Asked::List(rows) => format!("row {}", rows.iter().find(|row| **row >= height).copied().unwrap_or(0)),
        };
        let object = match &self.subject {
            Subject::Table(table) => table.object(),
            Subject::Series(series) => series.object(),
        };
        Error::new(ErrorKind::Invalid, "rows are asked for that are not there")
            .expected(format!("rows from 0 to {height}, the last not included"))
            .found(found)
            .of(object)
    }
}
