//! What a row holds in one column.

use std::borrow::Cow;

use ndarray::{Array, ArrayView, Dimension};

use crate::backend::Address;
use crate::draft::{Handle, Owner};
use crate::dtype::{Dtype, Number};
use crate::element::Element;
use crate::ext::SeriesSpan;
use crate::value::{Shape, Value};
use crate::view::NeurodataType;

/// What a row holds in one column: a number, a text, a reference, or several of them.
///
/// Made by `.into()` from numbers, `bool`, texts, [handles](Handle), [`SeriesSpan`]s; from slices, arrays and vectors of these
/// for a ragged column; from vectors of vectors for a doubly ragged one; from ndarray arrays, arrays of arrays and vectors of
/// arrays where elements have a shape of their own; from a [`Value`] for anything else, records for one. Slices are borrowed.
#[derive(Clone, Debug)]
pub struct Cell<'a>(pub(super) Content<'a>);

#[derive(Clone, Debug)]
pub(super) enum Content<'a> {
    Array(Dims, Elements<'a>),
    List(Vec<Cell<'a>>),
}

/// The lengths of axes, the common cases without memory of their own.
#[derive(Clone, Debug)]
pub(super) enum Dims {
    One,
    Line(u64),
    More(Vec<u64>),
}

impl Dims {
    pub(super) fn as_slice(&self) -> &[u64] {
        match self {
            Self::One => &[],
            Self::Line(len) => std::slice::from_ref(len),
            Self::More(dims) => dims,
        }
    }

    fn of(shape: &Shape) -> Self {
        match shape {
            Shape::Scalar => Self::One,
            Shape::Null => Self::Line(0),
            Shape::Simple(dims) => Self::More(dims.clone()),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Elements<'a> {
    Plain(Plain, PlainBytes<'a>),
    Texts(Texts<'a>),
    References(Many<Reference>),
    Spans(Many<SeriesSpan>),
    Records(Value),
}

/// A type whose elements are nothing but their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Number(Number),
    Bool,
}

impl Plain {
    pub(super) fn dtype(self) -> Dtype {
        match self {
            Self::Number(number) => Dtype::native(number),
            Self::Bool => Dtype::Bool,
        }
    }
}

/// In this machine's byte order.
#[derive(Clone, Debug)]
pub(super) enum PlainBytes<'a> {
    Inline([u8; 8], u8),
    Run(Cow<'a, [u8]>),
}

impl PlainBytes<'_> {
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Inline(bytes, len) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Self::Run(bytes) => bytes,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Texts<'a> {
    One(Cow<'a, str>),
    Borrowed(&'a [&'a str]),
    Strings(&'a [String]),
    Owned(Vec<Cow<'a, str>>),
    /// Texts of a value, which may be no UTF-8.
    Value(Value),
}

impl Texts<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Borrowed(texts) => texts.len(),
            Self::Strings(texts) => texts.len(),
            Self::Owned(texts) => texts.len(),
            Self::Value(value) => value.len(),
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&[u8]> {
        match self {
            Self::One(text) => (index == 0).then(|| text.as_bytes()),
            Self::Borrowed(texts) => texts.get(index).map(|text| text.as_bytes()),
            Self::Strings(texts) => texts.get(index).map(|text| text.as_bytes()),
            Self::Owned(texts) => texts.get(index).map(|text| text.as_bytes()),
            Self::Value(value) => value.text_bytes(index).ok(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }
}

#[derive(Clone, Debug)]
pub(super) enum Many<T> {
    One(T),
    More(Vec<T>),
}

impl<T> Many<T> {
    pub(super) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(more) => more,
        }
    }
}

/// A reference to an object of an edit, and of which type it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    pub(super) owner: Owner,
    pub(super) address: Address,
    pub(super) namespace: &'static str,
    pub(super) type_name: &'static str,
}

impl Cell<'_> {
    /// How many elements it has in all.
    pub(super) fn describe(&self) -> String {
        let named = |what: &str, dims: &Dims| match dims.as_slice() {
            [] => what.to_owned(),
            dims => format!("{what} {dims:?}"),
        };
        match &self.0 {
            Content::List(cells) => format!("a list of {}", cells.len()),
            Content::Array(dims, elements) => match elements {
                Elements::Plain(plain, _) => named(&plain.dtype().to_string(), dims),
                Elements::Texts(_) => named("text", dims),
                Elements::References(_) => named("reference", dims),
                Elements::Spans(_) => named("samples of a series", dims),
                Elements::Records(value) => named(&value.dtype().to_string(), dims),
            },
        }
    }
}

fn plain<'a, T: bytemuck::NoUninit>(kind: Plain, value: T) -> Cell<'a> {
    let bytes = bytemuck::bytes_of(&value);
    let mut inline = [0; 8];
    for (to, from) in inline.iter_mut().zip(bytes) {
        *to = *from;
    }
    Cell(Content::Array(Dims::One, Elements::Plain(kind, PlainBytes::Inline(inline, bytes.len() as u8))))
}

fn run<T: bytemuck::NoUninit>(kind: Plain, dims: Dims, elements: &[T]) -> Cell<'_> {
    let bytes = Cow::Borrowed(bytemuck::cast_slice(elements));
    Cell(Content::Array(dims, Elements::Plain(kind, PlainBytes::Run(bytes))))
}

fn owned<'a, T: bytemuck::NoUninit>(kind: Plain, dims: Dims, elements: &[T]) -> Cell<'a> {
    let bytes = Cow::Owned(bytemuck::cast_slice(elements).to_vec());
    Cell(Content::Array(dims, Elements::Plain(kind, PlainBytes::Run(bytes))))
}

macro_rules! plain_cells {
    ($($t:ty = $kind:expr),* $(,)?) => {$(
        impl From<$t> for Cell<'_> {
            fn from(value: $t) -> Self {
                plain($kind, value)
            }
        }

        impl<'a> From<&'a [$t]> for Cell<'a> {
            fn from(elements: &'a [$t]) -> Self {
                run($kind, Dims::Line(elements.len() as u64), elements)
            }
        }

        impl<'a> From<&'a Vec<$t>> for Cell<'a> {
            fn from(elements: &'a Vec<$t>) -> Self {
                elements.as_slice().into()
            }
        }

        impl From<Vec<$t>> for Cell<'_> {
            fn from(elements: Vec<$t>) -> Self {
                owned($kind, Dims::Line(elements.len() as u64), &elements)
            }
        }

        impl<const N: usize> From<[$t; N]> for Cell<'_> {
            fn from(elements: [$t; N]) -> Self {
                owned($kind, Dims::Line(N as u64), &elements)
            }
        }

        impl<const N: usize, const M: usize> From<[[$t; M]; N]> for Cell<'_> {
            fn from(elements: [[$t; M]; N]) -> Self {
                owned($kind, Dims::More(vec![N as u64, M as u64]), elements.as_flattened())
            }
        }

        impl<'a, const M: usize> From<&'a [[$t; M]]> for Cell<'a> {
            fn from(elements: &'a [[$t; M]]) -> Self {
                run($kind, Dims::More(vec![elements.len() as u64, M as u64]), elements.as_flattened())
            }
        }

        impl<const M: usize> From<Vec<Vec<[$t; M]>>> for Cell<'_> {
            fn from(lists: Vec<Vec<[$t; M]>>) -> Self {
                nested(lists)
            }
        }

        impl<const M: usize> From<Vec<[$t; M]>> for Cell<'_> {
            fn from(elements: Vec<[$t; M]>) -> Self {
                owned($kind, Dims::More(vec![elements.len() as u64, M as u64]), elements.as_flattened())
            }
        }
    )*};
}
plain_cells!(
    i8 = Plain::Number(Number::I8),
    i16 = Plain::Number(Number::I16),
    i32 = Plain::Number(Number::I32),
    i64 = Plain::Number(Number::I64),
    u8 = Plain::Number(Number::U8),
    u16 = Plain::Number(Number::U16),
    u32 = Plain::Number(Number::U32),
    u64 = Plain::Number(Number::U64),
    f32 = Plain::Number(Number::F32),
    f64 = Plain::Number(Number::F64),
    bool = Plain::Bool,
);

impl<T: Element, D: Dimension> From<Array<T, D>> for Cell<'_> {
    fn from(array: Array<T, D>) -> Self {
        Value::array(array).into()
    }
}

impl<T: Element, D: Dimension> From<ArrayView<'_, T, D>> for Cell<'_> {
    fn from(array: ArrayView<'_, T, D>) -> Self {
        Value::copy_of(&array).into()
    }
}

fn texts<'a>(dims: Dims, texts: Texts<'a>) -> Cell<'a> {
    Cell(Content::Array(dims, Elements::Texts(texts)))
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        texts(Dims::One, Texts::One(Cow::Borrowed(text)))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        texts(Dims::One, Texts::One(Cow::Owned(text)))
    }
}

impl<'a> From<&'a [&'a str]> for Cell<'a> {
    fn from(list: &'a [&'a str]) -> Self {
        texts(Dims::Line(list.len() as u64), Texts::Borrowed(list))
    }
}

impl<'a> From<&'a [String]> for Cell<'a> {
    fn from(list: &'a [String]) -> Self {
        texts(Dims::Line(list.len() as u64), Texts::Strings(list))
    }
}

impl<'a> From<&'a Vec<String>> for Cell<'a> {
    fn from(list: &'a Vec<String>) -> Self {
        list.as_slice().into()
    }
}

impl<'a> From<Vec<&'a str>> for Cell<'a> {
    fn from(list: Vec<&'a str>) -> Self {
        let dims = Dims::Line(list.len() as u64);
        texts(dims, Texts::Owned(list.into_iter().map(Cow::Borrowed).collect()))
    }
}

impl From<Vec<String>> for Cell<'_> {
    fn from(list: Vec<String>) -> Self {
        let dims = Dims::Line(list.len() as u64);
        texts(dims, Texts::Owned(list.into_iter().map(Cow::Owned).collect()))
    }
}

impl<'a, const N: usize> From<[&'a str; N]> for Cell<'a> {
    fn from(list: [&'a str; N]) -> Self {
        texts(Dims::Line(N as u64), Texts::Owned(list.into_iter().map(Cow::Borrowed).collect()))
    }
}

impl<T: NeurodataType> From<&Handle<T>> for Reference {
    fn from(target: &Handle<T>) -> Self {
        Self { owner: target.owner, address: target.address, namespace: T::NAMESPACE, type_name: T::NAME }
    }
}

impl<T: NeurodataType> From<Handle<T>> for Cell<'_> {
    fn from(target: Handle<T>) -> Self {
        Cell(Content::Array(Dims::One, Elements::References(Many::One((&target).into()))))
    }
}

impl<T: NeurodataType> From<&[Handle<T>]> for Cell<'_> {
    fn from(targets: &[Handle<T>]) -> Self {
        let dims = Dims::Line(targets.len() as u64);
        Cell(Content::Array(dims, Elements::References(Many::More(targets.iter().map(Reference::from).collect()))))
    }
}

impl<T: NeurodataType> From<Vec<Handle<T>>> for Cell<'_> {
    fn from(targets: Vec<Handle<T>>) -> Self {
        targets.as_slice().into()
    }
}

impl<T: NeurodataType, const N: usize> From<[Handle<T>; N]> for Cell<'_> {
    fn from(targets: [Handle<T>; N]) -> Self {
        targets.as_slice().into()
    }
}

impl From<SeriesSpan> for Cell<'_> {
    fn from(span: SeriesSpan) -> Self {
        Cell(Content::Array(Dims::One, Elements::Spans(Many::One(span))))
    }
}

impl From<Vec<SeriesSpan>> for Cell<'_> {
    fn from(spans: Vec<SeriesSpan>) -> Self {
        Cell(Content::Array(Dims::Line(spans.len() as u64), Elements::Spans(Many::More(spans))))
    }
}

impl<const N: usize> From<[SeriesSpan; N]> for Cell<'_> {
    fn from(spans: [SeriesSpan; N]) -> Self {
        spans.to_vec().into()
    }
}

/// Lists in a list: the cells of a doubly ragged column.
fn nested<'a, T: Into<Cell<'a>>>(lists: Vec<T>) -> Cell<'a> {
    Cell(Content::List(lists.into_iter().map(Into::into).collect()))
}

// Type by type: an implementation for lists of whatever is a cell would have no end.
macro_rules! nested_cells {
    ($($t:ty),*) => {$(
        impl<'a> From<Vec<Vec<$t>>> for Cell<'a> {
            fn from(lists: Vec<Vec<$t>>) -> Self {
                nested(lists)
            }
        }
    )*};
}
nested_cells!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool, &'a str, String, SeriesSpan, Cell<'a>);

impl<T: NeurodataType> From<Vec<Vec<Handle<T>>>> for Cell<'_> {
    fn from(lists: Vec<Vec<Handle<T>>>) -> Self {
        nested(lists)
    }
}

/// Cells in a list, for lists in lists of any kind.
impl<'a> From<Vec<Cell<'a>>> for Cell<'a> {
    fn from(cells: Vec<Cell<'a>>) -> Self {
        Cell(Content::List(cells))
    }
}

/// Elements of any type, along the axes that they have.
impl From<Value> for Cell<'_> {
    fn from(value: Value) -> Self {
        let dims = Dims::of(value.shape());
        let plain = match value.dtype() {
            Dtype::Number(number, order) if *order == crate::dtype::ByteOrder::NATIVE => Some(Plain::Number(*number)),
            Dtype::Bool => Some(Plain::Bool),
            _ => None,
        };
        let elements = match (plain, value.dtype()) {
            (Some(plain), _) => Elements::Plain(plain, PlainBytes::Run(Cow::Owned(value.bytes().to_vec()))),
            (None, Dtype::Text(_)) => Elements::Texts(Texts::Value(value)),
            (None, _) => Elements::Records(value),
        };
        Cell(Content::Array(dims, elements))
    }
}
