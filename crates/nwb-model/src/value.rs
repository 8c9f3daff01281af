//! Elements in memory: what an attribute holds and what a read gives.

mod from;
mod gather;
mod heap;

use std::fmt::{self, Debug};
use std::sync::Arc;

use ndarray::{ArrayBase, Data, Dimension};

use crate::backend::Address;
use crate::dtype::{Compound, Dtype, TextLength, TextType};
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use gather::gather;
use heap::same_elements;
pub use heap::{Heap, RegionReference};
pub(crate) use heap::{damaged, fill_slot, slot, transplant};

/// How many elements there are, and along which axes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// None at all, and no axes either: HDF5's null dataspace.
    Null,
    /// Just one, without axes.
    Scalar,
    /// The length of each axis, slowest first; at least one axis.
    Simple(Vec<u64>),
}

impl Shape {
    /// The shape with these axes; none is a scalar.
    #[must_use]
    pub fn of(dims: &[u64]) -> Self {
        if dims.is_empty() { Self::Scalar } else { Self::Simple(dims.to_vec()) }
    }

    /// The lengths of the axes; none for a scalar or null.
    #[must_use]
    pub fn dims(&self) -> &[u64] {
        match self {
            Self::Null | Self::Scalar => &[],
            Self::Simple(dims) => dims,
        }
    }

    /// How many elements, or `None` where that is beyond a 64-bit number (only a damaged file says so).
    #[must_use]
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::Null => Some(0),
            Self::Scalar => Some(1),
            Self::Simple(dims) => {
                if dims.contains(&0) {
                    return Some(0);
                }
                dims.iter().try_fold(1u64, |product, &dim| product.checked_mul(dim))
            }
        }
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Scalar => f.write_str("scalar"),
            Self::Simple(dims) => write!(f, "{dims:?}"),
        }
    }
}

/// Bytes of elements that are shared, not copied; aligned as the vector was that they came from.
#[derive(Clone)]
pub struct Bytes(Arc<dyn Store>);

trait Store: Send + Sync {
    fn bytes(&self) -> &[u8];
}

impl<T: bytemuck::NoUninit + Send + Sync> Store for Vec<T> {
    fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self)
    }
}

struct Owner<T>(T);

impl<T: AsRef<[u8]> + Send + Sync> Store for Owner<T> {
    fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl Bytes {
    /// Takes a vector over, without a copy.
    #[must_use]
    pub fn from_vec<T: bytemuck::NoUninit + Send + Sync>(elements: Vec<T>) -> Self {
        Self(Arc::new(elements))
    }

    /// Takes over whatever holds bytes and always the same ones: a piece of a file in memory, say.
    #[must_use]
    pub fn from_owner(owner: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Owner(owner)))
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.as_slice().len())
    }
}

/// Elements of one type in a shape, in element form (see [`Dtype`]); cheap to clone.
#[derive(Clone, Debug)]
pub struct Value {
    dtype: Dtype,
    shape: Shape,
    bytes: Bytes,
    heap: Option<Arc<Heap>>,
}

impl Value {
    /// A value from its parts.
    ///
    /// # Errors
    /// When the bytes are not as many as type and shape ask for.
    pub fn from_parts(dtype: Dtype, shape: Shape, bytes: Bytes, heap: Option<Heap>) -> Result<Self> {
        let needed = shape.len().and_then(|len| len.checked_mul(dtype.size() as u64));
        if needed != Some(bytes.as_slice().len() as u64) {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("a value of {dtype} and shape {shape} has the wrong number of bytes"),
            )
            .expected(needed.map_or("a size that fits in memory".into(), |n| n.to_string()))
            .found(bytes.as_slice().len().to_string()));
        }
        Ok(Self { dtype, shape, bytes, heap: heap.map(Arc::new) })
    }

    /// A single number, or true or false.
    pub fn scalar<T: Element>(value: T) -> Self {
        Self { dtype: T::dtype(), shape: Shape::Scalar, bytes: T::into_bytes(vec![value]), heap: None }
    }

    /// Numbers along one axis.
    pub fn vector<T: Element>(values: Vec<T>) -> Self {
        let shape = Shape::Simple(vec![values.len() as u64]);
        Self { dtype: T::dtype(), shape, bytes: T::into_bytes(values), heap: None }
    }

    /// An array in its logical order; taken over without a copy where it lies in that order and owns its elements.
    pub fn array<T: Element, D: Dimension>(array: ndarray::Array<T, D>) -> Self {
        let shape = Shape::of(&array.shape().iter().map(|&n| n as u64).collect::<Vec<_>>());
        let elements = if array.is_standard_layout() {
            let len = array.len();
            let (elements, offset) = array.into_raw_vec_and_offset();
            match offset {
                Some(0) | None if elements.len() == len => elements,
                offset => elements.into_iter().skip(offset.unwrap_or(0)).take(len).collect(),
            }
        } else {
            array.iter().copied().collect()
        };
        Self { dtype: T::dtype(), shape, bytes: T::into_bytes(elements), heap: None }
    }

    /// A copy of an array's elements, in its logical order.
    pub fn copy_of<T: Element, S: Data<Elem = T>, D: Dimension>(array: &ArrayBase<S, D>) -> Self {
        Self::array(array.to_owned())
    }

    /// One text, UTF-8, of variable length.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::text_values(Dtype::TEXT, Shape::Scalar, [text])
    }

    /// One text, declared ASCII, of variable length: dates are stored so.
    #[must_use]
    pub fn ascii(text: &str) -> Self {
        Self::text_values(Dtype::ASCII, Shape::Scalar, [text])
    }

    /// Texts along one axis, UTF-8, of variable length.
    pub fn texts<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Self {
        let mut value = Self::text_values(Dtype::TEXT, Shape::Null, texts);
        value.shape = Shape::Simple(vec![(value.bytes.as_slice().len() / 8) as u64]);
        value
    }

    fn text_values<S: AsRef<str>>(dtype: Dtype, shape: Shape, texts: impl IntoIterator<Item = S>) -> Self {
        let mut heap = Heap::new();
        let indices: Vec<u64> = texts.into_iter().map(|text| heap.push_text(text.as_ref().as_bytes())).collect();
        Self { dtype, shape, bytes: Bytes::from_vec(indices), heap: Some(Arc::new(heap)) }
    }

    /// One reference.
    #[must_use]
    pub fn reference(target: Address) -> Self {
        Self { dtype: Dtype::Reference, shape: Shape::Scalar, bytes: Bytes::from_vec(vec![target.0]), heap: None }
    }

    /// References along one axis.
    pub fn references(targets: impl IntoIterator<Item = Address>) -> Self {
        let addresses: Vec<u64> = targets.into_iter().map(|target| target.0).collect();
        let shape = Shape::Simple(vec![addresses.len() as u64]);
        Self { dtype: Dtype::Reference, shape, bytes: Bytes::from_vec(addresses), heap: None }
    }

    /// What one element is.
    #[must_use]
    pub fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// How many there are.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The elements' bytes, in element form.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The parts without fixed size.
    #[must_use]
    pub fn heap(&self) -> Option<&Heap> {
        self.heap.as_deref()
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self.dtype.size() {
            0 => self.shape.len().and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
            size => self.bytes().len() / size,
        }
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same elements in another shape of the same size.
    ///
    /// # Errors
    /// When the shape is of another size.
    pub fn reshaped(self, shape: Shape) -> Result<Self> {
        if shape.len() == self.shape.len() {
            Ok(Self { shape, ..self })
        } else {
            Err(Error::new(ErrorKind::Invalid, "a reshaped value keeps its number of elements")
                .expected(self.shape.to_string())
                .found(shape.to_string()))
        }
    }

    /// The numbers as they lie, if they are of just this type, in this machine's byte order. No copy.
    #[must_use]
    pub fn as_slice<T: Element + bytemuck::AnyBitPattern>(&self) -> Option<&[T]> {
        (self.dtype == T::dtype()).then(|| bytemuck::try_cast_slice(self.bytes()).ok()).flatten()
    }

    /// All elements as numbers of one type, in order, each converted exactly.
    ///
    /// # Errors
    /// When the elements are no numbers, or one of them cannot be represented in `T`.
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        T::from_stored(&self.dtype, self.bytes())
    }

    /// All elements as an array of numbers.
    ///
    /// # Errors
    /// As [`to_vec`](Self::to_vec), or when the array has another number of axes than the value.
    pub fn to_array<T: Element, D: Dimension>(&self) -> Result<ndarray::Array<T, D>> {
        shaped(self.to_vec()?, self.shape.dims())
    }

    /// The one number, whether it is stored as a scalar or as an array of one element.
    ///
    /// # Errors
    /// When there is not just one element, or it cannot be represented in `T`.
    pub fn as_scalar<T: Element>(&self) -> Result<T> {
        match self.to_vec::<T>()?.as_slice() {
            [one] => Ok(*one),
            _ => Err(self.not_single("one number")),
        }
    }

    /// The one text, whether it is stored as a scalar or as an array of one element, of variable or fixed length.
    ///
    /// # Errors
    /// When it is not just one text, or not UTF-8.
    pub fn as_text(&self) -> Result<&str> {
        if self.len() != 1 {
            return Err(self.not_single("one text"));
        }
        std::str::from_utf8(self.text_bytes(0)?).map_err(not_utf8)
    }

    /// The texts in order.
    ///
    /// # Errors
    /// When the elements are no texts, or one is not UTF-8.
    pub fn as_texts(&self) -> Result<Vec<&str>> {
        (0..self.len()).map(|i| std::str::from_utf8(self.text_bytes(i)?).map_err(not_utf8)).collect()
    }

    /// The bytes of the text at an index in order, without padding.
    ///
    /// # Errors
    /// When the elements are no texts, or there are fewer.
    pub fn text_bytes(&self, index: usize) -> Result<&[u8]> {
        let Dtype::Text(TextType { length, padding, .. }) = &self.dtype else {
            return Err(self.wrong("text"));
        };
        let size = self.dtype.size();
        let element = index.checked_mul(size).and_then(|at| self.bytes().get(at..at.checked_add(size)?));
        let element = element.ok_or_else(|| self.not_single("more texts"))?;
        match length {
            TextLength::Variable => slot(element).and_then(|at| self.heap()?.text(at)).ok_or_else(damaged),
            TextLength::Fixed(_) => Ok(unpadded(element, *padding)),
        }
    }

    /// The one reference; `None` for a null reference.
    ///
    /// # Errors
    /// When it is not just one reference.
    pub fn as_reference(&self) -> Result<Option<Address>> {
        match self.as_references()?.as_slice() {
            [one] => Ok(one.non_null()),
            _ => Err(self.not_single("one reference")),
        }
    }

    /// The references in order; null ones are [`Address::NULL`].
    ///
    /// # Errors
    /// When the elements are no references.
    pub fn as_references(&self) -> Result<Vec<Address>> {
        if self.dtype != Dtype::Reference {
            return Err(self.wrong("reference"));
        }
        Ok(self.bytes().chunks_exact(8).filter_map(slot).map(Address).collect())
    }

    /// One member of all records, as a value of the same shape.
    ///
    /// # Errors
    /// When the elements are no records, or have no such member.
    pub fn member(&self, name: &str) -> Result<Self> {
        let Dtype::Compound(compound) = &self.dtype else {
            return Err(self.wrong("compound"));
        };
        let member = compound.members.iter().find(|member| member.name == name).ok_or_else(|| {
            let names: Vec<&str> = compound.members.iter().map(|member| member.name.as_str()).collect();
            Error::new(ErrorKind::NotFound, format!("the records have no member \"{name}\"")).found(names.join(", "))
        })?;
        let (size, width) = (compound.size.max(1), member.dtype.size());
        let mut bytes = Vec::with_capacity(self.len().saturating_mul(width));
        for record in self.bytes().chunks_exact(size) {
            let end = member.offset.saturating_add(width);
            bytes.extend_from_slice(record.get(member.offset..end).ok_or_else(damaged)?);
        }
        Ok(Self {
            dtype: member.dtype.clone(),
            shape: self.shape.clone(),
            bytes: Bytes::from_vec(bytes),
            heap: self.heap.clone(),
        })
    }

    /// Records put together from their members, packed; all members have the same shape.
    ///
    /// # Errors
    /// When the members differ in shape.
    pub fn records<N: Into<String>>(members: impl IntoIterator<Item = (N, Self)>) -> Result<Self> {
        let members: Vec<(String, Self)> = members.into_iter().map(|(name, value)| (name.into(), value)).collect();
        let shape = members.first().map_or(Shape::Null, |(_, first)| first.shape.clone());
        if let Some((name, other)) = members.iter().find(|(_, value)| value.shape != shape) {
            return Err(Error::new(ErrorKind::Invalid, format!("member \"{name}\" has another shape than the first"))
                .expected(shape.to_string())
                .found(other.shape.to_string()));
        }
        let dtype = Dtype::packed(members.iter().map(|(name, value)| (name.clone(), value.dtype.clone())));
        let count = members.first().map_or(0, |(_, first)| first.len());
        let mut heap = Heap::new();
        let mut bytes = Vec::with_capacity(count.saturating_mul(dtype.size()));
        for row in 0..count {
            for (_, value) in &members {
                let width = value.dtype.size();
                let element = value.bytes().get(row * width..(row + 1) * width).ok_or_else(damaged)?;
                let at = bytes.len();
                bytes.extend_from_slice(element);
                let place = bytes.get_mut(at..).ok_or_else(damaged)?;
                transplant(&value.dtype, place, value.heap(), &mut heap, &mut Ok)?;
            }
        }
        Self::from_parts(dtype, shape, Bytes::from_vec(bytes), Some(heap))
    }

    /// The same value with every address in it replaced: references of one file made into those of another.
    ///
    /// # Errors
    /// What `map` returns.
    pub fn map_addresses(&self, map: &mut dyn FnMut(Address) -> Result<Address>) -> Result<Self> {
        if !self.dtype.has_references() {
            return Ok(self.clone());
        }
        let mut bytes = self.bytes().to_vec();
        let mut heap = Heap::new();
        for element in bytes.chunks_exact_mut(self.dtype.size().max(1)) {
            transplant(&self.dtype, element, self.heap(), &mut heap, map)?;
        }
        Self::from_parts(self.dtype.clone(), self.shape.clone(), Bytes::from_vec(bytes), Some(heap))
    }

    /// The elements of a region of it, as a value of the region's shape.
    ///
    /// # Errors
    /// When the region reaches outside or has another number of axes.
    pub fn select(&self, region: &Region) -> Result<Self> {
        let dims = self.shape.dims();
        let fits =
            region.axes().len() == dims.len() && region.axes().iter().zip(dims).all(|(axis, &len)| axis.end() <= len);
        if !fits || self.shape == Shape::Null {
            return Err(Error::new(ErrorKind::Invalid, "the region reaches outside the value")
                .expected(format!("a region of shape {}", self.shape))
                .found(format!("{region:?}")));
        }
        if region.is_all_of(dims) {
            return Ok(self.clone());
        }
        let size = self.dtype.size();
        let mut bytes = Vec::with_capacity(usize::try_from(region.len()).unwrap_or(0).saturating_mul(size));
        if !region.is_empty() {
            gather(self.bytes(), size, dims, region.axes(), &mut bytes).ok_or_else(damaged)?;
        }
        Ok(Self {
            dtype: self.dtype.clone(),
            shape: Shape::Simple(region.shape()),
            bytes: Bytes::from_vec(bytes),
            heap: self.heap.clone(),
        })
    }

    /// Every address in it, null ones left out.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        let mut found = Vec::new();
        // The mapping never fails, and what cannot be read holds no address.
        let _ = self.map_addresses(&mut |address| {
            found.push(address);
            Ok(address)
        });
        found
    }

    /// The value as it is declared otherwise: same elements, another type of the same size (ASCII for UTF-8, say).
    ///
    /// # Errors
    /// When the sizes differ.
    pub fn relabelled(self, dtype: Dtype) -> Result<Self> {
        if dtype.size() == self.dtype.size() { Ok(Self { dtype, ..self }) } else { Err(self.wrong(&dtype.to_string())) }
    }

    /// The compound type of the records.
    ///
    /// # Errors
    /// When the elements are no records.
    pub fn compound(&self) -> Result<&Compound> {
        match &self.dtype {
            Dtype::Compound(compound) => Ok(compound),
            _ => Err(self.wrong("compound")),
        }
    }

    fn wrong(&self, expected: &str) -> Error {
        Error::new(ErrorKind::WrongType, "the value is of another type")
            .expected(expected)
            .found(self.dtype.to_string())
    }

    fn not_single(&self, expected: &str) -> Error {
        Error::new(ErrorKind::WrongType, "the value has another number of elements")
            .expected(expected)
            .found(format!("{} of shape {}", self.dtype, self.shape))
    }
}

/// Equal type, shape and elements; texts are compared by their bytes, floats bit by bit.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.dtype == other.dtype
            && self.shape == other.shape
            && self.bytes().len() == other.bytes().len()
            && same_elements(&self.dtype, (self.bytes(), self.heap()), (other.bytes(), other.heap()))
    }
}

fn not_utf8(source: std::str::Utf8Error) -> Error {
    Error::new(ErrorKind::Malformed, "the text is not UTF-8").remedy("read its bytes").caused_by(source)
}

fn unpadded(text: &[u8], padding: crate::dtype::Padding) -> &[u8] {
    use crate::dtype::Padding;
    let end = match padding {
        Padding::NullTerminated => text.iter().position(|&byte| byte == 0),
        Padding::NullPadded => text.iter().rposition(|&byte| byte != 0).map_or(Some(0), |last| Some(last + 1)),
        Padding::SpacePadded => text.iter().rposition(|&byte| byte != b' ').map_or(Some(0), |last| Some(last + 1)),
    };
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// An array of these elements and this shape.
pub(crate) fn shaped<T, D: Dimension>(elements: Vec<T>, dims: &[u64]) -> Result<ndarray::Array<T, D>> {
    let dims: Vec<usize> = dims.iter().map(|&dim| usize::try_from(dim).unwrap_or(usize::MAX)).collect();
    let wrong_rank = || {
        Error::new(ErrorKind::WrongType, "the array has another number of axes than the data")
            .expected(D::NDIM.map_or("any number".into(), |n| format!("{n} axes")))
            .found(format!("shape {dims:?}"))
    };
    let array =
        ndarray::ArrayD::from_shape_vec(dims.clone(), elements).map_err(|error| wrong_rank().caused_by(error))?;
    array.into_dimensionality().map_err(|_| wrong_rank())
}
