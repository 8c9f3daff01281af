//! A two-photon movie of cells that are known: for demonstrations, tests and benchmarks.
//!
//! The movie is a function of its parameters: the same seed gives the same bytes on every machine (no function of the
//! platform's mathematical library is used), and each frame can be made by itself.
//!
//! ```
//! use nwb_model::data::Rows;
//! use nwb_ophys::simulate::Simulation;
//!
//! let movie = Simulation { width: 96, height: 64, frames: 50, cells: 5, ..Simulation::default() }.movie()?;
//! assert_eq!(movie.shape(), [50, 96, 64]);
//! assert_eq!(movie.truth().masks.len(), 5);
//! assert_eq!(movie.rows(7, 1)?, movie.rows(7, 1)?);
//! # Ok::<(), nwb_ophys::Error>(())
//! ```

mod frame;
mod random;
mod tissue;

use std::sync::Arc;

use ndarray::Array2;
use nwb_model::data::Rows;
use nwb_model::dtype::{Dtype, Number};
use nwb_model::value::{Bytes, Shape, Value};
use rayon::prelude::*;

use self::tissue::Tissue;
use crate::mask::PixelMasks;
use crate::{Error, ErrorKind, Result};

/// What is simulated. Fill in what matters and take the rest from the default.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// Length of x, in pixels.
    pub width: u32,
    /// Length of y, in pixels.
    pub height: u32,
    /// How many frames.
    pub frames: u32,
    /// Frames per second.
    pub rate: f64,
    /// How many cells.
    pub cells: u32,
    /// Radius of a cell, in pixels; single cells differ from it by a fifth.
    pub radius: f64,
    /// Calcium events of a cell, per second.
    pub event_rate: f64,
    /// dF/F at the peak of one event. GCaMP6s: about 0.25 for one action potential, 1 for a burst.
    pub amplitude: f64,
    /// Time constant of a transient's rise, in seconds.
    pub rise: f64,
    /// Time constant of its decay, in seconds.
    pub decay: f64,
    /// Farthest that the field drifts along x and y, in pixels.
    pub drift: f64,
    /// Photons that a pixel of bright tissue gives in a frame.
    pub photons: f64,
    /// Share of the brightness that is bleached away at the end of the movie, 0 to 1.
    pub bleaching: f64,
    /// Stored counts per photon.
    pub gain: f64,
    /// Standard deviation of the electronics' noise, in counts.
    pub read_noise: f64,
    /// Counts without any light.
    pub offset: f64,
    /// The same seed gives the same movie.
    pub seed: u64,
}

impl Default for Simulation {
    /// A minute of 256 x 128 pixels at 10 frames a second, with 40 cells that look like GCaMP6s.
    fn default() -> Self {
        Self {
            width: 256,
            height: 128,
            frames: 600,
            rate: 10.0,
            cells: 40,
            radius: 5.0,
            event_rate: 0.15,
            amplitude: 0.8,
            rise: 0.07,
            decay: 1.0,
            drift: 2.0,
            photons: 12.0,
            bleaching: 0.1,
            gain: 25.0,
            read_noise: 8.0,
            offset: 100.0,
            seed: 1,
        }
    }
}

/// What is known about a simulated movie.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The cells where they are without drift, with the weights that their light has in each pixel.
    pub masks: PixelMasks,
    /// dF/F of each cell, `[time, cell]`, without neuropil, bleaching and noise.
    pub dff: Array2<f64>,
    /// When the calcium events of each cell were, in seconds from the first frame on.
    pub events: Vec<Vec<f64>>,
    /// By how much each frame is shifted along x and y, `[time, 2]`, in pixels: what lies at x without drift lies at x + shift.
    pub shifts: Array2<f64>,
}

/// A simulated movie `[time, x, y]`, uint16, whose frames are made when they are asked for.
#[derive(Clone, Debug)]
pub struct SimulatedMovie {
    simulation: Simulation,
    tissue: Arc<Tissue>,
    truth: Arc<Truth>,
}

impl Simulation {
    /// Grows the tissue and lets the cells fire; frames are made later.
    ///
    /// # Errors
    /// When a parameter makes no sense, or so many cells find no place without touching each other.
    pub fn movie(self) -> Result<SimulatedMovie> {
        self.check()?;
        let (tissue, truth) = tissue::grow(&self)?;
        Ok(SimulatedMovie { simulation: self, tissue: Arc::new(tissue), truth: Arc::new(truth) })
    }

    fn check(&self) -> Result<()> {
        let positive = [
            ("rate", self.rate),
            ("radius", self.radius),
            ("rise", self.rise),
            ("decay", self.decay),
            ("photons", self.photons),
            ("gain", self.gain),
        ];
        let not_negative = [
            ("event_rate", self.event_rate),
            ("amplitude", self.amplitude),
            ("drift", self.drift),
            ("bleaching", self.bleaching),
            ("read_noise", self.read_noise),
            ("offset", self.offset),
        ];
        let bad = positive.iter().find(|(_, value)| !(value.is_finite() && *value > 0.0));
        let bad = bad.or_else(|| not_negative.iter().find(|(_, value)| !(value.is_finite() && *value >= 0.0)));
        if let Some((name, value)) = bad {
            return Err(Error::new(ErrorKind::Invalid, format!("the simulation's {name} makes no sense"))
                .expected("a finite number that is not negative, and not zero where something is divided by it")
                .found(value.to_string()));
        }
        if self.bleaching >= 1.0 || self.rise >= self.decay {
            return Err(Error::new(ErrorKind::Invalid, "the simulation's parameters contradict each other")
                .expected("bleaching below 1, and a rise faster than the decay")
                .found(format!("bleaching {}, rise {}, decay {}", self.bleaching, self.rise, self.decay)));
        }
        if self.width == 0 || self.height == 0 {
            return Err(Error::new(ErrorKind::Invalid, "the simulated field has no pixel"));
        }
        if self.drift > 64.0 || self.width > 1 << 14 || self.height > 1 << 14 {
            return Err(Error::new(ErrorKind::Limit, "the simulated field is too large")
                .expected("up to 16384 pixels along x and y, and a drift of up to 64"));
        }
        Ok(())
    }
}

impl SimulatedMovie {
    /// What was simulated.
    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// What is known about it.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.truth
    }
}

impl Rows for SimulatedMovie {
    fn dtype(&self) -> Dtype {
        Dtype::native(Number::U16)
    }

    fn shape(&self) -> Vec<u64> {
        vec![self.simulation.frames.into(), self.simulation.width.into(), self.simulation.height.into()]
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let end = first.checked_add(count).filter(|&end| end <= self.simulation.frames.into()).ok_or_else(|| {
            Error::new(ErrorKind::Invalid, "the movie has not so many frames")
                .expected(format!("frames within 0..{}", self.simulation.frames))
                .found(format!("{count} from frame {first} on"))
        })?;
        let pixels = self.simulation.width as usize * self.simulation.height as usize;
        let mut counts = vec![0u16; pixels.saturating_mul((end - first) as usize)];
        counts.par_chunks_mut(pixels).zip(first as usize..end as usize).for_each(|(into, t)| {
            frame::expose(&self.simulation, &self.tissue, &self.truth, t, into);
        });
        let shape = [count, self.simulation.width.into(), self.simulation.height.into()];
        Value::from_parts(self.dtype(), Shape::of(&shape), Bytes::from_vec(counts), None)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Axis, Ix3, s};

    use super::*;
    use crate::summary::summarise;
    use crate::traces::{Weighting, extract};

    fn small() -> Simulation {
        Simulation { width: 80, height: 60, frames: 200, cells: 8, seed: 7, ..Simulation::default() }
    }

    #[test]
    fn frames_do_not_depend_on_each_other() {
        let movie = small().movie().unwrap();
        let all = movie.rows(0, 200).unwrap().to_array::<u16, Ix3>().unwrap();
        let some = small().movie().unwrap().rows(120, 3).unwrap().to_array::<u16, Ix3>().unwrap();
        assert_eq!(all.slice(s![120..123, .., ..]), some);
        assert_ne!(all.index_axis(Axis(0), 1), all.index_axis(Axis(0), 2));
        let other = Simulation { seed: 8, ..small() }.movie().unwrap();
        assert_ne!(other.rows(0, 1).unwrap(), movie.rows(0, 1).unwrap());
        assert!(movie.rows(199, 2).unwrap_err().is_caller_fault());
    }

    #[test]
    fn the_same_bytes_everywhere() {
        // FNV-1a of the first frames; another sum means that files of old seeds cannot be made again.
        let bytes = small().movie().unwrap().rows(0, 5).unwrap();
        let counts = bytes.to_vec::<u16>().unwrap();
        let hash = counts
            .iter()
            .flat_map(|count| count.to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        assert_eq!(format!("{hash:016x}"), "0e7c1859d3ff1055");
    }

    #[test]
    fn cells_are_apart_and_inside() {
        let truth = small().movie().unwrap().truth().clone();
        assert!(truth.masks.check_field([80, 60]).is_ok());
        let mut pixels = truth.masks.coordinates().to_vec();
        let len = pixels.len();
        pixels.sort_unstable();
        pixels.dedup();
        assert_eq!(pixels.len(), len);
        assert!(truth.masks.iter().all(|mask| mask.len() > 30));
        assert!(truth.shifts.iter().all(|shift| shift.abs() <= 2.0));
        assert_eq!(truth.dff.shape(), [200, 8]);
        let crowded = Simulation { cells: 500, ..small() }.movie().unwrap_err();
        assert!(crowded.is_caller_fault() && crowded.to_string().contains("expected 500"), "{crowded}");
    }

    #[test]
    fn traces_follow_the_truth() {
        let movie = Simulation { drift: 0.0, event_rate: 0.3, ..small() }.movie().unwrap();
        let truth = movie.truth();
        let traces = extract(&movie, &truth.masks, Weighting::Mean).unwrap();
        for (cell, (trace, dff)) in traces.columns().into_iter().zip(truth.dff.columns()).enumerate() {
            let (a, b) = (&trace - trace.mean().unwrap(), &dff - dff.mean().unwrap());
            let correlation = (&a * &b).sum() / ((&a * &a).sum() * (&b * &b).sum()).sqrt();
            assert!(truth.events[cell].is_empty() || correlation > 0.85, "cell {cell}: {correlation}");
        }
    }

    #[test]
    fn noise_is_that_of_photons() {
        let quiet = Simulation { drift: 0.0, event_rate: 0.0, bleaching: 0.0, read_noise: 0.0, cells: 0, ..small() };
        let summary = summarise(&quiet.clone().movie().unwrap()).unwrap();
        // Without anything else, variance over mean is the gain.
        let ratio = (&summary.std * &summary.std / (&summary.mean - quiet.offset)).mean().unwrap();
        assert!((ratio / quiet.gain - 1.0).abs() < 0.2, "{ratio}");
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        for bad in [
            Simulation { rate: 0.0, ..small() },
            Simulation { photons: f64::NAN, ..small() },
            Simulation { rise: 2.0, ..small() },
            Simulation { width: 0, ..small() },
            Simulation { drift: -1.0, ..small() },
        ] {
            assert!(bad.movie().unwrap_err().is_caller_fault());
        }
    }
}
