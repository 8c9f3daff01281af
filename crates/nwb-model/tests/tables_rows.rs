//! Tables built row by row, new ones and longer ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb_model::draft::{Draft, Handle};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Cell, CellKind, Columns, Ragged, RowBuilder, RowIds, SeriesSpan, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::DynamicTableSet as _;
use nwb_model::types::{
    Device, DeviceInit, DynamicTable, DynamicTableInit, ElectrodeGroup, ElectrodeGroupInit, ElectrodesTable,
    NwbFileInit, TimeIntervals, TimeSeries, TimeSeriesInit, Units,
};
use nwb_model::value::Value;

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

fn table(name: &str) -> Draft<DynamicTable> {
    DynamicTable::new(DynamicTableInit { name: name.into(), description: "a table".into() })
}

fn trials() -> RowBuilder<Draft<TimeIntervals>> {
    Draft::<TimeIntervals>::begin(Some("trials".into())).description("the trials").rows().unwrap()
}

fn series(edit: &mut Edit) -> Handle<TimeSeries> {
    let init = TimeSeriesInit {
        name: "s".into(),
        data: vec![1.0, 2.0, 3.0].into(),
        unit: "m".into(),
        timing: Timing::rate(10.0),
    };
    edit.insert_in(Place::Acquisition, TimeSeries::new(init)).unwrap()
}

fn numbers(file: &File, path: &str) -> Vec<f64> {
    file.get(path).unwrap().dataset().unwrap().read_value(..).unwrap().to_vec::<f64>().unwrap()
}

fn dtype(file: &File, path: &str) -> Dtype {
    file.get(path).unwrap().dataset().unwrap().dtype().unwrap().clone()
}

#[test]
fn every_kind_of_cell_comes_to_lie_as_a_whole_column_would() {
    let mut edit = begin();
    let series = series(&mut edit);
    let other = edit.insert_in(Place::Scratch, table("other").column("a", "a", vec![1.0, 2.0])).unwrap();
    let mut rows = trials();
    rows.column("note", "free text", CellKind::text()).unwrap();
    rows.column("kind", "what it was", CellKind::terms(["go", "no go"])).unwrap();
    rows.column("where", "position", CellKind::of::<f32>().shaped(&[3])).unwrap();
    rows.column("spans", "lists of lists", CellKind::any().ragged().ragged()).unwrap();
    rows.column("links", "rows elsewhere", CellKind::region(other).ragged()).unwrap();
    rows.column("series", "an object", CellKind::reference()).unwrap();
    rows.column("windows", "begin and end", CellKind::any().ragged()).unwrap();
    for row in 0..3u16 {
        let tags: Vec<String> = (0..row).map(|tag| format!("tag {tag}")).collect();
        let lists: Vec<Vec<i16>> = (0..row).map(|n| (0..n as i16).collect()).collect();
        let windows: Vec<[f64; 2]> = (0..row).map(|n| [f64::from(n), 0.5]).collect();
        rows.push(&[
            ("start_time", f64::from(row).into()),
            ("stop_time", (f64::from(row) + 0.5).into()),
            ("tags", (&tags).into()),
            ("timeseries", [SeriesSpan::new(series, i32::from(row), 1)].into()),
            ("note", format!("row {row}").into()),
            ("kind", if row == 1 { "no go".into() } else { "go".into() }),
            ("where", [f32::from(row), 0.0, 1.0].into()),
            ("spans", lists.into()),
            ("links", vec![1u8; usize::from(row)].into()),
            ("series", series.into()),
            ("windows", windows.into()),
        ])
        .unwrap();
    }
    edit.insert(rows.finish().unwrap()).unwrap();
    let file = edit.commit().unwrap();
    let trials: TimeIntervals = file.get("/intervals/trials").unwrap().cast().unwrap();
    let names = trials.column_names().unwrap();
    assert_eq!(names[..5], ["start_time", "stop_time", "tags", "timeseries", "note"]);
    assert_eq!(names.len(), 11);
    assert_eq!(trials.row_count().unwrap(), 3);
    assert_eq!(trials.row_ids().unwrap(), [0, 1, 2]);
    assert_eq!(trials.start_time().unwrap().description().unwrap(), "Start time of epoch, in seconds.");
    assert_eq!(dtype(&file, "/intervals/trials/start_time"), Dtype::native(Number::F64));
    assert_eq!(trials.column("tags").unwrap().cell(2).unwrap().as_texts().unwrap(), ["tag 0", "tag 1"]);
    assert_eq!(trials.column("kind").unwrap().cells(0..3).unwrap().values.to_vec::<u8>().unwrap(), [0, 1, 0]);
    assert_eq!(file.get("/intervals/trials/kind").unwrap().type_name().unwrap().unwrap().1, "EnumData");
    assert_eq!(file.get("/intervals/trials/where").unwrap().dataset().unwrap().shape().unwrap(), [3, 3]);
    let spans = trials.column("spans").unwrap();
    assert_eq!(spans.depth(), 2);
    let cells = spans.cells(0..3).unwrap();
    assert_eq!(cells.ends, [vec![0, 1, 3], vec![0, 0, 1]]);
    assert_eq!(cells.values, Value::vector(vec![0i16]));
    assert_eq!(numbers(&file, "/intervals/trials/links_index"), [0.0, 1.0, 3.0]);
    assert_eq!(file.get("/intervals/trials/windows").unwrap().dataset().unwrap().shape().unwrap(), [3, 2]);
    let records = trials.column("timeseries").unwrap().cell(2).unwrap();
    assert_eq!(records.member("idx_start").unwrap().to_vec::<i32>().unwrap(), [2]);
    let target = records.member("timeseries").unwrap().as_reference().unwrap().unwrap();
    assert_eq!(trials.column("series").unwrap().cell(0).unwrap().as_reference().unwrap(), Some(target));
}

#[test]
fn a_row_that_does_not_fit_is_refused_whole() {
    let mut edit = begin();
    let series = series(&mut edit);
    let mut other_edit = begin();
    let device = edit.insert(Device::new(DeviceInit { name: "probe".into() })).unwrap();
    let foreign = other_edit.insert(Device::new(DeviceInit { name: "probe".into() })).unwrap();
    let other = edit.insert_in(Place::Scratch, table("other").column("a", "a", vec![1.0])).unwrap();
    let good = || -> Vec<(&str, Cell<'_>)> {
        vec![
            ("id", 3.into()),
            ("n", 1i16.into()),
            ("text", "t".into()),
            ("list", [1.0].into()),
            ("lists", vec![vec![1u8], vec![]].into()),
            ("item", [1.0, 2.0].into()),
            ("device", device.into()),
            ("region", 0.into()),
            ("term", "a".into()),
            ("span", SeriesSpan::none(series).into()),
        ]
    };
    let mut rows = table("t").rows().unwrap();
    rows.ids(RowIds::Unique).unwrap();
    for (name, kind) in [
        ("n", CellKind::any()),
        ("text", CellKind::text()),
        ("list", CellKind::any().ragged()),
        ("lists", CellKind::any().ragged().ragged()),
        ("item", CellKind::of::<f64>().shaped(&[2])),
        ("device", CellKind::reference()),
        ("region", CellKind::region(other)),
        ("term", CellKind::terms(["a", "b"])),
        ("span", CellKind::series()),
    ] {
        rows.column(name, "a column", kind).unwrap();
    }
    let taken = rows.column("list_index", "taken", CellKind::any()).unwrap_err();
    assert!(taken.message().contains("list_index"), "{taken}");
    rows.push(&good()).unwrap();
    assert!(rows.column("late", "late", CellKind::any()).unwrap_err().message().contains("late"));

    // Which column, what to put there, what the message has to say.
    let bad: Vec<(&str, Cell<'_>, &[&str])> = vec![
        ("n", 1.5.into(), &["\"n\"", "int16", "float64"]),
        ("n", 1u16.into(), &["int16", "uint16"]),
        ("n", "one".into(), &["int16", "text"]),
        ("n", [1i16].into(), &["shape", "int16 [1]"]),
        ("text", 1.into(), &["text", "int32"]),
        ("list", 1.0.into(), &["a list of float64"]),
        ("list", ["x"].into(), &["float64", "text [1]"]),
        ("list", [[1.0]].into(), &["shape"]),
        ("lists", vec![1u8].into(), &["2 deep"]),
        ("lists", vec![vec![1.5]].into(), &["uint8", "float64"]),
        ("item", [1.0, 2.0, 3.0].into(), &["[2]", "[3]"]),
        ("item", [1.0f32, 2.0].into(), &[]),
        ("device", foreign.into(), &["edit"]),
        ("region", (-1).into(), &["-1"]),
        ("region", 0.5.into(), &["row number"]),
        ("term", "c".into(), &["one of a, b", "\"c\""]),
        ("span", SeriesSpan::new(series, -2, 1).into(), &["-2"]),
        ("id", 3.into(), &["unique", "3"]),
        ("id", "x".into(), &["integer"]),
        ("nn", 1i16.into(), &["did you mean \"n\""]),
    ];
    let mut expected = 1;
    for (name, cell, says) in bad {
        let mut row = good();
        row[0].1 = (100 + expected as i32).into();
        match row.iter_mut().find(|(other, _)| *other == name) {
            Some(place) => place.1 = cell,
            None => row.push((name, cell)),
        }
        if says.is_empty() {
            rows.push(&row).unwrap();
            expected += 1;
            continue;
        }
        let error = rows.push(&row).unwrap_err();
        assert!(error.is_caller_fault());
        for say in says {
            assert!(error.to_string().contains(say), "{error} should say {say}");
        }
        assert_eq!(rows.row_count(), expected);
    }
    for left_out in 0..10 {
        let mut row = good();
        row[0].1 = 1000.into();
        let (name, _) = row.remove(left_out);
        let error = rows.push(&row).unwrap_err();
        assert!(error.message().contains(&format!("\"{name}\" is missing")), "{error}");
    }
    let mut twice = good();
    twice[0].1 = 1000.into();
    twice.push(("n", 2i16.into()));
    assert!(rows.push(&twice).unwrap_err().message().contains("twice"));
    assert_eq!(rows.row_count(), expected);
    // Nothing of what was refused is left, and what came is whole.
    let mut last = good();
    last[0].1 = 2000.into();
    last[1].1 = 70_000i32.into();
    rows.push(&last).unwrap();
    edit.insert_in(Place::Scratch, rows.finish().unwrap()).unwrap();
    let file = edit.commit().unwrap();
    let t: DynamicTable = file.get("/scratch/t").unwrap().cast().unwrap();
    assert_eq!(t.row_ids().unwrap().len(), 3);
    assert_eq!(numbers(&file, "/scratch/t/n"), [1.0, 1.0, 70_000.0]);
    assert_eq!(numbers(&file, "/scratch/t/lists"), [1.0, 1.0, 1.0]);
    assert_eq!(t.column("lists").unwrap().cells(0..3).unwrap().ends, [vec![2, 4, 6], vec![1, 1, 2, 2, 3, 3]]);
    assert_eq!(t.column("text").unwrap().cells(0..3).unwrap().values.as_texts().unwrap(), ["t", "t", "t"]);
}

#[test]
fn columns_of_the_type_are_asked_for_as_the_schema_has_them() {
    let mut edit = begin();
    let probe = edit.insert(Device::new(DeviceInit { name: "probe".into() })).unwrap();
    let group = ElectrodeGroup::new(ElectrodeGroupInit {
        name: "g".into(),
        description: "d".into(),
        location: "CA1".into(),
        device: probe.into(),
    });
    let group = edit.insert(group).unwrap();
    let mut electrodes = Draft::<ElectrodesTable>::begin(None).description("all electrodes").rows().unwrap();
    let row = |n: u32| -> Vec<(&str, Cell<'_>)> {
        vec![("location", "CA1".into()), ("group", group.into()), ("group_name", "g".into()), ("x", n.into())]
    };
    let error = electrodes.push(&row(1)).unwrap_err();
    assert!(error.to_string().contains("float32") && error.to_string().contains("uint32"), "{error}");
    let mut wrong = row(1);
    wrong[1].1 = probe.into();
    wrong[3].1 = 1.0.into();
    let error = electrodes.push(&wrong).unwrap_err();
    assert!(error.to_string().contains("ElectrodeGroup") && error.to_string().contains("Device"), "{error}");
    let error = electrodes.push(&row(1)[..1]).unwrap_err();
    assert!(error.to_string().contains("\"group\" is missing"), "{error}");
    for n in 0..4 {
        let mut row = row(1);
        row[3].1 = f64::from(n).into();
        electrodes.push(&row).unwrap();
    }
    let mut more = row(1);
    more[3].1 = 1.0.into();
    more.push(("y", 1.0.into()));
    let error = electrodes.push(&more).unwrap_err();
    assert!(error.to_string().contains("\"y\" is not in the rows before"), "{error}");
    let electrodes = edit.insert(electrodes.finish().unwrap()).unwrap();

    let mut units = Draft::<Units>::begin(None).description("the units").rows().unwrap();
    let spikes: Vec<f64> = (0..400).map(|n| f64::from(n) / 10.0).collect();
    let unit: Vec<(&str, Cell<'_>)> = vec![
        ("spike_times", spikes.as_slice().into()),
        ("electrodes", [2, 3].into()),
        ("obs_intervals", [[0.0, 40.0]].into()),
        ("waveform_mean", [[1.0f32, 2.0], [3.0, 4.0], [5.0, 6.0]].into()),
    ];
    let error = units.push(&unit).unwrap_err();
    assert!(error.to_string().contains("\"electrodes\" needs the table"), "{error}");
    units.region("electrodes", electrodes.upcast::<DynamicTable>()).unwrap();
    for _ in 0..2 {
        units.push(&unit).unwrap();
    }
    edit.insert(units.finish().unwrap()).unwrap();
    let file = edit.commit().unwrap();
    let units: Units = file.get("/units").unwrap().cast().unwrap();
    assert_eq!(dtype(&file, "/units/spike_times_index"), Dtype::native(Number::U16));
    assert_eq!(dtype(&file, "/units/electrodes_index"), Dtype::native(Number::U8));
    assert_eq!(file.get("/units/waveform_mean").unwrap().dataset().unwrap().shape().unwrap(), [2, 3, 2]);
    assert_eq!(units.column("electrodes").unwrap().cell(1).unwrap().to_vec::<i64>().unwrap(), [2, 3]);
    assert_eq!(units.electrodes().unwrap().unwrap().table().unwrap().row_count().unwrap(), 4);
}

#[test]
fn rows_are_added_to_a_table_that_is_there() {
    let mut edit = begin();
    let mut rows = trials();
    rows.column("n", "a number", CellKind::of::<u8>()).unwrap();
    let row = |n: usize| -> Vec<(&'static str, Cell<'static>)> {
        vec![
            ("start_time", (n as f64).into()),
            ("stop_time", (n as f64 + 0.5).into()),
            ("tags", vec![format!("tag {n}"); n % 3].into()),
            ("n", (n as u8).into()),
        ]
    };
    for n in 0..200 {
        rows.push(&row(n)).unwrap();
    }
    let handle = edit.insert(rows.finish().unwrap()).unwrap();
    let id = edit.view().unwrap().get("/intervals/trials/tags").unwrap().object_id().unwrap().unwrap().to_owned();
    let mut more = edit.rows(handle).unwrap();
    more.push(&row(200)).unwrap();
    edit.append(more).unwrap();
    let file = edit.commit().unwrap();

    let trials: TimeIntervals = file.get("/intervals/trials").unwrap().cast().unwrap();
    let mut edit = file.edit(EditOptions::default()).unwrap();
    let handle = edit.handle(&trials).unwrap();
    let mut rows = edit.rows(handle).unwrap();
    let stale = edit.rows(handle).unwrap();
    assert_eq!(rows.row_count(), 201);
    let mut bad = row(201);
    bad[3].1 = 1.5.into();
    assert!(rows.push(&bad).is_err());
    assert!(rows.push(&row(201)[..3]).unwrap_err().message().contains("\"n\" is missing"));
    assert!(rows.column("late", "d", CellKind::any()).is_err());
    for n in 201..300 {
        let mut row = row(n);
        row[3].1 = (n as u16).into();
        rows.push(&row).unwrap();
    }
    edit.append(rows).unwrap();
    for n in 300..320 {
        let mut rows = edit.rows(handle).unwrap();
        let mut row = row(n);
        row[3].1 = (n as u16).into();
        rows.push(&row).unwrap();
        edit.append(rows).unwrap();
    }
    let mut stale_row = stale.clone();
    stale_row.push(&row(0)).unwrap();
    assert!(edit.append(stale_row).unwrap_err().to_string().contains("begin the rows again"));
    let file = edit.commit().unwrap();
    let trials: TimeIntervals = file.get("/intervals/trials").unwrap().cast().unwrap();
    assert_eq!(trials.row_ids().unwrap(), (0..320).collect::<Vec<i64>>());
    let expected: Vec<f64> = (0..320).map(f64::from).collect();
    assert_eq!(numbers(&file, "/intervals/trials/start_time"), expected);
    assert_eq!(numbers(&file, "/intervals/trials/n"), expected);
    assert_eq!(dtype(&file, "/intervals/trials/n"), Dtype::native(Number::U16));
    assert_eq!(dtype(&file, "/intervals/trials/tags_index"), Dtype::native(Number::U16));
    for n in [0, 200, 201, 299, 319] {
        let tags = trials.column("tags").unwrap().cell(n).unwrap();
        assert_eq!(tags.as_texts().unwrap(), vec![format!("tag {n}"); n as usize % 3]);
    }
    let tags = file.get("/intervals/trials/tags").unwrap();
    assert_eq!(tags.object_id().unwrap().unwrap(), id);
}

#[test]
fn a_table_without_rows_takes_them_later() {
    let mut edit = begin();
    let empty = edit.insert(trials().finish().unwrap()).unwrap();
    let mut rows = edit.rows(empty).unwrap();
    rows.column("side", "left or right", CellKind::text()).unwrap();
    rows.push(&[
        ("start_time", 1.0.into()),
        ("stop_time", 2.0.into()),
        ("tags", ["a", "b"].into()),
        ("side", "left".into()),
    ])
    .unwrap();
    edit.append(rows).unwrap();
    let file = edit.commit().unwrap();
    let trials: TimeIntervals = file.get("/intervals/trials").unwrap().cast().unwrap();
    assert_eq!(trials.column_names().unwrap(), ["start_time", "stop_time", "tags", "side"]);
    assert_eq!(trials.row_count().unwrap(), 1);
    assert_eq!(trials.column("tags").unwrap().cell(0).unwrap().as_texts().unwrap(), ["a", "b"]);
    assert_eq!(trials.column("side").unwrap().cell(0).unwrap().as_text().unwrap(), "left");
}

#[test]
fn whole_columns_and_rows_do_not_mix_in_one_draft() {
    let with_column = table("t").ragged_column("a", "a", Ragged::with_lengths(vec![1.0], [1]));
    assert!(with_column.rows().unwrap_err().to_string().contains("whole columns"));
}
