//! The backend passes the conformance suite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::path::Path;

use nwb_hdf5::{NewFile, Overwrite};
use nwb_model::conformance::{Existing, Place, Subject, arbitrary, cases};

fn place(folder: &Path, name: &str, overwrite: Overwrite) -> Place {
    let path = folder.join(format!("{name}.nwb"));
    let store = NewFile::new(&path).overwrite(overwrite);
    Place { store: Box::new(store), open: Box::new(move || nwb_hdf5::open(&path)) }
}

fn passes(overwrite: Overwrite, existing: Existing) {
    let folder = tempfile::tempdir().unwrap();
    let subject = Subject { place: &|name| place(folder.path(), name, overwrite), existing };
    let mut failed = 0;
    for outcome in nwb_model::conformance::run(&subject) {
        println!("{outcome}");
        failed += usize::from(outcome.verdict.is_err());
    }
    assert_eq!(failed, 0, "of {} cases", cases().len());
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with(".nwb"))
        .collect();
    assert!(left.is_empty(), "unfinished files are left: {left:?}");
}

#[test]
fn passes_the_suite_when_it_refuses_to_overwrite() {
    passes(Overwrite::No, Existing::Refused);
}

#[test]
fn passes_the_suite_when_it_may_overwrite() {
    passes(Overwrite::Yes, Existing::Replaced);
}

#[test]
fn arbitrary_trees_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let subject = Subject { place: &|name| place(folder.path(), name, Overwrite::Yes), existing: Existing::Replaced };
    let census = arbitrary::round_trips(&subject, 256).unwrap_or_else(|failure| panic!("{failure}"));
    for (kind, count) in census {
        println!("{count:6} {kind}");
    }
}
