//! Names of files that a command reads and writes.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Refuses to replace a file, and says so if it is even the one that is read.
pub(crate) fn refuse_taken(from: Option<&Path>, to: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(to).is_err() {
        return Ok(());
    }
    let what = if from.is_some_and(|from| is_same(from, to)) {
        "this is the file that is read itself"
    } else {
        "there is a file of that name already"
    };
    let remedy = "choose another name, or say --overwrite: what is there is replaced when the new file is complete";
    Err(Failure::Refused(format!("{}: {what}; {remedy}", to.display())))
}

/// Whether two names lead to one file, over links of any kind.
pub(crate) fn is_same(a: &Path, b: &Path) -> bool {
    if let (Ok(a), Ok(b)) = (fs::canonicalize(a), fs::canonicalize(b))
        && a == b
    {
        return true;
    }
    #[cfg(unix)]
    if let (Ok(a), Ok(b)) = (fs::metadata(a), fs::metadata(b)) {
        use std::os::unix::fs::MetadataExt;
        return (a.dev(), a.ino()) == (b.dev(), b.ino());
    }
    false
}
