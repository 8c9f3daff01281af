//! Cells that were read: elements in a row, and where each cell ends.

use std::ops::Range;

use super::gather::take;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// The cells of some rows of a column.
#[derive(Clone, Debug)]
pub struct Cells {
    /// The elements of all cells, in order.
    pub values: Value,
    /// For each level of raggedness, rows first: where each cell ends, counted in cells of the next level, at the last level in
    /// elements. Empty for a column with one cell a row.
    pub ends: Vec<Vec<u64>>,
}

/// The cells of a ragged column as slices of numbers: one run of elements, no copy for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Lists<T> {
    values: Vec<T>,
    ends: Vec<u64>,
}

impl<T> Lists<T> {
    /// How many lists there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The list of one row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&[T]> {
        let place = |end: &u64| usize::try_from(*end).ok();
        let end = place(self.ends.get(row)?)?;
        let start = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).and_then(place))?;
        self.values.get(start..end)
    }

    /// The lists in order.
    pub fn iter(&self) -> impl Iterator<Item = &[T]> {
        (0..self.len()).filter_map(|row| self.get(row))
    }

    /// The elements of all lists, in order.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Where each list ends among the elements.
    #[must_use]
    pub fn ends(&self) -> &[u64] {
        &self.ends
    }
}

impl Cells {
    /// How many rows they are of.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.ends.first() {
            Some(ends) => ends.len(),
            None => usize::try_from(self.values.shape().dims().first().copied().unwrap_or(0)).unwrap_or(usize::MAX),
        }
    }

    /// Whether they are of no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which elements, along the first axis, belong to one row.
    #[must_use]
    pub fn range(&self, row: usize) -> Option<Range<u64>> {
        let row = row as u64;
        let mut range = row..row.checked_add(1)?;
        for ends in &self.ends {
            let at = |row: u64| match row.checked_sub(1) {
                None => Some(0),
                Some(before) => ends.get(usize::try_from(before).ok()?).copied(),
            };
            range = at(range.start)?..at(range.end)?;
        }
        (range.end <= self.values.shape().dims().first().copied().unwrap_or(0)).then_some(range)
    }

    /// The elements of one row along the first axis; of a column that is not ragged, its one cell without that axis.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn cell(&self, row: usize) -> Result<Value> {
        let range = self.range(row).ok_or_else(|| {
            Error::new(ErrorKind::Invalid, format!("there is no row {row} among the cells"))
                .expected(format!("{} rows", self.len()))
        })?;
        let value = take(&self.values, std::slice::from_ref(&range))?;
        if self.ends.is_empty() {
            let shape = crate::value::Shape::of(value.shape().dims().get(1..).unwrap_or_default());
            return value.reshaped(shape);
        }
        Ok(value)
    }

    /// The cells of some of these rows, in that order; rows may come again.
    ///
    /// # Errors
    /// When there is no such row.
    pub fn select(&self, rows: &[usize]) -> Result<Self> {
        let mut runs: Vec<Range<u64>> = Vec::with_capacity(rows.len());
        for &row in rows {
            if row >= self.len() {
                return Err(Error::new(ErrorKind::Invalid, format!("there is no row {row} among the cells"))
                    .expected(format!("{} rows", self.len())));
            }
            let row = row as u64;
            match runs.last_mut() {
                Some(run) if run.end == row => run.end = row + 1,
                _ => runs.push(row..row + 1),
            }
        }
        let mut ends = Vec::with_capacity(self.ends.len());
        for level in &self.ends {
            let mut selected = Vec::new();
            let mut last = 0u64;
            for run in &mut runs {
                let at =
                    |row: u64| row.checked_sub(1).and_then(|before| level.get(before as usize)).copied().unwrap_or(0);
                let (from, to) = (at(run.start), at(run.end));
                for row in run.start..run.end {
                    selected.push(last + (at(row + 1) - from));
                }
                last += to - from;
                *run = from..to;
            }
            ends.push(selected);
        }
        Ok(Self { values: take(&self.values, &runs)?, ends })
    }

    /// The cells of a ragged column as lists of numbers; those of a doubly ragged one with all their elements in one list.
    ///
    /// # Errors
    /// When the column is not ragged, or the elements are no such numbers, or have axes of their own.
    pub fn lists<T: Element>(&self) -> Result<Lists<T>> {
        if self.ends.is_empty() || self.values.shape().dims().len() != 1 {
            return Err(Error::new(ErrorKind::WrongType, "the cells are no lists of numbers")
                .expected("a ragged column of single elements")
                .found(format!(
                    "{} of shape {}, ragged {} times",
                    self.values.dtype(),
                    self.values.shape(),
                    self.ends.len()
                )));
        }
        let ends = (0..self.len()).map(|row| self.range(row).map_or(0, |range| range.end)).collect();
        Ok(Lists { values: self.values.to_vec()?, ends })
    }

    /// All texts, in order.
    ///
    /// # Errors
    /// When the elements are no texts.
    pub fn texts(&self) -> Result<Vec<&str>> {
        self.values.as_texts()
    }

    /// All numbers, in order, each converted exactly.
    ///
    /// # Errors
    /// When the elements are no numbers, or do not convert.
    pub fn numbers<T: Element>(&self) -> Result<Vec<T>> {
        self.values.to_vec()
    }
}
