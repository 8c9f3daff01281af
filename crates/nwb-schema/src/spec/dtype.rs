//! The types of values.

use std::fmt;

/// What the values of a dataset or an attribute are.
#[derive(Debug, Clone, PartialEq)]
pub enum Dtype {
    /// One kind of value.
    Flat {
        /// The type.
        dtype: FlatDtype,
        /// The synonym by which the schema calls it, such as `uint` for [`FlatDtype::Uint32`].
        spelling: &'static str,
    },
    /// A reference to an object.
    Reference {
        /// The type that the object has, or descends from.
        target_type: String,
        /// What the reference points to.
        reftype: ReferenceKind,
    },
    /// Several named values side by side.
    Compound(Vec<DtypeMember>),
}

/// One named value of a compound.
#[derive(Debug, Clone, PartialEq)]
pub struct DtypeMember {
    /// The name of the value.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// What kind of value it is; never a compound.
    pub dtype: Dtype,
    /// Keys that the language does not know.
    pub extra: super::Extra,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// An object.
    Object,
    /// A part of a dataset; only in schemas older than 2.1.
    Region,
}

impl ReferenceKind {
    /// The word of the specification language.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Region => "region",
        }
    }
}

/// A type of single values. Synonyms are one type: `float` is `float32`, `uint` is `uint32`, `utf8` is `text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FlatDtype {
    /// Signed, 8 bits.
    Int8,
    /// Signed, 16 bits: `int16`, `short`.
    Int16,
    /// Signed, 32 bits: `int32`, `int`.
    Int32,
    /// Signed, 64 bits: `int64`, `long`.
    Int64,
    /// Unsigned, 8 bits.
    Uint8,
    /// Unsigned, 16 bits.
    Uint16,
    /// Unsigned, 32 bits: `uint32`, `uint`.
    Uint32,
    /// Unsigned, 64 bits.
    Uint64,
    /// Floating point, 32 bits: `float32`, `float`.
    Float32,
    /// Floating point, 64 bits: `float64`, `double`.
    Float64,
    /// Any integer or floating-point number.
    Numeric,
    /// Truth values.
    Bool,
    /// Unicode text: `text`, `utf`, `utf8`, `utf-8`.
    Text,
    /// ASCII text: `ascii`, `bytes`.
    Ascii,
    /// A date, or a date and time, as ISO 8601 text: `isodatetime`, `datetime`, `date`.
    Isodatetime,
    /// A reference to any object.
    Object,
    /// A reference to a part of any dataset; only in schemas older than 2.1.
    Region,
}

/// Every spelling, the preferred one of each type first.
const SPELLINGS: &[(&str, FlatDtype)] = &[
    ("text", FlatDtype::Text),
    ("float32", FlatDtype::Float32),
    ("float64", FlatDtype::Float64),
    ("numeric", FlatDtype::Numeric),
    ("int8", FlatDtype::Int8),
    ("int16", FlatDtype::Int16),
    ("int32", FlatDtype::Int32),
    ("int64", FlatDtype::Int64),
    ("uint8", FlatDtype::Uint8),
    ("uint16", FlatDtype::Uint16),
    ("uint32", FlatDtype::Uint32),
    ("uint64", FlatDtype::Uint64),
    ("bool", FlatDtype::Bool),
    ("isodatetime", FlatDtype::Isodatetime),
    ("ascii", FlatDtype::Ascii),
    ("object", FlatDtype::Object),
    ("region", FlatDtype::Region),
    ("utf", FlatDtype::Text),
    ("utf8", FlatDtype::Text),
    ("utf-8", FlatDtype::Text),
    ("bytes", FlatDtype::Ascii),
    ("float", FlatDtype::Float32),
    ("double", FlatDtype::Float64),
    ("short", FlatDtype::Int16),
    ("int", FlatDtype::Int32),
    ("long", FlatDtype::Int64),
    ("uint", FlatDtype::Uint32),
    ("datetime", FlatDtype::Isodatetime),
    ("date", FlatDtype::Isodatetime),
];

impl FlatDtype {
    /// The type that a word of the specification language names, and the word itself.
    ///
    /// ```
    /// use nwb_schema::spec::FlatDtype;
    /// assert_eq!(FlatDtype::from_name("double"), Some((FlatDtype::Float64, "double")));
    /// assert_eq!(FlatDtype::from_name("float16"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<(Self, &'static str)> {
        SPELLINGS.iter().find(|(spelling, _)| *spelling == name).map(|&(spelling, dtype)| (dtype, spelling))
    }

    /// The preferred word for it.
    pub fn as_str(self) -> &'static str {
        SPELLINGS.iter().find(|(_, dtype)| *dtype == self).map_or("numeric", |(spelling, _)| spelling)
    }

    /// Whether it is text of some kind, dates included.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Ascii | Self::Isodatetime)
    }

    /// Whether it is a number; truth values are none.
    pub fn is_number(self) -> bool {
        self == Self::Numeric || self.signed_bits().or(self.unsigned_bits()).or(self.float_bits()).is_some()
    }

    fn signed_bits(self) -> Option<u8> {
        match self {
            Self::Int8 => Some(8),
            Self::Int16 => Some(16),
            Self::Int32 => Some(32),
            Self::Int64 => Some(64),
            _ => None,
        }
    }

    fn unsigned_bits(self) -> Option<u8> {
        match self {
            Self::Uint8 => Some(8),
            Self::Uint16 => Some(16),
            Self::Uint32 => Some(32),
            Self::Uint64 => Some(64),
            _ => None,
        }
    }

    fn float_bits(self) -> Option<u8> {
        match self {
            Self::Float32 => Some(32),
            Self::Float64 => Some(64),
            _ => None,
        }
    }
}

impl fmt::Display for FlatDtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether values of the type `given` are valid where the schema says `asked`.
///
/// The schema's type is the least precision of its kind: `float32` takes `float64`, `uint8` takes every unsigned integer, and no
/// kind takes another. `numeric` takes every number, `text` takes ASCII. The same table decides whether a type may refine the
/// dtype that it inherits.
///
/// ```
/// use nwb_schema::spec::{FlatDtype, dtype_accepts};
/// assert!(dtype_accepts(FlatDtype::Float32, FlatDtype::Float64));
/// assert!(!dtype_accepts(FlatDtype::Float64, FlatDtype::Float32));
/// assert!(!dtype_accepts(FlatDtype::Uint8, FlatDtype::Int64));
/// ```
pub fn dtype_accepts(asked: FlatDtype, given: FlatDtype) -> bool {
    if asked == given {
        return true;
    }
    let at_least =
        |asked: Option<u8>, given: Option<u8>| matches!((asked, given), (Some(asked), Some(given)) if given >= asked);
    match asked {
        FlatDtype::Numeric => given.is_number(),
        FlatDtype::Text => given == FlatDtype::Ascii,
        _ => {
            at_least(asked.signed_bits(), given.signed_bits())
                || at_least(asked.unsigned_bits(), given.unsigned_bits())
                || at_least(asked.float_bits(), given.float_bits())
        }
    }
}

impl Dtype {
    /// The flat type, in its preferred spelling.
    pub fn flat(dtype: FlatDtype) -> Self {
        Self::Flat { dtype, spelling: dtype.as_str() }
    }

    /// The flat type, if it is one.
    pub fn as_flat(&self) -> Option<FlatDtype> {
        match self {
            Self::Flat { dtype, .. } => Some(*dtype),
            Self::Reference { .. } | Self::Compound(_) => None,
        }
    }

    /// The members, if it is a compound.
    pub fn as_compound(&self) -> Option<&[DtypeMember]> {
        match self {
            Self::Compound(members) => Some(members),
            Self::Flat { .. } | Self::Reference { .. } => None,
        }
    }

    /// The type that the values refer to, if they are references.
    pub fn target_type(&self) -> Option<&str> {
        match self {
            Self::Reference { target_type, .. } => Some(target_type),
            Self::Flat { .. } | Self::Compound(_) => None,
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flat { spelling, .. } => f.write_str(spelling),
            Self::Reference { target_type, reftype } => write!(f, "{} reference to {target_type}", reftype.as_str()),
            Self::Compound(members) => {
                f.write_str("compound of ")?;
                for (index, member) in members.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{}: {}", member.name, member.dtype)?;
                }
                Ok(())
            }
        }
    }
}
