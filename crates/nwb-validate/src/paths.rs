//! Files by folders and patterns.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How the names of NWB files end.
const ENDING: &str = "nwb";

/// All NWB files that these paths mean, each once, those of a folder in the order of their names: a file is itself, a folder all files
/// `*.nwb` in it and below it, and a path with `*` or `?` in its last name every file of that pattern.
///
/// # Errors
/// When a path leads nowhere, or a folder cannot be read.
pub fn files(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        let path = path.as_ref();
        let mut of_path = Vec::new();
        if path.is_dir() {
            below(path, &mut of_path)?;
        } else if path.exists() {
            of_path.push(path.to_owned());
        } else {
            matching(path, &mut of_path)?;
        }
        found.extend(of_path.into_iter().filter(|file| seen.insert(file.clone())));
    }
    Ok(found)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let read = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>();
    let mut all = read().map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
    all.sort();
    Ok(all)
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for path in entries(folder)? {
        // A link to a folder may lead back to where one came from.
        if path.is_dir() && !path.is_symlink() {
            below(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == ENDING) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn matching(path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let nothing = || io::Error::new(io::ErrorKind::NotFound, format!("{}: there is no such file", path.display()));
    let pattern = path.file_name().and_then(|name| name.to_str()).filter(|name| name.contains(['*', '?']));
    let pattern = pattern.ok_or_else(nothing)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let before = found.len();
    for file in entries(folder)? {
        let fits = file.file_name().and_then(|name| name.to_str()).is_some_and(|name| fits(name, pattern));
        if fits && file.is_file() {
            found.push(file);
        }
    }
    if found.len() == before { Err(nothing()) } else { Ok(()) }
}

/// Whether a name is of a pattern: `*` is any letters, `?` any one.
fn fits(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) = (name.chars().collect(), pattern.chars().collect());
    let (mut at, mut asked) = (0, 0);
    // Where the last star was, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&letter) = name.get(at) {
        match pattern.get(asked) {
            Some('*') => {
                star = Some((asked, at));
                asked += 1;
            }
            Some(&one) if one == '?' || one == letter => {
                at += 1;
                asked += 1;
            }
            _ => {
                let Some((place, reach)) = &mut star else { return false };
                *reach += 1;
                at = *reach;
                asked = *place + 1;
            }
        }
    }
    pattern.iter().skip(asked).all(|&one| one == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_names() {
        let cases = [
            ("a.nwb", "*.nwb", true),
            ("a.nwb", "*", true),
            ("a.nwb", "?.nwb", true),
            ("ab.nwb", "?.nwb", false),
            ("sub-1_ses-2.nwb", "sub-*_ses-*.nwb", true),
            ("sub-1_ses-2.nwb.bak", "sub-*_ses-*.nwb", false),
            ("aaab", "*ab", true),
            ("", "*", true),
            ("", "?", false),
        ];
        for (name, pattern, expected) in cases {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }
}
