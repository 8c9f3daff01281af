//! The cells of one column, gathered batch by batch.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, GenericListArray, OffsetSizeTrait, PrimitiveArray};
use arrow_schema::{DataType, FieldRef};
use half::f16;
use nwb_model::ErrorKind;
use nwb_model::dtype::Dtype;
use nwb_model::value::{Bytes, Heap, Shape, Value};

use super::{Nulls, text, unfit};
use crate::error::{Error, Result};

/// Where a value stands, for messages.
pub(super) struct Place<'a> {
    pub(super) column: &'a str,
    /// The row of the table that the value at an index of the array is in.
    pub(super) row_of: &'a dyn Fn(usize) -> u64,
}

impl Place<'_> {
    fn absent(&self, index: usize, remedy: &str) -> Error {
        let (column, row) = (self.column, (self.row_of)(index));
        Error::new(ErrorKind::Invalid, format!("column \"{column}\" has no value in row {row}"))
            .expected("a value in each cell, as tables of NWB files have it")
            .remedy(remedy)
    }
}

/// The cells so far.
#[derive(Debug)]
pub(super) enum Pool {
    Number(Numbers),
    Bool(Vec<bool>),
    Text { heap: Heap, places: Vec<u64> },
    Terms { numbers: Vec<u32>, terms: Vec<String>, known: HashMap<String, u32> },
    List { ends: Vec<u64>, inner: Box<Pool> },
    Fixed { len: u64, count: u64, inner: Box<Pool> },
    Record { count: u64, members: Vec<(String, Pool)> },
}

/// The cells of a whole column.
pub(super) struct Parts {
    pub(super) elements: Value,
    /// Rows first.
    pub(super) ends: Vec<Vec<u64>>,
    pub(super) terms: Option<Vec<String>>,
}

macro_rules! numbers {
    ($($variant:ident($native:ty) = $arrow:ty),* $(,)?) => {
        /// Numbers of one type.
        #[derive(Debug)]
        pub(super) enum Numbers {
            $($variant(Vec<$native>),)*
        }

        impl Numbers {
            fn of(data_type: &DataType) -> Option<Self> {
                match data_type {
                    $(DataType::$variant => Some(Self::$variant(Vec::new())),)*
                    _ => None,
                }
            }

            fn push(&mut self, array: &dyn Array, nulls: Nulls, place: &Place<'_>) -> Result<()> {
                match self {
                    $(Self::$variant(numbers) => {
                        let array = array.as_primitive_opt::<$arrow>().ok_or_else(|| changed(place, array))?;
                        extend(numbers, array, nulls, <$native as Blank>::BLANK, place)
                    })*
                }
            }

            fn finish(self) -> Value {
                match self {
                    $(Self::$variant(numbers) => Value::vector(numbers),)*
                }
            }
        }
    };
}
numbers!(
    Int8(i8) = Int8Type,
    Int16(i16) = Int16Type,
    Int32(i32) = Int32Type,
    Int64(i64) = Int64Type,
    UInt8(u8) = UInt8Type,
    UInt16(u16) = UInt16Type,
    UInt32(u32) = UInt32Type,
    UInt64(u64) = UInt64Type,
    Float16(f16) = Float16Type,
    Float32(f32) = Float32Type,
    Float64(f64) = Float64Type,
);

/// The number that stands for none.
trait Blank: Sized {
    const BLANK: Option<Self>;
}

macro_rules! blanks {
    ($($t:ty = $blank:expr),*) => {$(
        impl Blank for $t {
            const BLANK: Option<Self> = $blank;
        }
    )*};
}
blanks!(i8 = None, i16 = None, i32 = None, i64 = None, u8 = None, u16 = None, u32 = None, u64 = None);
blanks!(f16 = Some(f16::NAN), f32 = Some(f32::NAN), f64 = Some(f64::NAN));

fn extend<T: ArrowPrimitiveType>(
    numbers: &mut Vec<T::Native>,
    array: &PrimitiveArray<T>,
    nulls: Nulls,
    blank: Option<T::Native>,
    place: &Place<'_>,
) -> Result<()> {
    if array.null_count() == 0 {
        numbers.extend_from_slice(array.values());
        return Ok(());
    }
    let blank = blank.filter(|_| nulls == Nulls::Blank);
    for (index, number) in array.iter().enumerate() {
        numbers.push(number.or(blank).ok_or_else(|| place.absent(index, REMEDY))?);
    }
    Ok(())
}

const REMEDY: &str = "fill it, or leave the row out; `Nulls::Blank` does so for floats, texts and lists";

fn changed(place: &Place<'_>, array: &dyn Array) -> Error {
    let message = format!("column \"{}\" is of another type than the schema of the batches says", place.column);
    Error::new(ErrorKind::Invalid, message).found(array.data_type().to_string())
}

impl Pool {
    /// Room for cells of a type.
    pub(super) fn of(data_type: &DataType, keeps_terms: bool, column: &str) -> Result<Self> {
        let inner = |field: &FieldRef| Self::of(field.data_type(), keeps_terms, column).map(Box::new);
        Ok(match data_type {
            DataType::Boolean => Self::Bool(Vec::new()),
            DataType::List(field) | DataType::LargeList(field) => Self::List { ends: Vec::new(), inner: inner(field)? },
            DataType::FixedSizeList(field, len) => {
                let inner = inner(field)?;
                if let Self::List { .. } = *inner {
                    return Err(unfit(
                        column,
                        data_type,
                        "let lists of varying length be outside those of fixed length",
                    ));
                }
                Self::Fixed { len: u64::try_from(*len).unwrap_or(0), count: 0, inner }
            }
            DataType::Struct(fields) => {
                let member = |field: &FieldRef| {
                    let pool = Self::of(field.data_type(), false, column)?;
                    match pool {
                        Self::Number(_) | Self::Bool(_) | Self::Text { .. } => Ok((field.name().clone(), pool)),
                        _ => Err(unfit(column, data_type, "give records members of one number or text each")),
                    }
                };
                let members = fields.iter().map(member).collect::<Result<Vec<_>>>()?;
                if members.is_empty() {
                    return Err(unfit(column, data_type, "give records a member"));
                }
                Self::Record { count: 0, members }
            }
            DataType::Dictionary(_, values) if keeps_terms && text::is_text(values) => {
                Self::Terms { numbers: Vec::new(), terms: Vec::new(), known: HashMap::new() }
            }
            DataType::Dictionary(_, values) => Self::of(values, false, column)?,
            other if text::is_text(other) => Self::Text { heap: Heap::new(), places: Vec::new() },
            other => match Numbers::of(other) {
                Some(numbers) => Self::Number(numbers),
                None => return Err(unfit(column, other, text::remedy(other))),
            },
        })
    }

    /// Adds the cells of an array.
    pub(super) fn push(&mut self, array: &dyn Array, nulls: Nulls, place: &Place<'_>) -> Result<()> {
        match (self, array.data_type()) {
            (Self::Terms { numbers, terms, known }, DataType::Dictionary(..)) => {
                push_terms(numbers, terms, known, array, place)
            }
            (pool, DataType::Dictionary(_, values)) => {
                let to = if text::is_text(values) { &DataType::LargeUtf8 } else { values.as_ref() };
                let flat = arrow_cast::cast(array, to)?;
                pool.push(&flat, nulls, place)
            }
            (Self::Number(numbers), _) => numbers.push(array, nulls, place),
            (Self::Bool(all), _) => {
                let array = array.as_boolean_opt().ok_or_else(|| changed(place, array))?;
                for (index, value) in array.iter().enumerate() {
                    all.push(value.ok_or_else(|| place.absent(index, REMEDY))?);
                }
                Ok(())
            }
            (Self::Text { heap, places }, _) => {
                let array = text::as_text(array, place.column)?;
                places.reserve(array.len());
                for (index, text) in array.iter().enumerate() {
                    let text =
                        text.or((nulls == Nulls::Blank).then_some("")).ok_or_else(|| place.absent(index, REMEDY))?;
                    places.push(heap.push_text(text.as_bytes()));
                }
                Ok(())
            }
            (Self::List { ends, inner }, DataType::List(_)) => {
                push_lists::<i32>(ends, inner, array.as_list(), nulls, place)
            }
            (Self::List { ends, inner }, DataType::LargeList(_)) => {
                push_lists::<i64>(ends, inner, array.as_list(), nulls, place)
            }
            (Self::Fixed { len, count, inner }, DataType::FixedSizeList(_, size)) => {
                let array = array.as_fixed_size_list();
                if u64::try_from(*size) != Ok(*len) {
                    return Err(changed(place, array));
                }
                all_present(array, place)?;
                *count += array.len() as u64;
                let size = usize::try_from(*len).unwrap_or(usize::MAX).max(1);
                let row_of = |index: usize| (place.row_of)(index / size);
                inner.push(array.values(), nulls, &Place { row_of: &row_of, ..*place })
            }
            (Self::Record { count, members }, DataType::Struct(_)) => {
                let array = array.as_struct();
                all_present(array, place)?;
                *count += array.len() as u64;
                for (name, member) in members {
                    let values = array.column_by_name(name).ok_or_else(|| changed(place, array))?;
                    member.push(values, nulls, place)?;
                }
                Ok(())
            }
            _ => Err(changed(place, array)),
        }
    }

    pub(super) fn finish(self) -> Result<Parts> {
        let mut ends = Vec::new();
        let mut at = self;
        while let Self::List { ends: level, inner } = at {
            ends.push(level);
            at = *inner;
        }
        let mut dims = Vec::new();
        while let Self::Fixed { len, count, inner } = at {
            if dims.is_empty() {
                dims.push(count);
            }
            dims.push(len);
            at = *inner;
        }
        let (elements, terms) = at.elements()?;
        let elements = if dims.is_empty() { elements } else { elements.reshaped(Shape::Simple(dims))? };
        Ok(Parts { elements, ends, terms })
    }

    fn elements(self) -> Result<(Value, Option<Vec<String>>)> {
        Ok(match self {
            Self::Number(numbers) => (numbers.finish(), None),
            Self::Bool(all) => (Value::vector(all), None),
            Self::Text { heap, places } => {
                let shape = Shape::Simple(vec![places.len() as u64]);
                (Value::from_parts(Dtype::TEXT, shape, Bytes::from_vec(places), Some(heap))?, None)
            }
            Self::Terms { numbers, terms, .. } => (Value::vector(numbers), Some(terms)),
            Self::Record { members, .. } => {
                let member = |(name, pool): (String, Self)| Ok((name, pool.elements()?.0));
                (Value::records(members.into_iter().map(member).collect::<Result<Vec<_>>>()?)?, None)
            }
            // The rooms were made so that neither is inside of what these can be in.
            Self::List { .. } | Self::Fixed { .. } => {
                return Err(Error::new(ErrorKind::Unsupported, "lists within a record or a list of fixed length"));
            }
        })
    }
}

fn all_present(array: &dyn Array, place: &Place<'_>) -> Result<()> {
    match (0..array.len()).find(|index| array.is_null(*index)) {
        Some(index) => Err(place.absent(index, "fill it, or leave the row out")),
        None => Ok(()),
    }
}

fn push_lists<O: OffsetSizeTrait>(
    ends: &mut Vec<u64>,
    inner: &mut Pool,
    array: &GenericListArray<O>,
    nulls: Nulls,
    place: &Place<'_>,
) -> Result<()> {
    let offsets = array.value_offsets();
    let mut end = ends.last().copied().unwrap_or(0);
    // Which list an element is in, counted from the first of the array.
    let list_of = |element: usize| offsets.partition_point(|offset| offset.as_usize() <= element).saturating_sub(1);
    let mut push = |from: usize, to: usize| {
        let row_of = |index: usize| (place.row_of)(list_of(from + index));
        inner.push(&array.values().slice(from, to - from), nulls, &Place { row_of: &row_of, ..*place })
    };
    if array.null_count() == 0 {
        let bounds = offsets.first().zip(offsets.last());
        let (first, last) = bounds.map_or((0, 0), |(first, last)| (first.as_usize(), last.as_usize()));
        ends.extend(offsets.iter().skip(1).map(|offset| end + (offset.as_usize() - first) as u64));
        return push(first, last);
    }
    for (index, (from, to)) in offsets.iter().zip(offsets.iter().skip(1)).enumerate() {
        if array.is_null(index) {
            if nulls == Nulls::Refuse {
                return Err(place.absent(index, REMEDY));
            }
        } else {
            // What lies under a list that is absent is none of its elements.
            push(from.as_usize(), to.as_usize())?;
            end += (to.as_usize() - from.as_usize()) as u64;
        }
        ends.push(end);
    }
    Ok(())
}

fn push_terms(
    numbers: &mut Vec<u32>,
    terms: &mut Vec<String>,
    known: &mut HashMap<String, u32>,
    array: &dyn Array,
    place: &Place<'_>,
) -> Result<()> {
    let dictionary = array.as_any_dictionary();
    let values = text::as_text(dictionary.values(), place.column)?;
    // Each batch may have a dictionary of its own.
    let mut translated = Vec::with_capacity(values.len());
    for term in values.iter() {
        translated.push(match term {
            Some(term) => Some(match known.get(term) {
                Some(number) => *number,
                None => {
                    let number = u32::try_from(terms.len()).map_err(|_| {
                        Error::new(ErrorKind::Limit, format!("column \"{}\" has too many terms", place.column))
                    })?;
                    terms.push(term.to_owned());
                    known.insert(term.to_owned(), number);
                    number
                }
            }),
            None => None,
        });
    }
    let absent = |index| place.absent(index, "give what is not known a category of its own");
    if values.is_empty() {
        return if array.is_empty() { Ok(()) } else { Err(absent(0)) };
    }
    numbers.reserve(array.len());
    for (index, key) in dictionary.normalized_keys().into_iter().enumerate() {
        let number = translated.get(key).copied().flatten().filter(|_| array.is_valid(index));
        numbers.push(number.ok_or_else(|| absent(index))?);
    }
    Ok(())
}
