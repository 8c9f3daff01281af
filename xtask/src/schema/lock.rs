//! `schema/lock.toml`: which released package each file of `schema/` came from, and its SHA-256.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The lock file's name in `schema/`.
pub(crate) const LOCK: &str = "lock.toml";

const HEADER: &str = "\
# Which released package each file here came from, with SHA-256 of the package's wheel and of the file.
# Written by `cargo xtask schema add`, checked by `cargo xtask schema verify`.

";

/// The whole lock file.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    /// The releases, by package and version.
    #[serde(default, rename = "release")]
    pub(crate) releases: Vec<Release>,
}

/// One released package, and the files that it brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    /// The package's name.
    pub(crate) package: String,
    /// The package's version.
    pub(crate) version: String,
    /// The release that was asked for, when this one came as its dependency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) required_by: Option<String>,
    /// The file name of the wheel that was opened.
    pub(crate) wheel: String,
    /// The SHA-256 of that wheel.
    pub(crate) sha256: String,
    /// Path below `schema/`, with `/`, and SHA-256 of each file.
    pub(crate) files: BTreeMap<String, String>,
}

impl Lock {
    /// Reads the lock of the `schema` folder; an absent one is empty.
    pub(crate) fn read(schema: &Path) -> Result<Self> {
        let path = schema.join(LOCK);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a lock file", path.display()))
    }

    /// Writes the lock into the `schema` folder.
    pub(crate) fn write(&self, schema: &Path) -> Result<()> {
        let path = schema.join(LOCK);
        fs::write(&path, self.to_text()?).with_context(|| format!("cannot write {}", path.display()))
    }

    fn to_text(&self) -> Result<String> {
        Ok(format!("{HEADER}{}", toml::to_string(self)?))
    }

    /// The SHA-256 that the lock has for the file at `path`, whichever release brought it.
    pub(crate) fn digest(&self, path: &str) -> Option<&str> {
        self.releases.iter().find_map(|release| release.files.get(path)).map(String::as_str)
    }

    /// Takes a release in. What is known stays as it is: a file belongs to the release that brought it first.
    ///
    /// A file that two releases bring is the same bytes in both, which the caller has made sure of.
    pub(crate) fn insert(&mut self, mut release: Release) {
        release.files.retain(|path, _| self.digest(path).is_none());
        let same = |other: &&mut Release| other.package == release.package && other.version == release.version;
        if let Some(known) = self.releases.iter_mut().find(same) {
            known.files.append(&mut release.files);
        } else if !release.files.is_empty() {
            self.releases.push(release);
            self.releases.sort_by(|a, b| (&a.package, &a.version).cmp(&(&b.package, &b.version)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(package: &str, version: &str, files: &[(&str, &str)]) -> Release {
        Release {
            package: package.into(),
            version: version.into(),
            required_by: None,
            wheel: format!("{package}-{version}-py3-none-any.whl"),
            sha256: "00".into(),
            files: files.iter().map(|(path, digest)| ((*path).into(), (*digest).into())).collect(),
        }
    }

    #[test]
    fn a_second_release_keeps_the_first() {
        let mut lock = Lock::default();
        lock.insert(release("pynwb", "4.2.0", &[("core/2.11.0/a.yaml", "1")]));
        lock.insert(release("pynwb", "4.3.0", &[("core/2.12.0/a.yaml", "2")]));
        let found: Vec<_> = lock.releases.iter().map(|r| (r.version.as_str(), r.files.len())).collect();
        assert_eq!(found, [("4.2.0", 1), ("4.3.0", 1)]);
        assert_eq!(lock.digest("core/2.11.0/a.yaml"), Some("1"));
        assert_eq!(lock.digest("core/2.12.0/a.yaml"), Some("2"));
        assert_eq!(toml::from_str::<Lock>(&lock.to_text().unwrap()).unwrap(), lock);
    }

    #[test]
    fn a_file_belongs_to_the_release_that_brought_it_first() {
        let mut lock = Lock::default();
        lock.insert(release("hdmf", "6.2.0", &[("hdmf-common/1.10.0/a.yaml", "1")]));
        lock.insert(release("hdmf", "6.2.1", &[("hdmf-common/1.10.0/a.yaml", "1")]));
        assert_eq!(lock.releases.len(), 1);
        assert_eq!(lock.releases[0].version, "6.2.0");
    }

    #[test]
    fn a_release_that_comes_again_changes_nothing_that_is_known() {
        let mut lock = Lock::default();
        lock.insert(Release {
            required_by: Some("pynwb==4.2.0".into()),
            ..release("hdmf", "6.2.0", &[("a/1/a.yaml", "1")])
        });
        let before = lock.clone();
        lock.insert(Release {
            required_by: Some("pynwb==4.1.0".into()),
            ..release("hdmf", "6.2.0", &[("a/1/a.yaml", "1")])
        });
        assert_eq!(lock, before);
        lock.insert(release("hdmf", "6.2.0", &[("b/1/b.yaml", "2")]));
        assert_eq!(
            (lock.releases.len(), lock.digest("a/1/a.yaml"), lock.digest("b/1/b.yaml")),
            (1, Some("1"), Some("2"))
        );
    }
}
