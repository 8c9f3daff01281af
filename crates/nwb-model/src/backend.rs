//! What a file format has to offer: reading objects by address ([`Backend`]) and writing a new file ([`Transaction`]).
//!
//! Nothing above these traits knows what kind of file it talks to. A backend resolves nothing: soft and external links are
//! handed out as they stand, references as addresses. `conformance` (feature of the same name) tests an implementation.

use std::fmt::Debug;
use std::sync::Arc;

use crate::batch::{self, How, Wanted};
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
pub use crate::layout::chunk_shape;
use crate::selection::Region;
pub use crate::surroundings::{Location, Surroundings};
use crate::value::{Bytes, Shape, Value};

/// An object's identity in one file: two hard links to one object have the same address.
///
/// In a file it is where the object lies; in memory it is a running number. It means nothing in another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(pub u64);

impl Address {
    /// The address in a null reference.
    pub const NULL: Self = Self(u64::MAX);

    /// `None` for a null reference.
    #[must_use]
    pub fn non_null(self) -> Option<Self> {
        (self != Self::NULL).then_some(self)
    }
}

/// What a name in a group stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// An object of this file.
    Hard(Address),
    /// A path in this file, which may lead nowhere.
    Soft(String),
    /// A path in another file, which may not be there.
    External {
        /// The other file's name, as it stands: relative to this file's folder, by convention. See [`Surroundings`].
        file: String,
        /// The path in it.
        path: String,
    },
}

/// An attribute of an object.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// The named datatype that it was made with, if it was.
    pub named_type: Option<Address>,
}

/// How a dataset's elements lie in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In the object's header.
    Compact,
    /// In one run.
    Contiguous,
    /// In chunks of this shape.
    Chunked(Vec<u64>),
    /// In other files, as raw bytes.
    External,
    /// Put together from other datasets.
    Virtual,
}

/// A step of the pipeline that each chunk goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The number under which it is registered with the HDF Group: 1 deflate, 2 shuffle, 3 fletcher32, 4 szip, 32000 lzf ...
    pub id: u32,
    /// Whether a chunk may be stored without it.
    pub optional: Optional,
    /// Its parameters.
    pub parameters: Vec<u32>,
    /// The name that is stored with it.
    pub name: String,
}

/// Whether a filter may be left out for a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Optional {
    Yes,
    No,
}

impl Filter {
    /// Deflate (gzip) at a level of 0 to 9.
    #[must_use]
    pub fn deflate(level: u32) -> Self {
        Self { id: 1, optional: Optional::Yes, parameters: vec![level], name: "deflate".into() }
    }

    /// Shuffle: bytes of equal weight beside each other.
    #[must_use]
    pub fn shuffle() -> Self {
        Self { id: 2, optional: Optional::Yes, parameters: vec![], name: "shuffle".into() }
    }

    /// LZF: faster and weaker than deflate. h5py has it, and so PyNWB; MATLAB and most other readers have not.
    #[must_use]
    pub fn lzf() -> Self {
        Self { id: 32000, optional: Optional::Yes, parameters: vec![], name: "lzf".into() }
    }

    /// Fletcher32: a checksum of each chunk.
    #[must_use]
    pub fn fletcher32() -> Self {
        Self { id: 3, optional: Optional::No, parameters: vec![], name: "fletcher32".into() }
    }

    /// Which programs cannot read what went through this filter, unless somebody installs something; `None` where every HDF5
    /// library has it.
    ///
    /// ```
    /// use nwb_model::backend::Filter;
    ///
    /// assert_eq!(Filter::deflate(4).who_lacks_it(), None);
    /// assert!(Filter::lzf().who_lacks_it().unwrap().contains("MATLAB"));
    /// ```
    #[must_use]
    pub fn who_lacks_it(&self) -> Option<&'static str> {
        match self.id {
            1..=3 | 5 | 6 => None,
            4 => Some("HDF5 libraries that were built without szip, as many are"),
            32000 => Some("MATLAB, and whatever else reads HDF5 without h5py or an lzf plugin"),
            _ => Some("h5py and PyNWB without the package hdf5plugin, MATLAB, and whatever else has no plugin for it"),
        }
    }
}

/// All of a dataset but its elements and attributes.
#[derive(Clone, Debug)]
pub struct DatasetInfo {
    /// What one element is.
    pub dtype: Dtype,
    /// How many there are.
    pub shape: Shape,
    /// How far each axis may grow (`None`: without end); `None` for a dataset of fixed shape.
    pub max_shape: Option<Vec<Option<u64>>>,
    /// How they lie.
    pub layout: Layout,
    /// The pipeline, in the order of writing.
    pub filters: Vec<Filter>,
    /// What stands where nothing was written: a scalar of `dtype`; `None` where the file does not say.
    pub fill: Option<Value>,
    /// The named datatype that it was made with, if it was.
    pub named_type: Option<Address>,
}

impl DatasetInfo {
    /// A contiguous dataset of fixed shape.
    #[must_use]
    pub fn new(dtype: Dtype, shape: Shape) -> Self {
        Self {
            dtype,
            shape,
            max_shape: None,
            layout: Layout::Contiguous,
            filters: vec![],
            fill: None,
            named_type: None,
        }
    }
}

impl DatasetInfo {
    /// Whether a chunk of the one is a chunk of the other, byte by byte.
    pub(crate) fn is_stored_as(&self, other: &Self) -> bool {
        self.dtype == other.dtype
            && self.shape == other.shape
            && self.layout == other.layout
            && self.filters == other.filters
    }
}

/// What kind of object it is, and what it holds.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A group: its links, sorted by the bytes of their names.
    Group(Vec<(String, Link)>),
    /// A dataset, without its elements.
    Dataset(Box<DatasetInfo>),
    /// A named datatype.
    Datatype(Dtype),
}

/// One object as it is stored.
#[derive(Clone, Debug)]
pub struct Node {
    /// Kind and content.
    pub kind: NodeKind,
    /// Its attributes, sorted by the bytes of their names.
    pub attributes: Vec<Attribute>,
    /// What of it is there and cannot be read, while the rest can.
    pub unreadable: Vec<Unreadable>,
}

impl Node {
    /// An object of which everything can be read.
    #[must_use]
    pub fn new(kind: NodeKind, attributes: Vec<Attribute>) -> Self {
        Self { kind, attributes, unreadable: Vec::new() }
    }
}

/// An attribute or a link that is there and cannot be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// What it is.
    pub part: Part,
    /// Its name.
    pub name: String,
    /// Why it cannot be read.
    pub error: Error,
}

/// A part of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An attribute.
    Attribute,
    /// A name in a group.
    Link,
}

impl Part {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Link => "link",
        }
    }
}

/// A chunk that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Index of its first element on each axis.
    pub offset: Vec<u64>,
    /// Stored size in bytes.
    pub size: u64,
}

/// The bytes of a chunk as they are stored: elements in the byte order of their type, gone through the pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawChunk {
    /// Steps of the pipeline that the chunk did not go through, a bit for each: bit 0 is the first.
    pub skipped: u32,
    /// What is stored.
    pub bytes: Vec<u8>,
}

/// A file that is open for reading. Everything in it is read when it is asked for.
pub trait Backend: Debug + Send + Sync + 'static {
    /// The file's name, for messages.
    fn label(&self) -> &str;

    /// The root group.
    fn root(&self) -> Address;

    /// Reads one object: its kind, its attributes with their values, and, of a group, its links (not the objects behind them).
    ///
    /// # Errors
    /// When there is no object at that address, or it is damaged.
    fn node(&self, object: Address) -> Result<Node>;

    /// The link of a name in a group, if that can be told much sooner than by reading the group. `None` where it cannot, which
    /// says nothing of whether there is such a link.
    fn look_up(&self, _group: Address, _name: &str) -> Option<Link> {
        None
    }

    /// Reads elements of a dataset in element form.
    ///
    /// The region is within the dataset's shape (the caller sees to it). The value has the region's shape.
    ///
    /// # Errors
    /// When the elements cannot be read or decoded.
    fn read(&self, dataset: Address, region: &Region) -> Result<Value>;

    /// Reads elements of a plain type (see [`Dtype::is_plain`]) into `out`, which is just as large as they are.
    ///
    /// # Errors
    /// When the elements cannot be read or decoded, or the type is not plain.
    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()>;

    /// Reads many parts of a dataset of a plain type, each to its own place, and converted on the way if that is asked for.
    ///
    /// # Errors
    /// As of [`read_into`](Self::read_into); when a part is outside the dataset or its room of another size; when elements do
    /// not convert.
    fn read_batch(&self, dataset: Address, info: &DatasetInfo, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        batch::one_by_one(info, parts, how, &mut |region, out| self.read_into(dataset, region, out))
    }

    /// Called with memory that was just taken for a large read and not been touched yet.
    fn prepare(&self, _: &mut [u8]) {}

    /// The elements of a dataset right where the file has them, without a copy.
    ///
    /// # Errors
    /// When they are not there in one run and as they are, or the backend does not do this.
    fn mapped(&self, _: Address) -> Result<Bytes> {
        Err(Error::new(ErrorKind::Unsupported, "the elements of this file cannot be looked at where they lie")
            .in_file(self.label())
            .remedy("read them, or open the file in a way that allows it"))
    }

    /// The chunks of a chunked dataset that are stored, in file or in index order. `None` where it cannot be told which. For other layouts: `None` where the elements
    /// are there, an empty list where none was ever written and the fill value stands for all.
    ///
    /// # Errors
    /// When the chunk index is damaged.
    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>>;

    /// The dataset in the transaction that elements were written to already, before this is copied there.
    fn streamed(&self, _dataset: Address) -> Option<Address> {
        None
    }

    /// Whether the chunks of a dataset can be handed out as they are stored, without decoding them. Only of plain types: what else
    /// there is in the bytes of others means nothing in another file.
    fn has_raw_chunks(&self, _dataset: Address) -> bool {
        false
    }

    /// A chunk as it is stored, of those that [`chunks`](Self::chunks) has listed.
    ///
    /// # Errors
    /// When it cannot be read, or the dataset has none.
    fn raw_chunk(&self, _dataset: Address, _offset: &[u64]) -> Result<RawChunk> {
        Err(Error::new(ErrorKind::Unsupported, "chunks cannot be read as they are stored").in_file(self.label()))
    }

    /// What the file knows of other files, to which its external links lead; `None` where there are no others.
    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        None
    }

    /// The place where this file lies: what is committed there takes its place. A transaction that finds another file there than
    /// the one that was opened fails with [`Conflict`](crate::ErrorKind::Conflict).
    ///
    /// # Errors
    /// When the backend cannot write.
    fn store(&self) -> Result<Box<dyn Store>> {
        Err(Error::new(ErrorKind::Unsupported, "this file cannot be written where it lies").in_file(self.label()))
    }
}

/// A new file that is being written. It appears under its name on [`commit`](Transaction::commit), and not at all when the
/// transaction is dropped.
///
/// Objects are made parents first. Addresses, those within values included, are the new file's own: what `create_*` returned.
/// References may be written as soon as their target exists.
pub trait Transaction: Send {
    /// The root group, which is there from the beginning.
    fn root(&self) -> Address;

    /// Makes an empty group.
    ///
    /// # Errors
    /// When the name is taken or cannot be stored.
    fn create_group(&mut self, parent: Address, name: &str) -> Result<Address>;

    /// Makes a dataset whose elements are yet to be written. Layouts `External` and `Virtual` become `Contiguous` or `Chunked`.
    ///
    /// # Errors
    /// When the name is taken, or the type, the layout or a filter cannot be written.
    fn create_dataset(&mut self, parent: Address, name: &str, info: &DatasetInfo) -> Result<Address>;

    /// Makes a dataset whose chunks are yet to be written as they are stored, with [`write_raw_chunk`](Self::write_raw_chunk): the
    /// filters of its pipeline need not be there. `None`, and nothing is made, where chunks are always encoded anew.
    ///
    /// # Errors
    /// When the name is taken, or the type or the layout cannot be written.
    fn create_raw_dataset(&mut self, _parent: Address, _name: &str, _info: &DatasetInfo) -> Result<Option<Address>> {
        Ok(None)
    }

    /// Writes a chunk as it is to be stored, of a dataset that was made for that.
    ///
    /// # Errors
    /// When it cannot be written, or the dataset was not made for that.
    fn write_raw_chunk(&mut self, _dataset: Address, _offset: &[u64], _chunk: &RawChunk) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "chunks cannot be written as they are stored"))
    }

    /// Makes a dataset that no name leads to yet: [`link`](Self::link) gives it one. It is not in the file where that does not happen.
    ///
    /// # Errors
    /// When the type, the layout or a filter cannot be written.
    fn create_loose_dataset(&mut self, _info: &DatasetInfo) -> Result<Address> {
        Err(Error::new(
            ErrorKind::Unsupported,
            "elements cannot be written to such a file before the edit is committed",
        ))
    }

    /// Makes a dataset longer along its first axis.
    ///
    /// # Errors
    /// When it cannot grow so far.
    fn extend(&mut self, _dataset: Address, _rows: u64) -> Result<()> {
        Err(Error::new(ErrorKind::Unsupported, "the datasets of such a file cannot grow while they are written"))
    }

    /// Makes a named datatype.
    ///
    /// # Errors
    /// When the name is taken or the type cannot be written.
    fn create_datatype(&mut self, parent: Address, name: &str, dtype: &Dtype) -> Result<Address>;

    /// Makes a link; a hard one to an object that exists in this transaction.
    ///
    /// # Errors
    /// When the name is taken.
    fn link(&mut self, parent: Address, name: &str, link: &Link) -> Result<()>;

    /// Sets an attribute that is not there yet.
    ///
    /// # Errors
    /// When it is larger than the format allows.
    fn set_attribute(&mut self, object: Address, attribute: &Attribute) -> Result<()>;

    /// Writes elements in element form; value and region have the same shape.
    ///
    /// # Errors
    /// When they cannot be written: a full disk, for one.
    fn write(&mut self, dataset: Address, region: &Region, value: &Value) -> Result<()>;

    /// Bytes that elements may take in memory on their way into the file: blocks are cut after it.
    fn memory(&self) -> u64 {
        256 << 20
    }

    /// What the new file will know of other files, once it is in its place.
    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        None
    }

    /// Puts the file under its name, complete and synced, and opens it for reading.
    ///
    /// # Errors
    /// When anything of it fails; then nothing is left under that name but what was there before.
    fn commit(self: Box<Self>) -> Result<Arc<dyn Backend>> {
        self.commit_checked(&mut |_| Ok(()))
    }

    /// As [`commit`](Self::commit), and has the complete file looked at before it comes to its place: it does not where that fails.
    ///
    /// # Errors
    /// As of `commit`, and that of the check.
    fn commit_checked(
        self: Box<Self>,
        check: &mut dyn FnMut(&Arc<dyn Backend>) -> Result<()>,
    ) -> Result<Arc<dyn Backend>>;
}

/// A place where a file can be written, again and again: each transaction makes it anew.
pub trait Store: Debug + Send + Sync + 'static {
    /// Begins to write.
    ///
    /// # Errors
    /// When the place cannot be written to.
    fn begin(&self) -> Result<Box<dyn Transaction>>;

    /// Bytes that a chunk with these elements would take; at an edge they are the part of it that there is.
    ///
    /// # Errors
    /// When it cannot be encoded.
    fn encoded_size(&self, _info: &DatasetInfo, chunk: &Value) -> Result<u64> {
        Ok(chunk.bytes().len() as u64)
    }

    /// What a file that is written here will know of other files.
    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        None
    }
}
