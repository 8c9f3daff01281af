//! Pieces of a file in memory.
#![expect(unsafe_code, reason = "a mapping is only as good as the file's stillness")]

use std::fs::File;

use memmap2::MmapOptions;
use nwb_model::value::Bytes;
use nwb_model::{Error, ErrorKind, Result};

/// Bytes of a file. Only for files that were opened with `OpenOptions::allow_mapping`.
pub(super) fn mapped(file: &File, start: u64, length: usize) -> Result<Bytes> {
    if length == 0 {
        return Ok(Bytes::from_vec(Vec::<u8>::new()));
    }
    // SAFETY: whoever opened the file has promised that nobody changes it, in `OpenOptions::allow_mapping`.
    let mapping = unsafe { MmapOptions::new().offset(start).len(length).map(file) };
    let refused = |error| Error::new(ErrorKind::Io, "the system cannot map the file into memory").caused_by(error);
    mapping.map(Bytes::from_owner).map_err(refused)
}
