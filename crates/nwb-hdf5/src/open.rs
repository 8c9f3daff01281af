//! Opening files, with and without options.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nwb_model::backend::Backend;
use nwb_model::{Error, ErrorKind, Result};

use crate::file::File;
use crate::place::Policy;

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
    OpenOptions::new().open(path)
}

/// How a file is opened: where its links may lead.
///
/// Links to other files are followed when something behind them is asked for, and each of those files is opened once. Without
/// options they may lead anywhere that this process can read, so for files of strangers a folder should be set.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("new.nwb");
/// # nwb_model::backend::Store::begin(&nwb_hdf5::NewFile::new(&path))?.commit()?;
/// use nwb_hdf5::OpenOptions;
///
/// let file = OpenOptions::new().links_within(folder.path()).max_linked_files(100).open(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    root: Option<PathBuf>,
    max_linked_files: Option<usize>,
}

impl OpenOptions {
    /// Links may lead anywhere.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps links within a folder: one that leads to a file outside of it, symbolic links of the file system resolved, is not
    /// followed but gives an error ([`is_limit`](Error::is_limit)). So do elements that are stored in other files than this one,
    /// if those are outside, and virtual datasets. The file itself may lie elsewhere.
    #[must_use]
    pub fn links_within(self, folder: impl AsRef<Path>) -> Self {
        Self { root: Some(folder.as_ref().to_path_buf()), ..self }
    }

    /// How many other files links may have opened at one time; without end, if it is not told. They stay open as long as anything
    /// of the file that was opened first is in use.
    #[must_use]
    pub fn max_linked_files(self, count: usize) -> Self {
        Self { max_linked_files: Some(count), ..self }
    }

    /// Opens a file for reading, as [`open`](crate::open()) does.
    ///
    /// # Errors
    /// As `open`, and when the folder that links may not leave is not there.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Arc<dyn Backend>> {
        let root = self.root.as_ref().map(|root| {
            root.canonicalize().map_err(|source| {
                Error::new(ErrorKind::Io, "the folder that links may not leave cannot be found")
                    .found(root.display().to_string())
                    .caused_by(source)
            })
        });
        let policy = Policy::new(root.transpose()?, self.max_linked_files);
        Ok(Arc::new(File::open(path.as_ref(), Arc::new(policy))?))
    }
}
