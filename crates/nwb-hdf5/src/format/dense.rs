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
    /// Where flags are, which must all be clear: of messages that lie elsewhere.
    flags: Option<usize>,
}

/// A checksum of the name, then the place in the heap.
pub(super) const LINKS: Records = Records { kind: 5, size: 11, place: (4, 11), flags: None };

/// The place in the heap, flags, the order of creation, a checksum of the name.
pub(super) const ATTRIBUTES: Records = Records { kind: 8, size: 17, place: (0, 8), flags: Some(8) };

/// The bodies of all that is stored.
pub(super) fn objects(source: &mut Source<'_>, dense: &Dense, of: Records) -> Known<Vec<Vec<u8>>> {
    const SHARED: u8 = 2;
    let names = dense.names.non_null().ok_or(Declined("dense storage without names"))?;
    let records = Tree::open(source, names, of.kind, of.size)?.records(source)?;
    let mut heap = Heap::open(source, dense.heap)?;
    let mut found = Vec::with_capacity(records.len());
    for record in &records {
        if of.flags.and_then(|at| record.get(at)).is_some_and(|flags| flags & SHARED != 0) {
            return Err(Declined("an attribute that is shared with others"));
        }
        let (start, end) = of.place;
        found.push(heap.object(source, record.get(start..end).unwrap_or_default())?);
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
