//! Getting released wheels through pip and looking into them, without running any of their code.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{Requirement, digest};
use crate::process;
use crate::python::Venv;

/// A wheel that was fetched and unpacked.
#[derive(Debug)]
pub(crate) struct Wheel {
    /// The wheel's file name.
    pub(crate) name: String,
    /// The wheel's SHA-256.
    pub(crate) sha256: String,
    /// Where its content lies.
    pub(crate) content: PathBuf,
}

#[derive(Deserialize)]
struct Report {
    install: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    version: String,
}

/// The packages that may carry a schema among those that pip would install for `release`: its dependencies first, itself last.
pub(crate) fn carriers(python: &Venv, release: &Requirement, scratch: &Path) -> Result<Vec<Requirement>> {
    // `--report` is as old as this.
    process::output(python.pip().args(["install", "--quiet", "pip>=22.2"]))?;
    let report = scratch.join("report.json");
    let resolve = ["install", "--quiet", "--dry-run", "--ignore-installed", "--only-binary=:all:", "--report"];
    process::output(python.pip().args(resolve).arg(&report).arg(release.to_string()))
        .with_context(|| format!("pip finds no way to install {release}"))?;
    let text = fs::read_to_string(&report).with_context(|| format!("cannot read {}", report.display()))?;
    let report: Report = serde_json::from_str(&text).context("pip's report is not what it used to be")?;

    let is_asked_for = |package: &str| normalized(package) == normalized(&release.package);
    let mut found: Vec<Requirement> = report
        .install
        .into_iter()
        .map(|item| Requirement { package: normalized(&item.metadata.name), version: item.metadata.version })
        .filter(|package| is_asked_for(&package.package) || may_carry_schema(&package.package))
        .collect();
    found.sort_by_key(|package| (is_asked_for(&package.package), rank(&package.package), package.package.clone()));
    Ok(found)
}

/// Extensions are called ndx-something by convention; all else in a package's dependencies is plain Python.
fn may_carry_schema(package: &str) -> bool {
    rank(package) < 3
}

/// The order in which the layers of the schema language build on each other.
fn rank(package: &str) -> u8 {
    match package {
        "hdmf" => 0,
        "pynwb" => 1,
        _ if package.starts_with("ndx-") => 2,
        _ => 3,
    }
}

/// A package's name as the index compares it.
fn normalized(package: &str) -> String {
    package.to_lowercase().replace(['_', '.'], "-")
}

/// Fetches the wheel of `release`, alone, and unpacks it.
pub(crate) fn fetch(python: &Venv, release: &Requirement, scratch: &Path) -> Result<Wheel> {
    let folder = scratch.join(&release.package);
    let download = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"];
    process::output(python.pip().args(download).arg(&folder).arg(release.to_string()))
        .with_context(|| format!("pip cannot download {release}"))?;
    let path = only_file(&folder)?;
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let content = folder.join("content");
    process::output(python.python().args(["-m", "zipfile", "-e"]).arg(&path).arg(&content))
        .with_context(|| format!("{} is no wheel", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Wheel { name, sha256: digest::sha256(&bytes), content })
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    match <[PathBuf; 1]>::try_from(paths) {
        Ok([path]) => Ok(path),
        Err(paths) => bail!("pip left {} files where one wheel was expected", paths.len()),
    }
}
