//! What a schema does not say with names and types: contents that contradict each other, dates, ids, and the specs themselves.

use std::collections::BTreeSet;

use nwb_model::backend::{Address, Link};
use nwb_model::tree::Object;
use nwb_model::value::{Shape, Value};
use nwb_validate::{Finding, Options, Registry, Set, validate};

use crate::changed::Change;
use crate::{changed, file_with, types};
use nwb_model::mock::Mock;

/// A file with an object of a type, what is changed in it, and what is to be told: a code, and how the path of its object ends.
struct Row(&'static str, fn(&Sound) -> Vec<Change>, &'static str, &'static str);

/// A sound file.
struct Sound {
    root: Object,
    /// The object of the type that it was made for.
    object: Object,
}

impl Sound {
    fn at(&self, path: &str) -> Object {
        self.object.get(path).unwrap()
    }

    fn own(&self) -> Address {
        self.object.address()
    }

    fn elements(&self, path: &str, value: Value) -> Change {
        Change::Elements(self.at(path).address(), value)
    }

    /// Other whole numbers in the place of those that are there.
    fn numbers(&self, path: &str, make: impl Fn(usize, i64) -> i64) -> Change {
        let value = self.at(path).dataset().unwrap().read_value(..).unwrap();
        let numbers = value.to_vec::<i64>().unwrap().into_iter().enumerate().map(|(n, one)| make(n, one));
        let shape = value.shape().clone();
        let unsigned = matches!(value.dtype().number(), Some(number) if number.is_unsigned());
        let flat = if unsigned {
            Value::vector(numbers.map(|one| u64::try_from(one).unwrap()).collect())
        } else {
            Value::vector(numbers.collect::<Vec<i64>>())
        };
        self.elements(path, flat.reshaped(shape).unwrap())
    }

    /// One more row, a copy of the first.
    fn longer(&self, path: &str) -> Change {
        let value = self.at(path).dataset().unwrap().read_value(..).unwrap();
        let rows = value.shape().dims()[0];
        let more = |count: usize, each: usize| (0..count).chain(0..each).collect::<Vec<usize>>();
        let places = more(value.len(), value.len() / usize::try_from(rows).unwrap());
        let flat = match value.dtype().number() {
            Some(number) if !number.is_float() => {
                let numbers = value.to_vec::<i64>().unwrap();
                Value::vector(places.into_iter().map(|place| numbers[place]).collect::<Vec<i64>>())
            }
            _ => {
                let numbers = value.to_vec::<f64>().unwrap();
                Value::vector(places.into_iter().map(|place| numbers[place]).collect::<Vec<f64>>())
            }
        };
        let mut dims = value.shape().dims().to_vec();
        dims[0] += 1;
        self.elements(path, flat.reshaped(Shape::of(&dims)).unwrap())
    }

    fn colnames(&self, make: impl Fn(Vec<&str>) -> Vec<&str>) -> Change {
        let names = self.object.attribute("colnames").unwrap().unwrap();
        Change::attribute(self.own(), "colnames", Value::texts(make(names.as_texts().unwrap())))
    }

    fn text(&self, path: &str, text: &str) -> Change {
        Change::Elements(self.root.get(path).unwrap().address(), Value::text(text))
    }
}

/// Bytes that are no UTF-8 in a text of fixed length.
fn no_text(dims: &[u64]) -> Value {
    use nwb_model::dtype::{Charset, Dtype, Padding, TextLength, TextType};
    let count: u64 = dims.iter().product();
    let dtype =
        Dtype::Text(TextType { length: TextLength::Fixed(3), padding: Padding::NullPadded, charset: Charset::Utf8 });
    let bytes = b"M\xfcl".repeat(usize::try_from(count).unwrap());
    let shape = if dims.is_empty() { Shape::Scalar } else { Shape::of(dims) };
    Value::from_parts(dtype, shape, nwb_model::value::Bytes::from_vec(bytes), None).unwrap()
}

/// Where an object is that is not in the file.
const NEW: Address = Address(1 << 41);

/// A namespace of a laboratory, with a type that asks for more than any of core does.
const LAB: &str = r#"{"groups": [{"neurodata_type_def": "Rig", "neurodata_type_inc": "NWBDataInterface", "doc": "a",
    "datasets": [{"name": "key", "dtype": "text", "doc": "b", "linkable": false}],
    "groups": [{"neurodata_type_inc": "Device", "doc": "c", "quantity": "?"}]},
    {"neurodata_type_def": "Door", "neurodata_type_inc": "NWBDataInterface", "name": "door", "doc": "d"}]}"#;

fn in_lab(it: &Sound, type_name: &str, links: &[(&str, Link)]) -> Vec<Change> {
    let at = |n: u64| Address(NEW.0 + n);
    let hard = |n: u64| Link::Hard(at(n));
    let id = "5f3c6a0e-0d53-4c3a-8a39-3a55d1a7f001";
    let typed = |namespace: &str, name: &str, id: &str| {
        [("namespace", Value::text(namespace)), ("neurodata_type", Value::text(name)), ("object_id", Value::text(id))]
    };
    let namespace = r#"{"namespaces": [{"name": "lab", "version": "0.1.0", "doc": "a laboratory",
        "schema": [{"namespace": "core"}, {"source": "lab.rig"}]}]}"#;
    let (first, second) = (id.replace("001", "002"), id.replace("001", "003"));
    vec![
        Change::WithSpecs,
        Change::Member(it.own(), "specifications".into(), hard(1)),
        Change::attribute(it.own(), ".specloc", Value::reference(at(1))),
        Change::group(at(1), &[("lab", hard(2))], &[]),
        Change::group(at(2), &[("0.1.0", hard(3))], &[]),
        Change::group(at(3), &[("namespace", hard(4)), ("lab.rig", hard(5))], &[]),
        Change::dataset(at(4), Value::text(namespace), &[]),
        Change::dataset(at(5), Value::text(LAB), &[]),
        Change::Member(it.at("acquisition").address(), "it".into(), hard(6)),
        Change::group(at(6), links, &typed("lab", type_name, id)),
        Change::dataset(at(7), Value::text("a key"), &[]),
        Change::group(at(8), &[], &typed("core", "Device", &first)),
        Change::group(at(9), &[], &typed("core", "Device", &second)),
    ]
}

fn in_specs(it: &Sound, path: &str, value: Value) -> Vec<Change> {
    let versions = it.at("specifications/core").links().unwrap().to_vec();
    let [(version, _)] = versions.as_slice() else { panic!("there is not one version") };
    vec![Change::WithSpecs, it.elements(&format!("specifications/core/{version}/{path}"), value)]
}

const ROWS: &[Row] = &[
    // What has a default may have any other value, or none.
    Row("SpatialSeries", |it| vec![Change::attribute(it.at("data").address(), "unit", Value::text("feet"))], "", ""),
    Row("SpatialSeries", |it| vec![Change::NoAttribute(it.at("data").address(), "unit".into())], "", ""),
    Row(
        "NWBFile",
        |it| vec![it.text("session_start_time", "2024-02-31T09:41:07Z")],
        "value.date",
        "/session_start_time",
    ),
    Row("NWBFile", |it| vec![it.elements("general/keywords", no_text(&[2]))], "value.dtype", "/keywords"),
    Row(
        "NWBFile",
        |it| {
            vec![
                Change::WithSpecs,
                Change::attribute(it.own(), ".specloc", Value::reference(it.at("general").address())),
            ]
        },
        "specs.location",
        "/",
    ),
    Row(
        "VectorData",
        |it| vec![it.elements("", no_text(it.object.dataset().unwrap().shape().unwrap()))],
        "value.dtype",
        "",
    ),
    Row(
        "Units",
        |it| vec![Change::attribute(it.at("spike_times").address(), "resolution", Value::scalar(0.001f64))],
        "",
        "",
    ),
    Row(
        "VectorData",
        |it| vec![Change::attribute(it.own(), "neurodata_type", Value::text("Data"))],
        "table.absent-column",
        "",
    ),
    Row(
        "NWBFile",
        |it| in_lab(it, "Rig", &[("key", Link::Hard(Address(NEW.0 + 7))), ("a", Link::Hard(Address(NEW.0 + 8)))]),
        "",
        "",
    ),
    Row(
        "NWBFile",
        |it| {
            in_lab(
                it,
                "Rig",
                &[
                    ("key", Link::Hard(Address(NEW.0 + 7))),
                    ("a", Link::Hard(Address(NEW.0 + 8))),
                    ("b", Link::Hard(Address(NEW.0 + 9))),
                ],
            )
        },
        "member.quantity",
        "/acquisition/it",
    ),
    Row(
        "NWBFile",
        |it| in_lab(it, "Rig", &[("key", Link::Soft("/identifier".into()))]),
        "member.illegal-link",
        "/acquisition/it",
    ),
    Row("NWBFile", |it| in_lab(it, "Door", &[]), "member.name", "/acquisition/it"),
    Row("NWBFile", |_| vec![Change::WithSpecs], "", ""),
    Row(
        "NWBFile",
        |it| vec![Change::WithSpecs, Change::NoAttribute(it.own(), ".specloc".into())],
        "specs.location",
        "/",
    ),
    Row(
        "NWBFile",
        |it| vec![Change::WithSpecs, Change::attribute(it.own(), ".specloc", Value::text("/specifications"))],
        "specs.location",
        "/",
    ),
    Row(
        "NWBFile",
        |it| vec![Change::WithSpecs, Change::attribute(it.own(), "nwb_version", Value::text("2.4.0"))],
        "specs.version",
        "/",
    ),
    Row(
        "NWBFile",
        |it| in_specs(it, "nwb.ecephys", Value::text("{\"groups\": [{")),
        "specs.unreadable",
        "/nwb.ecephys",
    ),
    Row("NWBFile", |it| in_specs(it, "nwb.ecephys", Value::scalar(1i64)), "specs.unreadable", "/nwb.ecephys"),
    Row("NWBFile", |it| in_specs(it, "namespace", Value::text("{}")), "specs.unreadable", ""),
    Row("NWBFile", |it| vec![it.text("session_start_time", "yesterday")], "value.date", "/session_start_time"),
    Row(
        "NWBFile",
        |it| vec![it.text("session_start_time", "2024-02-28")],
        "value.date-without-zone",
        "/session_start_time",
    ),
    Row(
        "NWBFile",
        |it| vec![it.text("session_start_time", "2024-03-05T09:41:07")],
        "value.date-without-zone",
        "/session_start_time",
    ),
    Row(
        "NWBFile",
        |it| vec![it.text("session_start_time", "2024-03-05 09:41:07Z")],
        "value.date",
        "/session_start_time",
    ),
    Row("NWBFile", |it| vec![it.elements("identifier", no_text(&[]))], "value.dtype", "/identifier"),
    Row(
        "Device",
        |it| vec![Change::Member(it.object.parent().unwrap().address(), "twin".into(), Link::Hard(it.own()))],
        "object.two-parents",
        "/Device",
    ),
    Row(
        "NWBFile",
        |it| vec![Change::Member(it.own(), "mood".into(), Link::Soft("/identifier".into()))],
        "member.extra",
        "/mood",
    ),
    Row(
        "TimeSeries",
        |it| vec![Change::attribute(it.own(), "mood", Value::text("good"))],
        "member.extra-attribute",
        "/TimeSeries",
    ),
    Row(
        "TimeSeries",
        |it| vec![Change::attribute(it.own(), "neurodata_type", Value::text("TimeSerious"))],
        "type.unknown",
        "/TimeSeries",
    ),
    Row(
        "TimeSeries",
        |it| vec![Change::NoMember(it.own(), "timestamps".into()), Change::NoMember(it.own(), "starting_time".into())],
        "series.time",
        "/TimeSeries",
    ),
    Row(
        "TimeSeries",
        |it| {
            let other = if it.object.child("timestamps").unwrap().is_some() { "starting_time" } else { "timestamps" };
            vec![Change::Member(it.own(), other.into(), Link::Soft(format!("{}/data", it.object.path())))]
        },
        "series.time",
        "/TimeSeries",
    ),
    Row("TimeSeries", |it| vec![it.longer("timestamps")], "series.length", "/TimeSeries"),
    Row(
        "ElectricalSeries",
        |it| {
            let rows = it.at("data").dataset().unwrap().shape().unwrap()[0];
            let data = Value::vector(vec![0.5f64; usize::try_from(rows * 2).unwrap()]);
            vec![
                it.elements("data", data.reshaped(Shape::of(&[rows, 2])).unwrap()),
                it.elements("electrodes", Value::vector(vec![0i64; 2])),
                it.elements("channel_conversion", Value::vector(vec![1.5f32; 3])),
            ]
        },
        "series.axis",
        "/channel_conversion",
    ),
    Row(
        "TimeSeries",
        |it| {
            let rate = [("rate", Value::scalar(-30.0f32)), ("unit", Value::text("seconds"))];
            vec![
                Change::NoMember(it.own(), "timestamps".into()),
                Change::Member(it.own(), "starting_time".into(), Link::Hard(NEW)),
                Change::dataset(NEW, Value::scalar(0.5f64), &rate),
            ]
        },
        "series.rate",
        "/TimeSeries",
    ),
    Row(
        "DynamicTable",
        |it| {
            vec![it.colnames(|mut names| {
                names.push("ghost");
                names
            })]
        },
        "table.absent-column",
        "/DynamicTable",
    ),
    Row(
        "DynamicTable",
        |it| {
            vec![it.colnames(|mut names| {
                names.pop();
                names
            })]
        },
        "table.unlisted-column",
        "own_column",
    ),
    Row("DynamicTable", |it| vec![it.longer("id")], "table.column-length", "/own_column"),
    Row(
        "VectorIndex",
        |it| vec![it.numbers("", |row, end| if row == 0 { end + 1 } else { 0 })],
        "index.decreasing",
        "_index",
    ),
    Row(
        "VectorIndex",
        |it| vec![it.numbers("", |row, end| if row == 0 { end } else { end + 100 })],
        "index.past-end",
        "_index",
    ),
    Row(
        "VectorIndex",
        |it| vec![it.numbers("", |_, end| if end > 0 { end - 1 } else { 0 })],
        "index.leftover",
        "_index",
    ),
    Row(
        "DynamicTable",
        |it| {
            vec![it.colnames(|mut names| {
                names.extend(names.first().copied());
                names
            })]
        },
        "table.repeated-column",
        "/DynamicTable",
    ),
    Row("DynamicTableRegion", |it| vec![it.numbers("", |_, _| 1000)], "region.outside", ""),
    Row("DynamicTableRegion", |it| vec![it.numbers("", |_, _| -1)], "region.outside", ""),
    Row(
        "TimeSeriesReferenceVectorData",
        |it| {
            let value = it.object.dataset().unwrap().read_value(..).unwrap();
            let count = value.len();
            let far = Value::records([
                ("idx_start", Value::vector(vec![1_000_000i32; count])),
                ("count", Value::vector(vec![5i32; count])),
                ("timeseries", value.member("timeseries").unwrap()),
            ]);
            vec![it.elements("", far.unwrap().reshaped(value.shape().clone()).unwrap())]
        },
        "reference.outside",
        "",
    ),
];

fn told(own: &str, changes: fn(&Sound) -> Vec<Change>) -> (Vec<Finding>, String) {
    let own = types().find(|one| one.name() == own).unwrap();
    // The one that has its timestamps.
    let files = (0..3).map(|variant| file_with(own, Mock::new().every_member().variant(variant)).unwrap());
    let mut sound = files.map(|file| {
        let root = Object::root_of(file.clone());
        let objects = root.descendants().unwrap();
        let is_own = |one: &&Object| one.type_name().unwrap() == Some((own.namespace(), own.name()));
        let object = objects.iter().find(is_own).unwrap().clone();
        (file, Sound { root, object })
    });
    let is_timed = |object: &Object| !own.is_a_named("TimeSeries") || object.child("timestamps").unwrap().is_some();
    let (file, sound) = sound.find(|(_, sound)| is_timed(&sound.object)).unwrap();
    let file = changed(&file, changes(&sound));
    let found = validate(&file, &Registry::standard(), &Options::default().only(Set::Schema));
    (found, sound.object.path().to_owned())
}

#[test]
fn contents_are_held_against_each_other() {
    let mut wrong = Vec::new();
    for (number, Row(own, changes, code, end)) in ROWS.iter().enumerate() {
        let (found, path) = told(own, *changes);
        let is_extra = |one: &&Finding| one.code.starts_with("member.extra") && one.code != *code;
        let found: Vec<&Finding> = found.iter().filter(|one| !is_extra(one)).collect();
        let is_it = |one: &&Finding| {
            one.code == *code && if end.is_empty() { one.object.starts_with(&path) } else { one.object.ends_with(end) }
        };
        if found.len() != usize::from(!code.is_empty()) || !found.iter().all(is_it) {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            wrong.push(format!("{number} {own}: {code} ..{end}:\n  {}", found.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the test of single faults causes, member by member.
const ELSEWHERE: [&str; 21] = [
    "link.cyclic",
    "link.dangling",
    "link.external",
    "member.missing",
    "member.wrong-form",
    "member.wrong-type",
    "object-id.duplicate",
    "object-id.malformed",
    "object-id.missing",
    "reference.dangling",
    "reference.null",
    "reference.wrong-type",
    "type.malformed",
    "type.unknown-namespace",
    "type.wrong-form",
    "value.dtype",
    "value.fixed",
    "value.shape",
    // What a file cannot give is caused in the tests of the model and of HDF5.
    "object.unreadable",
    "object.unreadable-elements",
    "object.unreadable-part",
];

#[test]
fn every_rule_has_its_fault() {
    let caused: BTreeSet<&str> = ROWS.iter().map(|row| row.2).chain(ELSEWHERE).collect();
    let registry = Registry::standard();
    let upgrades = |code: &str| code.starts_with("upgrade.");
    let rules = registry.rules().filter(|(set, _)| *set == Set::Schema).map(|(_, rule)| rule.code());
    let never: Vec<&str> = rules.filter(|code| !upgrades(code) && !caused.contains(code)).collect();
    assert_eq!(never, Vec::<&str>::new());
}
