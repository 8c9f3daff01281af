//! The elements of datasets, read once for all rules that ask for them.

use std::ops::Range;

use super::{Coverage, Report};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::value::Value;

/// How many rows are in memory at one time at the most, and about how many bytes.
const ROWS: u64 = 1 << 16;
const BYTES: u64 = 8 << 20;

/// How many rows are looked at. A file that says to have more of them says so falsely, or nobody wants to wait for it.
const MOST: u64 = 1 << 26;

/// Looks at the elements of a dataset, which a rule has asked for with [`Report::read`].
///
/// The rows come in order, in blocks; a scalar is one row.
pub trait Pass: Send {
    /// Looks at some rows. After [`Enough::Yes`] it sees no more of them.
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough;

    /// Says what it has found, after the last block.
    fn end(self: Box<Self>, report: &mut Report);
}

/// Whether a pass is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enough {
    /// It has seen what it wants to know.
    Yes,
    /// It wants to see the rest.
    No,
}

/// All elements along the first axis, block by block, until `visit` has enough; tells what was looked at.
pub(super) fn each_block(
    dataset: &Dataset,
    mut visit: impl FnMut(Range<u64>, Value) -> Result<Enough>,
) -> Result<Coverage> {
    let info = dataset.info()?;
    let Some((&all, rest)) = info.shape.dims().split_first() else {
        if !info.shape.is_empty() {
            visit(0..1, dataset.read_value(..)?)?;
        }
        return Ok(Coverage::All);
    };
    let row = rest.iter().fold(info.dtype.size() as u64, |size, len| size.saturating_mul(*len)).max(1);
    let step = (BYTES / row).clamp(1, ROWS);
    let rows = all.min(MOST);
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut first = 0;
    while first < rows {
        let end = first.saturating_add(step).min(rows);
        let block = dataset.read_value(place(first)..place(end))?;
        if visit(first..end, block)? == Enough::Yes {
            return Ok(Coverage::All);
        }
        first = end;
    }
    Ok(if rows == all { Coverage::All } else { Coverage::Sample(format!("the first {rows} of {all} rows")) })
}
