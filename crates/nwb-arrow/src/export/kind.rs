//! Which Arrow type stands for what one element, or one cell, is.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields};
use nwb_model::ErrorKind;
use nwb_model::dtype::{Dtype, Number};

use super::Offsets;
use crate::error::{Error, Result};

/// The name that Arrow gives to what is in a list.
const ITEM: &str = "item";

/// What one element is.
pub(super) fn element_type(dtype: &Dtype, offsets: Offsets) -> Result<DataType> {
    Ok(match dtype {
        Dtype::Number(number, _) => number_type(*number),
        Dtype::Bool => DataType::Boolean,
        Dtype::Text(_) | Dtype::Reference | Dtype::RegionReference => offsets.text(),
        Dtype::Compound(compound) => {
            let member = |member: &nwb_model::dtype::Member| {
                Ok(Field::new(&member.name, element_type(&member.dtype, offsets)?, is_nullable(&member.dtype)))
            };
            DataType::Struct(compound.members.iter().map(member).collect::<Result<Fields>>()?)
        }
        Dtype::Enum(_) => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        Dtype::Array(element, dims) => {
            let lengths: Vec<u64> = dims.iter().map(|&len| len as u64).collect();
            within_axes(element_type(element, offsets)?, is_nullable(element), &lengths)?
        }
        Dtype::Sequence(element) => offsets.list(item(element_type(element, offsets)?, is_nullable(element))),
        Dtype::Foreign(foreign) => DataType::FixedSizeBinary(fixed(foreign.size as u64)?),
    })
}

/// Whether an element may be absent: a reference that leads nowhere.
pub(super) fn is_nullable(dtype: &Dtype) -> bool {
    matches!(dtype, Dtype::Reference | Dtype::RegionReference)
}

/// Elements in the axes of a cell, slowest first: lists of fixed size, the last axis innermost.
pub(super) fn within_axes(element: DataType, nullable: bool, axes: &[u64]) -> Result<DataType> {
    let mut nullable = nullable;
    axes.iter().rev().try_fold(element, |inner, &len| {
        let list = DataType::FixedSizeList(item(inner, nullable), fixed(len)?);
        nullable = false;
        Ok(list)
    })
}

pub(super) fn item(data_type: DataType, nullable: bool) -> FieldRef {
    Arc::new(Field::new(ITEM, data_type, nullable))
}

pub(super) fn fixed(len: u64) -> Result<i32> {
    i32::try_from(len).map_err(|_| {
        Error::new(ErrorKind::Limit, "a cell is too large for Arrow")
            .expected(format!("axes of up to {}", i32::MAX))
            .found(len.to_string())
    })
}

pub(super) fn number_type(number: Number) -> DataType {
    match number {
        Number::I8 => DataType::Int8,
        Number::I16 => DataType::Int16,
        Number::I32 => DataType::Int32,
        Number::I64 => DataType::Int64,
        Number::U8 => DataType::UInt8,
        Number::U16 => DataType::UInt16,
        Number::U32 => DataType::UInt32,
        Number::U64 => DataType::UInt64,
        Number::F16 => DataType::Float16,
        Number::F32 => DataType::Float32,
        Number::F64 => DataType::Float64,
    }
}
