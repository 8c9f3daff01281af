//! Which files a command is to read: by name, by pattern, all in a folder, or as standard input lists them.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::glob;

/// The files that are meant: `-` are the lines of standard input, a folder is every `.nwb` file in it and below, and a pattern that
/// the shell has left as it is is every file that it matches.
pub(crate) fn expand(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for name in named {
        match name.to_str() {
            Some("-") => {
                for line in io::stdin().lock().lines() {
                    let line =
                        line.map_err(|error| Failure::Unreadable(format!("standard input cannot be read: {error}")))?;
                    if !line.trim().is_empty() {
                        files.push(PathBuf::from(line.trim()));
                    }
                }
            }
            Some(text) if glob::is_pattern(text) && !name.exists() => files.extend(matching(name)?),
            _ if name.is_dir() => files.extend(in_folder(name)?),
            _ => files.push(name.clone()),
        }
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::Unreadable(format!("{}: the folder cannot be read: {error}", path.display()))
}

fn matching(pattern: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folder = pattern.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = pattern.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let read = folder.unwrap_or(Path::new("."));
    let mut found = Vec::new();
    for entry in fs::read_dir(read).map_err(|error| unreadable(read, &error))?.flatten() {
        if entry.file_name().to_str().is_some_and(|entry| glob::matches(name, entry)) {
            found
                .push(folder.map_or_else(|| PathBuf::from(entry.file_name()), |folder| folder.join(entry.file_name())));
        }
    }
    if found.is_empty() {
        return Err(Failure::Unreadable(format!("{}: no file has such a name", pattern.display())));
    }
    found.sort();
    Ok(found)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let (mut found, mut folders, mut seen) = (Vec::new(), vec![folder.to_owned()], HashSet::new());
    while let Some(at) = folders.pop() {
        // Links between folders may run in a circle.
        if !fs::canonicalize(&at).is_ok_and(|real| seen.insert(real)) {
            continue;
        }
        for entry in fs::read_dir(&at).map_err(|error| unreadable(&at, &error))?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("nwb")) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::Unreadable(format!(
            "{}: this is a folder, and there is no .nwb file in it or below",
            folder.display()
        )));
    }
    found.sort();
    Ok(found)
}
