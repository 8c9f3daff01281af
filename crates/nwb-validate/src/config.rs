//! How bad what rules find is, as a file says it: nwbinspector's configuration files, and the same in TOML.
//!
//! A file is a table of lists: under the name of a severity the rules whose findings are so bad, under `ignore` those that are not
//! asked. Severities go by our names (`error`, `critical`, `violation`, `suggestion`, `information`) or nwbinspector's
//! (`CRITICAL`, `BEST_PRACTICE_VIOLATION`, `BEST_PRACTICE_SUGGESTION`, `SKIP` ...). `extends = "dandi"` begins with what the
//! DANDI archive asks for.

use std::path::Path;

use indexmap::IndexMap;
use nwb_model::diagnosis::Severity;
use nwb_model::{Error, ErrorKind, Result};
use serde::Deserialize;

use crate::options::Options;

/// In which language a configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// TOML.
    Toml,
    /// YAML, and so JSON.
    Yaml,
}

impl Format {
    /// By the name of the file.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let is_toml = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
        if is_toml { Self::Toml } else { Self::Yaml }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    One(String),
    Rules(Vec<String>),
    Nothing(()),
}

impl Options {
    /// These options, and what a configuration says. Of two lists with one rule the later one counts.
    ///
    /// # Errors
    /// When the text is not of that format, or not a table of lists under names of severities.
    pub fn configure(self, text: &str, format: Format) -> Result<Self> {
        let invalid = |why: String| {
            Error::new(ErrorKind::Invalid, format!("the configuration cannot be used: {why}"))
                .expected("lists of rules under error, critical, violation, suggestion, information or ignore")
        };
        let lists: IndexMap<String, Entry> = match format {
            Format::Toml => toml::from_str(text).map_err(|cause| invalid(cause.message().to_owned()))?,
            Format::Yaml => yaml_serde::from_str(text).map_err(|cause| invalid(cause.to_string()))?,
        };
        let mut options = self;
        // What is extended comes first, wherever it is said.
        match lists.get("extends") {
            Some(Entry::One(name)) if name == "dandi" => options = options.dandi(),
            Some(_) => return Err(invalid("\"extends\" is \"dandi\" or nothing".into())),
            None => {}
        }
        for (name, entry) in lists.into_iter().filter(|(name, _)| name != "extends") {
            let rules = match entry {
                Entry::Rules(rules) => rules,
                Entry::One(rule) => vec![rule],
                Entry::Nothing(()) => continue,
            };
            options = match level(&name) {
                Some(Level::Rate(severity)) => {
                    rules.into_iter().fold(options, |options, rule| options.rate(rule, severity))
                }
                Some(Level::Ignore) => options.ignore(rules),
                None => return Err(invalid(format!("there is no severity \"{name}\""))),
            };
        }
        Ok(options)
    }
}

enum Level {
    Rate(Severity),
    Ignore,
}

fn level(name: &str) -> Option<Level> {
    let name = name.to_lowercase();
    let severity = match name.as_str() {
        "ignore" | "skip" => return Some(Level::Ignore),
        "pynwb_validation" => Severity::Error,
        "best_practice_violation" => Severity::Violation,
        "best_practice_suggestion" => Severity::Suggestion,
        other => Severity::from_name(other)?,
    };
    Some(Level::Rate(severity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peers_files_and_our_own() {
        let of_peer =
            "CRITICAL:  # for upload\n  - check_a\nBEST_PRACTICE_VIOLATION:\n  - check_b\nSKIP:\n  - check_c\n";
        let ours = "critical = [\"check_a\"]\nviolation = [\"check_b\"]\nignore = \"check_c\"\n";
        let expected = Options::default()
            .rate("check_a", Severity::Critical)
            .rate("check_b", Severity::Violation)
            .ignore(["check_c"]);
        assert_eq!(Options::default().configure(of_peer, Format::Yaml).unwrap(), expected);
        assert_eq!(Options::default().configure(ours, Format::Toml).unwrap(), expected);
        let extended = Options::default().dandi().rate("check_subject_age", Severity::Suggestion);
        let text = "suggestion = [\"check_subject_age\"]\nextends = \"dandi\"";
        assert_eq!(Options::default().configure(text, Format::Toml).unwrap(), extended);
        for text in ["", "CRITICAL:\n"] {
            assert_eq!(Options::default().configure(text, Format::Yaml).unwrap(), Options::default(), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for (text, format, said) in [
            ("grave = []", Format::Toml, "no severity \"grave\""),
            ("extends = \"lab\"", Format::Toml, "extends"),
            ("- a\n- b\n", Format::Yaml, "configuration"),
            ("critical = [1]", Format::Toml, "configuration"),
            ("a = = b", Format::Toml, "configuration"),
        ] {
            let error = Options::default().configure(text, format).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
