//! A file that is open for reading.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nwb_model::backend::{Address, Backend, Chunk, DatasetInfo, Link, Node, RawChunk, Store, Surroundings};
use nwb_model::batch::{self, How, Wanted};
use nwb_model::selection::Region;
#[cfg(feature = "mmap")]
use nwb_model::value::Bytes;
use nwb_model::value::{Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use crate::direct::Direct;
use crate::metadata::Objects;
use crate::place::{Permit, Place, Policy};
use crate::read::{Elements, OpenDataset, buffer};
use crate::write::NewFile;
use crate::{FileFacts, facts, platform};

/// The backend. It owns the one identifier of the file.
#[derive(Debug)]
pub(crate) struct File {
    objects: Objects,
    elements: Elements,
    /// The file as it was when it was opened, whatever happens to its name.
    handle: Arc<std::fs::File>,
    path: PathBuf,
    place: Place,
    /// In bytes, when it was opened.
    size: u64,
    label: String,
    /// Of a file that a link has opened.
    _permit: Option<Permit>,
    identity: Option<platform::Identity>,
}

impl File {
    pub(crate) fn open(path: &Path, policy: Arc<Policy>) -> Result<Self> {
        let label = path.display().to_string();
        let facts = facts(path)?;
        Self::open_checked(path, &label, facts, policy).map_err(|error| error.in_file(label))
    }

    /// Opens a file that a link leads to.
    pub(crate) fn open_linked(path: &Path, permit: Permit, policy: &Arc<Policy>) -> Result<Self> {
        Ok(Self { _permit: Some(permit), ..Self::open(path, Arc::clone(policy))? })
    }

    fn open_checked(path: &Path, label: &str, facts: FileFacts, policy: Arc<Policy>) -> Result<Self> {
        let system = |source| Error::new(ErrorKind::Io, "the file cannot be read").caused_by(source);
        let handle = Arc::new(std::fs::File::open(path).map_err(system)?);
        let identity = platform::identity_of(&handle.metadata().map_err(system)?);
        let (reading, place) = (policy.reading, Place::new(path, policy));
        Ok(Self {
            objects: Objects::open(path, &handle, facts.user_block, place.clone())?,
            elements: Elements::new(reading),
            handle,
            path: path.to_path_buf(),
            place,
            size: facts.size,
            _permit: None,
            label: label.into(),
            identity: Some(identity),
        })
    }

    fn read_by_library(&self, dataset: Address, region: &Region) -> Result<Value> {
        self.dataset(dataset)?.read(self.objects.library().id()?, region)
    }

    /// The dataset, opened by the library.
    fn dataset(&self, address: Address) -> Result<Arc<OpenDataset>> {
        self.objects.library().dataset(address)
    }

    /// How the elements are read without the library, where they can be.
    fn direct(&self, address: Address) -> Result<Option<Arc<Direct>>> {
        self.elements.direct(&self.handle, &self.objects, address, || self.objects.direct(address))
    }

    /// Reads parts of a dataset the fastest way, or as the file was opened to.
    fn parts(
        &self,
        address: Address,
        parts: &mut [Wanted<'_>],
        how: How<'_>,
        library: &mut dyn FnMut(&mut [Wanted<'_>]) -> Result<()>,
    ) -> Result<()> {
        let direct = self.direct(address).map(|direct| direct.filter(|direct| direct.has_plain_elements()));
        direct
            .and_then(|direct| self.elements.read(direct.as_deref(), parts, how, library))
            .map_err(|error| error.in_file(&self.label))
    }

    /// Elements as a value, without the library.
    fn value(&self, address: Address, region: &Region) -> Result<Option<Value>> {
        if self.elements.may_be_few()
            && let Some(value) = self.objects.few(address, region)
        {
            return Ok(Some(value));
        }
        let Some(direct) = self.direct(address)? else { return Ok(None) };
        let (dtype, shape) = match self.objects.info(address) {
            Some(info) => (info.dtype, info.shape),
            None => {
                let open = self.dataset(address)?;
                (open.dtype().clone(), open.shape()?)
            }
        };
        let shape = match shape {
            Shape::Simple(_) => Shape::Simple(region.shape()),
            other => other,
        };
        if !direct.has_plain_elements() {
            let library = || self.read_by_library(address, region);
            return self.elements.read_value(&direct, region, shape, library).map(Some);
        }
        let size = usize::try_from(region.len()).ok().and_then(|len| len.checked_mul(dtype.size()));
        let bytes = buffer::filled(size.unwrap_or(usize::MAX), |out| {
            if out.len() >= buffer::LARGE {
                platform::prefer_huge_pages(out);
            }
            self.read_into(address, region, out)
        })?;
        Value::from_parts(dtype, shape, bytes, None).map(Some)
    }
}

impl Backend for File {
    fn store(&self) -> Result<Box<dyn Store>> {
        // What is committed may replace the file, and only what is open can be read then. Should this fail, reading it will say so.
        drop(self.objects.library().id());
        let gone = || Error::new(ErrorKind::Conflict, "the file is not there any more").in_file(&self.label);
        Ok(Box::new(NewFile::replacing(&self.path, self.identity.ok_or_else(gone)?, Arc::clone(self.place.policy()))))
    }

    fn label(&self) -> &str {
        &self.label
    }

    fn root(&self) -> Address {
        self.objects.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        self.objects.node(object).map_err(|error| error.in_file(&self.label))
    }

    fn look_up(&self, group: Address, name: &str) -> Option<Link> {
        self.objects.look_up(group, name)
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        let inner = || match self.value(dataset, region)? {
            Some(value) => Ok(value),
            None => {
                self.elements.check_library()?;
                self.read_by_library(dataset, region)
            }
        };
        inner().map_err(|error| error.in_file(&self.label))
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        let mut parts = [Wanted { picks: region.into(), out }];
        self.parts(dataset, &mut parts, How::default(), &mut |parts| match parts {
            [Wanted { out, .. }] => self.dataset(dataset)?.read_into(self.objects.library().id()?, region, out),
            _ => Ok(()),
        })
    }

    fn read_batch(&self, dataset: Address, info: &DatasetInfo, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        self.parts(dataset, parts, how, &mut |parts| {
            let library = self.objects.library();
            let mut read =
                |region: &Region, out: &mut [u8]| self.dataset(dataset)?.read_into(library.id()?, region, out);
            batch::one_by_one(info, parts, how, &mut read)
        })
    }

    fn prepare(&self, memory: &mut [u8]) {
        platform::prefer_huge_pages(memory);
    }

    #[cfg(feature = "mmap")]
    fn mapped(&self, dataset: Address) -> Result<Bytes> {
        let direct = self.direct(dataset).map(|direct| direct.filter(|direct| direct.has_plain_elements()));
        direct.and_then(|direct| self.elements.mapped(direct.as_deref())).map_err(|error| error.in_file(&self.label))
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        let open = self.dataset(dataset);
        open.and_then(|open| open.chunks()).map_err(|error| error.in_file(&self.label))
    }

    fn has_raw_chunks(&self, dataset: Address) -> bool {
        self.dataset(dataset).is_ok_and(|open| open.has_raw_chunks())
    }

    fn raw_chunk(&self, dataset: Address, offset: &[u64]) -> Result<RawChunk> {
        let open = self.dataset(dataset);
        open.and_then(|open| open.raw_chunk(offset, self.size)).map_err(|error| error.in_file(&self.label))
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        Some(Arc::new(self.place.clone()))
    }
}
