//! The session that the facade's example writes, seen by PyNWB and beside the one that PyNWB writes.

use std::sync::Arc;

use libtest_mimic::Trial;
use nwb::Kind;
use serde_json::{Value as Json, json};

use crate::case;
use crate::fixture::{FAULTS, Fixture};

pub(crate) fn cases(fixture: &Arc<Fixture>) -> Vec<Trial> {
    let mut trials = vec![
        case(fixture, "pynwb_reads_ours/validates", validates),
        case(fixture, "pynwb_reads_ours/same objects", |fixture| {
            let found = fixture.peer.compare(&fixture.theirs, &fixture.ours)?;
            fixture.allowed.check("session", "session.nwb", &found)
        }),
        case(fixture, "pynwb_reads_ours/same fields", |fixture| {
            let found = fixture.peer.compare_fields(&fixture.theirs, &fixture.ours)?;
            fixture.allowed.check("fields", "session.nwb", &found)
        }),
        case(fixture, "pynwb_reads_ours/same specifications", specifications),
    ];
    trials.extend(FAULTS.map(|kind| {
        case(fixture, format!("pynwb_reads_ours/finds a fault/{kind}"), move |fixture| finds(fixture, kind))
    }));
    trials
}

/// PyNWB opens it, the validator (with its own and with the cached specifications) finds nothing, and the inspector nothing
/// serious but what comes with a session this short.
fn validates(fixture: &Fixture) -> Result<(), String> {
    let allow = ["check_data_orientation", "check_image_series_external_file_valid"];
    let found = fixture.peer.ask(&json!({"do": "check", "file": fixture.ours, "inspector": true, "allow": allow}))?;
    if found["ok"] == true { Ok(()) } else { Err(found.to_string()) }
}

/// The cached specifications mean the same. PyNWB writes some types of hdmf-common after it has filled in what they inherit, we
/// write all of them as they were published: so all that is in ours must be in theirs, and in core nothing more.
fn specifications(fixture: &Fixture) -> Result<(), String> {
    let text = |error: nwb::Error| error.to_string();
    let files = [nwb::open(&fixture.ours).map_err(text)?, nwb::open(&fixture.theirs).map_err(text)?];
    let mut compared = 0;
    for object in files[0].get("/specifications").and_then(|at| at.descendants()).map_err(text)? {
        if object.kind().map_err(text)? != Kind::Dataset {
            continue;
        }
        let [ours, theirs] = files.each_ref().map(|file| -> Result<Json, String> {
            let texts = file.get(object.path()).and_then(|at| at.dataset()?.read_texts(..)).map_err(text)?;
            serde_json::from_str(&texts.concat()).map_err(|error| format!("{}: {error}", object.path()))
        });
        let (ours, theirs) = (ours?, theirs?);
        let whole = !object.path().starts_with("/specifications/core/") || within(&theirs, &ours);
        if !within(&ours, &theirs) || !whole {
            return Err(format!("{} means something else", object.path()));
        }
        compared += 1;
    }
    if compared > 20 { Ok(()) } else { Err(format!("only {compared} specifications were found")) }
}

/// Whether all that one JSON value says is in another.
fn within(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            one.iter().all(|(key, value)| other.get(key).is_some_and(|other| within(value, other)))
        }
        (Json::Array(one), Json::Array(other)) => {
            one.iter().all(|value| other.iter().any(|other| within(value, other)))
        }
        _ => one == other,
    }
}

/// A fault in our file makes both comparisons fail.
fn finds(fixture: &Fixture, kind: &str) -> Result<(), String> {
    let (faulty, place) = fixture.fault(&fixture.ours, kind, &format!("session_{kind}.nwb"))?;
    let objects = fixture.peer.compare(&fixture.theirs, &faulty)?;
    let fields = fixture.peer.compare_fields(&fixture.theirs, &faulty)?;
    for (comparison, found) in [("session", objects), ("fields", fields)] {
        if fixture.allowed.check(comparison, "session.nwb", &found).is_ok() {
            return Err(format!("the comparison \"{comparison}\" does not find the fault at {place}"));
        }
    }
    Ok(())
}
