//! Datatypes as the text of `python/h5types.py`.

use nwb::model::dtype::{ByteOrder, Charset, Dtype, Foreign, Number, Padding, TextLength};
use serde_json::json;

use super::shown;

/// The text of a type.
pub(super) fn text(dtype: &Dtype) -> String {
    match dtype {
        Dtype::Number(number, order) => number_text(*number, *order),
        Dtype::Bool => r#"enum(i8le){"FALSE"=0,"TRUE"=1}"#.into(),
        Dtype::Text(text) => {
            let length = match text.length {
                TextLength::Variable => "vlen".into(),
                TextLength::Fixed(size) => size.to_string(),
            };
            let charset = match text.charset {
                Charset::Ascii => "ascii",
                Charset::Utf8 => "utf8",
            };
            let padding = match text.padding {
                Padding::NullTerminated => "nullterm",
                Padding::NullPadded => "nullpad",
                Padding::SpacePadded => "spacepad",
            };
            format!("string({length},{charset},{padding})")
        }
        Dtype::Reference => "ref(object)".into(),
        Dtype::RegionReference => "ref(region)".into(),
        Dtype::Compound(compound) => {
            let members = compound.members.iter();
            let members: Vec<String> = members
                .map(|member| format!("{}@{}:{}", json!(shown(&member.name)), member.offset, text(&member.dtype)))
                .collect();
            format!("compound({}){{{}}}", compound.size, members.join(","))
        }
        Dtype::Enum(of) => {
            let members = of.members.iter();
            let members: Vec<String> = members.map(|(name, value)| format!("{}={value}", json!(shown(name)))).collect();
            format!("enum({}){{{}}}", number_text(of.number, of.order), members.join(","))
        }
        Dtype::Array(inner, dims) => {
            let dims: Vec<String> = dims.iter().map(usize::to_string).collect();
            format!("array[{}]({})", dims.join(","), text(inner))
        }
        Dtype::Sequence(inner) => format!("vlen({})", text(inner)),
        Dtype::Foreign(foreign) => foreign_text(foreign).unwrap_or_else(|| format!("foreign({})", foreign.description)),
    }
}

fn number_text(number: Number, order: ByteOrder) -> String {
    let kind = match number {
        number if number.is_float() => "f",
        number if number.is_unsigned() => "u",
        _ => "i",
    };
    let order = if order == ByteOrder::Big { "be" } else { "le" };
    format!("{kind}{}{order}", 8 * number.size())
}

/// A type that the model has no name for, from HDF5's own encoding of it: `H5Tencode`'s two bytes, then the datatype message of
/// the file format specification.
struct Message<'a> {
    class: u8,
    flags: [u8; 3],
    size: u32,
    rest: &'a [u8],
}

impl<'a> Message<'a> {
    fn of(foreign: &'a Foreign) -> Option<Self> {
        let [_, _, version_class, a, b, c, size @ ..] = foreign.encoding.as_slice() else { return None };
        let (size, rest) = size.split_first_chunk()?;
        Some(Self { class: version_class & 15, flags: [*a, *b, *c], size: u32::from_le_bytes(*size), rest })
    }

    fn flag(&self, bit: u8) -> bool {
        self.flags[0] >> bit & 1 == 1
    }

    fn order(&self) -> &'static str {
        if self.flag(0) { "be" } else { "le" }
    }

    fn pad(&self, bit: u8) -> &'static str {
        if self.flag(bit) { "one" } else { "zero" }
    }

    fn short(&self, at: usize) -> Option<u16> {
        self.rest.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.rest.get(at).copied()
    }
}

/// Whether the elements of a foreign type are numbers of bits: a bitfield of 1, 2, 4 or 8 bytes. Then its byte order.
pub(super) fn bits(foreign: &Foreign) -> Option<ByteOrder> {
    let message = Message::of(foreign)?;
    let order = if message.flag(0) { ByteOrder::Big } else { ByteOrder::Little };
    (message.class == 4 && matches!(message.size, 1 | 2 | 4 | 8)).then_some(order)
}

fn foreign_text(foreign: &Foreign) -> Option<String> {
    let of = Message::of(foreign)?;
    let size = of.size;
    Some(match of.class {
        0 => format!(
            "int(size={size},{},{},precision={},offset={},lpad={},rpad={})",
            of.order(),
            if of.flag(3) { "signed" } else { "unsigned" },
            of.short(2)?,
            of.short(0)?,
            of.pad(1),
            of.pad(2),
        ),
        1 => {
            let norm = ["none", "msbset", "implied"].get(usize::from(of.flags[0] >> 4 & 3))?;
            let order = if of.flag(6) { "vax" } else { of.order() };
            let bias = of.rest.get(8..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))?;
            format!(
                "float(size={size},{order},precision={},offset={},sign={},exponent={}+{},mantissa={}+{},bias={bias},\
                 norm={norm},inpad={},lpad={},rpad={})",
                of.short(2)?,
                of.short(0)?,
                of.flags[1],
                of.byte(4)?,
                of.byte(5)?,
                of.byte(6)?,
                of.byte(7)?,
                of.pad(3),
                of.pad(1),
                of.pad(2),
            )
        }
        2 => format!("time({size},{})", of.order()),
        4 => match (of.short(0)?, of.short(2)?) {
            (0, precision) if u32::from(precision) == 8 * size => format!("bitfield({},{})", 8 * size, of.order()),
            (offset, precision) => {
                format!("bitfield({},{},precision={precision},offset={offset})", 8 * size, of.order())
            }
        },
        5 => {
            let tag = of.rest.split(|&byte| byte == 0).next()?;
            format!("opaque({size},{})", json!(String::from_utf8_lossy(tag)))
        }
        _ => return None,
    })
}
