//! What can be said of an HDF5 file without opening it.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Read, Seek, SeekFrom};
use std::path::Path;

use nwb_model::{Error, ErrorKind, Result};

use crate::sys;

const SIGNATURE: [u8; 8] = *b"\x89HDF\r\n\x1a\n";

/// What kind of HDF5 file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileFacts {
    /// Version of the superblock: 0 in what PyNWB and this library write, 2 or 3 in files made for speed or for reading along.
    pub superblock: u8,
    /// Bytes before the superblock, which HDF5 leaves to the user.
    pub user_block: u64,
    /// Size of the file in bytes.
    pub size: u64,
}

/// Looks at the head of a file.
///
/// # Errors
/// When there is no such file or it is not HDF5.
///
/// ```
/// assert!(nwb_hdf5::facts("no such file.nwb").unwrap_err().is_system());
/// ```
pub fn facts(path: impl AsRef<Path>) -> Result<FileFacts> {
    let path = path.as_ref();
    head(path).map_err(|error| error.in_file(path.display().to_string()))
}

/// Version of the HDF5 library that is linked in, as in `1.14.6`.
#[must_use]
pub fn library_version() -> String {
    let (major, minor, release) = sys::file::library_version();
    format!("{major}.{minor}.{release}")
}

fn head(path: &Path) -> Result<FileFacts> {
    let system = |source: std::io::Error| {
        let sentence = match source.kind() {
            IoKind::NotFound => "there is no such file",
            IoKind::PermissionDenied => "the file may not be read",
            _ => "the file cannot be read",
        };
        Error::new(ErrorKind::Io, sentence).caused_by(source)
    };
    let metadata = std::fs::metadata(path).map_err(system)?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::NotNwb, "this is a folder, not an HDF5 file"));
    }
    let size = metadata.len();
    if size == 0 {
        return Err(Error::new(ErrorKind::NotNwb, "the file is empty").remedy("copy it again from where it came"));
    }
    let mut file = File::open(path).map_err(system)?;
    // The superblock is at the beginning, or at 512 bytes, or at twice as many, and so on.
    let mut user_block = 0;
    while user_block < size {
        let mut start = [0; 9];
        file.seek(SeekFrom::Start(user_block)).map_err(system)?;
        match file.read_exact(&mut start) {
            Ok(()) => {}
            Err(error) if error.kind() == IoKind::UnexpectedEof => {
                if start.starts_with(&SIGNATURE) {
                    return Err(Error::new(ErrorKind::Malformed, "the file ends after its HDF5 signature")
                        .remedy("copy it again from where it came"));
                }
                break;
            }
            Err(error) => return Err(system(error)),
        }
        let [signature @ .., superblock] = start;
        if signature == SIGNATURE {
            return Ok(FileFacts { superblock, user_block, size });
        }
        user_block = if user_block == 0 { 512 } else { user_block.saturating_mul(2) };
    }
    Err(Error::new(ErrorKind::NotNwb, "this is not an HDF5 file")
        .remedy("NWB files of this kind begin with an HDF5 signature"))
}
