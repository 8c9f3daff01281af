//! Blocks of elements cut into the chunks of a dataset.

use std::ops::Range;

use nwb_model::Error;
use nwb_model::backend::{DatasetInfo, Layout, RawChunk};
use nwb_model::dtype::Dtype;
use nwb_model::selection::Region;
use nwb_model::value::Value;

use crate::direct::encode::{Encoder, Room};

/// A chunk is smaller than this.
const CHUNK_LIMIT: u64 = u32::MAX as u64;

/// A dataset whose chunks are encoded here.
#[derive(Clone, Debug)]
pub(super) struct Chunks {
    dtype: Dtype,
    dims: Vec<u64>,
    /// The shape of a chunk.
    chunk: Vec<u64>,
    /// Bytes of a chunk.
    size: usize,
    encoder: Encoder,
    /// What stands where there are no elements: one.
    fill: Vec<u8>,
}

/// Which chunks a block is: how many along each axis, and where they begin.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    offset: Vec<u64>,
    /// The shape of the block.
    shape: Vec<u64>,
    grid: Vec<u64>,
    pub(super) count: u64,
}

/// A chunk of a dataset, and where it begins.
pub(super) type Placed = (Vec<u64>, RawChunk);

impl Chunks {
    /// `None` where the library has to write the dataset.
    pub(super) fn new(info: &DatasetInfo) -> Option<Self> {
        if info.dtype.is_plain() { Self::with_elements_of(info.dtype.size(), info) } else { None }
    }

    /// As [`new`](Self::new), of a dataset whose elements take so many bytes in the file.
    pub(super) fn with_elements_of(element: usize, info: &DatasetInfo) -> Option<Self> {
        let Layout::Chunked(chunk) = &info.layout else { return None };
        let dims = info.shape.dims();
        if chunk.len() != dims.len() || chunk.contains(&0) || element == 0 {
            return None;
        }
        let size = chunk.iter().try_fold(element as u64, |size, &len| size.checked_mul(len))?;
        let fill = info.fill.as_ref().map_or_else(|| vec![0; element], |fill| fill.bytes().to_vec());
        Some(Self {
            dtype: info.dtype.clone(),
            dims: dims.to_vec(),
            chunk: chunk.clone(),
            size: usize::try_from(size).ok().filter(|_| size < CHUNK_LIMIT)?,
            encoder: Encoder::new(&info.filters, element)?,
            fill: Some(fill).filter(|fill| fill.len() == element)?,
        })
    }

    /// The dataset is of this shape from now on.
    pub(super) fn grow(&mut self, dims: Vec<u64>) {
        self.dims = dims;
    }

    pub(super) fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// Bytes of a decoded chunk.
    pub(super) fn chunk_size(&self) -> usize {
        self.size
    }

    /// Which chunks a region is, if it is whole chunks, or all that the dataset has of them.
    pub(super) fn cut(&self, region: &Region) -> Option<Cut> {
        let mut cut = Cut { offset: Vec::new(), shape: region.shape(), grid: Vec::new(), count: 1 };
        if region.axes().len() != self.chunk.len() {
            return None;
        }
        for ((axis, &chunk), &len) in region.axes().iter().zip(&self.chunk).zip(&self.dims) {
            let end = axis.start.checked_add(axis.count)?;
            let is_whole = axis.start.is_multiple_of(chunk) && (end.is_multiple_of(chunk) || end == len);
            if !is_whole || end > len || axis.count == 0 || (axis.step != 1 && axis.count > 1) {
                return None;
            }
            let along = axis.count.div_ceil(chunk);
            cut.offset.push(axis.start);
            cut.grid.push(along);
            cut.count = cut.count.checked_mul(along)?;
        }
        Some(cut)
    }

    /// Gathers and encodes some of the chunks of a block.
    pub(super) fn encode(
        &self,
        cut: &Cut,
        numbers: Range<u64>,
        value: &Value,
        room: &mut Room,
    ) -> Result<Vec<Placed>, Error> {
        numbers
            .map(|number| {
                let start = self.start(cut, number);
                let offset = start.iter().zip(&cut.offset).map(|(start, offset)| start + offset).collect();
                let gathered = self.gather(cut, &start, value.bytes(), &mut room.chunk);
                let encoded = gathered.and_then(|()| self.encoder.encode(room));
                encoded.map(|chunk| (offset, chunk)).ok_or_else(|| {
                    Error::new(nwb_model::ErrorKind::Unsupported, "a chunk cannot be encoded")
                        .found(format!("the chunk at {start:?} of the block at {:?}", cut.offset))
                })
            })
            .collect()
    }

    /// Where a chunk begins in its block.
    fn start(&self, cut: &Cut, number: u64) -> Vec<u64> {
        let mut left = number;
        let mut start: Vec<u64> = cut
            .grid
            .iter()
            .zip(&self.chunk)
            .rev()
            .map(|(&along, &chunk)| {
                let at = left % along.max(1);
                left /= along.max(1);
                at * chunk
            })
            .collect();
        start.reverse();
        start
    }

    /// The elements of a chunk, filled up where it reaches out of the block.
    fn gather(&self, cut: &Cut, start: &[u64], block: &[u8], chunk: &mut Vec<u8>) -> Option<()> {
        let counts: Vec<u64> = start
            .iter()
            .zip(&cut.shape)
            .zip(&self.chunk)
            .map(|((&start, &end), &chunk)| chunk.min(end.saturating_sub(start)))
            .collect();
        chunk.clear();
        chunk.reserve_exact(self.size);
        let from = block.get(self.bytes_before(start, &cut.shape)?..)?;
        if counts == self.chunk && is_run(&counts, &cut.shape) {
            chunk.extend_from_slice(from.get(..self.size)?);
            return Some(());
        }
        if self.fill.iter().all(|&byte| byte == 0) {
            chunk.resize(self.size, 0);
        } else {
            self.fill.iter().cycle().take(self.size).for_each(|&byte| chunk.push(byte));
        }
        self.place(&counts, &cut.shape, from, chunk)
    }

    /// Where an element of a block lies.
    fn bytes_before(&self, start: &[u64], block: &[u64]) -> Option<usize> {
        let index = start.iter().zip(block).fold(0u64, |at, (start, len)| at * len + start);
        usize::try_from(index).ok()?.checked_mul(self.fill.len())
    }

    /// Puts elements of a block, from its beginning on, to the beginning of a chunk.
    fn place(&self, counts: &[u64], block: &[u64], from: &[u8], to: &mut [u8]) -> Option<()> {
        let size = |lens: &[u64]| {
            let elements = lens.iter().try_fold(1u64, |product, &len| product.checked_mul(len))?;
            usize::try_from(elements).ok()?.checked_mul(self.fill.len())
        };
        // Axes that are whole on both sides are one run with the one before them.
        let whole = counts.iter().zip(block).zip(&self.chunk).rev();
        let whole = whole.take_while(|((count, len), chunk)| count == len && count == chunk).count();
        let outer = counts.len().saturating_sub(whole + 1);
        let run = size(counts.get(outer..)?)?;
        let mut strides = Vec::with_capacity(outer);
        for axis in 0..outer {
            strides.push((*counts.get(axis)?, size(block.get(axis + 1..)?)?, size(self.chunk.get(axis + 1..)?)?));
        }
        each_run(&strides, 0, 0, &mut |source, target| {
            to.get_mut(target..target + run)?.copy_from_slice(from.get(source..source + run)?);
            Some(())
        })
    }
}

/// Whether so many elements along each axis are one run of a block.
fn is_run(counts: &[u64], block: &[u64]) -> bool {
    let mut inner = counts.iter().zip(block).skip_while(|(count, _)| **count == 1).skip(1);
    inner.all(|(count, len)| count == len)
}

fn each_run(
    axes: &[(u64, usize, usize)],
    source: usize,
    target: usize,
    visit: &mut dyn FnMut(usize, usize) -> Option<()>,
) -> Option<()> {
    let Some(((count, from, to), inner)) = axes.split_first() else { return visit(source, target) };
    let (mut source, mut target) = (source, target);
    for _ in 0..*count {
        each_run(inner, source, target, visit)?;
        source += from;
        target += to;
    }
    Some(())
}

/// Bytes that a chunk takes when it is encoded.
pub(super) fn encoded_size(info: &DatasetInfo, chunk: &Value) -> Result<u64, Error> {
    let unknown = || {
        Error::new(nwb_model::ErrorKind::Unsupported, "how small elements become with these filters cannot be told")
            .remedy("write the file to see it")
    };
    let encoder = Encoder::new(&info.filters, info.dtype.size()).ok_or_else(unknown)?;
    let mut room = Room::default();
    room.chunk.extend_from_slice(chunk.bytes());
    // At an edge, the rest of the chunk is stored too.
    if let Layout::Chunked(shape) = &info.layout {
        let whole = shape.iter().try_fold(info.dtype.size() as u64, |size, &len| size.checked_mul(len));
        let whole = whole.filter(|&size| size < CHUNK_LIMIT).and_then(|size| usize::try_from(size).ok());
        room.chunk.resize(room.chunk.len().max(whole.unwrap_or(0)), 0);
    }
    encoder.encode(&mut room).map(|encoded| encoded.bytes.len() as u64).ok_or_else(unknown)
}
