//! The library's view of a file, which is opened when it is first needed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use nwb_model::backend::{Address, Node};
use nwb_model::{Error, ErrorKind, Result};

use super::Metadata;
use crate::direct::Direct;
use crate::place::Place;
use crate::read::OpenDataset;
use crate::sys::error::Cause;
use crate::sys::file::FileId;
use crate::sys::object::Object;
use crate::{platform, read};

/// Datasets that are kept open, with the chunks that the library has decoded, for the next part to be read.
const KEPT_OPEN: usize = 4;

/// A file, which the library has open or not.
#[derive(Debug)]
pub(crate) struct Library {
    // Dropped before the file that they are of.
    datasets: Mutex<Vec<(Address, Arc<OpenDataset>)>>,
    id: OnceLock<FileId>,
    path: PathBuf,
    file: Arc<File>,
    place: Place,
}

impl Library {
    pub(crate) fn new(path: &Path, file: Arc<File>, place: Place) -> Self {
        Self { datasets: Mutex::default(), id: OnceLock::new(), path: path.to_path_buf(), file, place }
    }

    /// The identifier of the file.
    pub(crate) fn id(&self) -> Result<&FileId> {
        match self.id.get() {
            Some(id) => Ok(id),
            None => {
                let opened = self.open()?;
                // Another thread may have opened it meanwhile; one of both closes it then.
                Ok(self.id.get_or_init(|| opened))
            }
        }
    }

    fn open(&self) -> Result<FileId> {
        let damaged = |cause| self.explained(cause);
        // It may have been replaced since, or renamed: what is meant is the file that was opened.
        let replaced = || {
            Error::new(ErrorKind::Conflict, "another file has taken the place of the one that was opened")
                .remedy("open it again")
        };
        let path = platform::path_again(&self.path, &self.file).ok_or_else(replaced)?;
        let id = FileId::open(&platform::c_path(&path)?).map_err(damaged)?;
        Object::root(&id).map_err(damaged)?;
        #[cfg(unix)]
        {
            let identity = |file: &File| file.metadata().ok().map(|metadata| platform::identity_of(&metadata));
            let (meant, found) = (identity(&self.file), id.handle().and_then(|file| identity(&file)));
            if let Some((meant, found)) = meant.zip(found)
                && !meant.is_same_file(&found)
            {
                return Err(Error::new(
                    ErrorKind::Conflict,
                    "another file has taken the place of the one that was opened",
                )
                .remedy("open it again"));
            }
        }
        Ok(id)
    }

    /// Why the library could not open the file.
    fn explained(&self, cause: Cause) -> Error {
        if cause.says("truncated file") {
            let size = self.file.metadata().map_or(0, |metadata| metadata.len());
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
    }

    /// The dataset, opened now or lately.
    pub(crate) fn dataset(&self, address: Address) -> Result<Arc<OpenDataset>> {
        if let Some(open) = self.kept(address) {
            return Ok(open);
        }
        let open = Arc::new(OpenDataset::open(self.id()?, &self.place, address)?);
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

    pub(crate) fn root(&self) -> Result<Address> {
        let root = Object::root(self.id()?).and_then(|root| root.address());
        root.map(Address).map_err(|cause| self.explained(cause))
    }
}

impl Metadata for Library {
    fn node(&self, object: Address) -> Result<Node> {
        read::node(self.id()?, object)
    }

    fn direct(&self, dataset: Address) -> Result<Option<Direct>> {
        Ok(self.dataset(dataset)?.direct(dataset))
    }
}
