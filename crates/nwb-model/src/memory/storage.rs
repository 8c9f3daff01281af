//! How elements can be stored, whatever the format.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use crate::assembly::Assembly;
use crate::backend::{Chunk, DatasetInfo, Layout};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::chunk_shape;
use crate::selection::{Region, Steps};
use crate::value::Shape;

/// An error unless elements can be stored so.
pub(super) fn check_storage(info: &DatasetInfo) -> Result<()> {
    let dims = info.shape.dims();
    if let Some(fill) = &info.fill
        && (*fill.dtype() != info.dtype || *fill.shape() != Shape::Scalar)
    {
        return Err(Error::new(ErrorKind::Invalid, "the fill value is not one element of the dataset")
            .expected(info.dtype.to_string())
            .found(format!("{} of shape {}", fill.dtype(), fill.shape())));
    }
    if let Layout::Chunked(chunk) = &info.layout
        && (chunk.is_empty() || chunk.len() != dims.len() || chunk.contains(&0))
    {
        return Err(Error::new(ErrorKind::Invalid, "the chunks do not fit the dataset")
            .expected(format!("a positive length for each axis of {}", info.shape))
            .found(format!("{chunk:?}")));
    }
    let Some(most) = &info.max_shape else { return Ok(()) };
    let is_below = |(most, len): (&Option<u64>, &u64)| most.is_some_and(|most| most < *len);
    if most.len() != dims.len() || most.iter().zip(dims).any(is_below) {
        return Err(Error::new(ErrorKind::Invalid, "the dataset is not within its own limits")
            .expected(format!("a limit for each axis of {}", info.shape))
            .found(format!("{most:?}")));
    }
    let grows = most.iter().zip(dims).any(|(most, len)| *most != Some(*len));
    if grows && !matches!(info.layout, Layout::Chunked(_)) {
        return Err(Error::new(ErrorKind::Invalid, "only a dataset in chunks can grow").remedy("choose chunks"));
    }
    Ok(())
}

/// What takes the place of a layout in other files.
pub(super) fn own_layout(info: &DatasetInfo) -> Layout {
    match &info.layout {
        Layout::External | Layout::Virtual if info.max_shape.is_some() || !info.filters.is_empty() => {
            Layout::Chunked(chunk_shape(&info.dtype, info.shape.dims()))
        }
        Layout::External | Layout::Virtual => Layout::Contiguous,
        own => own.clone(),
    }
}

/// The chunks of another shape that hold something where these do; `None` where all of them do.
pub(super) fn in_other_chunks(old: &DatasetInfo, new: &DatasetInfo, stored: &[Chunk]) -> Option<Vec<Chunk>> {
    let (Layout::Chunked(old_chunk), Layout::Chunked(chunk)) = (&old.layout, &new.layout) else { return None };
    let dims = old.shape.dims();
    let count = dims.iter().zip(old_chunk).map(|(&len, &chunk)| len.div_ceil(chunk.max(1)));
    if count.fold(1u64, u64::saturating_mul) <= stored.len() as u64 {
        return None;
    }
    let region = |stored: &Chunk| {
        let counts = stored.offset.iter().zip(old_chunk).zip(dims);
        let counts: Vec<u64> = counts.map(|((&at, &chunk), &len)| chunk.min(len.saturating_sub(at))).collect();
        Region::block(&stored.offset, &counts)
    };
    // Chunks of a dataset that was made smaller may be left beyond its end.
    let regions = stored.iter().map(region).filter(|region| region.axes().iter().all(|axis| axis.count > 0));
    Some(chunks_around(new, chunk, regions))
}

/// The chunks that the blocks lie in.
pub(super) fn stored_chunks(info: &DatasetInfo, blocks: &Assembly) -> Option<Vec<Chunk>> {
    let mut regions = blocks.regions().peekable();
    let Layout::Chunked(chunk) = &info.layout else {
        return regions.peek().is_none().then(Vec::new);
    };
    Some(chunks_around(info, chunk, regions))
}

/// The chunks of that shape in which regions lie, in the order of their places.
fn chunks_around<R: Borrow<Region>>(info: &DatasetInfo, chunk: &[u64], regions: impl Iterator<Item = R>) -> Vec<Chunk> {
    let size = chunk.iter().fold(info.dtype.size() as u64, |size, &len| size.saturating_mul(len));
    let mut offsets = BTreeSet::new();
    for region in regions {
        let mut indices = vec![vec![]];
        for (axis, len) in region.borrow().axes().iter().zip(chunk) {
            let touched = touched_along(axis, (*len).max(1));
            indices = indices
                .iter()
                .flat_map(|index: &Vec<u64>| touched.iter().map(|&at| index.iter().copied().chain([at]).collect()))
                .collect();
        }
        offsets.extend(indices);
    }
    let chunk_at = |index: Vec<u64>| Chunk { offset: index.iter().zip(chunk).map(|(i, len)| i * len).collect(), size };
    offsets.into_iter().map(chunk_at).collect()
}

/// Which chunks of that length an axis touches.
fn touched_along(axis: &Steps, len: u64) -> Vec<u64> {
    match axis.count {
        0 => Vec::new(),
        _ if axis.step <= len => (axis.start / len..=(axis.end() - 1) / len).collect(),
        count => (0..count).map(|n| (axis.start + n * axis.step) / len).collect(),
    }
}
