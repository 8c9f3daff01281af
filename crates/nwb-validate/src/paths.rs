//! Files by folders and patterns.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::glob::{is_pattern, matches};

/// How the names of NWB files end, in letters of any case.
const ENDING: &str = "nwb";

/// All NWB files that these paths mean, each path once, in the order in which they are named and in a folder in that of their names.
///
/// A folder is every file `*.nwb` in it and below it; a path with `*` or `?` in its last name, where there is nothing of that very
/// name, every file of that [pattern](crate::glob). Any other path is itself, whether there is such a file or not: what is wrong with
/// it is said when it is opened, and keeps nobody from looking at the others.
///
/// # Errors
/// When a folder cannot be read or has no NWB file, and when no file is of a pattern.
pub fn files(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for path in paths {
        let path = path.as_ref();
        let pattern = path.file_name().and_then(|name| name.to_str()).filter(|name| is_pattern(name));
        let of_path = match pattern {
            _ if path.is_dir() => below(path)?,
            Some(pattern) if !path.exists() => of_pattern(path, pattern)?,
            _ => vec![path.to_owned()],
        };
        found.extend(of_path.into_iter().filter(|file| seen.insert(file.clone())));
    }
    Ok(found)
}

fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    let read = || fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>();
    let unreadable = |error: io::Error| {
        io::Error::new(error.kind(), format!("{}: the folder cannot be read: {error}", folder.display()))
    };
    let mut all = read().map_err(unreadable)?;
    all.sort_by_key(fs::DirEntry::file_name);
    Ok(all)
}

fn nothing(path: &Path, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{}: {why}", path.display()))
}

fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut folders, mut seen) = (Vec::new(), vec![folder.to_owned()], HashSet::new());
    while let Some(at) = folders.pop() {
        // Links between folders may run in a circle.
        if !fs::canonicalize(&at).is_ok_and(|real| seen.insert(real)) {
            continue;
        }
        for path in entries(&at)?.iter().map(fs::DirEntry::path) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING)) {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(nothing(folder, "this is a folder, and there is no .nwb file in it or below"));
    }
    found.sort();
    Ok(found)
}

fn of_pattern(path: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut found = Vec::new();
    for entry in entries(folder.unwrap_or(Path::new(".")))? {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| matches(pattern, name)) && !entry.path().is_dir() {
            found.push(folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name)));
        }
    }
    if found.is_empty() { Err(nothing(path, "no file has such a name")) } else { Ok(found) }
}
