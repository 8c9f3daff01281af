//! A sound file has no findings; with any one required thing deleted, of another type or led elsewhere, it has just that one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use nwb_model::backend::{Address, Attribute, Backend, Chunk, Link, Node, NodeKind};
use nwb_model::diagnosis::Severity;
use nwb_model::edit::{Edit, EditOptions, ObjectIds};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::mock::Mock;
use nwb_model::selection::Region;
use nwb_model::tree::{Kind, Object};
use nwb_model::value::Value;
use nwb_model::{Result, time::Timestamp};
use nwb_schema::spec::Dtype;
use nwb_schema::{Catalog, EffectiveAttribute, EffectiveType, Members, Slot, embedded};
use nwb_validate::{Options, Registry, Set, validate};

/// Types that no slot of an NWB file takes.
const WITHOUT_A_PLACE: [&str; 5] = ["CSRMatrix", "Container", "Data", "NWBData", "SimpleMultiContainer"];

/// What is changed in a file.
#[derive(Clone, Debug)]
enum Change {
    None,
    NoAttribute(Address, String),
    Attribute(Address, Attribute),
    NoMember(Address, String),
    Member(Address, String, Link),
}

/// A file with one change, and without its specs: those that are compiled in are the same.
#[derive(Debug)]
struct Changed {
    file: Arc<dyn Backend>,
    change: Change,
}

impl Backend for Changed {
    fn label(&self) -> &str {
        self.file.label()
    }

    fn root(&self) -> Address {
        self.file.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        let mut node = self.file.node(object)?;
        if object == self.root() {
            node.attributes.retain(|attribute| attribute.name != ".specloc");
            if let NodeKind::Group(links) = &mut node.kind {
                links.retain(|(name, _)| name != "specifications");
            }
        }
        match (&self.change, &mut node.kind) {
            (Change::NoAttribute(at, name), _) if *at == object => {
                node.attributes.retain(|attribute| attribute.name != *name);
            }
            (Change::Attribute(at, other), _) if *at == object => {
                node.attributes.iter_mut().filter(|one| one.name == other.name).for_each(|one| *one = other.clone());
            }
            (Change::NoMember(at, gone), NodeKind::Group(links)) if *at == object => {
                links.retain(|(name, _)| name != gone);
            }
            (Change::Member(at, changed, link), NodeKind::Group(links)) if *at == object => {
                links.iter_mut().filter(|(name, _)| name == changed).for_each(|(_, one)| *one = link.clone());
            }
            _ => {}
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

/// A file with an object of a type, and what that needs.
fn file_with(own: &EffectiveType, mut mock: Mock) -> Option<Arc<dyn Backend>> {
    let now = Timestamp::parse("2024-03-09T08:05:00-07:00").unwrap().zoned();
    let options =
        EditOptions { object_ids: ObjectIds::OfPath(nwb_model::uuid::Uuid::nil()), now, ..EditOptions::default() };
    let memory = Memory::new("mock");
    let mut edit = Edit::create(memory.clone(), "mock", mock.file().unwrap(), options).unwrap();
    if own.name() != "NWBFile" {
        mock.insert_named(&mut edit, own.namespace(), own.name()).ok()?;
    }
    edit.commit().unwrap();
    memory.open()
}

fn findings(file: &Arc<dyn Backend>, change: Change) -> Vec<String> {
    let file = File::from_backend(Arc::new(Changed { file: Arc::clone(file), change })).unwrap();
    let found = validate(&file, &Registry::standard(), &Options::default().only(Set::Schema));
    let told = found.iter().filter(|finding| finding.severity != Severity::Information);
    told.map(|finding| format!("{} {}", finding.code, finding.object)).collect()
}

fn files() -> Vec<(&'static EffectiveType, Arc<dyn Backend>)> {
    let types = embedded::catalog().types().filter(|own| !WITHOUT_A_PLACE.contains(&own.name()));
    types.map(|own| (own, file_with(own, Mock::new()).unwrap())).collect()
}

#[test]
fn sound_files_have_no_findings() {
    for (own, file) in files() {
        assert_eq!(findings(&file, Change::None), Vec::<String>::new(), "{}", own.name());
        for variant in 0..3 {
            let file = file_with(own, Mock::new().every_member().variant(variant)).unwrap();
            assert_eq!(findings(&file, Change::None), Vec::<String>::new(), "{} {variant}", own.name());
        }
    }
}

/// All changes of an object that break it, each with the one finding that is to come of it.
struct Faults<'c> {
    catalog: &'c Catalog,
    root: Object,
    made: Vec<(Change, String)>,
}

impl Faults<'_> {
    fn attributes(&mut self, at: &Object, attributes: &[Arc<EffectiveAttribute>]) {
        for asked in attributes.iter().filter(|asked| asked.required) {
            // The version says what kind of file it is at all; without it, it is none of NWB.
            let Some(value) = at.attribute(&asked.name).unwrap().filter(|_| asked.name != "nwb_version") else {
                continue;
            };
            let gone = Change::NoAttribute(at.address(), asked.name.clone());
            self.made.push((gone, format!("member.missing {}", at.path())));
            if let Some(Dtype::Reference { .. }) = &asked.dtype {
                let elsewhere = attribute(&asked.name, Value::reference(self.root.address()));
                self.made
                    .push((Change::Attribute(at.address(), elsewhere), format!("reference.wrong-type {}", at.path())));
            } else if !value.is_empty() {
                // A list of none is written with any type.
                let other = attribute(&asked.name, of_another_type(value));
                self.made.push((Change::Attribute(at.address(), other), format!("value.dtype {}", at.path())));
            }
        }
    }

    fn members(&mut self, at: &Object, members: &Members) {
        self.attributes(at, &members.attributes);
        for slot in members.slots() {
            let children: Vec<(String, Object)> = at
                .links()
                .unwrap()
                .iter()
                .map(|(name, _)| (name.clone(), at.child(name).unwrap().unwrap()))
                .filter(|(name, child)| match slot.name() {
                    Some(asked) => asked == name,
                    None => slot.type_name().is_some_and(|asked| child.is_a(asked.namespace(), asked.name()).unwrap()),
                })
                .collect();
            let [(name, child)] = children.as_slice() else { continue };
            let is_typed = slot.type_name().is_some();
            if slot.quantity().is_required() {
                let gone = Change::NoMember(at.address(), name.clone());
                self.made.push((gone, format!("member.missing {}", at.path())));
                let expected = format!("member.wrong-type {}", at.path());
                match slot {
                    Slot::Link(_) => {
                        let elsewhere = Change::Member(at.address(), name.clone(), Link::Soft("/".into()));
                        self.made.push((elsewhere, expected));
                    }
                    // Some slots take every dataset with a type.
                    _ if slot.type_name().is_some_and(|asked| asked.name() != "Data") => {
                        let other = if child.kind().unwrap() == Kind::Group { "Device" } else { "NWBData" };
                        let other = attribute("neurodata_type", Value::text(other));
                        self.made.push((Change::Attribute(child.address(), other), expected));
                    }
                    _ => {}
                }
            }
            match slot {
                Slot::Dataset(dataset) if !is_typed => self.attributes(child, &dataset.attributes),
                Slot::Group(group) if !is_typed => self.members(child, self.catalog.members(group)),
                _ => {}
            }
        }
    }
}

#[test]
fn one_fault_is_one_finding() {
    let catalog = embedded::catalog();
    let mut wrong = BTreeSet::new();
    let mut count = 0;
    for (own, file) in files() {
        let root = Object::root_of(Arc::new(Changed { file: Arc::clone(&file), change: Change::None }));
        let objects = root.descendants().unwrap();
        let is_own = |object: &&Object| object.type_name().unwrap() == Some((own.namespace(), own.name()));
        let Some(object) = objects.iter().find(is_own) else { continue };
        let mut faults = Faults { catalog, root: root.clone(), made: Vec::new() };
        match own.dataset() {
            Some(dataset) => faults.attributes(object, &dataset.attributes),
            None => faults.members(object, own.members()),
        }
        for (change, expected) in faults.made {
            count += 1;
            let found = findings(&file, change.clone());
            if found != [expected.clone()] {
                wrong.insert(format!("{}: {change:?}\n    expected {expected}\n    found {found:?}", own.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(count > 500, "there are only {count} faults");
}

/// As many elements of another type.
fn of_another_type(value: &Value) -> Value {
    let flat = if value.dtype().is_text() {
        Value::vector(vec![1.5f64; value.len()])
    } else {
        Value::texts(vec!["no number"; value.len()])
    };
    flat.reshaped(value.shape().clone()).unwrap()
}

fn attribute(name: &str, value: Value) -> Attribute {
    Attribute { name: name.into(), value, named_type: None }
}
