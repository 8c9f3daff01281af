//! Which rows of a table are meant.

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

use crate::error::{Error, ErrorKind, Result};

/// Rows of a table: all (`..`), a range (`3..10`), a list in any order and with repetitions (`vec![7, 2, 2]`), or those for which
/// a mask says true (`&[bool]`, as long as the table).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSet(Choice);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Choice {
    Range { start: u64, end: Option<u64> },
    List(Vec<u64>),
    Mask(Vec<bool>),
}

impl RowSet {
    /// As runs of rows that follow each other, in the order that was asked for.
    pub(super) fn runs(&self, rows: u64) -> Result<Vec<Range<u64>>> {
        let outside = |row: u64| {
            Error::new(ErrorKind::Invalid, format!("the table has no row {row}"))
                .expected(match rows {
                    0 => "no row at all: the table is empty".to_owned(),
                    _ => format!("rows 0 to {}", rows - 1),
                })
                .found(row.to_string())
        };
        match &self.0 {
            Choice::Range { start, end } => {
                let end = end.unwrap_or(rows);
                if end > rows {
                    return Err(outside(end - 1));
                }
                if *start > end {
                    return Err(outside(*start));
                }
                Ok(std::iter::once(*start..end).collect())
            }
            Choice::List(list) => {
                let mut runs: Vec<Range<u64>> = Vec::new();
                for &row in list {
                    if row >= rows {
                        return Err(outside(row));
                    }
                    match runs.last_mut() {
                        Some(run) if run.end == row => run.end = row + 1,
                        _ => runs.push(row..row + 1),
                    }
                }
                Ok(runs)
            }
            Choice::Mask(mask) => {
                if mask.len() as u64 != rows {
                    return Err(Error::new(ErrorKind::Invalid, "the mask is not as long as the table")
                        .expected(rows.to_string())
                        .found(mask.len().to_string()));
                }
                let chosen = (0..).zip(mask).filter(|(_, chosen)| **chosen).map(|(row, _)| row).collect();
                Self(Choice::List(chosen)).runs(rows)
            }
        }
    }
}

impl From<RangeFull> for RowSet {
    fn from(_: RangeFull) -> Self {
        Self(Choice::Range { start: 0, end: None })
    }
}

impl From<Range<u64>> for RowSet {
    fn from(range: Range<u64>) -> Self {
        Self(Choice::Range { start: range.start, end: Some(range.end) })
    }
}

impl From<RangeFrom<u64>> for RowSet {
    fn from(range: RangeFrom<u64>) -> Self {
        Self(Choice::Range { start: range.start, end: None })
    }
}

impl From<RangeTo<u64>> for RowSet {
    fn from(range: RangeTo<u64>) -> Self {
        Self(Choice::Range { start: 0, end: Some(range.end) })
    }
}

impl From<Vec<u64>> for RowSet {
    fn from(rows: Vec<u64>) -> Self {
        Self(Choice::List(rows))
    }
}

impl From<&[u64]> for RowSet {
    fn from(rows: &[u64]) -> Self {
        rows.to_vec().into()
    }
}

impl<const N: usize> From<[u64; N]> for RowSet {
    fn from(rows: [u64; N]) -> Self {
        rows.to_vec().into()
    }
}

impl From<&[bool]> for RowSet {
    fn from(mask: &[bool]) -> Self {
        mask.to_vec().into()
    }
}

impl From<Vec<bool>> for RowSet {
    fn from(mask: Vec<bool>) -> Self {
        Self(Choice::Mask(mask))
    }
}
