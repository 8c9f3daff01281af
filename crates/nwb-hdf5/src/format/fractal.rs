//! Heaps of the new form: blocks that double in size, row by row, in a table.

use std::collections::HashMap;

use nwb_model::backend::Address;

use super::blocks::{Piece, Source};
use super::cursor::Cursor;
use super::datatype::bytes_for;
use super::tree::checked;
use super::{Declined, Known, lookup3, to_usize};

/// Bytes of all blocks and tables that are looked at.
const MOST_BYTES: u64 = 256 << 20;

/// Tables in tables.
const MAX_DEPTH: u8 = 8;

/// A heap.
#[derive(Debug)]
pub(super) struct Heap {
    at: Address,
    id: usize,
    offset_width: usize,
    length_width: usize,
    largest: u64,
    used: u64,
    width: u64,
    first: u64,
    largest_block: u64,
    root: Address,
    rows: u16,
    has_checksums: bool,
    blocks: HashMap<u64, Piece>,
    /// Tables whose checksums are right.
    tables: HashMap<u64, Piece>,
    looked_at: u64,
}

/// A block of elements: where it is, how long it is, and where it begins in the heap.
struct Block {
    at: Address,
    size: u64,
    start: u64,
}

impl Heap {
    pub(super) fn open(source: &mut Source<'_>, at: Address) -> Known<Self> {
        let head = source.piece(at, 146)?;
        let mut cursor = Cursor::new(checked(&head)?);
        cursor.require(b"FRHP\0")?;
        let (id, filters, flags, largest) = (cursor.u16()?, cursor.u16()?, cursor.u8()?, cursor.u32()?);
        if filters != 0 || flags & !3 != 0 {
            return Err(Declined("a heap with filters or unknown flags"));
        }
        // Of huge objects: the next number, where they are listed.
        let (_number, huge) = (cursor.u64()?, Address(cursor.u64()?));
        // Of free space: how much, where it is listed. How much of the heap is in use.
        cursor.skip(2 * 8)?;
        let used = cursor.u64()?;
        // How much there is, where the next block goes, how many objects; bytes and number of huge ones; the same of tiny ones.
        cursor.skip(4 * 8)?;
        let huge_objects = cursor.u64()?;
        cursor.skip(2 * 8)?;
        if huge.non_null().is_some() && huge_objects == 0 {
            return Err(Declined("a heap with a list of nothing, which the library would take away"));
        }
        let (width, first, largest_block, bits) = (cursor.u16()?, cursor.u64()?, cursor.u64()?, cursor.u16()?);
        let _first_rows = cursor.u16()?;
        let (root, rows) = (Address(cursor.u64()?), cursor.u16()?);
        let fits = first.is_power_of_two() && largest_block.is_power_of_two() && width.is_power_of_two();
        if !fits || first > largest_block || largest_block > 1 << 24 || !(8..=64).contains(&bits) || rows > 64 {
            return Err(Declined("a heap of an unusual shape"));
        }
        let offset_width = usize::from(bits.div_ceil(8));
        let in_block = (largest_block.trailing_zeros() as usize).div_ceil(8);
        Ok(Self {
            at,
            id: usize::from(id),
            offset_width,
            length_width: in_block.min(bytes_for(u64::from(largest))),
            largest: u64::from(largest),
            used,
            width: u64::from(width),
            first,
            largest_block,
            root,
            rows,
            has_checksums: flags & 2 != 0,
            blocks: HashMap::new(),
            tables: HashMap::new(),
            looked_at: 0,
        })
    }

    /// The object of an identifier.
    pub(super) fn object(&mut self, source: &mut Source<'_>, id: &[u8]) -> Known<Vec<u8>> {
        const MANAGED: u8 = 0;
        let mut cursor = Cursor::new(id);
        if id.len() != self.id || cursor.u8()? != MANAGED {
            return Err(Declined("an object of a heap that is very large or very small"));
        }
        let (offset, len) = (cursor.number(self.offset_width)?, cursor.number(self.length_width)?);
        if len == 0 || len > self.largest || len > self.largest_block || offset > self.used {
            return Err(Declined("an object of a heap of an unusual size"));
        }
        let block = self.block_of(source, offset)?;
        let within = offset.checked_sub(block.start).filter(|within| *within >= self.head() as u64);
        let end = within.and_then(|within| within.checked_add(len)).filter(|&end| end <= block.size);
        let (start, end) = within.zip(end).ok_or(Declined("an object of a heap that is not in its block"))?;
        let bytes = self.bytes(source, &block)?;
        bytes.get(start as usize..end as usize).map(<[u8]>::to_vec).ok_or(Declined("an object of a heap is short"))
    }

    /// Bytes of a block before its first object.
    fn head(&self) -> usize {
        5 + 8 + self.offset_width + if self.has_checksums { 4 } else { 0 }
    }

    fn bytes(&mut self, source: &mut Source<'_>, block: &Block) -> Known<Piece> {
        if let Some(known) = self.blocks.get(&block.at.0) {
            return Ok(known.clone());
        }
        self.look_at(block.size)?;
        let piece = source.piece(block.at, to_usize(block.size)?)?;
        let mut cursor = Cursor::new(&piece);
        cursor.require(b"FHDB\0")?;
        if cursor.u64()? != self.at.0 || cursor.number(self.offset_width)? != block.start {
            return Err(Declined("a block of another heap"));
        }
        if self.has_checksums {
            let stored = cursor.u32()?;
            let mut without = piece.to_vec();
            let head = self.head();
            without.get_mut(head - 4..head).unwrap_or_default().fill(0);
            if stored != lookup3::checksum(&without) {
                return Err(Declined("a block of a heap has a wrong checksum"));
            }
        }
        self.blocks.insert(block.at.0, piece.clone());
        Ok(piece)
    }

    fn look_at(&mut self, bytes: u64) -> Known<()> {
        self.looked_at = self.looked_at.saturating_add(bytes);
        if self.looked_at > MOST_BYTES { Err(Declined("a heap is very large")) } else { Ok(()) }
    }

    /// The size of the blocks of a row.
    fn row_size(&self, row: u32) -> Known<u64> {
        let size = self.first.checked_mul(1u64.checked_shl(row.saturating_sub(1)).unwrap_or(0));
        size.filter(|&size| size > 0).ok_or(Declined("a heap is too large"))
    }

    /// Where a row begins in its table.
    fn row_start(&self, row: u32) -> Known<u64> {
        match row {
            0 => Ok(0),
            row => self.row_size(row)?.checked_mul(self.width).ok_or(Declined("a heap is too large")),
        }
    }

    /// The block that holds a place of the heap.
    fn block_of(&mut self, source: &mut Source<'_>, offset: u64) -> Known<Block> {
        let root = self.root.non_null().ok_or(Declined("an object of an empty heap"))?;
        if self.rows == 0 {
            return Ok(Block { at: root, size: self.first, start: 0 });
        }
        let (mut table, mut start, mut rows) = (root, 0u64, u32::from(self.rows));
        for _ in 0..MAX_DEPTH {
            let within = offset.checked_sub(start).ok_or(Declined("a heap is too large"))?;
            let row = (0..rows).rev().find(|&row| self.row_start(row).is_ok_and(|start| start <= within));
            let row = row.ok_or(Declined("a table of a heap without rows"))?;
            let (row_start, size) = (self.row_start(row)?, self.row_size(row)?);
            let column = (within - row_start) / size;
            if column >= self.width {
                return Err(Declined("an object behind the end of its heap"));
            }
            let direct_rows = self.direct_rows();
            let child = self.child(source, table, start, rows, u64::from(row) * self.width + column)?;
            let child_start = start + row_start + column * size;
            if row < direct_rows {
                return Ok(Block { at: child, size, start: child_start });
            }
            // A table is as large as all of its rows: as many as make up the size of this place.
            let per_first_row = self.first.checked_mul(self.width).ok_or(Declined("a heap is too large"))?;
            (table, start) = (child, child_start);
            rows = (size / per_first_row).checked_ilog2().ok_or(Declined("a table of a heap is too small"))? + 1;
        }
        Err(Declined("a heap of many tables"))
    }

    /// How many rows hold blocks, and not tables.
    fn direct_rows(&self) -> u32 {
        self.largest_block.trailing_zeros() - self.first.trailing_zeros() + 2
    }

    /// Where the block or table of a number is.
    fn child(&mut self, source: &mut Source<'_>, table: Address, start: u64, rows: u32, number: u64) -> Known<Address> {
        let entries = to_usize(u64::from(rows) * self.width)?;
        let len = 5 + 8 + self.offset_width + 8 * entries + 4;
        let piece = match self.tables.get(&table.0) {
            Some(known) if known.len() == len => known.clone(),
            _ => {
                self.look_at(len as u64)?;
                let piece = source.piece(table, len)?;
                checked(&piece)?;
                self.tables.insert(table.0, piece.clone());
                piece
            }
        };
        let mut cursor = Cursor::new(&piece);
        cursor.require(b"FHIB\0")?;
        if cursor.u64()? != self.at.0 || cursor.number(self.offset_width)? != start {
            return Err(Declined("a table of another heap"));
        }
        cursor.skip(8 * to_usize(number)?)?;
        Address(cursor.u64()?).non_null().ok_or(Declined("an object of a heap that is nowhere"))
    }
}
