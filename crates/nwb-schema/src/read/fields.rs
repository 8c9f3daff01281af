//! Reading single values with the place that they stand in.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};

/// A short rendering of what was found instead.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("the truth value {value}"),
        Value::Number(value) => format!("the number {value}"),
        Value::String(value) => {
            let mut short: String = value.chars().take(60).collect();
            if short.len() < value.len() {
                short.push('…');
            }
            format!("the text {short:?}")
        }
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

pub(super) fn malformed(at: &KeyPath<'_>, expected: &str, value: &Value) -> Error {
    Error::new(ErrorKind::Malformed, at, expected, found(value))
}

pub(super) fn object(
    value: Value,
    at: &KeyPath<'_>,
    expected: &str,
    sink: &mut Sink<'_>,
) -> Result<Option<Map<String, Value>>> {
    match value {
        Value::Object(map) => Ok(Some(map)),
        other => sink.report(malformed(at, expected, &other)).map(|()| None),
    }
}

/// The elements of a list; nothing is an empty list.
pub(super) fn list(value: Value, at: &KeyPath<'_>, expected: &str, sink: &mut Sink<'_>) -> Result<Vec<Value>> {
    match value {
        Value::Array(values) => Ok(values),
        Value::Null => Ok(Vec::new()),
        other => sink.report(malformed(at, expected, &other)).map(|()| Vec::new()),
    }
}

/// More members than any type has; work grows with the square of their number.
const MAX_MEMBERS: usize = 10_000;

/// A list of members, of which there are not too many.
pub(super) fn short_list(value: Value, at: &KeyPath<'_>, expected: &str, sink: &mut Sink<'_>) -> Result<Vec<Value>> {
    let mut values = list(value, at, expected, sink)?;
    if values.len() > MAX_MEMBERS {
        let expected = format!("at most {MAX_MEMBERS} members");
        sink.report(Error::new(ErrorKind::Malformed, at, expected, values.len().to_string()))?;
        values.truncate(MAX_MEMBERS);
    }
    Ok(values)
}

/// A text. What YAML read as a number or a truth value is a fault, and where faults are borne, its text.
pub(super) fn text(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<String>> {
    match value {
        Value::String(text) => Ok(Some(text)),
        Value::Null => Ok(None),
        Value::Number(_) | Value::Bool(_) => {
            sink.report(malformed(at, "a text", &value).help("put it in quotes"))?;
            Ok(Some(value.to_string()))
        }
        other => sink.report(malformed(at, "a text", &other)).map(|()| None),
    }
}

pub(super) fn texts(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for (index, value) in list(value, at, "a list of texts", sink)?.into_iter().enumerate() {
        let at = at.index(index);
        match text(value, &at, sink)? {
            Some(text) => texts.push(text),
            None => sink.report(Error::new(ErrorKind::Malformed, &at, "a text", "nothing"))?,
        }
    }
    Ok(texts)
}

pub(super) fn truth(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<bool>> {
    match value {
        Value::Bool(truth) => Ok(Some(truth)),
        Value::Null => Ok(None),
        other => sink.report(malformed(at, "true or false", &other)).map(|()| None),
    }
}

/// A text that must be there.
pub(super) fn required(value: Option<String>, at: &KeyPath<'_>, key: &str, sink: &mut Sink<'_>) -> Result<String> {
    match value {
        Some(text) => Ok(text),
        None => {
            let at = at.key(key);
            sink.report(Error::new(ErrorKind::Malformed, &at, "a text", "nothing"))?;
            Ok(String::new())
        }
    }
}
