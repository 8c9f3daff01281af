//! Changing files where they lie.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb::prelude::*;
use nwb::{EditOptions, ErrorKind, NewFile};

fn session(path: &std::path::Path) -> File {
    let init = NwbFileInit {
        identifier: "a".into(),
        session_description: "b".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07Z").unwrap(),
    };
    let mut edit = nwb::create(path, init).unwrap();
    let series = TimeSeries::new(TimeSeriesInit {
        name: "s".into(),
        data: vec![1.5, 2.5].into(),
        unit: "m".into(),
        timing: Timing::rate(1.0),
    });
    edit.insert_in(Place::Acquisition, series).unwrap();
    edit.commit().unwrap()
}

#[test]
fn a_commit_replaces_the_file_and_old_views_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.nwb");
    let old = session(&path);
    let series: TimeSeries = old.acquisition().unwrap().get("s").unwrap();
    let mut edit = old.edit(EditOptions::default()).unwrap();
    let handle = edit.handle(&series).unwrap();
    edit.update(handle, |series| series.data(vec![9.0]).unit("km")).unwrap();
    let new = edit.commit().unwrap();
    let value = |series: &TimeSeries| series.data().unwrap().read::<f64, nwb::ndarray::Ix1>(..).unwrap().to_vec();
    assert_eq!(value(&series), [1.5, 2.5]);
    assert_eq!(value(&new.acquisition().unwrap().get("s").unwrap()), [9.0]);
    assert_eq!(value(&nwb::open(&path).unwrap().acquisition().unwrap().get("s").unwrap()), [9.0]);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["session.nwb"], "nothing is left beside it");
}

#[test]
fn a_second_edit_of_the_same_state_is_a_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.nwb");
    let file = session(&path);
    let lab = |lab: &'static str| {
        let mut edit = file.edit(EditOptions::default()).unwrap();
        let root = edit.root();
        edit.update(root, |file| file.lab(lab)).unwrap();
        edit
    };
    let (first, second) = (lab("first"), lab("second"));
    first.commit().unwrap();
    let error = second.commit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(nwb::open(&path).unwrap().lab().unwrap(), Some("first"));
}

#[test]
fn an_edit_can_go_to_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.nwb");
    let file = session(&path);
    let mut edit = file.edit_to(NewFile::new(folder.path().join("other.nwb")), EditOptions::default());
    let root = edit.root();
    edit.update(root, |file| file.lab("a lab")).unwrap();
    assert_eq!(edit.commit().unwrap().lab().unwrap(), Some("a lab"));
    assert_eq!(nwb::open(&path).unwrap().lab().unwrap(), None);
}
