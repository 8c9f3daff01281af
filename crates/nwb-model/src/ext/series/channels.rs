//! From the channels of a series to the rows of the table that they were recorded by.

use crate::error::{Error, ErrorKind, Result};
use crate::types::{ElectricalSeries, ElectrodeGroup, ElectrodesTable};
use crate::view::NeurodataType;

impl ElectricalSeries {
    /// For each channel, which row of the electrodes table it was recorded by. The table is
    /// [`electrodes()`](Self::electrodes)`?.table()?`.
    ///
    /// # Errors
    /// When a row is not in the table, or something cannot be read.
    pub fn electrode_rows(&self) -> Result<Vec<u64>> {
        let region = self.electrodes()?;
        let rows = region.rows(..)?;
        let count = region.table()?.row_count()?;
        match rows.iter().find(|row| **row >= count) {
            None => Ok(rows),
            Some(row) => Err(region.object().fail(
                Error::new(ErrorKind::Malformed, "a region refers to a row that its table has not")
                    .expected(format!("rows below {count}"))
                    .found(row.to_string()),
            )),
        }
    }
}

impl ElectrodesTable {
    /// The electrode group of each row.
    ///
    /// # Errors
    /// When a reference is null or leads to what is no electrode group, or something cannot be read.
    pub fn groups(&self) -> Result<Vec<ElectrodeGroup>> {
        let column = self.group()?;
        let groups = column.dataset()?.read_references(..)?;
        let null =
            || column.object().fail(Error::new(ErrorKind::Malformed, "a reference to an electrode group is null"));
        groups.into_iter().map(|group| group.ok_or_else(null)?.cast()).collect()
    }
}
