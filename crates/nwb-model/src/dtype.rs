//! What one element of a dataset or attribute is, down to byte order, string padding and member offsets.

use std::fmt;
use std::sync::Arc;

/// The order of the bytes of a stored number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Least significant byte first: what this library writes by itself.
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    /// The order of this machine.
    pub const NATIVE: Self = if cfg!(target_endian = "big") { Self::Big } else { Self::Little };
}

/// A number's kind and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Number {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    F32,
    F64,
}

impl Number {
    /// Every kind, in order.
    pub const ALL: [Self; 11] = [
        Self::I8,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::F16,
        Self::F32,
        Self::F64,
    ];

    /// Width in bytes.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 | Self::F16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    /// The name in NumPy's and the NWB schema's spelling: `int8` ... `float64`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::I8 => "int8",
            Self::I16 => "int16",
            Self::I32 => "int32",
            Self::I64 => "int64",
            Self::U8 => "uint8",
            Self::U16 => "uint16",
            Self::U32 => "uint32",
            Self::U64 => "uint64",
            Self::F16 => "float16",
            Self::F32 => "float32",
            Self::F64 => "float64",
        }
    }

    /// Whether it is a floating-point number.
    #[must_use]
    pub fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64)
    }

    /// Whether it is an integer without sign.
    #[must_use]
    pub fn is_unsigned(self) -> bool {
        matches!(self, Self::U8 | Self::U16 | Self::U32 | Self::U64)
    }
}

/// The character set that a text is declared to be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Charset {
    Ascii,
    Utf8,
}

/// How a text is stored that is shorter than its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Padding {
    NullTerminated,
    NullPadded,
    SpacePadded,
}

/// The length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextLength {
    /// Each text has its own length.
    Variable,
    /// Each text takes this number of bytes, padding included.
    Fixed(usize),
}

/// How text is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct TextType {
    pub length: TextLength,
    pub padding: Padding,
    pub charset: Charset,
}

impl TextType {
    /// Variable-length UTF-8: NWB's `text`.
    pub const UTF8: Self =
        Self { length: TextLength::Variable, padding: Padding::NullTerminated, charset: Charset::Utf8 };
    /// Variable-length ASCII: NWB's `ascii` and `isodatetime`.
    pub const ASCII: Self = Self { charset: Charset::Ascii, ..Self::UTF8 };
}

/// One member of a compound type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where it begins in the record, in bytes of the element form (see [`Dtype::size`]).
    pub offset: usize,
    /// What it is.
    pub dtype: Dtype,
}

/// A record of named members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Compound {
    /// Size of a record in bytes, padding included.
    pub size: usize,
    /// The members in their order.
    pub members: Vec<Member>,
}

/// A number whose values have names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Enumeration {
    /// The number behind it; never a float.
    pub number: Number,
    /// Its byte order.
    pub order: ByteOrder,
    /// Names and values in their order.
    pub members: Vec<(String, i128)>,
}

/// A type that the model has no name for, as its backend encodes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Foreign {
    /// Which backend's encoding it is: `hdf5`, for one.
    pub backend: &'static str,
    /// The encoding.
    pub encoding: Vec<u8>,
    /// Size of an element in bytes.
    pub size: usize,
    /// For people: `opaque "tag"`, `bitfield 8`.
    pub description: String,
}

/// What one element of a dataset or attribute is.
///
/// Elements are held in memory in *element form*: numbers, fixed text and foreign types exactly as they are stored, byte order
/// included; a variable-length text, a sequence and a region reference as the index of an entry in the value's
/// [heap](crate::value::Heap); an object reference as an [address](crate::backend::Address).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dtype {
    /// An integer or floating-point number.
    Number(Number, ByteOrder),
    /// True or false: in HDF5 the enumeration over int8 with the members `FALSE` = 0 and `TRUE` = 1.
    Bool,
    /// Text.
    Text(TextType),
    /// A reference to an object of the same file.
    Reference,
    /// A reference to a part of a dataset of the same file (of old files; never written anew).
    RegionReference,
    /// A record.
    Compound(Arc<Compound>),
    /// A number with named values.
    Enum(Arc<Enumeration>),
    /// A small array of fixed shape in each element.
    Array(Arc<Dtype>, Vec<usize>),
    /// A sequence of its own length in each element.
    Sequence(Arc<Dtype>),
    /// Whatever else there is.
    Foreign(Arc<Foreign>),
}

impl Dtype {
    /// Variable-length UTF-8 text.
    pub const TEXT: Self = Self::Text(TextType::UTF8);
    /// Variable-length ASCII text.
    pub const ASCII: Self = Self::Text(TextType::ASCII);

    /// A number in this machine's byte order.
    #[must_use]
    pub fn native(number: Number) -> Self {
        Self::Number(number, ByteOrder::NATIVE)
    }

    /// A record of these members, laid out one after the other without padding, as PyNWB does.
    pub fn packed<N: Into<String>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        let mut size = 0;
        let members = members
            .into_iter()
            .map(|(name, dtype)| {
                let offset = size;
                size += dtype.size();
                Member { name: name.into(), offset, dtype }
            })
            .collect();
        Self::Compound(Arc::new(Compound { size, members }))
    }

    /// Size of one element in element form, in bytes: 8 for a variable-length text or an object reference, 16 for a sequence, 12 for a region reference.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Number(number, _) => number.size(),
            Self::Bool => 1,
            Self::Text(text) => match text.length {
                TextLength::Variable => 8,
                TextLength::Fixed(size) => size,
            },
            Self::Reference => 8,
            Self::RegionReference => 12,
            Self::Sequence(_) => 16,
            Self::Compound(compound) => compound.size,
            Self::Enum(enumeration) => enumeration.number.size(),
            Self::Array(element, dims) => dims.iter().fold(element.size(), |size, dim| size.saturating_mul(*dim)),
            Self::Foreign(foreign) => foreign.size,
        }
    }

    /// Whether an element is wholly in its bytes: no variable-length part, no reference.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        match self {
            Self::Number(..) | Self::Bool | Self::Enum(_) | Self::Foreign(_) => true,
            Self::Text(text) => text.length != TextLength::Variable,
            Self::Reference | Self::RegionReference | Self::Sequence(_) => false,
            Self::Compound(compound) => compound.members.iter().all(|member| member.dtype.is_plain()),
            Self::Array(element, _) => element.is_plain(),
        }
    }

    /// Whether there is an object or region reference in it.
    #[must_use]
    pub fn has_references(&self) -> bool {
        match self {
            Self::Reference | Self::RegionReference => true,
            Self::Sequence(element) | Self::Array(element, _) => element.has_references(),
            Self::Compound(compound) => compound.members.iter().any(|member| member.dtype.has_references()),
            _ => false,
        }
    }

    /// The number's kind, if it is a number.
    #[must_use]
    pub fn number(&self) -> Option<Number> {
        match self {
            Self::Number(number, _) => Some(*number),
            _ => None,
        }
    }

    /// Whether it is text of any form.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
}

impl fmt::Display for Dtype {
    /// NumPy's and the schema's names; byte order only where it is not little.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number, order) => {
                if *order == ByteOrder::Big && number.size() > 1 {
                    f.write_str(">")?;
                }
                f.write_str(number.name())
            }
            Self::Bool => f.write_str("bool"),
            Self::Text(text) => {
                f.write_str(match text.charset {
                    Charset::Utf8 => "text",
                    Charset::Ascii => "ascii",
                })?;
                match text.length {
                    TextLength::Variable => Ok(()),
                    TextLength::Fixed(size) => write!(f, "[{size}]"),
                }
            }
            Self::Reference => f.write_str("reference"),
            Self::RegionReference => f.write_str("region reference"),
            Self::Compound(compound) => {
                f.write_str("{")?;
                for (i, member) in compound.members.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{}: {}", member.name, member.dtype)?;
                }
                f.write_str("}")
            }
            Self::Enum(enumeration) => {
                write!(f, "enum({}", enumeration.number.name())?;
                for (name, value) in &enumeration.members {
                    write!(f, ", {name}={value}")?;
                }
                f.write_str(")")
            }
            Self::Array(element, dims) => write!(f, "{element}{dims:?}"),
            Self::Sequence(element) => write!(f, "sequence({element})"),
            Self::Foreign(foreign) => f.write_str(&foreign.description),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_records_have_no_gaps() {
        let number = |n| Dtype::native(n);
        let mask =
            Dtype::packed([("x", number(Number::U32)), ("y", number(Number::U32)), ("weight", number(Number::F32))]);
        assert_eq!(mask.size(), 12);
        assert!(mask.is_plain());
        assert_eq!(mask.to_string(), "{x: uint32, y: uint32, weight: float32}");
        let series = Dtype::packed([
            ("idx_start", number(Number::I32)),
            ("count", number(Number::I32)),
            ("timeseries", Dtype::Reference),
        ]);
        assert_eq!(series.size(), 16);
        assert!(!series.is_plain() && series.has_references());
    }
}
