//! A sound file has no findings, and all of it can be read; with any one thing deleted, of another type or shape, or led elsewhere, it
//! has just that one. Where nothing is told, all of the file can be read through every accessor.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod changed;
mod content;
mod faults;
mod oracle;
mod reading;
mod reads;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use changed::{Change, Changed};
use faults::{Fault, Faults};
use nwb_model::backend::Backend;
use nwb_model::diagnosis::Severity;
use nwb_model::edit::{Edit, EditOptions, ObjectIds};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::mock::Mock;
use nwb_model::time::Timestamp;
use nwb_model::tree::Object;
use nwb_schema::{EffectiveType, embedded};
use nwb_validate::{Options, Registry, Set, validate};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

/// Types that no slot of an NWB file takes.
const WITHOUT_A_PLACE: [&str; 5] = ["CSRMatrix", "Container", "Data", "NWBData", "SimpleMultiContainer"];

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

fn changed(file: &Arc<dyn Backend>, changes: Vec<Change>) -> File {
    File::from_backend(Arc::new(Changed { file: Arc::clone(file), changes })).unwrap()
}

fn findings(file: &File) -> Vec<String> {
    let found = validate(file, &Registry::standard(), &Options::default().only(Set::Schema));
    let told = found.iter().filter(|finding| finding.severity != Severity::Information);
    told.map(|finding| format!("{} {}", finding.code, finding.object)).collect()
}

fn types() -> impl Iterator<Item = &'static EffectiveType> {
    embedded::catalog().types().filter(|own| !WITHOUT_A_PLACE.contains(&own.name()))
}

#[test]
fn sound_files_have_no_findings() {
    for own in types() {
        let mut mocks = vec![Mock::new()];
        mocks.extend((0..3).map(|variant| Mock::new().every_member().variant(variant)));
        for (number, mock) in mocks.into_iter().enumerate() {
            let file = changed(&file_with(own, mock).unwrap(), Vec::new());
            assert_eq!(findings(&file), Vec::<String>::new(), "{} {number}", own.name());
            assert_eq!(reading::failures(&file), Vec::<String>::new(), "{} {number}", own.name());
        }
    }
}

/// What is told, and rightly, of another object too: the meanings of a column lead to what has no name any more.
fn follows(found: &str) -> bool {
    found.starts_with("reference.dangling ") && found.contains("/meanings_tables/")
}

/// What came of the faults of one type.
#[derive(Default)]
struct Told {
    count: usize,
    otherwise: BTreeSet<String>,
    unread: BTreeSet<String>,
}

impl Told {
    fn look(&mut self, file: &Arc<dyn Backend>, fault: &Fault) {
        self.count += 1;
        let file = changed(file, vec![fault.change.clone()]);
        let mut found = findings(&file);
        if found.len() > 1 {
            found.retain(|found| !follows(found));
        }
        if let Some(expected) = &fault.expected
            && found != [expected.clone()]
        {
            self.otherwise.insert(format!("{}\n    expected {expected}\n    found {found:?}", fault.what));
        }
        if found.is_empty() {
            let failed = reading::failures(&file);
            if !failed.is_empty() {
                self.unread.insert(format!("{}\n    {failed:?}", fault.what));
            }
        }
    }

    fn with(mut self, other: Self) -> Self {
        self.count += other.count;
        self.otherwise.extend(other.otherwise);
        self.unread.extend(other.unread);
        self
    }
}

/// All faults of all types, each with the file that it is of.
fn all_faults() -> Vec<(Arc<dyn Backend>, Fault)> {
    let mut seen = HashSet::new();
    let mut work = Vec::new();
    for own in types() {
        for (number, mock) in [Mock::new().every_member(), Mock::new()].into_iter().enumerate() {
            let file = file_with(own, mock).unwrap();
            let root = Object::root_of(Arc::new(Changed { file: Arc::clone(&file), changes: Vec::new() }));
            let objects = root.descendants().unwrap();
            let is_own = |object: &&Object| object.type_name().unwrap() == Some((own.namespace(), own.name()));
            let Some(object) = objects.iter().find(is_own) else { continue };
            let mut faults = Faults::new(embedded::catalog(), root.clone());
            faults.of(own, object, &mut seen);
            // What is there with every member too, was broken there.
            let is_bare = own.kind() == nwb_schema::Kind::Group && number == 1;
            let made = faults.made.into_iter().filter(|fault| !is_bare || fault.is_of("member.missing"));
            work.extend(made.map(|fault| (Arc::clone(&file), fault)));
        }
    }
    work
}

/// Faults that meet in a file do no harm: where nothing is told of them, all of it can be read.
#[test]
fn many_faults_do_no_harm() {
    let work = all_faults();
    let mut at = 0;
    for step in (1..9).cycle().take(200) {
        // Neighbours are faults of one file, as a rule, and of different parts of it.
        at = (at + 7919) % work.len();
        let (file, _) = &work[at];
        let with: Vec<&Fault> = (0..6)
            .filter_map(|number| work.get(at + number * step))
            .filter(|(other, _)| Arc::ptr_eq(file, other))
            .map(|(_, fault)| fault)
            .collect();
        let file = changed(file, with.iter().map(|fault| fault.change.clone()).collect());
        let found = findings(&file);
        let what: Vec<&str> = with.iter().map(|fault| fault.what.as_str()).collect();
        if found.is_empty() {
            assert_eq!(reading::failures(&file), Vec::<String>::new(), "{what:?}");
        }
    }
}

#[test]
fn each_object_is_told_of() {
    let own = types().find(|own| own.name() == "TwoPhotonSeries").unwrap();
    let file = file_with(own, Mock::new().every_member()).unwrap();
    let root = Object::root_of(Arc::new(Changed { file: Arc::clone(&file), changes: Vec::new() }));
    let objects = root.descendants().unwrap();
    let typed: Vec<&Object> = objects.iter().filter(|object| object.type_name().unwrap().is_some()).collect();
    let changes = typed.iter().map(|object| Change::NoAttribute(object.address(), "object_id".into())).collect();
    let expected: Vec<String> = typed.iter().map(|object| format!("object-id.missing {}", object.path())).collect();
    assert_eq!(findings(&changed(&file, changes)), expected);
    assert!(expected.len() > 4);
}

#[test]
fn one_fault_is_one_finding() {
    let work = all_faults();
    let told = work.par_iter().fold(Told::default, |mut told, (file, fault)| {
        told.look(file, fault);
        told
    });
    let told = told.reduce(Told::default, Told::with);
    let all = |of: &BTreeSet<String>| of.iter().cloned().collect::<Vec<_>>().join("\n");
    assert!(
        told.otherwise.is_empty() && told.unread.is_empty(),
        "of {}, {} told otherwise:\n{}\n{} cannot be read:\n{}",
        told.count,
        told.otherwise.len(),
        all(&told.otherwise),
        told.unread.len(),
        all(&told.unread)
    );
    assert!(told.count > 5000, "there are only {} faults", told.count);
}
