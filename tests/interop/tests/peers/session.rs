//! The session that the facade's example writes, seen by PyNWB and beside the one that PyNWB writes.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;

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
