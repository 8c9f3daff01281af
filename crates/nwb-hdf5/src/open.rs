//! Opening files, with and without options.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nwb_model::backend::Backend;
use nwb_model::{Error, ErrorKind, Result};

use crate::file::File;
use crate::place::Policy;
use crate::reading::{Reading, Route};

/// Opens an HDF5 file for reading.
///
/// This reads its superblock and root group, however large the file is. The file is locked against writers for as long as it
/// is open, where the file system has locks, and the environment's `HDF5_USE_FILE_LOCKING`, which every program with HDF5 heeds,
/// is not set to `FALSE`. The same file may be open more than once.
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

/// How a file is opened: where its links may lead, and how its elements are read.
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
    reading: Reading,
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

    /// How many threads decode elements. Zero, as if it is not told, is one for each core, shared by all files that are opened
    /// so. With one, the
    /// thread that reads does it alone.
    #[must_use]
    pub fn threads(self, threads: usize) -> Self {
        Self { reading: Reading { threads: NonZeroUsize::new(threads), ..self.reading }, ..self }
    }

    /// Bytes of decoded chunks to keep for reads that follow, of chunks of which a part was read; 64 MiB if it is not told. Zero
    /// keeps none.
    #[must_use]
    pub fn cache(self, bytes: usize) -> Self {
        Self { reading: Reading { cache: bytes, ..self.reading }, ..self }
    }

    /// Which way elements are read.
    #[must_use]
    pub fn route(self, route: Route) -> Self {
        Self { reading: Reading { route, ..self.reading }, ..self }
    }

    /// Which way objects are read: their kinds, links, attributes, and where the chunks of datasets lie. What is damaged or unusual
    /// is read through the library on the route [`Fastest`](Route::Fastest) too, and [`Both`](Route::Both) compares whatever can be
    /// read both ways.
    ///
    /// ```
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("new.nwb");
    /// # nwb_model::backend::Store::begin(&nwb_hdf5::NewFile::new(&path))?.commit()?;
    /// use nwb_hdf5::{OpenOptions, Route};
    ///
    /// let file = OpenOptions::new().objects(Route::Both).open(&path)?;
    /// assert!(file.node(file.root())?.attributes.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn objects(self, route: Route) -> Self {
        Self { reading: Reading { objects: route, ..self.reading }, ..self }
    }

    /// Lets [`Dataset::mapped`](nwb_model::dataset::Dataset::mapped) give out elements where the file has them, without a copy.
    ///
    /// # Safety
    /// Nobody, in this process or any other, writes to the file or shortens it as long as anything that was mapped lives. Where
    /// somebody does, elements change under a shared reference, which is undefined behaviour, or the process is killed with
    /// SIGBUS. A file on a network drive that goes away does the latter too.
    #[cfg(feature = "mmap")]
    #[must_use]
    #[expect(unsafe_code, reason = "no code can see to it that a file stays as it is")]
    pub unsafe fn allow_mapping(self) -> Self {
        Self { reading: Reading { mapping: true, ..self.reading }, ..self }
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
        let policy = Policy::new(root.transpose()?, self.max_linked_files, self.reading);
        Ok(Arc::new(File::open(path.as_ref(), Arc::new(policy))?))
    }
}
