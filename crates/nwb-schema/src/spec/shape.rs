//! The shapes that a dataset or an attribute may have, and the names of their dimensions.

use std::fmt;

/// The shapes that are allowed: one, or one of several alternatives.
///
/// ```
/// use nwb_schema::spec::Shape;
/// let image = Shape::Alternatives(vec![vec![None, None], vec![None, None, Some(3)]]);
/// assert!(image.accepts(&[480, 640]));
/// assert!(image.accepts(&[480, 640, 3]));
/// assert!(!image.accepts(&[480, 640, 2]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A single value, said outright (`shape: scalar`).
    Scalar,
    /// One shape; `None` is any extent.
    One(Vec<Option<u64>>),
    /// Any one of these shapes.
    Alternatives(Vec<Vec<Option<u64>>>),
}

impl Shape {
    /// Each shape that is allowed, in the order of the schema; a scalar is the empty shape.
    pub fn alternatives(&self) -> impl ExactSizeIterator<Item = &[Option<u64>]> {
        const SCALAR: &[Vec<Option<u64>>] = &[Vec::new()];
        let all = match self {
            Self::Scalar => SCALAR,
            Self::One(shape) => std::slice::from_ref(shape),
            Self::Alternatives(shapes) => shapes.as_slice(),
        };
        all.iter().map(Vec::as_slice)
    }

    /// Whether data of these extents fit one of the alternatives.
    pub fn accepts(&self, extents: &[u64]) -> bool {
        self.best_match(extents).is_some()
    }

    /// The index of the alternative that data of these extents fit, the one that leaves fewest extents open when several do.
    pub fn best_match(&self, extents: &[u64]) -> Option<usize> {
        self.alternatives()
            .enumerate()
            .filter(|(_, shape)| {
                shape.len() == extents.len()
                    && shape.iter().zip(extents).all(|(allowed, found)| allowed.is_none_or(|allowed| allowed == *found))
            })
            .min_by_key(|(_, shape)| shape.iter().filter(|extent| extent.is_none()).count())
            .map(|(index, _)| index)
    }

    /// Whether every shape that `narrower` allows is allowed here too.
    pub fn allows(&self, narrower: &Self) -> bool {
        narrower.alternatives().all(|narrow| {
            self.alternatives().any(|wide| {
                wide.len() == narrow.len()
                    && wide.iter().zip(narrow).all(|(wide, narrow)| wide.is_none() || wide == narrow)
            })
        })
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::Scalar {
            return f.write_str("scalar");
        }
        for (index, shape) in self.alternatives().enumerate() {
            if index > 0 {
                f.write_str(" or ")?;
            }
            f.write_str("(")?;
            for (axis, extent) in shape.iter().enumerate() {
                if axis > 0 {
                    f.write_str(", ")?;
                }
                match extent {
                    None => f.write_str("any")?,
                    Some(extent) => write!(f, "{extent}")?,
                }
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// The names of the dimensions, parallel to a [`Shape`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dims {
    /// The names for the one shape.
    One(Vec<String>),
    /// The names for each alternative.
    Alternatives(Vec<Vec<String>>),
}

impl Dims {
    /// The names for each alternative, in the order of the schema.
    pub fn alternatives(&self) -> impl ExactSizeIterator<Item = &[String]> {
        let all = match self {
            Self::One(dims) => std::slice::from_ref(dims),
            Self::Alternatives(dims) => dims.as_slice(),
        };
        all.iter().map(Vec::as_slice)
    }

    /// The names that belong to the alternative of that index.
    pub fn alternative(&self, index: usize) -> Option<&[String]> {
        self.alternatives().nth(index)
    }
}
