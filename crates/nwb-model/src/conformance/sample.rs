//! Types and values made from a run of bytes: where they come from proptest, smaller bytes make simpler things.

use std::sync::Arc;

use crate::backend::Address;
use crate::dtype::{ByteOrder, Charset, Compound, Dtype, Enumeration, Member, Number, Padding, TextLength, TextType};
use crate::error::Result;
use crate::value::{Bytes, Heap, Shape, Value};

/// A run of bytes that choices are made from; zeros when it is used up.
#[derive(Clone, Debug)]
pub struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    /// Choices from these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether bytes are left.
    #[must_use]
    pub fn are_left(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below a limit, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        let wide = if limit > 256 { usize::from(self.byte()) << 8 } else { 0 };
        (wide | usize::from(self.byte())) % limit.max(1)
    }

    /// Yes for one byte in so many; no when the bytes are used up.
    pub fn one_in(&mut self, many: u8) -> bool {
        self.byte() % many.max(1) == many.max(1) - 1
    }

    /// One of several.
    pub fn of<T: Copy>(&mut self, several: &[T], otherwise: T) -> T {
        let at = self.below(several.len());
        several.get(at).copied().unwrap_or(otherwise)
    }
}

/// Bytes that look like chance and are always the same.
#[must_use]
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((mixed ^ (mixed >> 31)).to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// Every simple type there is, and some that are made of others.
#[must_use]
pub fn types() -> Vec<Dtype> {
    let mut types: Vec<Dtype> = Vec::new();
    for number in Number::ALL {
        types.extend([ByteOrder::Little, ByteOrder::Big].map(|order| Dtype::Number(number, order)));
    }
    types.push(Dtype::Bool);
    for length in [TextLength::Variable, TextLength::Fixed(1), TextLength::Fixed(9)] {
        for padding in [Padding::NullTerminated, Padding::NullPadded, Padding::SpacePadded] {
            for charset in [Charset::Utf8, Charset::Ascii] {
                types.push(Dtype::Text(TextType { length, padding, charset }));
            }
        }
    }
    types.push(Dtype::Reference);
    for order in [ByteOrder::Little, ByteOrder::Big] {
        for number in Number::ALL.into_iter().filter(|number| !number.is_float()) {
            types.push(enumeration(number, order, 3));
        }
    }
    let i32s = Dtype::Number(Number::I32, ByteOrder::Little);
    let series =
        Dtype::packed([("idx_start", i32s.clone()), ("count", i32s.clone()), ("timeseries", Dtype::Reference)]);
    let gaps = Dtype::Compound(Arc::new(Compound {
        size: 40,
        members: vec![
            Member { name: "n\u{e4}me".into(), offset: 1, dtype: Dtype::Number(Number::F32, ByteOrder::Big) },
            Member { name: "flag".into(), offset: 7, dtype: Dtype::Bool },
            Member { name: "far off".into(), offset: 32, dtype: Dtype::TEXT },
        ],
    }));
    let array = |element: &Dtype, dims: &[usize]| Dtype::Array(Arc::new(element.clone()), dims.to_vec());
    let sequence = |element: &Dtype| Dtype::Sequence(Arc::new(element.clone()));
    types.extend([
        array(&i32s, &[2, 3]),
        array(&Dtype::TEXT, &[2]),
        array(&series, &[2]),
        sequence(&Dtype::Number(Number::I16, ByteOrder::Big)),
        sequence(&Dtype::TEXT),
        sequence(&Dtype::Reference),
        sequence(&sequence(&Dtype::TEXT)),
        sequence(&series),
        Dtype::packed([("series", series.clone()), ("again", array(&gaps, &[2])), ("parts", sequence(&gaps))]),
        series,
        gaps,
    ]);
    types
}

fn enumeration(number: Number, order: ByteOrder, members: usize) -> Dtype {
    let bits = 8 * number.size() - usize::from(!number.is_unsigned());
    let highest = (1i128 << bits) - 1;
    let lowest = if number.is_unsigned() { 0 } else { -highest - 1 };
    let all = [("highest", highest), ("the lowest", lowest), ("\u{fc}ber 1", 1), ("two", 2)];
    let members = all.into_iter().take(members.max(1)).map(|(name, value)| (name.into(), value)).collect();
    Dtype::Enum(Arc::new(Enumeration { number, order, members }))
}

/// A type, made of others to that depth at most.
pub fn dtype(choices: &mut Choices<'_>, depth: usize) -> Dtype {
    let order = if choices.one_in(4) { ByteOrder::Big } else { ByteOrder::Little };
    let number = |choices: &mut Choices<'_>| choices.of(&Number::ALL, Number::F64);
    match choices.below(if depth == 0 { 10 } else { 16 }) {
        0..=2 => Dtype::Number(number(choices), order),
        3 | 4 => Dtype::TEXT,
        5 => Dtype::ASCII,
        6 => {
            let length = TextLength::Fixed(1 + choices.below(12));
            let padding =
                choices.of(&[Padding::NullPadded, Padding::NullTerminated, Padding::SpacePadded], Padding::NullPadded);
            Dtype::Text(TextType {
                length,
                padding,
                charset: choices.of(&[Charset::Ascii, Charset::Utf8], Charset::Utf8),
            })
        }
        7 => Dtype::Bool,
        8 => Dtype::Reference,
        9 => {
            let number = choices.of(&[Number::U8, Number::I8, Number::I32, Number::U64], Number::U8);
            enumeration(number, order, 1 + choices.below(4))
        }
        10..=12 => {
            let mut size = 0;
            let members = (0..1 + choices.below(3))
                .map(|index| {
                    let dtype = dtype(choices, depth - 1);
                    let offset = size + if choices.one_in(4) { choices.below(9) } else { 0 };
                    size = offset + dtype.size();
                    Member { name: format!("member {index}"), offset, dtype }
                })
                .collect();
            Dtype::Compound(Arc::new(Compound { size: size + choices.below(2), members }))
        }
        13 => {
            let dims = (0..1 + choices.below(2)).map(|_| 1 + choices.below(3)).collect();
            Dtype::Array(Arc::new(dtype(choices, depth - 1)), dims)
        }
        _ => Dtype::Sequence(Arc::new(dtype(choices, depth - 1))),
    }
}

/// A value of that type and shape; its references are to these addresses, or null.
///
/// # Errors
/// When the shape is too large.
pub fn value(choices: &mut Choices<'_>, dtype: &Dtype, shape: Shape, targets: &[Address]) -> Result<Value> {
    let count = shape.len().and_then(|len| usize::try_from(len).ok()).unwrap_or(0);
    let mut bytes = vec![0; count.saturating_mul(dtype.size())];
    let mut heap = Heap::new();
    for element in bytes.chunks_exact_mut(dtype.size().max(1)) {
        fill(choices, dtype, element, &mut heap, targets)?;
    }
    let heap = (!dtype.is_plain()).then_some(heap);
    Value::from_parts(dtype.clone(), shape, Bytes::from_vec(bytes), heap)
}

const TEXTS: [&str; 8] = [
    "",
    "a",
    "text",
    "gr\u{f6}\u{df}er",
    "\u{4e2d}\u{6587}\n\ttwo lines",
    "  blanks  ",
    "\u{1f9e0}",
    "{\"json\":[1,2]}",
];

fn fill(
    choices: &mut Choices<'_>,
    dtype: &Dtype,
    element: &mut [u8],
    heap: &mut Heap,
    targets: &[Address],
) -> Result<()> {
    let put = |element: &mut [u8], index: u64| {
        if let Some(slot) = element.first_chunk_mut() {
            *slot = index.to_ne_bytes();
        }
    };
    match dtype {
        Dtype::Number(..) => element.iter_mut().for_each(|byte| *byte = choices.byte()),
        Dtype::Bool => element.fill(choices.byte() & 1),
        Dtype::Enum(enumeration) => {
            let at = choices.below(enumeration.members.len());
            let value = enumeration.members.get(at).map_or(0, |(_, value)| *value);
            element.iter_mut().zip(value.to_le_bytes()).for_each(|(place, byte)| *place = byte);
            if enumeration.order == ByteOrder::Big {
                element.reverse();
            }
        }
        Dtype::Text(text) => match text.length {
            TextLength::Variable => {
                let content = choices.of(&TEXTS, "");
                let index = match choices.one_in(16) {
                    true => heap.push_text(b"not \xff UTF-8"),
                    false => heap.push_text(content.as_bytes()),
                };
                put(element, index);
            }
            TextLength::Fixed(_) => element.iter_mut().for_each(|byte| *byte = choices.byte()),
        },
        Dtype::Reference => {
            let target = if choices.one_in(5) { None } else { targets.get(choices.below(targets.len())) };
            put(element, target.copied().unwrap_or(Address::NULL).0);
        }
        Dtype::Sequence(inner) => {
            let len = choices.below(4) as u64;
            let content = value(choices, inner, Shape::Simple(vec![len]), targets)?;
            put(element, heap.push_sequence(content));
        }
        Dtype::Compound(compound) => {
            for member in &compound.members {
                let range = member.offset..member.offset + member.dtype.size();
                if let Some(place) = element.get_mut(range) {
                    fill(choices, &member.dtype, place, heap, targets)?;
                }
            }
        }
        Dtype::Array(inner, _) => {
            for place in element.chunks_exact_mut(inner.size().max(1)) {
                fill(choices, inner, place, heap, targets)?;
            }
        }
        // Only a backend can make these.
        Dtype::RegionReference | Dtype::Foreign(_) => {}
    }
    Ok(())
}
