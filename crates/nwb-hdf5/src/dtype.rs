//! Datatypes between HDF5's terms and the model's, exactly: what is made from a type makes the same type again.

use std::sync::Arc;

use nwb_model::dtype::{ByteOrder, Compound, Dtype, Enumeration, Foreign, Member, Number, TextLength};
use nwb_model::{Error, ErrorKind, Result};

use crate::names;
use crate::sys::datatype::{Class, Type};
use crate::sys::error::{Cause, Outcome};

/// The name under which this backend's encodings go.
pub(crate) const BACKEND: &str = "hdf5";

/// Types in types, deeper than any program has a use for.
const MAX_DEPTH: usize = 64;

const NEW_REFERENCE: &str = "reference of HDF5 1.12 or newer";

/// The model's type for one of the file, as the library reports it.
pub(crate) fn from_file(of: &Type) -> Outcome<Dtype> {
    from_depth(of, 0)
}

/// As [`from_file`], but an error where elements of that type cannot be held in element form.
pub(crate) fn readable(of: &Type) -> Outcome<Dtype> {
    let dtype = from_file(of)?;
    check_readable(&dtype)?;
    Ok(dtype)
}

pub(crate) fn check_readable(dtype: &Dtype) -> Outcome<()> {
    match dtype {
        Dtype::Foreign(foreign) if foreign.description == NEW_REFERENCE => Err(Cause::of_kind(
            ErrorKind::Unsupported,
            "its elements are references of the kind that came with HDF5 1.12, which NWB does not use",
        )),
        Dtype::Compound(compound) => compound.members.iter().try_for_each(|member| check_readable(&member.dtype)),
        Dtype::Array(element, _) | Dtype::Sequence(element) => check_readable(element),
        _ => Ok(()),
    }
}

fn from_depth(of: &Type, depth: usize) -> Outcome<Dtype> {
    if depth > MAX_DEPTH {
        return Err(Cause::new("the datatype is nested too deeply"));
    }
    let known = match of.class() {
        Class::Integer | Class::Float => number(of)?.map(|(number, order)| Dtype::Number(number, order)),
        Class::String => of.text()?.map(Dtype::Text),
        Class::Enum => enumeration(of)?,
        Class::Compound => Some(compound(of, depth)?),
        Class::Array => {
            let dims: Option<Vec<usize>> = of.array_dims()?.into_iter().map(|dim| usize::try_from(dim).ok()).collect();
            let dims = dims.ok_or_else(|| Cause::new("an array type is larger than memory"))?;
            Some(Dtype::Array(Arc::new(from_depth(&of.base()?, depth + 1)?), dims))
        }
        Class::Sequence => Some(Dtype::Sequence(Arc::new(from_depth(&of.base()?, depth + 1)?))),
        Class::Reference => match of.reference_kind()? {
            0 => Some(Dtype::Reference),
            1 => Some(Dtype::RegionReference),
            _ => None,
        },
        _ => None,
    };
    let dtype = match known {
        Some(dtype) => dtype,
        None => foreign(of)?,
    };
    if dtype.size() == of.size() { Ok(dtype) } else { Err(Cause::new("a datatype has another size than its parts")) }
}

/// A number, if the type is just one of those that have a name.
fn number(of: &Type) -> Outcome<Option<(Number, ByteOrder)>> {
    let Some(order) = of.order() else { return Ok(None) };
    let candidate = match (of.class(), of.size()) {
        (Class::Float, 2) => Number::F16,
        (Class::Float, 4) => Number::F32,
        (Class::Float, 8) => Number::F64,
        (Class::Integer, size) => match integer_of(size, of.is_signed()) {
            Some(number) => number,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(of.equals(&Type::number(candidate, order)?)?.then_some((candidate, order)))
}

/// The integer that takes so many bytes.
pub(crate) fn integer_of(size: usize, is_signed: bool) -> Option<Number> {
    match (size, is_signed) {
        (1, true) => Some(Number::I8),
        (2, true) => Some(Number::I16),
        (4, true) => Some(Number::I32),
        (8, true) => Some(Number::I64),
        (1, false) => Some(Number::U8),
        (2, false) => Some(Number::U16),
        (4, false) => Some(Number::U32),
        (8, false) => Some(Number::U64),
        _ => None,
    }
}

fn enumeration(of: &Type) -> Outcome<Option<Dtype>> {
    let Some((number, order)) = number(&of.base()?)? else { return Ok(None) };
    let mut members = Vec::new();
    for index in 0..of.member_count()? {
        let name = names::from_file(&of.member_name(index)?);
        members.push((name, integer(&of.member_value(index)?, number, order)));
    }
    let is_bool = is_bool(number, order, &members);
    Ok(Some(if is_bool { Dtype::Bool } else { Dtype::Enum(Arc::new(Enumeration { number, order, members })) }))
}

/// Whether an enumeration is the one that stands for true and false.
pub(crate) fn is_bool(number: Number, order: ByteOrder, members: &[(String, i128)]) -> bool {
    let is = |member: &(String, i128), name: &str, value: i128| member.0 == name && member.1 == value;
    number == Number::I8
        && order == ByteOrder::Little
        && matches!(members, [no, yes] if is(no, "FALSE", 0) && is(yes, "TRUE", 1))
}

/// The integer in these bytes, at most eight.
pub(crate) fn integer(bytes: &[u8], number: Number, order: ByteOrder) -> i128 {
    let fold = |value: i128, byte: &u8| value << 8 | i128::from(*byte);
    let unsigned = match order {
        ByteOrder::Little => bytes.iter().rev().fold(0, fold),
        ByteOrder::Big => bytes.iter().fold(0, fold),
    };
    let bits = 8 * bytes.len();
    if !number.is_unsigned() && bits > 0 && unsigned >> (bits - 1) & 1 == 1 { unsigned - (1 << bits) } else { unsigned }
}

fn compound(of: &Type, depth: usize) -> Outcome<Dtype> {
    let mut members = Vec::new();
    for index in 0..of.member_count()? {
        members.push(Member {
            name: names::from_file(&of.member_name(index)?),
            offset: of.member_offset(index),
            dtype: from_depth(&of.member_type(index)?, depth + 1)?,
        });
    }
    // The library itself sorts them when it has to convert elements, so no other order can be relied on.
    members.sort_by_key(|member| member.offset);
    Ok(Dtype::Compound(Arc::new(Compound { size: of.size(), members })))
}

/// Whether both are the same in the file: the order in which records list their members, and the descriptions of foreign types,
/// make no difference there.
pub(crate) fn are_alike(a: &Dtype, b: &Dtype) -> bool {
    a == b || normal(a) == normal(b)
}

fn normal(dtype: &Dtype) -> Dtype {
    match dtype {
        Dtype::Compound(compound) => {
            let mut members: Vec<Member> = compound
                .members
                .iter()
                .map(|member| Member { dtype: normal(&member.dtype), ..member.clone() })
                .collect();
            members.sort_by_key(|member| member.offset);
            Dtype::Compound(Arc::new(Compound { size: compound.size, members }))
        }
        Dtype::Array(element, dims) => Dtype::Array(Arc::new(normal(element)), dims.clone()),
        Dtype::Sequence(element) => Dtype::Sequence(Arc::new(normal(element))),
        Dtype::Foreign(foreign) => {
            Dtype::Foreign(Arc::new(Foreign { description: String::new(), ..(**foreign).clone() }))
        }
        other => other.clone(),
    }
}

fn foreign(of: &Type) -> Outcome<Dtype> {
    let size = of.size();
    let bits = 8 * size;
    let order = match of.order() {
        Some(ByteOrder::Big) => ", big-endian",
        _ => "",
    };
    let part = || {
        let (precision, offset) = (of.precision(), of.bit_offset());
        if precision == bits && offset == 0 {
            String::new()
        } else {
            format!(", {precision} bits from bit {offset} on")
        }
    };
    let description = match of.class() {
        Class::Integer => {
            format!("{} of {bits} bits{}{order}", if of.is_signed() { "integer" } else { "unsigned integer" }, part())
        }
        Class::Float => format!("float of {bits} bits{}{order}", part()),
        Class::Time => format!("time of {bits} bits{order}"),
        Class::String if of.text().is_ok_and(|text| text.is_none()) => {
            format!("text of {size} bytes in an unknown form")
        }
        Class::Bitfield => format!("bitfield {bits}{}{order}", part()),
        Class::Opaque => format!("opaque {:?} of {size} bytes", of.tag()),
        Class::Enum => format!("enumeration of {bits} bits"),
        Class::Reference => NEW_REFERENCE.into(),
        _ => format!("a type of {size} bytes that this version does not know"),
    };
    // A copy is transient: the encoding of a named datatype would be that of its link.
    let encoding = of.copy()?.encode()?;
    Ok(Dtype::Foreign(Arc::new(Foreign { backend: BACKEND, encoding, size, description })))
}

/// The datatype for one of the model's, transient.
pub(crate) fn to_file(dtype: &Dtype) -> Result<Type> {
    if let Some(sentence) = objection(dtype, 0) {
        return Err(Error::new(ErrorKind::Invalid, sentence));
    }
    let of = make(dtype).map_err(|cause| {
        cause.into_error(ErrorKind::Unsupported, format!("HDF5 cannot store elements of type {dtype}"))
    })?;
    if of.size() == dtype.size() {
        Ok(of)
    } else {
        Err(Error::new(ErrorKind::Unsupported, format!("HDF5 stores {dtype} in another size"))
            .expected(dtype.size().to_string())
            .found(of.size().to_string()))
    }
}

/// What stands against a type, before the library is asked.
fn objection(dtype: &Dtype, depth: usize) -> Option<String> {
    if depth > MAX_DEPTH {
        return Some("the type is nested too deeply".into());
    }
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Fixed(0) => {
            Some("a text of fixed length has at least one byte".into())
        }
        Dtype::Compound(compound) if compound.members.is_empty() => Some("a record has at least one member".into()),
        Dtype::Compound(compound) => compound.members.iter().find_map(|member| objection(&member.dtype, depth + 1)),
        Dtype::Array(element, dims) => {
            if dims.is_empty() || dims.contains(&0) {
                return Some("an array in an element has axes, none of length zero".into());
            }
            objection(element, depth + 1)
        }
        Dtype::Sequence(element) => objection(element, depth + 1),
        Dtype::Enum(enumeration) if enumeration.members.is_empty() => {
            Some("an enumeration has at least one member".into())
        }
        _ => None,
    }
}

fn make(dtype: &Dtype) -> Outcome<Type> {
    match dtype {
        Dtype::Number(number, order) => Type::number(*number, *order),
        Dtype::Bool => {
            let of = Type::enumeration(&Type::number(Number::I8, ByteOrder::Little)?)?;
            of.insert_value(b"FALSE", &[0])?;
            of.insert_value(b"TRUE", &[1])?;
            Ok(of)
        }
        Dtype::Text(text) => Type::new_text(text),
        Dtype::Reference => Type::reference(),
        Dtype::RegionReference => Type::region_reference(),
        Dtype::Compound(compound) => {
            let of = Type::compound(compound.size)?;
            for member in &compound.members {
                of.insert(&names::to_file(&member.name), member.offset, &make(&member.dtype)?)?;
            }
            Ok(of)
        }
        Dtype::Enum(enumeration) => {
            let of = Type::enumeration(&Type::number(enumeration.number, enumeration.order)?)?;
            for (name, value) in &enumeration.members {
                of.insert_value(&names::to_file(name), &integer_bytes(*value, enumeration)?)?;
            }
            Ok(of)
        }
        Dtype::Array(element, dims) => {
            let dims: Vec<u64> = dims.iter().map(|&dim| dim as u64).collect();
            Type::array(&make(element)?, &dims)
        }
        Dtype::Sequence(element) => Type::sequence(&make(element)?),
        Dtype::Foreign(foreign) if foreign.backend == BACKEND => {
            let of = Type::decode(&foreign.encoding)?;
            // Anything with pointers in its elements has a name in the model, and is no foreign type.
            let plain = match of.class() {
                Class::Compound | Class::Reference | Class::Sequence | Class::Array => false,
                Class::String => of.text()?.is_none(),
                _ => true,
            };
            if plain && of.size() == foreign.size {
                Ok(of)
            } else {
                Err(Cause::new("the encoded type is not what it says it is"))
            }
        }
        Dtype::Foreign(foreign) => Err(Cause::new(format!("the type is one of the backend \"{}\"", foreign.backend))),
    }
}

fn integer_bytes(value: i128, enumeration: &Enumeration) -> Outcome<Vec<u8>> {
    let size = enumeration.number.size();
    let mut bytes: Vec<u8> = value.to_le_bytes().into_iter().take(size).collect();
    if integer(&bytes, enumeration.number, ByteOrder::Little) != value {
        return Err(Cause::of_kind(
            ErrorKind::Invalid,
            format!("the enumeration has a member of value {value}, which no {} holds", enumeration.number.name()),
        ));
    }
    if enumeration.order == ByteOrder::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// Bytes that one element takes in a file, where that differs from memory: texts and sequences are a length and the place of a
/// heap entry.
pub(crate) fn stored_size(dtype: &Dtype) -> u64 {
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Variable => 16,
        Dtype::Compound(compound) => {
            let inner =
                |size: fn(&Dtype) -> u64| compound.members.iter().map(|member| size(&member.dtype)).sum::<u64>();
            (compound.size as u64 + inner(stored_size)).saturating_sub(inner(|dtype| dtype.size() as u64))
        }
        Dtype::Array(element, dims) => {
            dims.iter().fold(stored_size(element), |size, dim| size.saturating_mul(*dim as u64))
        }
        _ => dtype.size() as u64,
    }
}
