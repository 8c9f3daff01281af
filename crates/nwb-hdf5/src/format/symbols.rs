//! Groups of the old form: a tree of names, which are in a heap of their own.

use nwb_model::backend::{Address, Link};

use super::blocks::{Piece, Source};
use super::cursor::Cursor;
use super::header::{Header, Kind};
use super::link::check_name;
use super::{Declined, Known, to_usize};
use crate::names;

/// Bytes of an entry of a leaf.
const ENTRY: usize = 40;

/// Nodes over nodes.
const MAX_LEVEL: u8 = 16;

/// Where the tree and the names of a group are.
fn places(header: &Header) -> Known<(Address, Address)> {
    let mut cursor = Cursor::new(header.own(Kind::SYMBOLS)?);
    Ok((Address(cursor.u64()?), Address(cursor.u64()?)))
}

/// The links of a group, sorted by the bytes of their names.
pub(super) fn links(source: &mut Source<'_>, header: &Header) -> Known<Vec<(String, Link)>> {
    let (tree, heap) = places(header)?;
    let Heap { content, len, free } = Heap::open(source, heap)?;
    let names = source.piece(content, len)?;
    check_free(&names, free)?;
    let mut walk = Walk { names, last: Vec::new(), found: Vec::new() };
    walk.node(source, tree, None)?;
    Ok(walk.found)
}

/// The link of this name, if there is one: no more is read of the group than is on the way to it.
pub(super) fn find(source: &mut Source<'_>, header: &Header, name: &[u8]) -> Known<Option<Link>> {
    let (mut at, heap) = places(header)?;
    let heap = Heap::open(source, heap)?;
    let mut level = None;
    loop {
        let node = Node::read(source, at, level)?;
        // The key before a child comes before all names in it, the key behind it is the last of them.
        let (mut low, mut high) = (0, node.children());
        while high.saturating_sub(low) > 1 {
            let middle = low.midpoint(high);
            let (key, _) = node.child(middle)?;
            let is_before = heap.name(source, key, name.len())?.as_ref() < name;
            (low, high) = if is_before { (middle, high) } else { (low, middle) };
        }
        if node.children() == 0 {
            return Ok(None);
        }
        let (_, child) = node.child(low)?;
        let Some(below) = node.level.checked_sub(1) else { return find_in_leaf(source, &heap, child, name) };
        (at, level) = (child, Some(below));
    }
}

fn find_in_leaf(source: &mut Source<'_>, heap: &Heap, leaf: Address, name: &[u8]) -> Known<Option<Link>> {
    let leaf = entries(source, leaf)?;
    for entry in leaf.chunks_exact(ENTRY) {
        let entry = Entry::read(entry)?;
        if heap.name(source, entry.name, name.len())?.as_ref() != name {
            continue;
        }
        let link = match entry.leads {
            Leads::Hard(object) => Link::Hard(object),
            Leads::Soft(target) => Link::Soft(names::from_file(text(&source.piece(heap.content, heap.len)?, target)?)),
        };
        return Ok(Some(link));
    }
    Ok(None)
}

/// Where names are kept.
struct Heap {
    content: Address,
    len: usize,
    free: u64,
}

impl Heap {
    fn open(source: &mut Source<'_>, at: Address) -> Known<Self> {
        let head = source.piece(at, 32)?;
        let mut cursor = Cursor::new(&head);
        cursor.require(b"HEAP\0\0\0\0")?;
        Ok(Self { len: cursor.length()?, free: cursor.u64()?, content: Address(cursor.u64()?) })
    }

    /// The name at a place, cut where it is longer than so many bytes and one more.
    fn name(&self, source: &mut Source<'_>, at: u64, longest: usize) -> Known<Name> {
        let nowhere = Declined("a name that is nowhere");
        let there = self.len.checked_sub(to_usize(at)?).ok_or(nowhere)?;
        let start = Address(self.content.0.checked_add(at).ok_or(nowhere)?);
        let piece = source.piece(start, there.min(longest + 1))?;
        let len = piece.iter().position(|&byte| byte == 0).unwrap_or(piece.len());
        Ok(Name { piece, len })
    }
}

/// A name in a heap.
struct Name {
    piece: Piece,
    len: usize,
}

impl AsRef<[u8]> for Name {
    fn as_ref(&self) -> &[u8] {
        self.piece.get(..self.len).unwrap_or_default()
    }
}

/// The library refuses a heap whose list of free space is damaged.
fn check_free(names: &[u8], first: u64) -> Known<()> {
    const END: u64 = 1;
    /// Bytes of the head of a free block, which is in it.
    const HEAD: usize = 16;
    let mut next = first;
    for _ in 0..=names.len() / HEAD {
        if next == END {
            return Ok(());
        }
        let mut cursor = Cursor::new(names.get(to_usize(next)?..).unwrap_or_default());
        let here = cursor.rest().len();
        next = cursor.u64()?;
        if cursor.length()? > here || next == 0 {
            return Err(Declined("the free space of a group's names is damaged"));
        }
    }
    Err(Declined::ENDLESS)
}

/// A node of the tree.
struct Node {
    level: u8,
    body: Piece,
}

impl Node {
    /// `level` is what it has to be at, if that is known.
    fn read(source: &mut Source<'_>, at: Address, level: Option<u8>) -> Known<Self> {
        let head = source.piece(at, 24)?;
        let mut cursor = Cursor::new(&head);
        cursor.require(b"TREE\0")?;
        let (found, count) = (cursor.u8()?, usize::from(cursor.u16()?));
        if level.is_some_and(|level| level != found) || found > MAX_LEVEL || count > source.superblock.group_children {
            return Err(Declined("a node of a group that does not belong there"));
        }
        if count == 0 && level.is_some() {
            return Err(Declined("an empty node of a group"));
        }
        // The library reads all that the node has room for.
        let room = 24 + 16 * source.superblock.group_children as u64 + 8;
        if !source.superblock.contains(at, room) {
            return Err(Declined("a node of a group that reaches out of the file"));
        }
        Ok(Self { level: found, body: source.piece(Address(at.0.saturating_add(24)), 16 * count + 8)? })
    }

    fn children(&self) -> usize {
        self.body.len() / 16
    }

    /// Where the key before a child is among the names, and where the child is.
    fn child(&self, number: usize) -> Known<(u64, Address)> {
        let mut cursor = Cursor::new(&self.body);
        cursor.skip(16 * number)?;
        Ok((cursor.u64()?, Address(cursor.u64()?)))
    }

    fn last_key(&self) -> Known<u64> {
        let mut cursor = Cursor::new(&self.body);
        cursor.skip(16 * self.children())?;
        cursor.u64()
    }
}

/// The entries of a leaf.
fn entries(source: &mut Source<'_>, at: Address) -> Known<Piece> {
    let head = source.piece(at, 8)?;
    let mut cursor = Cursor::new(&head);
    cursor.require(b"SNOD\x01\0")?;
    let count = usize::from(cursor.u16()?);
    if count == 0 || count > source.superblock.group_entries {
        return Err(Declined("a leaf of a group that is empty or too full"));
    }
    let room = 8 + (source.superblock.group_entries * ENTRY) as u64;
    if !source.superblock.contains(at, room) {
        return Err(Declined("a leaf of a group that reaches out of the file"));
    }
    source.piece(Address(at.0.saturating_add(8)), count * ENTRY)
}

/// One entry of a leaf; texts are told by where they are among the names.
struct Entry {
    name: u64,
    leads: Leads,
}

enum Leads {
    Hard(Address),
    Soft(u64),
}

impl Entry {
    fn read(entry: &[u8]) -> Known<Self> {
        const NOTHING: u32 = 0;
        const GROUP: u32 = 1;
        const SOFT: u32 = 2;
        let mut cursor = Cursor::new(entry);
        let (name, object, kind) = (cursor.u64()?, Address(cursor.u64()?), cursor.u32()?);
        cursor.skip(4)?;
        let leads = match kind {
            NOTHING | GROUP => Leads::Hard(object.non_null().ok_or(Declined("a link that leads nowhere"))?),
            SOFT => Leads::Soft(u64::from(cursor.u32()?)),
            _ => return Err(Declined("a link of an unknown kind")),
        };
        Ok(Self { name, leads })
    }
}

struct Walk {
    names: Piece,
    last: Vec<u8>,
    found: Vec<(String, Link)>,
}

impl Walk {
    fn node(&mut self, source: &mut Source<'_>, at: Address, level: Option<u8>) -> Known<()> {
        let node = Node::read(source, at, level)?;
        for number in 0..node.children() {
            let (key, child) = node.child(number)?;
            self.key(key)?;
            match node.level.checked_sub(1) {
                Some(below) => self.node(source, child, Some(below))?,
                None => self.leaf(source, child)?,
            }
        }
        self.key(node.last_key()?)
    }

    /// By its keys the library finds a name that it has listed: what is before a key comes up to it, what is behind it after it.
    fn key(&mut self, at: u64) -> Known<()> {
        let key = text(&self.names, at)?;
        if key < self.last.as_slice() {
            return Err(Declined("the keys of a group are not in order"));
        }
        self.last.clear();
        self.last.extend_from_slice(key);
        Ok(())
    }

    fn leaf(&mut self, source: &mut Source<'_>, at: Address) -> Known<()> {
        for entry in entries(source, at)?.chunks_exact(ENTRY) {
            let entry = Entry::read(entry)?;
            let name = text(&self.names, entry.name)?;
            check_name(name)?;
            if name <= self.last.as_slice() {
                return Err(Declined("the names of a group are not in order"));
            }
            let link = match entry.leads {
                Leads::Hard(object) => Link::Hard(object),
                Leads::Soft(target) => Link::Soft(names::from_file(text(&self.names, target)?)),
            };
            self.found.push((names::from_file(name), link));
            self.last.clear();
            self.last.extend_from_slice(name);
        }
        Ok(())
    }
}

fn text(names: &Piece, at: u64) -> Known<&[u8]> {
    Cursor::new(names.get(to_usize(at)?..).ok_or(Declined("a name that is nowhere"))?).text()
}
