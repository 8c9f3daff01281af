//! Opening and creating files by path.

use std::path::Path;

use nwb_hdf5::{NewFile, OpenOptions, Overwrite};
use nwb_model::draft::Draft;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::file::File;
use nwb_model::types::NwbFile;
use nwb_model::{Error, Result};

/// Opens an NWB file for reading. Only its root is read; everything else when it is asked for.
///
/// ```
/// let error = nwb::open("no such file.nwb").unwrap_err();
/// assert!(error.is_system());
/// ```
///
/// # Errors
/// When there is no such file, or it is no NWB 2 file.
pub fn open(path: impl AsRef<Path>) -> Result<File> {
    open_with(path, &OpenOptions::new())
}

/// As [`open`], with options: where links to other files may lead, how many threads read elements, how much is cached.
///
/// # Errors
/// As `open`.
pub fn open_with(path: impl AsRef<Path>, options: &OpenOptions) -> Result<File> {
    let path = path.as_ref();
    options.open(path).and_then(File::from_backend).map_err(|error: Error| error.in_file(path.display().to_string()))
}

/// How a new file is made.
#[derive(Clone, Debug)]
pub struct CreateOptions {
    /// What happens to a file that is there already.
    pub overwrite: Overwrite,
    /// Object ids and time, if they are to be told.
    pub edit: EditOptions,
}

impl Default for CreateOptions {
    /// Refuses to replace a file.
    fn default() -> Self {
        Self { overwrite: Overwrite::No, edit: EditOptions::default() }
    }
}

/// Begins a new NWB file. It appears under its name when the edit is committed, complete, or not at all.
///
/// # Errors
/// When there is a file of that name already, or a field is not as the schema wants it.
pub fn create(path: impl AsRef<Path>, file: impl Into<Draft<NwbFile>>) -> Result<Edit> {
    create_with(path, file, CreateOptions::default())
}

/// As [`create`], with options.
///
/// # Errors
/// As `create`.
pub fn create_with(path: impl AsRef<Path>, file: impl Into<Draft<NwbFile>>, options: CreateOptions) -> Result<Edit> {
    let path = path.as_ref();
    let store = NewFile::new(path).overwrite(options.overwrite);
    Edit::create(store, &path.display().to_string(), file, options.edit)
}
