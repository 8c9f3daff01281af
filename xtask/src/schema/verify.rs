//! `cargo xtask schema verify`: what is in `schema/` is what the lock says, no more and no less.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::digest;
use super::lock::{LOCK, Lock};
use crate::tree;

/// What stands in `schema/` itself and is this project's own work.
const OWN: [&str; 4] = [LOCK, "README.md", "overlay.toml", ".gitattributes"];

/// Fails with a line for every file that is missing, changed, or not in the lock.
pub(crate) fn verify(root: &Path) -> Result<()> {
    let schema = root.join("schema");
    let lock = Lock::read(&schema)?;
    let findings = findings(&schema, &lock)?;
    if !findings.is_empty() {
        bail!("schema/ is not what schema/{LOCK} says:\n  {}", findings.join("\n  "));
    }
    let files: usize = lock.releases.iter().map(|release| release.files.len()).sum();
    println!("schema/: {files} files of {} releases are as published", lock.releases.len());
    Ok(())
}

fn findings(schema: &Path, lock: &Lock) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    if lock.releases.is_empty() {
        findings.push(format!("missing: {LOCK}, or no release in it"));
    }
    let mut known: BTreeSet<String> = OWN.map(String::from).into();
    for (path, expected) in lock.releases.iter().flat_map(|release| &release.files) {
        known.insert(path.clone());
        let on_disk = schema.join(path);
        if !on_disk.is_file() {
            findings.push(format!("missing: {path}"));
            continue;
        }
        let bytes = fs::read(&on_disk).with_context(|| format!("cannot read {}", on_disk.display()))?;
        let found = digest::sha256(&bytes);
        if found != *expected {
            findings.push(format!("changed: {path} (SHA-256 {found}, the lock has {expected})"));
        }
    }
    for file in tree::files(schema)? {
        let below = file.strip_prefix(schema).unwrap_or(&file);
        let path = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        if !known.contains(&path) {
            findings.push(format!("extra: {path}"));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::super::lock::Release;
    use super::*;

    fn sample() -> (tempfile::TempDir, Lock) {
        let schema = tempfile::tempdir().unwrap();
        let folder = schema.path().join("core/1.0.0");
        fs::create_dir_all(&folder).unwrap();
        let mut files = std::collections::BTreeMap::new();
        for (name, text) in [("a.yaml", "y: y\n"), ("license.txt", "free\n")] {
            fs::write(folder.join(name), text).unwrap();
            files.insert(format!("core/1.0.0/{name}"), digest::sha256(text.as_bytes()));
        }
        let mut lock = Lock::default();
        lock.insert(Release {
            package: "pynwb".into(),
            version: "1.0.0".into(),
            required_by: None,
            wheel: "pynwb-1.0.0-py3-none-any.whl".into(),
            sha256: "00".into(),
            files,
        });
        lock.write(schema.path()).unwrap();
        (schema, lock)
    }

    #[test]
    fn the_repository_holds_what_was_published() {
        if let Err(error) = verify(&crate::workspace::root().unwrap()) {
            panic!("{error:#}");
        }
    }

    #[test]
    fn what_was_published_passes() {
        let (schema, lock) = sample();
        assert_eq!(Lock::read(schema.path()).unwrap(), lock);
        fs::write(schema.path().join("overlay.toml"), "").unwrap();
        fs::write(schema.path().join("README.md"), "").unwrap();
        assert_eq!(findings(schema.path(), &lock).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn every_difference_is_named() {
        let (schema, lock) = sample();
        fs::remove_file(schema.path().join("core/1.0.0/license.txt")).unwrap();
        fs::write(schema.path().join("core/1.0.0/a.yaml"), "y: y\r\n").unwrap();
        fs::write(schema.path().join("core/1.0.0/b.yaml"), "").unwrap();
        fs::create_dir_all(schema.path().join("core/1.0.1")).unwrap();
        fs::write(schema.path().join("core/1.0.1/overlay.toml"), "").unwrap();
        let found = findings(schema.path(), &lock).unwrap();
        let begins: Vec<_> = found.iter().map(|line| line.split(" (").next().unwrap()).collect();
        assert_eq!(
            begins,
            [
                "changed: core/1.0.0/a.yaml",
                "missing: core/1.0.0/license.txt",
                "extra: core/1.0.0/b.yaml",
                "extra: core/1.0.1/overlay.toml",
            ]
        );
    }

    #[test]
    fn an_absent_lock_is_a_finding() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(findings(empty.path(), &Lock::read(empty.path()).unwrap()).unwrap().len(), 1);
    }
}
