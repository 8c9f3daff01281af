//! What goes on inside the process, piece by piece: `cargo bench -p nwb`, or `cargo bench -p nwb --bench inside -- decode` for one piece.
//!
//! Everything goes through the facade, on files that are made for it in a temporary folder; each measurement tells its throughput. What is
//! measured beside other programs is in `../beside`.

#![allow(clippy::unwrap_used, reason = "benchmarks")]

mod decode;
mod imaging;
mod objects;
mod place;
mod tables;

use std::time::Duration;

use criterion::Criterion;
use nwb::prelude::*;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    decode::measure(&mut criterion);
    place::measure(&mut criterion);
    objects::measure(&mut criterion);
    tables::measure(&mut criterion);
    imaging::measure(&mut criterion);
    criterion.final_summary();
}

/// A new file in that folder.
fn begin(folder: &std::path::Path, name: &str) -> (Edit, std::path::PathBuf) {
    let path = folder.join(name);
    let session = NwbFileInit {
        identifier: "bench".into(),
        session_description: "a session to measure with".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07+00:00").unwrap(),
    };
    (nwb::create(&path, session).unwrap(), path)
}

/// A series in the acquisition.
fn insert_series(edit: &mut Edit, name: &str, data: impl Into<Data>) {
    let series = TimeSeries::new(TimeSeriesInit {
        name: name.into(),
        data: data.into().into(),
        unit: "n.a.".into(),
        timing: Timing::rate(30.0),
    });
    edit.insert_in(Place::Acquisition, series).unwrap();
}

/// Numbers that look like a recording's: a slow wave and noise of a few bits, the same every time.
fn recording(count: usize) -> impl Iterator<Item = u16> {
    let mut state = 1u64;
    (0..count).map(move |n| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        300 + (n / 64 % 100) as u16 + (state >> 59) as u16
    })
}
