//! Look-ups that need a walk of the whole file.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Columns, Timing};
use nwb_model::index::Reference;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::{
    DynamicTable, DynamicTableInit, NwbFileInit, ProcessingModule, ProcessingModuleInit, TimeSeries, TimeSeriesInit,
};
use nwb_model::view::NeurodataType;

#[test]
fn objects_are_found_by_id_and_know_what_leads_to_them() {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let mut edit = Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap();
    let module = ProcessingModule::new(ProcessingModuleInit { name: "m".into(), description: "d".into() });
    let module = edit.insert(module).unwrap();
    let table = || DynamicTable::new(DynamicTableInit { name: "t".into(), description: "d".into() });
    let owner = edit.insert_in(module, table().column("a", "b", vec![1.0, 2.0])).unwrap();
    edit.insert_in(module, table().named("u").region_column("rows", "some", vec![0], owner)).unwrap();
    let series = |name: &str, timing| {
        TimeSeries::new(TimeSeriesInit { name: name.into(), data: vec![1.0].into(), unit: "m".into(), timing })
    };
    let first = edit.insert_in(Place::Acquisition, series("first", Timing::timestamps(vec![0.0]))).unwrap();
    edit.insert_in(Place::Acquisition, series("second", Timing::shared_with(first))).unwrap();
    let file = edit.commit().unwrap();

    let index = file.scan().unwrap();
    let table = file.get("/processing/m/t").unwrap();
    assert_eq!(index.by_id(table.object_id().unwrap().unwrap()), Some(&table));
    assert_eq!(index.by_id("no such id"), None);
    let referrers = index.referrers(&table);
    assert_eq!(referrers.len(), 1);
    assert_eq!(
        (referrers[0].object.path(), &referrers[0].by),
        ("/processing/m/u/rows", &Reference::Attribute("table".into()))
    );
    let times = file.get("/acquisition/first/timestamps").unwrap();
    let linked = index.referrers(&times);
    assert_eq!(
        (linked[0].object.path(), &linked[0].by),
        ("/acquisition/second", &Reference::Link("timestamps".into()))
    );
    let column: nwb_model::types::VectorData = file.get("/processing/m/t/a").unwrap().cast().unwrap();
    assert!(index.referrers(column.object()).is_empty());
}
