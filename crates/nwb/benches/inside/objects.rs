//! Metadata: the catalog, opening, walking the tree, accessors, validation.

use criterion::{BatchSize, Criterion, Throughput};
use nwb::prelude::*;
use nwb_validate::{Options, Registry, validate};

use crate::{begin, insert_series};

const SERIES: u64 = 500;

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let (mut edit, path) = begin(folder.path(), "objects.nwb");
    for number in 0..SERIES {
        insert_series(&mut edit, &format!("series_{number:03}"), vec![0.5; 10]);
    }
    edit.commit().unwrap();
    let open = || nwb::open(&path).unwrap();

    let mut group = criterion.benchmark_group("catalog");
    let types = nwb::schema::embedded::catalog().types().len();
    group.throughput(Throughput::Elements(types as u64));
    group.bench_function("types of the embedded schema", |bench| {
        bench.iter(|| nwb::schema::embedded::build().unwrap());
    });
    group.finish();

    let mut group = criterion.benchmark_group("objects");
    group.throughput(Throughput::Elements(1));
    group.bench_function("open, one scalar", |bench| {
        bench.iter(|| open().acquisition().unwrap().get::<TimeSeries>("series_499").unwrap().rate().unwrap());
    });
    let objects = open().object().descendants().unwrap().len();
    group.throughput(Throughput::Elements(objects as u64));
    group.bench_function("walk of a file just opened", |bench| {
        bench.iter_batched(open, |file| file.object().descendants().unwrap(), BatchSize::SmallInput);
    });
    group.throughput(Throughput::Elements(SERIES));
    group.bench_function("accessors of series, first touch", |bench| {
        bench.iter_batched(open, |file| accessors(&file), BatchSize::SmallInput);
    });
    let file = open();
    accessors(&file);
    group.bench_function("accessors of series, again", |bench| bench.iter(|| accessors(&file)));
    group.throughput(Throughput::Elements(objects as u64));
    group.bench_function("index of the whole file", |bench| {
        bench.iter_batched(open, |file| file.scan().unwrap(), BatchSize::SmallInput);
    });
    let (registry, options) = (Registry::standard(), Options::default());
    group.bench_function("validation by schema and best practice", |bench| {
        bench.iter_batched(open, |file| validate(&file, &registry, &options), BatchSize::SmallInput);
    });
    group.finish();
}

/// Some of every series.
fn accessors(file: &File) -> f64 {
    let acquisition = file.acquisition().unwrap();
    let series = acquisition.iter::<TimeSeries>().unwrap().map(Result::unwrap);
    series
        .map(|series| {
            let lengths = series.unit().unwrap().len() + series.description().unwrap().map_or(0, str::len);
            lengths as f64 + series.rate().unwrap().unwrap() + series.conversion().unwrap().unwrap_or(1.0)
        })
        .sum()
}
