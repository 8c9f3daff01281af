//! A file that is open for reading.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nwb_model::backend::{Address, Backend, Chunk, Node, Store};
use nwb_model::selection::Region;
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

use crate::read::{self, OpenDataset};
use crate::sys::error::Cause;
use crate::sys::file::FileId;
use crate::sys::object::Object;
use crate::write::NewFile;
use crate::{facts, platform};

/// Datasets that are kept open, with the chunks that the library has decoded, for the next part to be read.
const KEPT_OPEN: usize = 4;

/// Opens an HDF5 file for reading.
///
/// This reads its superblock and root group, however large the file is. The file is locked against writers for as long as it
/// is open, where the file system has locks. The same file may be open more than once.
///
/// # Errors
/// When there is no such file, it is not HDF5, it is cut short or damaged, or somebody is writing to it.
///
/// ```
/// let error = nwb_hdf5::open("no such file.nwb").unwrap_err();
/// assert!(error.is_system(), "{error}");
/// ```
pub fn open(path: impl AsRef<Path>) -> Result<Arc<dyn Backend>> {
    Ok(Arc::new(File::open(path.as_ref())?))
}

/// The backend. It owns the one identifier of the file.
#[derive(Debug)]
pub(crate) struct File {
    // Dropped before the file that they are of.
    datasets: Mutex<Vec<(Address, Arc<OpenDataset>)>>,
    id: FileId,
    root: Address,
    path: PathBuf,
    label: String,
    /// The file as it was when it was opened.
    identity: Option<platform::Identity>,
}

impl File {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let label = path.display().to_string();
        let facts = facts(path)?;
        Self::open_checked(path, &label, facts.size).map_err(|error| error.in_file(label))
    }

    fn open_checked(path: &Path, label: &str, size: u64) -> Result<Self> {
        let damaged = |cause: Cause| {
            if cause.says("truncated file") {
                Error::new(ErrorKind::Malformed, "the file is cut short: its end is missing")
                    .found(format!("{size} bytes"))
                    .remedy("copy it again from where it came")
            } else if cause.says("unable to lock file") {
                cause
                    .into_error(ErrorKind::Io, "the file is locked by somebody who writes to it")
                    .remedy("wait until that program is done")
            } else {
                cause.into_error(ErrorKind::Malformed, "the file begins as HDF5 but cannot be opened: it is damaged")
            }
        };
        let identity = platform::identity(path);
        let id = FileId::open(&platform::c_path(path)?).map_err(damaged)?;
        let root = Object::root(&id).and_then(|root| root.address()).map_err(damaged)?;
        Ok(Self {
            datasets: Mutex::new(Vec::new()),
            id,
            root: Address(root),
            path: path.to_path_buf(),
            label: label.into(),
            identity,
        })
    }

    /// The dataset, opened now or lately.
    fn dataset(&self, address: Address) -> Result<Arc<OpenDataset>> {
        if let Some(open) = self.kept(address) {
            return Ok(open);
        }
        let open = Arc::new(OpenDataset::open(&self.id, platform::folder(&self.path), address)?);
        let mut kept = self.datasets.lock().unwrap_or_else(PoisonError::into_inner);
        let dropped = if kept.len() >= KEPT_OPEN { Some(kept.remove(0)) } else { None };
        kept.push((address, Arc::clone(&open)));
        drop(kept);
        // Closing waits for the library's lock, which another reader may hold for long.
        drop(dropped);
        Ok(open)
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
        Ok(Box::new(NewFile::replacing(&self.path, self.identity.ok_or_else(gone)?)))
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
        let open = self.dataset(dataset);
        open.and_then(|open| open.read(&self.id, region)).map_err(|error| error.in_file(&self.label))
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        let open = self.dataset(dataset);
        open.and_then(|open| open.read_into(region, out)).map_err(|error| error.in_file(&self.label))
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        let open = self.dataset(dataset);
        open.and_then(|open| open.chunks()).map_err(|error| error.in_file(&self.label))
    }

    fn external(&self, file: &str) -> Result<Arc<dyn Backend>> {
        let named = platform::path_from_name(&crate::names::to_file(file));
        let beside = platform::folder(&self.path).join(&named);
        open(if beside.exists() { beside } else { named })
    }
}
