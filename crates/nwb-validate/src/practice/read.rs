//! Small values of objects, for checks.

use nwb_model::dataset::Dataset;
use nwb_model::dtype::{Dtype, TextLength};
use nwb_model::tree::{Kind, Object};
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

/// How many elements are read as a single value or a list at the most: what has more is no such thing.
const MOST: u64 = 1 << 20;

/// A dataset in a group, links followed; `None` where there is none.
pub(super) fn dataset(object: &Object, name: &str) -> Result<Option<Dataset>> {
    let Some(child) = object.child(name)? else { return Ok(None) };
    if child.kind()? == Kind::Dataset { Ok(Some(child.dataset()?)) } else { Ok(None) }
}

/// The object at a path below another; `None` where a name on the way does not exist.
pub(super) fn below(object: &Object, path: &str) -> Result<Option<Object>> {
    let mut at = object.clone();
    for name in path.split('/') {
        match at.child(name)? {
            Some(child) => at = child,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

fn value(object: &Object) -> Result<Option<Value>> {
    if object.kind()? != Kind::Dataset {
        return Ok(None);
    }
    let dataset = object.dataset()?;
    let count = dataset.shape()?.iter().try_fold(1, |count: u64, len| count.checked_mul(*len));
    if count.is_none_or(|count| count > MOST) || dataset.info()?.shape == nwb_model::value::Shape::Null {
        return Ok(None);
    }
    dataset.read_value(..).map(Some)
}

/// The text at a path; `None` where there is nothing, or no text.
pub(super) fn text(object: &Object, path: &str) -> Result<Option<String>> {
    let Some(at) = below(object, path)? else { return Ok(None) };
    Ok(value(&at)?.and_then(|value| value.as_text().ok().map(str::to_owned)))
}

/// The texts at a path, one or many; none where there is nothing.
pub(super) fn texts(object: &Object, path: &str) -> Result<Vec<String>> {
    let Some(at) = below(object, path)? else { return Ok(Vec::new()) };
    Ok(match value(&at)? {
        Some(value) => value.as_texts().map(|texts| texts.into_iter().map(str::to_owned).collect()).unwrap_or_default(),
        None => Vec::new(),
    })
}

/// A text that is an attribute or a dataset of that name.
pub(super) fn said(object: &Object, name: &str) -> Result<Said> {
    let of = |value: &Value| match value.as_text() {
        Ok(text) => Said::Text(text.to_owned()),
        Err(_) => Said::Other,
    };
    if let Some(value) = object.attribute(name)? {
        return Ok(of(value));
    }
    match object.child(name)? {
        Some(child) => Ok(value(&child)?.as_ref().map_or(Said::Other, of)),
        None => Ok(Said::Nothing),
    }
}

/// What stands where a text may stand.
pub(super) enum Said {
    Nothing,
    Text(String),
    Other,
}

/// The number in an attribute; `None` where there is none.
pub(super) fn number(object: &Object, attribute: &str) -> Result<Option<f64>> {
    Ok(object.attribute(attribute)?.and_then(as_number))
}

fn as_number(value: &Value) -> Option<f64> {
    value.as_scalar::<f64>().ok().or_else(|| value.as_scalar::<i64>().ok().map(|whole| whole as f64))
}

/// The number at a path.
pub(super) fn number_at(object: &Object, path: &str) -> Result<Option<f64>> {
    let Some(at) = below(object, path)? else { return Ok(None) };
    Ok(value(&at)?.as_ref().and_then(as_number))
}

/// How many numbers are kept at one time at the most: of more units or channels there is no word.
const MOST_NUMBERS: u64 = 1 << 24;

/// The numbers of a dataset, in order.
pub(super) fn numbers(dataset: &Dataset) -> Result<Vec<f64>> {
    let count = dataset.shape()?.iter().try_fold(1, |count: u64, len| count.checked_mul(*len));
    if count.is_none_or(|count| count > MOST_NUMBERS) {
        return Err(Error::new(ErrorKind::Limit, "there are too many elements to look at them at once"));
    }
    let value = dataset.read_value(..)?;
    Ok(value.to_vec::<f64>().unwrap_or_default())
}

/// The text in an attribute.
pub(super) fn attribute_text<'o>(object: &'o Object, name: &str) -> Result<Option<&'o str>> {
    Ok(object.attribute(name)?.and_then(|value| value.as_text().ok()))
}

/// One number of a dataset, by its row.
pub(super) fn row(dataset: &Dataset, row: u64) -> Result<Option<f64>> {
    let Ok(row) = usize::try_from(row) else { return Ok(None) };
    Ok(as_number(&dataset.read_value(row..row + 1)?))
}

/// How many bytes numpy gives to an element: texts without fixed length are pointers there.
pub(super) fn element_bytes(dtype: &Dtype) -> u64 {
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Variable => 8,
        other => other.size() as u64,
    }
}

/// How many bytes the elements of a dataset take in memory.
pub(super) fn memory_bytes(dataset: &Dataset) -> Result<u64> {
    let count = dataset.shape()?.iter().fold(1, |count: u64, len| count.saturating_mul(*len));
    Ok(count.saturating_mul(element_bytes(dataset.dtype()?)))
}
