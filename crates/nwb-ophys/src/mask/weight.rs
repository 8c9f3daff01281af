//! What an image mask can be made of.

use nwb_model::element::Element;

mod sealed {
    pub trait Sealed {}
}

/// A type that the pixels of an image mask can have: every number type of Rust up to 64 bits, and `bool`.
pub trait Weight: Element + sealed::Sealed {
    /// The same number as `f32`, if there is one.
    fn exact_f32(self) -> Option<f32>;
}

macro_rules! integers {
    ($($t:ty),*) => {$(
        impl sealed::Sealed for $t {}

        impl Weight for $t {
            fn exact_f32(self) -> Option<f32> {
                let float = self as f32;
                // The wider integer keeps the way back from saturating at the type's own bounds.
                (float as i128 == i128::from(self)).then_some(float)
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl sealed::Sealed for bool {}

impl Weight for bool {
    fn exact_f32(self) -> Option<f32> {
        Some(f32::from(u8::from(self)))
    }
}

impl sealed::Sealed for f32 {}

impl Weight for f32 {
    fn exact_f32(self) -> Option<f32> {
        Some(self)
    }
}

impl sealed::Sealed for f64 {}

impl Weight for f64 {
    fn exact_f32(self) -> Option<f32> {
        let narrow = self as f32;
        (self.is_nan() || Self::from(narrow) == self).then_some(narrow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_f32_holds() {
        assert_eq!(0.5f64.exact_f32(), Some(0.5));
        assert_eq!(0.1f64.exact_f32(), None);
        assert_eq!(1e300f64.exact_f32(), None);
        assert_eq!((1u32 << 24).exact_f32(), Some(16_777_216.0));
        assert_eq!(((1u32 << 24) + 1).exact_f32(), None);
        assert_eq!(i64::MAX.exact_f32(), None);
        assert_eq!(u64::MAX.exact_f32(), None);
        assert_eq!(i64::MIN.exact_f32(), Some(-9_223_372_036_854_775_808.0));
        assert_eq!(true.exact_f32(), Some(1.0));
    }
}
