//! Reading tables column by column: some rows of one column, without the rest.

use std::ops::Range;

use crate::access;
use crate::dataset::Dataset;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::table::gather::gather;
use crate::ext::{Cells, RowSet};
use crate::types::{DynamicTable, VectorData, VectorIndex};
use crate::value::Value;
use crate::view::NeurodataType;

impl DynamicTable {
    /// The names of its columns in their order. A table that does not tell has all its columns, sorted by name.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn column_names(&self) -> Result<Vec<String>> {
        if let Some(names) = access::attribute(self, "", "colnames").optional::<Vec<&str>>()? {
            return Ok(names.into_iter().map(str::to_owned).collect());
        }
        let mut names = Vec::new();
        for (name, child) in self.object().children()? {
            let child = child?;
            if child.is::<VectorData>()? && !child.is::<VectorIndex>()? {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// How many rows it has: as many as ids, or as cells in its first column where there are no ids.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn row_count(&self) -> Result<u64> {
        if let Some(ids) = self.object().child("id")? {
            return height(&ids.dataset()?);
        }
        match self.column_names()?.first() {
            Some(first) => self.column(first)?.row_count(),
            None => Ok(0),
        }
    }

    /// The ids of all rows; 0, 1, 2 ... where the file has none.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn row_ids(&self) -> Result<Vec<i64>> {
        match self.object().child("id")? {
            Some(ids) => Ok(ids.dataset()?.read::<i64, ndarray::Ix1>(..)?.to_vec()),
            None => Ok((0..i64::try_from(self.row_count()?).unwrap_or(i64::MAX)).collect()),
        }
    }

    /// A column by its name. Nothing of it is read yet.
    ///
    /// # Errors
    /// When there is none of that name, or it is no column.
    pub fn column(&self, name: &str) -> Result<Column> {
        let table = self.object();
        let Some(object) = table.child(name)? else {
            let names = self.column_names()?;
            let error =
                Error::new(ErrorKind::NotFound, format!("the table has no column \"{name}\"")).found(names.join(", "));
            return Err(table.fail(match crate::names::nearest(name, names.iter().map(String::as_str)) {
                Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
                None => error,
            }));
        };
        let mut levels = Vec::new();
        let mut index_name = format!("{name}_index");
        while let Some(index) = table.child(&index_name)? {
            // A column of its own may have such a name too.
            if !index.is::<VectorIndex>()? {
                break;
            }
            levels.push(index.cast::<VectorIndex>()?);
            index_name.push_str("_index");
        }
        levels.reverse();
        Ok(Column { data: object.cast()?, levels })
    }
}

/// A column of a table: its elements and, if its cells differ in length, where they end.
#[derive(Clone, Debug)]
pub struct Column {
    data: VectorData,
    /// The index of the rows first, that of the elements last.
    levels: Vec<VectorIndex>,
}

impl Column {
    /// The dataset of its elements, as a view.
    #[must_use]
    pub fn data(&self) -> &VectorData {
        &self.data
    }

    /// The indices of a ragged column: that of the rows first, that of the elements last.
    #[must_use]
    pub fn levels(&self) -> &[VectorIndex] {
        &self.levels
    }

    /// How often it is ragged: 0 for one cell a row, 1 for lists, 2 for lists of lists.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// How many rows it has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn row_count(&self) -> Result<u64> {
        match self.levels.first() {
            Some(index) => height(&index.object().dataset()?),
            None => height(&self.data.object().dataset()?),
        }
    }

    /// The cell of one row; of a ragged column, all its elements along the first axis.
    ///
    /// # Errors
    /// When there is no such row, or the cell cannot be read.
    pub fn cell(&self, row: u64) -> Result<Value> {
        Ok(self.cells(row..row.saturating_add(1))?.values)
    }

    /// The cells of some rows. Only these are read.
    ///
    /// # Errors
    /// When there are fewer rows, the index is not ascending or reaches past the elements, or something cannot be read.
    pub fn cells(&self, rows: Range<u64>) -> Result<Cells> {
        self.read(rows)
    }

    /// The cells of some rows: all, a range, a list in any order, those of a mask. What lies close together is read at once.
    ///
    /// ```
    /// # use nwb_model::{edit::{Edit, EditOptions}, ext::{Columns, Ragged}, memory::Memory, time::Timestamp};
    /// # use nwb_model::types::{DynamicTable, DynamicTableInit, NwbFileInit};
    /// # let start = Timestamp::parse("2024-03-05T09:41:07-07:00")?;
    /// # let init = NwbFileInit { identifier: "a".into(), session_description: "b".into(), session_start_time: start };
    /// # let mut edit = Edit::create(Memory::new("a"), "a", init, EditOptions::default())?;
    /// # let table = DynamicTable::new(DynamicTableInit { name: "cells".into(), description: "cells seen".into() })
    /// #     .ragged_column("visits", "frames", Ragged::with_lengths(vec![3u32, 4, 9], [1, 0, 2]));
    /// # edit.insert_in(nwb_model::place::Place::Scratch, table)?;
    /// # let table: DynamicTable = edit.commit()?.get("/scratch/cells")?.cast()?;
    /// let visits = table.column("visits")?.read([2, 0])?.lists::<u32>()?;
    /// assert_eq!(visits.get(0), Some(&[4, 9][..]));
    /// assert_eq!(visits.get(1), Some(&[3][..]));
    /// # Ok::<(), nwb_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such row, the index is not ascending or reaches past the elements, or something cannot be read.
    pub fn read(&self, rows: impl Into<RowSet>) -> Result<Cells> {
        let runs = rows.into().runs(self.row_count()?).map_err(|error| self.data.object().fail(error))?;
        self.read_runs(runs)
    }

    fn read_runs(&self, mut runs: Vec<Range<u64>>) -> Result<Cells> {
        let mut ends = Vec::with_capacity(self.levels.len());
        for (level, index) in self.levels.iter().enumerate() {
            let below = match self.levels.get(level + 1) {
                Some(next) => height(&next.object().dataset()?)?,
                None => height(&self.data.object().dataset()?)?,
            };
            let (next, relative) = cell_bounds(index, &runs, below)?;
            ends.push(relative);
            runs = next;
        }
        Ok(Cells { values: gather(&self.data.object().dataset()?, &runs)?, ends })
    }
}

/// Where the cells of some runs of rows lie in the level below, and where each ends, counted from the first.
fn cell_bounds(index: &VectorIndex, runs: &[Range<u64>], below: u64) -> Result<(Vec<Range<u64>>, Vec<u64>)> {
    // The end before a run is where its first cell begins.
    let with_start: Vec<Range<u64>> =
        runs.iter().map(|run| if run.is_empty() { 0..0 } else { run.start.saturating_sub(1)..run.end }).collect();
    let stored = gather(&index.object().dataset()?, &with_start).and_then(|value| value.to_vec::<u64>());
    let mut stored = stored.map_err(|error| index.object().fail(error))?.into_iter();
    let mut next = Vec::with_capacity(runs.len());
    let mut relative = Vec::with_capacity(stored.len());
    let mut before = 0u64;
    for run in runs {
        if run.is_empty() {
            next.push(0..0);
            continue;
        }
        let start = if run.start == 0 { 0 } else { stored.next().unwrap_or(0) };
        let mut end = start;
        for (row, found) in (run.clone()).zip(&mut stored) {
            if found < end || found > below {
                return Err(index.object().fail(
                    Error::new(ErrorKind::Malformed, format!("the index does not fit its elements in row {row}"))
                        .expected(format!("{end} to {below}"))
                        .found(found.to_string())
                        .by_spec("hdmf-common VectorIndex"),
                ));
            }
            end = found;
            relative.push(before.saturating_add(end - start));
        }
        before = before.saturating_add(end - start);
        next.push(start..end);
    }
    Ok((next, relative))
}

pub(super) fn height(dataset: &Dataset) -> Result<u64> {
    Ok(dataset.shape()?.first().copied().unwrap_or(0))
}
