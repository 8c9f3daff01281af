//! dF/F.

use ndarray::{Array2, ArrayView2, Axis, Zip};
use rayon::prelude::*;

use crate::{Error, ErrorKind, Result};

/// What fluorescence is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Baseline {
    /// A percentile of the trace, interpolated linearly between the two nearest values.
    Percentile {
        /// 0 for the smallest value, 50 for the median, 100 for the largest.
        percent: f64,
        /// Over how many frames around each frame: the frame itself and half of it before and after, less at the ends. `None`: over
        /// the whole trace.
        window: Option<usize>,
    },
    /// The mean of the whole trace.
    Mean,
}

/// dF/F of each ROI: `(F - F0) / F0`, F0 being the baseline. In and out are `[time, roi]`.
///
/// NaNs in a trace are left out of its baseline and stay NaN. Where the baseline is not positive, or there is none because all
/// values are NaN, the result is NaN: a ratio to it would mean nothing.
///
/// # Errors
/// When the percentage is not within 0 to 100, or the window is of no frame.
///
/// ```
/// use ndarray::array;
/// use nwb_ophys::traces::{Baseline, dff};
///
/// let fluorescence = array![[100.0], [150.0], [100.0]];
/// let result = dff(fluorescence.view(), Baseline::Percentile { percent: 50.0, window: None })?;
/// assert_eq!(result, array![[0.0], [0.5], [0.0]]);
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
pub fn dff(fluorescence: ArrayView2<'_, f64>, baseline: Baseline) -> Result<Array2<f64>> {
    if let Baseline::Percentile { percent, window } = baseline {
        if !(0.0..=100.0).contains(&percent) {
            return Err(Error::new(ErrorKind::Invalid, "that is no percentile")
                .expected("0 to 100")
                .found(percent.to_string()));
        }
        if window == Some(0) {
            return Err(Error::new(ErrorKind::Invalid, "a window has at least one frame"));
        }
    }
    let mut result = fluorescence.to_owned();
    result.axis_iter_mut(Axis(1)).into_par_iter().for_each(|mut trace| {
        let values = trace.to_vec();
        let f0 = match baseline {
            Baseline::Percentile { percent, window: Some(window) } => running(&values, percent, window),
            Baseline::Percentile { percent, window: None } => {
                let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
                sorted.sort_unstable_by(f64::total_cmp);
                vec![percentile(&sorted, percent); values.len()]
            }
            Baseline::Mean => {
                let (sum, count) = values
                    .iter()
                    .filter(|value| !value.is_nan())
                    .fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
                vec![sum / f64::from(count); values.len()]
            }
        };
        Zip::from(&mut trace).and(&f0).for_each(|f, &f0| *f = if f0 > 0.0 { (*f - f0) / f0 } else { f64::NAN });
    });
    Ok(result)
}

/// The percentile of values in ascending order; NaN if there is none.
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = percent / 100.0 * last as f64;
    let below = place.floor();
    let (Some(&low), Some(&high)) = (sorted.get(below as usize), sorted.get((place.ceil() as usize).min(last))) else {
        return f64::NAN;
    };
    if low == high { low } else { low + (high - low) * (place - below) }
}

/// The percentile around each frame, of a sorted window that moves along.
fn running(values: &[f64], percent: f64, window: usize) -> Vec<f64> {
    let (before, after) = (window / 2, window.div_ceil(2).max(1) - 1);
    let mut sorted: Vec<f64> = Vec::with_capacity(window.min(values.len()));
    let place = |sorted: &[f64], value: f64| sorted.partition_point(|other| other.total_cmp(&value).is_lt());
    let mut coming = values.iter();
    for &value in coming.by_ref().take(after).filter(|value| !value.is_nan()) {
        sorted.insert(place(&sorted, value), value);
    }
    let leaving = std::iter::repeat_n(None, before + 1).chain(values.iter().map(Some));
    let coming = coming.map(Some).chain(std::iter::repeat(None));
    values
        .iter()
        .zip(coming.zip(leaving))
        .map(|(_, (new, old))| {
            if let Some(&old) = old.filter(|value| !value.is_nan()) {
                let at = place(&sorted, old);
                if at < sorted.len() {
                    sorted.remove(at);
                }
            }
            if let Some(&new) = new.filter(|value| !value.is_nan()) {
                sorted.insert(place(&sorted, new), new);
            }
            percentile(&sorted, percent)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, array};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentiles_are_interpolated() {
        // The values that NumPy's percentile gives.
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(percentile(&sorted, 0.0), 1.0);
        assert_eq!(percentile(&sorted, 50.0), 3.0);
        assert_eq!(percentile(&sorted, 90.0), 6.800000000000001);
        assert_eq!(percentile(&sorted, 100.0), 8.0);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn what_makes_no_sense_is_nan() {
        let traces = array![[-1.0, f64::NAN, 10.0, 0.0], [-1.0, f64::NAN, f64::NAN, 0.0], [-1.0, f64::NAN, 20.0, 0.0]];
        let baseline = Baseline::Percentile { percent: 0.0, window: None };
        let result = dff(traces.view(), baseline).unwrap();
        assert!(result.column(0).iter().chain(result.column(1)).chain(result.column(3)).all(|v| v.is_nan()));
        assert_eq!((result[[0, 2]], result[[2, 2]]), (0.0, 1.0));
        assert!(result[[1, 2]].is_nan());
        assert!(dff(traces.view(), Baseline::Percentile { percent: 101.0, window: None }).is_err());
        assert!(dff(traces.view(), Baseline::Percentile { percent: f64::NAN, window: None }).is_err());
        assert!(dff(traces.view(), Baseline::Percentile { percent: 8.0, window: Some(0) }).is_err());
        let mean = dff(array![[1.0], [3.0]].view(), Baseline::Mean).unwrap();
        assert_eq!(mean, array![[-0.5], [0.5]]);
    }

    proptest! {
        #[test]
        fn a_running_percentile_is_that_of_its_window(
            values in proptest::collection::vec(prop_oneof![9 => 1.0..9.0f64, 1 => Just(f64::NAN)], 1..40),
            window in 1..50usize,
            percent in 0.0..=100.0f64,
        ) {
            let running = running(&values, percent, window);
            prop_assert_eq!(running.len(), values.len());
            for (t, found) in running.iter().enumerate() {
                let from = t.saturating_sub(window / 2);
                let to = (t + (window - window / 2)).min(values.len());
                let mut part: Vec<f64> = values[from..to].iter().copied().filter(|v| !v.is_nan()).collect();
                part.sort_unstable_by(f64::total_cmp);
                prop_assert_eq!(found.to_bits(), percentile(&part, percent).to_bits());
            }
        }

        #[test]
        fn does_not_depend_on_the_gain(values in proptest::collection::vec(1.0..9.0f64, 2..30)) {
            let trace = Array1::from(values).insert_axis(Axis(1));
            let baseline = Baseline::Percentile { percent: 20.0, window: Some(9) };
            let once = dff(trace.view(), baseline).unwrap();
            let twice = dff((&trace * 2.0).view(), baseline).unwrap();
            prop_assert_eq!(once, twice);
        }
    }
}
