//! Time series: when samples were taken, physical units, and what is refused on writing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use ndarray::{arr2, s};
use nwb_model::draft::Draft;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{ImageData, SeriesData, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::{ImageSeriesSet as _, TimeSeriesSet as _};
use nwb_model::types::{ImageSeries, ImageSeriesInit, NwbFileInit, TimeSeries, TimeSeriesInit};

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

fn series(name: &str, data: impl Into<SeriesData>, timing: Timing) -> Draft<TimeSeries> {
    TimeSeries::new(TimeSeriesInit { name: name.into(), data: data.into(), unit: "V".into(), timing })
}

fn written(drafts: Vec<Draft<TimeSeries>>) -> File {
    let mut edit = begin();
    for draft in drafts {
        edit.insert_in(Place::Acquisition, draft).unwrap();
    }
    edit.commit().unwrap()
}

fn get(file: &File, name: &str) -> TimeSeries {
    file.acquisition().unwrap().get(name).unwrap()
}

#[test]
fn samples_have_times() {
    let file = written(vec![
        series("rate", vec![0.0; 5], Timing::rate_from(4.0, 10.0)),
        series("times", vec![0.0; 4], Timing::timestamps(vec![1.0, 1.5, 4.0, 4.0])),
        series("none", Vec::<f64>::new(), Timing::rate(4.0)),
    ]);
    let rate = get(&file, "rate");
    assert_eq!((rate.sample_count().unwrap(), rate.duration().unwrap()), (5, Some(1.0)));
    assert_eq!(rate.times(1..4).unwrap(), [10.25, 10.5, 10.75]);
    assert!(rate.time_of(5).unwrap_err().is_caller_fault());
    let times = get(&file, "times");
    assert_eq!((times.time_of(2).unwrap(), times.duration().unwrap()), (4.0, Some(3.0)));
    assert!(times.time_of(4).is_err());
    assert_eq!(get(&file, "none").duration().unwrap(), None);
}

#[test]
fn a_window_of_time_is_a_range_of_samples() {
    let count = 2000;
    let times: Vec<f64> = (0..count).map(|i| f64::from(i) * 0.1 + if i >= 1000 { 50.0 } else { 0.0 }).collect();
    let file = written(vec![
        series("rate", vec![0.0; 300], Timing::rate_from(30.0, 1.0)),
        series("times", vec![0u8; 2000], Timing::timestamps(times.clone())),
    ]);
    let rate = get(&file, "rate");
    assert_eq!(rate.samples_between(1.0, 2.0).unwrap(), 0..30);
    assert_eq!(rate.samples_between(-5.0, 1.01).unwrap(), 0..1);
    assert_eq!(rate.samples_between(3.0, 2.0).unwrap(), 60..60);
    assert_eq!(rate.samples_between(10.9, 99.0).unwrap(), 297..300);
    let series = get(&file, "times");
    for (start, end) in [(0.0, 0.05), (99.85, 150.15), (120.0, 130.0), (-1.0, 1e9), (1e9, 2e9)] {
        let expected =
            times.iter().filter(|t| **t < start).count() as u64..times.iter().filter(|t| **t < end).count() as u64;
        assert_eq!(series.samples_between(start, end).unwrap(), expected, "{start} to {end}");
    }
}

#[test]
fn stored_samples_become_physical_ones() {
    let data = arr2(&[[1i16, 2], [3, 4], [5, 6]]);
    let draft = series("s", data, Timing::rate(1.0)).conversion(0.5).offset(10.0);
    let physical = get(&written(vec![draft]), "s").physical(s![1.., 1]).unwrap();
    assert_eq!((physical.values.into_raw_vec_and_offset().0, physical.unit.as_str()), (vec![12.0, 13.0], "V"));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let mut edit = begin();
    let mut refused = |draft: Draft<TimeSeries>, word: &str| {
        let error = edit.insert_in(Place::Acquisition, draft).unwrap_err();
        assert!(error.is_caller_fault() && error.to_string().contains(word), "{error}");
    };
    refused(series("s", vec![0.0; 3], Timing::timestamps(vec![0.0, 1.0])), "timestamps");
    refused(series("s", vec![0.0; 3], Timing::rate(-1.0)), "rate");
    refused(series("s", vec![0.0; 3], Timing::rate(f64::NAN)), "rate");
    let images = |data: ImageData| {
        ImageSeries::new(ImageSeriesInit { name: "i".into(), data, unit: "n.a.".into(), timing: Timing::rate(1.0) })
            .num_samples(9)
    };
    for files in [vec![("a.tif", 0), ("b.tif", 0)], vec![("a.tif", 1)], vec![("a.tif", 0), ("b.tif", 5), ("c.tif", 4)]]
    {
        let error = edit.insert_in(Place::Acquisition, images(ImageData::external_files(files))).unwrap_err();
        assert!(error.to_string().contains("starting frames"), "{error}");
    }
    edit.insert_in(Place::Acquisition, images(ImageData::external_files([("a.tif", 0), ("b.tif", 5)]))).unwrap();
    let file = edit.commit().unwrap();
    assert_eq!(get(&file, "i").sample_count().unwrap(), 9);
    assert_eq!(get(&file, "i").time_of(8).unwrap(), 8.0);
}
