//! The name that h5py gives to a datatype: `str(dataset.dtype)`, letter for letter, so that listings can be compared.

use nwb::model::dtype::{ByteOrder, Compound, Dtype, Enumeration, Foreign, Number, TextLength};

/// A NumPy dtype, as far as its name goes.
enum Numpy {
    /// Kind and size of a number: `i`, `u`, `f`, `c`; and its byte order.
    Number(char, usize, ByteOrder),
    Bool,
    Bytes(usize),
    Void(usize),
    Object,
    Array(Box<Numpy>, Vec<usize>),
    Record {
        fields: Vec<(String, Numpy, usize)>,
        size: usize,
    },
}

/// What h5py prints for a type; `None` where it has no NumPy dtype for it, and reading `dtype` raises.
pub(crate) fn name(dtype: &Dtype) -> Option<String> {
    Some(match of(dtype)? {
        Numpy::Number(kind, size, order) => {
            if order == ByteOrder::NATIVE || size == 1 {
                let kind = match kind {
                    'i' => "int",
                    'u' => "uint",
                    'c' => "complex",
                    _ => "float",
                };
                format!("{kind}{}", 8 * size)
            } else {
                short_number(kind, size, order)
            }
        }
        Numpy::Bool => "bool".into(),
        Numpy::Object => "object".into(),
        Numpy::Bytes(size) => format!("|S{size}"),
        Numpy::Void(size) => format!("|V{size}"),
        other => short(&other),
    })
}

/// The type as the head of an `.npy` file has it, for elements whose bytes are those of the array; `None` where there is no such
/// thing: texts, references, records with gaps.
pub(crate) fn descr(dtype: &Dtype) -> Option<String> {
    let numpy = of(dtype).filter(|_| dtype.is_plain())?;
    match &numpy {
        Numpy::Number(_, 1, _) | Numpy::Bool | Numpy::Void(_) | Numpy::Bytes(_) => Some(match &numpy {
            Numpy::Bool => "'|b1'".into(),
            other => format!("'|{}'", short(other)),
        }),
        Numpy::Number(..) => Some(quoted(&numpy)),
        Numpy::Record { .. } => Some(short(&numpy)).filter(|text| text.starts_with('[')),
        Numpy::Object | Numpy::Array(..) => None,
    }
}

fn of(dtype: &Dtype) -> Option<Numpy> {
    Some(match dtype {
        Dtype::Number(number, order) => numeric(*number, *order),
        Dtype::Bool => Numpy::Bool,
        Dtype::Enum(of) if is_bool(of) => Numpy::Bool,
        Dtype::Enum(of) => numeric(of.number, of.order),
        Dtype::Text(text) => match text.length {
            TextLength::Variable => Numpy::Object,
            TextLength::Fixed(size) => Numpy::Bytes(size),
        },
        Dtype::Reference | Dtype::RegionReference => Numpy::Object,
        Dtype::Sequence(element) => {
            of(element)?;
            Numpy::Object
        }
        Dtype::Array(element, dims) => match of(element)? {
            Numpy::Array(inner, more) => Numpy::Array(inner, dims.iter().chain(&more).copied().collect()),
            other => Numpy::Array(Box::new(other), dims.clone()),
        },
        Dtype::Compound(compound) => record(compound)?,
        Dtype::Foreign(foreign) => encoded(foreign)?,
    })
}

fn numeric(number: Number, order: ByteOrder) -> Numpy {
    let kind = if number.is_float() {
        'f'
    } else if number.is_unsigned() {
        'u'
    } else {
        'i'
    };
    Numpy::Number(kind, number.size(), order)
}

/// h5py takes every enumeration with these two names for bool, whatever it is stored as.
fn is_bool(of: &Enumeration) -> bool {
    let has = |name: &str, value| of.members.iter().any(|member| member.0 == name && member.1 == value);
    of.members.len() == 2 && has("FALSE", 0) && has("TRUE", 1)
}

fn record(compound: &Compound) -> Option<Numpy> {
    let mut fields = Vec::with_capacity(compound.members.len());
    for member in &compound.members {
        fields.push((member.name.clone(), of(&member.dtype)?, member.offset));
    }
    if let [(real, Numpy::Number('f', size, order), _), (imaginary, Numpy::Number('f', other, other_order), _)] =
        fields.as_slice()
        && real == "r"
        && imaginary == "i"
        && (size, order) == (other, other_order)
        && *size >= 4
    {
        return Some(Numpy::Number('c', 2 * size, *order));
    }
    fields.sort_by_key(|field| field.2);
    Some(Numpy::Record { fields, size: compound.size })
}

impl Numpy {
    fn size(&self) -> usize {
        match self {
            Self::Number(_, size, _) | Self::Bytes(size) | Self::Void(size) => *size,
            Self::Bool => 1,
            Self::Object => 8,
            Self::Array(element, dims) => dims.iter().fold(element.size(), |size, dim| size.saturating_mul(*dim)),
            Self::Record { size, .. } => *size,
        }
    }
}

fn short_number(kind: char, size: usize, order: ByteOrder) -> String {
    let order = match order {
        _ if size == 1 => "",
        ByteOrder::Little => "<",
        ByteOrder::Big => ">",
    };
    format!("{order}{kind}{size}")
}

/// The type as it stands within another.
fn short(of: &Numpy) -> String {
    match of {
        Numpy::Number(kind, size, order) => short_number(*kind, *size, *order),
        Numpy::Bool => "?".into(),
        Numpy::Bytes(size) => format!("S{size}"),
        Numpy::Void(size) => format!("V{size}"),
        Numpy::Object => "O".into(),
        Numpy::Array(element, dims) => format!("({}, {})", quoted(element), tuple(dims)),
        Numpy::Record { fields, size } => {
            let mut end = 0usize;
            let is_packed = fields.iter().all(|(_, field, offset)| {
                let follows = *offset == end;
                end = offset.saturating_add(field.size());
                follows
            });
            if is_packed && end == *size { packed(fields) } else { spaced(fields, *size) }
        }
    }
}

fn packed(fields: &[(String, Numpy, usize)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, field, _)| match field {
            Numpy::Array(element, dims) => format!("({}, {}, {})", python_text(name), quoted(element), tuple(dims)),
            field => format!("({}, {})", python_text(name), quoted(field)),
        })
        .collect();
    format!("[{}]", fields.join(", "))
}

fn spaced(fields: &[(String, Numpy, usize)], size: usize) -> String {
    let list =
        |each: &dyn Fn(&(String, Numpy, usize)) -> String| fields.iter().map(each).collect::<Vec<_>>().join(", ");
    format!(
        "{{'names': [{}], 'formats': [{}], 'offsets': [{}], 'itemsize': {size}}}",
        list(&|field| python_text(&field.0)),
        list(&|field| quoted(&field.1)),
        list(&|field| field.2.to_string()),
    )
}

/// Simple types stand in quotation marks, composed ones do not.
fn quoted(of: &Numpy) -> String {
    match of {
        Numpy::Array(..) | Numpy::Record { .. } => short(of),
        _ => format!("'{}'", short(of)),
    }
}

fn tuple(dims: &[usize]) -> String {
    match dims {
        [one] => format!("({one},)"),
        dims => format!("({})", dims.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A text as Python writes it.
fn python_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A type that is only known by its encoding: HDF5's own datatype message, after two bytes of preamble.
fn encoded(foreign: &Foreign) -> Option<Numpy> {
    if foreign.backend != "hdf5" {
        return None;
    }
    message(foreign.encoding.get(2..)?, 0)
}

fn message(bytes: &[u8], depth: usize) -> Option<Numpy> {
    if depth > 8 {
        return None;
    }
    let &[class, bits0, _, _, ref rest @ ..] = bytes else { return None };
    let (size, properties) = rest.split_first_chunk::<4>()?;
    let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
    let order = if bits0 & 1 == 1 { ByteOrder::Big } else { ByteOrder::Little };
    let integer = |kind| matches!(size, 1 | 2 | 4 | 8).then_some(Numpy::Number(kind, size, order));
    match class & 0x0f {
        0 => integer(if bits0 & 8 == 8 { 'i' } else { 'u' }),
        1 => float(properties, order),
        4 => integer('u'),
        5 if !properties.starts_with(b"NUMPY:") => Some(Numpy::Void(size)),
        8 => message(properties, depth + 1),
        _ => None,
    }
}

/// The smallest NumPy float that holds all values of a float with these fields.
fn float(properties: &[u8], order: ByteOrder) -> Option<Numpy> {
    let &[_, _, _, _, _, exponent_size, _, mantissa_size, b0, b1, b2, b3, ..] = properties else { return None };
    let bias = i64::from(u32::from_le_bytes([b0, b1, b2, b3]));
    let largest = 1i64.checked_shl(exponent_size.into())?.checked_sub(bias + 1)?;
    // Size, bits of the mantissa, largest and smallest exponent. The last is x86's extended float, whose leading bit is stored.
    const FLOATS: [(usize, u8, i64, i64); 4] =
        [(2, 10, 16, -14), (4, 23, 128, -126), (8, 52, 1024, -1022), (16, 64, 16384, -16382)];
    let fits = |(_, mantissa, max, min): &&(usize, u8, i64, i64)| {
        mantissa_size <= *mantissa && largest <= *max && 1 - bias >= *min
    };
    FLOATS.iter().find(fits).map(|(size, ..)| Numpy::Number('f', *size, order))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nwb::model::dtype::{Charset, Member, Padding, TextType};

    use super::*;

    fn native(number: Number) -> Dtype {
        Dtype::Number(number, ByteOrder::Little)
    }

    /// All of these were printed by h5py 3.16 with NumPy 2.4.
    #[test]
    fn prints_what_h5py_prints() {
        let big = |number| Dtype::Number(number, ByteOrder::Big);
        let fixed = Dtype::Text(TextType {
            length: TextLength::Fixed(5),
            padding: Padding::NullPadded,
            charset: Charset::Ascii,
        });
        let record = |members: &[(&str, Dtype)]| Dtype::packed(members.iter().cloned());
        let cases = [
            (native(Number::I16), "int16"),
            (big(Number::I32), ">i4"),
            (big(Number::U8), "uint8"),
            (native(Number::F16), "float16"),
            (Dtype::Bool, "bool"),
            (Dtype::TEXT, "object"),
            (fixed.clone(), "|S5"),
            (Dtype::Reference, "object"),
            (Dtype::Array(Arc::new(native(Number::I16)), vec![2, 3]), "('<i2', (2, 3))"),
            (Dtype::Array(Arc::new(Dtype::Array(Arc::new(Dtype::TEXT), vec![2])), vec![3]), "('O', (3, 2))"),
            (record(&[("r", native(Number::F64)), ("i", native(Number::F64))]), "complex128"),
            (
                record(&[("x", native(Number::U32)), ("y", native(Number::U32)), ("weight", native(Number::F32))]),
                "[('x', '<u4'), ('y', '<u4'), ('weight', '<f4')]",
            ),
            (
                record(&[
                    ("id", native(Number::I32)),
                    ("point", record(&[("x", big(Number::F32)), ("y", big(Number::F64))])),
                    ("pair", Dtype::Array(Arc::new(native(Number::U16)), vec![2])),
                    ("name", fixed),
                ]),
                "[('id', '<i4'), ('point', [('x', '>f4'), ('y', '>f8')]), ('pair', '<u2', (2,)), ('name', 'S5')]",
            ),
            (
                record(&[("n", native(Number::I32)), ("region", Dtype::RegionReference), ("text", Dtype::TEXT)]),
                "{'names': ['n', 'region', 'text'], 'formats': ['<i4', 'O', 'O'], 'offsets': [0, 4, 16], 'itemsize': 24}",
            ),
            (record(&[("a'b", native(Number::I8)), ("ok", Dtype::Bool)]), "[(\"a'b\", 'i1'), ('ok', '?')]"),
        ];
        for (dtype, expected) in cases {
            assert_eq!(name(&dtype).as_deref(), Some(expected), "{dtype}");
        }
    }

    #[test]
    fn members_are_sorted_by_offset() {
        let member = |name: &str, offset, number| Member { name: name.into(), offset, dtype: native(number) };
        let members = vec![member("b", 8, Number::F64), member("a", 0, Number::U8)];
        let padded = Dtype::Compound(Arc::new(Compound { size: 24, members }));
        assert_eq!(
            name(&padded).as_deref(),
            Some("{'names': ['a', 'b'], 'formats': ['u1', '<f8'], 'offsets': [0, 8], 'itemsize': 24}")
        );
    }

    #[test]
    fn encodings_of_types_without_a_name() {
        let foreign = |encoding: &[u8], size| {
            let description = String::new();
            Dtype::Foreign(Arc::new(Foreign { backend: "hdf5", encoding: encoding.to_vec(), size, description }))
        };
        let bfloat16 = [3, 0, 0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0, 0];
        assert_eq!(name(&foreign(&bfloat16, 2)).as_deref(), Some("float32"));
        let opaque = [3, 0, 0x15, 8, 0, 0, 3, 0, 0, 0, b't', b'a', b'g', 0, 0, 0, 0, 0];
        assert_eq!(name(&foreign(&opaque, 3)).as_deref(), Some("|V3"));
        let twelve_bits = [3, 0, 0x10, 8, 0, 0, 4, 0, 0, 0, 0, 0, 12, 0];
        assert_eq!(name(&foreign(&twelve_bits, 4)).as_deref(), Some("int32"));
        let three_bytes = [3, 0, 0x10, 8, 0, 0, 3, 0, 0, 0, 0, 0, 24, 0];
        assert_eq!(name(&foreign(&three_bytes, 3)), None);
        assert_eq!(name(&foreign(&[3], 3)), None);
    }
}
