//! Files that link to each other: PyNWB's read and exported here, ours read by PyNWB.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::Trial;
use nwb::model::backend::Link;
use nwb::model::export::{Contents, ExportOptions, ExternalLinks};
use nwb::types::TimeSeries;
use nwb::{File, NeurodataType as _, NewFile};
use serde_json::json;

use crate::case;
use crate::fixture::Fixture;

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    vec![case(fixture, "links/PyNWB's copy and ours", linked)]
}

fn linked(fixture: &Fixture) -> Result<(), String> {
    let folder = fixture.path("links");
    let files = fixture.peer.ask(&json!({"do": "linked", "out": folder}))?;
    let [raw, derived] = ["raw", "derived"].map(|name| PathBuf::from(files[name].as_str().unwrap_or_default()));
    for name in ["elsewhere/deep", "whole"] {
        fs::create_dir_all(folder.join(name)).map_err(|error| error.to_string())?;
    }
    check(&derived)?;

    let links = ExportOptions { contents: Contents::Linked, ..ExportOptions::default() };
    let copied_in = ExportOptions { external: ExternalLinks::CopyIn, ..ExportOptions::default() };
    let exported = |from: &Path, to: &str, options: &ExportOptions| -> Result<PathBuf, String> {
        let path = folder.join(to);
        let written = nwb::open(from)
            .and_then(|file| file.export_with(&NewFile::new(&path), options, &mut |_| {}))
            .map_err(|error| error.to_string())?;
        match written.1.dangling_references.as_slice() {
            [] => Ok(path),
            lost => Err(format!("{to} has lost {lost:?}")),
        }
    };
    // PyNWB's file of links from another folder, and made whole; our own of the same session.
    let moved = exported(&derived, "elsewhere/deep/moved.nwb", &ExportOptions::default())?;
    check(&moved)?;
    let theirs = exported(&derived, "whole/theirs.nwb", &copied_in)?;
    check(&theirs)?;
    let ours = exported(&raw, "elsewhere/ours.nwb", &links)?;
    let again = exported(&ours, "whole/ours.nwb", &copied_in)?;
    let ids = |path: &str| path.ends_with("/object_id") || path.ends_with("/container_source");
    for (a, b) in [(&derived, &moved), (&raw, &again)] {
        let found = fixture.peer.compare_fields(a, b)?;
        if let Some(one) = found.iter().find(|one| !ids(&one.path)) {
            return Err(format!("{} and {}: {}", a.display(), b.display(), one.text));
        }
    }
    // Made whole, each object is as it was, but for the ids of what was made anew.
    let found = fixture.peer.compare(&raw, &again)?;
    if let Some(one) = found.iter().find(|one| !one.path.ends_with("@object_id")) {
        return Err(format!("{} and {}: {}", raw.display(), again.display(), one.text));
    }
    for path in [&raw, &derived, &moved, &ours, &theirs, &again] {
        let found = fixture.peer.ask(&json!({"do": "check", "file": path}))?;
        if found["ok"] != true {
            return Err(format!("{}: {found}", path.display()));
        }
    }
    Ok(())
}

/// What is behind the links, by our views.
fn check(path: &Path) -> Result<(), String> {
    let read = || -> nwb::Result<(Vec<f64>, f64, String)> {
        let file: File = nwb::open(path)?;
        let third: TimeSeries = file.acquisition()?.get("third")?;
        let times = third.timestamps()?.map(|times| times.read_value(..)?.to_vec::<f64>()).transpose()?;
        let voltage: nwb::types::ElectricalSeries = file.acquisition()?.get("voltage")?;
        let table = voltage.electrodes()?.table()?;
        let quality = table.column("quality")?.data().object().dataset()?.read_value(..)?.to_vec::<f64>()?;
        let subject = file.get("/general/subject")?.cast::<nwb::types::Subject>()?;
        assert!(subject.object().path() == "/general/subject");
        Ok((
            times.unwrap_or_default(),
            quality.get(3).copied().unwrap_or_default(),
            subject.subject_id()?.unwrap_or_default().to_owned(),
        ))
    };
    let found = read().map_err(|error| error.to_string())?;
    let expected = (vec![0.0, 0.25, 0.5, 0.75, 1.0], 0.75, "mouse 1".to_owned());
    if found != expected {
        return Err(format!("{}: {found:?}", path.display()));
    }
    let file = nwb::open(path).map_err(|error| error.to_string())?;
    let group = file.get("/acquisition").map_err(|error| error.to_string())?;
    for (name, link) in group.links().map_err(|error| error.to_string())? {
        if let Link::External { file, .. } = link
            && !file.starts_with("../")
        {
            return Err(format!("{}: the link {name} leads to \"{file}\", which is not relative", path.display()));
        }
    }
    Ok(())
}
