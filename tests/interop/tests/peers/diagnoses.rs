//! What we say of files: nothing is wrong with those of PyNWB, of whatever version; of a file with one fault, just that.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use libtest_mimic::Trial;
use nwb::NeurodataType;
use nwb::model::diagnosis::{Finding, Severity};
use nwb::model::memory::Memory;
use serde_json::{Value as Json, json};

use crate::case;
use crate::fixture::Fixture;

/// Files that PyNWB made with a fault on purpose.
const KNOWN: &[(&str, &str)] = &[("2.1.0_imageseries_nonmatch_starting_frame.nwb", "series.axis")];

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    let mut trials = vec![
        case(fixture, "diagnoses/one fault each", one_fault_each),
        case(fixture, "diagnoses/old versions need upgrades", old_versions),
    ];
    for file in fixture.files.iter().filter(|file| file.nwb && !file.name.starts_with("odd/")) {
        let (name, path) = (format!("diagnoses/no fault/{}", file.name), file.path.clone());
        let known: Vec<&str> = KNOWN.iter().filter(|(of, _)| file.name.ends_with(of)).map(|(_, code)| *code).collect();
        trials.push(case(fixture, name, move |_| no_fault(&path, &known)));
    }
    for file in fixture.files.iter().filter(|file| file.nwb && file.name.starts_with("odd/")) {
        let (name, path) = (format!("diagnoses/survives/{}", file.name), file.path.clone());
        trials.push(case(fixture, name, move |_| diagnose(&path).map(drop)));
    }
    trials
}

fn diagnose(path: &PathBuf) -> Result<Vec<Finding>, String> {
    Ok(nwb::open(path).map_err(|error| error.to_string())?.diagnose())
}

fn no_fault(path: &PathBuf, known: &[&str]) -> Result<(), String> {
    let found = diagnose(path)?;
    if let Some(code) = known.iter().find(|code| !found.iter().any(|one| one.code == **code)) {
        return Err(format!("{code} is not told"));
    }
    let faults: Vec<String> = found
        .iter()
        .filter(|one| one.severity == Severity::Error && !known.contains(&one.code))
        .map(ToString::to_string)
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// Each file of `one_fault.py` gives the one diagnosis that it is made for, at the object where the fault is.
fn one_fault_each(fixture: &Fixture) -> Result<(), String> {
    let folder = fixture.path("faults");
    let manifest = fixture.peer.ask(&json!({"do": "faults", "out": folder}))?;
    let entries = manifest.as_array().ok_or("no manifest")?;
    let wrong: Vec<String> = entries
        .iter()
        .filter_map(|entry| {
            let name = entry["file"].as_str().unwrap_or_default();
            one_fault(&folder.join(name), entry).err().map(|error| format!("{name}: {error}"))
        })
        .collect();
    if entries.len() < 60 {
        return Err(format!("there are only {} files", entries.len()));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn one_fault(path: &PathBuf, entry: &Json) -> Result<(), String> {
    let opened = nwb::open(path);
    let (code, object) = match (entry["code"].as_str(), entry["object"].as_str()) {
        (Some("refused"), _) => {
            return match opened {
                Ok(_) => Err("it was opened".into()),
                Err(error) if error.is_file_fault() && error.to_string().lines().count() == 1 => Ok(()),
                Err(error) => Err(format!("not one sentence about the file: {error}")),
            };
        }
        (code, object) => (code, object),
    };
    let file = opened.map_err(|error| error.to_string())?;
    let found = file.diagnose();
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    match (code, found.as_slice()) {
        (None, []) => Ok(()),
        (Some(code), [one])
            if one.code == code
                && Some(one.object.as_str()) == object
                && Some(one.severity.name()) == entry["severity"].as_str() =>
        {
            everything_else_is_usable(&file)
        }
        _ => Err(format!("expected {code:?} at {object:?}, found:\n  {}", told.join("\n  "))),
    }
}

/// A fault in one place spoils nothing else: look-ups by type and the index of the whole file still work.
fn everything_else_is_usable(file: &nwb::File) -> Result<(), String> {
    let series = file.find::<nwb::types::TimeSeries>().map_err(|error| error.to_string())?;
    if series.len() < 8 {
        return Err(format!("only {} time series are found", series.len()));
    }
    file.scan().map_err(|error| error.to_string())?;
    let is_whole = file.diagnose().iter().all(|one| one.code != "object.unreadable-part");
    let copy = file.export(&Memory::new("copy"), &mut |_| {});
    match copy {
        Ok(_) if is_whole => {}
        Err(error) if !is_whole && error.path().is_some() => {}
        Ok(_) => return Err("a copy has lost what cannot be read".into()),
        Err(error) => return Err(format!("it is not copied as it is: {error}")),
    }
    match series.iter().find(|one| one.object().diagnoses().len() > 1) {
        Some(one) => Err(format!("more than one diagnosis of {}", one.object().path())),
        None => Ok(()),
    }
}

/// The files of old versions in PyNWB's own tests need these rules, and no file of today needs any.
fn old_versions(fixture: &Fixture) -> Result<(), String> {
    let needed = |prefix: &str| -> Result<BTreeSet<&'static str>, String> {
        let mut codes = BTreeSet::new();
        for file in fixture.files.iter().filter(|file| file.name.starts_with(prefix)) {
            codes.extend(diagnose(&file.path)?.into_iter().map(|one| one.code));
        }
        Ok(codes)
    };
    let old = needed("older/")?;
    if !old.is_empty() {
        for code in [
            "upgrade.version-spelling",
            "upgrade.no-object-ids",
            "upgrade.table-namespace",
            "upgrade.help-attribute",
            "upgrade.scalar-for-list",
            "upgrade.device-model-text",
            "upgrade.series-data",
            "upgrade.series-unit",
        ] {
            if !old.contains(code) {
                return Err(format!("no old file needs {code}, but these: {old:?}"));
            }
        }
    }
    let mut today = needed("many/")?;
    today.retain(|code| code.starts_with("upgrade."));
    if today.is_empty() { Ok(()) } else { Err(format!("files of today need {today:?}")) }
}
