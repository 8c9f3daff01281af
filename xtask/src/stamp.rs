//! A note in a folder that says what was put there, so that it need not be done again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What a folder should hold, to be compared with the note in it.
#[derive(Debug)]
pub(crate) struct Stamp {
    path: PathBuf,
    text: String,
}

impl Stamp {
    /// The stamp that `folder` should carry.
    pub(crate) fn new(folder: &Path, text: String) -> Self {
        Self { path: folder.join("xtask-stamp.txt"), text }
    }

    /// Whether the folder carries exactly this stamp.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.text)
    }

    /// Notes that the folder holds now what it should: the last step of filling it.
    pub(crate) fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.text).with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_text_is_current() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp::new(folder.path(), "cmake==1".into());
        assert!(!stamp.is_current());
        stamp.write().unwrap();
        assert!(stamp.is_current());
        assert!(!Stamp::new(folder.path(), "cmake==2".into()).is_current());
    }
}
