//! What the schema language says of values, written down once more: which types stand for which, and which shapes fit.

use nwb_model::backend::Address;
use nwb_model::dtype::Dtype;
use nwb_model::value::{Shape, Value};
use nwb_schema::spec::{Dtype as Asked, FlatDtype, Shape as AskedShape};

/// What stored types are called, and those that may stand where one of them is asked for: the table of the schema language.
const STANDS_FOR: [(&str, &[&str]); 17] = [
    ("float32", &["float32", "float64"]),
    ("float64", &["float64"]),
    ("int8", &["int8", "int16", "int32", "int64"]),
    ("int16", &["int16", "int32", "int64"]),
    ("int32", &["int32", "int64"]),
    ("int64", &["int64"]),
    ("uint8", &["uint8", "uint16", "uint32", "uint64"]),
    ("uint16", &["uint16", "uint32", "uint64"]),
    ("uint32", &["uint32", "uint64"]),
    ("uint64", &["uint64"]),
    ("numeric", &["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]),
    ("text", &["utf8", "ascii"]),
    ("ascii", &["ascii"]),
    ("isodatetime", &["utf8", "ascii"]),
    ("bool", &["bool"]),
    ("object", &["reference"]),
    ("region", &[]),
];

fn name_of(asked: FlatDtype) -> &'static str {
    match asked {
        FlatDtype::Float32 => "float32",
        FlatDtype::Float64 => "float64",
        FlatDtype::Int8 => "int8",
        FlatDtype::Int16 => "int16",
        FlatDtype::Int32 => "int32",
        FlatDtype::Int64 => "int64",
        FlatDtype::Uint8 => "uint8",
        FlatDtype::Uint16 => "uint16",
        FlatDtype::Uint32 => "uint32",
        FlatDtype::Uint64 => "uint64",
        FlatDtype::Numeric => "numeric",
        FlatDtype::Text => "text",
        FlatDtype::Ascii => "ascii",
        FlatDtype::Isodatetime => "isodatetime",
        FlatDtype::Bool => "bool",
        FlatDtype::Object => "object",
        FlatDtype::Region => "region",
    }
}

/// Every kind of element, with as many of it as are asked for: the same numbers, where they are some, else small ones.
pub(crate) fn of_every_type(value: &Value, root: Address) -> Vec<(&'static str, Value)> {
    let count = value.len();
    let numbers: Vec<u8> = match value.to_vec::<f64>() {
        Ok(numbers) => numbers.into_iter().map(|number| number.clamp(0.0, 100.0) as u8).collect(),
        Err(_) => (1..101).cycle().take(count).collect(),
    };
    fn of<T: nwb_model::element::Element + From<u8>>(numbers: &[u8]) -> Value {
        Value::vector(numbers.iter().map(|number| T::from(*number)).collect())
    }
    let ascii = |value: Value| {
        let Dtype::Text(mut text) = value.dtype().clone() else { panic!("no text") };
        text.charset = nwb_model::dtype::Charset::Ascii;
        value.relabelled(Dtype::Text(text)).unwrap()
    };
    let texts = || Value::texts((0..count).map(|n| format!("text {n}")));
    let signed: Vec<i8> = numbers.iter().map(|number| i8::try_from(*number).unwrap()).collect();
    vec![
        ("utf8", texts()),
        ("ascii", ascii(texts())),
        ("int8", Value::vector(signed)),
        ("int16", of::<i16>(&numbers)),
        ("int32", of::<i32>(&numbers)),
        ("int64", of::<i64>(&numbers)),
        ("uint8", of::<u8>(&numbers)),
        ("uint16", of::<u16>(&numbers)),
        ("uint32", of::<u32>(&numbers)),
        ("uint64", of::<u64>(&numbers)),
        ("float32", of::<f32>(&numbers)),
        ("float64", of::<f64>(&numbers)),
        ("bool", Value::vector((0..count).map(|n| n % 2 == 0).collect::<Vec<bool>>())),
        ("reference", Value::references(vec![root; count])),
        ("compound", Value::records([("nobody", of::<f64>(&numbers)), ("knows", of::<u8>(&numbers))]).unwrap()),
    ]
}

/// Whether elements of that kind may stand where the schema asks for others.
pub(crate) fn stands_for(asked: Option<&Asked>, kind: &str) -> bool {
    match asked {
        None => true,
        Some(Asked::Reference { .. }) => kind == "reference",
        Some(Asked::Compound(_)) => false,
        Some(Asked::Flat { dtype, .. }) => {
            let asked = name_of(*dtype);
            STANDS_FOR.iter().any(|(one, kinds)| *one == asked && kinds.contains(&kind))
        }
    }
}

/// Values with the same elements, or the first of them, in shapes that nobody asked for.
pub(crate) fn in_wrong_shapes(value: &Value, asked: Option<&AskedShape>) -> Vec<Value> {
    let dims = value.shape().dims().to_vec();
    let mut made = Vec::new();
    let single = || {
        let first = nwb_model::selection::Region::block(&vec![0; dims.len()], &vec![1; dims.len()]);
        value.select(&first).unwrap().reshaped(Shape::Scalar).unwrap()
    };
    match asked {
        Some(AskedShape::Alternatives(all)) if all.is_empty() => {}
        None | Some(AskedShape::Scalar) => {
            if value.len() == 1
                && let Some(two) = twice(value)
            {
                made.push(two);
            }
        }
        Some(_) if value.is_empty() => {}
        Some(asked) => {
            made.push(single());
            let ranks: Vec<usize> = asked.alternatives().map(<[_]>::len).collect();
            let mut longer = dims.clone();
            longer.push(1);
            while ranks.contains(&longer.len()) {
                longer.push(1);
            }
            made.push(value.clone().reshaped(Shape::of(&longer)).unwrap());
        }
    }
    made
}

/// The one element two times.
fn twice(value: &Value) -> Option<Value> {
    let dtype = value.dtype().clone();
    let bytes: Vec<u8> = [value.bytes(), value.bytes()].concat();
    let bytes = nwb_model::value::Bytes::from_vec(bytes);
    Value::from_parts(dtype, Shape::of(&[2]), bytes, value.heap().cloned()).ok()
}
