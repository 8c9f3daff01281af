//! Trees of the new form, of records that are alike.

use std::cmp::Ordering;

use nwb_model::backend::Address;

use super::blocks::{Piece, Source};
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

/// A tree, as its head has it.
#[derive(Debug)]
pub(super) struct Tree {
    shape: Shape,
    root: Option<Address>,
    in_root: u64,
    depth: u16,
    all: u64,
}

impl Tree {
    /// The tree has to be of this kind and with records of that size.
    pub(super) fn open(source: &mut Source<'_>, at: Address, kind: u8, record: usize) -> Known<Self> {
        let head = source.piece(at, 38)?;
        let mut cursor = Cursor::new(checked(&head)?);
        cursor.require(&[b'B', b'T', b'H', b'D', 0, kind])?;
        let (node, found, depth) = (to_usize(u64::from(cursor.u32()?))?, usize::from(cursor.u16()?), cursor.u16()?);
        cursor.skip(2)?;
        let (root, in_root, all) = (Address(cursor.u64()?), cursor.u16()?, cursor.u64()?);
        if found == 0 {
            return Err(Declined::EMPTY);
        }
        if found != record || depth > MAX_DEPTH || !(64..=1 << 20).contains(&node) || all > MOST_RECORDS {
            return Err(Declined("a tree of an unusual shape"));
        }
        // Nodes may be children of more than one, but records are not.
        if all.saturating_mul(record as u64) > source.superblock.end {
            return Err(Declined("a tree of more records than the file has room for"));
        }
        let shape = Shape::new(kind, node, record, depth)?;
        Ok(Self { shape, root: root.non_null(), in_root: u64::from(in_root), depth, all })
    }

    /// All records, in order.
    pub(super) fn records(self, source: &mut Source<'_>) -> Known<Vec<Vec<u8>>> {
        let mut walk = Walk { shape: self.shape, found: Vec::new() };
        if let Some(root) = self.root {
            walk.node(source, root, self.in_root, self.depth, self.all)?;
        }
        if walk.found.len() as u64 == self.all {
            Ok(walk.found)
        } else {
            Err(Declined("a tree with another number of records than it says"))
        }
    }

    /// A record that is neither before nor after what is sought, by what is said of each: the first on the way down.
    pub(super) fn find(
        &self,
        source: &mut Source<'_>,
        order: impl Fn(&[u8]) -> Known<Ordering>,
    ) -> Known<Option<Vec<u8>>> {
        let Some(mut at) = self.root else { return Ok(None) };
        let mut count = self.in_root;
        for level in (0..=self.depth).rev() {
            let node = self.shape.node(source, at, count, level)?;
            let mut before = 0;
            for record in node.records(self.shape.record) {
                match order(record)? {
                    Ordering::Less => before += 1,
                    Ordering::Equal => return Ok(Some(record.to_vec())),
                    Ordering::Greater => break,
                }
            }
            let Some(child) = node.children.get(before) else { break };
            (at, count) = *child;
        }
        Ok(None)
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

    /// The node at a place, which has so many records.
    fn node(&self, source: &mut Source<'_>, at: Address, count: u64, level: u16) -> Known<Node> {
        let level_index = usize::from(level);
        if count > self.most.get(level_index).copied().unwrap_or(0) {
            return Err(Declined("a node of a tree with too many records"));
        }
        let count = to_usize(count)?;
        let below = self.below_width.get(level_index.wrapping_sub(1)).copied().unwrap_or(0);
        let pointer = if level == 0 { 0 } else { 8 + self.count_width + below };
        let pointers = if level == 0 { 0 } else { count + 1 };
        let len = FRAME + self.record * count + pointer * pointers;
        // The library reads all that the node has room for.
        if len > self.node || !source.superblock.contains(at, self.node as u64) {
            return Err(Declined("a node of a tree that is too long"));
        }
        let piece = source.piece(at, len)?;
        let mut cursor = Cursor::new(checked(&piece)?);
        cursor.require(if level == 0 { b"BTLF\0" } else { b"BTIN\0" })?;
        cursor.require(&[self.kind])?;
        cursor.skip(self.record * count)?;
        let mut children = Vec::with_capacity(pointers);
        for _ in 0..pointers {
            let (child, inside) = (Address(cursor.u64()?), cursor.number(self.count_width)?);
            cursor.skip(below)?;
            children.push((child.non_null().ok_or(Declined("a node of a tree that is nowhere"))?, inside));
        }
        Ok(Node { piece, count, children })
    }
}

/// One node.
struct Node {
    piece: Piece,
    count: usize,
    /// Where each child is, and how many records it has itself.
    children: Vec<(Address, u64)>,
}

impl Node {
    /// Its records, of so many bytes each.
    fn records(&self, size: usize) -> std::slice::ChunksExact<'_, u8> {
        self.piece.get(6..6 + size * self.count).unwrap_or_default().chunks_exact(size)
    }
}

struct Walk {
    shape: Shape,
    found: Vec<Vec<u8>>,
}

impl Walk {
    fn node(&mut self, source: &mut Source<'_>, at: Address, count: u64, level: u16, all: u64) -> Known<()> {
        if (self.found.len() as u64).saturating_add(count) > all {
            return Err(Declined("a node of a tree with too many records"));
        }
        let node = self.shape.node(source, at, count, level)?;
        let mut records = node.records(self.shape.record);
        for (child, inside) in &node.children {
            self.node(source, *child, *inside, level - 1, all)?;
            self.found.extend(records.next().map(<[u8]>::to_vec));
        }
        self.found.extend(records.map(<[u8]>::to_vec));
        Ok(())
    }
}
