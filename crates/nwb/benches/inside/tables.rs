//! Tables and text: rows that are built, columns that are read.

use criterion::{BatchSize, Criterion, Throughput};
use nwb::prelude::*;

use crate::begin;

const ROWS: u64 = 20_000;
const SPIKES: u64 = 50;

fn trials() -> Draft<TimeIntervals> {
    let mut trials = TimeIntervals::draft("trials", "runs").rows().unwrap();
    trials.column("side", "where to", CellKind::text()).unwrap();
    for row in 0..ROWS {
        let start = row as f64;
        let side = if row % 3 == 0 { "left" } else { "right" };
        let row = [("start_time", start.into()), ("stop_time", (start + 0.5).into()), ("side", side.into())];
        trials.push(&row).unwrap();
    }
    trials.finish().unwrap()
}

fn units(times: &[f64]) -> Draft<Units> {
    let mut units = Units::draft("sorted").rows().unwrap();
    for _ in 0..ROWS {
        units.push(&[("spike_times", times.into())]).unwrap();
    }
    units.finish().unwrap()
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let times: Vec<f64> = (0..SPIKES).map(|n| n as f64 / 8.0).collect();
    let mut group = criterion.benchmark_group("rows");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("of trials: numbers and text", |bench| bench.iter(trials));
    group.bench_function("of units: 50 spikes each", |bench| bench.iter(|| units(&times)));
    group.bench_function("of trials, committed", |bench| {
        let mut number = 0;
        bench.iter_batched(
            || {
                number += 1;
                let (mut edit, path) = begin(folder.path(), &format!("trials {number}.nwb"));
                edit.insert(trials()).unwrap();
                (edit, path)
            },
            |(edit, path)| {
                edit.commit().unwrap();
                std::fs::remove_file(path).unwrap();
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();

    let (mut edit, path) = begin(folder.path(), "tables.nwb");
    edit.insert(trials()).unwrap();
    edit.insert(units(&times)).unwrap();
    edit.commit().unwrap();
    let open = || nwb::open(&path).unwrap();
    let mut group = criterion.benchmark_group("columns");
    group.throughput(Throughput::Elements(ROWS));
    group.bench_function("of text", |bench| {
        bench.iter_batched(
            || open().trials().unwrap().unwrap(),
            |trials| trials.column("side").unwrap().read(0..ROWS).unwrap().texts().unwrap().len(),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("of numbers", |bench| {
        bench.iter_batched(
            || open().trials().unwrap().unwrap(),
            |trials| trials.column("start_time").unwrap().read(0..ROWS).unwrap().numbers::<f64>().unwrap().len(),
            BatchSize::SmallInput,
        );
    });
    group.throughput(Throughput::Bytes(ROWS * SPIKES * 8));
    group.bench_function("of lists", |bench| {
        bench.iter_batched(
            || open().units().unwrap().unwrap(),
            |units| units.column("spike_times").unwrap().read(0..ROWS).unwrap().lists::<f64>().unwrap().len(),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}
