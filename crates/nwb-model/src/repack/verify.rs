//! Whether what was stored anew is what it was, and what it takes.

use std::collections::HashMap;

use twox_hash::XxHash64;

use super::options::Stored;
use crate::backend::{Address, Backend, DatasetInfo, Layout};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use crate::value::Value;

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

/// Whether all elements are in the file.
pub(super) fn stored(file: &dyn Backend, dataset: Address, info: &DatasetInfo) -> Result<Stored> {
    let is_whole = match (&info.layout, file.chunks(dataset)?) {
        (Layout::Chunked(chunk), Some(chunks)) => chunks.len() as u64 >= chunks_in(info.shape.dims(), chunk),
        (_, Some(chunks)) => !chunks.is_empty(),
        (_, None) => true,
    };
    Ok(if is_whole { Stored::Whole } else { Stored::InPart })
}

/// Whether the filters of a dataset are there.
pub(super) fn can_be_decoded(file: &dyn Backend, dataset: Address, info: &DatasetInfo) -> Result<bool> {
    let first = file.chunks(dataset)?.and_then(|chunks| chunks.into_iter().next());
    let (Some(chunk), false) = (first, info.filters.is_empty()) else { return Ok(true) };
    let one = Region::block(&chunk.offset, &vec![1; chunk.offset.len()]);
    match file.read(dataset, &one) {
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(false),
        // Whatever else is wrong with it is said when all of it is read.
        _ => Ok(true),
    }
}

/// How many chunks of that shape there can be.
pub(super) fn chunks_in(dims: &[u64], chunk: &[u64]) -> u64 {
    dims.iter().zip(chunk).fold(1, |count: u64, (&len, &chunk)| count.saturating_mul(len.div_ceil(chunk.max(1))))
}

/// Checksums of the elements that went into a new file, block by block.
pub(super) struct Checksums(HashMap<Address, Vec<(Region, u64)>>);

impl Checksums {
    /// Of these datasets.
    pub(super) fn of(datasets: impl Iterator<Item = Address>) -> Self {
        Self(datasets.map(|dataset| (dataset, Vec::new())).collect())
    }

    pub(super) fn add(&mut self, dataset: Address, region: &Region, value: &Value) {
        if let Some(blocks) = self.0.get_mut(&dataset) {
            blocks.push((region.clone(), checksum(value)));
        }
    }

    /// An error unless the copy of a dataset has the elements that went into it. Tells how many bytes it has seen.
    pub(super) fn check(
        &self,
        dataset: Address,
        file: &dyn Backend,
        copy: Address,
        seen: &mut dyn FnMut(u64),
    ) -> Result<()> {
        for (region, before) in self.0.get(&dataset).into_iter().flatten() {
            let value = file.read(copy, region)?;
            let after = checksum(&value);
            if *before != after {
                return Err(Error::new(
                    ErrorKind::Malformed,
                    "elements that were stored anew do not come back as they were",
                )
                .expected(format!("checksum {before:016x} of {:?}", region.axes()))
                .found(format!("checksum {after:016x}"))
                .remedy("the disk or the memory of this machine may be faulty: try again elsewhere"));
            }
            seen(value.bytes().len() as u64);
        }
        Ok(())
    }
}

fn checksum(value: &Value) -> u64 {
    XxHash64::oneshot(0, value.bytes())
}
