//! Files beside the NWB file: where they are.

use std::path::{Path, PathBuf};

use crate::tree::Object;

/// Where a file is that an object names: relative to the folder of the NWB file; absolute paths and URLs as they stand.
pub(crate) fn beside(object: &Object, file: &str) -> PathBuf {
    let folder = Path::new(object.file()).parent().unwrap_or(Path::new(""));
    if file.contains("://") { PathBuf::from(file) } else { folder.join(file) }
}
