//! Dense storage: many links or attributes of one object, in a heap, with a tree of their names.

use nwb_model::backend::Address;

use super::blocks::Source;
use super::cursor::Cursor;
use super::fractal::Heap;
use super::tree::Tree;
use super::{Declined, Known, lookup3};

/// Where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dense {
    heap: Address,
    names: Address,
}

impl Dense {
    /// `None` where nothing is stored so.
    pub(super) fn new(heap: Address, names: Address) -> Option<Self> {
        heap.non_null().map(|heap| Self { heap, names })
    }
}

/// Which records the tree has: their kind, their size, and where in them the place in the heap stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Records {
    kind: u8,
    size: usize,
    place: (usize, usize),
    /// Where the checksum of the name stands.
    name: usize,
    /// Where flags are, which must all be clear: of messages that lie elsewhere.
    flags: Option<usize>,
}

/// A checksum of the name, then the place in the heap.
pub(super) const LINKS: Records = Records { kind: 5, size: 11, place: (4, 11), name: 0, flags: None };

/// The place in the heap, flags, the order of creation, a checksum of the name.
pub(super) const ATTRIBUTES: Records = Records { kind: 8, size: 17, place: (0, 8), name: 13, flags: Some(8) };

/// What is stored, and the checksum of its name.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) body: Vec<u8>,
    name: u32,
}

impl Stored {
    /// The library finds by its checksum alone what it has listed.
    pub(super) fn check_name(&self, name: &[u8]) -> Known<()> {
        if lookup3::checksum(name) == self.name { Ok(()) } else { Err(Declined("a name with a wrong checksum")) }
    }
}

/// All that is stored.
pub(super) fn objects(source: &mut Source<'_>, dense: &Dense, of: Records) -> Known<Vec<Stored>> {
    const SHARED: u8 = 2;
    let names = dense.names.non_null().ok_or(Declined("dense storage without names"))?;
    let records = Tree::open(source, names, of.kind, of.size)?.records(source)?;
    let mut heap = Heap::open(source, dense.heap)?;
    let mut found: Vec<Stored> = Vec::with_capacity(records.len());
    for record in &records {
        if of.flags.and_then(|at| record.get(at)).is_some_and(|flags| flags & SHARED != 0) {
            return Err(Declined::SHARED);
        }
        let name = Cursor::new(record.get(of.name..).unwrap_or_default()).u32()?;
        if found.last().is_some_and(|last| last.name > name) {
            return Err(Declined("the names of dense storage are not in order"));
        }
        let (start, end) = of.place;
        let body = heap.object(source, record.get(start..end).unwrap_or_default())?;
        if !source.spend(body.len()) {
            return Err(Declined("dense storage that is longer than the file"));
        }
        found.push(Stored { body, name });
    }
    Ok(found)
}

/// The body of a link of this name, or of another one whose checksum is the same, if there is one.
pub(super) fn link(source: &mut Source<'_>, dense: &Dense, name: &[u8]) -> Known<Option<Vec<u8>>> {
    let names = dense.names.non_null().ok_or(Declined("dense storage without names"))?;
    let sought = lookup3::checksum(name);
    let tree = Tree::open(source, names, LINKS.kind, LINKS.size)?;
    let found = tree.find(source, |record| Ok(Cursor::new(record).u32()?.cmp(&sought)))?;
    let Some(record) = found else { return Ok(None) };
    let (start, end) = LINKS.place;
    Heap::open(source, dense.heap)?.object(source, record.get(start..end).unwrap_or_default()).map(Some)
}
