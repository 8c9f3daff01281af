//! Attributes, with their values.

use nwb_model::backend::{Address, Attribute, Part, Unreadable};
use nwb_model::{Error, ErrorKind};

use super::blocks::Source;
use super::cursor::Cursor;
use super::datatype::Datatype;
use super::dense::{self, Dense};
use super::element::Reader;
use super::global::Heaps;
use super::header::{Class, Header, Kind, shared_at};
use super::space::Space;
use super::{Declined, Known};
use crate::names;

/// An attribute, or why its value is lost.
type Found = Result<Attribute, Unreadable>;

/// All attributes of an object, sorted by the bytes of their names, and those whose values are lost.
pub(super) fn read_all(
    source: &mut Source<'_>,
    heaps: &Heaps,
    header: &Header,
) -> Known<(Vec<Attribute>, Vec<Unreadable>)> {
    let dense = match header.find(Kind::ATTRIBUTE_INFO)? {
        Some(message) => info(message.own()?)?,
        None => None,
    };
    let mut found: Vec<(Vec<u8>, Found)> = Vec::new();
    for message in header.messages().filter(|message| message.kind == Kind::ATTRIBUTE) {
        if dense.is_some() {
            return Err(Declined("attributes in messages and in dense storage"));
        }
        found.push(read(source, heaps, message.own()?)?);
    }
    if let Some(dense) = dense {
        for stored in dense::objects(source, &dense, dense::ATTRIBUTES)? {
            let (name, value) = read(source, heaps, &stored.body)?;
            stored.check_name(&name)?;
            found.push((name, value));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    if found.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err(Declined("two attributes of one name"));
    }
    let (mut attributes, mut unreadable) = (Vec::with_capacity(found.len()), Vec::new());
    for (_, found) in found {
        match found {
            Ok(attribute) => attributes.push(attribute),
            Err(lost) => unreadable.push(lost),
        }
    }
    Ok((attributes, unreadable))
}

/// Where dense storage is, if there is some.
fn info(body: &[u8]) -> Known<Option<Dense>> {
    let mut cursor = Cursor::new(body);
    cursor.require(&[0])?;
    let flags = cursor.u8()?;
    if flags & !3 != 0 {
        return Err(Declined("unknown flags of attributes"));
    }
    cursor.skip(if flags & 1 == 0 { 0 } else { 2 })?;
    let dense = Dense::new(Address(cursor.u64()?), Address(cursor.u64()?));
    // The same in the order of creation.
    cursor.skip(if flags & 2 == 0 { 0 } else { 8 })?;
    Ok(dense)
}

fn read(source: &mut Source<'_>, heaps: &Heaps, body: &[u8]) -> Known<(Vec<u8>, Found)> {
    const SHARED_TYPE: u8 = 1;
    let mut cursor = Cursor::new(body);
    let (version, flags) = (cursor.u8()?, cursor.u8()?);
    let (name_len, type_len, space_len) = (cursor.u16()?, cursor.u16()?, cursor.u16()?);
    let padded = match version {
        1 => true,
        2 | 3 => false,
        _ => return Err(Declined("an attribute of an unknown version")),
    };
    if flags & !SHARED_TYPE != 0 || (version == 1 && flags != 0) {
        return Err(Declined("an attribute with unknown flags, or a shared dataspace"));
    }
    if version == 3 {
        // The character set of the name, which is bytes here.
        cursor.skip(1)?;
    }
    let mut part = |len: u16| {
        let len = usize::from(len);
        let part = cursor.take(len)?;
        cursor.skip(if padded { len.next_multiple_of(8) - len } else { 0 })?;
        Ok(part)
    };
    let (name, of, space) = (part(name_len)?, part(type_len)?, part(space_len)?);
    let (last, name) = name.split_last().ok_or(Declined("an attribute without a name"))?;
    if *last != 0 || name.is_empty() || name.contains(&0) {
        return Err(Declined("an attribute with an unusual name"));
    }
    let shared = if flags & SHARED_TYPE == 0 { None } else { Some(shared_at(of)?) };
    let of = match shared {
        None => Datatype::read(of)?,
        Some(address) => named(source, address)?,
    };
    let space = Space::read(space)?;
    let mut reader = Reader::new(source, heaps);
    let value = reader.value(&of, space.shape, cursor.rest());
    let bytes = name.to_vec();
    let name = names::from_file(name);
    let found = match (value, reader.damage()) {
        (Ok(value), _) => Ok(Attribute { name, value, named_type: shared }),
        (Err(_), Some(reason)) => {
            let message = format!("the attribute \"{name}\" cannot be read: its text or sequence is lost");
            let error = Error::new(ErrorKind::Malformed, message)
                .found(reason)
                .remedy("copy the file again from where it came, or write the attribute anew");
            Err(Unreadable { part: Part::Attribute, name, error })
        }
        (Err(declined), None) => return Err(declined),
    };
    Ok((bytes, found))
}

/// A named datatype.
pub(super) fn named(source: &mut Source<'_>, address: Address) -> Known<Datatype> {
    let header = Header::read(source, address)?;
    if !source.spend(header.bytes()) {
        return Err(Declined("named datatypes that are very long, or looked at very often"));
    }
    match header.class()? {
        Class::Datatype => Datatype::read(header.own(Kind::DATATYPE)?),
        _ => Err(Declined("a type that is no named datatype")),
    }
}
