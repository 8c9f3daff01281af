//! Parts of the file that are kept in memory, within bounds.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::ops::{Deref, Range};
use std::sync::{Arc, Mutex, PoisonError};

use nwb_model::backend::Address;

use super::superblock::Superblock;
use super::{Declined, Known, to_usize};
use crate::platform;

/// Bytes that are read at once. What belongs together in a file lies far apart as often as not, so more would mostly be in vain.
const BLOCK: usize = 8 << 10;

/// Parts of what is kept, each under a lock of its own.
const SHARDS: usize = 16;

/// Blocks that are kept in each of them: 16 MiB in all.
const KEPT: usize = 128;

/// What reaches over so many blocks is put together from them, what is longer is read by itself.
const TOGETHER: usize = 8;

/// What is longer than this is left to the library.
const LONGEST: usize = 64 << 20;

/// Blocks by their numbers, and the numbers in the order in which they came.
#[derive(Debug, Default)]
struct Shard {
    blocks: HashMap<u64, Arc<[u8]>>,
    order: VecDeque<u64>,
}

/// A file in blocks.
#[derive(Debug)]
pub(super) struct Blocks {
    file: Arc<File>,
    size: u64,
    shards: [Mutex<Shard>; SHARDS],
}

/// Bytes of the file.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    block: Arc<[u8]>,
    range: Range<usize>,
}

impl Deref for Piece {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.block.get(self.range.clone()).unwrap_or_default()
    }
}

impl Blocks {
    pub(super) fn new(file: Arc<File>, size: u64) -> Self {
        Self { file, size, shards: Default::default() }
    }

    /// The block of a number.
    fn block(&self, number: u64) -> Known<Arc<[u8]>> {
        let shard = self.shards.get(number as usize % SHARDS).ok_or(Declined("no such block"))?;
        let lock = || shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(block) = lock().blocks.get(&number) {
            return Ok(Arc::clone(block));
        }
        // Not under the lock: others read on meanwhile.
        let start = number * BLOCK as u64;
        let len = self.size.saturating_sub(start).min(BLOCK as u64);
        let block = self.read(start, len as usize)?;
        let mut kept = lock();
        if kept.blocks.insert(number, Arc::clone(&block)).is_none() {
            kept.order.push_back(number);
        }
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.blocks.remove(&oldest);
        }
        Ok(block)
    }

    fn read(&self, start: u64, len: usize) -> Known<Arc<[u8]>> {
        let mut block: Arc<[u8]> = std::iter::repeat_n(0, len).collect();
        let room = Arc::get_mut(&mut block).unwrap_or_default();
        platform::read_exact_at(&self.file, room, start).map_err(|_| Declined("the file cannot be read"))?;
        Ok(block)
    }

    /// So many bytes from a place of the file on; `last` is the block that was looked at last.
    pub(super) fn piece(&self, last: &mut Option<(u64, Arc<[u8]>)>, start: u64, len: usize) -> Known<Piece> {
        let end = start.checked_add(len as u64).filter(|&end| end <= self.size && len <= LONGEST);
        end.ok_or(Declined("something lies outside the file, or is very long"))?;
        let (number, within) = (start / BLOCK as u64, (start % BLOCK as u64) as usize);
        if within + len > TOGETHER * BLOCK {
            return Ok(Piece { block: self.read(start, len)?, range: 0..len });
        }
        if within + len > BLOCK {
            let mut together = Vec::with_capacity(len);
            for (number, within) in (number..).zip(std::iter::once(within).chain(std::iter::repeat(0))) {
                let block = self.block(number)?;
                let end = (within + len - together.len()).min(BLOCK);
                together.extend_from_slice(block.get(within..end).ok_or(Declined("the file has become shorter"))?);
                *last = Some((number, block));
                if together.len() == len {
                    break;
                }
            }
            return Ok(Piece { block: together.into(), range: 0..len });
        }
        let block = match last {
            Some((other, block)) if *other == number => Arc::clone(block),
            _ => {
                let block = self.block(number)?;
                *last = Some((number, Arc::clone(&block)));
                block
            }
        };
        Ok(Piece { block, range: within..within + len })
    }
}

/// What one reader reads from. Places count from the end of the user block.
#[derive(Debug)]
pub(super) struct Source<'a> {
    blocks: &'a Blocks,
    last: Option<(u64, Arc<[u8]>)>,
    pub(super) superblock: &'a Superblock,
    /// Bytes that may yet be used of what can be referred to more than once.
    left: u64,
}

/// How many these are for one object in a small file, where texts may be one that are the same.
const LEAST: u64 = 64 << 20;

/// What everything counts at least.
const ELEMENT: u64 = 16;

impl<'a> Source<'a> {
    pub(super) fn new(blocks: &'a Blocks, superblock: &'a Superblock) -> Self {
        Self { blocks, last: None, superblock, left: superblock.end.max(LEAST) }
    }

    /// Whether so many more bytes may be used, of an element of a heap or a named datatype: all of them together are no more than
    /// the file, if they are not one in another without end, or the same one over and over.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let left = self.left.checked_sub((bytes as u64).max(ELEMENT));
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    pub(super) fn piece(&mut self, address: Address, len: usize) -> Known<Piece> {
        if !self.superblock.contains(address, len as u64) {
            return Err(Declined("something lies outside the file"));
        }
        self.blocks.piece(&mut self.last, address.0 + self.superblock.base, len)
    }

    /// As much as there is, at most so many bytes.
    pub(super) fn up_to(&mut self, address: Address, len: usize) -> Known<Piece> {
        let start = address.0.checked_add(self.superblock.base).ok_or(Declined("an address is too large"))?;
        let there = to_usize(self.superblock.end.saturating_sub(start)).unwrap_or(usize::MAX);
        self.piece(address, len.min(there))
    }
}
