//! Backends that are watched: which objects of a file are read, and a way to the backend of a file that was just written.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use nwb::model::backend::{
    Address, Attribute, Backend, Chunk, DatasetInfo, Link, Node, RawChunk, Store, Surroundings, Transaction,
};
use nwb::model::dtype::Dtype;
use nwb::model::selection::Region;
use nwb::{Result, Value};

/// A backend that notes what is asked of it.
#[derive(Debug)]
pub struct Recorded {
    inner: Arc<dyn Backend>,
    calls: Mutex<Calls>,
}

/// What was asked of a backend.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    /// Objects that were read, each once.
    pub nodes: BTreeSet<Address>,
    /// Names that were looked up in groups that had not been read.
    pub names: Vec<String>,
    /// Datasets of which elements were read, each once.
    pub elements: BTreeSet<Address>,
    /// How often objects, names or elements were read in all.
    pub reads: usize,
}

impl Recorded {
    /// Watches a backend.
    #[must_use]
    pub fn new(inner: Arc<dyn Backend>) -> Arc<Self> {
        Arc::new(Self { inner, calls: Mutex::default() })
    }

    /// What was asked since the last time, and forgets it.
    pub fn take(&self) -> Calls {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, note: impl FnOnce(&mut Calls)) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.reads += 1;
        note(&mut calls);
    }
}

impl Backend for Recorded {
    fn label(&self) -> &str {
        self.inner.label()
    }

    fn root(&self) -> Address {
        self.inner.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        self.note(|calls| {
            calls.nodes.insert(object);
        });
        self.inner.node(object)
    }

    fn look_up(&self, group: Address, name: &str) -> Option<Link> {
        self.note(|calls| calls.names.push(name.to_owned()));
        self.inner.look_up(group, name)
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        self.note(|calls| {
            calls.elements.insert(dataset);
        });
        self.inner.read(dataset, region)
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        self.note(|calls| {
            calls.elements.insert(dataset);
        });
        self.inner.read_into(dataset, region, out)
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        self.note(|calls| {
            calls.elements.insert(dataset);
        });
        self.inner.chunks(dataset)
    }

    fn has_raw_chunks(&self, dataset: Address) -> bool {
        self.inner.has_raw_chunks(dataset)
    }

    fn raw_chunk(&self, dataset: Address, offset: &[u64]) -> Result<RawChunk> {
        self.note(|calls| {
            calls.elements.insert(dataset);
        });
        self.inner.raw_chunk(dataset, offset)
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        self.inner.surroundings()
    }

    fn store(&self) -> Result<Box<dyn Store>> {
        self.inner.store()
    }
}

/// A store that keeps the backend of what was last committed to it.
#[derive(Debug)]
pub struct Kept<S> {
    inner: S,
    committed: Arc<Mutex<Option<Arc<dyn Backend>>>>,
}

impl<S: Store> Kept<S> {
    /// Writes to that store.
    pub fn new(inner: S) -> Self {
        Self { inner, committed: Arc::default() }
    }

    /// The backend of what was committed last.
    #[must_use]
    pub fn backend(&self) -> Option<Arc<dyn Backend>> {
        self.committed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S: Store> Store for Kept<S> {
    fn begin(&self) -> Result<Box<dyn Transaction>> {
        Ok(Box::new(KeptTransaction { inner: self.inner.begin()?, committed: Arc::clone(&self.committed) }))
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        self.inner.surroundings()
    }
}

struct KeptTransaction {
    inner: Box<dyn Transaction>,
    committed: Arc<Mutex<Option<Arc<dyn Backend>>>>,
}

impl Transaction for KeptTransaction {
    fn root(&self) -> Address {
        self.inner.root()
    }

    fn create_group(&mut self, parent: Address, name: &str) -> Result<Address> {
        self.inner.create_group(parent, name)
    }

    fn create_dataset(&mut self, parent: Address, name: &str, info: &DatasetInfo) -> Result<Address> {
        self.inner.create_dataset(parent, name, info)
    }

    fn create_raw_dataset(&mut self, parent: Address, name: &str, info: &DatasetInfo) -> Result<Option<Address>> {
        self.inner.create_raw_dataset(parent, name, info)
    }

    fn write_raw_chunk(&mut self, dataset: Address, offset: &[u64], chunk: &RawChunk) -> Result<()> {
        self.inner.write_raw_chunk(dataset, offset, chunk)
    }

    fn create_datatype(&mut self, parent: Address, name: &str, dtype: &Dtype) -> Result<Address> {
        self.inner.create_datatype(parent, name, dtype)
    }

    fn link(&mut self, parent: Address, name: &str, link: &Link) -> Result<()> {
        self.inner.link(parent, name, link)
    }

    fn set_attribute(&mut self, object: Address, attribute: &Attribute) -> Result<()> {
        self.inner.set_attribute(object, attribute)
    }

    fn write(&mut self, dataset: Address, region: &Region, value: &Value) -> Result<()> {
        self.inner.write(dataset, region, value)
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        self.inner.surroundings()
    }

    fn commit_checked(
        self: Box<Self>,
        check: &mut dyn FnMut(&Arc<dyn Backend>) -> Result<()>,
    ) -> Result<Arc<dyn Backend>> {
        let backend = self.inner.commit_checked(check)?;
        *self.committed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&backend));
        Ok(backend)
    }
}
