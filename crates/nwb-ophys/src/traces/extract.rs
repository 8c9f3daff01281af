//! Fluorescence by masks.

use ndarray::Array2;
use nwb_model::data::Rows;
use rayon::prelude::*;

use crate::mask::Masks;
use crate::movie::{Extent, for_each_block};
use crate::numbers::{Real, Visit, visit};
use crate::{Error, ErrorKind, Result};

/// How the pixels of an ROI become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// The sum of weight times value.
    Sum,
    /// That sum divided by the sum of the weights; NaN where the weights sum up to zero, as those of an ROI without pixels do.
    Mean,
}

/// The fluorescence of each ROI in each frame, `[time, roi]`.
///
/// The movie's frames are `[x, y]` for pixel masks and `[x, y, z]` for voxel masks. A pixel that is in several ROIs counts in each,
/// and one that is NaN makes the ROI's value NaN in that frame.
///
/// # Errors
/// When the masks do not fit the movie's frames (it says which ROI and which pixel), or the movie cannot be read.
///
/// ```
/// use ndarray::array;
/// use nwb_ophys::mask::PixelMasks;
/// use nwb_ophys::movie::InMemory;
/// use nwb_ophys::traces::{Weighting, extract};
///
/// let movie = InMemory::new(array![[[1u16, 2], [3, 4]], [[10, 20], [30, 40]]])?;
/// let cell = PixelMasks::from_columns([&[0, 1], &[1, 1]], &[1.0, 3.0], &[2])?;
/// assert_eq!(extract(&movie, &cell, Weighting::Mean)?, array![[3.5], [35.0]]);
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
pub fn extract<const N: usize>(movie: &dyn Rows, masks: &Masks<N>, weighting: Weighting) -> Result<Array2<f64>> {
    let extent = Extent::of(movie)?;
    let field = <[usize; N]>::try_from(extent.field.as_slice()).map_err(|_| {
        Error::new(ErrorKind::Invalid, "the masks have another number of coordinates than the movie's frames have axes")
            .expected(format!("{} coordinates", extent.field.len()))
            .found(N.to_string())
    })?;
    masks.check_field(field.map(|len| u32::try_from(len).unwrap_or(u32::MAX)))?;
    let places: Vec<usize> = masks
        .coordinates()
        .iter()
        .map(|at| at.iter().zip(&field).fold(0, |index, (&at, &len)| index * len + at as usize))
        .collect();
    let mut start = 0;
    let spans: Vec<_> = masks
        .ends()
        .iter()
        .map(|&end| {
            let span = start..end as usize;
            start = span.end;
            span
        })
        .collect();
    let rois: Vec<Roi<'_>> = spans
        .into_iter()
        .map(|span| {
            let weights = masks.weights().get(span.clone()).unwrap_or_default();
            let scale = match weighting {
                Weighting::Sum => 1.0,
                Weighting::Mean => weights.iter().map(|&weight| f64::from(weight)).sum(),
            };
            Roi { places: places.get(span).unwrap_or_default(), weights, scale }
        })
        .collect();
    let mut traces = Vec::new();
    for_each_block(movie, 0..extent.frames, |_, block| {
        traces.append(&mut visit(block, Sums { rois: &rois, pixels: extent.pixels })?);
        Ok(())
    })?;
    Array2::from_shape_vec((extent.frames, masks.len()), traces)
        .map_err(|source| Error::new(ErrorKind::Invalid, "the traces have no shape").caused_by(source))
}

struct Roi<'a> {
    places: &'a [usize],
    weights: &'a [f32],
    scale: f64,
}

struct Sums<'a> {
    rois: &'a [Roi<'a>],
    pixels: usize,
}

impl Visit for Sums<'_> {
    type Output = Vec<f64>;

    fn visit<T: Real>(self, block: &[T]) -> Vec<f64> {
        block
            .par_chunks_exact(self.pixels.max(1))
            .flat_map_iter(|frame| {
                self.rois.iter().map(|roi| {
                    let values = roi.places.iter().filter_map(|&at| frame.get(at));
                    let sum: f64 =
                        values.zip(roi.weights).map(|(value, &weight)| value.real() * f64::from(weight)).sum();
                    // -0.0 is what an empty sum begins with.
                    (sum + 0.0) / roi.scale
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Array4, s};

    use super::*;
    use crate::mask::{PixelMasks, VoxelMasks};
    use crate::movie::InMemory;

    #[test]
    fn sums_and_means_over_several_blocks() {
        let movie = Array3::from_shape_fn((40, 300, 500), |(t, x, y)| ((t * 131 + x * 17 + y) % 4000) as u16);
        let masks = PixelMasks::from_columns([&[299, 0, 5], &[499, 1, 400]], &[0.5, 2.0, -0.25], &[1, 1, 3]).unwrap();
        let rows = InMemory::new(movie.clone()).unwrap();
        let sums = extract(&rows, &masks, Weighting::Sum).unwrap();
        let means = extract(&rows, &masks, Weighting::Mean).unwrap();
        assert_eq!(sums.shape(), [40, 3]);
        for t in 0..40 {
            let at = |x, y| f64::from(movie[[t, x, y]]);
            let second = 2.0 * at(0, 1) - 0.25 * at(5, 400);
            assert_eq!(sums.slice(s![t, ..]).to_vec(), [0.5 * at(299, 499), 0.0, second]);
            assert_eq!(means[[t, 0]], at(299, 499));
            assert!(means[[t, 1]].is_nan());
            assert_eq!(means[[t, 2]], second / 1.75);
        }
    }

    #[test]
    fn volumes() {
        let movie = Array4::from_shape_fn((2, 3, 4, 5), |(t, x, y, z)| (t * 1000 + x * 100 + y * 10 + z) as f32);
        let masks = VoxelMasks::from_columns([&[2], &[3], &[4]], &[1.0], &[1]).unwrap();
        let rows = InMemory::new(movie).unwrap();
        let traces = extract(&rows, &masks, Weighting::Sum).unwrap();
        assert_eq!(traces.into_raw_vec_and_offset().0, [234.0, 1234.0]);
        let flat = PixelMasks::from_columns([&[2], &[3]], &[1.0], &[1]).unwrap();
        assert!(extract(&rows, &flat, Weighting::Sum).unwrap_err().is_caller_fault());
    }

    #[test]
    fn swapped_masks_are_noticed() {
        let movie = InMemory::new(Array3::<u8>::zeros((1, 4, 2))).unwrap();
        let masks = PixelMasks::from_columns([&[1], &[3]], &[1.0], &[1]).unwrap();
        let error = extract(&movie, &masks, Weighting::Sum).unwrap_err().to_string();
        assert!(error.contains("ROI 0") && error.contains("swapped"), "{error}");
    }
}
