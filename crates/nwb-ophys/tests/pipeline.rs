//! From a movie to dF/F, the way a demonstration goes.

use ndarray::Ix2;
use nwb_model::data::Rows;
use nwb_ophys::mask::PixelMasks;
use nwb_ophys::register::{Corrected, Registration};
use nwb_ophys::segment::Segmentation;
use nwb_ophys::simulate::Simulation;
use nwb_ophys::summary::summarise;
use nwb_ophys::traces::{Baseline, Ring, Weighting, dff, extract, neuropil, subtract_neuropil};

#[test]
fn a_drifting_movie_gives_back_the_transients() {
    let simulation =
        Simulation { width: 120, height: 100, frames: 300, cells: 12, rate: 5.0, seed: 11, ..Simulation::default() };
    let movie = simulation.movie().unwrap();
    let truth = movie.truth().clone();
    let shifts = Registration::default().shifts(&movie).unwrap();
    let offset = movie.simulation().offset;
    let steady = Corrected::new(movie, shifts).unwrap();
    let mean = summarise(&steady).unwrap().mean.into_dimensionality::<Ix2>().unwrap();
    let cells = Segmentation::default().find(mean.view()).unwrap();
    let rings = neuropil(&cells, [120, 100], Ring { gap: 3.0, reach: 8.0 }).unwrap();
    let light = |masks: &PixelMasks| extract(&steady, masks, Weighting::Mean).unwrap() - offset;
    let fluorescence = subtract_neuropil(light(&cells).view(), light(&rings).view(), 0.7).unwrap();
    let found = dff(fluorescence.view(), Baseline::Percentile { percent: 20.0, window: Some(150) }).unwrap();
    assert_eq!(found.dim(), (300, cells.len()));

    // Each cell that fired has a trace that is more like its own than chance.
    let correlation = |a: ndarray::ArrayView1<'_, f64>, b: ndarray::ArrayView1<'_, f64>| {
        let (a, b) = (&a - a.mean().unwrap(), &b - b.mean().unwrap());
        (&a * &b).sum() / ((&a * &a).sum() * (&b * &b).sum()).sqrt()
    };
    let active: Vec<usize> = (0..12).filter(|&cell| truth.events[cell].len() > 2).collect();
    let hits = active
        .iter()
        .filter(|&&cell| found.columns().into_iter().any(|trace| correlation(trace, truth.dff.column(cell)) > 0.8));
    let hits = hits.count();
    assert!(active.len() >= 8 && hits + 2 >= active.len(), "{hits} of {} active cells", active.len());
}

#[test]
fn a_hundred_thousand_rois_are_no_matter() {
    let (rois, pixels) = (100_000u32, 100u32);
    let started = std::time::Instant::now();
    let mut masks = PixelMasks::with_capacity(rois as usize, (rois * pixels) as usize);
    for roi in 0..rois {
        masks.push_pixels((0..pixels).map(|i| ([roi % 500 + i % 10, roi / 500 + i / 10], 1.0)));
    }
    let records = masks.to_value().unwrap();
    assert_eq!(records.bytes().len(), 12 * 10_000_000);
    let back = PixelMasks::from_value(&records, masks.ends().to_vec()).unwrap();
    assert_eq!(back, masks);
    assert_eq!(back.get(99_999).unwrap().coordinates()[0], [499, 199]);
    // Without optimisation this takes two or three seconds; a quadratic step would take hours.
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn a_movie_goes_into_a_dataset() {
    let movie = Simulation { width: 32, height: 40, frames: 9, cells: 0, ..Simulation::default() }.movie().unwrap();
    let shape = movie.shape();
    let data = nwb_model::data::Data::rows(movie).chunks(&[3, 32, 40]).deflate(1);
    assert_eq!(data.shape().dims(), shape);
}
