//! Whether what was stored anew is what it was, and what it takes.

use std::hash::{DefaultHasher, Hasher as _};

use super::Plan;
use crate::backend::{Address, Backend, DatasetInfo, Layout};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Region, Steps};

/// Decoded bytes that are compared at once.
const BLOCK: u64 = 32 << 20;

/// Bytes of all elements, decoded.
pub(super) fn bytes_of(info: &DatasetInfo) -> u64 {
    info.shape.len().unwrap_or(u64::MAX).saturating_mul(info.dtype.size() as u64)
}

/// Bytes that the elements take in a file.
pub(super) fn stored_bytes(file: &dyn Backend, dataset: Address, info: &DatasetInfo) -> Result<u64> {
    match (&info.layout, file.chunks(dataset)?) {
        (Layout::Chunked(_), Some(chunks)) => Ok(chunks.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.size))),
        (_, Some(chunks)) if chunks.is_empty() => Ok(0),
        _ => Ok(bytes_of(info)),
    }
}

/// An error unless the copy has the elements that the original has, by checksums of runs of rows.
pub(super) fn same(plan: &Plan, old: &dyn Backend, new: &dyn Backend, copy: Address) -> Result<()> {
    let dims = plan.old.shape.dims();
    let Some((&rows, inner)) = dims.split_first() else { return Ok(()) };
    let row = inner.iter().fold(plan.old.dtype.size().max(1) as u64, |product, &len| product.saturating_mul(len));
    // Whole chunks of both, where that is not too many rows.
    let height = |info: &DatasetInfo| match &info.layout {
        Layout::Chunked(chunk) => chunk.first().copied().unwrap_or(1).max(1),
        _ => 1,
    };
    let high = height(&plan.old).max(height(&plan.new));
    let fit = (BLOCK / row.max(1)).max(1);
    let step = if high <= fit { fit - fit % high } else { fit };
    let mut first = 0;
    while first < rows {
        let count = step.min(rows - first);
        let axes = std::iter::once(Steps::run(first, count)).chain(inner.iter().map(|&len| Steps::run(0, len)));
        let region = Region::new(axes.collect());
        let before = checksum(old.read(plan.object.address(), &region)?.bytes());
        let after = checksum(new.read(copy, &region)?.bytes());
        if before != after {
            return Err(Error::new(
                ErrorKind::Malformed,
                "elements that were stored anew do not come back as they were",
            )
            .expected(format!("checksum {before:016x} of rows {first} to {}", first + count))
            .found(format!("checksum {after:016x}"))
            .remedy("the disk or the memory of this machine may be faulty: try again elsewhere"));
        }
        first += count;
    }
    Ok(())
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
