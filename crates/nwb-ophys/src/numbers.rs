//! Elements of any number type as floats, and back.

use nwb_model::element::Element;
use nwb_model::value::Value;

use crate::Result;

/// A number type that `f64` represents exactly.
pub(crate) trait Real: Element + bytemuck::AnyBitPattern {
    fn real(self) -> f64;

    /// The nearest number of this type; ties away from zero.
    fn nearest(value: f64) -> Self;
}

macro_rules! integers {
    ($($t:ty),*) => {$(
        impl Real for $t {
            fn real(self) -> f64 {
                self.into()
            }

            fn nearest(value: f64) -> Self {
                // A cast from float saturates, and makes zero of NaN.
                value.round() as Self
            }
        }
    )*};
}
integers!(i8, i16, i32, u8, u16, u32);

macro_rules! floats {
    ($($t:ty),*) => {$(
        impl Real for $t {
            fn real(self) -> f64 {
                self.into()
            }

            fn nearest(value: f64) -> Self {
                value as Self
            }
        }
    )*};
}
floats!(f32, f64);

/// What is done with elements whose type is known only when they are there.
pub(crate) trait Visit {
    type Output;

    fn visit<T: Real>(self, elements: &[T]) -> Self::Output;
}

/// Shows the elements of a value to a visitor, as they lie if possible, else as `f64`.
///
/// # Errors
/// When they are no numbers, or 64-bit integers that `f64` cannot represent.
pub(crate) fn visit<V: Visit>(value: &Value, visitor: V) -> Result<V::Output> {
    macro_rules! as_they_lie {
        ($($t:ty),*) => {$(
            if let Some(elements) = value.as_slice::<$t>() {
                return Ok(visitor.visit(elements));
            }
        )*};
    }
    as_they_lie!(u16, u8, i16, f32, f64, i8, u32, i32);
    Ok(visitor.visit(&value.to_vec::<f64>()?))
}

/// All elements as `f64`.
pub(crate) fn reals(value: &Value) -> Result<Vec<f64>> {
    struct Reals;

    impl Visit for Reals {
        type Output = Vec<f64>;

        fn visit<T: Real>(self, elements: &[T]) -> Vec<f64> {
            elements.iter().map(|&element| element.real()).collect()
        }
    }

    visit(value, Reals)
}

#[cfg(test)]
mod tests {
    use nwb_model::dtype::{ByteOrder, Dtype, Number};
    use nwb_model::value::{Bytes, Shape};

    use super::*;

    #[test]
    fn every_number_type_becomes_f64() {
        assert_eq!(reals(&Value::vector(vec![-1i8, 2])).unwrap(), [-1.0, 2.0]);
        assert_eq!(reals(&Value::vector(vec![u32::MAX])).unwrap(), [4294967295.0]);
        assert_eq!(reals(&Value::vector(vec![1i64 << 40])).unwrap(), [1099511627776.0]);
        assert!(reals(&Value::vector(vec![i64::MAX])).is_err());
        assert!(reals(&Value::text("no number")).is_err());
        let big = Dtype::Number(Number::U16, ByteOrder::Big);
        let big = Value::from_parts(big, Shape::of(&[2]), Bytes::from_vec(vec![1u8, 0, 0, 1]), None).unwrap();
        assert_eq!(reals(&big).unwrap(), [256.0, 1.0]);
    }

    #[test]
    fn rounds_to_the_nearest() {
        assert_eq!(u16::nearest(-3.0), 0);
        assert_eq!(u16::nearest(70000.0), u16::MAX);
        assert_eq!(i16::nearest(-2.5), -3);
    }
}
