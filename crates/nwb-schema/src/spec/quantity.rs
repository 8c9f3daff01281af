//! How many of a member there may be.

use std::fmt;

/// How many objects a member stands for.
///
/// ```
/// use nwb_schema::spec::Quantity;
/// assert_eq!(Quantity::from_text("zero_or_one"), Some(Quantity::ZeroOrOne));
/// assert_eq!(Quantity::from_text("3"), Some(Quantity::Exactly(3)));
/// assert_eq!(Quantity::from_text("many"), None);
/// assert!(Quantity::ZeroOrMany.allows(&Quantity::OneOrMany));
/// assert!(!Quantity::Exactly(1).allows(&Quantity::ZeroOrOne));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// `*`, `zero_or_many`.
    ZeroOrMany,
    /// `+`, `one_or_many`.
    OneOrMany,
    /// `?`, `zero_or_one`.
    ZeroOrOne,
    /// A number of at least 1; 1 where the schema says nothing.
    Exactly(u64),
}

impl Default for Quantity {
    fn default() -> Self {
        Self::Exactly(1)
    }
}

impl Quantity {
    /// The quantity that a text stands for: a sign, a word, or the digits of a number of at least 1.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "*" | "zero_or_many" => Some(Self::ZeroOrMany),
            "+" | "one_or_many" => Some(Self::OneOrMany),
            "?" | "zero_or_one" => Some(Self::ZeroOrOne),
            digits => digits.parse().ok().filter(|&count| count > 0).map(Self::Exactly),
        }
    }

    /// The least number of objects.
    pub fn min(&self) -> u64 {
        match self {
            Self::ZeroOrMany | Self::ZeroOrOne => 0,
            Self::OneOrMany => 1,
            Self::Exactly(count) => *count,
        }
    }

    /// The greatest number of objects, `None` for no bound.
    pub fn max(&self) -> Option<u64> {
        match self {
            Self::ZeroOrMany | Self::OneOrMany => None,
            Self::ZeroOrOne => Some(1),
            Self::Exactly(count) => Some(*count),
        }
    }

    /// Whether at least one object must be there.
    pub fn is_required(&self) -> bool {
        self.min() > 0
    }

    /// Whether more than one object may be there.
    pub fn is_many(&self) -> bool {
        self.max() != Some(1)
    }

    /// Whether every number of objects that `narrower` allows is allowed here too.
    pub fn allows(&self, narrower: &Self) -> bool {
        let max_fits = match (self.max(), narrower.max()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(max), Some(narrower_max)) => narrower_max <= max,
        };
        max_fits && narrower.min() >= self.min()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ZeroOrMany => f.write_str("*"),
            Self::OneOrMany => f.write_str("+"),
            Self::ZeroOrOne => f.write_str("?"),
            Self::Exactly(count) => write!(f, "{count}"),
        }
    }
}
