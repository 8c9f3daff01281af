//! Files with objects of extensions, exchanged with PyNWB.
//!
//! One session with objects of ndx-pose: written here with generated types and by name, and by PyNWB; read here in both ways, and by
//! PyNWB with and without the extension. And a namespace that is put together in Rust, which PyNWB loads and uses.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

mod authored;
mod peer;
mod session;

use std::path::{Path, PathBuf};

use nwb::model::dynamic::Dynamic;
use nwb::schema::{Strictness, yaml};
use nwb::{File, Kind, NeurodataType as _, Object};
use serde_json::{Value as Json, json};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/ndx-pose/0.4.0");

/// What PyNWB with ndx-pose tells of the session, whoever wrote it.
fn as_pynwb_tells_it() -> Json {
    json!({
        "classes": ["ndx_pose.pose.PoseEstimation", "ndx_pose.pose.PoseEstimationSeries", "ndx_pose.pose.CalibratedCamera"],
        "camera": [[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]], [1.0, 2.0, 4.5], "above"],
        "skeleton": [["nose", "tail"], [[0, 1]], true],
        "nose": [
            [[1.0, 2.0], [3.0, 5.0], [8.0, 13.0]], "pixels", "upper left corner", [0.5, 1.0, 2.0], [1.0, 0.5, 0.25],
            "softmax", "the nose",
        ],
        "tail": [
            [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], "mm", [0.5, 1.0, 2.0], [0.0, 0.0, 1.0], null,
        ],
        "pose": ["by hand", "me", "net", "1.2"],
        "links": [true, true, true, true, true],
        "frame": ["her", 7],
        "instance": [3, [[0.5, 1.0], [2.0, 4.0]], [true, false]],
    })
}

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn pynwb_reads_what_is_written_with_generated_types_and_by_name() {
    let files = Files::new();
    let Some(python) = peer::python() else { return };
    for (name, write) in [("generated.nwb", session::generated as fn(&Path)), ("dynamic.nwb", session::by_name)] {
        let path = files.path(name);
        write(&path);
        assert_eq!(peer::ask(&python, "read", &path), as_pynwb_tells_it(), "{name}");
        let found = peer::ask(&python, "bare", &path);
        assert_eq!(found["errors"], json!([]), "{name}");
        assert_eq!(found["found"], json!(["PoseEstimation", "me", [[1.0, 2.0], [3.0, 5.0], [8.0, 13.0]]]), "{name}");
    }
}

#[test]
fn what_pynwb_writes_is_read() {
    let files = Files::new();
    let Some(python) = peer::python() else { return };
    let path = files.path("pynwb.nwb");
    peer::ask(&python, "write", &path);
    session::check_views(&nwb::open(&path).unwrap());
    session::check_by_name(&nwb::open(&path).unwrap());
}

#[test]
fn generated_types_and_names_write_the_same() {
    let files = Files::new();
    let (generated, by_name) = (files.path("generated.nwb"), files.path("dynamic.nwb"));
    session::generated(&generated);
    session::by_name(&by_name);
    let (a, b) = (nwb::open(&generated).unwrap(), nwb::open(&by_name).unwrap());
    let (a, b) = (tree(&a), tree(&b));
    for (a, b) in a.iter().zip(&b) {
        assert_eq!(a, b);
    }
    assert_eq!(a.len(), b.len());
    assert!(a.iter().any(|line| line.starts_with("/specifications/ndx-pose/0.4.0/ndx-pose.extensions")));
    session::check_views(&nwb::open(&by_name).unwrap());
    session::check_by_name(&nwb::open(&generated).unwrap());
}

#[test]
fn the_schema_is_as_published() {
    let Some(python) = peer::python() else { return };
    let published = peer::ask(&python, "schema", Path::new(""));
    for (name, text) in published.as_object().unwrap() {
        assert_eq!(std::fs::read_to_string(Path::new(SCHEMA).join(name)).unwrap(), text.as_str().unwrap(), "{name}");
    }
    assert_eq!(published.as_object().unwrap().len(), 2);
}

#[test]
fn the_specs_that_the_code_carries_are_those_of_the_schema() {
    let carried = nwb_extension::types::NAMESPACE.release().unwrap();
    let read = yaml::folder(Path::new(SCHEMA), "ndx-pose").unwrap();
    assert_eq!(carried.namespace.version, read.namespace.version);
    assert_eq!(carried.sources, read.sources);
    let lenient = yaml::file(&Path::new(SCHEMA).join("ndx-pose.namespace.yaml"), Strictness::Lenient).unwrap();
    assert_eq!(lenient[0].sources, read.sources);
}

/// A line for everything in a file, object ids and what leads by address to objects made comparable.
fn tree(file: &File) -> Vec<String> {
    let mut lines = Vec::new();
    for object in file.object().descendants().unwrap() {
        let path = object.path().to_owned();
        for attribute in object.attributes().unwrap() {
            lines.push(format!("{path}@{}: {}", attribute.name, told(&object, &attribute.value)));
        }
        match object.kind().unwrap() {
            Kind::Dataset => {
                let dataset = object.dataset().unwrap();
                lines.push(format!(
                    "{path}: {:?} {}",
                    dataset.info().unwrap(),
                    told(&object, &dataset.read_value(..).unwrap())
                ));
            }
            Kind::Group => {
                let links = object.links().unwrap().iter().map(|(name, link)| match link {
                    nwb::model::backend::Link::Hard(_) => name.clone(),
                    other => format!("{name} -> {other:?}"),
                });
                lines.push(format!("{path}: {}", links.collect::<Vec<_>>().join(", ")));
            }
            Kind::Datatype => {}
        }
    }
    lines
}

fn told(object: &Object, value: &nwb::Value) -> String {
    match value.as_references() {
        Ok(targets) => {
            let targets = targets.into_iter().map(|target| object.resolve(target).map(|found| found.path().to_owned()));
            format!("{:?}", targets.collect::<Vec<_>>())
        }
        Err(_) => match value.as_texts() {
            Ok(texts) => format!("{} {texts:?}", value.dtype()),
            Err(_) => format!("{} {} {:?}", value.dtype(), value.shape(), value.bytes()),
        },
    }
}

#[test]
fn every_field_can_be_read_by_name() {
    let files = Files::new();
    let path = files.path("generated.nwb");
    session::generated(&path);
    let file = nwb::open(&path).unwrap();
    let mut fields = 0;
    for object in file.find::<Dynamic>().unwrap() {
        for field in object.fields().unwrap() {
            field.read().unwrap_or_else(|error| panic!("{error}"));
            fields += 1;
        }
    }
    assert!(fields > 150, "{fields}");
}
