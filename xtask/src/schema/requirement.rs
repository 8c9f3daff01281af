//! `package==version`, the one form in which a release is asked for.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail};

/// A released package: its name and its exact version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requirement {
    /// The name, as the package index knows it.
    pub(crate) package: String,
    /// The version, whole.
    pub(crate) version: String,
}

impl FromStr for Requirement {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let Some((package, version)) = text.split_once("==") else {
            bail!("`{text}` is no release: write <package>==<version>, such as pynwb==4.2.0");
        };
        // Both end up in a command line, so neither may look like an option, a path or a range.
        if !is_word(package, "._-") {
            bail!(
                "`{package}` is no package name: letters, digits, `.`, `_` and `-`, beginning with a letter or digit"
            );
        }
        if !is_word(version, "._-+!") || version.contains("..") {
            bail!("`{version}` is no exact version: digits with dots, such as 4.2.0");
        }
        Ok(Self { package: package.into(), version: version.into() })
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=={}", self.package, self.version)
    }
}

fn is_word(text: &str, punctuation: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_release_is_read() {
        let release: Requirement = "pynwb==4.2.0".parse().unwrap();
        assert_eq!((release.package.as_str(), release.version.as_str()), ("pynwb", "4.2.0"));
        assert_eq!(release.to_string(), "pynwb==4.2.0");
        assert_eq!("ndx-a.b_c==1.0.0rc1+local".parse::<Requirement>().unwrap().version, "1.0.0rc1+local");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "pynwb",
            "pynwb=4.2.0",
            "pynwb>=4.2.0",
            "==4.2.0",
            "pynwb==",
            "pynwb==4.*",
            "pynwb===4.2.0",
            "--all==1.0",
            "../pynwb==1.0",
            "pynwb== 4.2.0",
            "pynwb==4.2.0; x",
            "pynwb==4..2",
            "pynwb==4.2.0,<5",
            "pynwb[x]==4.2.0",
        ] {
            assert!(text.parse::<Requirement>().is_err(), "{text:?}");
        }
    }
}
