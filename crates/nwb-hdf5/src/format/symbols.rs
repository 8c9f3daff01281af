//! Groups of the old form: a tree of names, which are in a heap of their own.

use nwb_model::backend::{Address, Link};

use super::blocks::{Piece, Source};
use super::cursor::Cursor;
use super::header::{Header, Kind};
use super::{Declined, Known, to_usize};
use crate::names;

/// Bytes of an entry of a leaf.
const ENTRY: usize = 40;

/// Nodes over nodes.
const MAX_LEVEL: u8 = 16;

/// The links of a group, sorted by the bytes of their names.
pub(super) fn links(source: &mut Source<'_>, header: &Header) -> Known<Vec<(String, Link)>> {
    let mut cursor = Cursor::new(header.own(Kind::SYMBOLS)?);
    let (tree, heap) = (Address(cursor.u64()?), Address(cursor.u64()?));
    let names = names_of(source, heap)?;
    let mut walk = Walk { names, last: Vec::new(), found: Vec::new() };
    walk.node(source, tree, None)?;
    Ok(walk.found)
}

fn names_of(source: &mut Source<'_>, heap: Address) -> Known<Piece> {
    let head = source.piece(heap, 32)?;
    let mut cursor = Cursor::new(&head);
    cursor.expect(b"HEAP\0\0\0\0")?;
    let (len, free, content) = (cursor.length()?, cursor.u64()?, Address(cursor.u64()?));
    let names = source.piece(content, len)?;
    check_free(&names, free)?;
    Ok(names)
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
            break;
        }
    }
    Err(Declined("the free space of a group's names is damaged"))
}

struct Walk {
    names: Piece,
    last: Vec<u8>,
    found: Vec<(String, Link)>,
}

impl Walk {
    /// A node of the tree; `level` is what it has to be at, if that is known.
    fn node(&mut self, source: &mut Source<'_>, at: Address, level: Option<u8>) -> Known<()> {
        let head = source.piece(at, 24)?;
        let mut cursor = Cursor::new(&head);
        cursor.expect(b"TREE\0")?;
        let (found, count) = (cursor.u8()?, usize::from(cursor.u16()?));
        if level.is_some_and(|level| level != found) || found > MAX_LEVEL || count > source.superblock.group_children {
            return Err(Declined("a node of a group that does not belong there"));
        }
        if count == 0 && level.is_some() {
            return Err(Declined("an empty node of a group"));
        }
        let body = source.piece(Address(at.0.saturating_add(24)), 16 * count + 8)?;
        let mut cursor = Cursor::new(&body);
        for _ in 0..count {
            let (_key, child) = (cursor.u64()?, Address(cursor.u64()?));
            match found.checked_sub(1) {
                Some(below) => self.node(source, child, Some(below))?,
                None => self.leaf(source, child)?,
            }
        }
        Ok(())
    }

    fn leaf(&mut self, source: &mut Source<'_>, at: Address) -> Known<()> {
        let head = source.piece(at, 8)?;
        let mut cursor = Cursor::new(&head);
        cursor.expect(b"SNOD\x01\0")?;
        let count = usize::from(cursor.u16()?);
        if count == 0 || count > source.superblock.group_entries {
            return Err(Declined("a leaf of a group that is empty or too full"));
        }
        let body = source.piece(Address(at.0.saturating_add(8)), count * ENTRY)?;
        for entry in body.chunks_exact(ENTRY) {
            self.entry(entry)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &[u8]) -> Known<()> {
        const NOTHING: u32 = 0;
        const GROUP: u32 = 1;
        const SOFT: u32 = 2;
        let mut cursor = Cursor::new(entry);
        let (name, object, kind) = (cursor.u64()?, Address(cursor.u64()?), cursor.u32()?);
        cursor.skip(4)?;
        let name = text(&self.names, name)?;
        if name.is_empty() || name <= self.last.as_slice() {
            return Err(Declined("the names of a group are not in order"));
        }
        let link = match kind {
            NOTHING | GROUP => Link::Hard(object.non_null().ok_or(Declined("a link that leads nowhere"))?),
            SOFT => Link::Soft(names::from_file(text(&self.names, u64::from(cursor.u32()?))?)),
            _ => return Err(Declined("a link of an unknown kind")),
        };
        self.found.push((names::from_file(name), link));
        self.last.clear();
        self.last.extend_from_slice(name);
        Ok(())
    }
}

fn text(names: &Piece, at: u64) -> Known<&[u8]> {
    Cursor::new(names.get(to_usize(at)?..).ok_or(Declined("a name that is nowhere"))?).text()
}
