//! Where the cells of a ragged column lie among its elements.

use std::ops::Range;

use ndarray::Ix1;

use crate::error::{Error, ErrorKind, Result};
use crate::ext::Column;
use crate::ext::series::rows;
use crate::types::VectorIndex;
use crate::view::NeurodataType;

impl Column {
    /// Where the elements of a row lie among all elements; of a column that is not ragged, the row itself. Of a column that is
    /// ragged more than once, all elements of the row.
    ///
    /// # Errors
    /// When there is no such row, or an index does not fit.
    pub fn elements_of(&self, row: u64) -> Result<Range<u64>> {
        let mut range = row..row.saturating_add(1);
        for index in self.levels() {
            let dataset = index.dataset()?;
            let below = dataset.shape()?.first().copied().unwrap_or(0);
            if range.end > below {
                return Err(self.data().object().fail(
                    Error::new(ErrorKind::Invalid, format!("the column has no row {row}"))
                        .expected(format!("rows below {below}")),
                ));
            }
            let end_of = |last: u64| -> Result<u64> {
                let end = dataset.read::<u64, Ix1>(rows(&(last..last + 1)))?;
                Ok(end.first().copied().unwrap_or(0))
            };
            let start = range.start.checked_sub(1).map_or(Ok(0), end_of)?;
            let end = range.end.checked_sub(1).map_or(Ok(0), end_of)?;
            range = start..end;
            if start > end {
                return Err(unordered(index, row));
            }
        }
        let count = self.data().dataset()?.shape()?.first().copied().unwrap_or(0);
        if range.end > count {
            return Err(match self.levels().last() {
                Some(index) => unordered(index, row),
                None => self.data().object().fail(
                    Error::new(ErrorKind::Invalid, format!("the column has no row {row}"))
                        .expected(format!("rows below {count}")),
                ),
            });
        }
        Ok(range)
    }

    /// For each row, where its elements end, counted from the first element of the column. Ascending, where the index is in order.
    ///
    /// # Errors
    /// When an index decreases or reaches past the elements, or cannot be read.
    pub fn row_ends(&self) -> Result<Vec<u64>> {
        let mut count = self.data().dataset()?.shape()?.first().copied().unwrap_or(0);
        let mut ends: Option<Vec<u64>> = None;
        for index in self.levels().iter().rev() {
            let own = index.dataset()?.read::<u64, Ix1>(..)?.to_vec();
            if !own.is_sorted() || own.last().is_some_and(|last| *last > count) {
                return Err(unordered(
                    index,
                    own.windows(2).take_while(|pair| pair.first() <= pair.last()).count() as u64,
                ));
            }
            count = own.len() as u64;
            ends = Some(match ends {
                None => own,
                Some(below) => own.iter().map(|end| end_in(&below, *end)).collect(),
            });
        }
        Ok(ends.unwrap_or_else(|| (1..=count).collect()))
    }
}

/// Where so many cells end in the level below.
fn end_in(below: &[u64], cells: u64) -> u64 {
    let last = cells.checked_sub(1).and_then(|last| usize::try_from(last).ok());
    last.and_then(|last| below.get(last)).copied().unwrap_or(0)
}

fn unordered(index: &VectorIndex, row: u64) -> Error {
    index.object().fail(
        Error::new(ErrorKind::Malformed, format!("the index does not fit its elements in row {row}"))
            .expected("ascending ends, the last no more than the number of elements"),
    )
}
