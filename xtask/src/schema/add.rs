//! `cargo xtask schema add`: from a released package to `schema/<namespace>/<version>/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::lock::{Lock, Release};
use super::namespace::{self, Namespace};
use super::wheel::{self, Wheel};
use super::{Requirement, digest};
use crate::python::Venv;
use crate::{tree, workspace};

/// The content of files, by path below `schema/`.
type Files = BTreeMap<String, Vec<u8>>;

/// Brings in what `asked` and the schema packages that it depends on ship, and writes the lock.
pub(crate) fn add(root: &Path, asked: &Requirement) -> Result<()> {
    let python = Venv::ensure(&workspace::pip(root))?;
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut found = Vec::new();
    // Dependencies come first, and what they declare counts: a package may carry an outdated copy of its dependency's schema.
    let mut declared = BTreeSet::new();
    for package in wheel::carriers(&python, asked, scratch.path())? {
        let wheel = wheel::fetch(&python, &package, scratch.path())?;
        let files = collect(&wheel, &mut declared).with_context(|| format!("the schema that {package} ships"))?;
        let required_by = (package != *asked).then(|| asked.to_string());
        found.push((package, wheel, required_by, files));
    }
    if declared.is_empty() {
        bail!("{asked} ships no schema: none of its YAML files declares a namespace");
    }

    let schema = root.join("schema");
    let mut lock = Lock::read(&schema)?;
    for (_, _, _, files) in &found {
        refuse_differences(&schema, &lock, files)?;
    }
    for (package, wheel, required_by, files) in found {
        write(&schema, &files)?;
        lock.insert(Release {
            required_by,
            wheel: wheel.name,
            sha256: wheel.sha256,
            files: files.iter().map(|(path, bytes)| (path.clone(), digest::sha256(bytes))).collect(),
            package: package.package,
            version: package.version,
        });
    }
    lock.write(&schema)
}

/// The namespaces in a wheel that nobody has `declared` before, each with its sources and licence.
fn collect(wheel: &Wheel, declared: &mut BTreeSet<String>) -> Result<Files> {
    let mut files = Files::new();
    let mut here = BTreeMap::new();
    for path in tree::files(&wheel.content)?.iter().filter(|path| is_yaml(path)) {
        let bytes = read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        for namespace in namespace::declared(&text).with_context(|| path.display().to_string())? {
            if declared.contains(&namespace.name) {
                continue;
            }
            if let Some(other) = here.insert(namespace.name.clone(), path.clone()) {
                bail!("{} is declared twice, in {} and {}", namespace.name, other.display(), path.display());
            }
            files.extend(files_of(&namespace, path, &wheel.content)?);
        }
    }
    declared.extend(here.into_keys());
    Ok(files)
}

/// The files of one namespace: the namespace file as published, its sources, the licence.
fn files_of(namespace: &Namespace, file: &Path, wheel: &Path) -> Result<Files> {
    let folder = file.parent().context("a file without a folder")?;
    let sources = namespace.sources.iter().map(|source| folder.join(source));
    let paths = std::iter::once(file.to_path_buf()).chain(sources).chain(licences(folder, wheel)?);
    println!("{} {}", namespace.name, namespace.version);
    paths
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Ok((format!("{}/{}/{name}", namespace.name, namespace.version), read(&path)?))
        })
        .collect()
}

/// The licence files that lie nearest to the schema: beside it or in a folder above, else among the package's own metadata.
fn licences(folder: &Path, wheel: &Path) -> Result<Vec<PathBuf>> {
    for folder in folder.ancestors().take_while(|folder| folder.starts_with(wheel)) {
        let found = licences_in(tree::files_beside(folder)?);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let in_metadata =
        |path: &PathBuf| path.ancestors().any(|folder| folder.extension().is_some_and(|e| e == "dist-info"));
    let found = licences_in(tree::files(wheel)?.into_iter().filter(in_metadata).collect());
    if found.is_empty() {
        bail!("no licence file was published with it, so it cannot be passed on");
    }
    Ok(found)
}

fn licences_in(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        ["license", "licence", "legal", "copying", "notice"].iter().any(|word| name.starts_with(word))
    });
    paths
}

/// A published version never changes, so a difference means that one of the two is not what was published.
fn refuse_differences(schema: &Path, lock: &Lock, files: &Files) -> Result<()> {
    for (path, bytes) in files {
        let on_disk = schema.join(path);
        let differs = on_disk.exists() && read(&on_disk)? != *bytes;
        if differs || lock.digest(path).is_some_and(|known| known != digest::sha256(bytes)) {
            bail!("schema/{path} is there already and is not what the package ships: see `cargo xtask schema verify`");
        }
    }
    Ok(())
}

fn write(schema: &Path, files: &Files) -> Result<()> {
    for (path, bytes) in files {
        let path = schema.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wheel that was unpacked, with these files in it.
    fn wheel(files: &[(&str, &str)]) -> (tempfile::TempDir, Wheel) {
        let folder = tempfile::tempdir().unwrap();
        let files = files.iter().map(|(path, text)| ((*path).to_string(), text.as_bytes().to_vec())).collect();
        write(folder.path(), &files).unwrap();
        let content = folder.path().to_path_buf();
        (folder, Wheel { name: "a-1-py3-none-any.whl".into(), sha256: "00".into(), content })
    }

    const TWO: &str = "
namespaces:
- {name: common, version: 1.0.0, schema: [{source: base.yaml}]}
- {name: trial, version: 0.1.0, schema: [{namespace: common}, {source: trial.yaml}]}
";

    #[test]
    fn each_namespace_gets_its_own_files_and_the_nearest_licence() {
        let (_folder, wheel) = wheel(&[
            ("a/schema/one/namespace.yaml", TWO),
            ("a/schema/one/base.yaml", "y: y"),
            ("a/schema/one/trial.yaml", ""),
            ("a/schema/one/unnamed.yaml", ""),
            ("a/schema/license.txt", "free"),
            ("a/schema/Legal.txt", "notice"),
            ("LICENSE", "another"),
        ]);
        let mut declared = BTreeSet::new();
        let files = collect(&wheel, &mut declared).unwrap();
        let paths: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(
            paths,
            [
                "common/1.0.0/Legal.txt",
                "common/1.0.0/base.yaml",
                "common/1.0.0/license.txt",
                "common/1.0.0/namespace.yaml",
                "trial/0.1.0/Legal.txt",
                "trial/0.1.0/license.txt",
                "trial/0.1.0/namespace.yaml",
                "trial/0.1.0/trial.yaml",
            ]
        );
        assert_eq!(files["common/1.0.0/base.yaml"], b"y: y");
        assert_eq!(declared, ["common", "trial"].map(String::from).into());
    }

    #[test]
    fn a_copy_of_what_a_dependency_declares_is_left_out() {
        let (_folder, wheel) = wheel(&[
            ("a/namespace.yaml", "namespaces:\n- {name: own, version: 2.0.0, schema: [{source: own.yaml}]}\n"),
            ("a/own.yaml", ""),
            ("a/copy/namespace.yaml", TWO),
            ("a/copy/base.yaml", ""),
            ("a-1.dist-info/licenses/LICENSE", "free"),
        ]);
        let mut declared = ["common", "trial"].map(String::from).into();
        let files = collect(&wheel, &mut declared).unwrap();
        let paths: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(paths, ["own/2.0.0/LICENSE", "own/2.0.0/namespace.yaml", "own/2.0.0/own.yaml"]);
    }

    #[test]
    fn what_is_incomplete_is_refused() {
        let error = |files: &[(&str, &str)]| {
            let (_folder, wheel) = wheel(files);
            format!("{:#}", collect(&wheel, &mut BTreeSet::new()).unwrap_err())
        };
        let namespace =
            ("a/namespace.yaml", "namespaces:\n- {name: own, version: 2.0.0, schema: [{source: own.yaml}]}\n");
        assert!(error(&[namespace, ("a/license.txt", "")]).contains("own.yaml"));
        assert!(error(&[namespace, ("a/own.yaml", "")]).contains("licence"));
        let again = ("b/namespace.yaml", namespace.1);
        let twice = error(&[namespace, again, ("a/own.yaml", ""), ("b/own.yaml", ""), ("license.txt", "")]);
        assert!(twice.contains("declared twice"), "{twice}");
    }

    #[test]
    fn published_files_are_never_overwritten_with_others() {
        let (folder, _) = wheel(&[("own/2.0.0/own.yaml", "old")]);
        let files = |text: &str| Files::from([("own/2.0.0/own.yaml".to_string(), text.as_bytes().to_vec())]);
        assert!(refuse_differences(folder.path(), &Lock::default(), &files("old")).is_ok());
        assert!(refuse_differences(folder.path(), &Lock::default(), &files("new")).is_err());
    }
}
