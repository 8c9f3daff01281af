//! Looking at what an edit holds, again and again.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use std::time::Instant;

use nwb_model::draft::Draft;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::memory::Memory;
use nwb_model::time::Timestamp;
use nwb_model::types::{NwbFileInit, ProcessingModule, ProcessingModuleInit, TimeSeries, TimeSeriesInit};

fn series(number: usize) -> Draft<TimeSeries> {
    TimeSeries::new(TimeSeriesInit {
        name: format!("series {number}"),
        data: vec![1.0, 2.0].into(),
        unit: "m".into(),
        timing: nwb_model::ext::Timing::rate(1.0),
    })
}

/// Seconds for inserting objects and looking up each of them, of so many.
fn seconds(count: usize) -> f64 {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let mut edit = Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap();
    let module = ProcessingModuleInit { name: "module".into(), description: "many".into() };
    let mut modules = Vec::new();
    for number in 0..count.div_ceil(100) {
        let module = ProcessingModule::new(module.clone()).named(format!("module {number}"));
        modules.push(edit.insert(module).unwrap());
    }
    for number in 0..count {
        edit.insert_in(modules[number / 100], series(number)).unwrap();
    }
    let begun = Instant::now();
    for number in 0..count {
        let found = edit.child::<TimeSeries, _>(modules[number / 100], &format!("series {number}")).unwrap();
        edit.update(found, |series| series).unwrap();
    }
    begun.elapsed().as_secs_f64()
}

#[test]
fn what_an_edit_holds_is_looked_up_without_a_copy_of_it() {
    seconds(50);
    let (few, many) = (seconds(100), seconds(800));
    // Eight times as many: in squares, that would be 64 times as long.
    assert!(many < few * 30.0 + 0.5, "{few} s for 100, {many} s for 800");
}
