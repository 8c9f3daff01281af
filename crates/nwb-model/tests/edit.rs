//! Edits on files in memory: what is filled in, what is refused, what stays as it was.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use ndarray::{Array2, Array3};
use nwb_model::backend::Link;
use nwb_model::data::Data;
use nwb_model::draft::{Draft, External, Handle};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Columns, Ragged, SeriesData, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::{
    DeviceSet as _, ImagingPlaneSet as _, NwbFileSet as _, PlaneSegmentationSet as _, TimeSeriesSet as _,
};
use nwb_model::types::{
    Device, DeviceInit, DynamicTable, DynamicTableInit, ImageSeries, ImagingPlane, ImagingPlaneInit, NwbFileInit,
    OpticalChannel, OpticalChannelInit, PlaneSegmentation, PlaneSegmentationInit, ProcessingModule,
    ProcessingModuleInit, TimeSeries, TimeSeriesInit, TwoPhotonSeries, TwoPhotonSeriesInit,
};
use nwb_model::value::Value;
use nwb_model::view::NeurodataType;

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

fn channel() -> Draft<OpticalChannel> {
    OpticalChannel::new(OpticalChannelInit {
        name: "green".into(),
        description: "GCaMP".into(),
        emission_lambda: 510.0,
    })
}

fn plane(edit: &mut Edit) -> Handle<ImagingPlane> {
    let scope = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    let init = ImagingPlaneInit {
        name: "plane".into(),
        excitation_lambda: 920.0,
        indicator: "GCaMP6s".into(),
        location: "VISp".into(),
        optical_channels: vec![channel().into()],
        device: scope.into(),
    };
    edit.insert(ImagingPlane::new(init)).unwrap()
}

fn series(name: &str, data: impl Into<SeriesData>) -> Draft<TimeSeries> {
    TimeSeries::new(TimeSeriesInit {
        name: name.into(),
        data: data.into(),
        unit: "m".into(),
        timing: Timing::rate(10.0),
    })
}

fn names(file: &File, path: &str) -> Vec<String> {
    file.get(path).unwrap().links().unwrap().iter().map(|(name, _)| name.clone()).collect()
}

#[test]
fn a_new_file_has_what_every_file_has() {
    let file = begin().commit().unwrap();
    let expected = [
        "acquisition",
        "analysis",
        "file_create_date",
        "general",
        "identifier",
        "processing",
        "session_description",
        "session_start_time",
        "specifications",
        "stimulus",
        "timestamps_reference_time",
    ];
    assert_eq!(names(&file, "/"), expected);
    assert_eq!(names(&file, "/stimulus"), ["presentation", "templates"]);
    assert_eq!(names(&file, "/specifications"), ["core", "hdmf-common", "hdmf-experimental"]);
    assert_eq!(file.timestamps_reference_time().unwrap(), file.session_start_time().unwrap());
    let attribute = |name: &str| file.object().attribute(name).unwrap().unwrap().clone();
    assert_eq!(attribute("neurodata_type").as_text().unwrap(), "NWBFile");
    assert_eq!(attribute("nwb_version").as_text().unwrap(), "2.11.0");
    let specifications = attribute(".specloc").as_reference().unwrap().unwrap();
    assert_eq!(file.object().resolve(specifications).unwrap().path(), "/specifications");
    assert!(file.object().object_id().unwrap().is_some());
}

#[test]
fn defaults_and_fixed_values_are_written() {
    let mut edit = begin();
    edit.insert_in(Place::Acquisition, series("s", vec![1.0f32, 2.0])).unwrap();
    let file = edit.commit().unwrap();
    let series: TimeSeries = file.acquisition().unwrap().get("s").unwrap();
    assert_eq!(series.comments().unwrap(), Some("no comments"));
    assert_eq!((series.conversion().unwrap(), series.resolution().unwrap()), (Some(1.0), Some(-1.0)));
    assert_eq!((series.rate().unwrap(), series.starting_time().unwrap()), (Some(10.0), Some(0.0)));
    let unit = file.get("/acquisition/s/starting_time").unwrap();
    assert_eq!(unit.attribute("unit").unwrap().unwrap().as_text().unwrap(), "seconds");
}

#[test]
fn what_is_refused_leaves_no_trace() {
    let mut edit = begin();
    let plane = plane(&mut edit);
    let before = edit.view().unwrap().object().descendants().unwrap().len();
    let movie = |name: &str, data: Data| {
        TwoPhotonSeries::new(TwoPhotonSeriesInit {
            name: name.into(),
            imaging_plane: plane.into(),
            data: data.into(),
            unit: "n.a.".into(),
            timing: Timing::rate(30.0),
        })
    };
    let flat = edit.insert_in(Place::Acquisition, movie("m", vec![1u16, 2].into())).unwrap_err();
    assert!(flat.to_string().contains("/acquisition/m/data") && flat.to_string().contains("[*, *, *]"), "{flat}");
    let text = edit.insert_in(Place::Acquisition, movie("m", Data::from(vec!["a"]))).unwrap_err();
    assert!(text.is_caller_fault());
    for name in ["a/b", "a:b", "", "."] {
        let frames = Array3::<u16>::zeros((1, 2, 2));
        assert!(
            edit.insert_in(Place::Acquisition, movie(name, frames.into())).unwrap_err().is_caller_fault(),
            "{name}"
        );
    }
    let twice = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap_err();
    assert!(twice.to_string().contains("/general/devices/scope"), "{twice}");
    let nowhere = edit.insert(series("s", vec![1.0])).unwrap_err();
    assert!(nowhere.to_string().contains("/stimulus/presentation"), "{nowhere}");
    let misplaced = edit.insert_in(Place::Processing, series("s", vec![1.0])).unwrap_err();
    assert!(misplaced.is_caller_fault(), "{misplaced}");
    assert_eq!(edit.view().unwrap().object().descendants().unwrap().len(), before);
}

#[test]
fn numbers_are_widened_but_never_changed_in_kind() {
    let mut edit = begin();
    let timing = Timing::timestamps(vec![0.0f32, 0.5]);
    let narrow =
        TimeSeries::new(TimeSeriesInit { name: "s".into(), data: vec![1i8, 2].into(), unit: "m".into(), timing });
    edit.insert_in(Place::Acquisition, narrow).unwrap();
    let timing = Timing::timestamps(vec![0i64, 1]);
    let whole =
        TimeSeries::new(TimeSeriesInit { name: "t".into(), data: vec![1i8, 2].into(), unit: "m".into(), timing });
    let error = edit.insert_in(Place::Acquisition, whole).unwrap_err();
    assert!(error.to_string().contains("float64") && error.to_string().contains("int64"), "{error}");
    let file = edit.commit().unwrap();
    let dtype = |path: &str| file.get(path).unwrap().dataset().unwrap().dtype().unwrap().to_string();
    assert_eq!(dtype("/acquisition/s/timestamps"), "float64");
    assert_eq!(dtype("/acquisition/s/data"), "int8");
}

#[test]
fn shared_timestamps_are_a_link_to_the_owner_at_the_end_of_the_chain() {
    let mut edit = begin();
    let make = |name: &str, timing| {
        TimeSeries::new(TimeSeriesInit { name: name.into(), data: vec![1.0, 2.0].into(), unit: "m".into(), timing })
    };
    let a = edit.insert_in(Place::Acquisition, make("a", Timing::timestamps(vec![0.0, 0.5]))).unwrap();
    let b = edit.insert_in(Place::Acquisition, make("b", Timing::shared_with(a))).unwrap();
    edit.insert_in(Place::Acquisition, make("c", Timing::shared_with(b))).unwrap();
    let rated = edit.insert_in(Place::Acquisition, make("d", Timing::rate(1.0))).unwrap();
    let error = edit.insert_in(Place::Acquisition, make("e", Timing::shared_with(rated))).unwrap_err();
    assert!(error.to_string().contains("no \"timestamps\""), "{error}");
    let file = edit.commit().unwrap();
    let links = |name: &str| file.get(&format!("/acquisition/{name}")).unwrap().links().unwrap().to_vec();
    for name in ["b", "c"] {
        assert!(links(name).contains(&("timestamps".into(), Link::Soft("/acquisition/a/timestamps".into()))), "{name}");
    }
    let c: TimeSeries = file.acquisition().unwrap().get("c").unwrap();
    assert_eq!(c.timestamps().unwrap().unwrap().object().path(), "/acquisition/a/timestamps");
}

#[test]
fn shared_data_have_the_unit_of_their_owner() {
    let mut edit = begin();
    let a = edit.insert_in(Place::Acquisition, series("a", vec![1.0, 2.0])).unwrap();
    edit.insert_in(Place::Acquisition, series("b", SeriesData::shared_with(a))).unwrap();
    let other = TimeSeries::new(TimeSeriesInit {
        name: "c".into(),
        data: SeriesData::shared_with(a),
        unit: "seconds".into(),
        timing: Timing::rate(1.0),
    });
    assert!(edit.insert_in(Place::Acquisition, other).unwrap_err().to_string().contains("shared data"));
    let file = edit.commit().unwrap();
    let b: TimeSeries = file.acquisition().unwrap().get("b").unwrap();
    assert_eq!(b.unit().unwrap(), "m");
}

#[test]
fn tables_get_their_ids_names_and_indices() {
    let mut edit = begin();
    let module = edit
        .insert(ProcessingModule::new(ProcessingModuleInit { name: "m".into(), description: "tables".into() }))
        .unwrap();
    let table = || DynamicTable::new(DynamicTableInit { name: "t".into(), description: "a table".into() });
    let unequal = table().column("a", "first", vec![1.0, 2.0]).column("b", "second", vec![1.0]);
    let error = edit.insert_in(module, unequal).unwrap_err();
    assert!(error.to_string().contains("\"b\"") && error.to_string().contains("expected 2, found 1"), "{error}");
    let falling = table().ragged_column("r", "ragged", Ragged { values: vec![1.0, 2.0].into(), ends: vec![2, 1] });
    assert!(edit.insert_in(module, falling).unwrap_err().to_string().contains("row 1"));

    let good = table()
        .column("z", "comes first", vec![10u8, 20, 30])
        .ragged_column("r", "ragged", Ragged::with_lengths(vec![1.5, 2.5, 3.5], [0, 2, 1]))
        .column("a", "comes last", Array2::<f32>::zeros((3, 2)));
    let good = edit.insert_in(module, good).unwrap();
    edit.insert_in(module, table().named("regions").region_column("rows", "some rows", vec![2, 0], good)).unwrap();
    let file = edit.commit().unwrap();
    let table: DynamicTable = file.get("/processing/m/t").unwrap().cast().unwrap();
    assert_eq!(table.column_names().unwrap(), ["z", "r", "a"]);
    assert_eq!(table.row_ids().unwrap(), [0, 1, 2]);
    let ragged = table.column("r").unwrap();
    assert_eq!(ragged.cell(0).unwrap().len(), 0);
    assert_eq!(ragged.cell(1).unwrap().to_vec::<f64>().unwrap(), [1.5, 2.5]);
    let cells = ragged.cells(1..3).unwrap();
    assert_eq!((cells.ends, cells.values.len()), (vec![vec![2, 3]], 3));
    assert!(table.column("zz").unwrap_err().to_string().contains("did you mean \"z\"?"));
    let index = file.get("/processing/m/t/r_index").unwrap();
    assert_eq!(index.dataset().unwrap().dtype().unwrap().to_string(), "uint8");
    let target = index.attribute("target").unwrap().unwrap().as_reference().unwrap().unwrap();
    assert_eq!(file.object().resolve(target).unwrap().path(), "/processing/m/t/r");
    let regions: DynamicTable = file.get("/processing/m/regions").unwrap().cast().unwrap();
    let rows: nwb_model::types::DynamicTableRegion = regions.column("rows").unwrap().data().object().cast().unwrap();
    assert_eq!(rows.table().unwrap().object().path(), "/processing/m/t");
    assert_eq!(rows.rows(..).unwrap(), [2, 0]);
}

#[test]
fn links_and_handles_are_of_one_edit() {
    let mut edit = begin();
    let plane = plane(&mut edit);
    let mut other = begin();
    let table = PlaneSegmentation::new(PlaneSegmentationInit {
        name: "p".into(),
        description: "d".into(),
        imaging_plane: plane.into(),
    });
    let error = other.insert_in(Place::Acquisition, table).unwrap_err();
    assert!(error.to_string().contains("another edit"), "{error}");
    let outside = External::named("movie.nwb", "/acquisition/movie");
    let table = PlaneSegmentation::new(PlaneSegmentationInit {
        name: "p".into(),
        description: "d".into(),
        imaging_plane: outside.into(),
    });
    let file = {
        other
            .insert(ProcessingModule::new(ProcessingModuleInit { name: "m".into(), description: "d".into() }))
            .and_then(|module| {
                other.insert_in(module, table.reference_images(Vec::<nwb_model::draft::Child<ImageSeries>>::new()))
            })
            .unwrap();
        other.commit().unwrap()
    };
    let links = file.get("/processing/m/p").unwrap().links().unwrap().to_vec();
    let expected = Link::External { file: "movie.nwb".into(), path: "/acquisition/movie".into() };
    assert!(links.contains(&("imaging_plane".into(), expected)));
    let table: PlaneSegmentation = file.get("/processing/m/p").unwrap().cast().unwrap();
    assert!(table.imaging_plane().unwrap_err().to_string().contains("leads nowhere"));
}

#[test]
fn a_required_member_is_missed_at_the_commit_and_can_be_added_before() {
    let mut edit = begin();
    let scope = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    let empty = |name: &str| {
        ImagingPlane::new(ImagingPlaneInit {
            name: name.into(),
            excitation_lambda: 920.0,
            indicator: "GCaMP6s".into(),
            location: "VISp".into(),
            optical_channels: vec![],
            device: scope.into(),
        })
    };
    let plane = edit.insert(empty("plane")).unwrap();
    edit.insert_in(plane, channel()).unwrap();
    edit.insert(empty("dark")).unwrap();
    let error = edit.commit().unwrap_err();
    assert!(
        error.to_string().contains("/general/optophysiology/dark") && error.to_string().contains("OpticalChannel"),
        "{error}"
    );
}

#[test]
fn an_opened_file_is_changed_and_the_old_view_stays() {
    let mut edit = begin();
    plane(&mut edit);
    edit.insert_in(Place::Acquisition, series("s", vec![1.0, 2.0])).unwrap();
    let old = edit.commit().unwrap();
    let old_id = old.get("/acquisition/s").unwrap().object_id().unwrap().unwrap().to_owned();

    let mut edit = old.edit_to(Memory::new("changed"), EditOptions::default());
    let root = edit.root();
    edit.update(root, |file| file.lab("a lab").keywords(["one", "two"])).unwrap();
    let view: ImagingPlane = old.imaging_planes().unwrap().only().unwrap();
    let plane = edit.handle(&view).unwrap();
    edit.update(plane, |plane| plane.location("VISl").imaging_rate(30.0)).unwrap();
    let s: TimeSeries = old.acquisition().unwrap().get("s").unwrap();
    let s = edit.handle(&s).unwrap();
    edit.update(s, |s| s.unit("cm").data(vec![3.0, 4.0, 5.0])).unwrap();
    assert!(
        edit.update(s, |s| s.conversion(2.0).data(Data::from(vec!["text"])).timing(Timing::timestamps(vec!["x"])))
            .is_err()
    );
    edit.insert(Device::new(DeviceInit { name: "laser".into() }).description("920 nm")).unwrap();
    assert_eq!(edit.view().unwrap().lab().unwrap(), Some("a lab"));
    let new = edit.commit().unwrap();

    assert_eq!(old.lab().unwrap(), None);
    assert_eq!(view.location().unwrap(), "VISp");
    assert_eq!(new.keywords().unwrap().unwrap(), ["one", "two"]);
    let plane: ImagingPlane = new.imaging_planes().unwrap().only().unwrap();
    assert_eq!((plane.location().unwrap(), plane.imaging_rate().unwrap()), ("VISl", Some(30.0)));
    assert_eq!(plane.device().unwrap().object().name(), "scope");
    let s: TimeSeries = new.acquisition().unwrap().get("s").unwrap();
    assert_eq!((s.unit().unwrap(), s.conversion().unwrap()), ("cm", Some(1.0)));
    assert_eq!(s.data().unwrap().read::<f64, ndarray::Ix1>(..).unwrap().to_vec(), [3.0, 4.0, 5.0]);
    assert_eq!(s.object().object_id().unwrap(), Some(old_id.as_str()));
    assert_eq!(names(&new, "/general/devices"), ["laser", "scope"]);
    assert_eq!(new.get("/file_create_date").unwrap().dataset().unwrap().shape().unwrap(), [2]);
    assert!(edit_of_another(&new, &old));
}

/// Handles are made from views of the very file that is being edited.
fn edit_of_another(file: &File, other: &File) -> bool {
    let edit = file.edit_to(Memory::new("again"), EditOptions::default());
    let view: Device = other.devices().unwrap().get("scope").unwrap();
    edit.handle(&view).is_err()
}

#[test]
fn an_export_loses_nothing_that_is_unknown() {
    use nwb_model::backend::{Attribute, Store};
    let store = Memory::new("odd");
    let mut file = store.begin().unwrap();
    let root = file.root();
    let set = |file: &mut dyn nwb_model::backend::Transaction, object, name: &str, text: &str| {
        let attribute = Attribute { name: name.into(), value: Value::text(text), named_type: None };
        file.set_attribute(object, &attribute).unwrap();
    };
    set(&mut *file, root, "nwb_version", "2.6.0");
    set(&mut *file, root, "strange", "attribute");
    let group = file.create_group(root, "unknown").unwrap();
    set(&mut *file, group, "neurodata_type", "NoSuchType");
    set(&mut *file, group, "namespace", "ndx-nowhere");
    let file = File::from_backend(file.commit().unwrap()).unwrap();
    let (copy, losses) = file.export(&Memory::new("copy"), &mut |_| {}).unwrap();
    assert!(losses.dangling_references.is_empty());
    assert_eq!(copy.object().attribute("strange").unwrap().unwrap().as_text().unwrap(), "attribute");
    assert_eq!(copy.object().attribute("nwb_version").unwrap().unwrap().as_text().unwrap(), "2.6.0");
    let unknown = copy.get("unknown").unwrap();
    assert_eq!(unknown.type_name().unwrap(), Some(("ndx-nowhere", "NoSuchType")));
    assert!(!unknown.is::<TimeSeries>().unwrap());
    assert!(unknown.cast::<TimeSeries>().unwrap_err().to_string().contains("ndx-nowhere NoSuchType"));
}
