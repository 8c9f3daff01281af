//! Cells of record batches, one by one.

use nwb::arrow::arrow_array::cast::AsArray;
use nwb::arrow::arrow_array::{Array, ArrayRef, ArrowPrimitiveType, types};
use nwb::arrow::arrow_schema::DataType;

/// What is in a cell.
#[derive(Clone, Debug)]
pub(super) enum Cell<'a> {
    Nothing,
    Truth(bool),
    Whole(i128),
    /// A number, and whether it is of 32 bits or less.
    Single(f32),
    Double(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    List(ArrayRef),
    /// Names and cells.
    Record(Vec<(String, Cell<'a>)>),
    /// Of a type that no column of a file becomes.
    Other,
}

fn at<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> Option<T::Native> {
    array.as_primitive_opt::<T>()?.values().get(row).copied()
}

impl<'a> Cell<'a> {
    /// The cell of a column in a row.
    pub(super) fn of(array: &'a dyn Array, row: usize) -> Self {
        Self::found(array, row).unwrap_or(Self::Other)
    }

    fn found(array: &'a dyn Array, row: usize) -> Option<Self> {
        if row >= array.len() || array.is_null(row) {
            return Some(Self::Nothing);
        }
        Some(match array.data_type() {
            DataType::Null => Self::Nothing,
            DataType::Boolean => Self::Truth(array.as_boolean_opt()?.value(row)),
            DataType::Int8 => Self::Whole(at::<types::Int8Type>(array, row)?.into()),
            DataType::Int16 => Self::Whole(at::<types::Int16Type>(array, row)?.into()),
            DataType::Int32 => Self::Whole(at::<types::Int32Type>(array, row)?.into()),
            DataType::Int64 => Self::Whole(at::<types::Int64Type>(array, row)?.into()),
            DataType::UInt8 => Self::Whole(at::<types::UInt8Type>(array, row)?.into()),
            DataType::UInt16 => Self::Whole(at::<types::UInt16Type>(array, row)?.into()),
            DataType::UInt32 => Self::Whole(at::<types::UInt32Type>(array, row)?.into()),
            DataType::UInt64 => Self::Whole(at::<types::UInt64Type>(array, row)?.into()),
            DataType::Float16 => Self::Single(at::<types::Float16Type>(array, row)?.to_f32()),
            DataType::Float32 => Self::Single(at::<types::Float32Type>(array, row)?),
            DataType::Float64 => Self::Double(at::<types::Float64Type>(array, row)?),
            DataType::Utf8 => Self::Text(array.as_string_opt::<i32>()?.value(row)),
            DataType::LargeUtf8 => Self::Text(array.as_string_opt::<i64>()?.value(row)),
            DataType::FixedSizeBinary(_) => Self::Bytes(array.as_fixed_size_binary_opt()?.value(row)),
            DataType::List(_) => Self::List(array.as_list_opt::<i32>()?.value(row)),
            DataType::LargeList(_) => Self::List(array.as_list_opt::<i64>()?.value(row)),
            DataType::FixedSizeList(..) => Self::List(array.as_fixed_size_list_opt()?.value(row)),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary_opt()?;
                let key = match Self::of(dictionary.keys(), row) {
                    Self::Whole(key) => usize::try_from(key).ok()?,
                    _ => return None,
                };
                Self::of(dictionary.values().as_ref(), key)
            }
            DataType::Struct(fields) => {
                let columns = array.as_struct_opt()?.columns();
                let cells = fields.iter().zip(columns);
                Self::Record(cells.map(|(field, column)| (field.name().clone(), Self::of(column, row))).collect())
            }
            _ => return None,
        })
    }

    /// The cell as a text of not much more than so many characters.
    pub(super) fn text(&self, room: usize) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Truth(value) => value.to_string(),
            Self::Whole(value) => value.to_string(),
            Self::Single(value) => format!("{value:?}"),
            Self::Double(value) => format!("{value:?}"),
            Self::Text(text) => (*text).to_owned(),
            Self::Bytes(bytes) => bytes.iter().take(room).map(|byte| format!("{byte:02x}")).collect(),
            Self::List(list) => {
                let mut text = String::from("[");
                for index in 0..list.len() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    if text.len() > room {
                        return format!("{text}… {} in all]", list.len());
                    }
                    text.push_str(&Cell::of(list.as_ref(), index).text(room.saturating_sub(text.len())));
                }
                text.push(']');
                text
            }
            Self::Record(cells) => {
                let cells: Vec<String> =
                    cells.iter().map(|(name, cell)| format!("{name}: {}", cell.text(room))).collect();
                format!("{{{}}}", cells.join(", "))
            }
            Self::Other => "?".into(),
        }
    }
}
