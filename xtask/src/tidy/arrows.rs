//! The direction of dependencies: every arrow between the workspace's packages points down.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{cargo, process};

/// Which packages of the workspace each one may depend on. A package that is not here has no place yet: give it one.
const ALLOWED: [(&str, &[&str]); 13] = [
    ("nwb-schema", &[]),
    ("nwb-model", &["nwb-schema"]),
    ("nwb-hdf5", &["nwb-model", "nwb-schema"]),
    ("nwb-ophys", &["nwb-model", "nwb-schema"]),
    ("nwb-validate", &["nwb-model", "nwb-schema"]),
    ("nwb-arrow", &["nwb-model", "nwb-schema"]),
    ("nwb-plot", &["nwb-model", "nwb-ophys", "nwb-schema"]),
    ("nwb", &["nwb-hdf5", "nwb-ophys", "nwb-validate", "nwb-arrow", "nwb-plot", "nwb-model", "nwb-schema"]),
    ("nwb-cli", &["nwb"]),
    ("nwb-codegen", &["nwb-schema"]),
    ("xtask", &["nwb-codegen"]),
    ("nwb-interop", &["nwb", "nwb-validate"]),
    ("nwb-extension", &["nwb", "nwb-codegen"]),
];

/// The packages that know no file format: nothing whose name begins like this may be among their dependencies, however far down.
const WITHOUT_HDF5: [&str; 2] = ["nwb-schema", "nwb-model"];
const HDF5: &str = "hdf5";

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Dependency {
    /// Whether the dependency is there for a user of the package too, and not only for its tests.
    fn is_for_users(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
    }
}

/// Every arrow that points up or aside, with all features switched on.
pub(crate) fn findings(root: &Path) -> Result<Vec<String>> {
    let mut command = cargo::cargo(root, "metadata");
    let metadata = process::output(command.args(["--format-version", "1", "--all-features", "--locked"]))?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("what `cargo metadata` prints")?;
    Ok(of_metadata(&metadata))
}

fn of_metadata(metadata: &Metadata) -> Vec<String> {
    let names: BTreeMap<&str, &str> = metadata.packages.iter().map(|p| (p.id.as_str(), p.name.as_str())).collect();
    let nodes: BTreeMap<&str, &Node> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let name = |id: &str| names.get(id).copied().unwrap_or_default().to_string();
    let members = || metadata.workspace_members.iter().filter_map(|id| nodes.get(id.as_str()));

    let mut findings = Vec::new();
    for node in members() {
        let from = name(&node.id);
        let Some((_, allowed)) = ALLOWED.iter().find(|(package, _)| *package == from) else {
            findings.push(format!("{from}: has no place in the order of the crates (`ALLOWED` in tidy's arrows)"));
            continue;
        };
        for dependency in node.deps.iter().filter(|dependency| metadata.workspace_members.contains(&dependency.pkg)) {
            let to = name(&dependency.pkg);
            if !allowed.contains(&to.as_str()) && from != to {
                findings.push(format!("{from}: depends on {to}, which does not lie below it"));
            }
        }
        if WITHOUT_HDF5.contains(&from.as_str()) {
            let reached = reached(&node.id, &nodes);
            let offenders = reached.iter().map(|id| name(id)).filter(|name| name.starts_with(HDF5));
            findings.extend(
                offenders.map(|to| format!("{from}: knows no file format, yet {to} is among its dependencies")),
            );
        }
    }
    findings
}

/// The packages that a user of the package gets with it.
fn reached<'a>(from: &'a str, nodes: &BTreeMap<&'a str, &'a Node>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![from];
    while let Some(id) = ahead.pop() {
        if reached.insert(id)
            && let Some(node) = nodes.get(id)
        {
            ahead.extend(node.deps.iter().filter(|dependency| dependency.is_for_users()).map(|d| d.pkg.as_str()));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(arrows: &[(&str, &str, Option<&str>)]) -> Metadata {
        let names: BTreeSet<&str> = arrows.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        let deps = |name: &str| {
            let of_it = arrows.iter().filter(|(from, _, _)| *from == name);
            let dependency = |(_, to, kind): &(&str, &str, Option<&str>)| Dependency {
                pkg: (*to).into(),
                dep_kinds: vec![Kind { kind: kind.map(String::from) }],
            };
            of_it.map(dependency).collect()
        };
        Metadata {
            packages: names.iter().map(|name| Package { id: (*name).into(), name: (*name).into() }).collect(),
            workspace_members: names
                .iter()
                .filter(|name| !["serde", "hdf5-metno"].contains(name))
                .map(|n| (*n).into())
                .collect(),
            resolve: Resolve {
                nodes: names.iter().map(|name| Node { id: (*name).into(), deps: deps(name) }).collect(),
            },
        }
    }

    #[test]
    fn arrows_that_point_down_pass() {
        let good = [
            ("nwb", "nwb-hdf5", None),
            ("nwb-hdf5", "nwb-model", None),
            ("nwb-hdf5", "hdf5-metno", None),
            ("nwb-model", "nwb-schema", None),
        ];
        assert_eq!(of_metadata(&metadata(&good)), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_up_an_arrow_aside_and_a_stranger_are_found() {
        let bad =
            [("nwb-schema", "nwb-model", Some("dev")), ("nwb-ophys", "nwb-hdf5", None), ("nwb-new", "serde", None)];
        let found = of_metadata(&metadata(&bad));
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn hdf5_is_found_however_far_down_but_not_in_tests() {
        let far = [("nwb-model", "serde", None), ("serde", "hdf5-metno", None)];
        assert_eq!(of_metadata(&metadata(&far)).len(), 1);
        let tests = [("nwb-model", "hdf5-metno", Some("dev"))];
        assert_eq!(of_metadata(&metadata(&tests)), Vec::<String>::new());
    }
}
