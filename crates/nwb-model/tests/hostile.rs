//! Files that lie: links without end, objects that cannot be read, shapes beyond all memory.
#![allow(clippy::unwrap_used, reason = "a test may fail so")]

use std::sync::Arc;

use nwb_model::backend::{
    Address, Attribute, Backend, Chunk, DatasetInfo, Layout, Link, Node, Store, Surroundings, Transaction,
};
use nwb_model::dtype::{Charset, Dtype, Padding, TextLength, TextType};
use nwb_model::element::Element;
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::selection::Region;
use nwb_model::tree::Object;
use nwb_model::types::{DynamicTable, TimeSeries};
use nwb_model::value::{Bytes, Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

fn file(make: impl FnOnce(&mut dyn Transaction, Address)) -> Object {
    let mut file = Memory::new("hostile").begin().unwrap();
    let root = file.root();
    make(&mut *file, root);
    Object::root_of(file.commit().unwrap())
}

/// Each link leads through the one before it twice: 2^30 steps, none of them deep.
#[test]
fn links_that_multiply_are_refused_at_once() {
    let root = file(|file, root| {
        file.link(root, "link_00", &Link::Soft("/".into())).unwrap();
        for i in 1..30 {
            let before = i - 1;
            let link = Link::Soft(format!("/link_{before:02}/link_{before:02}"));
            file.link(root, &format!("link_{i:02}"), &link).unwrap();
        }
    });
    assert_eq!(root.get("link_03").unwrap(), root);
    let error = root.get("link_29").unwrap_err();
    assert!(error.is_file_fault() && error.to_string().contains("links"), "{error}");
}

/// A file of which one object cannot be read.
#[derive(Debug)]
struct Damaged {
    file: Arc<dyn Backend>,
    object: Address,
}

impl Backend for Damaged {
    fn label(&self) -> &str {
        self.file.label()
    }

    fn root(&self) -> Address {
        self.file.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        if object == self.object {
            return Err(Error::new(ErrorKind::Malformed, "the object's header is damaged"));
        }
        self.file.node(object)
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

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        self.file.surroundings()
    }
}

#[test]
fn an_unreadable_object_that_a_reference_leads_to_is_an_error_with_its_path() {
    let mut file = Memory::new("hostile").begin().unwrap();
    let root = file.root();
    let group = file.create_group(root, "group").unwrap();
    let object = file.create_group(group, "damaged").unwrap();
    let root = Object::root_of(Arc::new(Damaged { file: file.commit().unwrap(), object }));
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // Without a name yet: it was not reached through its group.
        let _ = sender.send(root.resolve(object).unwrap().kind().unwrap_err().to_string());
    });
    let error = receiver.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    assert!(error.contains("/group/damaged"), "{error}");
}

#[test]
fn elements_that_no_memory_holds_are_an_error() {
    let root = file(|file, root| {
        let mut info = DatasetInfo::new(u8::dtype(), Shape::of(&[1 << 60]));
        info.layout = Layout::Chunked(vec![1000]);
        file.create_dataset(root, "huge", &info).unwrap();
        let mut info = DatasetInfo::new(i16::dtype(), Shape::of(&[1 << 60]));
        info.layout = Layout::Chunked(vec![1000]);
        file.create_dataset(root, "other", &info).unwrap();
    });
    for (name, error) in [
        ("huge", root.get("huge").unwrap().dataset().unwrap().read::<u8, ndarray::Ix1>(..).unwrap_err()),
        ("other", root.get("other").unwrap().dataset().unwrap().read::<f64, ndarray::Ix1>(..).unwrap_err()),
    ] {
        assert!(error.is_limit() && error.path() == Some(&format!("/{name}")), "{error}");
    }
}

#[test]
fn versions_are_read_in_all_forms_that_writers_give_them() {
    let fixed = |text: &str, size: usize| {
        let dtype = Dtype::Text(TextType {
            length: TextLength::Fixed(size),
            padding: Padding::NullPadded,
            charset: Charset::Ascii,
        });
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(size, 0);
        Value::from_parts(dtype, Shape::Scalar, Bytes::from_vec(bytes), None).unwrap()
    };
    let is_nwb = |value: Value| {
        let mut file = Memory::new("version").begin().unwrap();
        let root = file.root();
        file.set_attribute(root, &Attribute { name: "nwb_version".into(), value, named_type: None }).unwrap();
        File::from_backend(file.commit().unwrap()).map_err(|error| error.to_string())
    };
    for good in [fixed("2.0b", 8), fixed("NWB-2.1.0", 9), Value::texts(["2.5.0"]), Value::ascii("10.0")] {
        assert!(is_nwb(good.clone()).is_ok(), "{good:?}");
    }
    for (bad, why) in [
        (fixed("NWB-1.0.6", 9), "NWB 1"),
        (Value::text(""), "no version"),
        (Value::text("two"), "no version"),
        (Value::scalar(2.1), "no version"),
        (Value::texts(["2.0", "2.1"]), "no version"),
    ] {
        let error = is_nwb(bad).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn tables_of_old_files_are_tables_although_their_namespace_is_core() {
    let root = file(|file, root| {
        let table = file.create_group(root, "table").unwrap();
        for (name, value) in [("namespace", "core"), ("neurodata_type", "DynamicTable")] {
            let value = Value::text(value);
            file.set_attribute(table, &Attribute { name: name.into(), value, named_type: None }).unwrap();
        }
    });
    let table = root.get("table").unwrap();
    assert!(table.is::<DynamicTable>().unwrap());
    assert!(!table.is::<TimeSeries>().unwrap());
    assert_eq!(table.cast::<DynamicTable>().unwrap().row_count().unwrap(), 0);
}

#[test]
fn groups_may_lie_in_groups_as_deep_as_they_like() {
    const DEPTH: usize = 3000;
    let root = file(|file, root| {
        (0..DEPTH).fold(root, |group, _| file.create_group(group, "g").unwrap());
    });
    assert_eq!(root.descendants().unwrap().len(), DEPTH + 1);
    let deepest = root.get(&"g/".repeat(DEPTH)).unwrap();
    assert_eq!(deepest.path().len(), 2 * DEPTH);
}

#[test]
fn a_circle_of_links_is_told_once_and_where() {
    let root = file(|file, root| {
        let group = file.create_group(root, "group").unwrap();
        file.link(group, "a", &Link::Soft("b".into())).unwrap();
        file.link(group, "b", &Link::Soft("/group/a".into())).unwrap();
    });
    let error = root.get("group/a").unwrap_err();
    assert!(error.is_file_fault() && error.path() == Some("/group"), "{error}");
    let text = error.to_string();
    assert!(text.contains("\"a\"") || text.contains("\"b\""), "{text}");
    assert!(text.len() < 200, "{text}");
}
