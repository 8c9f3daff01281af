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
pub(super) fn in_tree(source: &mut Source<'_>, tree: Address, rank: usize, element: usize) -> Known<StoredChunks> {
    let mut walk = Walk { found: StoredChunks::new(rank), rank, element: element as u64 };
    if tree.non_null().is_some() {
        walk.node(source, tree, None)?;
    }
    Ok(walk.found)
}

struct Walk {
    found: StoredChunks,
    rank: usize,
    element: u64,
}

impl Walk {
    /// A node of the tree; `level` is what it has to be at, if that is known.
    fn node(&mut self, source: &mut Source<'_>, at: Address, level: Option<u8>) -> Known<()> {
        let head = source.piece(at, 24)?;
        let mut cursor = Cursor::new(&head);
        cursor.expect(b"TREE\x01")?;
        let (found, count) = (cursor.u8()?, usize::from(cursor.u16()?));
        if level.is_some_and(|level| level != found) || found > MAX_LEVEL || count > source.superblock.chunk_children {
            return Err(Declined("a node of chunks that does not belong there"));
        }
        if count == 0 && level.is_some() {
            return Err(Declined("an empty node of chunks"));
        }
        // Keys between the children: size, mask, and where the chunk begins, along elements' bytes too.
        let key = 8 + 8 * (self.rank + 1);
        let body = source.piece(Address(at.0.saturating_add(24)), (key + 8) * count + key)?;
        let mut cursor = Cursor::new(&body);
        for _ in 0..count {
            let (size, mask, offset) = (cursor.u32()?, cursor.u32()?, cursor.take(8 * (self.rank + 1))?);
            let child = Address(cursor.u64()?);
            match found.checked_sub(1) {
                Some(below) => self.node(source, child, Some(below))?,
                None => self.chunk(placed(source, child, u64::from(size), mask)?, offset)?,
            }
        }
        Ok(())
    }

    fn chunk(&mut self, chunk: StoredChunk, offset: &[u8]) -> Known<()> {
        let (before, start) = (self.found.offsets.len().saturating_sub(self.rank), self.found.offsets.len());
        let mut numbers = offset.as_chunks::<8>().0.iter().map(|number| u64::from_le_bytes(*number));
        self.found.offsets.extend(numbers.by_ref().take(self.rank));
        let (old, new) = (self.found.offsets.get(before..start), self.found.offsets.get(start..));
        if start > 0 && old >= new {
            return Err(Declined("chunks are not in order"));
        }
        if numbers.next().is_none_or(|within| within >= self.element) || chunk.size == 0 {
            return Err(Declined("a chunk that begins within an element, or is empty"));
        }
        self.found.chunks.push(chunk);
        Ok(())
    }
}

/// The one chunk of a dataset, of which the size is stored.
pub(super) fn one(source: &Source<'_>, at: Address, rank: usize, size: u64, mask: u32) -> Known<StoredChunks> {
    let mut found = StoredChunks::new(rank);
    if at.non_null().is_some() {
        found.offsets.extend(std::iter::repeat_n(0, rank));
        found.chunks.push(placed(source, at, size, mask)?);
    }
    Ok(found)
}

/// The one chunk of a dataset, without filters.
pub(super) fn single(source: &Source<'_>, at: Address, dims: &[u64], chunk: &Chunk<'_>) -> Known<StoredChunks> {
    one(source, at, dims.len(), chunk.bytes, 0)
}

/// Chunks one after the other, in the order of the axes: all that there can be.
pub(super) fn row(source: &Source<'_>, at: Address, dims: &[u64], chunk: &Chunk<'_>) -> Known<StoredChunks> {
    let rank = dims.len();
    let mut found = StoredChunks::new(rank);
    if at.non_null().is_none() {
        return Ok(found);
    }
    let counts: Vec<u64> = dims.iter().zip(chunk.shape).map(|(len, chunk)| len.div_ceil(*chunk)).collect();
    let count = counts.iter().try_fold(1u64, |product, &count| product.checked_mul(count));
    let count = count.filter(|&count| count <= MOST).ok_or(Declined("very many chunks"))?;
    let end = count.checked_mul(chunk.bytes).and_then(|bytes| bytes.checked_add(at.0));
    if end.and_then(|end| end.checked_add(source.superblock.base)).is_none_or(|end| end > source.superblock.end) {
        return Err(Declined("chunks outside the file"));
    }
    let mut along = vec![0u64; rank];
    for number in 0..count {
        found.offsets.extend(along.iter().zip(chunk.shape).map(|(along, len)| along * len));
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
