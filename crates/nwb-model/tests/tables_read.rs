//! Reading tables: rows in any order, lists, regions, terms, categories, meanings, joins; and what is wrong with a table.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb_model::backend::{Address, Attribute, DatasetInfo, Link, Store, Transaction};
use nwb_model::draft::{Draft, Handle};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{CellKind, Columns, Ragged, SeriesSpan, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::selection::Region;
use nwb_model::time::Timestamp;
use nwb_model::tree::Object;
use nwb_model::types::set::{AlignedDynamicTableSet as _, DynamicTableSet as _};
use nwb_model::types::{
    AlignedDynamicTable, AlignedDynamicTableInit, Device, DeviceInit, DynamicTable, DynamicTableInit, ElectrodeGroup,
    ElectrodeGroupInit, ElectrodesTable, EventsTable, MeaningsTable, NwbFileInit, TimeIntervals, TimeSeries,
    TimeSeriesInit, Units, VectorData, VectorDataInit, VectorIndex, VectorIndexInit,
};
use nwb_model::value::Value;
use nwb_model::view::NeurodataType;
use proptest::prelude::*;

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

fn get<T: NeurodataType>(file: &File, path: &str) -> T {
    file.get(path).unwrap().cast().unwrap()
}

/// A table with columns of every form, and what each row should hold.
fn many_columns(lengths: &[Vec<u64>]) -> DynamicTable {
    let rows = lengths.len() as u64;
    let mut edit = begin();
    let lists: Vec<u64> = lengths.iter().map(|lists| lists.len() as u64).collect();
    let list_lengths: Vec<u64> = lengths.iter().flatten().copied().collect();
    let ends = |lengths: &[u64]| -> Vec<u64> {
        lengths
            .iter()
            .scan(0, |end, len| {
                *end += len;
                Some(*end)
            })
            .collect()
    };
    let elements: u64 = list_lengths.iter().sum();
    let texts: Vec<String> = (0..list_lengths.len()).map(|n| format!("list {n}")).collect();
    let draft = table("t")
        .column("n", "numbers", (0..rows as i32).collect::<Vec<_>>())
        .column("text", "texts", (0..rows).map(|n| format!("row {n}")).collect::<Vec<_>>())
        .column("pair", "arrays", ndarray::Array2::from_shape_fn((rows as usize, 2), |(a, b)| (a * 2 + b) as f32))
        .ragged_column("texts", "ragged", Ragged::with_lengths(texts, lists.clone()))
        .nested_ragged_column(
            "nested",
            "doubly ragged",
            (0..elements as u16).collect::<Vec<_>>(),
            ends(&list_lengths),
            ends(&lists),
        );
    edit.insert_in(Place::Scratch, draft).unwrap();
    get(&edit.commit().unwrap(), "/scratch/t")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn rows_in_any_order_are_what_they_are_one_by_one(
        lengths in prop::collection::vec(prop::collection::vec(0u64..4, 0..4), 1..12),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let table = many_columns(&lengths);
        let rows: Vec<u64> = picks.iter().map(|pick| pick.index(lengths.len()) as u64).collect();
        let part = table.read_rows(rows.clone()).unwrap();
        prop_assert_eq!(part.ids.clone(), rows.iter().map(|row| *row as i64).collect::<Vec<_>>());
        let first_list = |row: usize| lengths[..row].iter().map(Vec::len).sum::<usize>();
        let first_element = |list: usize| lengths.iter().flatten().take(list).sum::<u64>();
        for (at, row) in rows.iter().map(|row| *row as usize).enumerate() {
            prop_assert_eq!(part.get("n").unwrap().cell(at).unwrap().as_scalar::<i32>().unwrap(), row as i32);
            let text = part.get("text").unwrap().cell(at).unwrap();
            prop_assert_eq!(text.as_text().unwrap(), format!("row {row}"));
            let pair = part.get("pair").unwrap().cell(at).unwrap();
            prop_assert_eq!(pair.to_vec::<f32>().unwrap(), vec![row as f32 * 2.0, row as f32 * 2.0 + 1.0]);
            let lists: Vec<String> =
                (0..lengths[row].len()).map(|n| format!("list {}", first_list(row) + n)).collect();
            let texts = part.get("texts").unwrap().cell(at).unwrap();
            prop_assert_eq!(texts.as_texts().unwrap(), lists);
            let nested = part.get("nested").unwrap();
            let from = first_element(first_list(row));
            let expected: Vec<u16> = (from..from + lengths[row].iter().sum::<u64>()).map(|n| n as u16).collect();
            prop_assert_eq!(nested.cell(at).unwrap().to_vec::<u16>().unwrap(), expected.clone());
            // The same row, selected in memory and read alone.
            let again = nested.select(&[at, at]).unwrap();
            prop_assert_eq!(again.cell(1).unwrap().to_vec::<u16>().unwrap(), expected.clone());
            let alone = table.row(row as u64).unwrap();
            prop_assert_eq!(alone.get("nested").unwrap().to_vec::<u16>().unwrap(), expected);
            let ends: Vec<u64> = lengths[row].iter().scan(0, |end, len| { *end += len; Some(*end) }).collect();
            prop_assert_eq!(&alone.cells("nested").unwrap().ends[1], &ends);
        }
        let mask: Vec<bool> = (0..lengths.len()).map(|row| rows.contains(&(row as u64))).collect();
        let masked = table.column("n").unwrap().read(mask.as_slice()).unwrap().numbers::<u64>().unwrap();
        let mut sorted = rows;
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(masked, sorted);
        let whole = table.column("texts").unwrap().read(..).unwrap();
        prop_assert_eq!(whole.len(), lengths.len());
    }
}

#[test]
fn rows_and_columns_that_are_not_there_are_refused() {
    let table = many_columns(&[vec![1], vec![], vec![2, 3]]);
    let n = table.column("n").unwrap();
    for error in [
        n.read([1, 3]).unwrap_err(),
        n.read(2..4).unwrap_err(),
        n.read(4..).unwrap_err(),
        n.read(vec![true]).unwrap_err(),
        table.row(3).map(|_| ()).unwrap_err(),
        table.read(["n"], [9]).map(|_| ()).unwrap_err(),
    ] {
        assert!(error.is_caller_fault() && error.path().is_some(), "{error}");
        assert!(error.to_string().contains("rows 0 to 2") || error.to_string().contains("mask"), "{error}");
    }
    assert!(table.read(["nn"], ..).unwrap_err().to_string().contains("did you mean \"n\""));
    assert_eq!(table.rows_with_ids(&[2, 0]).unwrap(), [2, 0]);
    assert!(table.rows_with_ids(&[5]).unwrap_err().is_not_found());
    let lists = table.column("nested").unwrap().read(..).unwrap().lists::<u16>().unwrap();
    assert_eq!(lists.iter().map(<[u16]>::to_vec).collect::<Vec<_>>(), [vec![0], vec![], vec![1, 2, 3, 4, 5]]);
    assert!(n.read(..).unwrap().lists::<i32>().is_err());
}

#[test]
fn categories_terms_and_meanings_are_read_as_they_were_written() {
    let mut edit = begin();
    let side = |n: usize| ["left", "right"][n % 2];
    let main = AlignedDynamicTable::new(AlignedDynamicTableInit { name: "a".into(), description: "aligned".into() })
        .column("n", "numbers", vec![1.0, 2.0, 3.0])
        .enum_column("side", "left or right", ["left", "right"], (0..3).map(side))
        .with_meanings("side", ["left", "right"], ["to the left", "to the right"])
        .category_tables([table("odd").column("x", "x", vec![1u8, 2, 3])]);
    edit.insert_in(Place::Scratch, main).unwrap();

    // The same by rows.
    let draft = AlignedDynamicTable::new(AlignedDynamicTableInit { name: "b".into(), description: "aligned".into() })
        .category_tables([table("odd")]);
    let mut rows = draft.rows().unwrap();
    rows.column("n", "numbers", CellKind::any()).unwrap();
    rows.column("side", "left or right", CellKind::terms(["left", "right"])).unwrap();
    rows.column("odd/x", "x", CellKind::any()).unwrap();
    for n in 0..3u8 {
        rows.push(&[("n", (f64::from(n) + 1.0).into()), ("side", side(n.into()).into()), ("odd/x", (n + 1).into())])
            .unwrap();
    }
    let by_rows = rows.finish().unwrap().with_meanings("side", ["left"], ["to the left"]);
    let by_rows = edit.insert_in(Place::Scratch, by_rows).unwrap();
    let mut more = edit.rows(by_rows).unwrap();
    assert!(more.push(&[("n", 4.0.into()), ("side", "left".into())]).unwrap_err().message().contains("odd/x"));
    more.push(&[("n", 4.0.into()), ("side", "right".into()), ("odd/x", 9u8.into())]).unwrap();
    edit.append(more).unwrap();
    edit.update(by_rows, |t| t.column("late", "late", vec![1, 2, 3, 4]).with_meanings("late", [1], ["one"])).unwrap();
    let file = edit.commit().unwrap();

    for (path, sides, xs) in [("/scratch/a", 3, vec![1u8, 2, 3]), ("/scratch/b", 4, vec![1, 2, 3, 9])] {
        let a: AlignedDynamicTable = get(&file, path);
        assert_eq!(a.problems().len(), 0, "{:?}", a.problems());
        assert_eq!(a.category_names().unwrap(), ["odd"]);
        assert_eq!(a.category_column("odd", "x").unwrap().read(..).unwrap().numbers::<u8>().unwrap(), xs);
        assert!(a.category("ood").unwrap_err().to_string().contains("did you mean \"odd\""));
        assert!(a.column_names().unwrap().starts_with(&["n".into(), "side".into()]));
        let column = a.column("side").unwrap();
        let decoded = column.read_decoded(..).unwrap();
        assert_eq!(decoded.texts().unwrap(), (0..sides).map(side).collect::<Vec<_>>());
        assert_eq!(column.categorical().unwrap().unwrap().codes(..).unwrap().len(), sides);
        assert_eq!(a.row(1).unwrap().get("side").unwrap().as_text().unwrap(), "right");
        let meanings = a.meanings_of("side").unwrap().unwrap();
        assert_eq!(meanings.object().name(), "side_meanings");
        assert_eq!(meanings.described().unwrap().object().path(), format!("{path}/side"));
        assert_eq!(meanings.meaning_of("left").unwrap().as_deref(), Some("to the left"));
        assert_eq!(meanings.meaning_of("up").unwrap(), None);
        assert!(a.meanings_of("n").unwrap().is_none());
    }
    let late: MeaningsTable = get(&file, "/scratch/b/meanings_tables/late_meanings");
    assert_eq!(late.meaning_of(1u8).unwrap().as_deref(), Some("one"));
    assert_eq!(late.described().unwrap().object().path(), "/scratch/b/late");
}

#[test]
fn regions_and_references_are_followed_as_columns() {
    let mut edit = begin();
    let mut electrodes = Draft::<ElectrodesTable>::begin(None).description("all electrodes").rows().unwrap();
    for (n, probe) in ["p", "q"].into_iter().enumerate() {
        let device = edit.insert(Device::new(DeviceInit { name: probe.into() })).unwrap();
        let group = ElectrodeGroup::new(ElectrodeGroupInit {
            name: format!("group {probe}"),
            description: format!("on {probe}"),
            location: "CA1".into(),
            device: device.into(),
        });
        let group = edit.insert(group).unwrap();
        for site in 0..3 {
            let location = format!("{probe}{site}");
            let row = [("location", location.into()), ("group", group.into()), ("x", (n as f64).into())];
            electrodes.push(&row).unwrap();
        }
    }
    let electrodes = edit.insert(electrodes.finish().unwrap()).unwrap();
    let mut units = Draft::<Units>::begin(None).description("units").rows().unwrap();
    units.region("electrodes", electrodes.upcast::<DynamicTable>()).unwrap();
    for sites in [vec![5, 0], vec![], vec![5]] {
        units.push(&[("electrodes", sites.into())]).unwrap();
    }
    edit.insert(units.finish().unwrap()).unwrap();
    let file = edit.commit().unwrap();
    let units: Units = get(&file, "/units");
    let found = units.column("electrodes").unwrap().region_rows(..).unwrap();
    assert_eq!((found.rows.as_slice(), found.ends.as_slice()), (&[5, 0, 5][..], &[vec![2, 2, 3]][..]));
    let part = units.electrodes().unwrap().unwrap().read(["location"], 1..3).unwrap();
    assert_eq!(part.get("location").unwrap().texts().unwrap(), ["p0", "q2"]);

    let reached = units.follow("electrodes", ..).unwrap();
    let locations = reached.column("location").unwrap();
    assert_eq!(locations.cell(0).unwrap().as_texts().unwrap(), ["q2", "p0"]);
    assert_eq!(locations.ends, [vec![2, 2, 3]]);
    let groups = reached.follow("group").unwrap();
    assert_eq!(groups.column("description").unwrap().texts().unwrap(), ["on q", "on p", "on q"]);
    let devices = groups.follow("device").unwrap();
    assert_eq!(devices.column("name").unwrap().texts().unwrap(), ["q", "p", "q"]);
    assert_eq!(devices.column("name").unwrap().ends, [vec![2, 2, 3]]);
    assert_eq!(devices.objects_as::<Device>().unwrap().len(), 3);
    assert!(devices.column("nothing").unwrap_err().is_not_found());
    let some = units.follow("electrodes", [2, 1, 2]).unwrap();
    assert_eq!(some.column("location").unwrap().texts().unwrap(), ["q2", "q2"]);
    assert_eq!(some.column("x").unwrap().ends, [vec![1, 1, 2]]);
    assert!(units.follow("spike_times", ..).is_err());
}

#[test]
fn special_columns_by_the_whole() {
    let mut edit = begin();
    let init =
        TimeSeriesInit { name: "s".into(), data: vec![1.0; 5].into(), unit: "m".into(), timing: Timing::rate(1.0) };
    let s: Handle<TimeSeries> = edit.insert_in(Place::Acquisition, TimeSeries::new(init)).unwrap();
    let trials = Draft::<TimeIntervals>::begin(Some("trials".into()))
        .description("trials")
        .column("start_time", "start", vec![0.0, 1.0])
        .column("stop_time", "stop", vec![0.5, 1.5])
        .ragged_column("timeseries", "spans", Ragged::with_lengths(vec![SeriesSpan::new(s, 0, 2)], [0, 1]))
        .reference_column("object", "an object", [s, s])
        .time_series_column("free", "spans of its own", vec![SeriesSpan::none(s), SeriesSpan::new(s, 1, 1)]);
    edit.insert(trials).unwrap();
    let events = Draft::<EventsTable>::begin(Some("licks".into()))
        .description("licks")
        .column("timestamp", "when", vec![0.25, 0.5])
        .column("duration", "how long", vec![0.1, 0.1]);
    edit.insert(events).unwrap();
    let bad = table("bad").enum_column("e", "e", ["a"], ["a", "b"]);
    assert!(edit.insert_in(Place::Scratch, bad).unwrap_err().to_string().contains("\"b\""));
    let file = edit.commit().unwrap();
    let trials: TimeIntervals = get(&file, "/intervals/trials");
    assert_eq!(trials.timeseries().unwrap().unwrap().series_references(..).unwrap().len(), 1);
    assert_eq!(
        trials.follow("object", [1]).unwrap().column("unit").map(|_| ()).unwrap_err().kind(),
        nwb_model::ErrorKind::NotFound
    );
    assert_eq!(
        trials.follow("object", [1]).unwrap().follow("data").unwrap().column("unit").unwrap().texts().unwrap(),
        ["m"]
    );
    let events: EventsTable = get(&file, "/events/licks");
    assert_eq!(events.timestamp().unwrap().object().type_name().unwrap().unwrap().1, "TimestampVectorData");
    assert_eq!(trials.problems().len() + events.problems().len(), 0);
}

#[test]
fn what_is_put_into_a_table_is_as_long_as_the_table() {
    let data = |name: &str, rows: usize| {
        VectorData::new(VectorDataInit { name: name.into(), data: vec![1.0; rows].into(), description: "d".into() })
    };
    let with = |change: &dyn Fn(&mut Edit, Handle<DynamicTable>)| {
        let mut edit = begin();
        let t = edit.insert_in(Place::Scratch, table("t").column("a", "a", vec![1, 2, 3])).unwrap();
        change(&mut edit, t);
        edit.commit()
    };
    with(&|edit, t| {
        edit.insert_in(t, data("b", 3)).unwrap();
    })
    .unwrap();
    let short = with(&|edit, t| {
        edit.insert_in(t, data("b", 2)).unwrap();
    });
    let error = short.unwrap_err();
    assert!(error.is_caller_fault() && error.to_string().contains("\"b\""), "{error}");
    for (rows, fits) in [(3, true), (2, false)] {
        let ragged = with(&|edit, t| {
            let b = edit.insert_in(t, data("b", 5)).unwrap();
            let ends: Vec<u8> = (0..rows).map(|row| if row + 1 == rows { 5 } else { 0 }).collect();
            let init = VectorIndexInit {
                name: "b_index".into(),
                data: ends.into(),
                description: "d".into(),
                target: b.into(),
            };
            edit.insert_in(t, VectorIndex::new(init)).unwrap();
        });
        assert_eq!(ragged.is_ok(), fits);
    }
    for (row, fits) in [(2, true), (3, false), (-1, false)] {
        let region = with(&|edit, t| {
            edit.insert_in(Place::Scratch, table("r").region_column("rows", "rows", vec![0, row], t)).unwrap();
        });
        assert_eq!(region.as_ref().err().map(|e| e.is_caller_fault()), (!fits).then_some(true), "{region:?}");
    }
}

/// Puts a table together that no edit would write.
struct Raw {
    file: Box<dyn Transaction>,
    group: Address,
}

impl Raw {
    fn typed(&mut self, object: Address, namespace: &str, name: &str) {
        for (attribute, value) in [("namespace", namespace), ("neurodata_type", name)] {
            self.set(object, attribute, Value::text(value));
        }
    }

    fn set(&mut self, object: Address, name: &str, value: Value) {
        self.file.set_attribute(object, &Attribute { name: name.into(), value, named_type: None }).unwrap();
    }

    fn data(&mut self, parent: Address, name: &str, of: &str, value: &Value) -> Address {
        let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
        let made = self.file.create_dataset(parent, name, &info).unwrap();
        self.file.write(made, &Region::all(value.shape().dims()), value).unwrap();
        let namespace = if of == "EnumData" { "hdmf-experimental" } else { "hdmf-common" };
        self.typed(made, namespace, of);
        made
    }
}

#[test]
fn each_fault_of_a_table_is_told_once_where_it_is() {
    let place = Memory::new("raw");
    let mut file = place.begin().unwrap();
    let group = file.create_group(file.root(), "t").unwrap();
    let mut raw = Raw { file, group };
    let t = raw.group;
    raw.typed(t, "hdmf-common", "AlignedDynamicTable");
    let names = ["a", "gone", "short", "falls", "past", "stops", "region", "negative", "kind", "good"];
    raw.set(t, "colnames", Value::texts(names));
    raw.set(t, "categories", Value::texts(["c", "none"]));
    raw.data(t, "id", "ElementIdentifiers", &Value::vector(vec![0i32, 1, 2]));
    raw.data(t, "a", "VectorData", &Value::vector(vec![0.0, 1.0, 2.0]));
    raw.data(t, "short", "VectorData", &Value::vector(vec![0.0, 1.0]));
    for (name, ends) in [("falls", [2u8, 1, 4]), ("past", [1, 2, 9]), ("stops", [1, 2, 3]), ("good", [0, 4, 4])] {
        let data = raw.data(t, name, "VectorData", &Value::vector(vec![0i16; 4]));
        let index = raw.data(t, &format!("{name}_index"), "VectorIndex", &Value::vector(ends.to_vec()));
        raw.set(index, "target", Value::reference(data));
    }
    for (name, rows) in [("region", [0, 3, 1]), ("negative", [0, -1, 1])] {
        let data = raw.data(t, name, "DynamicTableRegion", &Value::vector(rows.to_vec()));
        raw.set(data, "table", Value::reference(t));
    }
    let elements = raw.data(t, "kind_elements", "VectorData", &Value::texts(["a", "b"]));
    let kind = raw.data(t, "kind", "EnumData", &Value::vector(vec![0u8, 1, 2]));
    raw.set(kind, "elements", Value::reference(elements));
    let c = raw.file.create_group(t, "c").unwrap();
    raw.typed(c, "hdmf-common", "DynamicTable");
    raw.set(c, "colnames", Value::texts(["x"]));
    raw.data(c, "x", "VectorData", &Value::vector(vec![0.0]));
    // A table of hdmf-common 1.9: its target is a link.
    let group = raw.file.create_group(t, "meanings_tables").unwrap();
    for (name, target) in [("a_meanings", "/t/a"), ("lost_meanings", "/t/lost")] {
        let meanings = raw.file.create_group(group, name).unwrap();
        raw.typed(meanings, "hdmf-common", "MeaningsTable");
        raw.file.link(meanings, "target", &Link::Soft(target.into())).unwrap();
        raw.data(meanings, "value", "VectorData", &Value::vector(vec![1.0, 2.0]));
        raw.data(meanings, "meaning", "VectorData", &Value::texts(["one", "two"]));
    }
    let Raw { file, .. } = raw;
    let root = Object::root_of(file.commit().unwrap());
    let table: AlignedDynamicTable = root.get("t").unwrap().cast().unwrap();
    let mut found: Vec<(String, String)> = table
        .problems()
        .into_iter()
        .map(|error| {
            assert!(error.is_file_fault(), "{error}");
            (error.path().unwrap().to_owned(), error.to_string())
        })
        .collect();
    found.sort();
    let expected = [
        ("/t", "a category \"none\""),
        ("/t", "a column \"gone\""),
        ("/t/c", "another number of rows than its table (expected 3, found 1)"),
        ("/t/falls_index", "in row 1 (expected 2 to 4, found 1)"),
        ("/t/kind", "that of no term (expected codes below 2, found 2)"),
        ("/t/meanings_tables/lost_meanings", "leads nowhere"),
        ("/t/negative", "rows 0 to 2, found -1"),
        ("/t/past_index", "in row 2 (expected 2 to 4, found 9)"),
        ("/t/region", "rows 0 to 2, found 3"),
        ("/t/short", "another number of rows than its table (expected 3, found 2)"),
        ("/t/stops_index", "does not end where its elements end (expected 4, found 3)"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((path, message), (at, says)) in found.iter().zip(expected) {
        assert!(path == at && message.contains(says), "{path}: {message} should say {says} at {at}");
    }
    // What can be read is read, what cannot is told.
    assert!(table.column("falls").unwrap().read([1]).unwrap_err().is_file_fault());
    assert_eq!(table.column("falls").unwrap().read([0]).unwrap().len(), 1);
    assert!(table.column("region").unwrap().region_rows(..).unwrap_err().is_file_fault());
    assert_eq!(table.column("region").unwrap().region_rows([0, 2]).unwrap().rows, [0, 1]);
    assert!(table.column("kind").unwrap().read_decoded(..).unwrap_err().is_file_fault());
    assert!(table.category("c").unwrap_err().is_file_fault());
    assert!(table.read(["short"], ..).unwrap_err().is_file_fault());
    assert_eq!(table.meanings_of("a").unwrap().unwrap().meaning_of(2).unwrap().as_deref(), Some("two"));
}
