//! What our rules about practice find beside what nwbinspector finds, object by object: in files that `python/practice.py` makes, a
//! cause and a near miss for each check, and in those that `NWB_PRACTICE_FILES` lists, one path a line.
//!
//! What may differ stands in `tests/practice-differences.md`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use nwb::NeurodataType as _;
use nwb::validate::{Finding, Options, Registry, Set, Severity, validate_all};
use nwb_interop::peer;

/// A row of the list of differences.
struct Row {
    which: String,
    check: String,
    why: String,
}

fn rows() -> Vec<Row> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../practice-differences.md");
    let text = std::fs::read_to_string(page).unwrap();
    let rows: Vec<Row> = text
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").map(str::to_owned);
            let (which, check, why) = (cells.next()?, cells.next()?, cells.next()?);
            matches!(which.as_str(), "more" | "less" | "failed").then_some(Row { which, check, why })
        })
        .collect();
    assert!(rows.len() > 10, "the list of differences is not read");
    rows
}

fn run(python: &Path, arguments: &[&std::ffi::OsStr]) -> Vec<u8> {
    let output =
        Command::new(python).arg("-B").arg(peer::tools().join("practice.py")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn importance(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "CRITICAL",
        Severity::Violation => "BEST_PRACTICE_VIOLATION",
        Severity::Suggestion => "BEST_PRACTICE_SUGGESTION",
        other => other.name(),
    }
}

/// What the peer finds in one file: the importance of each finding, by check and object.
type Found = BTreeMap<(String, String), String>;

/// What differs in one file, as far as no row explains it.
fn differences(path: &str, peer: &Found, ours: &[Finding], rows: &[Row]) -> String {
    let mut all = String::new();
    let is_row = |which: &str, check: &str, why: Option<&str>| {
        let fits = |row: &&Row| row.which == which && (row.check == check || row.check == "*");
        rows.iter().filter(fits).any(|row| why.is_none_or(|why| row.why == why))
    };
    let own: BTreeMap<(&str, &str), &Finding> = ours.iter().map(|one| ((one.code, one.object.as_str()), one)).collect();
    for finding in ours {
        let (check, object) = (finding.code, &finding.object);
        let theirs = peer.get(&(check.to_owned(), object.clone()));
        match (theirs.map(String::as_str), &finding.beyond_peer) {
            (Some("FAILED"), _) => {
                let why = Some("nwbinspector's check ends with an error of Python");
                assert!(is_row("more", check, why), "no row for failures");
            }
            (Some(theirs), _) if theirs == importance(finding.severity) => {}
            (Some(theirs), _) => {
                _ = writeln!(all, "{path}: {check} {object}: {} here, {theirs} there", finding.severity)
            }
            (None, Some(why)) if is_row("more", check, Some(why)) => {}
            (None, _) => _ = writeln!(all, "{path}: {check} {object}: here alone: {finding}"),
        }
    }
    for ((check, object), importance) in peer {
        let is_ours = own.contains_key(&(check.as_str(), object.as_str()));
        let which = if importance == "FAILED" { "failed" } else { "less" };
        // An object in another file has the name of a link, and the path of what it is there.
        let is_elsewhere = is_external(path, object) && is_row("less", "external", None);
        if !is_ours && !is_elsewhere && !is_row(which, check, None) {
            _ = writeln!(all, "{path}: {check} {object}: there alone ({importance})");
        }
    }
    all
}

/// Whether an object lies in another file, or is the root of one as the peer has it.
fn is_external(path: &str, object: &str) -> bool {
    let Ok(file) = nwb::open(path) else { return false };
    let has_links = file.object().descendants().unwrap_or_default().iter().any(|group| {
        let links = group.links().unwrap_or_default();
        links.iter().any(|(_, link)| matches!(link, nwb::model::backend::Link::External { .. }))
    });
    let lies_here = file.get(object).is_ok_and(|found| found.is_in_file_of(file.object()));
    has_links && (object == "/" || !lies_here)
}

#[test]
fn nwbinspector_finds_the_same() {
    let Some(python) = peer::python() else {
        assert!(!peer::required(), "there is no Python with nwbinspector");
        eprintln!("left out: NWB_PEER_PYTHON names no Python");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    run(&python, &["make".as_ref(), made.as_ref()]);
    let cases: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> =
        serde_json::from_slice(&std::fs::read(made.join("cases.json")).unwrap()).unwrap();

    let mut paths: Vec<PathBuf> = cases.keys().map(|name| made.join(name)).collect();
    if let Some(list) = std::env::var_os("NWB_PRACTICE_FILES") {
        paths.extend(std::fs::read_to_string(list).unwrap().lines().map(PathBuf::from));
    }
    let list = folder.path().join("list.txt");
    let lines: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    std::fs::write(&list, lines.join("\n")).unwrap();
    let answer: BTreeMap<String, Vec<[String; 3]>> =
        serde_json::from_slice(&run(&python, &["inspect".as_ref(), list.as_ref()])).unwrap();

    let registry = Registry::standard();
    let options = Options::default().only(Set::Practice);
    let outcomes = validate_all(&paths, |path| nwb::open(path), &registry, &options, |_| {});
    let rows = rows();
    let mut wrong = String::new();
    let mut compared = 0;
    for outcome in &outcomes {
        let path = outcome.path.display().to_string();
        let peer: Found = answer[&path].iter().cloned().map(|[check, object, how]| ((check, object), how)).collect();
        // What PyNWB cannot read, nwbinspector says nothing of.
        if peer.keys().any(|(check, _)| check == "READ") {
            assert!(!path.starts_with(made.to_str().unwrap()), "PyNWB cannot read {path}");
            continue;
        }
        compared += peer.len();
        wrong.push_str(&differences(&path, &peer, &outcome.findings, &rows));
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(compared > 90, "only {compared} findings were compared");

    let mut caused = BTreeSet::new();
    for outcome in &outcomes {
        let name = outcome.path.file_name().unwrap().to_string_lossy();
        let Some(expected) = cases.get(name.as_ref()).filter(|_| outcome.path.starts_with(&made)) else { continue };
        for (check, kinds) in expected {
            for (kind, object) in kinds {
                let found = outcome.findings.iter().find(|one| one.code == check && one.object == *object);
                let is_as_expected = match kind.split('_').next().unwrap() {
                    "hit" => found.is_some_and(|one| one.beyond_peer.is_none()),
                    "beyond" => found.is_some_and(|one| one.beyond_peer.is_some()),
                    _ => found.is_none(),
                };
                assert!(is_as_expected, "{name}: {check} {kind} at {object}: {found:?}");
                if kind != "miss" {
                    caused.insert(check.clone());
                }
            }
        }
    }
    let all: BTreeSet<String> =
        registry.rules().filter(|(set, _)| *set == Set::Practice).map(|(_, rule)| rule.code().to_owned()).collect();
    assert_eq!(all.len(), 85);
    let never: Vec<&String> = all.difference(&caused).collect();
    assert!(never.is_empty(), "nothing causes {never:?}");
}

#[test]
fn the_table_has_no_code_twice_and_every_reason_has_its_row() {
    let registry = Registry::standard();
    let codes: Vec<&str> = registry.rules().map(|(_, rule)| rule.code()).collect();
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/nwb-validate/src/practice");
    let rows = rows();
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for (_, rest) in text.match_indices(".beyond_peer(\"").map(|(at, found)| text.split_at(at + found.len())) {
            let why = rest.split('"').next().unwrap();
            assert!(rows.iter().any(|row| row.which == "more" && row.why == why), "{}: {why}", path.display());
        }
    }
}
