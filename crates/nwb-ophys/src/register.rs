//! Motion: by how much each frame is shifted, and the movie without these shifts.
//!
//! Rigid shifts only, found by correlation with the mean of the movie: enough for demonstrations and tests.
//!
//! ```
//! use nwb_ophys::register::{Corrected, Registration};
//! use nwb_ophys::simulate::Simulation;
//!
//! let movie = Simulation { width: 64, height: 64, frames: 30, cells: 4, ..Simulation::default() }.movie()?;
//! let shifts = Registration::default().shifts(&movie)?;
//! let steady = Corrected::new(movie, shifts)?;
//! # Ok::<(), nwb_ophys::Error>(())
//! ```

mod corrected;
mod correlate;

use ndarray::Array2;
use nwb_model::data::Rows;
use rayon::prelude::*;

pub use self::corrected::Corrected;
use self::correlate::Template;
use crate::movie::{Extent, for_each_block};
use crate::numbers::reals;
use crate::segment::smooth;
use crate::{Error, ErrorKind, Result};

/// How shifts are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Registration {
    /// Largest shift along x and y that is looked for, in pixels.
    pub max_shift: u32,
    /// Standard deviation of the Gaussian that frames are smoothed with, in pixels.
    pub smoothing: f64,
    /// How often the mean image is made anew of the frames as shifted so far; at least 1.
    pub rounds: u32,
}

impl Default for Registration {
    /// Shifts of up to 6 pixels, smoothed over 1.5 pixels, two rounds.
    fn default() -> Self {
        Self { max_shift: 6, smoothing: 1.5, rounds: 2 }
    }
}

impl Registration {
    /// The shifts of all frames, `[time, 2]`: along x and along y, in pixels, to a fraction of a pixel. What lies at x in the mean
    /// lies at x + shift in the frame. Their mean over time is zero, as the mean image has no place of its own.
    ///
    /// # Errors
    /// When the movie's frames are not `[x, y]`, are smaller than what is looked for, or cannot be read.
    pub fn shifts(&self, movie: &dyn Rows) -> Result<Array2<f64>> {
        let extent = Extent::of(movie)?;
        let [width, height] = extent.plane()?;
        let reach = self.max_shift as usize;
        if width < 2 * reach + 8 || height < 2 * reach + 8 {
            return Err(Error::new(ErrorKind::Invalid, "the frames are too small for shifts so large")
                .expected(format!("at least {0} x {0} pixels for shifts of up to {reach}", 2 * reach + 8))
                .found(format!("{width} x {height}")));
        }
        let mut shifts = vec![[0.0; 2]; extent.frames];
        for _ in 0..self.rounds.max(1) {
            let mut mean = vec![0.0; extent.pixels];
            for_each_block(movie, 0..extent.frames, |first, block| {
                let frames = reals(block)?;
                for (frame, shift) in frames.chunks_exact(extent.pixels).zip(shifts.iter().skip(first)) {
                    corrected::add_shifted(&mut mean, frame, [width, height], *shift);
                }
                Ok(())
            })?;
            let template = Template::new(smooth(&mean, [width, height], self.smoothing), [width, height], reach);
            for_each_block(movie, 0..extent.frames, |first, block| {
                let frames = reals(block)?;
                let found: Vec<[f64; 2]> = frames
                    .par_chunks_exact(extent.pixels)
                    .map(|frame| template.find(&smooth(frame, [width, height], self.smoothing)))
                    .collect();
                for (to, from) in shifts.iter_mut().skip(first).zip(found) {
                    *to = from;
                }
                Ok(())
            })?;
            let count = shifts.len().max(1) as f64;
            let middle = shifts.iter().fold([0.0; 2], |[a, b], [x, y]| [a + x / count, b + y / count]);
            for [x, y] in &mut shifts {
                (*x, *y) = (*x - middle[0], *y - middle[1]);
            }
        }
        Array2::from_shape_vec((extent.frames, 2), shifts.into_iter().flatten().collect())
            .map_err(|source| Error::new(ErrorKind::Invalid, "the shifts have no shape").caused_by(source))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Axis, array};

    use super::*;
    use crate::movie::InMemory;
    use crate::simulate::Simulation;
    use crate::summary::summarise;

    #[test]
    fn finds_the_simulated_drift() {
        let simulation = Simulation {
            width: 90,
            height: 70,
            frames: 60,
            cells: 8,
            drift: 3.0,
            rate: 2.0,
            seed: 5,
            ..Simulation::default()
        };
        let movie = simulation.movie().unwrap();
        let found = Registration::default().shifts(&movie).unwrap();
        let truth = movie.truth().shifts.clone();
        let truth = &truth - &truth.mean_axis(Axis(0)).unwrap();
        let error = (&found - &truth).mapv(|e| e * e).mean().unwrap().sqrt();
        assert!(truth.std(0.0) > 1.0 && error < 0.35, "{error}");

        // Without its drift, the movie's mean is sharper.
        let steady = Corrected::new(movie.clone(), found).unwrap();
        let sharpness = |movie: &dyn Rows| summarise(movie).unwrap().mean.std(0.0);
        assert!(sharpness(&steady) > sharpness(&movie) * 1.02);
    }

    #[test]
    fn a_steady_movie_has_no_shifts() {
        let movie = Array3::from_shape_fn((4, 40, 30), |(_, x, y)| ((x * 37 + y * 91) % 101) as u16);
        let shifts = Registration::default().shifts(&InMemory::new(movie).unwrap()).unwrap();
        assert!(shifts.iter().all(|shift| shift.abs() < 1e-9));
        let flat = Array3::<u8>::zeros((4, 40, 30));
        let shifts = Registration::default().shifts(&InMemory::new(flat).unwrap()).unwrap();
        assert!(shifts.iter().all(|shift| *shift == 0.0));
    }

    #[test]
    fn refuses_small_frames() {
        let movie = InMemory::new(array![[[1u8, 2], [3, 4]]]).unwrap();
        assert!(Registration::default().shifts(&movie).unwrap_err().is_caller_fault());
    }
}
