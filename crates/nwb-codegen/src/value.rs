//! What a value of the schema is in Rust.

use nwb_schema::spec::{Dtype, FlatDtype, ReferenceKind, Shape};

/// A value that is read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    Text,
    Float,
    Int,
    Uint,
    Bool,
    Time,
    Texts,
    Floats,
    Ints,
    Uints,
    /// Of a kind or shape that only the file knows.
    Any,
}

/// The value of an attribute or of a dataset that holds a single value.
pub(crate) fn of(dtype: Option<&Dtype>, shape: Option<&Shape>) -> ValueType {
    let Some(flat) = dtype.and_then(Dtype::as_flat) else { return ValueType::Any };
    let one = match flat {
        FlatDtype::Text | FlatDtype::Ascii => ValueType::Text,
        FlatDtype::Float32 | FlatDtype::Float64 => ValueType::Float,
        FlatDtype::Int8 | FlatDtype::Int16 | FlatDtype::Int32 | FlatDtype::Int64 => ValueType::Int,
        FlatDtype::Uint8 | FlatDtype::Uint16 | FlatDtype::Uint32 | FlatDtype::Uint64 => ValueType::Uint,
        FlatDtype::Bool => ValueType::Bool,
        FlatDtype::Isodatetime => ValueType::Time,
        FlatDtype::Numeric | FlatDtype::Object | FlatDtype::Region => ValueType::Any,
    };
    if is_single(shape) {
        return one;
    }
    match one {
        _ if !is_list(shape) => ValueType::Any,
        ValueType::Text => ValueType::Texts,
        ValueType::Float => ValueType::Floats,
        ValueType::Int => ValueType::Ints,
        ValueType::Uint => ValueType::Uints,
        _ => ValueType::Any,
    }
}

/// Whether the schema asks for a single value.
pub(crate) fn is_single(shape: Option<&Shape>) -> bool {
    matches!(shape, None | Some(Shape::Scalar))
}

/// Whether the schema asks for values along one axis.
pub(crate) fn is_list(shape: Option<&Shape>) -> bool {
    shape.is_some_and(|shape| shape.alternatives().all(|extents| extents.len() == 1))
}

/// The type that a single reference leads to.
pub(crate) fn reference<'d>(dtype: Option<&'d Dtype>, shape: Option<&Shape>) -> Option<&'d str> {
    match dtype {
        Some(Dtype::Reference { target_type, reftype: ReferenceKind::Object }) if is_single(shape) => Some(target_type),
        _ => None,
    }
}
