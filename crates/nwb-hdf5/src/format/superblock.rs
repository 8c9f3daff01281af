//! The head of a file: where its root is, and where it ends.

use nwb_model::backend::Address;

use super::blocks::Blocks;
use super::cursor::Cursor;
use super::header::{Header, Kind};
use super::{Declined, Known, lookup3};

/// What the head of the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Superblock {
    /// Bytes before it, to which addresses do not count.
    pub(super) base: u64,
    /// Where the file ends, counted from its beginning.
    pub(super) end: u64,
    pub(super) root: Address,
    /// An object whose messages say more about the file.
    pub(super) extension: Option<Address>,
    /// Most children of a node in the tree of an old group, and of entries in its leaves.
    pub(super) group_children: usize,
    pub(super) group_entries: usize,
    /// Most children of a node in the tree of a dataset's chunks.
    pub(super) chunk_children: usize,
}

/// Half of the most children, unless the file says otherwise.
const GROUP_HALF: u16 = 16;
const LEAF_HALF: u16 = 4;
const CHUNK_HALF: u16 = 32;

impl Superblock {
    pub(super) fn read(blocks: &Blocks, user_block: u64) -> Known<Self> {
        let last = &mut None;
        let head = blocks.piece(last, user_block, 12)?;
        let mut cursor = Cursor::new(&head);
        cursor.skip(8)?;
        let version = cursor.u8()?;
        let read = match version {
            0 => Self::old(Cursor::new(&blocks.piece(last, user_block, 96)?), 0)?,
            1 => Self::old(Cursor::new(&blocks.piece(last, user_block, 100)?), 1)?,
            2 | 3 => Self::new(&blocks.piece(last, user_block, 48)?)?,
            _ => return Err(Declined("a superblock of an unknown version")),
        };
        if read.base != user_block {
            return Err(Declined("the file was moved behind or before a user block"));
        }
        Ok(read)
    }

    /// Version 0 and 1.
    fn old(mut cursor: Cursor<'_>, version: u8) -> Known<Self> {
        cursor.skip(8)?;
        // Versions: its own, of the free space, of the root entry; a reserved byte; of shared headers; sizes of addresses and
        // lengths; a reserved byte.
        cursor.require(&[version, 0, 0, 0, 0, 8, 8, 0])?;
        let (leaf, group) = (cursor.u16()?, cursor.u16()?);
        if cursor.u32()? != 0 {
            return Err(Declined("the file may be open for writing"));
        }
        let chunk = if version == 1 {
            let chunk = cursor.u16()?;
            cursor.skip(2)?;
            chunk
        } else {
            CHUNK_HALF
        };
        let (base, extension, end, driver) = (cursor.u64()?, cursor.u64()?, cursor.u64()?, cursor.u64()?);
        if extension != u64::MAX || driver != u64::MAX {
            return Err(Declined("the file was written by an unusual driver"));
        }
        let (_name, root, cached) = (cursor.u64()?, cursor.u64()?, cursor.u32()?);
        // Nothing is remembered of it, or where its links are.
        if cached > 1 {
            return Err(Declined("the root is entered in an unusual way"));
        }
        Self { base, end, root: Address(root), extension: None, ..Self::sizes(group, leaf, chunk)? }.checked()
    }

    /// Version 2 and 3.
    fn new(bytes: &[u8]) -> Known<Self> {
        let mut cursor = Cursor::new(bytes);
        cursor.skip(9)?;
        cursor.require(&[8, 8])?;
        if cursor.u8()? != 0 {
            return Err(Declined("the file may be open for writing"));
        }
        let (base, extension, end, root) = (cursor.u64()?, cursor.u64()?, cursor.u64()?, cursor.u64()?);
        let covered = bytes.get(..44).ok_or(Declined("the superblock is short"))?;
        if cursor.u32()? != lookup3::checksum(covered) {
            return Err(Declined("the superblock has a wrong checksum"));
        }
        let extension = Address(extension).non_null();
        Self { base, end, root: Address(root), extension, ..Self::sizes(GROUP_HALF, LEAF_HALF, CHUNK_HALF)? }.checked()
    }

    fn sizes(group: u16, leaf: u16, chunk: u16) -> Known<Self> {
        if group == 0 || leaf == 0 || chunk == 0 {
            return Err(Declined("the nodes of the file's trees are empty"));
        }
        Ok(Self {
            base: 0,
            end: 0,
            root: Address::NULL,
            extension: None,
            group_children: 2 * usize::from(group),
            group_entries: 2 * usize::from(leaf),
            chunk_children: 2 * usize::from(chunk),
        })
    }

    /// Whether so many bytes from there on are within the file: what comes after the end that it names itself was never written.
    pub(super) fn contains(&self, at: Address, len: u64) -> bool {
        at.0.checked_add(len).and_then(|end| end.checked_add(self.base)).is_some_and(|end| end <= self.end)
    }

    fn checked(self) -> Known<Self> {
        self.root.non_null().ok_or(Declined("the file has no root"))?;
        Ok(self)
    }
}

/// An extension may say how the file's space is managed, and nothing else.
pub(super) fn check_extension(header: &Header) -> Known<()> {
    let harmless = |kind| matches!(kind, Kind::NIL | Kind::FILE_SPACE);
    if header.messages().all(|message| harmless(message.kind)) {
        Ok(())
    } else {
        Err(Declined("the file has an extension of the superblock that is not known here"))
    }
}
