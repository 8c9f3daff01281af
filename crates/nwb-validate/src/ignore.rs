//! What a lab has looked at and leaves as it is: findings that are not told, each for a reason.
//!
//! They stand in a file [`NAME`] beside the NWB files or in a folder above them; the nearest counts.
//!
//! ```toml
//! [[ignore]]
//! rule = "check_subject_age"         # a code, the first words of codes, or the peer's name
//! files = "pilot/**"                 # below the folder of this file; without it all of them
//! objects = "/general/subject"       # paths of objects; without it all of them
//! reason = "the dates of birth of the pilot's animals are lost"
//! ```
//!
//! `files` and `objects` are [patterns](crate::glob::matches). An entry without a reason does nothing, which is said; and so it is of
//! one that nothing was found for.

mod file;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use nwb_model::Result;
use nwb_model::diagnosis::Finding;

use crate::many::Outcome;
use crate::options::Options;
use crate::registry::Registry;

pub use file::{Entry, IgnoreFile};

/// The name of such a file.
pub const NAME: &str = ".nwb-validate.toml";

/// A finding that is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ignored {
    /// What was found.
    pub finding: Finding,
    /// Why it is left as it is.
    pub reason: String,
}

/// The files that say what is ignored in some NWB files.
#[derive(Debug, Default)]
pub struct IgnoreFiles {
    files: Vec<Used>,
    by_folder: HashMap<PathBuf, Option<usize>>,
}

#[derive(Debug)]
struct Used {
    file: IgnoreFile,
    /// Of each entry, whether a file was looked at that it is about, and whether something was found there.
    entries: Vec<(bool, bool)>,
}

impl IgnoreFiles {
    /// Those that count for some NWB files: for each the one in its folder, or the nearest above.
    ///
    /// # Errors
    /// When one of them cannot be read, or is none.
    pub fn of(paths: &[PathBuf]) -> Result<Self> {
        let mut all = Self::default();
        for path in paths {
            if let Some(folder) = folder_of(path) {
                all.find(&folder)?;
            }
        }
        Ok(all)
    }

    fn find(&mut self, folder: &Path) -> Result<Option<usize>> {
        if let Some(known) = self.by_folder.get(folder) {
            return Ok(*known);
        }
        let path = folder.join(NAME);
        let found = if path.is_file() {
            let file = IgnoreFile::read(&path)?;
            self.files.push(Used { entries: vec![(false, false); file.entries().len()], file });
            Some(self.files.len() - 1)
        } else {
            match folder.parent() {
                Some(above) => self.find(above)?,
                None => None,
            }
        };
        self.by_folder.insert(folder.to_owned(), found);
        Ok(found)
    }

    /// Moves what is ignored from the findings of an outcome to [`Outcome::ignored`].
    pub fn apply(&mut self, outcome: &mut Outcome) {
        let Some(folder) = folder_of(&outcome.path) else { return };
        let used = self.by_folder.get(&folder).copied().flatten().and_then(|index| self.files.get_mut(index));
        let (Some(used), Some(name), None) = (used, outcome.path.file_name(), &outcome.error) else { return };
        let path = folder.join(name);
        let about: Vec<bool> =
            used.file.entries().iter().map(|entry| entry.is_about(used.file.folder(), &path)).collect();
        for ((is_about, _), now) in used.entries.iter_mut().zip(&about) {
            *is_about |= now;
        }
        let mut told = Vec::with_capacity(outcome.findings.len());
        for finding in std::mem::take(&mut outcome.findings) {
            let mut fitting = used
                .file
                .entries()
                .iter()
                .zip(&about)
                .zip(&mut used.entries)
                .filter(|((entry, about), _)| **about && entry.fits(&finding));
            match fitting.next().and_then(|((entry, _), used)| Some((entry.reason()?, used))) {
                Some((reason, used)) => {
                    used.1 = true;
                    outcome.ignored.push(Ignored { finding, reason: reason.to_owned() });
                }
                None => told.push(finding),
            }
        }
        outcome.findings = told;
    }

    /// What is to be said of the files themselves, a sentence each: entries without a reason or of no rule, and, where all rules were
    /// asked and everything is told, those for which nothing was found.
    #[must_use]
    pub fn remarks(&self, registry: &Registry<'_>, options: &Options) -> Vec<String> {
        let mut remarks = Vec::new();
        for used in &self.files {
            for (number, (entry, (is_about, is_used))) in used.file.entries().iter().zip(&used.entries).enumerate() {
                let place = format!("{}: entry {} ({})", used.file.path().display(), number + 1, entry.rule);
                let is_unknown = !Options::default().ignore([&entry.rule]).unknown_names(registry).is_empty();
                if is_unknown {
                    remarks.push(format!("{place} is of no rule; `nwb validate --rules` lists them"));
                } else if entry.reason().is_none() {
                    remarks.push(format!("{place} has no reason, and is not obeyed; write one: reason = \"...\""));
                } else if *is_about && !is_used && options.asks_all() {
                    remarks.push(format!("{place} is not needed: nothing of the kind is found any more"));
                }
            }
        }
        remarks
    }
}

/// The real folder of a file; `None` where there is none.
fn folder_of(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.canonicalize().ok()
}
