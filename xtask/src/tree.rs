//! Listing folders.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Every file below `folder`, at any depth, sorted. Symbolic links count as files and are not followed.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for (path, is_folder) in entries(&folder)? {
            if is_folder { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// The files in `folder` itself, sorted.
pub(crate) fn files_beside(folder: &Path) -> Result<Vec<PathBuf>> {
    Ok(entries(folder)?.into_iter().filter(|(_, is_folder)| !is_folder).map(|(path, _)| path).collect())
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let cannot = || format!("cannot list {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        found.push((entry.path(), entry.file_type().with_context(cannot)?.is_dir()));
    }
    found.sort();
    Ok(found)
}
