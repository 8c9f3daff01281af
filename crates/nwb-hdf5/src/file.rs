//! A file that is open for reading.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nwb_model::backend::{Address, Backend, Chunk, DatasetInfo, Node, RawChunk, Store, Surroundings};
use nwb_model::batch::{self, How, Wanted};
use nwb_model::selection::Region;
#[cfg(feature = "mmap")]
use nwb_model::value::Bytes;
use nwb_model::value::{Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use crate::direct::Direct;
use crate::place::{Permit, Place, Policy};
use crate::read::{self, Elements, OpenDataset, buffer};
use crate::sys::error::Cause;
use crate::sys::file::FileId;
use crate::sys::object::Object;
use crate::write::NewFile;
use crate::{facts, platform};

/// Datasets that are kept open, with the chunks that the library has decoded, for the next part to be read.
const KEPT_OPEN: usize = 4;

/// The backend. It owns the one identifier of the file.
#[derive(Debug)]
pub(crate) struct File {
    // Dropped before the file that they are of.
    datasets: Mutex<Vec<(Address, Arc<OpenDataset>)>>,
    elements: Elements,
    id: FileId,
    root: Address,
    path: PathBuf,
    place: Place,
    /// In bytes, when it was opened.
    size: u64,
    label: String,
    /// Of a file that a link has opened.
    _permit: Option<Permit>,
    /// The file as it was when it was opened.
    identity: Option<platform::Identity>,
}

impl File {
    pub(crate) fn open(path: &Path, policy: Arc<Policy>) -> Result<Self> {
        let label = path.display().to_string();
        let facts = facts(path)?;
        Self::open_checked(path, &label, facts.size, policy).map_err(|error| error.in_file(label))
    }

    /// Opens a file that a link leads to.
    pub(crate) fn open_linked(path: &Path, permit: Permit, policy: &Arc<Policy>) -> Result<Self> {
        Ok(Self { _permit: Some(permit), ..Self::open(path, Arc::clone(policy))? })
    }

    fn open_checked(path: &Path, label: &str, size: u64, policy: Arc<Policy>) -> Result<Self> {
        let damaged = |cause: Cause| {
            if cause.says("truncated file") {
                Error::new(ErrorKind::Malformed, "the file is cut short: its end is missing")
                    .found(format!("{size} bytes"))
                    .remedy("copy it again from where it came")
            } else if cause.says("unable to lock file") {
                cause
                    .into_error(ErrorKind::Io, "the file is locked by somebody who writes to it")
                    .remedy("wait until that program is done")
            } else if cause.says("family driver should be used") {
                Error::new(ErrorKind::Unsupported, "the file is the first part of an HDF5 file that is kept in several")
                    .remedy("join the parts with h5repart, the tool of HDF5 for it")
            } else {
                cause.into_error(ErrorKind::Malformed, "the file begins as HDF5 but cannot be opened: it is damaged")
            }
        };
        let identity = platform::identity(path);
        let id = FileId::open(&platform::c_path(path)?).map_err(damaged)?;
        let root = Object::root(&id).and_then(|root| root.address()).map_err(damaged)?;
        Ok(Self {
            datasets: Mutex::new(Vec::new()),
            elements: Elements::new(policy.reading),
            id,
            root: Address(root),
            path: path.to_path_buf(),
            place: Place::new(path, policy),
            size,
            _permit: None,
            label: label.into(),
            identity,
        })
    }

    /// The dataset, opened now or lately.
    fn dataset(&self, address: Address) -> Result<Arc<OpenDataset>> {
        if let Some(open) = self.kept(address) {
            return Ok(open);
        }
        let open = Arc::new(OpenDataset::open(&self.id, &self.place, address)?);
        let mut kept = self.datasets.lock().unwrap_or_else(PoisonError::into_inner);
        let dropped = if kept.len() >= KEPT_OPEN { Some(kept.remove(0)) } else { None };
        kept.push((address, Arc::clone(&open)));
        drop(kept);
        // Closing waits for the library's lock, which another reader may hold for long.
        drop(dropped);
        Ok(open)
    }

    /// How the elements are read without the library, where they can be.
    fn direct(&self, address: Address) -> Result<Option<Arc<Direct>>> {
        self.elements.direct(&self.id, &self.path, address, || Ok(self.dataset(address)?.direct(address)))
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
        let Some(direct) = self.direct(address)? else { return Ok(None) };
        let open = self.dataset(address)?;
        let shape = match open.shape()? {
            Shape::Simple(_) => Shape::Simple(region.shape()),
            other => other,
        };
        if !direct.has_plain_elements() {
            let library = || open.read(&self.id, region);
            return self.elements.read_value(&direct, region, shape, library).map(Some);
        }
        let size = usize::try_from(region.len()).ok().and_then(|len| len.checked_mul(open.dtype().size()));
        let bytes = buffer::filled(size.unwrap_or(usize::MAX), |out| {
            if out.len() >= buffer::LARGE {
                platform::prefer_huge_pages(out);
            }
            self.read_into(address, region, out)
        })?;
        Value::from_parts(open.dtype().clone(), shape, bytes, None).map(Some)
    }

    fn kept(&self, address: Address) -> Option<Arc<OpenDataset>> {
        let mut kept = self.datasets.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(other, _)| *other == address)?;
        let found = kept.remove(at);
        let open = Arc::clone(&found.1);
        kept.push(found);
        Some(open)
    }
}

impl Backend for File {
    fn store(&self) -> Result<Box<dyn Store>> {
        let gone = || Error::new(ErrorKind::Conflict, "the file is not there any more").in_file(&self.label);
        Ok(Box::new(NewFile::replacing(&self.path, self.identity.ok_or_else(gone)?, Arc::clone(self.place.policy()))))
    }

    fn label(&self) -> &str {
        &self.label
    }

    fn root(&self) -> Address {
        self.root
    }

    fn node(&self, object: Address) -> Result<Node> {
        read::node(&self.id, object).map_err(|error| error.in_file(&self.label))
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        let inner = || match self.value(dataset, region)? {
            Some(value) => Ok(value),
            None => {
                self.elements.check_library()?;
                self.dataset(dataset)?.read(&self.id, region)
            }
        };
        inner().map_err(|error| error.in_file(&self.label))
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        let mut parts = [Wanted { picks: region.into(), out }];
        self.parts(dataset, &mut parts, How::default(), &mut |parts| match parts {
            [Wanted { out, .. }] => self.dataset(dataset)?.read_into(region, out),
            _ => Ok(()),
        })
    }

    fn read_batch(&self, dataset: Address, info: &DatasetInfo, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        self.parts(dataset, parts, how, &mut |parts| {
            let mut read = |region: &Region, out: &mut [u8]| self.dataset(dataset)?.read_into(region, out);
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
