//! Datatypes, exactly: what has no name in the model is left to the library, which encodes it.

use std::sync::Arc;

use nwb_model::dtype::{
    ByteOrder, Charset, Compound, Dtype, Enumeration, Member, Number, Padding, TextLength, TextType,
};

use super::cursor::Cursor;
use super::{Declined, Known, to_usize};
use crate::dtype::{integer, integer_of, is_bool};
use crate::names;

/// A datatype as it is in the file, beside what it is in memory.
#[derive(Clone, Debug)]
pub(super) struct Datatype {
    /// Bytes of an element in the file.
    pub(super) size: usize,
    pub(super) dtype: Dtype,
    pub(super) form: Form,
}

/// How an element in the file becomes one in memory.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// It is the same.
    Plain,
    /// A length and a place in a heap.
    Text,
    /// The same, of elements.
    Sequence(Box<Datatype>),
    /// An address.
    Reference,
    /// Left to the library.
    Region,
    /// Members, each with its place in the file; they fill the record.
    Compound(Vec<(usize, Datatype)>),
    /// So many elements.
    Array(Box<Datatype>),
}

/// Types in types.
const MAX_DEPTH: usize = 32;

/// The largest element.
const MAX_SIZE: usize = 1 << 30;

/// Bytes of a variable-length element in the file: a length, an address and an index.
pub(super) const IN_HEAP: usize = 16;

impl Datatype {
    pub(super) fn read(body: &[u8]) -> Known<Self> {
        Self::parse(&mut Cursor::new(body), 0)
    }

    fn plain(size: usize, dtype: Dtype) -> Self {
        Self { size, dtype, form: Form::Plain }
    }

    fn parse(cursor: &mut Cursor<'_>, depth: usize) -> Known<Self> {
        if depth > MAX_DEPTH {
            return Err(Declined("a datatype is nested deeply"));
        }
        let head = cursor.u8()?;
        let (class, version) = (head & 0xf, head >> 4);
        let flags = cursor.number(3)?;
        let size = to_usize(u64::from(cursor.u32()?))?;
        // Later versions added classes, which are not known here, and changed nothing else.
        if !(1..=5).contains(&version) || size == 0 || size > MAX_SIZE {
            return Err(Declined("a datatype of an unknown version or size"));
        }
        let known = match class {
            0 => Self::plain(size, integer_type(cursor, flags, size)?),
            1 => Self::plain(size, float_type(cursor, flags, size)?),
            3 => {
                let (padding, charset) = text_form(flags)?;
                Self::plain(size, Dtype::Text(TextType { length: TextLength::Fixed(size), padding, charset }))
            }
            6 => Self::compound(cursor, version, flags, size, depth)?,
            7 => Self::reference(flags, size)?,
            8 => Self::enumeration(cursor, version, flags, depth)?,
            9 => Self::variable(cursor, flags, depth)?,
            10 => Self::array(cursor, version, depth)?,
            _ => return Err(Declined("a datatype without a name")),
        };
        if known.size == size { Ok(known) } else { Err(Declined("a datatype has another size than its parts")) }
    }

    fn compound(cursor: &mut Cursor<'_>, version: u8, flags: u64, size: usize, depth: usize) -> Known<Self> {
        let count = flags & 0xffff;
        let mut parts: Vec<(usize, Vec<u8>, Self)> = Vec::new();
        for _ in 0..count {
            let name = if version >= 3 { cursor.text()? } else { cursor.padded_text()? };
            let offset = match version {
                3.. => cursor.number(bytes_for(size as u64))?,
                _ => u64::from(cursor.u32()?),
            };
            if version == 1 && (cursor.take(28)?.first() != Some(&0)) {
                return Err(Declined("a member that is an array of the oldest kind"));
            }
            parts.push((to_usize(offset)?, name.to_vec(), Self::parse(cursor, depth + 1)?));
        }
        parts.sort_by_key(|(offset, ..)| *offset);
        let (mut end, mut packed) = (0, true);
        for (offset, _, part) in &parts {
            if *offset < end {
                return Err(Declined("members of a record overlap"));
            }
            packed &= *offset == end;
            end = offset.saturating_add(part.size);
        }
        if end > size || parts.is_empty() {
            return Err(Declined("the members of a record are larger than it"));
        }
        let mut names: Vec<&[u8]> = parts.iter().map(|(_, name, _)| name.as_slice()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(Declined("two members of one name"));
        }
        packed &= end == size;
        let plain = parts.iter().all(|(.., part)| matches!(part.form, Form::Plain));
        if !plain && !packed {
            return Err(Declined("a record with gaps, which the library fills"));
        }
        let mut members = Vec::with_capacity(parts.len());
        // What is pointed to takes another number of bytes in memory, and moves what comes after it.
        let (mut shrunk, mut grown) = (0, 0);
        for (offset, name, part) in &parts {
            let dtype = part.dtype.clone();
            members.push(Member { name: names::from_file(name), offset: offset + grown - shrunk, dtype });
            shrunk += part.size;
            grown += part.dtype.size();
        }
        let in_memory = size.saturating_add(grown).checked_sub(shrunk).ok_or(Declined("a record is too small"))?;
        let dtype = Dtype::Compound(Arc::new(Compound { size: in_memory, members }));
        let form = if plain {
            Form::Plain
        } else {
            Form::Compound(parts.into_iter().map(|(offset, _, part)| (offset, part)).collect())
        };
        Ok(Self { size, dtype, form })
    }

    fn reference(flags: u64, size: usize) -> Known<Self> {
        match (flags & 0xf, size) {
            (0, 8) => Ok(Self { size, dtype: Dtype::Reference, form: Form::Reference }),
            (1, 12) => Ok(Self { size, dtype: Dtype::RegionReference, form: Form::Region }),
            _ => Err(Declined("a reference of a new kind")),
        }
    }

    fn enumeration(cursor: &mut Cursor<'_>, version: u8, flags: u64, depth: usize) -> Known<Self> {
        let count = flags & 0xffff;
        let base = Self::parse(cursor, depth + 1)?;
        let Dtype::Number(number, order) = base.dtype else { return Err(Declined("an unusual enumeration")) };
        if number.is_float() {
            return Err(Declined("an enumeration of no integers"));
        }
        let mut names = Vec::new();
        for _ in 0..count {
            let name = if version >= 3 { cursor.text()? } else { cursor.padded_text()? };
            if name.is_empty() {
                return Err(Declined("a member without a name"));
            }
            names.push(name);
        }
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            members.push((names::from_file(name), integer(cursor.take(base.size)?, number, order)));
        }
        let dtype = if is_bool(number, order, &members) {
            Dtype::Bool
        } else {
            Dtype::Enum(Arc::new(Enumeration { number, order, members }))
        };
        Ok(Self::plain(base.size, dtype))
    }

    fn variable(cursor: &mut Cursor<'_>, flags: u64, depth: usize) -> Known<Self> {
        let element = Self::parse(cursor, depth + 1)?;
        match flags & 0xf {
            0 => {
                let dtype = Dtype::Sequence(Arc::new(element.dtype.clone()));
                Ok(Self { size: IN_HEAP, dtype, form: Form::Sequence(Box::new(element)) })
            }
            // What texts are made of is not looked at: bytes.
            1 if element.size == 1 => {
                let (padding, charset) = text_form(flags >> 4)?;
                let dtype = Dtype::Text(TextType { length: TextLength::Variable, padding, charset });
                Ok(Self { size: IN_HEAP, dtype, form: Form::Text })
            }
            _ => Err(Declined("a variable-length datatype of an unknown kind")),
        }
    }

    fn array(cursor: &mut Cursor<'_>, version: u8, depth: usize) -> Known<Self> {
        let rank = usize::from(cursor.u8()?);
        if version < 3 {
            cursor.skip(3)?;
        }
        if rank == 0 || rank > 32 {
            return Err(Declined("an array without axes, or with very many"));
        }
        let mut dims = Vec::with_capacity(rank);
        for _ in 0..rank {
            dims.push(to_usize(u64::from(cursor.u32()?))?);
        }
        if version < 3 {
            cursor.skip(4 * rank)?;
        }
        let element = Self::parse(cursor, depth + 1)?;
        let size = dims.iter().try_fold(element.size, |size, &dim| size.checked_mul(dim).filter(|&size| size > 0));
        let size = size.ok_or(Declined("an array of no or of too many elements"))?;
        let dtype = Dtype::Array(Arc::new(element.dtype.clone()), dims);
        let form = if matches!(element.form, Form::Plain) { Form::Plain } else { Form::Array(Box::new(element)) };
        Ok(Self { size, dtype, form })
    }
}

/// Bytes that a number up to this one takes.
pub(super) fn bytes_for(most: u64) -> usize {
    (64 - most.max(1).leading_zeros()).div_ceil(8) as usize
}

fn byte_order(flags: u64) -> ByteOrder {
    if flags & 1 == 0 { ByteOrder::Little } else { ByteOrder::Big }
}

/// An integer that fills its bytes, with nothing unusual about it.
fn integer_type(cursor: &mut Cursor<'_>, flags: u64, size: usize) -> Known<Dtype> {
    let (offset, precision) = (cursor.u16()?, usize::from(cursor.u16()?));
    if flags & !0b1001 != 0 || offset != 0 || precision != 8 * size {
        return Err(Declined("an integer without a name"));
    }
    let number = integer_of(size, flags & 0b1000 != 0).ok_or(Declined("an integer without a name"))?;
    Ok(Dtype::Number(number, byte_order(flags)))
}

/// A number as IEEE 754 has it.
fn float_type(cursor: &mut Cursor<'_>, flags: u64, size: usize) -> Known<Dtype> {
    // Where the sign is; where the exponent is and how long, the same of the mantissa; the exponent's bias.
    let (number, sign, layout, bias) = match size {
        2 => (Number::F16, 15, [10, 5, 0, 10], 15),
        4 => (Number::F32, 31, [23, 8, 0, 23], 127),
        8 => (Number::F64, 63, [52, 11, 0, 52], 1023),
        _ => return Err(Declined("a float without a name")),
    };
    /// The highest bit of the mantissa is always set, and not stored.
    const IMPLIED: u64 = 0x20;
    let order = byte_order(flags);
    let (offset, precision) = (cursor.u16()?, usize::from(cursor.u16()?));
    let found = cursor.take(4)?;
    if flags & !1 != IMPLIED | sign << 8
        || (offset, precision) != (0, 8 * size)
        || found != layout
        || cursor.u32()? != bias
    {
        return Err(Declined("a float without a name"));
    }
    Ok(Dtype::Number(number, order))
}

fn text_form(flags: u64) -> Known<(Padding, Charset)> {
    let padding = match flags & 0xf {
        0 => Padding::NullTerminated,
        1 => Padding::NullPadded,
        2 => Padding::SpacePadded,
        _ => return Err(Declined("a text that is padded in an unknown way")),
    };
    match flags >> 4 & 0xf {
        0 => Ok((padding, Charset::Ascii)),
        1 => Ok((padding, Charset::Utf8)),
        _ => Err(Declined("a text in an unknown character set")),
    }
}
