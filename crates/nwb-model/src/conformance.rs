//! What every backend has to do: cases to run against one, and arbitrary trees to send through it.
//!
//! ```
//! use nwb_model::conformance::{Existing, Place, Subject, run};
//! use nwb_model::memory::Memory;
//!
//! let subject = Subject {
//!     place: &|name| {
//!         let memory = Memory::new(name);
//!         let written = memory.clone();
//!         let missing = || nwb_model::Error::new(nwb_model::ErrorKind::Io, "nothing was written");
//!         Place { store: Box::new(memory), open: Box::new(move || written.open().ok_or_else(missing)) }
//!     },
//!     existing: Existing::Replaced,
//! };
//! for outcome in run(&subject) {
//!     println!("{outcome}");
//! }
//! ```

pub mod arbitrary;
mod batches;
mod elements;
mod lifecycle;
mod objects;
pub mod sample;
mod storage;
mod stored;
pub mod tree;

use std::fmt;
use std::sync::Arc;

use crate::backend::{Address, Attribute, Backend, DatasetInfo, NodeKind, Store, Transaction};
use crate::error::{Error, Result};
use crate::selection::Region;
use crate::value::Value;

/// What is tested.
pub struct Subject<'a> {
    /// Makes a place of that name where nothing is yet. Names are plain words, and no two cases use the same.
    pub place: &'a dyn Fn(&str) -> Place,
    /// What happens when something was written there already.
    pub existing: Existing,
}

/// A place where a file can be written, and opened once it is there.
pub struct Place {
    /// Where it is written.
    pub store: Box<dyn Store>,
    /// Opens what was written; an error when there is nothing.
    pub open: Box<dyn Fn() -> Result<Arc<dyn Backend>>>,
}

/// What a second transaction in the same place does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It fails, at the latest on commit, and the first file stays.
    Refused,
    /// Its file takes the place of the first one, which stays readable where it is open.
    Replaced,
}

/// Why a case was not passed.
#[derive(Clone, Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure for a reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(format!("an error came up: {error:?}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// The result of a case, or of a step of one.
pub type Verdict<T = ()> = Result<T, Failure>;

/// One thing that a backend has to do.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What it is about.
    pub name: &'static str,
    run: fn(&Subject<'_>) -> Verdict,
}

impl Case {
    /// Runs it.
    ///
    /// # Errors
    /// When the backend does not pass.
    pub fn run(&self, subject: &Subject<'_>) -> Verdict {
        (self.run)(subject)
    }
}

/// A case and how it went.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The case's name.
    pub case: &'static str,
    /// How it went.
    pub verdict: Verdict,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.verdict {
            Ok(()) => write!(f, "passed  {}", self.case),
            Err(failure) => write!(f, "FAILED  {}: {failure}", self.case),
        }
    }
}

/// Every case, the simple ones first.
#[must_use]
pub fn cases() -> Vec<Case> {
    [lifecycle::CASES, objects::CASES, elements::CASES, storage::CASES, batches::CASES, stored::CASES].concat()
}

/// Runs every case.
#[must_use]
pub fn run(subject: &Subject<'_>) -> Vec<Outcome> {
    cases().into_iter().map(|case| Outcome { case: case.name, verdict: case.run(subject) }).collect()
}

/// A failure unless the condition holds.
fn check(holds: bool, reason: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Failure(reason())) }
}

/// A failure unless both are equal.
fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Verdict {
    check(found == expected, || format!("{what}: expected {expected:?}, found {found:?}"))
}

/// A failure unless it was refused, and by the request's own fault or a limit.
fn refused<T>(what: &str, outcome: Result<T>) -> Verdict<Error> {
    match outcome {
        Ok(_) => Err(Failure(format!("{what} should have been refused"))),
        Err(error) if error.is_caller_fault() || error.is_limit() => Ok(error),
        Err(error) => Err(Failure(format!("{what} was refused, but not as the request's fault: {error:?}"))),
    }
}

/// An attribute without a named type.
fn attribute(name: &str, value: Value) -> Attribute {
    Attribute { name: name.into(), value, named_type: None }
}

/// Makes a dataset that is just this value.
fn dataset(file: &mut dyn Transaction, parent: Address, name: &str, value: &Value) -> Verdict<Address> {
    let made = file.create_dataset(parent, name, &DatasetInfo::new(value.dtype().clone(), value.shape().clone()))?;
    file.write(made, &Region::all(value.shape().dims()), value)?;
    Ok(made)
}

/// The object behind a hard link of the root group.
fn child(file: &dyn Backend, name: &str) -> Verdict<Address> {
    use crate::backend::Link;
    let NodeKind::Group(links) = file.node(file.root())?.kind else {
        return Err(Failure("the root is no group".into()));
    };
    match links.into_iter().find(|(found, _)| found == name) {
        Some((_, Link::Hard(address))) => Ok(address),
        other => Err(Failure(format!("no object is named {name:?}, but {other:?}"))),
    }
}

/// What a dataset is.
fn info(file: &dyn Backend, dataset: Address) -> Verdict<DatasetInfo> {
    match file.node(dataset)?.kind {
        NodeKind::Dataset(info) => Ok(*info),
        other => Err(Failure(format!("not a dataset, but {other:?}"))),
    }
}

/// All elements of a dataset.
fn all(file: &dyn Backend, dataset: Address) -> Verdict<Value> {
    Ok(file.read(dataset, &Region::all(info(file, dataset)?.shape.dims()))?)
}
