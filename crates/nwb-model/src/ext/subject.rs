//! The subject: age, weight and sex as more than text.

pub(super) mod age;
pub(super) mod weight;

use std::fmt;

use crate::error::Result;
use crate::ext::{Age, Weight};
use crate::types::Subject;
use crate::view::NeurodataType;

/// The sex of a subject, as NWB writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sex {
    /// `M`
    Male,
    /// `F`
    Female,
    /// `O`
    Other,
    /// `U`
    Unknown,
    /// `XX`: a hermaphrodite of C. elegans.
    XX,
    /// `XO`: a male of C. elegans.
    XO,
    /// Something that the standard does not name.
    Unlisted(String),
}

impl Sex {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Other => "O",
            Self::Unknown => "U",
            Self::XX => "XX",
            Self::XO => "XO",
            Self::Unlisted(text) => text,
        }
    }
}

impl From<&str> for Sex {
    fn from(text: &str) -> Self {
        match text {
            "M" => Self::Male,
            "F" => Self::Female,
            "O" => Self::Other,
            "U" => Self::Unknown,
            "XX" => Self::XX,
            "XO" => Self::XO,
            _ => Self::Unlisted(text.into()),
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Sex> for String {
    fn from(sex: Sex) -> Self {
        sex.as_str().into()
    }
}

/// Age, weight and sex are text in the file; each can be read as that, and set from a value:
///
/// ```
/// use nwb_model::ext::{Age, Period, Sex, Weight};
/// use nwb_model::types::{Subject, set::SubjectSet as _};
///
/// let mouse = Subject::new()
///     .age(Age::between(Period::days(90.0), Period::days(120.0)))
///     .weight(Weight::grams(21.5))
///     .sex(Sex::Female);
/// ```
impl Subject {
    /// The age, read as a duration or a range of them; `None` where the file says nothing. What it counts from is in
    /// [`age_reference`](Self::age_reference).
    ///
    /// # Errors
    /// When it is no ISO 8601 duration: read the text, [`age`](Self::age).
    pub fn parsed_age(&self) -> Result<Option<Age>> {
        self.age()?
            .map(|text| text.parse().map_err(|error| self.object().fail(error).by_spec("core Subject.age")))
            .transpose()
    }

    /// The weight, read as a number with its unit; `None` where the file says nothing.
    ///
    /// # Errors
    /// When it is nothing of the kind: read the text, [`weight`](Self::weight).
    pub fn parsed_weight(&self) -> Result<Option<Weight>> {
        self.weight()?
            .map(|text| text.parse().map_err(|error| self.object().fail(error).by_spec("core Subject.weight")))
            .transpose()
    }

    /// The sex; `None` where the file says nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn parsed_sex(&self) -> Result<Option<Sex>> {
        Ok(self.sex()?.map(Sex::from))
    }
}
