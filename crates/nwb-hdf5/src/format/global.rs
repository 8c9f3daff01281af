//! The heap of elements of variable length: collections of entries, each with a number.

use std::sync::{Arc, Mutex, PoisonError};

use nwb_model::backend::Address;

use super::blocks::{Piece, Source};
use super::cursor::Cursor;
use super::{Declined, to_usize};

/// Collections of which the entries' places are remembered.
const KEPT: usize = 1024;

/// The largest collection that is read here.
const LARGEST: usize = 64 << 20;

/// Bytes before a collection's first entry, and before each entry's content.
const HEAD: usize = 16;

/// Why there is no content to be had.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lost {
    Declined(Declined),
    /// It is damaged, in a way in which the library might not find an end, or take memory for what is not there.
    Damaged(&'static str),
}

impl From<Declined> for Lost {
    fn from(declined: Declined) -> Self {
        Self::Declined(declined)
    }
}

/// Collections that were looked at lately.
#[derive(Debug, Default)]
pub(super) struct Heaps {
    shards: [Mutex<Shard>; 8],
}

#[derive(Debug, Default)]
struct Shard {
    kept: Vec<(Address, Arc<Collection>)>,
    next: usize,
}

/// Where a collection's entries are: number, place within it, length.
#[derive(Debug)]
struct Collection {
    entries: Vec<(u16, u32, u32)>,
}

impl Heaps {
    /// The content of an entry, which has to be just so long.
    pub(super) fn entry(
        &self,
        source: &mut Source<'_>,
        collection: Address,
        index: u32,
        len: usize,
    ) -> Result<Piece, Lost> {
        let missing = Lost::Damaged("an entry of a heap is missing, or has another length");
        let index = u16::try_from(index).ok().filter(|&index| index > 0).ok_or(missing)?;
        let found = self.collection(source, collection)?;
        // Entries are numbered from one on, and mostly lie in that order.
        let guess = found.entries.get(usize::from(index) - 1).filter(|(number, ..)| *number == index);
        let entry = guess.or_else(|| found.entries.iter().find(|(number, ..)| *number == index));
        match entry {
            Some((_, at, stored)) if *stored as usize == len => {
                Ok(source.piece(Address(collection.0.saturating_add(u64::from(*at))), len)?)
            }
            _ => Err(missing),
        }
    }

    fn collection(&self, source: &mut Source<'_>, address: Address) -> Result<Arc<Collection>, Lost> {
        let shard = self.shards.get((address.0 >> 12) as usize % 8).ok_or(Declined("no such heap"))?;
        let lock = || shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = lock().kept.iter().find(|(other, _)| *other == address) {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(Collection::read(source, address)?);
        let mut shard = lock();
        let entry = (address, Arc::clone(&found));
        if shard.kept.len() < KEPT / 8 {
            shard.kept.push(entry);
        } else {
            let next = shard.next % (KEPT / 8);
            shard.next = next + 1;
            if let Some(oldest) = shard.kept.get_mut(next) {
                *oldest = entry;
            }
        }
        Ok(found)
    }
}

impl Collection {
    fn read(source: &mut Source<'_>, address: Address) -> Result<Self, Lost> {
        let head = source.piece(address, HEAD)?;
        let mut cursor = Cursor::new(&head);
        cursor.require(b"GCOL\x01")?;
        cursor.skip(3)?;
        let size = to_usize(cursor.u64()?)?;
        // The library makes none that are smaller.
        if !(4096..=LARGEST).contains(&size) || !size.is_multiple_of(8) {
            return Err(Declined("a heap of an unusual size").into());
        }
        let bytes = source.piece(address, size)?;
        let mut entries: Vec<(u16, u32, u32)> = Vec::new();
        let (mut at, mut has_free) = (HEAD, false);
        while at + HEAD <= size {
            let mut cursor = Cursor::new(bytes.get(at..).unwrap_or_default());
            let (index, _references) = (cursor.u16()?, cursor.u16()?);
            cursor.skip(4)?;
            let len = cursor.length()?;
            if index == 0 {
                // Free space, which counts its own head. It is the last entry, but the library looks on behind it.
                let end = at.checked_add(len).filter(|&end| len > 0 && len.is_multiple_of(8) && end <= size);
                at = end.ok_or(Lost::Damaged("free space of a heap does not end in it"))?;
                has_free = true;
                continue;
            }
            let end = at.checked_add(HEAD).and_then(|start| start.checked_add(len)).filter(|&end| end <= size);
            end.ok_or(Lost::Damaged("an entry of a heap does not end in it"))?;
            entries.push((index, (at + HEAD) as u32, len as u32));
            at += HEAD + len.next_multiple_of(8);
        }
        // What is too small for an entry at the end is free, where nothing else is.
        if at < size && has_free {
            return Err(Lost::Damaged("a heap does not end with its last entry"));
        }
        let mut numbers: Vec<u16> = entries.iter().map(|(index, ..)| *index).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Declined("two entries of a heap have the same number").into());
        }
        Ok(Self { entries })
    }
}
