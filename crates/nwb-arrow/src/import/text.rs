//! Arrays that become texts.

use arrow_array::cast::AsArray;
use arrow_array::{Array, LargeStringArray};
use arrow_schema::DataType;
use nwb_model::ErrorKind;

use super::unfit;
use crate::error::{Error, Result};

/// Texts, and times that have a written form.
pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View
            | DataType::Date32
            | DataType::Date64
            | DataType::Timestamp(..)
    )
}

/// What to do about a type that has no place in a table.
pub(super) fn remedy(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Duration(_) | DataType::Time32(_) | DataType::Time64(_) | DataType::Interval(_) => {
            "give durations and times of day as floats, in seconds"
        }
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            "cast it to a float or an integer"
        }
        DataType::ListView(_) | DataType::LargeListView(_) | DataType::RunEndEncoded(..) => "cast it to a plain list",
        DataType::Null => "give it values, or leave it out",
        _ => "leave it out, or give it as numbers or texts",
    }
}

/// Texts as they are, times by ISO 8601.
pub(super) fn as_text(array: &dyn Array, column: &str) -> Result<LargeStringArray> {
    if let Some(texts) = array.as_string_opt::<i64>() {
        return Ok(texts.clone());
    }
    if let DataType::Timestamp(unit, Some(zone)) = array.data_type()
        && !matches!(zone.as_bytes().first(), Some(b'+' | b'-'))
    {
        // The database of zones is not at hand: only the one that needs none.
        if !matches!(&**zone, "UTC" | "Etc/UTC" | "Z") {
            return Err(unfit(column, array.data_type(), "convert it to UTC, or to a fixed offset from it"));
        }
        let fixed = DataType::Timestamp(*unit, Some("+00:00".into()));
        return as_text(&arrow_cast::cast(array, &fixed)?, column);
    }
    let texts = arrow_cast::cast(array, &DataType::LargeUtf8)?;
    match texts.as_string_opt::<i64>() {
        Some(texts) => Ok(texts.clone()),
        None => Err(Error::new(ErrorKind::Unsupported, format!("column \"{column}\" has no texts"))),
    }
}
