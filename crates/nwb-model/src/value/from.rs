//! Values from plain Rust values.

use super::Value;
use crate::time::Timestamp;

macro_rules! from_numbers {
    ($($t:ty),*) => {$(
        impl From<$t> for Value {
            fn from(value: $t) -> Self {
                Self::scalar(value)
            }
        }

        impl From<Vec<$t>> for Value {
            fn from(values: Vec<$t>) -> Self {
                Self::vector(values)
            }
        }
    )*};
}
from_numbers!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::text(&text)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::texts(texts)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::ascii(time.as_str())
    }
}
