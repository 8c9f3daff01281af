//! What a caller asks for along one axis.

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};
use std::sync::Arc;

use super::{Pick, Steps, from_end, outside};
use crate::error::{Error, ErrorKind, Result};

/// What is asked for along one axis: a range, steps, a list of indices or of ranges, or a mask. Negative numbers count from
/// the end.
///
/// ```
/// use nwb_model::selection::{Along, Selection};
///
/// let selection = Selection::along([Along::list([5, 0, -1]), Along::ranges([0..2, 6..8]), Along::all()]);
/// let (picks, shape) = selection.resolve(&[10, 8, 3])?;
/// assert_eq!(shape, [3, 4, 3]);
/// assert_eq!(picks.len(), 36);
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Along(pub(super) Axis);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    /// One element; the axis is dropped from the result.
    Index(i64),
    /// Elements from `start` up to but not including `end`.
    Slice { start: i64, end: Option<i64>, step: i64 },
    /// Elements by their indices.
    List(Arc<[i64]>),
    /// The elements that are true in a mask of this length.
    Mask { len: u64, set: Arc<[u64]> },
}

impl Along {
    /// The whole axis.
    #[must_use]
    pub fn all() -> Self {
        Self(Axis::Slice { start: 0, end: None, step: 1 })
    }

    /// One element; the axis is dropped from the result.
    #[must_use]
    pub fn index(index: i64) -> Self {
        Self(Axis::Index(index))
    }

    /// From `start` up to but not including `end`, or to the axis's end, each `step` after the other.
    #[must_use]
    pub fn steps(start: i64, end: Option<i64>, step: u64) -> Self {
        Self(Axis::Slice { start, end, step: i64::try_from(step).unwrap_or(i64::MAX) })
    }

    /// Elements by their indices, in that order; one may come up more than once.
    pub fn list(indices: impl IntoIterator<Item = i64>) -> Self {
        Self(Axis::List(indices.into_iter().collect()))
    }

    /// The elements of several ranges, one range after the other; they may overlap.
    pub fn ranges(ranges: impl IntoIterator<Item = Range<u64>>) -> Self {
        let indices = ranges.into_iter().flatten().map(|index| i64::try_from(index).unwrap_or(i64::MAX));
        Self(Axis::List(indices.collect()))
    }

    /// The elements that are true in a mask as long as the axis.
    #[must_use]
    pub fn mask(mask: &[bool]) -> Self {
        let set = (0..).zip(mask).filter(|&(_, &is_set)| is_set).map(|(index, _)| index);
        Self(Axis::Mask { len: mask.len() as u64, set: set.collect() })
    }
}

impl Axis {
    /// What is picked of an axis of this length, the axis's number being for messages; and whether the axis stays.
    pub(super) fn resolve(&self, axis: usize, len: u64) -> Result<(Pick, bool)> {
        let inside =
            |index: &i64| from_end(*index, len).filter(|&at| at < len).ok_or_else(|| outside(axis, len, index));
        match self {
            Self::Index(index) => Ok((Pick::Steps(Steps::run(inside(index)?, 1)), false)),
            Self::Slice { start, end, step } => {
                let end = end.unwrap_or(i64::try_from(len).unwrap_or(i64::MAX));
                let first = from_end(*start, len).filter(|&n| n <= len).ok_or_else(|| outside(axis, len, start))?;
                let last = from_end(end, len).filter(|&n| n <= len).ok_or_else(|| outside(axis, len, &end))?;
                let step = u64::try_from(*step).ok().filter(|&step| step > 0).ok_or_else(|| {
                    Error::new(ErrorKind::Invalid, "a selection's step must be positive")
                        .found(format!("{step} on axis {axis}"))
                        .remedy("read forwards and reverse the array in memory")
                })?;
                let count = last.saturating_sub(first).div_ceil(step);
                Ok((Pick::Steps(Steps { start: first, count, step }), true))
            }
            Self::List(indices) => Ok((Pick::List(indices.iter().map(inside).collect::<Result<_>>()?), true)),
            Self::Mask { len: own, set } if *own == len => Ok((Pick::List(Arc::clone(set)), true)),
            Self::Mask { len: own, .. } => {
                Err(Error::new(ErrorKind::Invalid, format!("the mask is not as long as axis {axis}"))
                    .expected(len.to_string())
                    .found(own.to_string()))
            }
        }
    }
}

fn range(start: usize, end: Option<usize>) -> Along {
    let signed = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Along(Axis::Slice { start: signed(start), end: end.map(signed), step: 1 })
}

impl From<RangeFull> for Along {
    fn from(_: RangeFull) -> Self {
        Self::all()
    }
}

impl From<Range<usize>> for Along {
    fn from(of: Range<usize>) -> Self {
        range(of.start, Some(of.end))
    }
}

impl From<RangeFrom<usize>> for Along {
    fn from(of: RangeFrom<usize>) -> Self {
        range(of.start, None)
    }
}

impl From<RangeTo<usize>> for Along {
    fn from(of: RangeTo<usize>) -> Self {
        range(0, Some(of.end))
    }
}
