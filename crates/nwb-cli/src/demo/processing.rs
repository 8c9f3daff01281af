//! From the movie to dF/F.

use std::sync::{Arc, Mutex};

use nwb::Result;
use nwb::ndarray::{Array2, Ix2};
use nwb::ophys::mask::PixelMasks;
use nwb::ophys::register::{Corrected, Registration};
use nwb::ophys::segment::Segmentation;
use nwb::ophys::summary::summarise;
use nwb::ophys::traces::{Baseline, Weighting, dff, extract};

use super::movie::Movie;
use crate::progress::Progress;

/// Largest shift that is looked for, in pixels, in frames that are large enough for it.
const MAX_SHIFT: u32 = 6;

/// F0 is this percentile of the trace around each frame.
pub(super) const BASELINE_PERCENT: f64 = 20.0;

/// Over how many seconds F0 is taken.
pub(super) const BASELINE_SECONDS: f64 = 30.0;

/// All that was computed from a movie.
#[derive(Debug)]
pub(super) struct Processed {
    /// Shifts of the frames, `[time, 2]`: x and y, in pixels.
    pub(super) shifts: Array2<f64>,
    /// The movie without them.
    pub(super) corrected: Corrected<Movie>,
    /// Mean and largest value of each pixel, `[x, y]`.
    pub(super) mean: Array2<f64>,
    pub(super) max: Array2<f64>,
    pub(super) cells: PixelMasks,
    /// `[time, roi]`.
    pub(super) fluorescence: Array2<f64>,
    /// `[time, roi]`.
    pub(super) dff: Array2<f64>,
}

/// Says what is being done.
pub(super) fn stage(progress: &Arc<Mutex<Progress>>, what: &'static str) {
    if let Ok(mut progress) = progress.lock() {
        progress.now(what);
    }
}

impl Processed {
    pub(super) fn of(movie: &Movie, progress: &Arc<Mutex<Progress>>) -> Result<Self> {
        stage(progress, "looking for motion");
        let shifts = shifts(movie)?;
        let corrected = Corrected::new(movie.clone(), shifts.clone())?;
        stage(progress, "summing up");
        let summary = summarise(&corrected)?;
        let image = |of: nwb::ndarray::ArrayD<f64>| {
            of.into_dimensionality::<Ix2>()
                .map_err(|source| nwb::Error::new(nwb::ErrorKind::Invalid, "the summary is no image").caused_by(source))
        };
        let (mean, max) = (image(summary.mean)?, image(summary.max)?);
        stage(progress, "looking for cells");
        // A pixel that is not a number in some frame is none in the mean, and cannot be part of a cell.
        let lowest = mean.iter().copied().filter(|value| value.is_finite()).fold(f64::INFINITY, f64::min);
        let lowest = if lowest.is_finite() { lowest } else { 0.0 };
        let clean = mean.mapv(|value| if value.is_finite() { value } else { lowest });
        let cells = Segmentation::default().find(clean.view())?;
        stage(progress, "extracting traces");
        let fluorescence = extract(&corrected, &cells, Weighting::Mean)?;
        let window = (BASELINE_SECONDS * movie.rate()).ceil().max(1.0) as usize;
        let above = &fluorescence - movie.offset();
        let dff = dff(above.view(), Baseline::Percentile { percent: BASELINE_PERCENT, window: Some(window) })?;
        Ok(Self { shifts, corrected, mean, max, cells, fluorescence, dff })
    }
}

fn shifts(movie: &Movie) -> Result<Array2<f64>> {
    let shortest = movie.field().into_iter().min().unwrap_or(0);
    match shortest.checked_sub(8) {
        Some(room) => Registration { max_shift: MAX_SHIFT.min(room / 2), ..Registration::default() }.shifts(movie),
        // So small a frame shows no motion.
        None => Ok(Array2::zeros((usize::try_from(movie.frames()).unwrap_or(0), 2))),
    }
}
