//! Export: everything read into the tree and written anew, compared with what was there, object by object.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::Trial;
use nwb::model::memory::Memory;
use nwb::{EditOptions, File, NewFile, Overwrite, Profile, Timestamp};
use nwb_interop::peer::Difference;

use crate::case;
use crate::fixture::{FAULTS, Fixture, PeerFile, found_at};

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for file in fixture.files.iter().filter(|file| file.nwb) {
        for way in [Way::Direct, Way::ThroughMemory, Way::Repacked] {
            let file = file.clone();
            let name = format!("{}/{}", way.name(), file.name);
            trials.push(case(fixture, name, move |fixture| same(fixture, &file, way)));
        }
    }
    for way in [Way::Direct, Way::ThroughMemory] {
        for kind in FAULTS {
            let name = format!("{}/finds a fault/{kind}", way.name());
            trials.push(case(fixture, name, move |fixture| finds(fixture, kind, way)));
        }
    }
    trials.push(case(fixture, "edit/nothing changed", unchanged));
    trials.push(case(fixture, "edit/one field changed", changed));
    trials
}

/// Chunks that fit nothing.
const ANEW: &str =
    r#"{ "rules": [{ "chunks": "rows", "bytes": 1000, "filters": ["shuffle", "deflate 3", "fletcher32"] }] }"#;

/// How the content comes from one file into the other.
#[derive(Clone, Copy)]
enum Way {
    Direct,
    /// First into memory, so that no byte of the one file can come into the other as it is.
    ThroughMemory,
    /// Every array of numbers in other chunks and with other filters.
    Repacked,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Direct => "export",
            Self::ThroughMemory => "export_from_memory",
            Self::Repacked => "export_repacked",
        }
    }
}

fn export(from: &Path, to: &Path, way: Way) -> nwb::Result<()> {
    let file = nwb::open(from)?;
    let file = match way {
        Way::Direct => file,
        Way::Repacked => {
            let profile = Profile::from_json("anew", ANEW)?;
            file.repack(&NewFile::new(to).overwrite(Overwrite::Yes), profile, &mut |_| {})?;
            return Ok(());
        }
        Way::ThroughMemory => {
            let (copy, _) = file.export(&Memory::new("memory"), &mut |_| {})?;
            drop(file);
            copy
        }
    };
    file.export(&NewFile::new(to).overwrite(Overwrite::Yes), &mut |_| {})?;
    Ok(())
}

fn same(fixture: &Fixture, file: &PeerFile, way: Way) -> Result<(), String> {
    // Beside the input, so that external links and virtual datasets find their files.
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let out = file.path.with_file_name(format!("{}_{name}", way.name()));
    let found = match export(&file.path, &out, way) {
        Ok(()) => {
            let facts = nwb::facts(&out).map_err(|error| error.to_string())?;
            if facts.superblock != 0 {
                return Err(format!("the output has superblock {}", facts.superblock));
            }
            fixture.peer.compare(&file.path, &out)?
        }
        Err(error) => {
            if out.exists() {
                return Err(format!("there is a file although the export failed: {error}"));
            }
            vec![Difference { path: "/".into(), classes: vec!["refused".into()], text: error.to_string() }]
        }
    };
    fixture.allowed.check(way.name(), &file.name, &found)
}

/// What is not as it was in the copy is found, whatever it is.
fn finds(fixture: &Fixture, kind: &str, way: Way) -> Result<(), String> {
    let out = fixture.path(&format!("{}_{kind}_copy.nwb", way.name()));
    export(&fixture.theirs, &out, way).map_err(|error| error.to_string())?;
    let (faulty, place) = fixture.fault(&out, kind, &format!("{}_{kind}_faulty.nwb", way.name()))?;
    let found = fixture.peer.compare(&fixture.theirs, &faulty)?;
    fixture.allowed.check(way.name(), "session.nwb", &found).err().ok_or("the comparison passes")?;
    let real = fixture.peer.compare(&out, &faulty)?;
    found_at(&place, &real)
}

fn edited(
    fixture: &Fixture,
    name: &str,
    change: impl FnOnce(&mut nwb::Edit) -> nwb::Result<()>,
) -> Result<(PathBuf, File, Vec<Difference>), String> {
    let text = |error: nwb::Error| error.to_string();
    let out = fixture.path(name);
    let now = Timestamp::parse("2025-01-02T03:04:05+00:00").map_err(text)?.zoned();
    let options = EditOptions { now, ..EditOptions::default() };
    let file = nwb::open(&fixture.theirs).map_err(text)?;
    let mut edit = file.edit_to(NewFile::new(&out), options);
    change(&mut edit).map_err(text)?;
    let written = edit.commit().map_err(text)?;
    let found = fixture.peer.compare(&fixture.theirs, &out)?;
    Ok((out, written, found))
}

/// A commit of no change is an export: no time is noted, no specification added.
fn unchanged(fixture: &Fixture) -> Result<(), String> {
    let (_, _, found) = edited(fixture, "unchanged.nwb", |_| Ok(()))?;
    fixture.allowed.check("export", "session.nwb", &found)
}

/// A commit of one change: that, the time, and nothing else: the specifications were in the file already.
fn changed(fixture: &Fixture) -> Result<(), String> {
    use nwb::prelude::*;
    let (_, written, found) = edited(fixture, "changed.nwb", |edit| {
        let root = edit.root();
        edit.update(root, |file| file.notes("The mouse was asleep."))
    })?;
    let times = written.get("/file_create_date").and_then(|at| at.dataset()?.read_texts(..));
    if times.as_deref().ok().map(|times| times.last().map(String::as_str)) != Some(Some("2025-01-02T03:04:05+00:00")) {
        return Err(format!("the time of the change is not the last: {times:?}"));
    }
    fixture.allowed.check("edit", "session.nwb", &found)
}
