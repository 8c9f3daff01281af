//! One core decodes chunks of 1 MiB: each filter, and undoing the shuffle of each width.

use criterion::{Criterion, Throughput};
use nwb::OpenOptions;
use nwb::model::backend::Filter;
use nwb::ndarray::{Array1, Ix1};
use nwb::prelude::*;

use crate::{begin, insert_series, recording};

/// Bytes of each dataset, and of a chunk.
const BYTES: usize = 8 << 20;
const CHUNK: usize = 1 << 20;

fn chunked(elements: usize, data: Data, filters: &[Filter]) -> Data {
    let chunked = data.chunks(&[(CHUNK / (BYTES / elements)) as u64]);
    filters.iter().cloned().fold(chunked, Data::filter)
}

fn dataset(file: &File, name: &str) -> Dataset {
    file.acquisition().unwrap().get::<TimeSeries>(name).unwrap().data().unwrap()
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let (mut edit, path) = begin(folder.path(), "decode.nwb");
    let words: Vec<u16> = recording(BYTES / 2).collect();
    let filters = [
        ("none", vec![]),
        ("deflate", vec![Filter::deflate(4)]),
        ("shuffle and deflate", vec![Filter::shuffle(), Filter::deflate(4)]),
        ("shuffle and lzf", vec![Filter::shuffle(), Filter::lzf()]),
        ("fletcher32", vec![Filter::fletcher32()]),
    ];
    for (name, filters) in &filters {
        insert_series(&mut edit, name, chunked(words.len(), words.as_slice().into(), filters));
    }
    let shuffle = [Filter::shuffle()];
    let longs: Vec<u32> = recording(BYTES / 4).map(u32::from).collect();
    let doubles: Vec<f64> = recording(BYTES / 8).map(f64::from).collect();
    insert_series(&mut edit, "2 bytes", chunked(words.len(), words.as_slice().into(), &shuffle));
    insert_series(&mut edit, "4 bytes", chunked(longs.len(), longs.as_slice().into(), &shuffle));
    insert_series(&mut edit, "8 bytes", chunked(doubles.len(), doubles.as_slice().into(), &shuffle));
    edit.commit().unwrap();

    let file = nwb::open_with(&path, &OpenOptions::new().threads(1).cache(0)).unwrap();
    let mut group = criterion.benchmark_group("decode");
    group.throughput(Throughput::Bytes(BYTES as u64));
    let mut out = Array1::<u16>::ones(BYTES / 2);
    for (name, _) in &filters {
        let dataset = dataset(&file, name);
        group.bench_function(*name, |bench| bench.iter(|| dataset.read_into(.., &mut out).unwrap()));
    }
    group.finish();

    let mut group = criterion.benchmark_group("unshuffle");
    group.throughput(Throughput::Bytes(BYTES as u64));
    let two = dataset(&file, "2 bytes");
    group.bench_function("2 bytes", |bench| bench.iter(|| two.read_into(.., &mut out).unwrap()));
    let (four, mut out) = (dataset(&file, "4 bytes"), Array1::<u32>::ones(BYTES / 4));
    group.bench_function("4 bytes", |bench| bench.iter(|| four.read_into(.., &mut out).unwrap()));
    let (eight, mut out) = (dataset(&file, "8 bytes"), Array1::<f64>::ones(BYTES / 8));
    group.bench_function("8 bytes", |bench| bench.iter(|| eight.read_into(.., &mut out).unwrap()));
    group.finish();

    // Stored as one type, wanted as another, and in physical units.
    let mut group = criterion.benchmark_group("convert");
    group.throughput(Throughput::Bytes(BYTES as u64));
    let plain = dataset(&file, "none");
    group.bench_function("u16 to f32", |bench| bench.iter(|| plain.read::<f32, Ix1>(..).unwrap()));
    group.finish();
}
