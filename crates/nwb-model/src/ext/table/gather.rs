//! Runs of rows of a dataset in any order, with as few reads as is sensible.

use std::ops::Range;

use crate::backend::Layout;
use crate::dataset::Dataset;
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Selection;
use crate::value::{Bytes, Heap, Shape, Value, damaged, transplant};

/// A gap that is cheaper to read than to leave out, in bytes, and in rows where elements lie scattered.
const GAP: u64 = 64 << 10;
const SCATTERED_GAP: u64 = 64;
/// What is read in one go, at most, unless one run alone is longer.
const WINDOW: u64 = 32 << 20;

/// The elements of some runs of rows, one run behind the other. The runs lie within the dataset.
pub(super) fn gather(dataset: &Dataset, runs: &[Range<u64>]) -> Result<Value> {
    if let [only] = runs {
        return dataset.read_value(positions(only));
    }
    let shape = dataset.shape()?;
    let inner = shape.get(1..).unwrap_or_default();
    let dtype = dataset.dtype()?.clone();
    let row_bytes = inner.iter().fold(dtype.size() as u64, |size, &len| size.saturating_mul(len)).max(1);
    let info = dataset.info()?;
    let gap = match &info.layout {
        // A chunk is decoded whole, whatever is wanted of it: once, at best.
        Layout::Chunked(chunk) if !info.filters.is_empty() => chunk.first().copied().unwrap_or(1),
        _ if !dtype.is_plain() => SCATTERED_GAP,
        _ => GAP / row_bytes,
    };
    let mut sorted: Vec<&Range<u64>> = runs.iter().filter(|run| !run.is_empty()).collect();
    sorted.sort_unstable_by_key(|run| run.start);
    let mut windows: Vec<Range<u64>> = Vec::new();
    for run in sorted {
        match windows.last_mut() {
            Some(window)
                if run.end <= window.end
                    || (run.start.saturating_sub(window.end) <= gap
                        && (run.end - window.start).saturating_mul(row_bytes) <= WINDOW)
                    || run.start < window.end =>
            {
                window.end = window.end.max(run.end);
            }
            _ => windows.push(run.clone()),
        }
    }
    let parts: Vec<(u64, Value)> = windows
        .into_iter()
        .map(|window| Ok((window.start, dataset.read_value(positions(&window))?)))
        .collect::<Result<_>>()?;
    assemble(&dtype, inner, runs, |run| {
        let at = parts.partition_point(|(start, _)| *start <= run.start).checked_sub(1)?;
        let (start, value) = parts.get(at)?;
        Some((value, run.start - start..run.end - start))
    })
}

/// The same of a value in memory.
pub(super) fn take(value: &Value, runs: &[Range<u64>]) -> Result<Value> {
    let inner = value.shape().dims().get(1..).unwrap_or_default();
    assemble(value.dtype(), inner, runs, |run| Some((value, run.clone())))
}

fn assemble<'v>(
    dtype: &Dtype,
    inner: &[u64],
    runs: &[Range<u64>],
    find: impl Fn(&Range<u64>) -> Option<(&'v Value, Range<u64>)>,
) -> Result<Value> {
    let rows = runs.iter().fold(0u64, |rows, run| rows.saturating_add(run.end.saturating_sub(run.start)));
    let row_elements = inner.iter().fold(1u64, |product, &len| product.saturating_mul(len));
    let too_large = || Error::new(ErrorKind::Limit, "the rows do not fit into memory").remedy("read fewer at a time");
    let row_bytes = usize::try_from(row_elements.saturating_mul(dtype.size() as u64)).map_err(|_| too_large())?;
    let total = usize::try_from(rows).ok().and_then(|rows| rows.checked_mul(row_bytes)).ok_or_else(too_large)?;
    let mut bytes: Vec<u8> = Vec::new();
    bytes.try_reserve_exact(total).map_err(|error| too_large().caused_by(error))?;
    let mut heap = Heap::new();
    for run in runs.iter().filter(|run| !run.is_empty()) {
        let (value, at) = find(run).ok_or_else(damaged)?;
        let place = |row: u64| usize::try_from(row).ok().and_then(|row| row.checked_mul(row_bytes));
        let (from, to) = place(at.start).zip(place(at.end)).ok_or_else(damaged)?;
        let begin = bytes.len();
        bytes.extend_from_slice(value.bytes().get(from..to).ok_or_else(damaged)?);
        if !dtype.is_plain() {
            for element in bytes.get_mut(begin..).ok_or_else(damaged)?.chunks_exact_mut(dtype.size().max(1)) {
                transplant(dtype, element, value.heap(), &mut heap, &mut Ok)?;
            }
        }
    }
    let mut dims = vec![rows];
    dims.extend_from_slice(inner);
    Value::from_parts(dtype.clone(), Shape::Simple(dims), Bytes::from_vec(bytes), Some(heap))
}

pub(super) fn positions(range: &Range<u64>) -> Selection {
    let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    (place(range.start)..place(range.end)).into()
}
