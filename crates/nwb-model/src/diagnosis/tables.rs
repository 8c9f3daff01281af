//! What the rules about tables share: reading in blocks, and how long columns are.

use std::ops::Range;

use crate::dataset::Dataset;
use crate::error::Result;
use crate::tree::NodeRef;
use crate::types::VectorIndex;
use crate::value::Value;
use crate::view::NeurodataType;

/// How many elements are in memory at one time.
const BLOCK: u64 = 1 << 16;

/// How many elements are looked at. A file that says to have more of a table's rows says so falsely, or nobody wants to wait for it.
const MOST: u64 = 1 << 28;

/// All elements of a dataset along its first axis, block by block, until `visit` has enough.
pub(super) fn each_block(dataset: &Dataset, mut visit: impl FnMut(Range<u64>, Value) -> Result<Enough>) -> Result<()> {
    let rows = dataset.shape()?.first().copied().unwrap_or(0).min(MOST);
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut first = 0;
    while first < rows {
        let end = first.saturating_add(BLOCK).min(rows);
        let block = dataset.read_value(place(first)..place(end))?;
        if visit(first..end, block)? == Enough::Yes {
            return Ok(());
        }
        first = end;
    }
    Ok(())
}

/// Whether a visit is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enough {
    Yes,
    No,
}

/// The length of the first axis; `None` for a scalar, and for what is no dataset.
pub(super) fn height(at: NodeRef<'_>) -> Option<u64> {
    at.info().ok()?.shape.dims().first().copied()
}

/// Where a column's rows are counted: its outermost index, or the column itself.
pub(super) fn outermost<'a>(table: NodeRef<'a>, column: &str) -> Option<NodeRef<'a>> {
    let mut at = table.child(column).ok()??;
    let mut name = format!("{column}_index");
    while let Ok(Some(index)) = table.child(&name) {
        if !index.to_object().is::<VectorIndex>().unwrap_or(false) {
            break;
        }
        at = index;
        name.push_str("_index");
    }
    at.node().is_ok().then_some(at)
}

/// What an index leads into, if that can be read: what its `target` says, else the member of its name without `_index`.
pub(super) fn indexed(index: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let by_reference = || index.resolve(index.attribute("target").ok()??.as_reference().ok()??);
    let by_name = || index.parent()?.child(index.name().strip_suffix("_index")?).ok()?;
    by_reference().or_else(by_name).filter(|target| target.info().is_ok())
}

/// The column names that a table lists; `None` where it lists none.
pub(super) fn listed<'a>(table: NodeRef<'a>) -> Option<Vec<&'a str>> {
    let value = table.attribute("colnames").ok()??;
    if value.is_empty() { Some(Vec::new()) } else { value.as_texts().ok() }
}

/// Whether objects of a dataset's type are rows of references to a table.
pub(super) fn is<T: NeurodataType>(at: NodeRef<'_>) -> bool {
    at.to_object().is::<T>().unwrap_or(false)
}
