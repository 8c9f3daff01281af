//! Numbers of one type made into numbers of another, many at a time.

use std::marker::PhantomData;

use half::f16;

use super::{Element, not_convertible};
use crate::batch::Convert;
use crate::dtype::{ByteOrder, Dtype, Number};
use crate::error::{Error, ErrorKind, Result};

/// A number before it has found its type.
pub(super) trait FromNumber: Copy + Sized {
    const NUMBER: Number;

    /// Converts all elements if every number of the stored type is one of these too; else `None`, and nothing is done.
    fn widen(number: Number, order: ByteOrder, stored: &[u8], out: &mut [Self]) -> Option<()>;

    fn from_i64(value: i64) -> Option<Self>;
    fn from_u64(value: u64) -> Option<Self>;
    fn from_f64(value: f64) -> Option<Self>;
}

macro_rules! widens {
    ($number:ident: $($from:ident $source:ty),*) => {
        const NUMBER: Number = Number::$number;

        fn widen(number: Number, order: ByteOrder, stored: &[u8], out: &mut [Self]) -> Option<()> {
            match (number, order) {
                $(
                    (Number::$from, ByteOrder::Little) => each(stored, out, |raw| <$source>::from_le_bytes(raw).into()),
                    (Number::$from, ByteOrder::Big) => each(stored, out, |raw| <$source>::from_be_bytes(raw).into()),
                )*
                _ => return None,
            }
            Some(())
        }
    };
}

fn each<const N: usize, T>(stored: &[u8], out: &mut [T], convert: impl Fn([u8; N]) -> T) {
    for (raw, out) in stored.as_chunks::<N>().0.iter().zip(out) {
        *out = convert(*raw);
    }
}

macro_rules! integers {
    ($($t:ty = $number:ident: $($from:ident $source:ty),*;)*) => {$(
        impl FromNumber for $t {
            widens!($number: $($from $source),*);

            fn from_i64(value: i64) -> Option<Self> {
                Self::try_from(value).ok()
            }
            fn from_u64(value: u64) -> Option<Self> {
                Self::try_from(value).ok()
            }
            fn from_f64(_: f64) -> Option<Self> {
                None
            }
        }
    )*};
}
integers! {
    i8 = I8: I8 i8;
    i16 = I16: I8 i8, U8 u8, I16 i16;
    i32 = I32: I8 i8, U8 u8, I16 i16, U16 u16, I32 i32;
    i64 = I64: I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64;
    u8 = U8: U8 u8;
    u16 = U16: U8 u8, U16 u16;
    u32 = U32: U8 u8, U16 u16, U32 u32;
    u64 = U64: U8 u8, U16 u16, U32 u32, U64 u64;
}

impl FromNumber for f64 {
    widens!(F64: I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, F16 f16, F32 f32, F64 f64);

    fn from_i64(value: i64) -> Option<Self> {
        let float = value as Self;
        // The bound itself would saturate on the way back.
        (float as i64 == value && float != i64::MAX as Self).then_some(float)
    }
    fn from_u64(value: u64) -> Option<Self> {
        let float = value as Self;
        (float as u64 == value && float != u64::MAX as Self).then_some(float)
    }
    fn from_f64(value: f64) -> Option<Self> {
        Some(value)
    }
}

impl FromNumber for f32 {
    widens!(F32: I8 i8, U8 u8, I16 i16, U16 u16, F16 f16, F32 f32);

    fn from_i64(value: i64) -> Option<Self> {
        f64::from_i64(value).and_then(Self::from_f64)
    }
    fn from_u64(value: u64) -> Option<Self> {
        f64::from_u64(value).and_then(Self::from_f64)
    }
    fn from_f64(value: f64) -> Option<Self> {
        let narrow = value as Self;
        (value.is_nan() || f64::from(narrow) == value).then_some(narrow)
    }
}

impl FromNumber for f16 {
    widens!(F16: I8 i8, U8 u8, F16 f16);

    fn from_i64(value: i64) -> Option<Self> {
        f64::from_i64(value).and_then(<Self as FromNumber>::from_f64)
    }
    fn from_u64(value: u64) -> Option<Self> {
        f64::from_u64(value).and_then(<Self as FromNumber>::from_f64)
    }
    fn from_f64(value: f64) -> Option<Self> {
        let narrow = Self::from_f64(value);
        (value.is_nan() || f64::from(narrow) == value).then_some(narrow)
    }
}

/// Each number exactly, or not at all.
pub(super) struct Exact<T> {
    number: Number,
    order: ByteOrder,
    to: PhantomData<fn() -> T>,
}

impl<T> Exact<T> {
    pub(super) fn new(number: Number, order: ByteOrder) -> Self {
        Self { number, order, to: PhantomData }
    }
}

impl<T: FromNumber + bytemuck::Pod> Convert for Exact<T> {
    fn size(&self) -> usize {
        size_of::<T>()
    }

    fn convert(&self, stored: &[u8], _: usize, out: &mut [u8]) -> Result<()> {
        let out = typed::<T>(out)?;
        let (number, order) = (self.number, self.order);
        if T::widen(number, order, stored, out).is_some() {
            return Ok(());
        }
        let converted = match number {
            Number::I8 => checked(stored, order, i8::from_ne_bytes, |v| T::from_i64(v.into()), out),
            Number::I16 => checked(stored, order, i16::from_ne_bytes, |v| T::from_i64(v.into()), out),
            Number::I32 => checked(stored, order, i32::from_ne_bytes, |v| T::from_i64(v.into()), out),
            Number::I64 => checked(stored, order, i64::from_ne_bytes, T::from_i64, out),
            Number::U8 => checked(stored, order, u8::from_ne_bytes, |v| T::from_u64(v.into()), out),
            Number::U16 => checked(stored, order, u16::from_ne_bytes, |v| T::from_u64(v.into()), out),
            Number::U32 => checked(stored, order, u32::from_ne_bytes, |v| T::from_u64(v.into()), out),
            Number::U64 => checked(stored, order, u64::from_ne_bytes, T::from_u64, out),
            Number::F16 => checked(stored, order, f16::from_ne_bytes, |v| T::from_f64(v.into()), out),
            Number::F32 => checked(stored, order, f32::from_ne_bytes, |v| T::from_f64(v.into()), out),
            Number::F64 => checked(stored, order, f64::from_ne_bytes, T::from_f64, out),
        };
        converted.ok_or_else(|| not_convertible(&Dtype::Number(number, order), T::NUMBER.name()))
    }
}

fn checked<const N: usize, S, T>(
    stored: &[u8],
    order: ByteOrder,
    read: fn([u8; N]) -> S,
    convert: impl Fn(S) -> Option<T>,
    out: &mut [T],
) -> Option<()> {
    for (raw, out) in stored.as_chunks::<N>().0.iter().zip(out) {
        let mut raw = *raw;
        if order != ByteOrder::NATIVE {
            raw.reverse();
        }
        *out = convert(read(raw))?;
    }
    Some(())
}

fn typed<T: bytemuck::Pod>(out: &mut [u8]) -> Result<&mut [T]> {
    bytemuck::try_cast_slice_mut(out).map_err(|error| {
        Error::new(ErrorKind::Invalid, "the elements do not lie where their type can")
            .found(error.to_string())
            .remedy("read into an array of that type")
    })
}

/// A floating-point type that physical quantities can be read as.
pub trait Float: Element {
    #[doc(hidden)]
    fn scaler(dtype: &Dtype, scale: Scale) -> Result<Box<dyn Convert>>;
}

/// From what is stored to a physical quantity: `stored * conversion + offset`, computed in double precision.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Scale {
    pub conversion: f64,
    pub offset: f64,
}

struct Scaled<T> {
    number: Number,
    order: ByteOrder,
    scale: Scale,
    to: PhantomData<fn() -> T>,
}

macro_rules! floats {
    ($($t:ty),*) => {$(
        impl Float for $t {
            fn scaler(dtype: &Dtype, scale: Scale) -> Result<Box<dyn Convert>> {
                match dtype {
                    Dtype::Number(number, order) => {
                        Ok(Box::new(Scaled::<$t> { number: *number, order: *order, scale, to: PhantomData }))
                    }
                    _ => Err(not_convertible(dtype, "a physical quantity")),
                }
            }
        }

        impl Convert for Scaled<$t> {
            fn size(&self) -> usize {
                size_of::<$t>()
            }

            fn convert(&self, stored: &[u8], _: usize, out: &mut [u8]) -> Result<()> {
                let out = typed::<$t>(out)?;
                let Scale { conversion, offset } = self.scale;
                scaled(self.number, self.order, stored, out, |stored| (stored * conversion + offset) as $t);
                Ok(())
            }
        }
    )*};
}
floats!(f32, f64);

/// As [`Scale`] has it, with a factor of its own for each place along one axis of what is read: `stored * conversion * factor + offset`.
pub(crate) struct AlongAxis {
    number: Number,
    order: ByteOrder,
    scale: Scale,
    factors: Vec<f64>,
    /// Elements from one place of the axis to the next.
    stride: usize,
}

impl AlongAxis {
    pub(crate) fn new(dtype: &Dtype, scale: Scale, factors: Vec<f64>, stride: usize) -> Result<Self> {
        match dtype {
            Dtype::Number(number, order) => {
                Ok(Self { number: *number, order: *order, scale, factors, stride: stride.max(1) })
            }
            _ => Err(not_convertible(dtype, "a physical quantity")),
        }
    }

    /// Elements from a place of what is read on, converted but for their factors and the offset.
    fn apply(&self, mut at: usize, mut values: &mut [f64]) {
        let offset = self.scale.offset;
        while !values.is_empty() {
            let Some(place) = (at / self.stride).checked_rem(self.factors.len()) else { return };
            let factors = self.factors.get(place..).unwrap_or_default();
            let run = if self.stride == 1 { factors.len() } else { self.stride - at % self.stride };
            let (some, rest) = values.split_at_mut(run.min(values.len()));
            at += some.len();
            values = rest;
            if self.stride == 1 {
                some.iter_mut().zip(factors).for_each(|(value, factor)| *value = *value * factor + offset);
            } else if let Some(factor) = factors.first() {
                some.iter_mut().for_each(|value| *value = *value * factor + offset);
            }
        }
    }
}

impl Convert for AlongAxis {
    fn size(&self) -> usize {
        size_of::<f64>()
    }

    fn convert(&self, stored: &[u8], first: usize, out: &mut [u8]) -> Result<()> {
        /// Elements that are looked at twice, while they are at hand.
        const FEW: usize = 512;
        let out = typed::<f64>(out)?;
        for (n, (stored, out)) in stored.chunks(FEW * self.number.size()).zip(out.chunks_mut(FEW)).enumerate() {
            scaled(self.number, self.order, stored, out, |stored| stored * self.scale.conversion);
            self.apply(first + n * FEW, out);
        }
        Ok(())
    }
}

fn scaled<T>(number: Number, order: ByteOrder, stored: &[u8], out: &mut [T], scale: impl Fn(f64) -> T) {
    macro_rules! each_of {
        ($($number:ident $t:ty = $float:expr;)*) => {
            match (number, order) {$(
                (Number::$number, ByteOrder::Little) => each(stored, out, |raw| scale($float(<$t>::from_le_bytes(raw)))),
                (Number::$number, ByteOrder::Big) => each(stored, out, |raw| scale($float(<$t>::from_be_bytes(raw)))),
            )*}
        };
    }
    each_of! {
        I8 i8 = f64::from;
        U8 u8 = f64::from;
        I16 i16 = f64::from;
        U16 u16 = f64::from;
        I32 i32 = f64::from;
        U32 u32 = f64::from;
        I64 i64 = |stored: i64| stored as f64;
        U64 u64 = |stored: u64| stored as f64;
        F16 f16 = f64::from;
        F32 f32 = f64::from;
        F64 f64 = f64::from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What goes without loss for every number of the type, and what is looked at one by one, agree.
    #[test]
    fn both_ways_of_conversion_agree() {
        let bytes: Vec<u8> = (0..=255u8).map(|n| n.wrapping_mul(37)).collect();
        for number in Number::ALL {
            for order in [ByteOrder::Little, ByteOrder::Big] {
                let mut whole = vec![0f64; bytes.len() / number.size()];
                if f64::widen(number, order, &bytes, &mut whole).is_none() {
                    continue;
                }
                let one = |raw: &[u8]| {
                    let mut little: Vec<u8> = raw.to_vec();
                    if order == ByteOrder::Big {
                        little.reverse();
                    }
                    let negative = !number.is_unsigned() && little.last().is_some_and(|&byte| byte > 127);
                    little.resize(8, if negative { 255 } else { 0 });
                    i64::from_le_bytes(little.try_into().unwrap()) as f64
                };
                if !number.is_float() {
                    let expected: Vec<f64> = bytes.chunks_exact(number.size()).map(one).collect();
                    assert_eq!(whole, expected, "{number:?} {order:?}");
                }
            }
        }
    }

    #[test]
    fn physical_quantities() {
        let scale = Scale { conversion: 0.5, offset: -1.0 };
        let big = Dtype::Number(Number::I16, ByteOrder::Big);
        let mut out = [0f32; 2];
        f32::scaler(&big, scale).unwrap().convert(&[0, 4, 255, 255], 0, bytemuck::cast_slice_mut(&mut out)).unwrap();
        assert_eq!(out, [1.0, -1.5]);
        assert!(f64::scaler(&Dtype::Bool, scale).is_err());
    }

    #[test]
    fn factors_along_an_axis_are_the_same_in_pieces() {
        let scale = Scale { conversion: 0.5, offset: -1.0 };
        let stored: Vec<i16> = (0..3000i16).map(|n| n.wrapping_mul(1201)).collect();
        for (places, stride) in [(1, 1), (3, 1), (7, 4), (700, 1), (2, 600), (5, 3000)] {
            let factors: Vec<f64> = (0..places).map(|n| n as f64 + 0.25).collect();
            let expected: Vec<f64> = stored
                .iter()
                .enumerate()
                .map(|(at, &stored)| f64::from(stored) * 0.5 * factors[at / stride % places] - 1.0)
                .collect();
            let convert = AlongAxis::new(&Dtype::native(Number::I16), scale, factors, stride).unwrap();
            let mut out = vec![0f64; stored.len()];
            let mut first = 0;
            for length in [1, 2, 5, 1023, 4, 1200, 765] {
                let piece = first..first + length;
                let stored = bytemuck::cast_slice(&stored[piece.clone()]);
                convert.convert(stored, first, bytemuck::cast_slice_mut(&mut out[piece])).unwrap();
                first += length;
            }
            assert_eq!((first, &out), (stored.len(), &expected), "{places} places, {stride} apart");
        }
        let none = AlongAxis::new(&Dtype::native(Number::I16), scale, Vec::new(), 1).unwrap();
        none.convert(&[], 0, bytemuck::cast_slice_mut(&mut [0f64; 0])).unwrap();
        assert!(AlongAxis::new(&Dtype::TEXT, scale, Vec::new(), 1).is_err());
    }
}
