//! Some columns of some rows of a table, and single rows.

use indexmap::IndexMap;

use crate::error::{Error, ErrorKind, Result};
use crate::ext::{Cells, RowSet};
use crate::types::DynamicTable;
use crate::value::Value;
use crate::view::NeurodataType;

/// Some columns of some rows of a table, column by column.
#[derive(Clone, Debug)]
pub struct TablePart {
    /// The ids of the rows.
    pub ids: Vec<i64>,
    /// The cells of each column, by its name, in the order in which they were asked for.
    pub columns: IndexMap<String, Cells>,
}

impl TablePart {
    /// The cells of a column.
    ///
    /// # Errors
    /// When it was not read.
    pub fn get(&self, name: &str) -> Result<&Cells> {
        self.columns.get(name).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("the column \"{name}\" was not read"))
                .found(self.columns.keys().map(String::as_str).collect::<Vec<_>>().join(", "))
        })
    }

    /// How many rows there are.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.ids.len()
    }
}

/// One row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id.
    pub id: i64,
    part: TablePart,
}

impl Row {
    /// What it holds in a column: one cell, or all elements of a list along the first axis. Of a categorical column, the term.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn get(&self, name: &str) -> Result<Value> {
        self.part.get(name)?.cell(0)
    }

    /// The same with the ends of lists, for lists of lists.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn cells(&self, name: &str) -> Result<&Cells> {
        self.part.get(name)
    }

    /// The names of its columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.part.columns.keys().map(String::as_str)
    }
}

impl DynamicTable {
    /// Some columns of some rows. Each column is read by itself; nothing else is.
    ///
    /// # Errors
    /// When there is no such column or row, or something cannot be read.
    pub fn read(
        &self,
        columns: impl IntoIterator<Item = impl AsRef<str>>,
        rows: impl Into<RowSet>,
    ) -> Result<TablePart> {
        self.part(columns, &rows.into(), |column, rows| column.read(rows))
    }

    /// All columns of some rows.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_rows(&self, rows: impl Into<RowSet>) -> Result<TablePart> {
        self.read(self.column_names()?, rows)
    }

    /// One row, counted from 0, of all columns.
    ///
    /// # Errors
    /// When there is no such row, or something cannot be read.
    pub fn row(&self, row: u64) -> Result<Row> {
        let part = self.part(self.column_names()?, &[row].into(), |column, rows| column.read_decoded(rows))?;
        Ok(Row { id: part.ids.first().copied().unwrap_or_default(), part })
    }

    fn part(
        &self,
        columns: impl IntoIterator<Item = impl AsRef<str>>,
        rows: &RowSet,
        read: impl Fn(&crate::ext::Column, RowSet) -> Result<Cells>,
    ) -> Result<TablePart> {
        let count = self.row_count()?;
        let runs = rows.runs(count).map_err(|error| self.object().fail(error))?;
        let mut found = IndexMap::new();
        for name in columns {
            let column = self.column(name.as_ref())?;
            let height = column.row_count()?;
            if height != count {
                return Err(column.data().object().fail(super::unequal(name.as_ref(), count, height)));
            }
            found.insert(name.as_ref().to_owned(), read(&column, rows.clone())?);
        }
        let ids = match self.object().child("id")? {
            Some(ids) => super::gather::gather(&ids.dataset()?, &runs)?.to_vec::<i64>().map_err(|e| ids.fail(e))?,
            None => runs.into_iter().flatten().map(|row| i64::try_from(row).unwrap_or(i64::MAX)).collect(),
        };
        Ok(TablePart { ids, columns: found })
    }

    /// The numbers of the rows that have these ids, in the order of the ids. Of rows with the same id, the first.
    ///
    /// # Errors
    /// When there is no row of one of the ids, or they cannot be read.
    pub fn rows_with_ids(&self, ids: &[i64]) -> Result<Vec<u64>> {
        let mut places = std::collections::HashMap::new();
        for (row, id) in (0u64..).zip(self.row_ids()?) {
            places.entry(id).or_insert(row);
        }
        ids.iter()
            .map(|id| {
                places.get(id).copied().ok_or_else(|| {
                    self.object()
                        .fail(Error::new(ErrorKind::NotFound, format!("the table has no row with the id {id}")))
                })
            })
            .collect()
    }
}
