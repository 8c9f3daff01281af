//! Rows of another table that a column or a slot refers to.

use crate::error::{Error, ErrorKind, Result};
use crate::ext::{Cells, Column, RowSet};
use crate::selection::Selection;
use crate::types::{DynamicTable, DynamicTableRegion};
use crate::value::Value;
use crate::view::NeurodataType;

impl DynamicTableRegion {
    /// The row numbers, from 0, of all or some of its elements: each is that of a row of its table.
    ///
    /// # Errors
    /// When one is outside the table, or something cannot be read.
    pub fn rows(&self, selection: impl Into<Selection>) -> Result<Vec<u64>> {
        self.row_numbers(&self.object().dataset()?.read_value(selection)?)
    }

    /// The rows that it refers to, with some of their columns.
    ///
    /// # Errors
    /// When one is outside the table, there is no such column, or something cannot be read.
    pub fn read(
        &self,
        columns: impl IntoIterator<Item = impl AsRef<str>>,
        selection: impl Into<Selection>,
    ) -> Result<crate::ext::TablePart> {
        self.table()?.read(columns, self.rows(selection)?)
    }

    /// Its table as one of a type: an [`ElectrodesTable`](crate::types::ElectrodesTable), say.
    ///
    /// # Errors
    /// When the table is of another type, or the region refers to none.
    pub fn table_as<T: NeurodataType>(&self) -> Result<T> {
        self.table()?.object().cast()
    }

    /// Elements of it as row numbers.
    pub(crate) fn row_numbers(&self, elements: &Value) -> Result<Vec<u64>> {
        let fail = |error: Error| self.object().fail(error.by_spec("hdmf-common DynamicTableRegion"));
        let numbers = elements.to_vec::<i64>().map_err(fail)?;
        let rows = self.table()?.row_count()?;
        numbers
            .into_iter()
            .map(|row| u64::try_from(row).ok().filter(|row| *row < rows).ok_or_else(|| fail(outside(row, rows))))
            .collect()
    }
}

pub(super) fn outside(row: i64, rows: u64) -> Error {
    Error::new(ErrorKind::Malformed, "a region refers to a row that its table has not")
        .expected(match rows {
            0 => "none: the table has no rows".to_owned(),
            _ => format!("rows 0 to {}", rows - 1),
        })
        .found(row.to_string())
}

impl Column {
    /// The column as a region of another table, if it is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn region(&self) -> Result<Option<DynamicTableRegion>> {
        let object = self.data().object();
        if object.is::<DynamicTableRegion>()? { Ok(Some(object.cast()?)) } else { Ok(None) }
    }

    /// The rows of another table that some rows refer to, and that table; with `ends` as in [`Cells`] where it is ragged.
    ///
    /// # Errors
    /// When the column is no region, a row is outside its table, or something cannot be read.
    pub fn region_rows(&self, rows: impl Into<RowSet>) -> Result<RegionRows> {
        let region: DynamicTableRegion = self.data().object().cast()?;
        let Cells { values, ends } = self.read(rows)?;
        Ok(RegionRows { table: region.table()?, rows: region.row_numbers(&values)?, ends })
    }
}

/// Rows of another table.
#[derive(Clone, Debug)]
pub struct RegionRows {
    /// The table.
    pub table: DynamicTable,
    /// The numbers of its rows, from 0.
    pub rows: Vec<u64>,
    /// For each level of raggedness of the column, where each list ends.
    pub ends: Vec<Vec<u64>>,
}
