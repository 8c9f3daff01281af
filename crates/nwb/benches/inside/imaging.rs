//! Calcium imaging: masks in their forms, traces out of a movie, dF/F.

use criterion::{Criterion, Throughput};
use nwb::ndarray::{Array2, Array3};
use nwb::ophys::mask::PixelMasks;
use nwb::ophys::movie::InMemory;
use nwb::ophys::traces::{Baseline, Weighting, dff, extract};

use crate::recording;

const ROIS: u32 = 500;
const EDGE: u32 = 256;

/// Squares of 10 x 10 pixels.
fn masks() -> PixelMasks {
    let mut masks = PixelMasks::new();
    for roi in 0..ROIS {
        let (x, y) = (roi * 37 % (EDGE - 10), roi * 91 % (EDGE - 10));
        masks.push_pixels((0..100).map(|n| ([x + n % 10, y + n / 10], 1.0 + n as f32)));
    }
    masks
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let masks = masks();
    let pixels = u64::from(ROIS) * 100;
    let mut group = criterion.benchmark_group("masks");
    group.throughput(Throughput::Elements(pixels));
    let stored = masks.to_value().unwrap();
    group.bench_function("pixels to the column", |bench| bench.iter(|| masks.to_value().unwrap()));
    group.bench_function("pixels from the column", |bench| {
        bench.iter(|| PixelMasks::from_value(&stored, masks.ends().to_vec()).unwrap());
    });
    group.throughput(Throughput::Elements(u64::from(ROIS * EDGE * EDGE)));
    group.bench_function("pixels to images", |bench| {
        bench.iter(|| masks.iter().map(|mask| mask.to_image::<f32>([EDGE; 2]).unwrap().len()).sum::<usize>());
    });
    group.finish();

    let shape = (100, EDGE as usize, EDGE as usize);
    let frames = Array3::from_shape_vec(shape, recording(shape.0 * shape.1 * shape.2).collect()).unwrap();
    let mut group = criterion.benchmark_group("traces");
    group.throughput(Throughput::Bytes((frames.len() * 2) as u64));
    let movie = InMemory::new(frames).unwrap();
    group.bench_function("of 500 ROIs", |bench| {
        bench.iter(|| extract(&movie, &masks, Weighting::Mean).unwrap());
    });
    let traces = Array2::from_shape_vec((9000, 100), recording(900_000).map(f64::from).collect()).unwrap();
    group.throughput(Throughput::Elements(traces.len() as u64));
    let baselines = [
        ("dF/F by the mean", Baseline::Mean),
        ("dF/F by a percentile", Baseline::Percentile { percent: 8.0, window: None }),
        ("dF/F by a running percentile", Baseline::Percentile { percent: 8.0, window: Some(900) }),
    ];
    for (name, baseline) in baselines {
        group.bench_function(name, |bench| bench.iter(|| dff(traces.view(), baseline).unwrap()));
    }
    group.finish();
}
