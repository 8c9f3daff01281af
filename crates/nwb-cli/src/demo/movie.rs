//! The movie that the session is about.

use std::path::Path;
use std::sync::{Arc, Mutex};

use nwb::model::dtype::Dtype;
use nwb::ophys::movie::InMemory;
use nwb::ophys::simulate::Simulation;
use nwb::ophys::tiff::TiffMovie;
use nwb::{Result, Rows, Value};

use super::simulated::fitting;
use crate::progress::Progress;

/// A movie `[time, x, y]`, read or simulated frame by frame.
#[derive(Clone, Debug)]
pub(super) struct Movie {
    source: Source,
    label: String,
    rate: f64,
    /// What is to be said about the rate, where nobody knows it.
    rate_comment: Option<String>,
    watch: Option<Arc<Mutex<Progress>>>,
}

#[derive(Clone, Debug)]
enum Source {
    Tiff(TiffMovie),
    Simulated {
        simulation: Simulation,
        /// Made once, if they are not too many, as they are gone over many times.
        frames: Arc<dyn Rows>,
    },
}

/// A simulated movie of up to so many bytes is kept in memory.
const KEPT_IN_MEMORY: u64 = 1 << 29;

/// Frames per second that a movie is said to have if nobody knows better.
const ASSUMED_RATE: f64 = 30.0;

impl Movie {
    /// The movie in a TIFF file.
    pub(super) fn from_tiff(path: &Path, rate: Option<f64>) -> Result<Self> {
        let movie = TiffMovie::open(path)?;
        let known = rate.or_else(|| movie.description().and_then(rate_in));
        let rate_comment = known.is_none().then(|| {
            format!("The TIFF file does not say how fast the frames were taken; {ASSUMED_RATE} frames per second are assumed.")
        });
        let label = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { source: Source::Tiff(movie), label, rate: known.unwrap_or(ASSUMED_RATE), rate_comment, watch: None })
    }

    /// A simulated movie.
    pub(super) fn simulate(seed: u64, frames: Option<u32>, size: Option<(u32, u32)>) -> Result<Self> {
        let usual = Simulation::default();
        let (width, height) = size.unwrap_or((usual.width, usual.height));
        // As densely as usual.
        let share = f64::from(width) * f64::from(height) / (f64::from(usual.width) * f64::from(usual.height));
        let cells = (f64::from(usual.cells) * share) as u32;
        let frames = frames.unwrap_or(usual.frames);
        let movie = fitting(Simulation { seed, width, height, frames, cells, ..usual })?;
        let simulation = movie.simulation().clone();
        let bytes = movie.shape().iter().fold(movie.dtype().size() as u64, |size, &len| size.saturating_mul(len));
        let kept: Arc<dyn Rows> = if bytes <= KEPT_IN_MEMORY {
            Arc::new(InMemory::of(movie.rows(0, frames.into())?)?)
        } else {
            Arc::new(movie)
        };
        let label = format!("simulation {width}x{height}x{frames}");
        let rate = simulation.rate;
        let source = Source::Simulated { simulation, frames: kept };
        Ok(Self { source, label, rate, rate_comment: None, watch: None })
    }

    /// Tells from now on how many frames were taken from it.
    pub(super) fn watch(&mut self, progress: Arc<Mutex<Progress>>) {
        self.watch = Some(progress);
    }

    pub(super) fn frames(&self) -> u64 {
        self.shape().first().copied().unwrap_or(0)
    }

    /// Width and height.
    pub(super) fn field(&self) -> [u32; 2] {
        match &self.source {
            Source::Tiff(movie) => [movie.width(), movie.height()],
            Source::Simulated { simulation, .. } => [simulation.width, simulation.height],
        }
    }

    /// Frames per second.
    pub(super) fn rate(&self) -> f64 {
        self.rate
    }

    pub(super) fn rate_comment(&self) -> Option<&str> {
        self.rate_comment.as_deref()
    }

    /// Name of the TIFF file, or the size of the simulation.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// A sentence on what it is.
    pub(super) fn description(&self) -> String {
        match &self.source {
            Source::Tiff(_) => format!("The movie of the file {}, frame by frame and pixel by pixel.", self.label),
            Source::Simulated { simulation: Simulation { cells, seed, .. }, .. } => format!(
                "A simulated movie: {cells} cells with calcium transients, shot noise, bleaching and drift; seed {seed}."
            ),
        }
    }

    pub(super) fn is_simulated(&self) -> bool {
        matches!(self.source, Source::Simulated { .. })
    }

    /// Counts without any light, where they are known.
    pub(super) fn offset(&self) -> f64 {
        match &self.source {
            Source::Tiff(_) => 0.0,
            Source::Simulated { simulation, .. } => simulation.offset,
        }
    }
}

impl Rows for Movie {
    fn dtype(&self) -> Dtype {
        match &self.source {
            Source::Tiff(movie) => movie.dtype(),
            Source::Simulated { frames, .. } => frames.dtype(),
        }
    }

    fn shape(&self) -> Vec<u64> {
        match &self.source {
            Source::Tiff(movie) => movie.shape(),
            Source::Simulated { frames, .. } => frames.shape(),
        }
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let rows = match &self.source {
            Source::Tiff(movie) => movie.rows(first, count),
            Source::Simulated { frames, .. } => frames.rows(first, count),
        }?;
        if let Some(mut progress) = self.watch.as_ref().and_then(|watch| watch.lock().ok()) {
            progress.advance(count);
        }
        Ok(rows)
    }
}

/// The frame rate in a description as ImageJ writes it: `finterval`, in seconds, or `fps`.
fn rate_in(description: &str) -> Option<f64> {
    let value = |key: &str| {
        let line = description.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))?;
        line.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0)
    };
    value("finterval").map(|seconds| 1.0 / seconds).or_else(|| value("fps"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn image_j_says_how_fast() {
        assert_eq!(rate_in("ImageJ=1.53\nimages=20\nfinterval=0.05\nmin=0"), Some(20.0));
        assert_eq!(rate_in("ImageJ=1.53\nfps=7.5"), Some(7.5));
        assert_eq!(rate_in("ImageJ=1.53\nfinterval=0"), None);
        assert_eq!(rate_in("no such thing"), None);
    }
}
