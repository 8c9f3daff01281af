//! The cells of one column, element after element, as they are written.

use super::cell::{Elements, Plain};
use crate::backend::Address;
use crate::data::Data;
use crate::draft::Owner;
use crate::dtype::{Dtype, Number};
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Bytes, Heap, Shape, Value, damaged, transplant};

#[derive(Clone, Debug)]
pub(super) enum Buffer {
    /// The elements' bytes in this machine's order.
    Plain(Plain, Vec<u8>),
    /// All texts in one run of bytes.
    Texts(Heap, u64),
    References(Option<Owner>, Vec<u64>),
    /// Packed records of start, count and reference.
    Spans(Option<Owner>, Vec<u8>),
    Records(Dtype, Vec<u8>, Heap),
}

/// The records of a `TimeSeriesReferenceVectorData`.
pub(super) fn span_dtype() -> Dtype {
    let int = Dtype::Number(Number::I32, crate::dtype::ByteOrder::NATIVE);
    Dtype::packed([("idx_start", int.clone()), ("count", int), ("timeseries", Dtype::Reference)])
}

impl Buffer {
    /// An empty one for elements such as these.
    pub(super) fn for_elements(elements: &Elements<'_>) -> Self {
        match elements {
            Elements::Plain(plain, _) => Self::Plain(*plain, Vec::new()),
            Elements::Texts(_) => Self::Texts(Heap::new(), 0),
            Elements::References(_) => Self::References(None, Vec::new()),
            Elements::Spans(_) => Self::Spans(None, Vec::new()),
            Elements::Records(value) => Self::Records(value.dtype().clone(), Vec::new(), Heap::new()),
        }
    }

    /// The edit whose objects the elements refer to.
    pub(super) fn owner(&self) -> Option<Owner> {
        match self {
            Self::References(owner, _) | Self::Spans(owner, _) => *owner,
            _ => None,
        }
    }

    /// Adds elements, which were checked to be of its kind.
    pub(super) fn push(&mut self, elements: &Elements<'_>) -> Result<()> {
        match (self, elements) {
            (Self::Plain(own, bytes), Elements::Plain(given, elements)) if own == given => {
                bytes.extend_from_slice(elements.as_slice());
                Ok(())
            }
            (Self::Plain(own, bytes), Elements::Plain(given, elements)) => {
                let (Plain::Number(have), Plain::Number(comes)) = (*own, *given) else { return Err(other_kind()) };
                if comes.size() > have.size() {
                    *bytes = widened(bytes, have, comes)?;
                    *own = *given;
                    bytes.extend_from_slice(elements.as_slice());
                } else {
                    bytes.extend_from_slice(&widened(elements.as_slice(), comes, have)?);
                }
                Ok(())
            }
            (Self::Texts(heap, count), Elements::Texts(texts)) => {
                for text in texts.iter() {
                    heap.push_text(text);
                    *count += 1;
                }
                Ok(())
            }
            (Self::References(owner, addresses), Elements::References(references)) => {
                for reference in references.as_slice() {
                    *owner = Some(reference.owner);
                    addresses.push(reference.address.0);
                }
                Ok(())
            }
            (Self::Spans(owner, bytes), Elements::Spans(spans)) => {
                for span in spans.as_slice() {
                    *owner = Some(span.series.owner);
                    bytes.extend_from_slice(&span.start.to_ne_bytes());
                    bytes.extend_from_slice(&span.count.to_ne_bytes());
                    bytes.extend_from_slice(&span.series.address.0.to_ne_bytes());
                }
                Ok(())
            }
            (Self::Records(dtype, bytes, heap), Elements::Records(value)) => {
                let size = dtype.size().max(1);
                let from = bytes.len();
                bytes.extend_from_slice(value.bytes());
                if !dtype.is_plain() {
                    for place in bytes.get_mut(from..).ok_or_else(damaged)?.chunks_exact_mut(size) {
                        transplant(dtype, place, value.heap(), heap, &mut Ok)?;
                    }
                }
                Ok(())
            }
            _ => Err(other_kind()),
        }
    }

    /// All of it, along these axes.
    pub(super) fn into_data(self, dims: Vec<u64>) -> Result<Data> {
        let shape = Shape::Simple(dims);
        let owner = self.owner();
        let value = match self {
            Self::Plain(plain, bytes) => Value::from_parts(plain.dtype(), shape, aligned(plain, bytes), None)?,
            Self::Texts(heap, count) => {
                Value::from_parts(Dtype::TEXT, shape, Bytes::from_vec((0..count).collect::<Vec<u64>>()), Some(heap))?
            }
            Self::References(_, addresses) => Value::references(addresses.into_iter().map(Address)).reshaped(shape)?,
            Self::Spans(_, bytes) => Value::from_parts(span_dtype(), shape, Bytes::from_vec(bytes), Some(Heap::new()))?,
            Self::Records(dtype, bytes, heap) => Value::from_parts(dtype, shape, Bytes::from_vec(bytes), Some(heap))?,
        };
        Ok(Data::from(value).owned_by(owner))
    }
}

/// A vector of bytes lies where any number can lie, in practice; where it does not, it is copied.
fn aligned(plain: Plain, bytes: Vec<u8>) -> Bytes {
    let size = plain.dtype().size();
    if bytes.as_ptr().align_offset(size) == 0 {
        return Bytes::from_vec(bytes);
    }
    let mut words = vec![0u64; bytes.len().div_ceil(8)];
    if bytes.len().is_multiple_of(8) {
        bytemuck::cast_slice_mut::<u64, u8>(&mut words).copy_from_slice(&bytes);
        return Bytes::from_vec(words);
    }
    Bytes::from_vec(bytes)
}

/// Numbers of one kind in a wider type of that kind.
pub(super) fn widened(bytes: &[u8], from: Number, to: Number) -> Result<Vec<u8>> {
    fn cast<T: Element>(from: &Dtype, bytes: &[u8]) -> Result<Vec<u8>> {
        Ok(T::into_bytes(T::from_stored(from, bytes)?).as_slice().to_vec())
    }
    let from = &Dtype::native(from);
    match to {
        Number::I8 => cast::<i8>(from, bytes),
        Number::I16 => cast::<i16>(from, bytes),
        Number::I32 => cast::<i32>(from, bytes),
        Number::I64 => cast::<i64>(from, bytes),
        Number::U8 => cast::<u8>(from, bytes),
        Number::U16 => cast::<u16>(from, bytes),
        Number::U32 => cast::<u32>(from, bytes),
        Number::U64 => cast::<u64>(from, bytes),
        Number::F16 => cast::<half::f16>(from, bytes),
        Number::F32 => cast::<f32>(from, bytes),
        Number::F64 => cast::<f64>(from, bytes),
    }
}

fn other_kind() -> Error {
    Error::new(ErrorKind::Invalid, "the elements are of another kind than those before")
}
