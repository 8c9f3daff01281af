//! Texts that belong to one machine and not to the repository.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Folders whose absolute path means somebody's own machine.
const FOLDERS: [&str; 3] = ["home", "root", "tmp"];

/// Every mention of such a folder in a text file, but in published schemas and lock files.
pub(crate) fn findings(root: &Path, paths: &[String]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in paths.iter().filter(|path| !path.starts_with("schema/") && *path != "Cargo.lock") {
        let bytes = fs::read(root.join(path)).with_context(|| format!("cannot read {path}"))?;
        let Ok(text) = String::from_utf8(bytes) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(folder) = FOLDERS.iter().find(|folder| names(line, folder)) {
                findings.push(format!("{path}:{}: names the folder /{folder} of some machine", number + 1));
            }
        }
    }
    Ok(findings)
}

/// Whether the line has an absolute path into the folder; `a/tmp/b` is a relative one.
fn names(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~}>)*".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_are_told_from_relative_ones() {
        let line = |before: &str| format!("{before}/{}/x", "tmp");
        assert!(names(&line("let path = \""), "tmp"));
        assert!(names(&line(""), "tmp"));
        assert!(names(&line("file://"), "tmp"));
        assert!(!names(&line("target"), "tmp"));
        assert!(!names(&line("${OUT}"), "tmp"));
        assert!(!names("/tmpfile/x", "tmp"));
    }
}
