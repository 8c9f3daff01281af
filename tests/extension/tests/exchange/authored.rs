//! A namespace that is put together in Rust: PyNWB loads its YAML, and reads and writes objects of its types.

use std::path::Path;

use nwb::model::dynamic::DynamicDraft;
use nwb::ndarray::{Ix1, arr2};
use nwb::prelude::*;
use nwb::schema::author::NamespaceBuilder;
use nwb::schema::spec::{AttributeSpec, DatasetSpec, FlatDtype, GroupSpec, LinkSpec, Quantity, Release};
use nwb::schema::{Strictness, yaml};
use serde_json::json;

use crate::peer;

fn rigs() -> Release {
    let gains = DatasetSpec::define("GainData", "VectorData", "Gains.")
        .dtype(FlatDtype::Float32)
        .attribute(AttributeSpec::new("unit", FlatDtype::Text, "The unit of gains.").value("dB"));
    let curve = DatasetSpec::new("curve", FlatDtype::Float64, "How it bends: \"y\", 'no'.")
        .shape(vec![vec![None, Some(2)], vec![None, Some(3)]])
        .dims(vec![vec!["point", "x, y"], vec!["point", "x, y, z"]])
        .attribute(AttributeSpec::new("unit", FlatDtype::Text, "Its unit.").optional())
        .optional();
    let rig = GroupSpec::define("Rig", "LabMetaData", "A rig.")
        .attribute(AttributeSpec::new("gain", FlatDtype::Float64, "Its gain.").default_value(1.0))
        .attribute(AttributeSpec::new("kind", FlatDtype::Text, "What it is.").value("rig"))
        .attribute(AttributeSpec::new("tags", FlatDtype::Text, "Words.").shape([None]).dims(["tag"]).optional())
        .dataset(curve)
        .group(GroupSpec::of_type("RigPart", "A part.").quantity(Quantity::ZeroOrMany))
        .link(LinkSpec::new("Device", "What looks at it.").named("camera"));
    let part = GroupSpec::define("RigPart", "NWBContainer", "A part.").attribute(AttributeSpec::new(
        "mass",
        FlatDtype::Float64,
        "Its mass.",
    ));
    let table = GroupSpec::define("RigTable", "DynamicTable", "Rigs in rows.")
        .dataset(DatasetSpec::of_type("GainData", "The gain of each.").named("gain"));
    NamespaceBuilder::new("ndx-rig", "0.1.0", "Rigs of our lab.")
        .full_name("Rigs")
        .author("Doe, Jane", "jane@lab.example")
        .include("core")
        .define(gains)
        .define(part)
        .define(rig)
        .define(table)
        .build()
        .unwrap()
}

fn write(path: &Path) {
    let init = NwbFileInit {
        identifier: "rig-1".into(),
        session_description: "a rig".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07+00:00").unwrap(),
    };
    let mut edit = nwb::create(path, init).unwrap();
    edit.use_namespace(rigs()).unwrap();
    let camera = edit.insert(Device::new(DeviceInit { name: "camera".into() })).unwrap();
    let rig = DynamicDraft::new("ndx-rig", "Rig")
        .named("rig")
        .set("gain", 2.5)
        .set("curve", arr2(&[[1.0, 2.0], [3.0, 5.0]]))
        .set("curve@unit", "V")
        .set("tags", vec!["a", "b"])
        .set("camera", camera)
        .add(DynamicDraft::new("ndx-rig", "RigPart").named("arm").set("mass", 0.5));
    edit.insert(rig).unwrap();
    let table = DynamicDraft::new("ndx-rig", "RigTable")
        .named("rigs")
        .set("description", "rigs in rows")
        .set("gain", vec![1.5f32, 2.5]);
    edit.insert_in(Place::Acquisition, table).unwrap();
    edit.commit().unwrap();
}

fn check(path: &Path, unit: Option<&str>) {
    let file = nwb::open(path).unwrap();
    let rig = file.get("/general/rig").unwrap();
    assert_eq!(rig.field("gain").unwrap().required::<f64>().unwrap(), 2.5);
    assert_eq!(rig.field("kind").unwrap().required::<&str>().unwrap(), "rig");
    assert_eq!(rig.field("curve@unit").unwrap().optional::<&str>().unwrap(), unit);
    assert_eq!(rig.field("tags").unwrap().required::<Vec<&str>>().unwrap(), ["a", "b"]);
    let parts = rig.field("<RigPart>").unwrap().objects().unwrap();
    assert_eq!(parts[0].field("mass").unwrap().required::<f64>().unwrap(), 0.5);
    let table: DynamicTable = file.acquisition().unwrap().get("rigs").unwrap();
    assert_eq!(table.column_names().unwrap(), ["gain"]);
    let gain = table.object().field("gain").unwrap().dataset().unwrap().unwrap();
    assert_eq!(gain.read::<f32, Ix1>(..).unwrap().to_vec(), [1.5, 2.5]);
}

#[test]
fn pynwb_loads_what_is_put_together_here() {
    let folder = tempfile::tempdir().unwrap();
    let made = rigs();
    yaml::write(&made, folder.path()).unwrap();
    let namespace = folder.path().join("ndx-rig.namespace.yaml");
    let read = yaml::file(&namespace, Strictness::Strict).unwrap();
    assert_eq!((&read[0].namespace, &read[0].sources), (&made.namespace, &made.sources));
    let ours = folder.path().join("ours.nwb");
    write(&ours);
    check(&ours, Some("V"));
    let Some(python) = peer::python() else { return };
    let theirs = folder.path().join("theirs.nwb");
    peer::ask_script(&python, "authored.py", "write", &[&namespace, &theirs]);
    check(&theirs, None);
    for path in [&ours, &theirs] {
        let told = peer::ask_script(&python, "authored.py", "read", &[&namespace, path]);
        let expected = json!({
            "classes": ["Rig", "RigTable", "GainData"],
            "rig": [2.5, [[1.0, 2.0], [3.0, 5.0]], ["a", "b"], true, "rig"],
            "parts": {"arm": 0.5},
            "table": [[1.5, 2.5], "dB"],
            "errors": [],
        });
        assert_eq!(told, expected, "{}", path.display());
    }
}
