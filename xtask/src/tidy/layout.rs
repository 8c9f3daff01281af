//! Where files lie, how they begin and how long they are.

use std::collections::BTreeSet;

use super::source::Source;

/// What the top folder holds beside files and folders whose name begins with a dot.
const TOP: [&str; 11] = [
    "BENCHMARKS.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "rust-toolchain.toml",
    "schema",
    "tests",
    "xtask",
];

/// A hand-written file that is longer than this wants splitting.
const LINES: usize = 600;

/// Files that are longer for a reason.
const LONG: [(&str, &str); 0] = [];

/// Everything that lies, begins or ends where it should not.
pub(crate) fn findings(paths: &[String], sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    let top: BTreeSet<&str> = paths.iter().filter_map(|path| path.split('/').next()).collect();
    for name in top.iter().filter(|name| !name.starts_with('.') && !TOP.contains(name)) {
        findings.push(format!("{name}: the top folder holds only {}, and dot-files", TOP.join(", ")));
    }
    for source in sources {
        findings.extend(of_source(source));
    }
    for (path, _) in LONG.iter().filter(|(path, _)| sources.iter().all(|source| source.path != *path)) {
        findings.push(format!("{path}: in the list of long files, and not there"));
    }
    findings
}

fn of_source(source: &Source) -> Vec<String> {
    let Source { path, text, .. } = source;
    let mut findings = Vec::new();
    if path.rsplit('/').next() == Some("mod.rs") {
        findings.push(format!("{path}: a module `foo` lives in foo.rs, with its own modules in foo/"));
    }
    if path.starts_with("crates/") && path.ends_with("/src/lib.rs") && !text.starts_with("//!") {
        findings.push(format!("{path}: a crate begins with `//!`: what it is, what it is not, its invariants"));
    }
    let lines = text.lines().count();
    if lines > LINES && !source.is_generated() && LONG.iter().all(|(long, _)| long != path) {
        findings
            .push(format!("{path}: {lines} lines; more than {LINES} by hand want splitting, or a reason in `LONG`"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::new(path, text).unwrap()
    }

    #[test]
    fn each_rule_finds_its_offender() {
        let paths = ["Cargo.toml", ".ci/run", "notes/plan.md", "crates/a/src/lib.rs"].map(String::from);
        let long = "fn f() {}\n".repeat(LINES + 1);
        let sources = [
            source("crates/a/src/lib.rs", "fn f() {}\n"),
            source("crates/a/src/b/mod.rs", ""),
            source("crates/a/src/long.rs", &long),
            source("crates/a/src/made.rs", &format!("// @generated\n{long}")),
            source("crates/b/src/lib.rs", "//! What it is.\n"),
        ];
        let found = findings(&paths, &sources);
        let places: Vec<_> = found.iter().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(places, ["notes", "crates/a/src/lib.rs", "crates/a/src/b/mod.rs", "crates/a/src/long.rs"]);
    }
}
