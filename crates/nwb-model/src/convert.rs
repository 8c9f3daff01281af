//! From what was given to what is written: types widened to what the schema asks for, never narrowed, never changed in kind.

use nwb_schema::spec::{Dtype as Asked, FlatDtype};

use crate::data::Data;
use crate::dtype::{ByteOrder, Charset, Dtype, Number, Padding, TextLength, TextType};
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::time::{Moment, Timestamp};
use crate::value::{Shape, Value};

/// The type in which elements of a given type are written where the schema asks for one.
pub(crate) fn written_dtype(given: &Dtype, asked: Option<&Asked>) -> Result<Dtype> {
    let Some(asked) = asked else { return Ok(in_file_order(given)) };
    let refuse = || {
        Err(Error::new(ErrorKind::Invalid, "the values are of a type that the schema does not allow here")
            .expected(asked.to_string())
            .found(given.to_string())
            .remedy(match given {
                Dtype::Number(..) => "convert them before, in the way that is right for them",
                _ => "give values of that type",
            }))
    };
    match (asked, given) {
        (Asked::Reference { .. }, Dtype::Reference) => Ok(Dtype::Reference),
        (Asked::Compound(_), Dtype::Compound(_)) => Ok(compound(asked).unwrap_or_else(|| given.clone())),
        (Asked::Flat { dtype, .. }, _) => match (dtype, given) {
            (FlatDtype::Numeric, Dtype::Number(..)) => Ok(in_file_order(given)),
            (FlatDtype::Bool, Dtype::Bool) => Ok(Dtype::Bool),
            (FlatDtype::Text, Dtype::Text(_)) => Ok(Dtype::TEXT),
            (FlatDtype::Ascii | FlatDtype::Isodatetime, Dtype::Text(_)) => Ok(Dtype::ASCII),
            (FlatDtype::Object, Dtype::Reference) => Ok(Dtype::Reference),
            (asked, Dtype::Number(number, _)) => match number_of(*asked).filter(|least| same_kind(*least, *number)) {
                Some(least) => {
                    Ok(Dtype::Number(if least.size() > number.size() { least } else { *number }, ByteOrder::Little))
                }
                None => refuse(),
            },
            _ => refuse(),
        },
        _ => refuse(),
    }
}

fn in_file_order(given: &Dtype) -> Dtype {
    match given {
        Dtype::Number(number, _) => Dtype::Number(*number, ByteOrder::Little),
        Dtype::Text(TextType { charset: Charset::Ascii, .. }) => Dtype::ASCII,
        Dtype::Text(_) => Dtype::TEXT,
        other => other.clone(),
    }
}

pub(crate) fn same_kind(a: Number, b: Number) -> bool {
    a.is_float() == b.is_float() && a.is_unsigned() == b.is_unsigned()
}

pub(crate) fn number_of(asked: FlatDtype) -> Option<Number> {
    Some(match asked {
        FlatDtype::Int8 => Number::I8,
        FlatDtype::Int16 => Number::I16,
        FlatDtype::Int32 => Number::I32,
        FlatDtype::Int64 => Number::I64,
        FlatDtype::Uint8 => Number::U8,
        FlatDtype::Uint16 => Number::U16,
        FlatDtype::Uint32 => Number::U32,
        FlatDtype::Uint64 => Number::U64,
        FlatDtype::Float32 => Number::F32,
        FlatDtype::Float64 => Number::F64,
        _ => return None,
    })
}

/// A record type just as the schema has it: members are not widened.
fn compound(asked: &Asked) -> Option<Dtype> {
    let exact = |asked: &Asked| match asked {
        Asked::Reference { .. } => Some(Dtype::Reference),
        Asked::Compound(_) => compound(asked),
        Asked::Flat { dtype, .. } => match dtype {
            FlatDtype::Bool => Some(Dtype::Bool),
            FlatDtype::Text | FlatDtype::Isodatetime => Some(Dtype::TEXT),
            FlatDtype::Ascii => Some(Dtype::ASCII),
            FlatDtype::Object => Some(Dtype::Reference),
            flat => number_of(*flat).map(|number| Dtype::Number(number, ByteOrder::Little)),
        },
    };
    let members: Option<Vec<(String, Dtype)>> =
        asked.as_compound()?.iter().map(|member| Some((member.name.clone(), exact(&member.dtype)?))).collect();
    members.map(Dtype::packed)
}

/// The least type that the schema allows where it asks for one.
pub(crate) fn plainest(asked: &Asked) -> Option<Dtype> {
    match asked {
        Asked::Reference { .. } => Some(Dtype::Reference),
        Asked::Compound(_) => compound(asked),
        Asked::Flat { dtype, .. } => match dtype {
            FlatDtype::Bool => Some(Dtype::Bool),
            FlatDtype::Text => Some(Dtype::TEXT),
            FlatDtype::Ascii | FlatDtype::Isodatetime => Some(Dtype::ASCII),
            FlatDtype::Object => Some(Dtype::Reference),
            FlatDtype::Numeric => Some(Dtype::native(Number::F64)),
            flat => number_of(*flat).map(Dtype::native),
        },
    }
}

/// The same elements in the type in which they are written; every one is converted exactly.
pub(crate) fn converted(value: &Value, to: &Dtype) -> Result<Value> {
    if value.dtype() == to {
        return Ok(value.clone());
    }
    match (value.dtype(), to) {
        (Dtype::Number(..), Dtype::Number(number, _)) => {
            let wide = widened(value, *number)?;
            if *wide.dtype() == *to { Ok(wide) } else { Err(unconvertible(value, to)) }
        }
        (
            Dtype::Text(given),
            Dtype::Text(TextType { length: TextLength::Variable, charset, padding: Padding::NullTerminated }),
        ) => {
            let ascii_only = *charset == Charset::Ascii;
            let texts = value.as_texts()?;
            if let Some(text) = texts.iter().find(|text| ascii_only && !text.is_ascii()) {
                return Err(Error::new(ErrorKind::Invalid, "the text is not ASCII").found(format!("\"{text}\"")));
            }
            if given.length == TextLength::Variable && given.padding == Padding::NullTerminated {
                return value.clone().relabelled(to.clone());
            }
            Value::texts(texts).reshaped(value.shape().clone())?.relabelled(to.clone())
        }
        (Dtype::Compound(given), Dtype::Compound(wanted)) => {
            if given.members.len() != wanted.members.len() {
                return Err(unconvertible(value, to));
            }
            let members: Result<Vec<(String, Value)>> = wanted
                .members
                .iter()
                .map(|member| {
                    let part = value.member(&member.name)?;
                    Ok((member.name.clone(), narrowed_exactly(&part, &member.dtype)?))
                })
                .collect();
            let records = Value::records(members?)?;
            if records.dtype() == to { Ok(records) } else { Err(unconvertible(value, to)) }
        }
        _ => Err(unconvertible(value, to)),
    }
}

fn unconvertible(value: &Value, to: &Dtype) -> Error {
    Error::new(ErrorKind::Invalid, "the values cannot be written in the type that is asked for")
        .expected(to.to_string())
        .found(value.dtype().to_string())
}

/// Members of records have just the type of the schema, so each value must fit into it.
fn narrowed_exactly(value: &Value, to: &Dtype) -> Result<Value> {
    match (value.dtype(), to) {
        (Dtype::Number(..), Dtype::Number(number, _)) => widened(value, *number),
        _ => converted(value, to),
    }
}

fn widened(value: &Value, number: Number) -> Result<Value> {
    fn cast<T: Element>(value: &Value) -> Result<Value> {
        Value::vector(value.to_vec::<T>()?).reshaped(value.shape().clone())
    }
    match number {
        Number::I8 => cast::<i8>(value),
        Number::I16 => cast::<i16>(value),
        Number::I32 => cast::<i32>(value),
        Number::I64 => cast::<i64>(value),
        Number::U8 => cast::<u8>(value),
        Number::U16 => cast::<u16>(value),
        Number::U32 => cast::<u32>(value),
        Number::U64 => cast::<u64>(value),
        Number::F16 => cast::<half::f16>(value),
        Number::F32 => cast::<f32>(value),
        Number::F64 => cast::<f64>(value),
    }
}

/// Data made ready for a slot of the schema: its type is what is written, its shape one that is allowed.
pub(crate) fn for_slot(data: Data, dtype: Option<&Asked>, shape: Option<&nwb_schema::spec::Shape>) -> Result<Data> {
    check_shape(data.shape(), dtype, shape)?;
    let to = written_dtype(data.dtype(), dtype)?;
    if is_time(dtype) {
        return data.try_map(to, |value, to| check_times(&value).and_then(|()| converted(&value, to)));
    }
    if to == *data.dtype() {
        return Ok(data);
    }
    data.try_map(to, |value, to| converted(&value, to))
}

/// A value made ready for an attribute.
pub(crate) fn for_attribute(
    value: &Value,
    dtype: Option<&Asked>,
    shape: Option<&nwb_schema::spec::Shape>,
) -> Result<Value> {
    if value.is_empty() && shape.is_some() && value.shape().dims().len() == 1 {
        // An empty list has no type of its own.
        return Ok(value.clone());
    }
    check_shape(value.shape(), dtype, shape)?;
    let to = written_dtype(value.dtype(), dtype)?;
    if is_time(dtype) {
        check_times(value)?;
    }
    converted(value, &to)
}

fn is_time(asked: Option<&Asked>) -> bool {
    asked.and_then(Asked::as_flat) == Some(FlatDtype::Isodatetime)
}

/// Old files may leave the zone out; a new one must not, else nobody knows when it was.
fn check_times(value: &Value) -> Result<()> {
    for text in value.as_texts()? {
        if let Moment::Naive(_) = Timestamp::parse(text)?.moment() {
            return Err(Error::new(ErrorKind::Invalid, "the time of day has no zone")
                .expected("an offset from UTC, such as 2024-03-09T08:05:00-07:00")
                .found(format!("\"{text}\""))
                .remedy("say in which zone it was"));
        }
    }
    Ok(())
}

fn check_shape(given: &Shape, dtype: Option<&Asked>, asked: Option<&nwb_schema::spec::Shape>) -> Result<()> {
    let fits = match asked {
        Some(asked) => asked.accepts(given.dims()),
        None => dtype.is_none() || *given == Shape::Scalar,
    };
    if fits {
        return Ok(());
    }
    let any = |lengths: &[Option<u64>]| {
        let lengths: Vec<String> = lengths.iter().map(|len| len.map_or("*".into(), |len| len.to_string())).collect();
        format!("[{}]", lengths.join(", "))
    };
    let expected =
        asked.map_or("a single value".into(), |asked| asked.alternatives().map(any).collect::<Vec<_>>().join(" or "));
    Err(Error::new(ErrorKind::Invalid, "the values are of a shape that the schema does not allow here")
        .expected(expected)
        .found(given.to_string()))
}

/// A constant of the schema as a value: numbers in the width in which the API writes them.
pub(crate) fn constant(json: &serde_json::Value, dtype: Option<&Asked>) -> Option<Value> {
    use serde_json::Value as Json;
    let flat = dtype.and_then(Asked::as_flat);
    let number = flat.and_then(number_of);
    let scalar = |json: &Json| -> Option<Value> {
        match json {
            Json::String(text) if matches!(flat, Some(FlatDtype::Ascii | FlatDtype::Isodatetime)) => {
                Some(Value::ascii(text))
            }
            Json::String(text) => Some(Value::text(text)),
            Json::Bool(value) => Some(Value::scalar(*value)),
            Json::Number(n) => match number {
                Some(number) if number.is_float() => n.as_f64().map(Value::scalar),
                Some(number) if number.is_unsigned() => n.as_u64().map(Value::scalar),
                _ => n.as_i64().map(Value::scalar).or_else(|| n.as_f64().map(Value::scalar)),
            },
            _ => None,
        }
    };
    match json {
        Json::Array(items) => {
            let parts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            if let Some(texts) = parts {
                return Some(Value::texts(texts));
            }
            let numbers: Option<Vec<f64>> = items.iter().map(Json::as_f64).collect();
            numbers.map(Value::vector)
        }
        single => scalar(single),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(flat: FlatDtype) -> Option<Asked> {
        Some(Asked::flat(flat))
    }

    #[test]
    fn widens_and_never_narrows_or_changes_kind() {
        let written = |number, flat| {
            written_dtype(&Dtype::native(number), asked(flat).as_ref()).map(|dtype| dtype.number().unwrap())
        };
        assert_eq!(written(Number::F64, FlatDtype::Float32).unwrap(), Number::F64);
        assert_eq!(written(Number::F32, FlatDtype::Float64).unwrap(), Number::F64);
        assert_eq!(written(Number::U64, FlatDtype::Uint8).unwrap(), Number::U64);
        assert_eq!(written(Number::I16, FlatDtype::Int32).unwrap(), Number::I32);
        assert_eq!(written(Number::U16, FlatDtype::Numeric).unwrap(), Number::U16);
        for (number, flat) in
            [(Number::I64, FlatDtype::Float64), (Number::U8, FlatDtype::Int32), (Number::F32, FlatDtype::Int32)]
        {
            assert!(written(number, flat).unwrap_err().is_caller_fault());
        }
    }

    #[test]
    fn records_take_just_the_members_of_the_schema() {
        let given = Value::records([("y", Value::vector(vec![7i64])), ("x", Value::vector(vec![5u8]))]).unwrap();
        let to = Dtype::packed([("x", Dtype::native(Number::U32)), ("y", Dtype::native(Number::U32))]);
        let written = converted(&given, &to).unwrap();
        assert_eq!(written.member("x").unwrap().to_vec::<u32>().unwrap(), [5]);
        assert_eq!(written.member("y").unwrap().to_vec::<u32>().unwrap(), [7]);
        let negative = Value::records([("y", Value::vector(vec![-1i64])), ("x", Value::vector(vec![5u8]))]).unwrap();
        assert!(converted(&negative, &to).is_err());
    }
}
