//! The in-memory backend passes the suite that every backend has to pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use nwb_model::conformance::{Existing, Place, Subject, arbitrary, cases, run};
use nwb_model::memory::Memory;
use nwb_model::{Error, ErrorKind};

fn place(name: &str) -> Place {
    let memory = Memory::new(name);
    let written = memory.clone();
    let missing = || Error::new(ErrorKind::Io, "nothing was written");
    Place { store: Box::new(memory), open: Box::new(move || written.open().ok_or_else(missing)) }
}

const SUBJECT: Subject<'static> = Subject { place: &place, existing: Existing::Replaced };

#[test]
fn passes_the_suite() {
    let mut failed = 0;
    for outcome in run(&SUBJECT) {
        println!("{outcome}");
        failed += usize::from(outcome.verdict.is_err());
    }
    assert_eq!(failed, 0, "of {} cases", cases().len());
}

#[test]
fn arbitrary_trees_come_back_as_they_were() {
    let census = arbitrary::round_trips(&SUBJECT, 256).unwrap_or_else(|failure| panic!("{failure}"));
    for (kind, count) in census {
        println!("{count:6} {kind}");
    }
}
