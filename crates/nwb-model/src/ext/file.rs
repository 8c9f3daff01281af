//! The root of a file.

use crate::draft::Draft;
use crate::types::{NwbFile, NwbFileInit};

impl From<NwbFileInit> for Draft<NwbFile> {
    fn from(init: NwbFileInit) -> Self {
        NwbFile::new(init)
    }
}
