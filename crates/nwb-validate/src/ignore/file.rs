//! One file that says what is ignored.

use std::path::{Path, PathBuf};

use nwb_model::diagnosis::Finding;
use nwb_model::{Error, ErrorKind, Result};
use serde::Deserialize;

use crate::glob::matches;
use crate::options::is_name_of;

/// A file that says what is ignored in the folder where it lies, and below.
#[derive(Clone, Debug)]
pub struct IgnoreFile {
    path: PathBuf,
    entries: Vec<Entry>,
}

/// One thing that is ignored.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// Of which rule: a code, the first words of codes, or the peer's name.
    pub rule: String,
    /// In which files, by their paths from the folder of the file that says so; in all if there is none.
    pub files: Option<String>,
    /// In which objects; in all if there is none.
    pub objects: Option<String>,
    /// Why. Without a reason it is not ignored.
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    ignore: Vec<Entry>,
}

impl IgnoreFile {
    /// Reads one.
    ///
    /// # Errors
    /// When it cannot be read, or is not as it must be.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|cause| {
            Error::new(ErrorKind::Io, "the file cannot be read").in_file(path.display().to_string()).caused_by(cause)
        })?;
        Self::parse(&text, path)
    }

    /// Out of its text, and the path at which it lies.
    ///
    /// # Errors
    /// When the text is no TOML, or says what no such file says.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let document: Document = toml::from_str(text).map_err(|cause| {
            let line = cause.span().map(|span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
            let place = line.map_or_else(String::new, |line| format!(" (line {line})"));
            Error::new(ErrorKind::Invalid, format!("the file does not say what is ignored: {}{place}", cause.message()))
                .in_file(path.display().to_string())
                .expected("tables [[ignore]] with rule and reason, and where needed files and objects")
        })?;
        Ok(Self { path: path.to_owned(), entries: document.ignore })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder that it is about.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// What it says.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl Entry {
    /// Why, in words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty())
    }

    /// Whether it is about an NWB file, given the folder from which its paths are.
    #[must_use]
    pub fn is_about(&self, folder: &Path, file: &Path) -> bool {
        let Some(pattern) = &self.files else { return true };
        let Ok(path) = file.strip_prefix(folder) else { return false };
        let names: Vec<_> = path.components().map(|name| name.as_os_str().to_string_lossy()).collect();
        matches(pattern.strip_prefix("./").unwrap_or(pattern), &names.join("/"))
    }

    /// Whether a finding in such a file is meant.
    #[must_use]
    pub fn fits(&self, finding: &Finding) -> bool {
        is_name_of(&self.rule, finding.code, finding.peer)
            && self.objects.as_ref().is_none_or(|pattern| matches(pattern, &finding.object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_with_their_line() {
        let parse = |text: &str| IgnoreFile::parse(text, Path::new("lab/.nwb-validate.toml"));
        assert_eq!(parse("").unwrap().entries().len(), 0);
        for (text, said) in [
            ("[[ignore]]\nrule = \"a\"\nfile = \"b\"\n", "unknown field `file`"),
            ("[[ignore]]\nreason = \"a\"\n", "missing field `rule`"),
            ("ignore = 3", "invalid type"),
            ("\n\n[[ignore", "line 3"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains(".nwb-validate.toml"), "{error}");
        }
        let entry = |reason: &str| {
            let file = parse(&format!("[[ignore]]\nrule = \"a\"\n{reason}")).unwrap();
            file.entries()[0].reason().map(str::to_owned)
        };
        assert_eq!((entry(""), entry("reason = \"  \""), entry("reason = \"b\"")), (None, None, Some("b".into())));
    }

    #[test]
    fn files_and_objects_are_patterns() {
        let text = "[[ignore]]\nrule = \"table\"\nfiles = \"*/a*.nwb\"\nobjects = \"/units/**\"\nreason = \"b\"";
        let file = IgnoreFile::parse(text, Path::new("/lab/.nwb-validate.toml")).unwrap();
        let entry = &file.entries()[0];
        for (path, expected) in [("/lab/x/ab.nwb", true), ("/lab/ab.nwb", false), ("/other/x/a.nwb", false)] {
            assert_eq!(entry.is_about(file.folder(), Path::new(path)), expected, "{path}");
        }
        for (code, object, expected) in [
            ("table.rows", "/units/spike_times", true),
            ("table", "/units", true),
            ("tables", "/units", false),
            ("table.rows", "/units2", false),
        ] {
            let mut finding = Finding::new(object, "m");
            finding.code = code;
            assert_eq!(entry.fits(&finding), expected, "{code} {object}");
        }
    }
}
