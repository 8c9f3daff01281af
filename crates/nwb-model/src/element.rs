//! Rust types whose values a dataset can hold, and exact conversion between them and what is stored.

mod cast;

use half::f16;

use crate::batch::Convert;
use crate::dtype::{ByteOrder, Dtype, Number};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Bytes;
pub(crate) use cast::AlongAxis;
use cast::Exact;
pub use cast::{Float, Scale};

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

    /// What takes the elements while they are read: the type itself, or bytes for `bool`.
    #[doc(hidden)]
    type Raw: bytemuck::Pod + Send + Sync;

    #[doc(hidden)]
    fn into_raw(self) -> Self::Raw;

    #[doc(hidden)]
    fn from_raw(raw: Vec<Self::Raw>) -> Vec<Self>;

    /// The elements as what takes them, where that is the same.
    #[doc(hidden)]
    fn as_raw(elements: &mut [Self]) -> Option<&mut [Self::Raw]>;

    /// How stored elements become these; `None` where they are these already.
    ///
    /// # Errors
    /// When they are no numbers.
    #[doc(hidden)]
    fn converter(dtype: &Dtype) -> Result<Option<Box<dyn Convert>>>;
}

/// Room for elements; an error where there is none, since the number comes from a file.
pub(crate) fn zeroed<T: bytemuck::Pod>(len: usize) -> Result<Vec<T>> {
    // Only a probe: memory that comes as zeros is taken by `vec!` alone.
    Vec::<T>::new().try_reserve_exact(len).map_err(|error| {
        Error::new(ErrorKind::Limit, "the elements do not fit into memory")
            .found(format!("{len} elements of {} bytes", size_of::<T>()))
            .remedy("read them in parts")
            .caused_by(error)
    })?;
    Ok(vec![T::zeroed(); len])
}

pub(crate) fn not_convertible(dtype: &Dtype, asked: &str) -> Error {
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
                let Some(convert) = Self::converter(dtype)? else { return Ok(bytemuck::pod_collect_to_vec(bytes)) };
                let mut elements = zeroed::<$t>(bytes.len() / dtype.size().max(1))?;
                convert.convert(bytes, 0, bytemuck::cast_slice_mut(&mut elements))?;
                Ok(elements)
            }

            type Raw = Self;

            fn into_raw(self) -> Self {
                self
            }

            fn from_raw(raw: Vec<Self>) -> Vec<Self> {
                raw
            }

            fn as_raw(elements: &mut [Self]) -> Option<&mut [Self]> {
                Some(elements)
            }

            fn converter(dtype: &Dtype) -> Result<Option<Box<dyn Convert>>> {
                match dtype {
                    Dtype::Number(number, order) if (*number, *order) == (Number::$number, ByteOrder::NATIVE) => Ok(None),
                    Dtype::Number(number, order) => Ok(Some(Box::new(Exact::<$t>::new(*number, *order)))),
                    Dtype::Enum(one) => Ok(Some(Box::new(Exact::<$t>::new(one.number, one.order)))),
                    _ => Err(not_convertible(dtype, Number::$number.name())),
                }
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

    type Raw = u8;

    fn into_raw(self) -> u8 {
        self.into()
    }

    fn from_raw(raw: Vec<u8>) -> Vec<Self> {
        raw.into_iter().map(|byte| byte != 0).collect()
    }

    fn as_raw(_: &mut [Self]) -> Option<&mut [u8]> {
        None
    }

    fn converter(dtype: &Dtype) -> Result<Option<Box<dyn Convert>>> {
        if *dtype == Dtype::Bool { Ok(None) } else { Err(not_convertible(dtype, "bool")) }
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
