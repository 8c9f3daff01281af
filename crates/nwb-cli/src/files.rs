//! Which files a command is to read: by name, by pattern, all in a folder, or as standard input lists them.

use std::io::{self, BufRead};
use std::path::PathBuf;

use nwb::validate::paths;

use crate::failure::Failure;

/// The files that are meant: `-` are the lines of standard input, a folder is every `.nwb` file in it and below, and a pattern that
/// the shell has left as it is is every file that it matches.
pub(crate) fn expand(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut all = Vec::new();
    for name in named {
        if name.as_os_str() != "-" {
            all.push(name.clone());
            continue;
        }
        for line in io::stdin().lock().lines() {
            let line = line.map_err(|error| Failure::Unreadable(format!("standard input cannot be read: {error}")))?;
            if !line.trim().is_empty() {
                all.push(PathBuf::from(line.trim()));
            }
        }
    }
    paths::files(all).map_err(|error| Failure::Unreadable(error.to_string()))
}
