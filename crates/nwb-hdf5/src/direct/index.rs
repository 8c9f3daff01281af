//! Which chunks of a dataset are stored, by their number in the grid.

use crate::sys::place::{StoredChunk, StoredChunks};

/// The boxes that a dataset falls into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    /// The dataset's shape; at least one axis.
    pub(super) dims: Vec<u64>,
    /// A chunk's.
    pub(super) chunk: Vec<u64>,
    /// How many chunks there are along each axis.
    counts: Vec<u64>,
}

impl Grid {
    /// `None` where the chunks cannot be counted.
    pub(super) fn new(dims: &[u64], chunk: &[u64]) -> Option<Self> {
        if dims.len() != chunk.len() || dims.is_empty() || chunk.contains(&0) {
            return None;
        }
        let counts: Vec<u64> = dims.iter().zip(chunk).map(|(len, chunk)| len.div_ceil(*chunk)).collect();
        counts.iter().filter(|&&count| count > 0).try_fold(1u64, |product, &count| product.checked_mul(count))?;
        // The last chunk's end must be a number too.
        counts.iter().zip(chunk).try_for_each(|(count, chunk)| count.checked_mul(*chunk).map(drop))?;
        Some(Self { dims: dims.to_vec(), chunk: chunk.to_vec(), counts })
    }

    /// The number of the chunk that is this many chunks along on each axis.
    pub(super) fn number(&self, along: impl Iterator<Item = u64>) -> u64 {
        along.zip(&self.counts).fold(0, |number, (along, count)| number * count + along)
    }

    /// How many chunks there are.
    pub(super) fn count(&self) -> u64 {
        self.counts.iter().product()
    }

    /// The index of the first element of a chunk.
    pub(super) fn offset(&self, mut number: u64) -> Vec<u64> {
        let mut offset: Vec<u64> = vec![0; self.counts.len()];
        for ((offset, &count), chunk) in offset.iter_mut().zip(&self.counts).zip(&self.chunk).rev() {
            *offset = (number % count.max(1)) * chunk;
            number /= count.max(1);
        }
        offset
    }

    /// How much of a chunk is within the dataset.
    pub(super) fn extent(&self, offset: &[u64]) -> Vec<u64> {
        let axes = self.dims.iter().zip(&self.chunk).zip(offset);
        axes.map(|((len, chunk), offset)| (*chunk).min(len.saturating_sub(*offset))).collect()
    }
}

/// Stored chunks in the order of their numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Index {
    numbers: Vec<u64>,
    chunks: Vec<StoredChunk>,
}

impl Index {
    /// Chunks that are not of the grid are left out.
    pub(super) fn new(grid: &Grid, stored: &StoredChunks) -> Self {
        let rank = grid.dims.len();
        let mut found: Vec<(u64, StoredChunk)> = stored
            .offsets
            .chunks_exact(rank)
            .zip(&stored.chunks)
            .filter(|(offset, _)| {
                let axes = offset.iter().zip(&grid.chunk).zip(&grid.dims);
                axes.into_iter().all(|((at, chunk), len)| at < len && at.is_multiple_of(*chunk))
            })
            .map(|(offset, chunk)| (grid.number(offset.iter().zip(&grid.chunk).map(|(at, chunk)| at / chunk)), *chunk))
            .collect();
        found.sort_by_key(|(number, _)| *number);
        found.dedup_by_key(|(number, _)| *number);
        Self {
            numbers: found.iter().map(|(number, _)| *number).collect(),
            chunks: found.iter().map(|(_, chunk)| *chunk).collect(),
        }
    }

    pub(super) fn find(&self, number: u64) -> Option<StoredChunk> {
        // Where all chunks are stored, or all up to this one, its place is its number.
        let at = usize::try_from(number).ok().filter(|&at| self.numbers.get(at) == Some(&number));
        let at = at.or_else(|| self.numbers.binary_search(&number).ok())?;
        self.chunks.get(at).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.chunks.len()
    }
}
