//! Which elements of a dataset are meant.

mod along;
mod picks;

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

use ndarray::{SliceInfo, SliceInfoElem};

use crate::error::{Error, ErrorKind, Result};
pub use along::Along;
use along::Axis;
pub use picks::{Pick, Picks};

/// Elements at regular steps along each axis: what a backend is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    axes: Vec<Steps>,
}

/// `count` elements of one axis, from `start` on, each `step` after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The first.
    pub start: u64,
    /// How many.
    pub count: u64,
    /// How far apart, at least 1.
    pub step: u64,
}

impl Steps {
    /// `count` elements in a row.
    #[must_use]
    pub fn run(start: u64, count: u64) -> Self {
        Self { start, count, step: 1 }
    }

    /// One past the last element, or the start where there is none.
    #[must_use]
    pub fn end(&self) -> u64 {
        match self.count {
            0 => self.start,
            n => self.start.saturating_add((n - 1).saturating_mul(self.step)).saturating_add(1),
        }
    }
}

impl Region {
    /// A region from its axes; none for a scalar.
    #[must_use]
    pub fn new(axes: Vec<Steps>) -> Self {
        Self { axes }
    }

    /// Everything of that shape.
    #[must_use]
    pub fn all(shape: &[u64]) -> Self {
        Self { axes: shape.iter().map(|&count| Steps::run(0, count)).collect() }
    }

    /// A block: where it begins and its shape.
    #[must_use]
    pub fn block(offset: &[u64], shape: &[u64]) -> Self {
        Self { axes: offset.iter().zip(shape).map(|(&start, &count)| Steps::run(start, count)).collect() }
    }

    /// The axes.
    #[must_use]
    pub fn axes(&self) -> &[Steps] {
        &self.axes
    }

    /// The shape of what it selects.
    #[must_use]
    pub fn shape(&self) -> Vec<u64> {
        self.axes.iter().map(|axis| axis.count).collect()
    }

    /// How many elements it selects.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.axes.iter().fold(1, |product: u64, axis| product.saturating_mul(axis.count))
    }

    /// Whether it selects nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it selects every element of that shape, in order.
    #[must_use]
    pub fn is_all_of(&self, shape: &[u64]) -> bool {
        self.axes.len() == shape.len()
            && self
                .axes
                .iter()
                .zip(shape)
                .all(|(axis, &len)| axis.start == 0 && axis.count == len && (axis.step == 1 || len <= 1))
    }
}

/// A caller's selection: everything (`..`), rows (`3..10`), ndarray's `s![..]` over all axes, or [`Along`] for each axis where
/// lists or masks are among them.
///
/// ```
/// use ndarray::s;
/// use nwb_model::selection::Selection;
///
/// let all: Selection = (..).into();
/// let first_frames: Selection = (0..100).into();
/// let one_patch: Selection = s![.., 10..20, -5..].into();
/// assert_eq!(one_patch.resolve(&[7, 64, 32])?.0.shape(), [7, 10, 5]);
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Fewer axes than the dataset has: the others are taken whole.
    axes: Vec<Axis>,
    exact: Option<usize>,
}

impl Selection {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self { axes: vec![], exact: None }
    }

    /// Along each axis on its own. Axes that are left out at the end are taken whole.
    #[must_use]
    pub fn along(axes: impl IntoIterator<Item = Along>) -> Self {
        Self { axes: axes.into_iter().map(|along| along.0).collect(), exact: None }
    }

    /// What is picked of a dataset of this shape, and the shape of the result (axes selected by a single index are dropped).
    ///
    /// # Errors
    /// When the selection has another number of axes than the dataset, or reaches outside.
    pub fn resolve(&self, shape: &[u64]) -> Result<(Picks, Vec<u64>)> {
        let fits = self.exact.map_or(self.axes.len() <= shape.len(), |n| n == shape.len());
        if !fits {
            return Err(Error::new(ErrorKind::Invalid, "the selection has another number of axes than the data")
                .expected(format!("{} axes, of lengths {shape:?}", shape.len()))
                .found(format!("{} axes", self.axes.len())));
        }
        let mut picks = Vec::with_capacity(shape.len());
        let mut result = Vec::with_capacity(shape.len());
        for (axis, &len) in shape.iter().enumerate() {
            let (pick, stays) = match self.axes.get(axis) {
                None => (Pick::Steps(Steps::run(0, len)), true),
                Some(asked) => asked.resolve(axis, len)?,
            };
            if stays {
                result.push(pick.len());
            }
            picks.push(pick);
        }
        Ok((Picks::new(picks), result))
    }
}

fn from_end(index: i64, len: u64) -> Option<u64> {
    if index < 0 { len.checked_sub(index.unsigned_abs()) } else { Some(index.unsigned_abs()) }
}

fn outside(axis: usize, len: u64, index: &i64) -> Error {
    Error::new(ErrorKind::Invalid, format!("the selection reaches outside the data on axis {axis}"))
        .expected(format!("indices below {len}"))
        .found(index.to_string())
}

impl From<RangeFull> for Selection {
    fn from(_: RangeFull) -> Self {
        Self::all()
    }
}

impl From<Range<usize>> for Selection {
    fn from(range: Range<usize>) -> Self {
        Self::along([range.into()])
    }
}

impl From<RangeFrom<usize>> for Selection {
    fn from(range: RangeFrom<usize>) -> Self {
        Self::along([range.into()])
    }
}

impl From<RangeTo<usize>> for Selection {
    fn from(range: RangeTo<usize>) -> Self {
        Self::along([range.into()])
    }
}

impl<T: AsRef<[SliceInfoElem]>, In: ndarray::Dimension, Out: ndarray::Dimension> From<SliceInfo<T, In, Out>>
    for Selection
{
    fn from(slice: SliceInfo<T, In, Out>) -> Self {
        let axes: Vec<Axis> = slice
            .as_ref()
            .iter()
            .filter_map(|element| match *element {
                SliceInfoElem::Slice { start, end, step } => {
                    Some(Axis::Slice { start: start as i64, end: end.map(|end| end as i64), step: step as i64 })
                }
                SliceInfoElem::Index(index) => Some(Axis::Index(index as i64)),
                SliceInfoElem::NewAxis => None,
            })
            .collect();
        let exact = Some(axes.len());
        Self { axes, exact }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::s;

    use super::*;

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "negative numbers count from the end")]
    fn counts_from_the_end_and_drops_indexed_axes() {
        let (picks, shape) = Selection::from(s![-1, 1..-1;2, ..]).resolve(&[5, 6, 2]).unwrap();
        let region = picks.as_region().unwrap();
        assert_eq!(region.axes(), [Steps::run(4, 1), Steps { start: 1, count: 2, step: 2 }, Steps::run(0, 2)]);
        assert_eq!(shape, [2, 2]);
    }

    #[test]
    fn refuses_what_is_outside() {
        let outside = Selection::from(2..9).resolve(&[5, 3]).unwrap_err();
        assert!(outside.is_caller_fault(), "{outside}");
        assert!(Selection::from(s![0, 0, 0]).resolve(&[5, 3]).is_err());
        assert!(Selection::from(s![5, ..]).resolve(&[5, 3]).is_err());
        assert!(Selection::from(s![..;-1, ..]).resolve(&[5, 3]).is_err());
        assert!(Selection::all().resolve(&[]).unwrap().1.is_empty());
        assert!(Selection::along([Along::list([4, 5])]).resolve(&[5, 3]).unwrap_err().is_caller_fault());
        assert!(Selection::along([Along::mask(&[true; 4])]).resolve(&[5, 3]).unwrap_err().is_caller_fault());
    }
}
