//! As much of a namespace file as it takes to know which namespaces it declares and which files they are made of.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use yaml_serde::Value;

/// A namespace that a namespace file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Namespace {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// The files that it is made of, beside the namespace file.
    pub(crate) sources: Vec<String>,
}

#[derive(Deserialize)]
struct Entry {
    name: Value,
    version: Value,
    #[serde(default)]
    schema: Vec<Include>,
}

#[derive(Deserialize)]
struct Include {
    source: Option<String>,
}

/// The namespaces that the text of a YAML file declares; none when it is no namespace file.
pub(crate) fn declared(text: &str) -> Result<Vec<Namespace>> {
    if !text.lines().any(|line| line.starts_with("namespaces:")) {
        return Ok(Vec::new());
    }
    let document: Value = yaml_serde::from_str(text).context("not YAML")?;
    // Other files use the same key for a mapping; only a namespace file has a list there.
    let Some(entries @ Value::Sequence(_)) = document.get("namespaces") else {
        return Ok(Vec::new());
    };
    let entries: Vec<Entry> = yaml_serde::from_value(entries.clone()).context("not a namespace file")?;
    entries.into_iter().map(namespace).collect()
}

fn namespace(entry: Entry) -> Result<Namespace> {
    let name = file_name(entry.name).context("a namespace's name")?;
    let version = file_name(entry.version).with_context(|| format!("the version of {name}"))?;
    let sources = entry.schema.into_iter().filter_map(|include| include.source);
    let sources = sources.map(|source| file_name(Value::String(source))).collect::<Result<_>>();
    Ok(Namespace { sources: sources.with_context(|| format!("a source of {name}"))?, name, version })
}

/// A text that can be the name of one file or folder; a package must not write anywhere else.
fn file_name(value: Value) -> Result<String> {
    let Value::String(text) = value else {
        bail!("{value:?} is not text");
    };
    let allowed = |c: char| c.is_alphanumeric() || "._-+ ".contains(c);
    if text.is_empty() || text.starts_with('.') || !text.chars().all(allowed) {
        bail!("`{text}` cannot be the name of a file");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_namespaces_in_one_file() {
        let text = "
namespaces:
- name: common
  doc: y
  version: 1.10.0
  schema:
  - doc: base types
    source: base.yaml
  - source: table.yaml
- name: experimental
  version: \"0.6.0\"
  schema:
  - namespace: common
  - source: experimental.yaml
";
        let found = declared(text).unwrap();
        let expected = [
            ("common", "1.10.0", vec!["base.yaml", "table.yaml"]),
            ("experimental", "0.6.0", vec!["experimental.yaml"]),
        ];
        assert_eq!(found.len(), expected.len());
        for (found, (name, version, sources)) in found.iter().zip(expected) {
            assert_eq!((found.name.as_str(), found.version.as_str()), (name, version));
            assert_eq!(found.sources, sources);
        }
    }

    #[test]
    fn other_yaml_declares_none() {
        assert_eq!(declared("groups:\n- namespaces: x\n").unwrap(), []);
        assert_eq!(declared("namespaces:\n  core:\n    version: 1.0.0\n").unwrap(), []);
    }

    #[test]
    fn names_that_leave_the_folder_and_versions_that_are_numbers_are_refused() {
        for entry in [
            "name: ../x\n  version: 1.0.0",
            "name: x\n  version: 1.10",
            "name: x\n  version: 1.0.0\n  schema: [{source: a/../../b.yaml}]",
            "name: x",
        ] {
            assert!(declared(&format!("namespaces:\n- {entry}\n")).is_err(), "{entry}");
        }
    }
}
