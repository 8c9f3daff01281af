//! The batches, one after the other.

use std::ops::Range;

use arrow_array::{RecordBatch, RecordBatchOptions, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::part::Part;
use super::picked::Picked;
use crate::error::Result;

/// The rows that are yet to come.
#[derive(Debug)]
pub(super) enum Rows {
    Range(Range<u64>),
    List(Vec<u64>),
}

/// Record batches of a table or time series, read when they are asked for; made by [`Export::batches`](crate::Export::batches).
///
/// After an error there are no more.
#[derive(Debug)]
pub struct Batches {
    schema: SchemaRef,
    parts: Vec<Part>,
    rows: Rows,
    /// How many rows of a list are done.
    done: usize,
    batch_rows: u64,
    batch_bytes: u64,
}

impl Batches {
    pub(super) fn new(schema: SchemaRef, parts: Vec<Part>, rows: Rows, batch_rows: u64, batch_bytes: u64) -> Self {
        Self { schema, parts, rows, done: 0, batch_rows, batch_bytes }
    }

    fn read_next(&mut self) -> Result<Option<RecordBatch>> {
        let (arrays, count) = match &mut self.rows {
            Rows::Range(left) if left.is_empty() => return Ok(None),
            Rows::Range(left) => {
                let most = left.start..left.end.min(left.start.saturating_add(self.batch_rows));
                let rows = within_budget(&self.parts, most, self.batch_bytes)?;
                left.start = rows.end;
                let count = rows.end - rows.start;
                let read = |part: &Part| part.read(rows.clone());
                (self.parts.iter().map(read).collect::<Result<Vec<_>>>()?, count)
            }
            Rows::List(list) => {
                let most = usize::try_from(self.batch_rows).unwrap_or(usize::MAX);
                let end = list.len().min(self.done.saturating_add(most));
                let Some(rows) = list.get(self.done..end).filter(|rows| !rows.is_empty()) else { return Ok(None) };
                self.done = end;
                let picked = Picked::of(rows);
                let read = |part: &Part| picked.read(part);
                (self.parts.iter().map(read).collect::<Result<Vec<_>>>()?, rows.len() as u64)
            }
        };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(Some(RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)?))
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.read_next();
        if next.is_err() {
            self.rows = Rows::Range(0..0);
        }
        next.map_err(ArrowError::from).transpose()
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// As many of the rows as fit into so many bytes, at least one.
fn within_budget(parts: &[Part], rows: Range<u64>, bytes: u64) -> Result<Range<u64>> {
    if bytes == u64::MAX {
        return Ok(rows);
    }
    let mut total: Vec<u64> = Vec::new();
    for part in parts {
        let until = part.bytes_until(&rows)?;
        if total.is_empty() {
            total = until;
        } else {
            total.iter_mut().zip(until).for_each(|(sum, more)| *sum = sum.saturating_add(more));
        }
    }
    if total.is_empty() {
        return Ok(rows);
    }
    let fitting = total.iter().take_while(|sum| **sum <= bytes).count().max(1) as u64;
    Ok(rows.start..rows.end.min(rows.start + fitting))
}
