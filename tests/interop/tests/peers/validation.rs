//! What `pynwb.validate` finds, our rules about the schema find at the same objects, by the same names; what differs stands in
//! `tests/schema-differences.md`.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::Trial;
use nwb::validate::{Finding, Options, Registry, Set, Severity, validate};
use serde_json::{Value as Json, json};

use crate::case;
use crate::fixture::Fixture;

/// How many copies with one change each are validated by both.
const CHANGES: u32 = 40;

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    vec![
        case(fixture, "validation/files of PyNWB have what PyNWB finds in them", of_pynwb),
        case(fixture, "validation/files with one fault", with_faults),
        case(fixture, "validation/files with one change", changed),
    ]
}

fn of_pynwb(fixture: &Fixture) -> Result<(), String> {
    let rows = Row::all()?;
    let mut wrong = Vec::new();
    for file in fixture.files.iter().filter(|file| file.nwb && !file.name.starts_with("newest/")) {
        let (theirs, ours) = both(fixture, &file.path)?;
        wrong.extend(unexcused(&rows, &theirs, &ours).into_iter().map(|one| format!("{}: {one}", file.name)));
        // What its own writer and validator find right is right, but for what is broken on purpose.
        if theirs["found"].as_array().is_some_and(Vec::is_empty) && !file.name.starts_with("odd/") {
            let errors = ours.iter().filter(|one| one.severity == Severity::Error && !is_known(one));
            wrong.extend(errors.map(|one| format!("{}: only ours: {one}", file.name)));
        }
    }
    told(&wrong)
}

/// What is wrong in files that PyNWB takes for sound: the signed numbers of the enumeration in `many_types.py`, at which it does not
/// look; and the starting frames in a file of its own tests, which are made not to fit.
fn is_known(finding: &Finding) -> bool {
    let spec = finding.spec.as_deref();
    finding.code == "value.dtype" && spec == Some("hdmf-experimental EnumData")
        || finding.code == "series.axis" && spec == Some("core ImageSeries.external_file@starting_frame")
}

fn with_faults(fixture: &Fixture) -> Result<(), String> {
    let folder = fixture.path("validated_faults");
    let manifest = fixture.peer.ask(&json!({"do": "faults", "out": folder}))?;
    let files = manifest.as_array().into_iter().flatten().filter(|entry| entry["code"] != "refused");
    let paths = files.filter_map(|entry| entry["file"].as_str()).map(|name| (name.to_owned(), folder.join(name)));
    compared(fixture, &paths.collect::<Vec<_>>())
}

fn changed(fixture: &Fixture) -> Result<(), String> {
    let folder = fixture.path("changed");
    let made = fixture.peer.ask(&json!({"do": "mutate", "source": fixture.theirs, "out": folder, "most": CHANGES}))?;
    let text = |entry: &Json, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let files: Vec<(String, std::path::PathBuf)> =
        made.as_array().into_iter().flatten().map(|one| (text(one, "what"), text(one, "file").into())).collect();
    if files.len() < CHANGES as usize / 2 {
        return Err(format!("there are only {} files", files.len()));
    }
    compared(fixture, &files)
}

fn compared(fixture: &Fixture, files: &[(String, std::path::PathBuf)]) -> Result<(), String> {
    let rows = Row::all()?;
    let mut wrong = Vec::new();
    for (what, path) in files {
        let (theirs, ours) = both(fixture, path)?;
        wrong.extend(unexcused(&rows, &theirs, &ours).into_iter().map(|one| format!("{what}: {one}")));
    }
    told(&wrong)
}

fn told(wrong: &[String]) -> Result<(), String> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn both(fixture: &Fixture, path: &Path) -> Result<(Json, Vec<Finding>), String> {
    let theirs = fixture.peer.ask(&json!({"do": "findings", "file": path}))?;
    let file = nwb::open(path).map_err(|error| error.to_string())?;
    Ok((theirs, validate(&file, &Registry::standard(), &Options::default().only(Set::Schema))))
}

/// A row of the table of differences.
struct Row {
    class: String,
    words: String,
    instead: String,
}

impl Row {
    fn all() -> Result<Vec<Self>, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema-differences.md");
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = text.lines().filter(|line| line.starts_with("| `"));
        lines
            .map(|line| {
                let line = line.replace("\\|", "\u{1}");
                let cells: Vec<String> = line
                    .trim_matches('|')
                    .split('|')
                    .map(|cell| cell.trim().trim_matches('`').replace('\u{1}', "|"))
                    .collect();
                match cells.as_slice() {
                    [class, words, instead, why] if !why.is_empty() => {
                        Ok(Self { class: class.clone(), words: words.clone(), instead: instead.clone() })
                    }
                    _ => Err(format!("schema-differences.md: not a row of four cells: {line}")),
                }
            })
            .collect()
    }

    fn excuses(&self, theirs: &Json, ours: &[Finding]) -> bool {
        let object = theirs["object"].as_str().unwrap_or_default();
        let is_at = |path: &str| {
            path == object || path.strip_prefix(object.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
        };
        // What is told of an index is told of the table that it is in, or of the column that it leads into.
        let above = object.rsplit_once('/').map_or("/", |(above, _)| above);
        let column = object.strip_suffix("_index").unwrap_or(object);
        theirs["class"] == self.class.as_str()
            && theirs["reason"].as_str().is_some_and(|reason| reason.contains(&self.words))
            && (self.instead.is_empty()
                || ours.iter().any(|one| {
                    one.code == self.instead && (is_at(&one.object) || one.object == above || one.object == column)
                }))
    }
}

/// Their findings that are not ours, and for which there is no reason.
fn unexcused(rows: &[Row], theirs: &Json, ours: &[Finding]) -> Vec<String> {
    let is_ours = |one: &Json| {
        let (class, object) = (one["class"].as_str(), one["object"].as_str());
        ours.iter().any(|finding| finding.peer == class && Some(finding.object.as_str()) == object)
    };
    let all = theirs["found"].as_array().into_iter().flatten();
    all.filter(|one| !is_ours(one) && !rows.iter().any(|row| row.excuses(one, ours)))
        .map(|one| format!("only theirs: {one}"))
        .collect()
}
