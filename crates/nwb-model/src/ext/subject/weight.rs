//! What a subject weighs: a number with its unit.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// A weight as NWB writes it: `0.02 kg`, `21.5 g`.
///
/// ```
/// use nwb_model::ext::{MassUnit, Weight};
///
/// let weight: Weight = "21.5 g".parse()?;
/// assert_eq!((weight.value, weight.unit), (21.5, MassUnit::Gram));
/// assert_eq!(weight.kilograms(), 0.0215);
/// assert_eq!(Weight::grams(20.0).to_string(), "20 g");
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// How many of the unit.
    pub value: f64,
    /// The unit.
    pub unit: MassUnit,
}

/// A unit of mass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MassUnit {
    /// `kg`
    Kilogram,
    /// `g`
    Gram,
    /// `mg`
    Milligram,
    /// `ug`
    Microgram,
    /// `ng`
    Nanogram,
    /// `pg`
    Picogram,
}

impl MassUnit {
    const ALL: [Self; 6] =
        [Self::Kilogram, Self::Gram, Self::Milligram, Self::Microgram, Self::Nanogram, Self::Picogram];

    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::Gram => "g",
            Self::Milligram => "mg",
            Self::Microgram => "ug",
            Self::Nanogram => "ng",
            Self::Picogram => "pg",
        }
    }

    /// How many of it are a kilogram.
    fn in_a_kilogram(self) -> f64 {
        match self {
            Self::Kilogram => 1.0,
            Self::Gram => 1e3,
            Self::Milligram => 1e6,
            Self::Microgram => 1e9,
            Self::Nanogram => 1e12,
            Self::Picogram => 1e15,
        }
    }
}

impl FromStr for MassUnit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let known = |unit: &Self| unit.symbol() == text || (text == "µg" || text == "μg") && *unit == Self::Microgram;
        Self::ALL.into_iter().find(known).ok_or_else(|| {
            Error::new(ErrorKind::Malformed, "this is no unit of weight")
                .expected(Self::ALL.map(Self::symbol).join(", "))
                .found(format!("\"{text}\""))
        })
    }
}

impl Weight {
    /// Kilograms.
    #[must_use]
    pub fn kg(value: f64) -> Self {
        Self { value, unit: MassUnit::Kilogram }
    }

    /// Grams.
    #[must_use]
    pub fn grams(value: f64) -> Self {
        Self { value, unit: MassUnit::Gram }
    }

    /// How many kilograms it is.
    #[must_use]
    pub fn kilograms(&self) -> f64 {
        self.value / self.unit.in_a_kilogram()
    }
}

/// A number, then its unit, with or without a blank between.
impl FromStr for Weight {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        let at = trimmed.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |last| last + 1);
        let (number, unit) = trimmed.split_at_checked(at).unwrap_or(("", trimmed));
        let refuse =
            |error: Error| error.expected("a number and its unit, such as \"0.02 kg\"").found(format!("\"{text}\""));
        let number = number.parse().ok().filter(|number: &f64| number.is_finite());
        match number {
            Some(value) => Ok(Self { value, unit: unit.trim_start().parse().map_err(refuse)? }),
            None => Err(refuse(Error::new(ErrorKind::Malformed, "this is no weight"))),
        }
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.value, self.unit.symbol())
    }
}

impl From<Weight> for String {
    fn from(weight: Weight) -> Self {
        weight.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_writers_write() {
        for (text, kilograms) in
            [("0.02 kg", 0.02), ("20g", 0.02), ("1e3 mg", 1e-3), ("12.5 µg", 1.25e-8), (" 3 ug ", 3e-9)]
        {
            let weight: Weight = text.parse().unwrap();
            assert!((weight.kilograms() / kilograms - 1.0).abs() < 1e-12, "{text}");
        }
        for text in ["", "kg", "20", "20 stone", "twenty g", "inf kg", "2 0 g", "20 g kg", "é"] {
            assert!(text.parse::<Weight>().is_err(), "{text}");
        }
        assert_eq!(Weight::kg(0.02).to_string(), "0.02 kg");
    }
}
