//! Names of files that a command reads and writes.

use std::fs;
use std::path::{Path, PathBuf};

use nwb::model::names::nearest;

use crate::failure::Failure;
use crate::{files, glob};

/// So many names of a folder are compared with one that is not there.
const MAX_NAMES: usize = 10_000;

/// The one file that a command reads: a pattern that the shell has left as it is may stand for it, if it fits no other.
pub(crate) fn one(named: &Path) -> Result<PathBuf, Failure> {
    match named.to_str() {
        Some("-") => Err(Failure::Refused(
            "-: this command reads a file by its name; only lists of files come from standard input".into(),
        )),
        Some(text) if glob::is_pattern(text) && !named.exists() => match files::expand(&[named.to_owned()])?.as_slice()
        {
            [one] => Ok(one.clone()),
            some => Err(Failure::Refused(format!(
                "{text}: {} files have such a name, and this command reads one",
                some.len()
            ))),
        },
        _ if named.is_dir() => Err(Failure::Unreadable(format!(
            "{}: this is a folder, and this command reads one file; `nwb info {}` shows what is in the folder",
            named.display(),
            named.display()
        ))),
        _ => Ok(named.to_owned()),
    }
}

/// What is said of a file that is not there: which was probably meant. `None` if it is there.
pub(crate) fn absent(path: &Path) -> Option<String> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        _ => return None,
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let entries = match fs::read_dir(folder.unwrap_or(Path::new("."))) {
        Ok(entries) => entries,
        Err(_) => {
            let missing =
                path.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty() && !above.exists()).last();
            let missing = missing.map_or(String::new(), |above| format!("; there is not even {}", above.display()));
            return Some(format!("{}: there is no such file{missing}", path.display()));
        }
    };
    let names: Vec<String> =
        entries.take(MAX_NAMES).flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let with_ending = format!("{name}.nwb");
    let near = match names.contains(&with_ending) {
        true => Some(with_ending.as_str()),
        false => nearest(name, names.iter().map(String::as_str)),
    };
    let near = near.map(|near| folder.map_or_else(|| PathBuf::from(near), |folder| folder.join(near)));
    let remedy = near.map_or(String::new(), |near| format!("; did you mean {}?", near.display()));
    Some(format!("{}: there is no such file{remedy}", path.display()))
}

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
