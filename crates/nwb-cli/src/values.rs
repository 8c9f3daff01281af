//! Small values as JSON.

use nwb::Value;
use nwb::model::backend::Address;
use nwb::model::dtype::{ByteOrder, Dtype, Number, Padding, TextLength};
use nwb::model::value::{Heap, Shape};
use serde_json::{Map, Value as Json, json};

/// At most so many elements are shown.
const MAX_ELEMENTS: usize = 64;

/// At most so many bytes of text and elements are shown.
const MAX_BYTES: usize = 1 << 14;

/// The value as JSON, nested like its axes; `None` where it is too large to be shown, `null` for a null dataspace.
///
/// Numbers are numbers (NaN and the infinities: `"nan"`, `"inf"`, `"-inf"`), text is text (`{"hex": ...}` where it is not UTF-8),
/// records are objects, references are `{"reference": path}`, and what has no form of its own is `{"hex": bytes}`.
pub(crate) fn small(value: &Value, path_of: &dyn Fn(Address) -> Option<String>) -> Option<Json> {
    if *value.shape() == Shape::Null {
        return Some(Json::Null);
    }
    if value.len() > MAX_ELEMENTS || value.bytes().len() > MAX_BYTES {
        return None;
    }
    let mut left = Left { bytes: MAX_BYTES, in_list: MAX_ELEMENTS };
    let mut elements = Vec::with_capacity(value.len());
    let size = value.dtype().size();
    for index in 0..value.len() {
        let element = value.bytes().get(index.checked_mul(size)?..)?.get(..size)?;
        elements.push(json(value.dtype(), element, value.heap(), path_of, &mut left)?);
    }
    nested(value.shape().dims(), &mut elements.into_iter())
}

/// How much may still be shown.
struct Left {
    bytes: usize,
    in_list: usize,
}

/// One element of a value as JSON, however large. What the value's heap does not have is `null`.
pub(crate) fn element(value: &Value, index: usize, path_of: &dyn Fn(Address) -> Option<String>) -> Json {
    let size = value.dtype().size();
    let bytes = index.checked_mul(size).and_then(|at| value.bytes().get(at..)?.get(..size));
    let mut left = Left { bytes: usize::MAX, in_list: usize::MAX };
    bytes.and_then(|bytes| json(value.dtype(), bytes, value.heap(), path_of, &mut left)).unwrap_or(Json::Null)
}

/// Elements in row-major order as lists of lists.
fn nested(dims: &[u64], elements: &mut impl Iterator<Item = Json>) -> Option<Json> {
    match dims.split_first() {
        None => elements.next(),
        Some((&len, rest)) => (0..len).map(|_| nested(rest, elements)).collect::<Option<Vec<_>>>().map(Json::Array),
    }
}

fn json(
    dtype: &Dtype,
    element: &[u8],
    heap: Option<&Heap>,
    path_of: &dyn Fn(Address) -> Option<String>,
    left: &mut Left,
) -> Option<Json> {
    let mut spend = |bytes: usize| {
        left.bytes = left.bytes.checked_sub(bytes)?;
        Some(())
    };
    spend(element.len())?;
    Some(match dtype {
        Dtype::Number(number, order) => number_json(*number, *order, element)?,
        Dtype::Enum(of) => number_json(of.number, of.order, element)?,
        Dtype::Bool => match element {
            [0] => Json::Bool(false),
            [1] => Json::Bool(true),
            other => hex(other),
        },
        Dtype::Text(text) => {
            let bytes = match text.length {
                TextLength::Variable => heap?.text(slot(element)?)?,
                TextLength::Fixed(_) => unpadded(element, text.padding),
            };
            spend(bytes.len())?;
            std::str::from_utf8(bytes).map_or_else(|_| hex(bytes), |text| json!(text))
        }
        Dtype::Reference => reference(path_of, Address(slot(element)?)),
        Dtype::RegionReference => {
            let target = slot(element).and_then(|at| heap?.region(at)).map_or(Address::NULL, |region| region.target);
            reference(path_of, target)
        }
        Dtype::Sequence(of) => {
            let sequence = heap?.sequence(slot(element)?)?;
            list(of, sequence.bytes(), sequence.len(), sequence.heap(), path_of, left)?
        }
        Dtype::Array(of, dims) => {
            let len = dims.iter().try_fold(1usize, |len, &dim| len.checked_mul(dim))?;
            let Json::Array(elements) = list(of, element, len, heap, path_of, left)? else { return None };
            let dims: Vec<u64> = dims.iter().map(|&dim| dim as u64).collect();
            nested(&dims, &mut elements.into_iter())?
        }
        Dtype::Compound(compound) => {
            let mut record = Map::new();
            for member in &compound.members {
                let end = member.offset.checked_add(member.dtype.size())?;
                let part = element.get(member.offset..end)?;
                record.insert(member.name.clone(), json(&member.dtype, part, heap, path_of, left)?);
            }
            Json::Object(record)
        }
        Dtype::Foreign(_) => hex(element),
    })
}

fn list(
    of: &Dtype,
    bytes: &[u8],
    len: usize,
    heap: Option<&Heap>,
    path_of: &dyn Fn(Address) -> Option<String>,
    left: &mut Left,
) -> Option<Json> {
    if len > left.in_list {
        return None;
    }
    let size = of.size();
    let element = |index: usize| bytes.get(index.checked_mul(size)?..)?.get(..size);
    (0..len).map(|index| json(of, element(index)?, heap, path_of, left)).collect::<Option<Vec<_>>>().map(Json::Array)
}

fn reference(path_of: &dyn Fn(Address) -> Option<String>, target: Address) -> Json {
    json!({ "reference": path_of(target) })
}

fn number_json(number: Number, order: ByteOrder, element: &[u8]) -> Option<Json> {
    Some(match scalar(number, order, element)? {
        Scalar::Unsigned(value) => json!(value),
        Scalar::Signed(value) => json!(value),
        Scalar::Single(value) => float(f64::from(value)),
        Scalar::Double(value) => float(value),
    })
}

/// A number, no wider than it is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar {
    Unsigned(u64),
    Signed(i64),
    Single(f32),
    Double(f64),
}

/// The shortest text that is this number alone among those of its type.
impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsigned(value) => value.fmt(f),
            Self::Signed(value) => value.fmt(f),
            Self::Single(value) => write!(f, "{value:?}"),
            Self::Double(value) => write!(f, "{value:?}"),
        }
    }
}

/// An element that is a number.
pub(crate) fn scalar(number: Number, order: ByteOrder, element: &[u8]) -> Option<Scalar> {
    let mut bytes = [0u8; 8];
    let size = number.size();
    match order {
        ByteOrder::Little => bytes.get_mut(..size)?.copy_from_slice(element.get(..size)?),
        ByteOrder::Big => bytes.iter_mut().zip(element.iter().rev()).for_each(|(to, from)| *to = *from),
    }
    let raw = u64::from_le_bytes(bytes);
    let shift = 64 - 8 * size as u32;
    Some(match number {
        Number::F16 => Scalar::Single(half(raw as u16) as f32),
        Number::F32 => Scalar::Single(f32::from_bits(raw as u32)),
        Number::F64 => Scalar::Double(f64::from_bits(raw)),
        number if number.is_unsigned() => Scalar::Unsigned(raw),
        _ => Scalar::Signed((raw << shift).cast_signed() >> shift),
    })
}

fn half(bits: u16) -> f64 {
    let mantissa = f64::from(bits & 0x3ff);
    let size = match bits >> 10 & 0x1f {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + mantissa / 1024.0) * 2f64.powi(i32::from(exponent) - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// JSON has no NaN and no infinity.
pub(crate) fn float(value: f64) -> Json {
    if value.is_nan() {
        json!("nan")
    } else if value.is_infinite() {
        json!(if value > 0.0 { "inf" } else { "-inf" })
    } else {
        json!(value)
    }
}

fn slot(element: &[u8]) -> Option<u64> {
    element.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}

fn hex(bytes: &[u8]) -> Json {
    json!({ "hex": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() })
}

fn unpadded(text: &[u8], padding: Padding) -> &[u8] {
    let last = |pad: u8| text.iter().rposition(|&byte| byte != pad).map_or(0, |last| last + 1);
    let end = match padding {
        Padding::NullTerminated => text.iter().position(|&byte| byte == 0).unwrap_or(text.len()),
        Padding::NullPadded => last(0),
        Padding::SpacePadded => last(b' '),
    };
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &Value) -> Json {
        small(value, &|address| address.non_null().map(|address| format!("/{}", address.0))).unwrap()
    }

    #[test]
    fn values_of_all_kinds() {
        assert_eq!(show(&Value::scalar(-3i16)), json!(-3));
        assert_eq!(show(&Value::scalar(u64::MAX)), json!(u64::MAX));
        assert_eq!(show(&Value::vector(vec![1.5, f64::NAN, f64::NEG_INFINITY])), json!([1.5, "nan", "-inf"]));
        assert_eq!(show(&Value::scalar(true)), json!(true));
        assert_eq!(show(&Value::texts(["a", "größe"])), json!(["a", "größe"]));
        assert_eq!(show(&Value::reference(Address(7))), json!({"reference": "/7"}));
        assert_eq!(show(&Value::reference(Address::NULL)), json!({"reference": null}));
        let records =
            Value::records([("x", Value::vector(vec![1u32, 2])), ("name", Value::texts(["a", "b"]))]).unwrap();
        assert_eq!(show(&records), json!([{"x": 1, "name": "a"}, {"x": 2, "name": "b"}]));
        let matrix = Value::vector((0..6i8).collect()).reshaped(Shape::of(&[2, 3])).unwrap();
        assert_eq!(show(&matrix), json!([[0, 1, 2], [3, 4, 5]]));
        assert_eq!(show(&Value::vector(Vec::<f32>::new())), json!([]));
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0x8001), -2f64.powi(-24));
    }

    #[test]
    fn large_values_are_left_out() {
        assert!(small(&Value::vector(vec![0u8; 65]), &|_| None).is_none());
        assert!(small(&Value::text(&"x".repeat(20_000)), &|_| None).is_none());
    }
}
