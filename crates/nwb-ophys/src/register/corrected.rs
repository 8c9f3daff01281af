//! A movie without its shifts.

use ndarray::Array2;
use nwb_model::data::Rows;
use nwb_model::dtype::Dtype;
use nwb_model::value::{Shape, Value};
use rayon::prelude::*;

use crate::movie::Extent;
use crate::numbers::{Real, Visit, visit};
use crate::{Error, ErrorKind, Result};

/// A movie `[time, x, y]` with each frame moved back by its shift, made when it is asked for.
///
/// Between pixels it interpolates linearly (and rounds, if the elements are integers); beyond the edge the nearest pixel is taken.
/// Elements have the type of the original.
#[derive(Debug)]
pub struct Corrected<M> {
    movie: M,
    shifts: Array2<f64>,
}

impl<M: Rows> Corrected<M> {
    /// Moves the frames of a movie back by these shifts, `[time, 2]`, along x and y.
    ///
    /// # Errors
    /// When the movie's frames are not `[x, y]`, or there is not one finite shift for each.
    pub fn new(movie: M, shifts: Array2<f64>) -> Result<Self> {
        let extent = Extent::of(&movie)?;
        extent.plane()?;
        if shifts.dim() != (extent.frames, 2) || shifts.iter().any(|shift| !shift.is_finite()) {
            return Err(Error::new(ErrorKind::Invalid, "every frame needs a shift along x and y")
                .expected(format!("finite shifts of shape [{}, 2]", extent.frames))
                .found(format!("shape {:?}", shifts.shape())));
        }
        Ok(Self { movie, shifts })
    }

    /// The shifts that are taken back, `[time, 2]`.
    #[must_use]
    pub fn shifts(&self) -> &Array2<f64> {
        &self.shifts
    }

    /// The movie as it was.
    #[must_use]
    pub fn into_inner(self) -> M {
        self.movie
    }
}

impl<M: Rows> Rows for Corrected<M> {
    fn dtype(&self) -> Dtype {
        match self.movie.dtype().number() {
            Some(number) => Dtype::native(number),
            None => self.movie.dtype(),
        }
    }

    fn shape(&self) -> Vec<u64> {
        self.movie.shape()
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let block = self.movie.rows(first, count)?;
        let [width, height] = Extent::of(&self.movie)?.plane()?;
        let shifts: Vec<[f64; 2]> = self
            .shifts
            .outer_iter()
            .skip(usize::try_from(first).unwrap_or(usize::MAX))
            .map(|shift| [0, 1].map(|axis| shift.get(axis).copied().unwrap_or(0.0)))
            .collect();
        let moved = visit(&block, MoveBack { field: [width, height], shifts: &shifts })?;
        if moved.dtype() != &self.dtype() {
            return Err(Error::new(ErrorKind::Unsupported, "a movie of these elements cannot be corrected")
                .expected("integers of up to 32 bits, or floats of 32 or 64, in this machine's byte order")
                .found(block.dtype().to_string()));
        }
        moved.reshaped(Shape::of(block.shape().dims()))
    }
}

struct MoveBack<'a> {
    field: [usize; 2],
    shifts: &'a [[f64; 2]],
}

impl Visit for MoveBack<'_> {
    type Output = Value;

    fn visit<T: Real>(self, block: &[T]) -> Value {
        let pixels = (self.field[0] * self.field[1]).max(1);
        let mut moved = vec![T::default(); block.len()];
        moved.par_chunks_exact_mut(pixels).zip(block.par_chunks_exact(pixels)).zip(self.shifts).for_each(
            |((into, frame), &shift)| {
                let mut into = into.iter_mut();
                sample(frame, self.field, shift, |value| {
                    if let Some(place) = into.next() {
                        *place = T::nearest(value);
                    }
                });
            },
        );
        Value::vector(moved)
    }
}

/// Adds a frame, moved back by its shift, to a sum.
pub(super) fn add_shifted(sum: &mut [f64], frame: &[f64], field: [usize; 2], shift: [f64; 2]) {
    let mut sum = sum.iter_mut();
    sample(frame, field, shift, |value| {
        if let Some(place) = sum.next() {
            *place += value;
        }
    });
}

/// Gives the values at each pixel plus the shift, in order.
fn sample<T: Real>(frame: &[T], [width, height]: [usize; 2], shift: [f64; 2], mut give: impl FnMut(f64)) {
    let [(whole_x, part_x), (whole_y, part_y)] = shift.map(|shift| (shift.floor() as isize, shift - shift.floor()));
    let clamp = |at: usize, by: isize, len: usize| at.saturating_add_signed(by).min(len.saturating_sub(1));
    let column = |x: usize| frame.get(x * height..(x + 1) * height).unwrap_or_default();
    let read = |column: &[T], y: usize| column.get(y).map_or(0.0, |value| value.real());
    for x in 0..width {
        let (left, right) = (column(clamp(x, whole_x, width)), column(clamp(x, whole_x.saturating_add(1), width)));
        for y in 0..height {
            let (low, high) = (clamp(y, whole_y, height), clamp(y, whole_y.saturating_add(1), height));
            // A weight of zero must not let a NaN in.
            let mix = |a: f64, b: f64, part: f64| if part == 0.0 { a } else { a + (b - a) * part };
            let near = mix(read(left, low), read(left, high), part_y);
            give(if part_x == 0.0 {
                near
            } else {
                mix(near, mix(read(right, low), read(right, high), part_y), part_x)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Ix3, array};

    use super::*;
    use crate::movie::InMemory;

    #[test]
    fn moves_back_and_keeps_the_type() {
        let frame = array![[1u16, 2, 3], [4, 5, 6]];
        let movie = Array3::from_shape_fn((3, 2, 3), |(_, x, y)| frame[[x, y]]);
        let shifts = array![[0.0, 0.0], [1.0, -1.0], [0.0, 0.5]];
        let moved = Corrected::new(InMemory::new(movie).unwrap(), shifts).unwrap();
        assert_eq!(moved.dtype(), Dtype::native(nwb_model::dtype::Number::U16));
        let frames = moved.rows(0, 3).unwrap().to_array::<u16, Ix3>().unwrap();
        assert_eq!(frames.index_axis(ndarray::Axis(0), 0), frame);
        assert_eq!(frames.index_axis(ndarray::Axis(0), 1), array![[4, 4, 5], [4, 4, 5]]);
        // Halves are rounded away from zero; beyond the edge the last pixel goes on.
        assert_eq!(frames.index_axis(ndarray::Axis(0), 2), array![[2, 3, 3], [5, 6, 6]]);
        let one = moved.rows(1, 1).unwrap().to_vec::<u16>().unwrap();
        assert!(one.iter().eq(frames.index_axis(ndarray::Axis(0), 1).iter()));
    }

    #[test]
    fn every_frame_needs_a_shift() {
        let movie = InMemory::new(Array3::<u8>::zeros((2, 3, 3))).unwrap();
        assert!(Corrected::new(movie.clone(), array![[0.0, 0.0]]).unwrap_err().is_caller_fault());
        assert!(Corrected::new(movie, array![[0.0, 0.0], [f64::NAN, 0.0]]).is_err());
    }
}
