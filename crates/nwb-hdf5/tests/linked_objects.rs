//! Objects of other files in typed views and drafts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use nwb_hdf5::{NewFile, Overwrite, open};
use nwb_model::backend;
use nwb_model::copy::Losses;
use nwb_model::draft::{Draft, External, Link};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::export::{Contents, ExportOptions, ExternalLinks};
use nwb_model::ext::{Columns as _, Ragged, Timing};
use nwb_model::file::File;
use nwb_model::ndarray::Array3;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::{
    Device, DeviceInit, DynamicTable, DynamicTableInit, DynamicTableRegion, ElectrodeGroup, ElectrodeGroupInit,
    ImagingPlane, ImagingPlaneInit, NwbFileInit, OpticalChannel, OpticalChannelInit, ProcessingModule,
    ProcessingModuleInit, TimeSeries, TimeSeriesInit, TwoPhotonSeries, TwoPhotonSeriesInit, VectorData, VectorIndex,
};
use nwb_model::view::NeurodataType as _;

fn begin(path: &Path) -> Edit {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let init = NwbFileInit {
        identifier: path.display().to_string(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let store = NewFile::new(path).overwrite(Overwrite::Yes);
    Edit::create(store, &path.display().to_string(), init, EditOptions::default()).unwrap()
}

fn series(name: &str, numbers: Vec<f64>, timing: Timing) -> Draft<TimeSeries> {
    TimeSeries::new(TimeSeriesInit { name: name.into(), data: numbers.into(), unit: "m".into(), timing })
}

/// A file with a plane, a series with timestamps, and one that shares them.
fn raw(path: &Path) -> File {
    let mut edit = begin(path);
    let scope = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    let channel = OpticalChannelInit { name: "green".into(), description: "GCaMP".into(), emission_lambda: 510.0 };
    edit.insert(ImagingPlane::new(ImagingPlaneInit {
        name: "plane".into(),
        excitation_lambda: 920.0,
        indicator: "GCaMP6s".into(),
        location: "VISp".into(),
        optical_channels: vec![OpticalChannel::new(channel).into()],
        device: scope.into(),
    }))
    .unwrap();
    let first = series("first", vec![1.0, 2.0, 3.0], Timing::timestamps(vec![0.1, 0.2, 0.4]));
    let first = edit.insert_in(Place::Acquisition, first).unwrap();
    edit.insert_in(Place::Acquisition, series("second", vec![4.0, 5.0, 6.0], Timing::shared_with(first))).unwrap();
    edit.commit().unwrap()
}

fn stored(file: &File, group: &str, name: &str) -> backend::Link {
    let group = file.get(group).unwrap();
    group.links().unwrap().iter().find(|(found, _)| found == name).unwrap().1.clone()
}

fn external(file: &str, path: &str) -> backend::Link {
    backend::Link::External { file: file.into(), path: path.into() }
}

#[test]
fn slots_are_filled_with_objects_of_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let raw = raw(&at("raw/raw.nwb"));
    let mut edit = begin(&at("derived/day 1/new.nwb"));
    // A path that begins at the current folder, and a view of an open file.
    let given = std::env::current_dir().unwrap();
    let up: String = given.components().skip(1).map(|_| "../").collect();
    let real = at("raw/raw.nwb").canonicalize().unwrap();
    let relative = format!("{up}{}", real.strip_prefix("/").unwrap().display());
    let plane: Link<ImagingPlane> = External::file(relative, "/general/optophysiology/plane").into();
    let movie = TwoPhotonSeriesInit {
        name: "movie".into(),
        imaging_plane: plane,
        data: Array3::<u16>::zeros((3, 4, 5)).into(),
        unit: "n.a.".into(),
        timing: Timing::shared_with(
            Link::external(&raw.acquisition().unwrap().get::<TimeSeries>("second").unwrap()).unwrap(),
        ),
    };
    edit.insert_in(Place::Acquisition, TwoPhotonSeries::new(movie)).unwrap();
    let first: TimeSeries = raw.acquisition().unwrap().get("first").unwrap();
    edit.link_in::<TimeSeries>(Place::Acquisition, "linked", External::object(first.object()).unwrap()).unwrap();
    edit.link_in::<TimeSeries>(Place::Stimulus, "named", External::named("raw.nwb", "acquisition/first")).unwrap();
    for (place, name) in [(Place::Acquisition, "linked"), (Place::Acquisition, "a/b"), (Place::Scratch, "")] {
        let refused = edit.link_in::<TimeSeries>(place, name, External::named("raw.nwb", "/acquisition/first"));
        assert!(refused.unwrap_err().is_caller_fault(), "{name}");
    }
    let wrong =
        edit.link_in::<Device>(Place::Acquisition, "scope", External::named("raw.nwb", "/general/devices/scope"));
    assert!(wrong.unwrap_err().is_caller_fault());

    // Before anything is written, and after.
    let before = edit.view().unwrap();
    let written = edit.commit().unwrap();
    for file in [before, written, File::from_backend(open(at("derived/day 1/new.nwb")).unwrap()).unwrap()] {
        assert_eq!(stored(&file, "/acquisition", "linked"), external("../../raw/raw.nwb", "/acquisition/first"));
        assert_eq!(stored(&file, "/stimulus/presentation", "named"), external("raw.nwb", "/acquisition/first"));
        let plane = external("../../raw/raw.nwb", "/general/optophysiology/plane");
        assert_eq!(stored(&file, "/acquisition/movie", "imaging_plane"), plane);
        let movie: TwoPhotonSeries = file.acquisition().unwrap().get("movie").unwrap();
        let plane = movie.imaging_plane().unwrap();
        assert_eq!(
            (plane.location().unwrap(), plane.device().unwrap().object().path()),
            ("VISp", "/general/devices/scope")
        );
        assert!(plane.object().file().ends_with("raw.nwb"));
        let times = movie.timestamps().unwrap().unwrap();
        assert_eq!(times.read_value(..).unwrap().as_slice::<f64>().unwrap(), [0.1, 0.2, 0.4]);
        let linked: TimeSeries = file.acquisition().unwrap().get("linked").unwrap();
        assert_eq!(linked.data().unwrap().read_value(..).unwrap().as_slice::<f64>().unwrap(), [1.0, 2.0, 3.0]);
        assert_eq!(linked.object().name(), "first");
        assert!(plane.object().is_in_file_of(linked.object()));
        let names: Vec<_> = file.acquisition().unwrap().iter::<TimeSeries>().unwrap().map(Result::unwrap).collect();
        assert_eq!(names.len(), 2);
        assert!(file.get("/stimulus/presentation/named").unwrap_err().is_dangling_link());
    }
}

#[test]
fn columns_of_another_files_table_are_columns() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let init = || DynamicTableInit { name: "numbers".into(), description: "some".into() };
    let mut edit = begin(&at("a.nwb"));
    let table = DynamicTable::new(init()).column("x", "numbers", vec![0.5, 1.5]).ragged_column(
        "y",
        "lists",
        Ragged::with_lengths(vec![1i64, 2, 3], [1, 2]),
    );
    edit.insert_in(Place::Scratch, table).unwrap();
    edit.commit().unwrap();
    let mut edit = begin(&at("copies/b.nwb"));
    let table = edit.insert_in(Place::Scratch, DynamicTable::new(init()).column("z", "own", vec![1u8, 2])).unwrap();
    let column = |name: &str| External::file(at("a.nwb"), format!("/scratch/numbers/{name}"));
    edit.link_in::<VectorData>(table, "x", column("x")).unwrap();
    edit.link_in::<VectorIndex>(table, "y_index", column("y_index")).unwrap();
    edit.link_in::<VectorData>(table, "y", column("y")).unwrap();
    let file = edit.commit().unwrap();
    assert_eq!(stored(&file, "/scratch/numbers", "x"), external("../a.nwb", "/scratch/numbers/x"));
    let table: DynamicTable = file.scratch().unwrap().get("numbers").unwrap();
    assert_eq!(table.column_names().unwrap(), ["z", "x", "y"]);
    assert_eq!(table.row_count().unwrap(), 2);
    let lists = table.column("y").unwrap();
    assert_eq!((lists.row_count().unwrap(), table.column("x").unwrap().row_count().unwrap()), (2, 2));
}

/// A session with a table, a region of it, and a series that refers to it.
fn session(path: &Path) -> File {
    let folder = path.parent().unwrap();
    let mut edit = begin(path);
    let scope = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    let group = ElectrodeGroupInit {
        name: "shank".into(),
        description: "a shank".into(),
        location: "VISp".into(),
        device: scope.into(),
    };
    edit.insert(ElectrodeGroup::new(group)).unwrap();
    let table = DynamicTableInit { name: "rows".into(), description: "of things".into() };
    let table = DynamicTable::new(table).column("x", "numbers", vec![0.5, 1.5, 2.5]);
    let table = edit.insert_in(Place::Scratch, table).unwrap();
    let regions = DynamicTableInit { name: "regions".into(), description: "of rows".into() };
    let regions = DynamicTable::new(regions).region_column("of rows", "some", vec![2, 0], table);
    let first = series("first", vec![1.0, 2.0, 3.0], Timing::timestamps(vec![0.1, 0.2, 0.4]));
    let first = edit.insert_in(Place::Acquisition, first).unwrap();
    edit.insert_in(Place::Acquisition, series("second", vec![4.0, 5.0, 6.0], Timing::shared_with(first))).unwrap();
    let module = ProcessingModuleInit { name: "module".into(), description: "results".into() };
    let module = edit.insert(ProcessingModule::new(module)).unwrap();
    edit.insert_in(module, regions).unwrap();
    assert!(folder.exists());
    edit.commit().unwrap()
}

fn check_session(file: &File, what: &str) {
    let second: TimeSeries = file.acquisition().unwrap().get("second").unwrap();
    let times = second.timestamps().unwrap().unwrap().read_value(..).unwrap();
    assert_eq!(times.as_slice::<f64>().unwrap(), [0.1, 0.2, 0.4], "{what}");
    let rows: DynamicTable = file.scratch().unwrap().get("rows").unwrap();
    assert_eq!((rows.row_count().unwrap(), rows.column_names().unwrap()), (3, vec!["x".to_owned()]), "{what}");
    let region: DynamicTableRegion = file.get("/processing/module/regions/of rows").unwrap().cast().unwrap();
    let table = region.table().unwrap();
    assert_eq!((table.object().path(), table.row_count().unwrap()), ("/scratch/rows", 3), "{what}");
    let shank: ElectrodeGroup = file.get("/general/extracellular_ephys/shank").unwrap().cast().unwrap();
    assert_eq!(shank.device().unwrap().object().path(), "/general/devices/scope", "{what}");
}

fn external_count(file: &File) -> usize {
    let groups = file.get("/").unwrap().descendants().unwrap();
    let links = groups.iter().flat_map(|group| group.links().unwrap());
    links.filter(|(_, link)| matches!(link, backend::Link::External { .. })).count()
}

#[test]
fn a_file_of_links_is_made_and_its_links_are_copied_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let file = session(&at("raw/session.nwb"));
    check_session(&file, "the session");
    fs::create_dir_all(at("copies/deep")).unwrap();
    let linked = ExportOptions { contents: Contents::Linked, ..ExportOptions::default() };
    let (linked, losses) = file.export_with(&NewFile::new(at("copies/linked.nwb")), &linked, &mut |_| {}).unwrap();
    assert_eq!(losses, Losses::default());
    check_session(&linked, "links");
    assert_eq!(stored(&linked, "/acquisition", "first"), external("../raw/session.nwb", "/acquisition/first"));
    assert_eq!(stored(&linked, "/scratch/rows", "x"), external("../raw/session.nwb", "/scratch/rows/x"));
    assert_eq!(external_count(&linked), 7);
    assert_eq!(linked.identifier().unwrap(), file.identifier().unwrap());
    let ids =
        |path: &str| [&file, &linked].map(|file| file.get(path).unwrap().object_id().unwrap().unwrap().to_owned());
    for (path, renewed) in [("/", true), ("/scratch/rows", true), ("/acquisition/first", false)] {
        let [old, new] = ids(path);
        assert_eq!(old != new, renewed, "{path}");
    }

    let (again, losses) = linked.export(&NewFile::new(at("copies/deep/again.nwb")), &mut |_| {}).unwrap();
    assert_eq!((external_count(&again), losses), (7, Losses::default()));
    check_session(&again, "links of links");
    let copied_in = ExportOptions { external: ExternalLinks::CopyIn, ..ExportOptions::default() };
    let (whole, losses) = again.export_with(&NewFile::new(at("whole.nwb")), &copied_in, &mut |_| {}).unwrap();
    assert_eq!((external_count(&whole), losses), (0, Losses::default()));
    drop((file, linked, again));
    fs::remove_dir_all(at("raw")).unwrap();
    fs::remove_dir_all(at("copies")).unwrap();
    check_session(&whole, "all copied in");
    assert_eq!(
        stored(&whole, "/acquisition/second", "timestamps"),
        backend::Link::Soft("/acquisition/first/timestamps".into())
    );
}

#[test]
fn what_is_copied_in_brings_what_it_refers_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    session(&at("session.nwb"));
    let mut edit = begin(&at("new.nwb"));
    let target = |path: &str| External::named("session.nwb", path);
    edit.link_in::<TimeSeries>(Place::Acquisition, "a", target("/acquisition/second")).unwrap();
    edit.link_in::<TimeSeries>(Place::Acquisition, "b", target("/acquisition/second")).unwrap();
    edit.link_in::<ProcessingModule>(Place::Processing, "m", target("/processing/module")).unwrap();
    edit.link_in::<TimeSeries>(Place::Acquisition, "gone", target("/acquisition/gone")).unwrap();
    let file = edit.commit().unwrap();
    let copied_in = ExportOptions { external: ExternalLinks::CopyIn, ..ExportOptions::default() };
    let (whole, losses) = file.export_with(&NewFile::new(at("whole.nwb")), &copied_in, &mut |_| {}).unwrap();
    assert_eq!(losses, Losses::default());
    fs::remove_file(at("session.nwb")).unwrap();
    assert_eq!(external_count(&whole), 1, "the one that leads nowhere");
    assert_eq!(stored(&whole, "/acquisition", "b"), backend::Link::Soft("/acquisition/a".into()));
    let a: TimeSeries = whole.acquisition().unwrap().get("a").unwrap();
    assert_eq!(a.timestamps().unwrap().unwrap().read_value(..).unwrap().as_slice::<f64>().unwrap(), [0.1, 0.2, 0.4]);
    let region: DynamicTableRegion = whole.get("/processing/m/regions/of rows").unwrap().cast().unwrap();
    assert_eq!(region.table().unwrap().row_count().unwrap(), 3);
}
