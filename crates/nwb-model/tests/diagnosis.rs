//! One object that cannot be read, or of which a part cannot, spoils nothing else.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use nwb_model::backend::{Address, Backend, Chunk, Node, Part, Unreadable};
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::Timing;
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::selection::Region;
use nwb_model::time::Timestamp;
use nwb_model::types::{NwbFileInit, NwbFileSet, TimeSeries, TimeSeriesInit};
use nwb_model::value::Value;
use nwb_model::view::NeurodataType;
use nwb_model::{Error, ErrorKind, Result};

/// A file of which one object, or one attribute and one link of it, cannot be read.
#[derive(Debug)]
struct Damaged {
    file: Arc<dyn Backend>,
    object: Address,
    parts: Option<Vec<(Part, &'static str)>>,
}

impl Backend for Damaged {
    fn label(&self) -> &str {
        self.file.label()
    }

    fn root(&self) -> Address {
        self.file.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        let mut node = self.file.node(object)?;
        if object != self.object {
            return Ok(node);
        }
        let error = Error::new(ErrorKind::Malformed, "the header is damaged");
        let Some(parts) = &self.parts else { return Err(error) };
        for (part, name) in parts {
            node.attributes.retain(|attribute| *part != Part::Attribute || attribute.name != *name);
            node.unreadable.push(Unreadable { part: *part, name: (*name).into(), error: error.clone() });
        }
        Ok(node)
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        self.file.read(dataset, region)
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        self.file.read_into(dataset, region, out)
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        self.file.chunks(dataset)
    }
}

/// Three series, and the second of them damaged.
fn damaged(parts: Option<Vec<(Part, &'static str)>>) -> File {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let memory = Memory::new("damaged");
    let mut edit = Edit::create(memory.clone(), "damaged", init, EditOptions::default()).unwrap();
    for name in ["a", "b", "c"] {
        let series = TimeSeriesInit {
            name: name.into(),
            data: vec![1.0].into(),
            unit: "m".into(),
            timing: Timing::timestamps(vec![0.0]),
        };
        edit.insert_in(Place::Acquisition, TimeSeries::new(series)).unwrap();
    }
    let file = edit.commit().unwrap();
    let object = file.get("/acquisition/b").unwrap().address();
    File::from_backend(Arc::new(Damaged { file: memory.open().unwrap(), object, parts })).unwrap()
}

#[test]
fn an_object_that_cannot_be_read_is_one_diagnosis_and_the_others_are_found() {
    let file = damaged(None);
    let found = file.find::<TimeSeries>().unwrap();
    assert_eq!(found.iter().map(|one| one.object().name()).collect::<Vec<_>>(), ["a", "c"]);
    let iterated: Vec<bool> =
        file.acquisition().unwrap().iter::<TimeSeries>().unwrap().map(|one| one.is_ok()).collect();
    assert_eq!(iterated, [true, false, true]);
    assert!(file.object().descendants().unwrap().iter().any(|one| one.path() == "/acquisition/b"));
    let id = found[1].object().object_id().unwrap().unwrap().to_owned();
    assert_eq!(file.scan().unwrap().by_id(&id), Some(found[1].object()));
    let told = file.diagnose();
    assert_eq!(
        told.iter().map(|one| (one.code, one.object.as_str())).collect::<Vec<_>>(),
        [("object.unreadable", "/acquisition/b")]
    );
    let alone = file.get("/acquisition/b").unwrap().diagnoses();
    assert_eq!(alone, told);
}

#[test]
fn an_attribute_and_a_link_that_cannot_be_read_leave_the_object_usable() {
    let file = damaged(Some(vec![(Part::Attribute, "comments"), (Part::Link, "odd")]));
    let series: TimeSeries = file.acquisition().unwrap().get("b").unwrap();
    assert_eq!(series.unit().unwrap(), "m");
    let error = series.comments().unwrap_err();
    assert!(error.is_file_fault() && error.path() == Some("/acquisition/b"), "{error}");
    assert!(series.object().child("odd").is_err() && series.object().child("even").unwrap().is_none());
    assert_eq!(series.object().unreadable().unwrap().len(), 2);
    let told = file.diagnose();
    let codes: Vec<_> = told.iter().map(|one| (one.code, one.object.as_str())).collect();
    assert_eq!(codes, [("object.unreadable-part", "/acquisition/b"); 2]);

    // A copy would lose them without a word.
    let error = file.export(&Memory::new("copy"), &mut |_| {}).unwrap_err();
    assert!(error.is_limit() && error.path() == Some("/acquisition/b"), "{error}");
    assert!(error.to_string().contains("\"comments\""), "{error}");
    let mut edit = file.edit_to(Memory::new("edited"), EditOptions::default());
    let root = edit.root();
    edit.update(root, |file| file.notes("changed")).unwrap();
    assert!(edit.commit().unwrap_err().to_string().contains("\"comments\""));
}
