//! What is known of a file, and of the files that its links lead to.

use std::collections::HashMap;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::backend::{Address, Backend, Location, Node, Surroundings};
use crate::catalog::FileTypes;
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// A file and all files that external links lead to, from it and from each other, as they are at one time. Each is opened when a
/// link to it is first followed, and that once, whatever it is called.
///
/// It owns them all, and objects own it: so files whose links run in a circle are closed like any others.
pub(crate) struct Family {
    first: Snapshot,
    others: boxcar::Vec<Snapshot>,
    /// Which file lies where, among those that were asked for.
    places: Mutex<HashMap<Location, Result<FileIndex>>>,
}

/// The number of a file in its family: 0 for the one that was opened first.
pub(super) type FileIndex = usize;

impl Family {
    pub(super) fn of(backend: Arc<dyn Backend>) -> Arc<Self> {
        let first = Snapshot::new(backend);
        let places = first.surroundings.iter().map(|around| (around.location(), Ok(0))).collect();
        Arc::new(Self { first, others: boxcar::Vec::new(), places: Mutex::new(places) })
    }

    pub(super) fn file(&self, index: FileIndex) -> &Snapshot {
        index.checked_sub(1).and_then(|index| self.others.get(index)).unwrap_or(&self.first)
    }

    /// The file to which the name in an external link of another file leads.
    pub(super) fn external(&self, from: FileIndex, name: &str) -> Result<FileIndex> {
        let from = self.file(from);
        let mut known = from.linked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(name) {
            return found.clone();
        }
        let found = self.open(from, name);
        known.insert(name.to_owned(), found.clone());
        found
    }

    fn open(&self, from: &Snapshot, name: &str) -> Result<FileIndex> {
        let around = from.surroundings.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "this file knows of no other files").in_file(from.backend.label())
        })?;
        let location = around.locate(name);
        // One at a time: else two links to one file could open it twice.
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = places.get(&location) {
            return found.clone();
        }
        let opened = around.open(&location).map(|backend| self.others.push(Snapshot::new(backend)) + 1);
        places.insert(location, opened.clone());
        opened
    }
}

/// The state of one file. Nodes are numbered, and a node's number never changes.
pub(super) struct Snapshot {
    pub(super) backend: Arc<dyn Backend>,
    pub(super) nodes: boxcar::Vec<Cell>,
    by_address: Mutex<HashMap<Address, usize>>,
    surroundings: Option<Arc<dyn Surroundings>>,
    /// Files by their names in external links.
    linked: Mutex<HashMap<String, Result<FileIndex>>>,
    /// Names of all objects that hard links lead to, filled by one walk.
    pub(super) names: OnceLock<()>,
    pub(super) types: FileTypes,
}

/// What is known of one object so far.
pub(super) struct Cell {
    pub(super) address: Address,
    /// The group and name through which it was first reached.
    pub(super) place: OnceLock<Place>,
    pub(super) node: OnceLock<Result<Node>>,
    /// How many names of it were asked for before it was read.
    pub(super) looked_up: AtomicU8,
    /// All elements of a small dataset, read as if it were an attribute.
    pub(super) value: OnceLock<Result<Value>>,
}

pub(super) struct Place {
    pub(super) parent: Option<usize>,
    pub(super) name: Box<str>,
    /// Put together when it is asked for: in deep files paths are much longer than names.
    pub(super) path: OnceLock<Box<str>>,
}

impl Snapshot {
    fn new(backend: Arc<dyn Backend>) -> Self {
        let snapshot = Self {
            nodes: boxcar::Vec::new(),
            by_address: Mutex::default(),
            surroundings: backend.surroundings(),
            linked: Mutex::default(),
            names: OnceLock::new(),
            types: FileTypes::new(),
            backend,
        };
        let root = snapshot.index_of(snapshot.backend.root());
        snapshot.place(root, None, "");
        snapshot
    }

    pub(super) fn index_of(&self, address: Address) -> usize {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        *by_address.entry(address).or_insert_with(|| {
            self.nodes.push(Cell {
                address,
                place: OnceLock::new(),
                node: OnceLock::new(),
                looked_up: AtomicU8::new(0),
                value: OnceLock::new(),
            })
        })
    }

    pub(super) fn place(&self, index: usize, parent: Option<usize>, name: &str) {
        if let Some(cell) = self.nodes.get(index) {
            cell.place.get_or_init(|| Place { parent, name: name.into(), path: OnceLock::new() });
        }
    }
}
