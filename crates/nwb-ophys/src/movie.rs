//! Movies: what is streamed frame by frame.

use std::fmt::Debug;
use std::ops::Range;

use ndarray::{Array, Dimension};
use nwb_model::data::Rows;
use nwb_model::dtype::Dtype;
use nwb_model::element::Element;
use nwb_model::selection::{Region, Steps};
use nwb_model::value::Value;

use crate::{Error, ErrorKind, Result};

/// How many elements a block of frames has at most, if a frame is not larger by itself.
const BLOCK: u64 = 1 << 22;

/// A movie in memory, `[time, x, y]` or `[time, x, y, z]`.
///
/// ```
/// use ndarray::Array3;
/// use nwb_model::data::Rows;
/// use nwb_ophys::movie::InMemory;
///
/// let movie = InMemory::new(Array3::<u16>::zeros((10, 4, 3)))?;
/// assert_eq!(movie.shape(), [10, 4, 3]);
/// assert_eq!(movie.rows(2, 5)?.shape().dims(), [5, 4, 3]);
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct InMemory(Value);

impl InMemory {
    /// Takes an array over.
    ///
    /// # Errors
    /// When it has no axis at all.
    pub fn new<T: Element, D: Dimension>(frames: Array<T, D>) -> Result<Self> {
        Self::of(Value::array(frames))
    }

    /// Takes a value over.
    ///
    /// # Errors
    /// When it has no axis at all.
    pub fn of(frames: Value) -> Result<Self> {
        if frames.shape().dims().is_empty() {
            return Err(Error::new(ErrorKind::Invalid, "a movie has at least the axis of time")
                .found(format!("a value of shape {}", frames.shape())));
        }
        Ok(Self(frames))
    }
}

impl Rows for InMemory {
    fn dtype(&self) -> Dtype {
        self.0.dtype().clone()
    }

    fn shape(&self) -> Vec<u64> {
        self.0.shape().dims().to_vec()
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let mut axes = Region::all(self.0.shape().dims()).axes().to_vec();
        if let Some(time) = axes.first_mut() {
            *time = Steps::run(first, count);
        }
        self.0.select(&Region::new(axes))
    }
}

/// The lengths of a movie's axes, small enough for this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// How many frames.
    pub(crate) frames: usize,
    /// Lengths of x, y and perhaps z.
    pub(crate) field: Vec<usize>,
    /// How many pixels a frame has.
    pub(crate) pixels: usize,
}

impl Extent {
    /// The extent of a movie.
    pub(crate) fn of(movie: &dyn Rows) -> Result<Self> {
        let shape = movie.shape();
        let wrong = || {
            Error::new(ErrorKind::Invalid, "that is no movie")
                .expected("axes [time, x, y] or [time, x, y, z]")
                .found(format!("{} of shape {shape:?}", movie.dtype()))
        };
        let lens: Vec<usize> =
            shape.iter().map(|&len| usize::try_from(len).map_err(|_| wrong())).collect::<Result<_>>()?;
        let (&frames, field) = lens.split_first().ok_or_else(wrong)?;
        if !matches!(field.len(), 2 | 3) {
            return Err(wrong());
        }
        let pixels = field.iter().try_fold(1usize, |product, &len| product.checked_mul(len)).ok_or_else(wrong)?;
        Ok(Self { frames, field: field.to_vec(), pixels })
    }

    /// The lengths of x and y of a movie of planes.
    pub(crate) fn plane(&self) -> Result<[usize; 2]> {
        <[usize; 2]>::try_from(self.field.as_slice()).map_err(|_| {
            Error::new(ErrorKind::Invalid, "this works on movies of one plane only")
                .expected("axes [time, x, y]")
                .found(format!("{} axes", self.field.len() + 1))
                .remedy("take the planes of the volume one by one")
        })
    }
}

/// Calls `each` with block after block of a movie: the index of the first frame, and the frames.
pub(crate) fn for_each_block(
    movie: &dyn Rows,
    frames: Range<usize>,
    mut each: impl FnMut(usize, &Value) -> Result<()>,
) -> Result<()> {
    let extent = Extent::of(movie)?;
    let step = usize::try_from(BLOCK / (extent.pixels as u64).max(1)).unwrap_or(1).max(1);
    let end = frames.end.min(extent.frames);
    let mut first = frames.start;
    while first < end {
        let count = step.min(end - first);
        let block = movie.rows(first as u64, count as u64)?;
        let expected = std::iter::once(count).chain(extent.field.iter().copied()).map(|len| len as u64);
        if !expected.eq(block.shape().dims().iter().copied()) {
            return Err(Error::new(ErrorKind::Invalid, "a movie gave another number of elements than it promised")
                .expected(format!("{count} frames of {:?} pixels", extent.field))
                .found(format!("shape {}", block.shape())));
        }
        each(first, &block)?;
        first += count;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Array3};

    use super::*;

    #[test]
    fn gives_every_frame_once_and_in_order() {
        let movie = InMemory::new(Array3::from_shape_fn((7, 1500, 1000), |(t, ..)| t as u8)).unwrap();
        let mut seen = vec![];
        for_each_block(&movie, 1..100, |first, block| {
            let frames = block.to_array::<u8, ndarray::Ix3>()?;
            seen.extend(frames.outer_iter().enumerate().map(|(i, frame)| (first + i, frame[[1, 1]])));
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, (1..7).map(|t| (t, t as u8)).collect::<Vec<_>>());
    }

    #[test]
    fn a_matrix_is_no_movie() {
        let matrix = InMemory::new(Array2::<u8>::zeros((3, 3))).unwrap();
        assert!(Extent::of(&matrix).unwrap_err().is_caller_fault());
    }
}
