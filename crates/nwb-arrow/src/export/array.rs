//! Elements of a file as Arrow arrays: numbers are handed over as they lie, the rest is made in one pass.

use std::sync::Arc;

use arrow_array::builder::NullBufferBuilder;
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, FixedSizeBinaryArray, FixedSizeListArray, GenericListArray,
    GenericStringArray, Int32Array, OffsetSizeTrait, PrimitiveArray, StringArray, StructArray, new_empty_array,
};
use arrow_buffer::{BooleanBuffer, Buffer, MutableBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, FieldRef};
use nwb_model::ErrorKind;
use nwb_model::backend::Address;
use nwb_model::dtype::{ByteOrder, Dtype, Enumeration, Number};
use nwb_model::tree::Object;
use nwb_model::value::{Bytes, Shape, Value};

use super::Offsets;
use super::kind::{element_type, fixed, is_nullable, item};
use crate::error::{Error, Result};

/// All elements of a value along its first axis; further axes become lists of fixed size.
pub(super) fn rows(value: &Value, offsets: Offsets, file: &Object) -> Result<ArrayRef> {
    in_axes(elements(value, offsets, file)?, is_nullable(value.dtype()), value.shape())
}

/// Puts elements into the axes that they had in a value of this shape, the first one aside.
pub(super) fn in_axes(elements: ArrayRef, nullable: bool, shape: &Shape) -> Result<ArrayRef> {
    within_axes(elements, nullable, shape.dims().get(1..).unwrap_or_default(), shape.dims())
}

/// Puts elements into the axes of their cells; `dims` are all axes, the rows' own first.
fn within_axes(elements: ArrayRef, nullable: bool, axes: &[u64], dims: &[u64]) -> Result<ArrayRef> {
    let mut nullable = nullable;
    let mut inner = elements;
    for (above, &len) in axes.iter().enumerate().rev() {
        let count = dims.iter().take(above + 1).fold(1u64, |count, &dim| count.saturating_mul(dim));
        let field = item(inner.data_type().clone(), nullable);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        inner = Arc::new(FixedSizeListArray::try_new_with_length(field, fixed(len)?, inner, None, count)?);
        nullable = false;
    }
    Ok(inner)
}

/// All elements of a value in order, whatever its axes.
fn elements(value: &Value, offsets: Offsets, file: &Object) -> Result<ArrayRef> {
    Ok(match value.dtype() {
        Dtype::Number(number, order) => numbers(value, *number, *order),
        Dtype::Bool => Arc::new(BooleanArray::new(bits(value.bytes()), None)),
        Dtype::Text(_) => match offsets {
            Offsets::Narrow => texts::<i32>(value)?,
            Offsets::Wide => texts::<i64>(value)?,
        },
        Dtype::Reference => paths(value.as_references()?.into_iter(), offsets, file)?,
        Dtype::RegionReference => paths(regions(value), offsets, file)?,
        Dtype::Compound(compound) => {
            let DataType::Struct(fields) = element_type(value.dtype(), offsets)? else {
                return Err(Error::new(ErrorKind::Unsupported, "records are structs"));
            };
            let member = |name: &str| elements(&value.member(name)?, offsets, file);
            let members = compound.members.iter().map(|m| member(&m.name)).collect::<Result<Vec<_>>>()?;
            Arc::new(StructArray::try_new_with_length(fields, members, None, value.len())?)
        }
        Dtype::Enum(enumeration) => named(value, enumeration)?,
        Dtype::Array(element, dims) => {
            let count = dims.iter().fold(value.len() as u64, |count, &dim| count.saturating_mul(dim as u64));
            let shape = Shape::Simple(vec![count]);
            let flat = Bytes::from_vec(value.bytes().to_vec());
            let flat = Value::from_parts((**element).clone(), shape, flat, value.heap().cloned())?;
            let axes: Vec<u64> = dims.iter().map(|&dim| dim as u64).collect();
            let all: Vec<u64> = std::iter::once(value.len() as u64).chain(axes.iter().copied()).collect();
            within_axes(elements(&flat, offsets, file)?, is_nullable(element), &axes, &all)?
        }
        Dtype::Sequence(element) => sequences(value, element, offsets, file)?,
        Dtype::Foreign(foreign) => {
            let size = fixed(foreign.size as u64)?;
            Arc::new(FixedSizeBinaryArray::try_new_with_len(size, shared(value), None, value.len())?)
        }
    })
}

/// What keeps the elements of a value alive for Arrow.
struct Owner(Value);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// The bytes of a value, not copied.
fn shared(value: &Value) -> Buffer {
    Buffer::from(bytes::Bytes::from_owner(Owner(value.clone())))
}

fn numbers(value: &Value, number: Number, order: ByteOrder) -> ArrayRef {
    match number {
        Number::I8 => primitive::<Int8Type>(value, order),
        Number::I16 => primitive::<Int16Type>(value, order),
        Number::I32 => primitive::<Int32Type>(value, order),
        Number::I64 => primitive::<Int64Type>(value, order),
        Number::U8 => primitive::<UInt8Type>(value, order),
        Number::U16 => primitive::<UInt16Type>(value, order),
        Number::U32 => primitive::<UInt32Type>(value, order),
        Number::U64 => primitive::<UInt64Type>(value, order),
        Number::F16 => primitive::<Float16Type>(value, order),
        Number::F32 => primitive::<Float32Type>(value, order),
        Number::F64 => primitive::<Float64Type>(value, order),
    }
}

fn primitive<T: ArrowPrimitiveType>(value: &Value, order: ByteOrder) -> ArrayRef {
    let width = size_of::<T::Native>();
    let stored = value.bytes();
    let buffer = if order != ByteOrder::NATIVE && width > 1 {
        let mut turned = MutableBuffer::with_capacity(stored.len());
        turned.extend_from_slice(stored);
        turned.as_slice_mut().chunks_exact_mut(width).for_each(<[u8]>::reverse);
        turned.into()
    } else if stored.as_ptr().align_offset(align_of::<T::Native>()) == 0 {
        shared(value)
    } else {
        Buffer::from_slice_ref(stored)
    };
    Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::new(buffer, 0, stored.len() / width), None))
}

fn bits(bytes: &[u8]) -> BooleanBuffer {
    bytes.iter().map(|&byte| byte != 0).collect()
}

/// Texts of a batch, or their absence.
struct Texts<O> {
    ends: Vec<O>,
    bytes: Vec<u8>,
    nulls: NullBufferBuilder,
}

impl<O: OffsetSizeTrait> Texts<O> {
    fn with_capacity(count: usize) -> Self {
        let mut ends = Vec::with_capacity(count.saturating_add(1));
        ends.push(O::zero());
        Self { ends, bytes: Vec::new(), nulls: NullBufferBuilder::new(count) }
    }

    fn push(&mut self, text: Option<&[u8]>) -> Result<()> {
        self.bytes.extend_from_slice(text.unwrap_or_default());
        self.ends.push(O::from_usize(self.bytes.len()).ok_or_else(too_long)?);
        self.nulls.append(text.is_some());
        Ok(())
    }

    fn finish(mut self) -> Result<ArrayRef> {
        // The builder of offsets is checked: they ascend from zero by construction.
        let offsets = OffsetBuffer::new(self.ends.into());
        let made = GenericStringArray::<O>::try_new(offsets, Buffer::from_vec(self.bytes), self.nulls.finish());
        Ok(Arc::new(made?))
    }
}

fn too_long() -> Error {
    Error::new(ErrorKind::Limit, "the cells of one batch are too long for 32-bit offsets")
        .remedy("ask for smaller batches, or for wide offsets")
}

fn texts<O: OffsetSizeTrait>(value: &Value) -> Result<ArrayRef> {
    let mut texts = Texts::<O>::with_capacity(value.len());
    for index in 0..value.len() {
        let text = value.text_bytes(index)?;
        // Arrow checks all of them at once, but cannot say which.
        if let Err(error) = std::str::from_utf8(text) {
            return Err(Error::new(ErrorKind::Malformed, format!("text {index} is not UTF-8")).caused_by(error));
        }
        texts.push(Some(text))?;
    }
    texts.finish()
}

fn paths(addresses: impl ExactSizeIterator<Item = Address>, offsets: Offsets, file: &Object) -> Result<ArrayRef> {
    let objects = addresses.map(|address| file.resolve(address));
    some_texts(objects, |object| object.as_ref().map(Object::path), offsets)
}

/// A text of each item, or its absence.
pub(super) fn some_texts<T>(
    items: impl ExactSizeIterator<Item = T>,
    text: impl Fn(&T) -> Option<&str>,
    offsets: Offsets,
) -> Result<ArrayRef> {
    fn all<T, O: OffsetSizeTrait>(
        items: impl ExactSizeIterator<Item = T>,
        text: impl Fn(&T) -> Option<&str>,
    ) -> Result<ArrayRef> {
        let mut texts = Texts::<O>::with_capacity(items.len());
        for item in items {
            texts.push(text(&item).map(str::as_bytes))?;
        }
        texts.finish()
    }
    match offsets {
        Offsets::Narrow => all::<T, i32>(items, text),
        Offsets::Wide => all::<T, i64>(items, text),
    }
}

/// The datasets that region references lead into.
fn regions(value: &Value) -> impl ExactSizeIterator<Item = Address> {
    let size = value.dtype().size().max(1);
    let target = |element: &[u8]| Some(value.heap()?.region(slot(element)?)?.target);
    value.bytes().chunks_exact(size).map(move |element| target(element).unwrap_or(Address::NULL))
}

fn slot(element: &[u8]) -> Option<u64> {
    element.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}

/// Numbers with names, by their names.
fn named(value: &Value, enumeration: &Enumeration) -> Result<ArrayRef> {
    let place = |number: i64| {
        let found = enumeration.members.iter().position(|(_, value)| *value == i128::from(number));
        found.and_then(|at| i32::try_from(at).ok()).ok_or_else(|| {
            Error::new(ErrorKind::Malformed, "a value of an enumeration has no name").found(number.to_string())
        })
    };
    let keys = value.to_vec::<i64>()?.into_iter().map(place).collect::<Result<Vec<_>>>()?;
    let names: StringArray = enumeration.members.iter().map(|(name, _)| Some(name.as_str())).collect();
    Ok(Arc::new(DictionaryArray::try_new(Int32Array::from(keys), Arc::new(names))?))
}

fn sequences(value: &Value, element: &Dtype, offsets: Offsets, file: &Object) -> Result<ArrayRef> {
    let mut parts = Vec::with_capacity(value.len());
    let mut ends = Vec::with_capacity(value.len());
    let mut end = 0u64;
    for place in value.bytes().chunks_exact(value.dtype().size().max(1)) {
        let sequence = slot(place).and_then(|at| value.heap()?.sequence(at));
        if let Some(sequence) = sequence {
            end += sequence.len() as u64;
            parts.push(elements(sequence, offsets, file)?);
        }
        ends.push(end);
    }
    let all = match parts.iter().map(|part| part.as_ref()).collect::<Vec<&dyn Array>>().as_slice() {
        [] => new_empty_array(&element_type(element, offsets)?),
        parts => arrow_select::concat::concat(parts)?,
    };
    list(all, &ends, is_nullable(element), offsets)
}

/// Lists of elements; `ends` are where they end.
pub(super) fn list(elements: ArrayRef, ends: &[u64], nullable: bool, offsets: Offsets) -> Result<ArrayRef> {
    fn lists<O: OffsetSizeTrait>(field: FieldRef, elements: ArrayRef, ends: &[u64]) -> Result<ArrayRef> {
        let mut offsets = Vec::with_capacity(ends.len().saturating_add(1));
        offsets.push(O::zero());
        let mut before = 0;
        for &end in ends {
            if end < before || end > elements.len() as u64 {
                return Err(Error::new(ErrorKind::Malformed, "the index does not fit its elements")
                    .expected(format!("{before} to {}", elements.len()))
                    .found(end.to_string()));
            }
            before = end;
            offsets.push(usize::try_from(end).ok().and_then(O::from_usize).ok_or_else(too_long)?);
        }
        Ok(Arc::new(GenericListArray::<O>::try_new(field, OffsetBuffer::new(offsets.into()), elements, None)?))
    }
    let field = item(elements.data_type().clone(), nullable);
    match offsets {
        Offsets::Narrow => lists::<i32>(field, elements, ends),
        Offsets::Wide => lists::<i64>(field, elements, ends),
    }
}

/// Numbers that stand for texts. The keys lie as they are stored.
pub(super) fn categories(keys: &ArrayRef, texts: &ArrayRef) -> Result<ArrayRef> {
    fn keyed<K: ArrowDictionaryKeyType>(keys: &ArrayRef, texts: &ArrayRef) -> Result<ArrayRef> {
        let keys = arrow_array::cast::AsArray::as_primitive::<K>(keys).clone();
        let made = DictionaryArray::try_new(keys, Arc::clone(texts)).map_err(|error| {
            Error::new(ErrorKind::Malformed, "a cell has the number of no category")
                .expected(format!("0 to {}", texts.len().saturating_sub(1)))
                .caused_by(error)
        })?;
        Ok(Arc::new(made))
    }
    match keys.data_type() {
        DataType::Int8 => keyed::<Int8Type>(keys, texts),
        DataType::Int16 => keyed::<Int16Type>(keys, texts),
        DataType::Int32 => keyed::<Int32Type>(keys, texts),
        DataType::Int64 => keyed::<Int64Type>(keys, texts),
        DataType::UInt8 => keyed::<UInt8Type>(keys, texts),
        DataType::UInt16 => keyed::<UInt16Type>(keys, texts),
        DataType::UInt32 => keyed::<UInt32Type>(keys, texts),
        DataType::UInt64 => keyed::<UInt64Type>(keys, texts),
        other => {
            Err(Error::new(ErrorKind::Malformed, "the cells are no numbers of categories").found(other.to_string()))
        }
    }
}
