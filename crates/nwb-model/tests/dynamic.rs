//! Objects of types that no code was generated for: written and read by the names of their fields.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use std::sync::Arc;

use ndarray::Ix1;
use nwb_model::ErrorKind;
use nwb_model::backend::{Address, Attribute, DatasetInfo, Store as _, Transaction};
use nwb_model::draft::Handle;
use nwb_model::dynamic::{Dynamic, DynamicDraft, FieldContent, FieldKind};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{Columns as _, Ragged};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::selection::Region;
use nwb_model::time::Timestamp;
use nwb_model::types::set::TimeSeriesSet as _;
use nwb_model::types::{
    Device, DeviceInit, DynamicTable, LabMetaData, NwbDataInterface, NwbFileInit, ProcessingModule,
    ProcessingModuleInit, TimeSeries,
};
use nwb_model::value::{Shape, Value};
use nwb_model::view::NeurodataType as _;
use nwb_schema::spec::Release;
use nwb_schema::{Strictness, yaml};

const RIGS: &str = "
datasets:
- neurodata_type_def: GainData
  neurodata_type_inc: VectorData
  doc: Gains.
  dtype: float32
  attributes:
  - {name: unit, dtype: text, doc: The unit of gains., value: dB}
groups:
- neurodata_type_def: Rig
  neurodata_type_inc: LabMetaData
  doc: A rig.
  attributes:
  - {name: gain, dtype: float64, doc: Its gain.}
  - {name: count, dtype: uint8, doc: How many., required: false}
  - {name: tags, dtype: text, shape: [null], doc: Words., required: false}
  - {name: main, dtype: {target_type: Device, reftype: object}, doc: The main device., required: false}
  - {name: lab, dtype: text, doc: Where., default_value: here}
  - {name: kind, dtype: text, doc: What., value: rig}
  datasets:
  - name: curve
    dtype: float64
    shape: [null, 2]
    doc: A curve.
    quantity: '?'
    attributes:
    - {name: unit, dtype: text, doc: Its unit.}
  - {name: note, dtype: text, doc: A note., quantity: '?'}
  groups:
  - name: parts
    doc: Parts.
    groups:
    - {neurodata_type_inc: RigPart, doc: A part., quantity: '*'}
    attributes:
    - {name: order, dtype: text, doc: Which order., required: false}
  - neurodata_type_def: Stand
    neurodata_type_inc: NWBContainer
    name: stand
    doc: What it stands on.
    quantity: '?'
    attributes:
    - {name: height, dtype: float64, doc: Its height.}
  - name: log
    neurodata_type_inc: TimeSeries
    doc: A log with less.
    quantity: '?'
    attributes:
    - {name: level, dtype: text, doc: What a slot adds.}
  links:
  - {name: camera, target_type: Device, doc: What looks at it.}
- neurodata_type_def: RigPart
  neurodata_type_inc: NWBContainer
  doc: A part.
  attributes:
  - {name: mass, dtype: float64, doc: Its mass.}
- neurodata_type_def: RigSeries
  neurodata_type_inc: TimeSeries
  doc: Positions of a rig.
  attributes:
  - {name: frame, dtype: text, doc: Of what., value: rig}
  datasets:
  - name: data
    dtype: float64
    shape: [null, 2]
    doc: Positions.
- neurodata_type_def: RigTable
  neurodata_type_inc: DynamicTable
  doc: Rigs in a row.
  default_name: rigs
  datasets:
  - {name: gain, neurodata_type_inc: GainData, doc: The gain of each.}
  - {name: visits, neurodata_type_inc: VectorData, dtype: int64, doc: Who came., quantity: '?'}
  - {name: visits_index, neurodata_type_inc: VectorIndex, doc: Index., quantity: '?'}
";

fn release(name: &str, version: &str, includes: &str, source: &str) -> Release {
    let namespace = format!(
        "namespaces: [{{name: {name}, version: {version}, doc: Ours., schema: [{includes}, {{source: {name}.yaml}}]}}]"
    );
    yaml::read_namespaces(&namespace, name, Strictness::Strict, |_| Ok(source.to_owned())).unwrap().remove(0)
}

fn rigs() -> Release {
    release(
        "ndx-rig",
        "0.1.0",
        "{namespace: core, neurodata_types: [LabMetaData, NWBContainer, TimeSeries, Device]}, {namespace: hdmf-common, neurodata_types: [DynamicTable, VectorData, VectorIndex]}",
        RIGS,
    )
}

fn begin(namespaces: impl IntoIterator<Item = Release>) -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let mut edit = Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap();
    for namespace in namespaces {
        edit.use_namespace(namespace).unwrap();
    }
    edit
}

fn camera(edit: &mut Edit) -> Handle<Device> {
    edit.insert(Device::new(DeviceInit { name: "camera".into() })).unwrap()
}

fn rig(camera: Handle<Device>) -> DynamicDraft {
    DynamicDraft::new("ndx-rig", "Rig").named("rig").set("gain", 1.5).set("camera", camera)
}

fn full_file() -> File {
    let mut edit = begin([rigs()]);
    let camera = camera(&mut edit);
    let part = |name: &str, mass: f64| DynamicDraft::new("ndx-rig", "RigPart").named(name).set("mass", mass);
    let log = nwb_model::types::TimeSeries::new(nwb_model::types::TimeSeriesInit {
        name: "log".into(),
        data: vec![1.0, 2.0].into(),
        unit: "V".into(),
        timing: nwb_model::ext::Timing::rate(2.0),
    });
    let draft = rig(camera)
        .set("count", 3)
        .set("tags", vec!["a", "b"])
        .set("main", camera)
        .set("curve", ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.5]]))
        .set("curve@unit", "V")
        .set("note", "noted")
        .set("parts@order", "by mass")
        .add_in("parts", part("arm", 0.5))
        .add_in("parts", part("base", 12.0))
        .set("stand", DynamicDraft::new("ndx-rig", "Stand").set("height", 2))
        .set("log", log.set("level", "all"));
    edit.insert(draft).unwrap();
    let series = DynamicDraft::new("ndx-rig", "RigSeries")
        .named("positions")
        .set("data", ndarray::arr2(&[[0.0, 1.0], [2.0, 3.0]]))
        .set("data@unit", "m")
        .set("starting_time", 0.25)
        .set("starting_time@rate", 10)
        .as_a::<TimeSeries>()
        .comments("moved by hand");
    let module = ProcessingModuleInit { name: "behavior".into(), description: "b".into() };
    let module = edit.insert(ProcessingModule::new(module)).unwrap();
    let series: Handle<TimeSeries> = edit.insert_in(module, series).unwrap();
    let _: Handle<NwbDataInterface> = series.upcast();
    let table = DynamicDraft::new("ndx-rig", "RigTable")
        .set("description", "all rigs")
        .set("gain", vec![1.5f32, 2.5])
        .set("visits", Ragged::with_lengths(vec![7i64, 8, 9], [1, 2]))
        .as_a::<DynamicTable>()
        .column("own", "a column of one's own", vec![true, false]);
    edit.insert_in(Place::Acquisition, table).unwrap();
    edit.commit().unwrap()
}

#[test]
fn what_is_written_by_name_is_read_by_name() {
    let file = full_file();
    let rig: Dynamic = file.get("/general/rig").unwrap().cast().unwrap();
    let _: LabMetaData = rig.cast().unwrap();
    let field = |name: &str| rig.field(name).unwrap();
    assert_eq!(field("gain").required::<f64>().unwrap(), 1.5);
    assert_eq!(field("count").required::<u64>().unwrap(), 3);
    assert_eq!(field("tags").required::<Vec<&str>>().unwrap(), ["a", "b"]);
    assert_eq!(field("lab").required::<&str>().unwrap(), "here");
    assert_eq!(field("kind").required::<&str>().unwrap(), "rig");
    assert_eq!(field("note").required::<&str>().unwrap(), "noted");
    assert_eq!(field("curve@unit").required::<&str>().unwrap(), "V");
    assert_eq!(field("curve").dataset().unwrap().unwrap().read::<f64, Ix1>(ndarray::s![.., 1]).unwrap()[2], 6.5);
    assert_eq!(field("parts@order").required::<&str>().unwrap(), "by mass");
    assert_eq!(field("main").object().unwrap().unwrap(), field("camera").object().unwrap().unwrap());
    let parts = field("parts/<RigPart>").objects().unwrap();
    let masses: Vec<f64> = parts.iter().map(|part| part.field("mass").unwrap().required().unwrap()).collect();
    assert_eq!(masses, [0.5, 12.0]);
    assert_eq!(field("stand").object().unwrap().unwrap().field("height").unwrap().required::<f64>().unwrap(), 2.0);
    let log = field("log").object().unwrap().unwrap();
    assert_eq!(log.field("level").unwrap().required::<&str>().unwrap(), "all");
    assert_eq!(log.cast::<TimeSeries>().unwrap().rate().unwrap(), Some(2.0));

    let names = rig.fields().unwrap().names();
    let expected = [
        "gain",
        "count",
        "tags",
        "main",
        "lab",
        "kind",
        "curve",
        "curve@unit",
        "note",
        "parts",
        "parts@order",
        "parts/<RigPart>",
        "stand",
        "log",
        "camera",
    ];
    assert_eq!(names, expected);
    for field in rig.fields().unwrap() {
        assert!(field.read().unwrap().is_some(), "{field:?}");
    }
    let curve = field("curve");
    assert_eq!((curve.kind(), curve.is_required(), curve.doc()), (FieldKind::Dataset, false, "A curve."));
    assert_eq!(curve.shape().unwrap().alternatives().next().unwrap(), [None, Some(2)]);
    assert_eq!(field("camera").type_name().unwrap().name(), "Device");

    let series = file.get("/processing/behavior/positions").unwrap();
    assert_eq!(series.type_name().unwrap(), Some(("ndx-rig", "RigSeries")));
    let series: TimeSeries = series.cast().unwrap();
    assert_eq!((series.rate().unwrap(), series.starting_time().unwrap()), (Some(10.0), Some(0.25)));
    assert_eq!((series.comments().unwrap(), series.unit().unwrap()), (Some("moved by hand"), "m"));
    let frame = series.object().field("frame").unwrap();
    assert_eq!(frame.required::<&str>().unwrap(), "rig");
    assert_eq!(frame.declared_in().namespace(), "ndx-rig");

    let table: DynamicTable = file.acquisition().unwrap().get("rigs").unwrap();
    assert_eq!(table.column_names().unwrap(), ["gain", "visits", "own"]);
    assert_eq!(table.row_count().unwrap(), 2);
    assert_eq!(table.column("visits").unwrap().cell(1).unwrap().to_vec::<i64>().unwrap(), [8, 9]);
    let gain = table.object().child("gain").unwrap().unwrap();
    assert_eq!(gain.type_name().unwrap(), Some(("ndx-rig", "GainData")));
    assert_eq!(gain.attribute("unit").unwrap().unwrap().as_text().unwrap(), "dB");
    assert_eq!(gain.attribute("description").unwrap().unwrap().as_text().unwrap(), "The gain of each.");
}

#[test]
fn the_specs_come_along_as_pynwb_writes_them() {
    let file = full_file();
    let text = |path: &str| file.get(path).unwrap().dataset().unwrap().read_texts(..).unwrap().remove(0);
    let namespace = text("/specifications/ndx-rig/0.1.0/namespace");
    assert_eq!(
        namespace,
        r#"{"namespaces":[{"doc":"Ours.","schema":[{"namespace":"core"},{"namespace":"hdmf-common"},{"source":"ndx-rig"}],"name":"ndx-rig","version":"0.1.0"}]}"#
    );
    assert!(
        text("/specifications/ndx-rig/0.1.0/ndx-rig").starts_with(r#"{"datasets":[{"neurodata_type_def":"GainData""#)
    );

    // What the file knows can be written without loading anything.
    let mut edit = file.edit_to(Memory::new("more"), EditOptions::default());
    let device: Device = file.devices().unwrap().get("camera").unwrap();
    let camera = edit.handle(&device).unwrap();
    let made = edit.insert(rig(camera).named("second")).unwrap();
    assert!(edit.cast::<LabMetaData, _>(made).is_ok());
    assert_eq!(edit.cast::<Device, _>(made).unwrap_err().kind(), ErrorKind::WrongType);
    edit.update(made, |rig| rig.set("gain", 4).set("note", "later")).unwrap();
    let file = edit.commit().unwrap();
    let second = file.get("/general/second").unwrap();
    assert_eq!(second.field("gain").unwrap().required::<f64>().unwrap(), 4.0);
    assert_eq!(second.field("note").unwrap().required::<&str>().unwrap(), "later");
    assert_eq!(file.get("/specifications/ndx-rig").unwrap().links().unwrap().len(), 1);
}

#[test]
fn what_does_not_fit_the_spec_is_refused() {
    let mut edit = begin([rigs()]);
    let camera = camera(&mut edit);
    let before = edit.view().unwrap().object().descendants().unwrap().len();
    let device = || Device::new(DeviceInit { name: "other".into() });
    let bare = || DynamicDraft::new("ndx-rig", "Rig").named("rig");
    let cases: [(DynamicDraft, &[&str]); 20] = [
        (bare().set("camera", camera), &["\"gain\" is missing", "/general/rig"]),
        (bare().set("gain", 1.5), &["\"camera\" is missing"]),
        (rig(camera).set("gian", 1.5), &["no field \"gian\"", "did you mean \"gain\""]),
        (rig(camera).set("curve@unti", "V"), &["did you mean \"unit\""]),
        (rig(camera).set("gain", "much"), &["float64", "@gain"]),
        (rig(camera).set("count", -1), &["-1"]),
        (rig(camera).set("count", 1.5), &["1.5"]),
        (rig(camera).set("tags", vec![1i64]), &["text"]),
        (rig(camera).set("tags", "one"), &["[*]"]),
        (rig(camera).set("kind", "other"), &["fixed value", "rig", "other"]),
        (rig(camera).set("curve", vec![1.0, 2.0]).set("curve@unit", "V"), &["[*, 2]", "/general/rig/curve"]),
        (rig(camera).set("curve@unit", "V"), &["not the dataset"]),
        (rig(camera).set("curve", ndarray::arr2(&[[1.0, 2.0]])), &["\"unit\" is missing"]),
        (rig(camera).set("camera", device()), &["elsewhere"]),
        (rig(camera).set("stand", device()), &["another type", "Stand", "Device"]),
        (rig(camera).set("stand", 1.0), &["Stand"]),
        (rig(camera).set("parts", 1.0), &["group"]),
        (rig(camera).add(device()), &["cannot be in a Rig"]),
        (rig(camera).add_in("parts", device()), &["cannot be in"]),
        (DynamicDraft::new("ndx-rig", "Rigg").named("rig"), &["did you mean \"Rig\""]),
    ];
    for (draft, parts) in cases {
        let error = edit.insert(draft.clone()).unwrap_err();
        assert!(error.is_caller_fault() || error.is_not_found() || error.kind() == ErrorKind::WrongType, "{error:?}");
        for part in parts {
            assert!(error.to_string().contains(part), "{error} lacks {part:?} for {draft:?}");
        }
    }
    let unknown = edit.insert(DynamicDraft::new("ndx-other", "Thing")).unwrap_err();
    assert!(unknown.to_string().contains("use_namespace"), "{unknown}");
    let no_table = edit.insert(rig(camera).as_a::<DynamicTable>()).unwrap_err();
    assert!(no_table.kind() == ErrorKind::WrongType, "{no_table}");
    let wrong_target = {
        let module = ProcessingModuleInit { name: "m".into(), description: "b".into() };
        let module = edit.insert(ProcessingModule::new(module)).unwrap();
        edit.insert(bare().set("gain", 1.0).set("camera", module)).unwrap_err()
    };
    assert!(wrong_target.kind() == ErrorKind::WrongType, "{wrong_target}");
    // The module alone is new.
    assert_eq!(edit.view().unwrap().object().descendants().unwrap().len(), before + 1);
}

#[test]
fn what_does_not_fit_the_spec_is_an_error_when_it_is_read() {
    let loose = RIGS.replace("dtype: float64, doc: Its gain.", "dtype: text, doc: Its gain.").replace(
        "- {name: camera, target_type: Device, doc: What looks at it.}",
        "- {name: camera, target_type: Device, doc: What looks at it., quantity: '?'}",
    );
    let loose = release("ndx-rig", "0.1.0", "{namespace: core}", &loose);
    let mut edit = begin([loose]);
    edit.insert(DynamicDraft::new("ndx-rig", "Rig").named("rig").set("gain", "much")).unwrap();
    // The same file with the specs of another edition of the namespace.
    let strict = release("ndx-rig", "0.2.0", "{namespace: core}", RIGS);
    edit.use_namespace(strict).unwrap();
    let file = edit.commit().unwrap();
    let rig = file.get("/general/rig").unwrap();
    let gain = rig.field("gain").unwrap().required::<f64>().unwrap_err();
    assert!(gain.kind() == ErrorKind::WrongType && gain.to_string().contains("float64"), "{gain}");
    let camera = rig.field("camera").unwrap().read().unwrap_err();
    assert!(camera.to_string().contains("\"camera\" is missing") && camera.is_file_fault(), "{camera}");
    let unknown = rig.field("camra").unwrap_err();
    assert!(unknown.is_not_found() && unknown.to_string().contains("camera"), "{unknown}");
    assert!(rig.field("count").unwrap().optional::<u64>().unwrap().is_none());
    assert_eq!(rig.field("gain").unwrap().dataset().unwrap_err().kind(), ErrorKind::WrongType);
}

#[test]
fn core_types_have_fields_too() {
    let file = full_file();
    assert_eq!(file.object().field("identifier").unwrap().required::<&str>().unwrap(), "id");
    let devices = file.object().field("general/devices/<Device>").unwrap();
    assert!(matches!(devices.read().unwrap(), Some(FieldContent::Objects(found)) if found.len() == 1));
    assert!(file.object().field("general/lab").unwrap().optional::<&str>().unwrap().is_none());
    let series = file.get("/processing/behavior/positions").unwrap();
    assert_eq!(series.field("data@unit").unwrap().required::<&str>().unwrap(), "m");
    assert!(series.field("timestamps").unwrap().dataset().unwrap().is_none());
}

#[test]
fn two_versions_of_one_namespace_stay_apart() {
    let old = || {
        release("ndx-v", "1.9.0", "{namespace: core}", "
groups:
- {neurodata_type_def: Thing, neurodata_type_inc: LabMetaData, doc: Old., attributes: [{name: old, dtype: text, doc: o}]}
")
    };
    let new = || {
        release(
            "ndx-v",
            "1.10.0",
            "{namespace: core}",
            "
groups:
- {neurodata_type_def: Thing, neurodata_type_inc: Device, doc: New., attributes: [{name: new, dtype: int64, doc: n}]}
",
        )
    };
    let thing = || DynamicDraft::new("ndx-v", "Thing").named("thing");
    let mut first = begin([old()]);
    first.insert(thing().set("old", "o")).unwrap();
    let first = first.commit().unwrap();
    let mut second = begin([new()]);
    second.insert(thing().set("new", 1)).unwrap();
    let second = second.commit().unwrap();
    let (a, b) = (first.get("/general/thing").unwrap(), second.get("/general/devices/thing").unwrap());
    assert!(a.cast::<LabMetaData>().is_ok() && a.cast::<Device>().is_err());
    assert!(b.cast::<Device>().is_ok() && b.cast::<LabMetaData>().is_err());
    assert!(a.field("new").is_err() && b.field("old").is_err());
    assert_eq!(a.field("old").unwrap().required::<&str>().unwrap(), "o");
    assert_eq!(b.field("new").unwrap().required::<i64>().unwrap(), 1);

    // The newer one takes the place of the older one, and not the other way round.
    let mut edit = first.edit_to(Memory::new("new"), EditOptions::default());
    edit.use_namespace(new()).unwrap();
    edit.insert(thing().set("new", 2)).unwrap();
    let both = edit.commit().unwrap();
    assert_eq!(both.get("/specifications/ndx-v").unwrap().links().unwrap().len(), 2);
    let mut edit = both.edit_to(Memory::new("old"), EditOptions::default());
    let error = edit.use_namespace(old()).unwrap_err();
    assert!(error.to_string().contains("1.10.0"), "{error}");
}

#[test]
fn namespaces_build_upon_each_other() {
    let base = || {
        Arc::new(release(
            "ndx-base",
            "0.1.0",
            "{namespace: core}",
            "
groups:
- {neurodata_type_def: Base, neurodata_type_inc: LabMetaData, doc: B., attributes: [{name: a, dtype: text, doc: a}]}
",
        ))
    };
    let above = || {
        release("ndx-above", "0.1.0", "{namespace: ndx-base, neurodata_types: [Base]}", "
groups:
- {neurodata_type_def: Above, neurodata_type_inc: Base, doc: A., attributes: [{name: a, dtype: text, doc: a, value: fixed}]}
")
    };
    let mut edit = begin([]);
    let error = edit.use_namespace(above()).unwrap_err();
    assert!(error.to_string().contains("ndx-base"), "{error}");
    edit.use_namespace(base()).unwrap();
    edit.use_namespace(above()).unwrap();
    edit.insert(DynamicDraft::new("ndx-above", "Above").named("it")).unwrap();
    let file = edit.commit().unwrap();
    let it = file.get("/general/it").unwrap();
    assert!(it.is_a("ndx-base", "Base").unwrap() && it.is_a("core", "LabMetaData").unwrap());
    assert_eq!(it.field("a").unwrap().required::<&str>().unwrap(), "fixed");

    let broken = release(
        "ndx-broken",
        "0.1.0",
        "{namespace: core}",
        "
groups: [{neurodata_type_def: Broken, neurodata_type_inc: NoSuchType, doc: B.}]
",
    );
    let mut edit = begin([]);
    let error = edit.use_namespace(broken).unwrap_err();
    assert!(error.to_string().contains("NoSuchType"), "{error}");
}

#[test]
fn a_file_without_its_specs_is_read_with_what_is_loaded() {
    // What other writers leave behind: objects of an extension, and nothing that says what they are.
    let mut file = Memory::new("bare").begin().unwrap();
    let mark = |file: &mut dyn Transaction, object: Address, attributes: &[(&str, Value)]| {
        for (name, value) in attributes {
            let attribute = Attribute { name: (*name).into(), value: value.clone(), named_type: None };
            file.set_attribute(object, &attribute).unwrap();
        }
    };
    let root = file.root();
    let typed =
        |namespace: &str, name: &str| [("namespace", Value::text(namespace)), ("neurodata_type", Value::text(name))];
    mark(&mut *file, root, &typed("core", "NWBFile"));
    mark(&mut *file, root, &[("nwb_version", Value::text("2.11.0"))]);
    let general = file.create_group(root, "general").unwrap();
    let rig = file.create_group(general, "rig").unwrap();
    mark(&mut *file, rig, &typed("ndx-rig", "Rig"));
    mark(&mut *file, rig, &[("gain", Value::scalar(1.5))]);
    let curve = ndarray::arr2(&[[1.0, 2.0], [3.0, 4.0]]);
    let info = DatasetInfo::new(<f64 as nwb_model::element::Element>::dtype(), Shape::of(&[2, 2]));
    let dataset = file.create_dataset(rig, "curve", &info).unwrap();
    file.write(dataset, &Region::all(&[2, 2]), &Value::array(curve)).unwrap();
    let bare = File::from_backend(file.commit().unwrap()).unwrap();
    let rig = bare.get("/general/rig").unwrap();
    assert!(rig.cast::<LabMetaData>().is_err() && rig.spec().unwrap().is_none());
    let unknown = rig.field("gain").unwrap_err();
    assert!(unknown.to_string().contains("ndx-rig Rig"), "{unknown}");
    let known = bare.with_namespaces([rigs()]).unwrap();
    let rig = known.get("/general/rig").unwrap();
    assert!(rig.cast::<LabMetaData>().is_ok());
    assert_eq!(rig.field("gain").unwrap().required::<f64>().unwrap(), 1.5);
    assert!(rig.field("kind").unwrap().read().unwrap_err().to_string().contains("missing"));
    let curve = rig.field("curve").unwrap().dataset().unwrap().unwrap();
    assert_eq!(curve.read::<f64, Ix1>(ndarray::s![.., 1]).unwrap()[1], 4.0);
    assert_eq!(known.with_namespaces([rigs()]).unwrap().find::<LabMetaData>().unwrap().len(), 1);
}
