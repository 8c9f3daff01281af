//! The simplest segmentation: round cells at the maxima of a summary image.
//!
//! Good enough to show what a file with ROIs looks like. For science use a program made for it, and say in the file which one;
//! [`DESCRIPTION`] says it for this one.
//!
//! ```
//! use nwb_ophys::segment::Segmentation;
//! use nwb_ophys::{simulate::Simulation, summary::summarise};
//!
//! let movie = Simulation { width: 96, height: 96, frames: 40, cells: 6, drift: 0.0, ..Simulation::default() }.movie()?;
//! let mean = summarise(&movie)?.mean.into_dimensionality().unwrap();
//! let found = Segmentation::default().find(mean.view())?;
//! assert!(found.len() >= 4);
//! # Ok::<(), nwb_ophys::Error>(())
//! ```

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::mask::{PixelMasks, RoiMask};
use crate::{Error, ErrorKind, Result};

/// What a PlaneSegmentation made by this module should say of itself.
pub const DESCRIPTION: &str = "Simple segmentation for demonstration: circular masks with Gaussian weights around local maxima of \
                               the mean image minus its surroundings; not checked by anybody.";

/// How cells are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segmentation {
    /// Radius of a cell's mask, in pixels.
    pub radius: f64,
    /// Two cells are at least so far apart, in pixels.
    pub min_distance: f64,
    /// How much brighter than its surroundings a cell is, in standard deviations of that difference over the image.
    pub threshold: f64,
    /// At most so many cells, the brightest first.
    pub max_cells: usize,
}

impl Default for Segmentation {
    /// Cells of radius 5, at least 10 pixels apart, one standard deviation above the surroundings.
    fn default() -> Self {
        Self { radius: 5.0, min_distance: 10.0, threshold: 1.0, max_cells: 1000 }
    }
}

impl Segmentation {
    /// The masks of the cells in an image `[x, y]`, brightest first: a disc around each, weighted 1 in the middle and less outwards;
    /// a pixel belongs to the nearest cell only.
    ///
    /// # Errors
    /// When a parameter makes no sense, the image has no pixel, or it holds a value that is not finite.
    pub fn find(&self, image: ArrayView2<'_, f64>) -> Result<PixelMasks> {
        let (width, height) = image.dim();
        if !(self.radius > 0.0 && self.radius <= 1000.0 && self.min_distance > 0.0 && self.threshold.is_finite()) {
            return Err(Error::new(ErrorKind::Invalid, "the segmentation's parameters make no sense")
                .expected("a radius of up to 1000 and a distance, both above 0, and a finite threshold")
                .found(format!("{self:?}")));
        }
        if let Some(((x, y), value)) = image.indexed_iter().find(|(_, value)| !value.is_finite()) {
            return Err(Error::new(ErrorKind::Invalid, "an image with holes cannot be segmented")
                .expected("finite values")
                .found(format!("{value} at [{x}, {y}]")));
        }
        let pixels: Vec<f64> = image.iter().copied().collect();
        let field = [width, height];
        let near = smooth(&pixels, field, self.radius / 2.0);
        let around = smooth(&pixels, field, self.radius * 2.0);
        let contrast: Vec<f64> = near.iter().zip(&around).map(|(near, around)| near - around).collect();
        let count = contrast.len().max(1) as f64;
        let mean = contrast.iter().sum::<f64>() / count;
        let deviation = (contrast.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / count).sqrt();
        let at = |x: usize, y: usize| contrast.get(x * height + y).copied().unwrap_or(f64::NEG_INFINITY);
        let mut peaks: Vec<(f64, usize, usize)> = (0..width)
            .flat_map(|x| (0..height).map(move |y| (at(x, y), x, y)))
            .filter(|&(value, x, y)| {
                let mut around = (x.saturating_sub(1)..=(x + 1).min(width - 1))
                    .flat_map(|i| (y.saturating_sub(1)..=(y + 1).min(height - 1)).map(move |j| (i, j)));
                value > mean + self.threshold * deviation && around.all(|(i, j)| at(i, j) <= value)
            })
            .collect();
        // Equal peaks in the order of their places, so that the result is always the same.
        peaks.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut centres: Vec<[f64; 2]> = Vec::new();
        for (_, x, y) in peaks {
            if centres.len() >= self.max_cells {
                break;
            }
            let centre = [x as f64, y as f64];
            if centres.iter().all(|other| squared(centre, *other) >= self.min_distance * self.min_distance) {
                centres.push(centre);
            }
        }
        Ok(centres.iter().map(|centre| self.disc(*centre, &centres, field)).collect())
    }

    fn disc(&self, [x, y]: [f64; 2], centres: &[[f64; 2]], [width, height]: [usize; 2]) -> RoiMask<2> {
        let span = |at: f64, len: usize| {
            (at - self.radius).ceil().max(0.0) as u32..(((at + self.radius).floor() + 1.0) as u32).min(len as u32)
        };
        let pixels = span(x, width).flat_map(|i| span(y, height).map(move |j| [i, j]));
        let rivals: Vec<[f64; 2]> = centres
            .iter()
            .copied()
            .filter(|other| *other != [x, y] && squared(*other, [x, y]) <= 4.0 * self.radius * self.radius)
            .collect();
        RoiMask::from_pixels(pixels.filter_map(|at| {
            let place = at.map(f64::from);
            let distance = squared(place, [x, y]);
            let own = distance <= self.radius * self.radius
                && rivals.iter().all(|rival| {
                    let theirs = squared(place, *rival);
                    // On the border between two cells the one with the smaller place wins.
                    distance < theirs || (distance == theirs && [x, y] < *rival)
                });
            own.then(|| (at, libm::exp(-0.5 * distance / (self.radius * self.radius)) as f32))
        }))
    }
}

fn squared(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
}

/// An image `[x, y]` smoothed with a Gaussian of this standard deviation; at the edge the weights that are left count.
pub(crate) fn smooth(image: &[f64], [width, height]: [usize; 2], sigma: f64) -> Vec<f64> {
    if sigma <= 0.0 || width == 0 || height == 0 {
        return image.to_vec();
    }
    let reach = (3.0 * sigma).ceil() as usize;
    let kernel: Vec<f64> = (0..=reach).map(|d| libm::exp(-0.5 * (d * d) as f64 / (sigma * sigma))).collect();
    let weight = |d: usize| kernel.get(d).copied().unwrap_or(0.0);
    let around = |at: usize, len: usize| at.saturating_sub(reach)..(at + reach + 1).min(len);
    let total = |at: usize, len: usize| around(at, len).map(|other| weight(at.abs_diff(other))).sum::<f64>();
    let totals: Vec<f64> = (0..height).map(|y| total(y, height)).collect();
    let mut along_y = vec![0.0; image.len()];
    along_y.par_chunks_exact_mut(height).zip(image.par_chunks_exact(height)).for_each(|(into, from)| {
        for ((y, place), total) in into.iter_mut().enumerate().zip(&totals) {
            let span = around(y, height);
            let part = from.get(span.clone()).unwrap_or_default();
            *place = part.iter().zip(span).map(|(value, other)| value * weight(y.abs_diff(other))).sum::<f64>() / total;
        }
    });
    let mut both = vec![0.0; image.len()];
    both.par_chunks_exact_mut(height).enumerate().for_each(|(x, into)| {
        let total = total(x, width);
        for other in around(x, width) {
            let weight = weight(x.abs_diff(other)) / total;
            for (place, value) in into.iter_mut().zip(along_y.iter().skip(other * height)) {
                *place += weight * value;
            }
        }
    });
    both
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Ix2, array};

    use super::*;
    use crate::simulate::Simulation;
    use crate::summary::summarise;

    #[test]
    fn finds_the_simulated_cells() {
        let movie =
            Simulation { frames: 150, drift: 0.0, cells: 25, seed: 3, ..Simulation::default() }.movie().unwrap();
        let mean = summarise(&movie).unwrap().mean.into_dimensionality::<Ix2>().unwrap();
        let found = Segmentation { max_cells: 40, ..Segmentation::default() }.find(mean.view()).unwrap();
        assert!(found.check_field([256, 128]).is_ok());
        let centre = |mask: crate::mask::MaskRef<'_, 2>| {
            let n = mask.len() as f64;
            mask.coordinates().iter().fold([0.0; 2], |[a, b], [x, y]| [a + f64::from(*x) / n, b + f64::from(*y) / n])
        };
        let hits = movie
            .truth()
            .masks
            .iter()
            .filter(|cell| found.iter().any(|mask| squared(centre(*cell), centre(mask)) < 9.0));
        let hits = hits.count();
        assert!(hits >= 22, "{hits} of 25 cells, in {} masks", found.len());
        assert!(found.len() <= 34, "{} masks for 25 cells", found.len());
    }

    #[test]
    fn masks_do_not_overlap() {
        let image = Array2::from_shape_fn((60, 50), |(x, y)| {
            [[20.0, 20.0], [28.0, 20.0], [45.0, 3.0]]
                .iter()
                .map(|c| (-squared([x as f64, y as f64], *c) / 12.0).exp())
                .sum()
        });
        let found = Segmentation { min_distance: 6.0, ..Segmentation::default() }.find(image.view()).unwrap();
        assert_eq!(found.len(), 3);
        let mut pixels = found.coordinates().to_vec();
        pixels.sort_unstable();
        let len = pixels.len();
        pixels.dedup();
        assert_eq!(pixels.len(), len);
        assert!(found.weights().iter().all(|weight| *weight > 0.5 && *weight <= 1.0));
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert!(Segmentation::default().find(Array2::zeros((20, 20)).view()).unwrap().is_empty());
        assert!(Segmentation::default().find(Array2::zeros((0, 0)).view()).unwrap().is_empty());
        assert!(Segmentation::default().find(array![[f64::NAN]].view()).unwrap_err().is_caller_fault());
        assert!(Segmentation { radius: 0.0, ..Segmentation::default() }.find(array![[1.0]].view()).is_err());
    }

    #[test]
    fn smoothing_keeps_what_is_even() {
        let even = vec![2.5; 7 * 4];
        assert!(smooth(&even, [7, 4], 1.7).iter().all(|v| (v - 2.5).abs() < 1e-12));
        let mut point = vec![0.0; 41 * 31];
        point[20 * 31 + 15] = 1.0;
        let smoothed = smooth(&point, [41, 31], 2.0);
        assert!((smoothed.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(smoothed[18 * 31 + 15], smoothed[22 * 31 + 15]);
        assert!((smoothed[18 * 31 + 15] - smoothed[20 * 31 + 13]).abs() < 1e-15);
    }
}
