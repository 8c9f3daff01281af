//! Reading tables column by column: some rows of one column, without the rest.

use std::ops::Range;

use crate::access;
use crate::dataset::Dataset;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Selection;
use crate::types::{DynamicTable, DynamicTableRegion, VectorData, VectorIndex};
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

impl DynamicTableRegion {
    /// The row numbers, from 0, of all or some of its elements.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn rows(&self, selection: impl Into<Selection>) -> Result<Vec<u64>> {
        let rows = self.object().dataset()?.read::<i64, ndarray::Ix1>(selection)?;
        rows.iter()
            .map(|&row| {
                u64::try_from(row).map_err(|_| {
                    self.object().fail(
                        Error::new(ErrorKind::Malformed, "a region refers to a row by a negative number")
                            .expected("row numbers from 0 on")
                            .found(row.to_string()),
                    )
                })
            })
            .collect()
    }
}

/// A column of a table: its elements and, if its cells differ in length, where they end.
#[derive(Clone, Debug)]
pub struct Column {
    data: VectorData,
    /// The index of the rows first, that of the elements last.
    levels: Vec<VectorIndex>,
}

/// The cells of some rows.
#[derive(Clone, Debug)]
pub struct Cells {
    /// The elements of all cells, in order.
    pub values: Value,
    /// For each level of raggedness, rows first: where each cell ends, counted in cells of the next level, at the last level in
    /// elements. Empty for a column with one cell a row.
    pub ends: Vec<Vec<u64>>,
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
        let mut range = rows;
        let mut ends = Vec::with_capacity(self.levels.len());
        for (level, index) in self.levels.iter().enumerate() {
            let below = match self.levels.get(level + 1) {
                Some(next) => height(&next.object().dataset()?)?,
                None => height(&self.data.object().dataset()?)?,
            };
            let (next, relative) = cell_bounds(index, &range, below)?;
            ends.push(relative);
            range = next;
        }
        let dataset = self.data.object().dataset()?;
        let values = dataset.read_value(positions(&range))?;
        Ok(Cells { values, ends })
    }
}

/// Where the cells of some rows lie in the level below, and where each ends, counted from the first.
fn cell_bounds(index: &VectorIndex, rows: &Range<u64>, below: u64) -> Result<(Range<u64>, Vec<u64>)> {
    let dataset = index.object().dataset()?;
    let from = rows.start.saturating_sub(1);
    let stored = dataset.read::<u64, ndarray::Ix1>(positions(&(from..rows.end)))?;
    let mut stored = stored.iter().copied();
    let start = if rows.start == 0 { 0 } else { stored.next().unwrap_or(0) };
    let mut end = start;
    let mut relative = Vec::with_capacity(stored.len());
    for (row, next) in (rows.start..).zip(stored) {
        if next < end || next > below {
            return Err(index.object().fail(
                Error::new(ErrorKind::Malformed, format!("the index does not fit its elements in row {row}"))
                    .expected(format!("{end} to {below}"))
                    .found(next.to_string()),
            ));
        }
        end = next;
        relative.push(end - start);
    }
    Ok((start..end, relative))
}

fn positions(range: &Range<u64>) -> Selection {
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    (place(range.start)..place(range.end)).into()
}

fn height(dataset: &Dataset) -> Result<u64> {
    Ok(dataset.shape()?.first().copied().unwrap_or(0))
}
