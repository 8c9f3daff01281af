//! A place for a new file.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nwb_model::backend::{DatasetInfo, Store, Surroundings, Transaction};
use nwb_model::value::Value;
use nwb_model::{Error, ErrorKind, Result};

use super::transaction::NewTransaction;
use crate::place::{Place, Policy};
use crate::platform::{self, Durability, Identity, Overwrite};

/// A place where an HDF5 file can be written.
///
/// A file that is there already is refused, when writing begins and again when the file is put into its place, unless
/// [`overwrite`](Self::overwrite) says otherwise.
///
/// ```
/// use nwb_hdf5::NewFile;
/// use nwb_model::backend::{Attribute, Backend, Store};
/// use nwb_model::value::Value;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("new.h5");
/// let mut new = NewFile::new(&path).begin()?;
/// let root = new.root();
/// new.set_attribute(root, &Attribute { name: "greeting".into(), value: Value::text("hello"), named_type: None })?;
/// let file = new.commit()?;
/// assert_eq!(file.node(file.root())?.attributes[0].value.as_text()?, "hello");
///
/// assert!(NewFile::new(&path).begin().is_err(), "there is a file now");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewFile {
    path: PathBuf,
    overwrite: Overwrite,
    /// The only file that may be replaced.
    replaces: Option<Identity>,
    /// Where the links of the file may lead when it is opened again.
    policy: Arc<Policy>,
    writing: Writing,
}

/// How elements are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing {
    /// Threads that encode; `None` for those that all files share.
    pub(super) threads: Option<NonZeroUsize>,
    /// Bytes that elements may take on their way.
    pub(super) memory: u64,
    pub(super) durability: Durability,
}

impl Default for Writing {
    fn default() -> Self {
        Self { threads: None, memory: 256 << 20, durability: Durability::default() }
    }
}

impl NewFile {
    /// A new file of that name.
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_path_buf(),
            overwrite: Overwrite::No,
            replaces: None,
            policy: Arc::default(),
            writing: Writing::default(),
        }
    }

    /// How many threads encode chunks. Zero, as if it is not told, is one for each core, shared by all files that are read or
    /// written so. The bytes of the file are the same, however many there are.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { writing: Writing { threads: NonZeroUsize::new(threads), ..self.writing }, ..self }
    }

    /// How many bytes elements may take in memory on their way into the file, 256 MiB if it is not told. However much that is,
    /// one block of whole chunks is in memory at the least.
    #[must_use]
    pub fn memory(self, bytes: u64) -> Self {
        Self { writing: Writing { memory: bytes, ..self.writing }, ..self }
    }

    /// What a commit waits for: that the file is on the disk, if it is not told.
    #[must_use]
    pub fn durability(self, durability: Durability) -> Self {
        Self { writing: Writing { durability, ..self.writing }, ..self }
    }

    /// What to do when there is a file of that name already.
    #[must_use]
    pub fn overwrite(self, overwrite: Overwrite) -> Self {
        Self { overwrite, ..self }
    }

    /// Takes away what this process has begun to write there and not completed: for a program that is about to be ended from
    /// outside. Transactions that are dropped do it themselves.
    pub fn remove_unfinished(&self) {
        platform::remove_partials(&self.path);
    }

    /// A new version of a file that is there, and of no other.
    pub(crate) fn replacing(path: &Path, identity: Identity, policy: Arc<Policy>) -> Self {
        let writing = Writing { threads: policy.reading.threads, ..Writing::default() };
        Self { path: path.to_path_buf(), overwrite: Overwrite::Yes, replaces: Some(identity), policy, writing }
    }
}

impl Store for NewFile {
    fn begin(&self) -> Result<Box<dyn Transaction>> {
        let label = self.path.display().to_string();
        self.begin_there().map_err(|error| error.in_file(label))
    }

    fn encoded_size(&self, info: &DatasetInfo, chunk: &Value) -> Result<u64> {
        super::chunks::encoded_size(info, chunk).map_err(|error| error.in_file(self.path.display().to_string()))
    }

    fn surroundings(&self) -> Option<Arc<dyn Surroundings>> {
        Some(Arc::new(Place::new(&self.path, Arc::clone(&self.policy))))
    }
}

impl NewFile {
    fn begin_there(&self) -> Result<Box<dyn Transaction>> {
        let Self { path, overwrite, replaces, policy, writing } = self;
        if path.file_name().is_none() {
            return Err(Error::new(ErrorKind::Invalid, "this is not the name of a file"));
        }
        if path.is_dir() {
            return Err(Error::new(ErrorKind::Invalid, "there is a folder of that name"));
        }
        let path = match *overwrite {
            Overwrite::No if platform::is_taken(path) => return Err(taken()),
            // A link stays a link: what it leads to is replaced.
            Overwrite::Yes => std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
            Overwrite::No => path.clone(),
        };
        if replaces.is_some() && platform::identity(&path) != *replaces {
            return Err(changed());
        }
        let folder = platform::folder(&path);
        if !folder.is_dir() {
            return Err(Error::new(ErrorKind::Io, "there is no such folder")
                .found(folder.display().to_string())
                .remedy("make the folder first"));
        }
        Ok(Box::new(NewTransaction::begin(path, *overwrite, *replaces, Arc::clone(policy), *writing)?))
    }
}

/// The error when a file would be overwritten.
pub(super) fn taken() -> Error {
    Error::new(ErrorKind::Invalid, "there is a file of that name already")
        .remedy("choose another name, or say that it may be overwritten")
}

/// The error when the file that was to be replaced is another one by now.
pub(super) fn changed() -> Error {
    Error::new(ErrorKind::Conflict, "the file was changed or replaced since it was opened")
        .remedy("open it again, and make the changes to that")
}
