//! Datasets: what their elements are, and how they are stored.

use nwb_model::backend::{Address, DatasetInfo, Filter, Layout, Optional};
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};

use super::blocks::Source;
use super::cursor::Cursor;
use super::datatype::{Datatype, Form};
use super::element::Reader;
use super::header::{Header, Kind};
use super::space::Space;
use super::superblock::Superblock;
use super::{Declined, Known, attribute, chunks, to_usize};
use crate::direct::{self, Described, Stored};
use crate::names;

/// A dataset, without its elements and attributes.
#[derive(Debug)]
pub(super) struct Dataset {
    pub(super) info: DatasetInfo,
    of: Datatype,
    fill: Fill,
    storage: Storage,
}

/// How elements are stored.
#[derive(Debug)]
enum Storage {
    Compact,
    Contiguous { at: Address },
    Chunked(Chunked),
}

/// Chunks, and the index of them.
#[derive(Debug)]
struct Chunked {
    shape: Vec<u64>,
    index: Index,
    /// Whether chunks that reach out of the dataset go through no filter.
    plain_edges: bool,
}

/// What finds the chunks.
#[derive(Debug)]
enum Index {
    /// A tree of the old form.
    Tree(Address),
    /// There is but one: how long it is, and which filters were left out, where it went through some.
    Single(Address, Option<(u64, u32)>),
    /// They lie one after the other.
    Row(Address),
    /// Left to the library.
    Other,
}

#[derive(Debug, Default)]
struct Fill {
    value: Option<Vec<u8>>,
    never: bool,
    /// Whether it is said that there is none: nothing can be read then where nothing is stored.
    none: bool,
}

pub(super) fn read(source: &mut Source<'_>, header: &Header) -> Known<Dataset> {
    let message = header.find(Kind::DATATYPE)?.ok_or(Declined("a dataset without a type"))?;
    let (of, named_type) = match message.own_or_shared()? {
        Ok(body) => (Datatype::read(body)?, None),
        Err(address) => (attribute::named(source, address)?, Some(address)),
    };
    let space = Space::read(header.own(Kind::SPACE)?)?;
    let filters = match header.find(Kind::FILTERS)? {
        Some(message) => filters(message.own()?)?,
        None => Vec::new(),
    };
    let storage = storage(header.own(Kind::LAYOUT)?, &of, &space, source.superblock)?;
    let fill = Fill::read(header, &of)?;
    let layout = match &storage {
        Storage::Compact => Layout::Compact,
        Storage::Contiguous { .. } => Layout::Contiguous,
        Storage::Chunked(chunked) => Layout::Chunked(chunked.shape.clone()),
    };
    if !filters.is_empty() && !matches!(storage, Storage::Chunked(_)) {
        return Err(Declined("filters without chunks"));
    }
    let info = DatasetInfo {
        dtype: of.dtype.clone(),
        shape: space.shape,
        max_shape: space.most,
        layout,
        filters,
        fill: fill.value(&of)?,
        named_type,
    };
    Ok(Dataset { info, of, fill, storage })
}

/// Bytes of elements that are read at once with what is said of them.
const SMALL: u64 = 16 << 10;

impl Dataset {
    /// All elements, where they are few and lie in one run.
    pub(super) fn few(self, reader: &mut Reader<'_, '_>, wanted: &Region) -> Known<Value> {
        let shape = self.info.shape;
        let bytes = shape.len().and_then(|len| len.checked_mul(self.of.size as u64)).filter(|&bytes| bytes <= SMALL);
        let bytes = to_usize(bytes.ok_or(Declined("many elements"))?)?;
        if !wanted.is_all_of(shape.dims()) {
            return Err(Declined("a part of the elements"));
        }
        match self.storage {
            Storage::Contiguous { at } if at.non_null().is_some() && bytes > 0 => {
                let stored = reader.source.piece(at, bytes)?;
                reader.value(&self.of, shape, &stored)
            }
            _ => Err(Declined("elements that are not in one run")),
        }
    }

    /// Where the elements lie.
    pub(super) fn described(self, source: &mut Source<'_>, dataset: Address) -> Known<Described> {
        let DatasetInfo { shape, max_shape, filters, .. } = self.info;
        if shape == Shape::Null {
            return Err(Declined("no elements"));
        }
        let form = match self.of.form {
            Form::Plain => None,
            _ => {
                let form = direct::Form::new(&self.of.dtype).filter(|form| form.stored == self.of.size);
                Some(form.ok_or(Declined("elements that are not understood here"))?)
            }
        };
        let dims = shape.dims().to_vec();
        let base = source.superblock.base;
        let stored = match self.storage {
            Storage::Contiguous { at } => {
                let at = at.non_null().ok_or(Declined("elements that are nowhere yet"))?;
                Stored::Run { start: at.0.checked_add(base).ok_or(Declined("an address is too large"))? }
            }
            Storage::Chunked(Chunked { shape, index, plain_edges }) => {
                if !direct::understands(&filters) {
                    return Err(Declined("a filter that is not known here"));
                }
                let chunk = Chunk { shape: &shape, bytes: chunk_bytes(&shape, self.of.size)? };
                if matches!(index, Index::Single(..)) && dims.iter().zip(&shape).any(|(len, chunk)| len > chunk) {
                    return Err(Declined("only one chunk, and room for more"));
                }
                let chunks = match index {
                    Index::Tree(tree) => chunks::in_tree(source, tree, &shape, self.of.size)?,
                    Index::Single(at, None) if filters.is_empty() => {
                        chunks::one(source, at, dims.len(), chunk.bytes, 0)?
                    }
                    Index::Single(at, Some((size, mask))) if !filters.is_empty() => {
                        chunks::one(source, at, dims.len(), size, mask)?
                    }
                    Index::Row(at) if filters.is_empty() => {
                        chunks::row(source, at, &dims, max_shape.as_deref(), &chunk)?
                    }
                    _ => return Err(Declined("an index of chunks that is not known here")),
                };
                if self.fill.none && !self.fill.never && chunks.chunks.is_empty() {
                    return Err(Declined("chunks that are nowhere yet, and nothing to say for them"));
                }
                Stored::Chunks { shape, filters, chunks, plain_edges }
            }
            Storage::Compact => return Err(Declined("elements in a header")),
        };
        let fill = match self.fill {
            Fill { value: Some(value), never: false, .. } => value,
            _ => vec![0; self.of.size],
        };
        Ok(Described { dataset, dims, element: self.of.size, form, fill, stored })
    }
}

/// A chunk of a dataset.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) shape: &'a [u64],
    /// Without filters.
    pub(super) bytes: u64,
}

fn chunk_bytes(shape: &[u64], element: usize) -> Known<u64> {
    let bytes = shape.iter().try_fold(element as u64, |product, &len| product.checked_mul(len));
    bytes.ok_or(Declined("a chunk is too large"))
}

fn storage(body: &[u8], of: &Datatype, space: &Space, superblock: &Superblock) -> Known<Storage> {
    const COMPACT: u8 = 0;
    const CONTIGUOUS: u8 = 1;
    const CHUNKED: u8 = 2;
    let shape = &space.shape;
    // The library rounds the length of each axis up to a power of two.
    if shape.dims().iter().any(|&len| len >= 1 << 63) {
        return Err(Declined("a very long axis"));
    }
    let needed = shape.len().and_then(|len| len.checked_mul(of.size as u64)).ok_or(Declined("too many elements"))?;
    let mut cursor = Cursor::new(body);
    let version = cursor.u8()?;
    match (version, cursor.u8()?) {
        (3..=5, COMPACT) => {
            let len = usize::from(cursor.u16()?);
            if cursor.take(len)?.len() as u64 != needed {
                return Err(Declined("elements in a header that are more or fewer than they should be"));
            }
            Ok(Storage::Compact)
        }
        (3..=5, CONTIGUOUS) => {
            let (at, size) = (Address(cursor.u64()?), cursor.u64()?);
            if size != needed {
                return Err(Declined("elements in a row that are more or fewer than they should be"));
            }
            if at.non_null().is_some() && (size == 0 || !superblock.contains(at, size)) {
                return Err(Declined("elements in a row that lie outside the file, or are none and somewhere"));
            }
            Ok(Storage::Contiguous { at })
        }
        (3, CHUNKED) => {
            let dims = usize::from(cursor.u8()?);
            let at = Address(cursor.u64()?);
            let shape = chunk_shape(&mut cursor, dims, 4, of, shape)?;
            if chunk_bytes(&shape, of.size)? > u64::from(u32::MAX) {
                return Err(Declined("a chunk whose size does not fit into a tree"));
            }
            Ok(Storage::Chunked(Chunked { shape, index: Index::Tree(at), plain_edges: false }))
        }
        (4 | 5, CHUNKED) => new_chunks(&mut cursor, of, space).map(Storage::Chunked),
        _ => Err(Declined("an unusual layout")),
    }
}

fn new_chunks(cursor: &mut Cursor<'_>, of: &Datatype, space: &Space) -> Known<Chunked> {
    const PLAIN_EDGES: u8 = 1;
    const FILTERED: u8 = 2;
    let flags = cursor.u8()?;
    if flags & !(PLAIN_EDGES | FILTERED) != 0 {
        return Err(Declined("chunks with unknown flags"));
    }
    let (dims, width) = (usize::from(cursor.u8()?), usize::from(cursor.u8()?));
    let chunk = chunk_shape(cursor, dims, width, of, &space.shape)?;
    let index = match cursor.u8()? {
        1 => {
            let filtered = if flags & FILTERED == 0 { None } else { Some((cursor.u64()?, cursor.u32()?)) };
            if filtered.is_some_and(|(size, _)| size > u64::from(u32::MAX)) {
                return Err(Declined("a chunk that is stored in more bytes than the library counts"));
            }
            Index::Single(Address(cursor.u64()?), filtered)
        }
        2 => Index::Row(Address(cursor.u64()?)),
        kind @ 3..=5 => {
            check_parameters(cursor, kind, space)?;
            Index::Other
        }
        _ => return Err(Declined("an index of chunks that is not known here")),
    };
    Ok(Chunked { shape: chunk, index, plain_edges: flags & PLAIN_EDGES != 0 })
}

/// What is said of an index that the library is asked for: it refuses the dataset where that cannot be.
fn check_parameters(cursor: &mut Cursor<'_>, kind: u8, space: &Space) -> Known<()> {
    const EXTENSIBLE_ARRAY: u8 = 4;
    let endless = space.most.iter().flatten().filter(|most| most.is_none()).count();
    let bytes = match kind {
        3 => cursor.take(1)?,
        EXTENSIBLE_ARRAY => cursor.take(5)?,
        _ => {
            cursor.skip(4)?;
            cursor.take(2)?
        }
    };
    let is_tree = kind > EXTENSIBLE_ARRAY;
    if bytes.iter().any(|&byte| byte == 0 || is_tree && byte > 100) || (kind == EXTENSIBLE_ARRAY && endless != 1) {
        return Err(Declined("an index of chunks that cannot be"));
    }
    cursor.u64().map(drop)
}

/// The shape of a chunk, after which the size of an element stands.
fn chunk_shape(cursor: &mut Cursor<'_>, dims: usize, width: usize, of: &Datatype, shape: &Shape) -> Known<Vec<u64>> {
    let mut found = (0..dims).map(|_| cursor.number(width)).collect::<Known<Vec<u64>>>()?;
    let element = found.pop();
    if element != Some(of.size as u64) || found.len() != shape.dims().len() || found.is_empty() || found.contains(&0) {
        return Err(Declined("chunks that do not fit the dataset"));
    }
    chunk_bytes(&found, of.size)?;
    Ok(found)
}

fn filters(body: &[u8]) -> Known<Vec<Filter>> {
    const OPTIONAL: u16 = 1;
    /// From here on filters are somebody's own.
    const REGISTERED: u16 = 256;
    /// The library's names of filters are cut there.
    const LONGEST_NAME: usize = 256;
    let mut cursor = Cursor::new(body);
    let (version, count) = (cursor.u8()?, usize::from(cursor.u8()?));
    match version {
        1 => cursor.skip(6)?,
        2 => {}
        _ => return Err(Declined("filters of an unknown version")),
    }
    if count == 0 || count > 32 {
        return Err(Declined("no filters, or very many"));
    }
    let mut filters = Vec::with_capacity(count);
    for _ in 0..count {
        let id = cursor.u16()?;
        let len = if version == 1 || id >= REGISTERED { usize::from(cursor.u16()?) } else { 0 };
        let (flags, numbers) = (cursor.u16()?, usize::from(cursor.u16()?));
        let stored = cursor.take(len)?;
        if version == 1 && !len.is_multiple_of(8) {
            return Err(Declined("the name of a filter is not aligned"));
        }
        let parameters = (0..numbers).map(|_| cursor.u32()).collect::<Known<Vec<u32>>>()?;
        if version == 1 && !numbers.is_multiple_of(2) {
            cursor.skip(4)?;
        }
        let name: &[u8] = match (stored.iter().position(|&byte| byte == 0), id) {
            (Some(end), _) => stored.get(..end).unwrap_or_default(),
            (None, _) if len > 0 => return Err(Declined("the name of a filter has no end")),
            // The name that the library has for it.
            (None, 1) => b"deflate",
            (None, 2) => b"shuffle",
            (None, 3) => b"fletcher32",
            (None, 5) => b"nbit",
            (None, 6) => b"scaleoffset",
            (None, _) => return Err(Declined("a filter without a name")),
        };
        if name.len() >= LONGEST_NAME {
            return Err(Declined("the name of a filter is long"));
        }
        filters.push(Filter {
            id: u32::from(id),
            optional: if flags & OPTIONAL == 0 { Optional::No } else { Optional::Yes },
            parameters,
            name: names::from_file(name),
        });
    }
    Ok(filters)
}

impl Fill {
    fn read(header: &Header, of: &Datatype) -> Known<Self> {
        const NEVER: u8 = 1;
        const IF_SET: u8 = 2;
        let when = |time: u8| if time <= IF_SET { Ok(time) } else { Err(Declined("a fill value for an unknown time")) };
        let value = |cursor: &mut Cursor<'_>| match to_usize(u64::from(cursor.u32()?))? {
            0 => Ok(None),
            len if len == of.size => cursor.take(len).map(|value| Some(value.to_vec())),
            _ => Err(Declined("a fill value of another size than the elements")),
        };
        let Some(message) = header.find(Kind::FILL)? else {
            return match header.find(Kind::OLD_FILL)? {
                Some(message) => {
                    let value = value(&mut Cursor::new(message.own()?))?;
                    Ok(Self { none: value.is_none(), value, never: false })
                }
                None => Ok(Self { none: true, ..Self::default() }),
            };
        };
        let mut cursor = Cursor::new(message.own()?);
        match cursor.u8()? {
            version @ (1 | 2) => {
                let (_allocated, written, defined) = (cursor.u8()?, when(cursor.u8()?)?, cursor.u8()?);
                let value = match (version, defined) {
                    (1, 1) | (2, 1) => value(&mut cursor)?,
                    (2, 0) => None,
                    _ => return Err(Declined("a fill value that is and is not there")),
                };
                Ok(Self { value, never: written == NEVER, none: defined == 0 })
            }
            3 => {
                let flags = cursor.u8()?;
                if flags & 0xc0 != 0 {
                    return Err(Declined("a fill value with unknown flags"));
                }
                let value = match flags >> 4 & 3 {
                    0 | 1 => None,
                    2 => Some(value(&mut cursor)?.ok_or(Declined("a fill value of no bytes"))?),
                    _ => return Err(Declined("a fill value that is and is not there")),
                };
                Ok(Self { value, never: when(flags >> 2 & 3)? == NEVER, none: flags & 0x10 != 0 })
            }
            _ => Err(Declined("a fill value of an unknown version")),
        }
    }

    fn value(&self, of: &Datatype) -> Known<Option<Value>> {
        let Some(bytes) = &self.value else { return Ok(None) };
        if !matches!(of.form, Form::Plain) {
            return Err(Declined("a fill value that is not in its bytes alone"));
        }
        let bytes = super::element::aligned(bytes);
        let value = Value::from_parts(of.dtype.clone(), Shape::Scalar, bytes, None);
        value.map(Some).map_err(|_| Declined("a fill value of another size than the elements"))
    }
}
