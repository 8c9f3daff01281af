//! Which chunks of a dataset are stored, and where.

use nwb_model::backend::Address;

use super::blocks::Source;
use super::cursor::Cursor;
use super::dataset::Chunk;
use super::{Declined, Known};
use crate::sys::place::{StoredChunk, StoredChunks};

/// Nodes over nodes.
const MAX_LEVEL: u8 = 16;

/// Chunks of one dataset that are listed here.
const MOST: u64 = 1 << 26;

fn placed(source: &Source<'_>, at: Address, size: u64, mask: u32) -> Known<StoredChunk> {
    let address = at.non_null().and_then(|at| at.0.checked_add(source.superblock.base));
    Ok(StoredChunk { address: address.ok_or(Declined("a chunk that is nowhere"))?, size, mask })
}

/// Chunks in a tree of the old form; an element has so many bytes.
pub(super) fn in_tree(source: &mut Source<'_>, tree: Address, chunk: &[u64], element: usize) -> Known<StoredChunks> {
    let rank = chunk.len();
    let steps = chunk.iter().copied().chain(std::iter::once(element as u64)).collect();
    let mut walk = Walk { found: StoredChunks::new(rank), rank, steps, least: Vec::new() };
    if tree.non_null().is_some() {
        walk.node(source, tree, None)?;
    }
    Ok(walk.found)
}

struct Walk {
    found: StoredChunks,
    rank: usize,
    /// How far apart chunks begin along each axis, and along the bytes of an element.
    steps: Vec<u64>,
    /// Where the next chunk begins at least.
    least: Vec<u64>,
}

impl Walk {
    /// A node of the tree; `level` is what it has to be at, if that is known.
    fn node(&mut self, source: &mut Source<'_>, at: Address, level: Option<u8>) -> Known<()> {
        let head = source.piece(at, 24)?;
        let mut cursor = Cursor::new(&head);
        cursor.require(b"TREE\x01")?;
        let (found, count) = (cursor.u8()?, usize::from(cursor.u16()?));
        if level.is_some_and(|level| level != found) || found > MAX_LEVEL || count > source.superblock.chunk_children {
            return Err(Declined("a node of chunks that does not belong there"));
        }
        if count == 0 && level.is_some() {
            return Err(Declined("an empty node of chunks"));
        }
        // Keys between the children: size, mask, and where the chunk begins, along elements' bytes too.
        let key = 8 + 8 * self.steps.len();
        // The library reads all that the node has room for.
        let room = 24 + (key + 8) * source.superblock.chunk_children + key;
        if !source.superblock.contains(at, room as u64) {
            return Err(Declined("a node of chunks that reaches out of the file"));
        }
        let body = source.piece(Address(at.0.saturating_add(24)), (key + 8) * count + key)?;
        let mut cursor = Cursor::new(&body);
        let (mut starts, mut children) =
            (Vec::with_capacity((count + 1) * self.steps.len()), Vec::with_capacity(count));
        for number in 0..=count {
            let (size, mask) = (cursor.u32()?, cursor.u32()?);
            for step in &self.steps {
                let start = cursor.u64()?;
                if !start.is_multiple_of(*step) {
                    return Err(Declined("a chunk that begins within another, or within an element"));
                }
                starts.push(start);
            }
            if number < count {
                children.push((size, mask, Address(cursor.u64()?)));
            }
        }
        let starts = starts.chunks_exact(self.steps.len());
        for ((size, mask, child), (start, next)) in children.into_iter().zip(starts.clone().zip(starts.skip(1))) {
            // By its keys the library finds a chunk: what a child holds is not before its key, and before the next one.
            if start < self.least.as_slice() {
                return Err(Declined("chunks are not in order"));
            }
            self.least.clear();
            self.least.extend_from_slice(start);
            match found.checked_sub(1) {
                Some(below) => self.node(source, child, Some(below))?,
                None => self.chunk(placed(source, child, u64::from(size), mask)?, start)?,
            }
            if self.least.as_slice() > next {
                return Err(Declined("a chunk behind the place where it is looked for"));
            }
        }
        Ok(())
    }

    fn chunk(&mut self, chunk: StoredChunk, start: &[u64]) -> Known<()> {
        if start.last() != Some(&0) || chunk.size == 0 {
            return Err(Declined("a chunk that begins within an element, or is empty"));
        }
        self.found.offsets.extend(start.iter().take(self.rank));
        self.found.chunks.push(chunk);
        // No other begins there.
        if let Some(last) = self.least.last_mut() {
            *last = 1;
        }
        Ok(())
    }
}

/// The one chunk of a dataset, of so many bytes.
pub(super) fn one(source: &Source<'_>, at: Address, rank: usize, size: u64, mask: u32) -> Known<StoredChunks> {
    let mut found = StoredChunks::new(rank);
    if at.non_null().is_some() {
        found.offsets.extend(std::iter::repeat_n(0, rank));
        found.chunks.push(placed(source, at, size, mask)?);
    }
    Ok(found)
}

/// Chunks one after the other, in the order of the axes: all that there can be when each axis is as long as it may become.
pub(super) fn row(
    source: &Source<'_>,
    at: Address,
    dims: &[u64],
    most: Option<&[Option<u64>]>,
    chunk: &Chunk<'_>,
) -> Known<StoredChunks> {
    let rank = dims.len();
    let mut found = StoredChunks::new(rank);
    if at.non_null().is_none() {
        return Ok(found);
    }
    let along_axes =
        |dims: &[u64]| -> Vec<u64> { dims.iter().zip(chunk.shape).map(|(len, chunk)| len.div_ceil(*chunk)).collect() };
    let most: Option<Vec<u64>> = most.map_or_else(|| Some(dims.to_vec()), |most| most.iter().copied().collect());
    let (counts, places) = (along_axes(dims), along_axes(&most.ok_or(Declined("a row of chunks without an end"))?));
    let product = |counts: &[u64]| counts.iter().try_fold(1u64, |product, &count| product.checked_mul(count));
    let count = product(&counts).filter(|&count| count <= MOST).ok_or(Declined("very many chunks"))?;
    let bytes = product(&places).and_then(|count| count.checked_mul(chunk.bytes));
    if !bytes.is_some_and(|bytes| source.superblock.contains(at, bytes)) {
        return Err(Declined("chunks outside the file"));
    }
    let mut along = vec![0u64; rank];
    for _ in 0..count {
        found.offsets.extend(along.iter().zip(chunk.shape).map(|(along, len)| along * len));
        let number = along.iter().zip(&places).fold(0, |number, (along, places)| number * places + along);
        found.chunks.push(placed(source, Address(at.0 + number * chunk.bytes), chunk.bytes, 0)?);
        for (along, count) in along.iter_mut().zip(&counts).rev() {
            *along += 1;
            if *along < *count {
                break;
            }
            *along = 0;
        }
    }
    Ok(found)
}
