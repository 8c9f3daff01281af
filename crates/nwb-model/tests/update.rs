//! Changes to objects that are there: tables keep their columns' names, choices leave nothing of the other side.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb_model::backend::{Attribute, DatasetInfo, Link, Store, Transaction};
use nwb_model::draft::Handle;
use nwb_model::dtype::Dtype;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Columns, Ragged, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::selection::Region;
use nwb_model::time::Timestamp;
use nwb_model::types::set::{AlignedDynamicTableSet as _, TimeSeriesSet as _};
use nwb_model::types::{
    AlignedDynamicTable, AlignedDynamicTableInit, Device, DeviceInit, DynamicTable, DynamicTableInit, EnumData,
    EnumDataInit, NwbFileInit, ProcessingModule, ProcessingModuleInit, TimeSeries, TimeSeriesInit, VectorData,
    VectorDataInit,
};
use nwb_model::value::{Shape, Value};
use nwb_model::view::NeurodataType;

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

fn module(edit: &mut Edit) -> Handle<ProcessingModule> {
    edit.insert(ProcessingModule::new(ProcessingModuleInit { name: "m".into(), description: "d".into() })).unwrap()
}

fn table(name: &str) -> nwb_model::draft::Draft<DynamicTable> {
    DynamicTable::new(DynamicTableInit { name: name.into(), description: "a table".into() })
}

fn get<T: NeurodataType>(file: &File, path: &str) -> T {
    file.get(path).unwrap().cast().unwrap()
}

#[test]
fn a_column_that_an_update_adds_is_named_and_as_long_as_the_table() {
    let mut edit = begin();
    let module = module(&mut edit);
    let t = edit.insert_in(module, table("t").column("a", "first", vec![1.0, 2.0])).unwrap();
    assert!(edit.update(t, |t| t.column("b", "too long", vec![1u8, 2, 3])).is_err());
    edit.update(t, |t| {
        t.column("b", "second", vec![1u8, 2]).ragged_column("r", "ragged", Ragged::with_lengths(vec![7u8], [0, 1]))
    })
    .unwrap();
    edit.update(t, |t| t.column("a", "again", vec![5.0, 6.0])).unwrap();
    let file = edit.commit().unwrap();
    let t: DynamicTable = get(&file, "/processing/m/t");
    assert_eq!(t.column_names().unwrap(), ["a", "b", "r"]);
    assert_eq!(t.column("r").unwrap().cell(1).unwrap().to_vec::<u8>().unwrap(), [7]);
    assert_eq!(t.column("a").unwrap().cell(0).unwrap().to_vec::<f64>().unwrap(), [5.0]);
}

#[test]
fn a_choice_made_anew_leaves_nothing_of_the_old() {
    let mut edit = begin();
    let init =
        TimeSeriesInit { name: "s".into(), data: vec![1.0, 2.0].into(), unit: "m".into(), timing: Timing::rate(10.0) };
    let s = edit.insert_in(Place::Acquisition, TimeSeries::new(init)).unwrap();
    edit.update(s, |s| s.timing(Timing::timestamps(vec![0.0, 0.5]))).unwrap();
    let file = edit.commit().unwrap();
    let s: TimeSeries = get(&file, "/acquisition/s");
    assert!(s.timestamps().unwrap().is_some());
    assert_eq!(s.rate().unwrap(), None);
}

#[test]
fn an_update_refuses_what_it_cannot_do() {
    let mut edit = begin();
    let scope = edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    assert!(edit.update(scope, |d| d.named("laser")).unwrap_err().is_caller_fault());
    assert!(edit.update(scope, |d| d.with_object_id(nwb_model::uuid::Uuid::nil())).unwrap_err().is_caller_fault());
}

#[test]
fn a_categorical_column_does_not_name_its_categories() {
    let mut edit = begin();
    let module = module(&mut edit);
    let t = edit.insert_in(module, table("t").column("a", "first", vec![1.0, 2.0, 3.0])).unwrap();
    let elements = VectorData::new(VectorDataInit {
        name: "kind_elements".into(),
        description: "the kinds".into(),
        data: vec!["x".to_owned(), "y".to_owned()].into(),
    });
    let elements = edit.insert_in(t, elements).unwrap();
    let column = EnumData::new(EnumDataInit {
        name: "kind".into(),
        description: "which".into(),
        data: vec![0u8, 1, 0].into(),
        elements: elements.into(),
    });
    edit.insert_in(t, column).unwrap();
    let file = edit.commit().unwrap();
    let t: DynamicTable = get(&file, "/processing/m/t");
    assert_eq!(t.column_names().unwrap(), ["a", "kind"]);
}

#[test]
fn a_category_is_named_and_gives_the_number_of_rows() {
    let mut edit = begin();
    let module = module(&mut edit);
    let aligned = AlignedDynamicTable::new(AlignedDynamicTableInit { name: "all".into(), description: "d".into() })
        .category_tables([table("one").column("a", "first", vec![1.0, 2.0])]);
    let aligned = edit.insert_in(module, aligned).unwrap();
    edit.insert_in(aligned, table("two").column("a", "first", vec![1u8, 2])).unwrap();
    let file = edit.commit().unwrap();
    let aligned: AlignedDynamicTable = get(&file, "/processing/m/all");
    assert_eq!(aligned.row_count().unwrap(), 2);
    let categories = aligned.object().attribute("categories").unwrap().unwrap().as_texts().unwrap();
    assert_eq!(categories, ["one", "two"]);
}

fn text(file: &mut dyn Transaction, object: nwb_model::backend::Address, name: &str, text: &str) {
    file.set_attribute(object, &Attribute { name: name.into(), value: Value::text(text), named_type: None }).unwrap();
}

#[test]
fn children_go_by_the_names_that_they_have_in_their_group() {
    let mut file = Memory::new("linked").begin().unwrap();
    let root = file.root();
    text(&mut *file, root, "nwb_version", "2.11.0");
    let acquisition = file.create_group(root, "acquisition").unwrap();
    let devices = file.create_group(root, "general").and_then(|general| file.create_group(general, "devices")).unwrap();
    let device = file.create_group(acquisition, "zz").unwrap();
    text(&mut *file, device, "namespace", "core");
    text(&mut *file, device, "neurodata_type", "Device");
    file.link(devices, "scope", &Link::Soft("/acquisition/zz".into())).unwrap();
    let file = File::from_backend(file.commit().unwrap()).unwrap();
    let devices = file.devices().unwrap();
    let names = devices.names().unwrap();
    assert_eq!(names, ["scope"]);
    assert!(names.iter().all(|name| devices.get(name).is_ok()));
}

#[test]
fn a_change_sets_the_version_although_the_specifications_are_cached_and_keeps_a_newer_one() {
    for (before, after) in [("2.5.0", "2.11.0"), ("2.99.0", "2.99.0")] {
        let cached = begin().commit().unwrap();
        let store = Memory::new("old");
        let mut file = store.begin().unwrap();
        let root = file.root();
        text(&mut *file, root, "nwb_version", before);
        text(&mut *file, root, "namespace", "core");
        text(&mut *file, root, "neurodata_type", "NWBFile");
        let specifications = file.create_group(root, "specifications").unwrap();
        let core = file.create_group(specifications, "core").unwrap();
        file.create_group(core, cached.get("/specifications/core").unwrap().links().unwrap()[0].0.as_str()).unwrap();
        let file = File::from_backend(file.commit().unwrap()).unwrap();
        let mut edit = file.edit_to(Memory::new("new"), EditOptions::default());
        edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
        let file = edit.commit().unwrap();
        assert_eq!(file.object().attribute("nwb_version").unwrap().unwrap().as_text().unwrap(), after);
    }
}

#[test]
fn a_child_in_another_file_has_no_handle() {
    let edit = begin();
    let other = begin();
    assert!(other.child::<Device, _>(edit.root(), "general").is_err());
}

#[test]
fn the_time_of_a_change_is_added_and_what_else_the_dataset_has_stays() {
    let mut file = Memory::new("old").begin().unwrap();
    let root = file.root();
    text(&mut *file, root, "nwb_version", "2.0b");
    text(&mut *file, root, "namespace", "core");
    text(&mut *file, root, "neurodata_type", "NWBFile");
    let info = DatasetInfo::new(Dtype::TEXT, Shape::Scalar);
    let created = file.create_dataset(root, "file_create_date", &info).unwrap();
    file.write(created, &Region::all(&[]), &Value::text("2018-01-01T00:00:00Z")).unwrap();
    text(&mut *file, created, "help", "when it was made");
    let file = File::from_backend(file.commit().unwrap()).unwrap();
    let mut edit = file.edit_to(Memory::new("new"), EditOptions::default());
    edit.insert(Device::new(DeviceInit { name: "scope".into() })).unwrap();
    let file = edit.commit().unwrap();
    let created = file.get("/file_create_date").unwrap();
    let times = created.dataset().unwrap().read_texts(..).unwrap();
    assert_eq!((times.len(), times[0].as_str()), (2, "2018-01-01T00:00:00Z"));
    assert_eq!(created.attribute("help").unwrap().unwrap().as_text().unwrap(), "when it was made");
}

#[test]
fn an_extension_that_cannot_be_understood_does_not_hide_another() {
    let mut file = Memory::new("extended").begin().unwrap();
    let root = file.root();
    text(&mut *file, root, "nwb_version", "2.11.0");
    let specifications = file.create_group(root, "specifications").unwrap();
    let extension = |file: &mut dyn Transaction, name: &str, parent: &str| {
        let folder =
            file.create_group(specifications, name).and_then(|group| file.create_group(group, "0.1.0")).unwrap();
        let namespace = format!(
            r#"{{"namespaces":[{{"doc":"d","name":"{name}","version":"0.1.0","schema":[{{"namespace":"core"}},{{"source":"ext"}}]}}]}}"#
        );
        let types = format!(
            r#"{{"groups":[{{"doc":"d","neurodata_type_def":"Lab{parent}","neurodata_type_inc":"{parent}"}}]}}"#
        );
        for (source, json) in [("namespace", namespace), ("ext", types)] {
            let dataset = file.create_dataset(folder, source, &DatasetInfo::new(Dtype::TEXT, Shape::Scalar)).unwrap();
            file.write(dataset, &Region::all(&[]), &Value::text(&json)).unwrap();
        }
    };
    extension(&mut *file, "ndx-bad", "NoSuchParent");
    extension(&mut *file, "ndx-good", "TimeSeries");
    let acquisition = file.create_group(root, "acquisition").unwrap();
    let series = file.create_group(acquisition, "s").unwrap();
    text(&mut *file, series, "namespace", "ndx-good");
    text(&mut *file, series, "neurodata_type", "LabTimeSeries");
    let file = File::from_backend(file.commit().unwrap()).unwrap();
    assert!(file.get("/acquisition/s").unwrap().is::<TimeSeries>().unwrap());
}

#[test]
fn what_a_file_cannot_hold_is_refused_when_it_is_given() {
    let mut edit = begin();
    let series = |data: nwb_model::data::Data| {
        let timing = Timing::rate(10.0);
        TimeSeries::new(TimeSeriesInit { name: "s".into(), data: data.into(), unit: "m".into(), timing })
    };
    let data = || nwb_model::data::Data::from(vec![1.0, 2.0]);
    let error = edit.insert_in(Place::Acquisition, series(data().chunks(&[50]))).unwrap_err();
    assert!(error.is_caller_fault() && error.path() == Some("/acquisition/s/data"), "{error}");
    edit.insert_in(Place::Acquisition, series(data().chunks(&[2]))).unwrap();

    let naive = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07").unwrap(),
    };
    let error = Edit::create(Memory::new("naive"), "naive", naive, EditOptions::default()).unwrap_err();
    assert!(error.is_caller_fault() && error.to_string().contains("zone"), "{error}");
}

#[test]
fn what_replaces_an_object_is_referred_to_as_it_was() {
    let mut edit = begin();
    let module = edit
        .insert(ProcessingModule::new(ProcessingModuleInit { name: "m".into(), description: "tables".into() }))
        .unwrap();
    let table = || DynamicTable::new(DynamicTableInit { name: "t".into(), description: "a table".into() });
    let cells = Ragged::with_lengths(vec![1.0, 2.0], [1, 1]);
    let table = edit.insert_in(module, table().ragged_column("a", "first", cells)).unwrap();
    let before = edit.view().unwrap().get("/processing/m/t/a").unwrap().object_id().unwrap().unwrap().to_owned();
    edit.update(table, |table| table.column("a", "again", vec![3.0, 4.0])).unwrap();
    let (file, losses) = edit.commit_with(&mut |_| {}).unwrap();
    assert!(losses.dangling_references.is_empty(), "{losses:?}");
    let column = file.get("/processing/m/t/a").unwrap();
    assert_eq!(column.object_id().unwrap(), Some(before.as_str()));
    let index = file.get("/processing/m/t/a_index").unwrap();
    let target = index.attribute("target").unwrap().unwrap().as_reference().unwrap().unwrap();
    assert_eq!(file.object().resolve(target), Some(column.clone()));
    assert_eq!(column.dataset().unwrap().read::<f64, ndarray::Ix1>(..).unwrap().to_vec(), [3.0, 4.0]);
}

#[test]
fn the_only_one_is_found_beside_a_link_that_leads_nowhere() {
    let store = Memory::new("dangling");
    let mut file = store.begin().unwrap();
    let root = file.root();
    let version = Attribute { name: "nwb_version".into(), value: Value::text("2.11.0"), named_type: None };
    file.set_attribute(root, &version).unwrap();
    let acquisition = file.create_group(root, "acquisition").unwrap();
    file.link(acquisition, "gone", &Link::Soft("/nowhere".into())).unwrap();
    let series = file.create_group(acquisition, "series").unwrap();
    for (name, text) in [("namespace", "core"), ("neurodata_type", "TimeSeries")] {
        file.set_attribute(series, &Attribute { name: name.into(), value: Value::text(text), named_type: None })
            .unwrap();
    }
    let file = File::from_backend(file.commit().unwrap()).unwrap();
    let acquisition = file.acquisition().unwrap();
    assert_eq!(acquisition.only::<TimeSeries>().unwrap().object().name(), "series");
    assert!(acquisition.only::<Device>().unwrap_err().is_file_fault(), "what leads nowhere may have been one");
}

#[test]
fn a_refused_update_changes_nothing() {
    let mut edit = begin();
    let series = TimeSeries::new(TimeSeriesInit {
        name: "s".into(),
        data: vec![1.0].into(),
        unit: "m".into(),
        timing: Timing::rate(1.0),
    });
    edit.insert_in(Place::Acquisition, series).unwrap();
    let file = edit.commit().unwrap();
    let mut edit = file.edit_to(Memory::new("same"), EditOptions::default());
    let series: TimeSeries = file.acquisition().unwrap().get("s").unwrap();
    let series = edit.handle(&series).unwrap();
    assert!(edit.update(series, |series| series.data(vec!["text"]).timing(Timing::timestamps(vec!["x"]))).is_err());
    let same = edit.commit().unwrap();
    assert_eq!(same.get("/file_create_date").unwrap().dataset().unwrap().shape().unwrap(), [1]);
}
