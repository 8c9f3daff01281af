//! Rust types whose values a dataset can hold, and exact conversion between them and what is stored.

use half::f16;

use crate::dtype::{ByteOrder, Dtype, Number};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Bytes;

mod sealed {
    pub trait Sealed {}
}

/// A number type, or `bool`.
///
/// Numbers are converted only where nothing is lost: every stored value must be representable in the asked-for type.
/// Integers may become floats, floats never become integers.
pub trait Element: sealed::Sealed + Copy + PartialEq + Send + Sync + std::fmt::Debug + Default + 'static {
    /// How it is written.
    fn dtype() -> Dtype;

    /// The elements' bytes, in this machine's byte order.
    fn into_bytes(elements: Vec<Self>) -> Bytes;

    /// Elements from stored bytes.
    ///
    /// # Errors
    /// When they are no numbers, or one of them cannot be represented.
    fn from_stored(dtype: &Dtype, bytes: &[u8]) -> Result<Vec<Self>>;

    /// Room for `len` elements that a backend can read into, if this type's bytes are the stored ones.
    fn read_with(dtype: &Dtype, len: usize, read: &mut dyn FnMut(&mut [u8]) -> Result<()>) -> Result<Vec<Self>>;
}

/// A number before it has found its type.
trait Convert: Sized {
    fn from_i64(value: i64) -> Option<Self>;
    fn from_u64(value: u64) -> Option<Self>;
    fn from_f64(value: f64) -> Option<Self>;
}

macro_rules! integers {
    ($($t:ty),*) => {$(
        impl Convert for $t {
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
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Convert for f64 {
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

impl Convert for f32 {
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

impl Convert for f16 {
    fn from_i64(value: i64) -> Option<Self> {
        f64::from_i64(value).and_then(<Self as Convert>::from_f64)
    }
    fn from_u64(value: u64) -> Option<Self> {
        f64::from_u64(value).and_then(<Self as Convert>::from_f64)
    }
    fn from_f64(value: f64) -> Option<Self> {
        let narrow = Self::from_f64(value);
        (value.is_nan() || f64::from(narrow) == value).then_some(narrow)
    }
}

/// Room for elements; an error where there is none, since the number comes from a file.
fn zeroed<T: Copy + Default>(len: usize) -> Result<Vec<T>> {
    // Only a probe: memory that comes as zeros is taken by `vec!` alone.
    Vec::<T>::new().try_reserve_exact(len).map_err(|error| {
        Error::new(ErrorKind::Limit, "the elements do not fit into memory")
            .found(format!("{len} elements of {} bytes", size_of::<T>()))
            .remedy("read them in parts")
            .caused_by(error)
    })?;
    Ok(vec![T::default(); len])
}

fn decode<const N: usize, S, T>(
    bytes: &[u8],
    order: ByteOrder,
    read: fn([u8; N]) -> S,
    convert: impl Fn(S) -> Option<T>,
) -> Option<Vec<T>> {
    bytes
        .chunks_exact(N)
        .map(|chunk| {
            let mut raw = [0; N];
            raw.copy_from_slice(chunk);
            if order != ByteOrder::NATIVE {
                raw.reverse();
            }
            convert(read(raw))
        })
        .collect()
}

fn numbers<T: Convert>(number: Number, order: ByteOrder, bytes: &[u8]) -> Option<Vec<T>> {
    match number {
        Number::I8 => decode(bytes, order, i8::from_ne_bytes, |v| T::from_i64(v.into())),
        Number::I16 => decode(bytes, order, i16::from_ne_bytes, |v| T::from_i64(v.into())),
        Number::I32 => decode(bytes, order, i32::from_ne_bytes, |v| T::from_i64(v.into())),
        Number::I64 => decode(bytes, order, i64::from_ne_bytes, T::from_i64),
        Number::U8 => decode(bytes, order, u8::from_ne_bytes, |v| T::from_u64(v.into())),
        Number::U16 => decode(bytes, order, u16::from_ne_bytes, |v| T::from_u64(v.into())),
        Number::U32 => decode(bytes, order, u32::from_ne_bytes, |v| T::from_u64(v.into())),
        Number::U64 => decode(bytes, order, u64::from_ne_bytes, T::from_u64),
        Number::F16 => decode(bytes, order, f16::from_ne_bytes, |v| T::from_f64(v.into())),
        Number::F32 => decode(bytes, order, f32::from_ne_bytes, |v| T::from_f64(v.into())),
        Number::F64 => decode(bytes, order, f64::from_ne_bytes, T::from_f64),
    }
}

fn not_convertible(dtype: &Dtype, asked: &str) -> Error {
    let error =
        Error::new(ErrorKind::WrongType, "the stored values cannot be given in the type asked for without loss")
            .expected(asked)
            .found(dtype.to_string());
    match dtype {
        Dtype::Number(..) => error.remedy(format!("read them as {dtype}, and convert them as you see fit")),
        _ => error,
    }
}

macro_rules! elements {
    ($($t:ty = $number:ident),*) => {$(
        impl sealed::Sealed for $t {}

        impl Element for $t {
            fn dtype() -> Dtype {
                Dtype::native(Number::$number)
            }

            fn into_bytes(elements: Vec<Self>) -> Bytes {
                Bytes::from_vec(elements)
            }

            fn from_stored(dtype: &Dtype, bytes: &[u8]) -> Result<Vec<Self>> {
                if *dtype == Self::dtype() {
                    return Ok(bytemuck::pod_collect_to_vec(bytes));
                }
                match dtype {
                    Dtype::Number(number, order) => numbers(*number, *order, bytes),
                    Dtype::Enum(enumeration) => numbers(enumeration.number, enumeration.order, bytes),
                    _ => None,
                }
                .ok_or_else(|| not_convertible(dtype, Number::$number.name()))
            }

            fn read_with(dtype: &Dtype, len: usize, read: &mut dyn FnMut(&mut [u8]) -> Result<()>) -> Result<Vec<Self>> {
                if *dtype == Self::dtype() {
                    let mut elements = zeroed::<$t>(len)?;
                    read(bytemuck::cast_slice_mut(&mut elements))?;
                    return Ok(elements);
                }
                if !matches!(dtype, Dtype::Number(..) | Dtype::Enum(_)) {
                    return Err(not_convertible(dtype, Number::$number.name()));
                }
                let mut stored = zeroed::<u8>(len.saturating_mul(dtype.size()))?;
                read(&mut stored)?;
                Self::from_stored(dtype, &stored)
            }
        }
    )*};
}
elements!(
    i8 = I8,
    i16 = I16,
    i32 = I32,
    i64 = I64,
    u8 = U8,
    u16 = U16,
    u32 = U32,
    u64 = U64,
    f16 = F16,
    f32 = F32,
    f64 = F64
);

impl sealed::Sealed for bool {}

impl Element for bool {
    fn dtype() -> Dtype {
        Dtype::Bool
    }

    fn into_bytes(elements: Vec<Self>) -> Bytes {
        Bytes::from_vec(elements)
    }

    fn from_stored(dtype: &Dtype, bytes: &[u8]) -> Result<Vec<Self>> {
        match dtype {
            Dtype::Bool => Ok(bytes.iter().map(|&byte| byte != 0).collect()),
            _ => Err(not_convertible(dtype, "bool")),
        }
    }

    fn read_with(dtype: &Dtype, len: usize, read: &mut dyn FnMut(&mut [u8]) -> Result<()>) -> Result<Vec<Self>> {
        if *dtype != Dtype::Bool {
            return Err(not_convertible(dtype, "bool"));
        }
        let mut stored = zeroed::<u8>(len)?;
        read(&mut stored)?;
        Self::from_stored(dtype, &stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_only_without_loss() {
        let stored = |values: Vec<i64>| i64::into_bytes(values);
        let dtype = <i64 as Element>::dtype();
        assert_eq!(u8::from_stored(&dtype, stored(vec![0, 255]).as_slice()).unwrap(), [0, 255]);
        assert!(u8::from_stored(&dtype, stored(vec![256]).as_slice()).is_err());
        assert!(u8::from_stored(&dtype, stored(vec![-1]).as_slice()).is_err());
        assert_eq!(f64::from_stored(&dtype, stored(vec![1 << 53]).as_slice()).unwrap(), [9007199254740992.0]);
        assert!(f64::from_stored(&dtype, stored(vec![(1 << 53) + 1]).as_slice()).is_err());
        assert!(f64::from_stored(&dtype, stored(vec![i64::MAX]).as_slice()).is_err());
        let floats = f64::into_bytes(vec![0.5, f64::NAN]);
        let narrow = f32::from_stored(&<f64 as Element>::dtype(), floats.as_slice()).unwrap();
        assert!(narrow[0] == 0.5 && narrow[1].is_nan());
        assert!(f32::from_stored(&<f64 as Element>::dtype(), f64::into_bytes(vec![0.1]).as_slice()).is_err());
        assert!(i32::from_stored(&<f64 as Element>::dtype(), f64::into_bytes(vec![1.0]).as_slice()).is_err());
    }

    #[test]
    fn swaps_bytes() {
        let big = Dtype::Number(Number::U16, ByteOrder::Big);
        assert_eq!(u16::from_stored(&big, &[1, 2]).unwrap(), [0x0102]);
    }
}
