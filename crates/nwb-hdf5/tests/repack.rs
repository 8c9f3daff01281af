//! Finished files stored anew.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use nwb_hdf5::NewFile;
use nwb_model::backend::{Backend, DatasetInfo, Filter, Layout, Store};
use nwb_model::data::Data;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::Timing;
use nwb_model::file::File;
use nwb_model::ndarray::{Array1, Array2};
use nwb_model::place::Place;
use nwb_model::profile::Profile;
use nwb_model::repack::RepackOptions;
use nwb_model::selection::Region;
use nwb_model::time::Timestamp;
use nwb_model::types::{NwbFileInit, TimeSeries, TimeSeriesInit};
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind};

fn begin(path: &Path) -> Edit {
    let init = NwbFileInit {
        identifier: "repack".into(),
        session_description: "to be made smaller".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07Z").unwrap(),
    };
    let options = EditOptions::default().profile(Profile::none());
    Edit::create(NewFile::new(path), &path.display().to_string(), init, options).unwrap()
}

fn session(path: &Path) -> File {
    let mut edit = begin(path);
    let traces = Array2::from_shape_fn((60_000, 70), |(t, c)| ((t / 5 * (c + 3)) % 4001) as i16);
    let times = Array1::from_shape_fn(60_000, |t| t as f64 / 30_000.0);
    let series = |name: &str, data: Data, timing: Timing| {
        TimeSeries::new(TimeSeriesInit { name: name.into(), data: data.into(), unit: "V".into(), timing })
    };
    let first = edit.insert_in(Place::Acquisition, series("a", traces.into(), Timing::timestamps(times))).unwrap();
    edit.link_in::<TimeSeries>(Place::Stimulus, "again", first).unwrap();
    edit.insert_in(Place::Acquisition, series("small", vec![1u8, 2].into(), Timing::rate(1.0))).unwrap();
    let growing = Data::from(vec![7u16; 5000]).chunks(&[100]).deflate(1).growable();
    edit.insert_in(Place::Acquisition, series("growing", growing, Timing::rate(1.0))).unwrap();
    edit.commit().unwrap()
}

/// Whether two files have the same objects, ids and elements.
fn same(a: &File, b: &File) {
    for object in a.get("/").unwrap().descendants().unwrap() {
        let other = b.get(object.path()).unwrap();
        assert_eq!(object.object_id().unwrap(), other.object_id().unwrap());
        if let (Ok(a), Ok(b)) = (object.dataset(), other.dataset()) {
            assert_eq!(a.read_value(..).unwrap(), b.read_value(..).unwrap(), "{}", object.path());
            assert_eq!(a.info().unwrap().max_shape, b.info().unwrap().max_shape, "{}", object.path());
        }
    }
}

fn info(file: &File, path: &str) -> DatasetInfo {
    file.get(path).unwrap().dataset().unwrap().info().unwrap().clone()
}

#[test]
fn a_repacked_file_is_the_same_in_other_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let file = session(&folder.path().join("a.nwb"));
    let store = NewFile::new(folder.path().join("b.nwb"));
    let profile = Profile::portable();
    let estimate = file.repack_estimate(&store, &profile).unwrap();
    let (mut last, mut calls) = (0, 0);
    let (copy, report) = file
        .repack(&store, &profile, &mut |state| {
            assert!(state.done >= last && state.done <= state.total, "{state:?}");
            (last, calls) = (state.done, calls + 1);
            assert!(calls > 1 || state.total > report_bytes(&estimate), "what is read back counts too");
        })
        .unwrap();
    assert!(calls > 4);
    let paths: Vec<&str> = report.datasets.iter().map(|dataset| dataset.path.as_str()).collect();
    assert_eq!(paths, ["/acquisition/a/data", "/acquisition/a/timestamps"]);
    assert!(report.after() * 2 < report.before(), "{report:?}");
    assert_eq!(report.before(), estimate.before());
    assert!(estimate.after().abs_diff(report.after()) < report.after() / 3, "{estimate:?} {report:?}");
    same(&file, &copy);
    assert_eq!(info(&copy, "/acquisition/a/data").filters.len(), 2);
    assert!(copy.repack_estimate(&store, &profile).unwrap().datasets.is_empty(), "there is nothing left to do");
    assert!(file.repack(&store, &profile, &mut |_| {}).is_err(), "the name is taken");

    // A file that fails its check is not there.
    let before = fs::read_dir(folder.path()).unwrap().count();
    let new = NewFile::new(folder.path().join("c.nwb")).begin().unwrap();
    let refuse = &mut |_: &Arc<dyn Backend>| Err(Error::new(ErrorKind::Malformed, "no"));
    assert!(new.commit_checked(refuse).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
}

fn report_bytes(report: &nwb_model::repack::RepackReport) -> u64 {
    report.datasets.iter().map(|dataset| dataset.bytes).sum()
}

#[test]
fn each_dataset_after_its_own_profile() {
    let folder = tempfile::tempdir().unwrap();
    let file = session(&folder.path().join("a.nwb"));
    let lzf =
        r#"{ "smallest": 1000000, "rules": [{ "chunks": "rows", "bytes": 50000, "filters": ["shuffle", "lzf"] }] }"#;
    let how = RepackOptions::new(Profile::none())
        .set("/acquisition", Profile::fast())
        .set("/acquisition/a", Profile::compact())
        .set("/acquisition/a/timestamps", Profile::none())
        .set("/stimulus/presentation/again/timestamps", Profile::from_json("lzf", lzf).unwrap())
        .set("/acquisition/small/data", Profile::compact());
    let (copy, report) = file.repack(&NewFile::new(folder.path().join("b.nwb")), how, &mut |_| {}).unwrap();
    same(&file, &copy);
    assert_eq!(info(&copy, "/acquisition/a/data").filters[1].parameters[0], 9);
    // By another name, later, and small as it is.
    let times = info(&copy, "/acquisition/a/timestamps");
    assert_eq!((times.layout, times.filters[1].id), (Layout::Chunked(vec![6000]), 32000));
    assert_eq!(info(&copy, "/acquisition/small/data").layout, Layout::Chunked(vec![2]));
    assert_eq!(info(&copy, "/acquisition/growing/data").layout, Layout::Chunked(vec![100]), "too small for `fast`");
    assert_eq!(report.uncommon_filters().iter().map(|filter| filter.id).collect::<Vec<_>>(), [32000]);
    let uncommon = copy.uncommon_filters().unwrap();
    assert_eq!(uncommon.len(), 1);
    let said = uncommon[0].to_string();
    assert!(said.starts_with("/acquisition/a/timestamps") && said.contains("MATLAB"), "{said}");

    // Back again: in one run, but for what can grow.
    let back = NewFile::new(folder.path().join("c.nwb"));
    let (back, report) = copy.repack(&back, Profile::none(), &mut |_| {}).unwrap();
    same(&file, &back);
    assert_eq!(report.datasets.len(), 4);
    assert_eq!(info(&back, "/acquisition/a/data").layout, Layout::Contiguous);
    let growing = info(&back, "/acquisition/growing/data");
    assert_eq!((growing.layout, growing.filters), (Layout::Chunked(vec![100]), vec![]));
    assert!(back.uncommon_filters().unwrap().is_empty());

    let missing = RepackOptions::default().set("/acquisition/nothing", Profile::fast());
    let store = NewFile::new(folder.path().join("d.nwb"));
    assert!(file.repack(&store, missing, &mut |_| {}).unwrap_err().is_not_found());
    assert!(!folder.path().join("d.nwb").exists());
}

#[test]
fn what_was_never_written_is_not_written_by_a_repack() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.nwb");
    drop(begin(&path).commit().unwrap());
    // Much more than there is room for, of which three chunks are there.
    let store = NewFile::new(folder.path().join("b.nwb"));
    let mut transaction = store.begin().unwrap();
    let base = File::from_backend(nwb_hdf5::open(&path).unwrap()).unwrap();
    let losses = nwb_model::copy::copy_tree(&*nwb_hdf5::open(&path).unwrap(), &mut *transaction, &mut |_| {}).unwrap();
    assert!(losses.dangling_references.is_empty());
    let root = transaction.root();
    let mut sparse =
        DatasetInfo::new(Value::vector(vec![0u16]).dtype().clone(), nwb_model::value::Shape::of(&[1 << 40, 8]));
    sparse.layout = Layout::Chunked(vec![1 << 16, 8]);
    sparse.filters = vec![Filter::deflate(1)];
    sparse.fill = Some(Value::scalar(9u16));
    let data = transaction.create_dataset(root, "sparse", &sparse).unwrap();
    for first in [0u64, 1 << 30, (1 << 40) - 1000] {
        let rows = Value::vector((0..8000u16).collect()).reshaped(nwb_model::value::Shape::of(&[1000, 8])).unwrap();
        transaction.write(data, &Region::block(&[first, 0], &[1000, 8]), &rows).unwrap();
    }
    let file = File::from_backend(transaction.commit().unwrap()).unwrap();
    drop(base);

    let how = r#"{ "rules": [{ "chunks": "rows", "bytes": 100000, "filters": ["shuffle", "deflate 4"] }] }"#;
    let how = Profile::from_json("mine", how).unwrap();
    let store = NewFile::new(folder.path().join("c.nwb"));
    let estimate = file.repack_estimate(&store, &how).unwrap();
    let (copy, report) = file.repack(&store, &how, &mut |_| {}).unwrap();
    let after = report.datasets[0].after;
    assert!(after < 1 << 20 && estimate.datasets[0].after < 1 << 20, "{after} {estimate:?}");
    for at in [0usize, 999, 1000, 1 << 29, (1 << 30) + 1, (1 << 40) - 1001, (1 << 40) - 1] {
        let read = |file: &File| file.get("/sparse").unwrap().dataset().unwrap().read_value(at..at + 1).unwrap();
        assert_eq!(read(&file), read(&copy), "{at}");
    }
    // In one run it would be all there: it stays in chunks.
    let store = NewFile::new(folder.path().join("d.nwb"));
    let (copy, _) = file.repack(&store, Profile::none(), &mut |_| {}).unwrap();
    let plain = info(&copy, "/sparse");
    assert_eq!((plain.layout, plain.filters.len()), (Layout::Chunked(vec![1 << 16, 8]), 0));
}

#[test]
fn an_estimate_counts_chunks_at_edges_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut edit = begin(&folder.path().join("a.nwb"));
    let data = Data::from(vec![7u16; 130]).chunks(&[100]).deflate(1).growable();
    let init =
        TimeSeriesInit { name: "growing".into(), data: data.into(), unit: "V".into(), timing: Timing::rate(1.0) };
    edit.insert_in(Place::Acquisition, TimeSeries::new(init)).unwrap();
    let file = edit.commit().unwrap();
    let store = NewFile::new(folder.path().join("b.nwb"));
    let estimate = file.repack_estimate(&store, Profile::none()).unwrap();
    let (_, report) = file.repack(&store, Profile::none(), &mut |_| {}).unwrap();
    assert_eq!((estimate.datasets[0].after, report.datasets[0].after), (400, 400));
}
