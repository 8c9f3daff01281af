//! Trees of the new form, of records that are alike.

use nwb_model::backend::Address;

use super::blocks::Source;
use super::cursor::Cursor;
use super::datatype::bytes_for;
use super::{Declined, Known, lookup3, to_usize};

/// Signature, version, kind; the checksum at the end.
const FRAME: usize = 6 + 4;

const MAX_DEPTH: u16 = 16;

/// Records of one tree.
const MOST_RECORDS: u64 = 1 << 24;

/// What is the same in all nodes of a tree.
#[derive(Debug)]
struct Shape {
    kind: u8,
    node: usize,
    record: usize,
    /// Bytes of the number of records of a child.
    count_width: usize,
    /// Bytes of the number of records below a child, by the level of the node.
    below_width: Vec<usize>,
    /// Most records of a node, by its level.
    most: Vec<u64>,
}

/// All records of a tree, which has to be of this kind and with records of that size, in order.
pub(super) fn records(source: &mut Source<'_>, at: Address, kind: u8, record: usize) -> Known<Vec<Vec<u8>>> {
    let head = source.piece(at, 38)?;
    let mut cursor = Cursor::new(checked(&head)?);
    cursor.expect(&[b'B', b'T', b'H', b'D', 0, kind])?;
    let (node, found, depth) = (to_usize(u64::from(cursor.u32()?))?, usize::from(cursor.u16()?), cursor.u16()?);
    cursor.skip(2)?;
    let (root, in_root, all) = (Address(cursor.u64()?), cursor.u16()?, cursor.u64()?);
    if found != record || depth > MAX_DEPTH || !(64..=1 << 20).contains(&node) || all > MOST_RECORDS {
        return Err(Declined("a tree of an unusual shape"));
    }
    let shape = Shape::new(kind, node, record, depth)?;
    let mut walk = Walk { shape, found: Vec::new() };
    if root.non_null().is_some() {
        walk.node(source, root, u64::from(in_root), depth, all)?;
    }
    if walk.found.len() as u64 == all {
        Ok(walk.found)
    } else {
        Err(Declined("a tree with another number of records than it says"))
    }
}

/// The bytes before the checksum at the end, if it is right.
pub(super) fn checked(bytes: &[u8]) -> Known<&[u8]> {
    let (covered, stored) = bytes.split_last_chunk::<4>().ok_or(Declined("something is short"))?;
    if u32::from_le_bytes(*stored) == lookup3::checksum(covered) {
        Ok(covered)
    } else {
        Err(Declined("a wrong checksum"))
    }
}

impl Shape {
    fn new(kind: u8, node: usize, record: usize, depth: u16) -> Known<Self> {
        let small = Declined("nodes of a tree that hold nothing");
        let most_of = |entry: usize, taken: usize| {
            let most = node.checked_sub(FRAME + taken).map(|room| room / entry).filter(|&most| most > 0);
            most.map(|most| most as u64).ok_or(small)
        };
        let leaf = most_of(record, 0)?;
        let count_width = bytes_for(leaf);
        let mut shape = Self { kind, node, record, count_width, below_width: vec![0], most: vec![leaf] };
        let mut below = leaf;
        for level in 1..=usize::from(depth) {
            let pointer = 8 + count_width + shape.below_width.get(level - 1).copied().unwrap_or(0);
            let most = most_of(record + pointer, pointer)?;
            below = (most + 1).checked_mul(below).and_then(|below| below.checked_add(most)).ok_or(small)?;
            shape.most.push(most);
            shape.below_width.push(bytes_for(below));
        }
        Ok(shape)
    }
}

struct Walk {
    shape: Shape,
    found: Vec<Vec<u8>>,
}

impl Walk {
    fn node(&mut self, source: &mut Source<'_>, at: Address, count: u64, level: u16, all: u64) -> Known<()> {
        let level_index = usize::from(level);
        let most = self.shape.most.get(level_index).copied().unwrap_or(0);
        if count > most || (self.found.len() as u64).saturating_add(count) > all {
            return Err(Declined("a node of a tree with too many records"));
        }
        let count = to_usize(count)?;
        let below = self.shape.below_width.get(level_index.wrapping_sub(1)).copied().unwrap_or(0);
        let pointer = if level == 0 { 0 } else { 8 + self.shape.count_width + below };
        let pointers = if level == 0 { 0 } else { count + 1 };
        let len = FRAME + self.shape.record * count + pointer * pointers;
        if len > self.shape.node {
            return Err(Declined("a node of a tree that is too long"));
        }
        let piece = source.piece(at, len)?;
        let mut cursor = Cursor::new(checked(&piece)?);
        cursor.expect(if level == 0 { b"BTLF\0" } else { b"BTIN\0" })?;
        cursor.expect(&[self.shape.kind])?;
        let records = cursor.take(self.shape.record * count)?;
        let mut records = records.chunks_exact(self.shape.record);
        for _ in 0..pointers {
            let (child, inside) = (Address(cursor.u64()?), cursor.number(self.shape.count_width)?);
            cursor.skip(below)?;
            let child = child.non_null().ok_or(Declined("a node of a tree that is nowhere"))?;
            self.node(source, child, inside, level - 1, all)?;
            self.found.extend(records.next().map(<[u8]>::to_vec));
        }
        if level == 0 {
            self.found.extend(records.map(<[u8]>::to_vec));
        }
        Ok(())
    }
}
