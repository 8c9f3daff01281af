//! Summary images: each pixel's mean, standard deviation and extremes over time.

use ndarray::{ArrayD, IxDyn};
use nwb_model::data::Rows;
use rayon::prelude::*;

use crate::movie::{Extent, for_each_block};
use crate::numbers::{Real, Visit, visit};
use crate::{Error, ErrorKind, Result};

/// How many pixels one core works on at a time.
const PATCH: usize = 4096;

/// What each pixel of a movie did over time; all images are `[x, y]` or `[x, y, z]`.
///
/// A pixel that is NaN in one frame is NaN in every image.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// How many frames went into it.
    pub frames: usize,
    /// The mean.
    pub mean: ArrayD<f64>,
    /// The standard deviation, of the frames as a whole population (divided by their number).
    pub std: ArrayD<f64>,
    /// The smallest value.
    pub min: ArrayD<f64>,
    /// The largest value.
    pub max: ArrayD<f64>,
}

/// Goes once over a movie and sums it up.
///
/// # Errors
/// When it is no movie, has no frame, or cannot be read.
///
/// ```
/// use ndarray::array;
/// use nwb_ophys::{movie::InMemory, summary::summarise};
///
/// let movie = InMemory::new(array![[[1u16, 5]], [[3, 5]]])?;
/// let summary = summarise(&movie)?;
/// assert_eq!(summary.mean, array![[2.0, 5.0]].into_dyn());
/// assert_eq!(summary.std, array![[1.0, 0.0]].into_dyn());
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
pub fn summarise(movie: &dyn Rows) -> Result<Summary> {
    let extent = Extent::of(movie)?;
    if extent.frames == 0 {
        return Err(Error::new(ErrorKind::Invalid, "a movie without frames has no summary"));
    }
    let mut pixels = vec![Pixel::default(); extent.pixels];
    for_each_block(movie, 0..extent.frames, |first, block| {
        visit(block, Accumulate { pixels: &mut pixels, is_first: first == 0 })
    })?;
    let count = extent.frames as f64;
    let image = |of: &dyn Fn(&Pixel) -> f64| {
        ArrayD::from_shape_vec(IxDyn(&extent.field), pixels.iter().map(of).collect())
            .map_err(|source| Error::new(ErrorKind::Invalid, "a summary image has no shape").caused_by(source))
    };
    Ok(Summary {
        frames: extent.frames,
        mean: image(&|p| p.pivot + p.sum / count)?,
        std: image(&|p| {
            let variance = p.squares / count - (p.sum / count).powi(2);
            // NaN stays NaN; a rounding error below zero does not become one.
            if variance < 0.0 { 0.0 } else { variance.sqrt() }
        })?,
        min: image(&|p| if p.sum.is_nan() { f64::NAN } else { p.min })?,
        max: image(&|p| if p.sum.is_nan() { f64::NAN } else { p.max })?,
    })
}

/// Sums of the differences from the first frame: large offsets do not eat up the digits of the variance.
#[derive(Clone, Copy, Debug, Default)]
struct Pixel {
    pivot: f64,
    sum: f64,
    squares: f64,
    min: f64,
    max: f64,
}

struct Accumulate<'a> {
    pixels: &'a mut [Pixel],
    is_first: bool,
}

impl Visit for Accumulate<'_> {
    type Output = ();

    fn visit<T: Real>(self, block: &[T]) {
        let len = self.pixels.len().max(1);
        self.pixels.par_chunks_mut(PATCH).enumerate().for_each(|(patch, pixels)| {
            for (t, frame) in block.chunks_exact(len).enumerate() {
                let part = frame.iter().skip(patch * PATCH);
                for (pixel, value) in pixels.iter_mut().zip(part) {
                    let value = value.real();
                    if self.is_first && t == 0 {
                        *pixel = Pixel { pivot: value, min: value, max: value, ..Pixel::default() };
                    }
                    let difference = value - pixel.pivot;
                    pixel.sum += difference;
                    pixel.squares += difference * difference;
                    pixel.min = pixel.min.min(value);
                    pixel.max = pixel.max.max(value);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Array4, Axis};

    use super::*;
    use crate::movie::InMemory;

    #[test]
    fn agrees_with_ndarray() {
        // Large enough for several blocks and several patches.
        let movie =
            Array3::from_shape_fn((600, 90, 101), |(t, x, y)| 40_000.0 + ((t * 31 + x * 7 + y * 3) % 97) as f64);
        let summary = summarise(&InMemory::new(movie.mapv(|v| v as u16)).unwrap()).unwrap();
        let close = |a: &ArrayD<f64>, b: ndarray::Array2<f64>| {
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-9), "{a} {b}");
        };
        close(&summary.mean, movie.mean_axis(Axis(0)).unwrap());
        close(&summary.std, movie.std_axis(Axis(0), 0.0));
        close(&summary.max, movie.fold_axis(Axis(0), f64::MIN, |a, b| a.max(*b)));
        close(&summary.min, movie.fold_axis(Axis(0), f64::MAX, |a, b| a.min(*b)));
        assert_eq!(summary.frames, 600);
    }

    #[test]
    fn volumes_and_nan() {
        let mut movie = Array4::<f32>::from_elem((3, 2, 2, 2), 1.5);
        movie[[1, 0, 1, 0]] = f32::NAN;
        let summary = summarise(&InMemory::new(movie).unwrap()).unwrap();
        assert_eq!(summary.mean.shape(), [2, 2, 2]);
        for image in [&summary.mean, &summary.std, &summary.min, &summary.max] {
            assert!(image[[0, 1, 0]].is_nan());
            assert_eq!(image.iter().filter(|v| v.is_nan()).count(), 1);
        }
        assert_eq!(summary.std[[0, 0, 0]], 0.0);
        assert!(summarise(&InMemory::new(Array3::<u8>::zeros((0, 2, 2))).unwrap()).unwrap_err().is_caller_fault());
    }
}
