//! Objects read right from the bytes of the file, without the library and without its lock.
//!
//! What is here knows the common forms of the HDF5 file format, old and new, and reads them strictly: whatever is unusual, unknown
//! or looks damaged in any way is [declined](Declined), and the library is asked instead. So this can be slower than it might
//! be, but never says anything else than the library would.
//!
//! The layers, from below: [`blocks`] of the file that are kept in memory and looked at through a [`cursor`]; the
//! [`superblock`]; an object's [`header`] and its messages ([`space`], [`datatype`], [`attribute`], [`dataset`], [`link`]); what
//! headers lead to ([`symbols`] of old groups, [`dense`] storage of new ones, the [`global`] heap of texts, the [`chunks`] of a
//! dataset).

mod attribute;
mod blocks;
mod chunks;
mod cursor;
mod dataset;
mod datatype;
mod dense;
mod element;
mod fractal;
mod global;
mod header;
mod link;
mod lookup3;
mod space;
mod superblock;
mod symbols;
mod tree;

use std::fs::File;
use std::sync::Arc;

use nwb_model::backend::{Address, DatasetInfo, Link, Node, NodeKind};
use nwb_model::selection::Region;
use nwb_model::value::Value;

use crate::direct::Described;
use blocks::{Blocks, Source};
use header::Header;
use superblock::Superblock;

/// Why something is left to the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declined(pub(crate) &'static str);

/// Damages that the library (2.2.0 at least) does not survive.
impl Declined {
    /// It goes round in it for ever, and takes memory each time.
    const ENDLESS: Self = Self("a list of free space comes back to where it was");
    /// It looks for what is shared in a table that there is not.
    const SHARED: Self = Self("an attribute is shared, in a file that shares none");
    /// It divides by the number of bytes.
    const EMPTY: Self = Self("a tree has records of no bytes");

    /// Whether the library must not be asked for it.
    pub(crate) fn is_fatal(self) -> bool {
        [Self::ENDLESS, Self::SHARED, Self::EMPTY].contains(&self)
    }
}

/// What could be read here.
pub(crate) type Known<T> = Result<T, Declined>;

/// A file whose structure is understood here.
#[derive(Debug)]
pub(crate) struct Format {
    blocks: Blocks,
    heaps: global::Heaps,
    superblock: Superblock,
}

impl Format {
    /// Reads the superblock, which begins after the user block.
    pub(crate) fn open(file: Arc<File>, size: u64, user_block: u64) -> Known<Self> {
        let blocks = Blocks::new(file, size);
        let superblock = Superblock::read(&blocks, user_block)?;
        if superblock.end > size {
            return Err(Declined("the end of the file is missing"));
        }
        let format = Self { blocks, heaps: global::Heaps::default(), superblock };
        if let Some(extension) = format.superblock.extension {
            superblock::check_extension(&Header::read(&mut format.source(), extension)?)?;
        }
        Ok(format)
    }

    /// An error unless the root is a whole group: the library looks at it before it says that a file is open.
    pub(crate) fn check_root(&self) -> Known<()> {
        match self.node(self.root())?.kind {
            NodeKind::Group(_) => Ok(()),
            _ => Err(Declined("the root is no group")),
        }
    }

    pub(crate) fn root(&self) -> Address {
        self.superblock.root
    }

    /// Where its addresses count from.
    pub(crate) fn base(&self) -> u64 {
        self.superblock.base
    }

    /// Where the file ends by its own account: the library reads nothing behind that.
    pub(crate) fn end(&self) -> u64 {
        self.superblock.end
    }

    fn source(&self) -> Source<'_> {
        Source::new(&self.blocks, &self.superblock)
    }

    /// One object, as the library would give it.
    pub(crate) fn node(&self, address: Address) -> Known<Node> {
        let source = &mut self.source();
        let header = Header::read(source, address)?;
        let kind = match header.class()? {
            header::Class::OldGroup => NodeKind::Group(symbols::links(source, &header)?),
            header::Class::NewGroup => NodeKind::Group(link::links(source, &header)?),
            header::Class::Dataset => NodeKind::Dataset(Box::new(dataset::read(source, &header)?.info)),
            header::Class::Datatype => return Err(Declined("a named datatype")),
        };
        let (attributes, unreadable) = attribute::read_all(source, &self.heaps, &header)?;
        Ok(Node { unreadable, ..Node::new(kind, attributes) })
    }

    /// The link of a name in a group, if it is soon found. What it costs does not grow with the group.
    pub(crate) fn look_up(&self, group: Address, name: &[u8]) -> Known<Option<Link>> {
        let source = &mut self.source();
        let header = Header::read(source, group)?;
        match header.class()? {
            header::Class::OldGroup => symbols::find(source, &header, name),
            header::Class::NewGroup => link::find(source, &header, name),
            _ => Err(Declined("no group")),
        }
    }

    fn dataset(source: &mut Source<'_>, address: Address) -> Known<dataset::Dataset> {
        let header = Header::read(source, address)?;
        match header.class()? {
            header::Class::Dataset => dataset::read(source, &header),
            _ => Err(Declined("no dataset")),
        }
    }

    /// All of a dataset but its attributes and elements.
    pub(crate) fn info(&self, address: Address) -> Known<DatasetInfo> {
        Ok(Self::dataset(&mut self.source(), address)?.info)
    }

    /// All elements of a dataset that has few, as most have; `wanted` has to be all of it.
    pub(crate) fn few(&self, address: Address, wanted: &Region) -> Known<Value> {
        let source = &mut self.source();
        Self::dataset(source, address)?.few(&mut element::Reader::new(source, &self.heaps), wanted)
    }

    /// Where the elements of a dataset lie, if they can be read without the library.
    pub(crate) fn described(&self, address: Address) -> Known<Described> {
        let source = &mut self.source();
        Self::dataset(source, address)?.described(source, address)
    }
}

/// A number as an index or a length in memory.
fn to_usize(number: u64) -> Known<usize> {
    usize::try_from(number).map_err(|_| Declined("a number is larger than memory"))
}
