//! The facade's page `from_pynwb` has every name of the classes of PyNWB that it is about.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Command;

use nwb_interop::peer;
use serde_json::Value as Json;

const PAGE: &str = include_str!("../../../crates/nwb/docs/from-pynwb.md");

/// Prints the public names of the classes, each under the variable that the page has for it. Names that a class shares with
/// `NWBFile` or with the table that it is are looked for there.
const NAMES: &str = "
import json, sys, warnings
warnings.simplefilter('ignore')
from pynwb import NWBFile, NWBHDF5IO, TimeSeries
from pynwb.core import DynamicTable
from pynwb.misc import Units
from pynwb.ophys import PlaneSegmentation
from pynwb.resources import HERD
every = set(dir(NWBFile))
table = every | set(dir(DynamicTable))
classes = {'nwbfile': (NWBFile, ()), 'io': (NWBHDF5IO, ()), 'series': (TimeSeries, every), 'table': (DynamicTable, every),
           'units': (Units, table), 'plane': (PlaneSegmentation, table), 'herd': (HERD, every)}
json.dump({of: [n for n in dir(c) if not n.startswith('_') and n not in but] for of, (c, but) in classes.items()}, sys.stdout)
";

/// Whether the page says what `variable.name` is, and not only what a longer name is.
fn is_on_page(variable: &str, name: &str) -> bool {
    let wanted = format!("{variable}.{name}");
    PAGE.match_indices(&wanted).any(|(at, _)| {
        let before = PAGE.get(..at).and_then(|text| text.chars().next_back());
        let after = PAGE.get(at + wanted.len()..).and_then(|text| text.chars().next());
        let in_name = |c: char| c.is_alphanumeric() || c == '_';
        !before.is_some_and(|c| in_name(c) || c == '.') && !after.is_some_and(in_name)
    })
}

#[test]
fn a_name_is_found_whole_or_not_at_all() {
    assert!(is_on_page("nwbfile", "add_unit"));
    assert!(is_on_page("nwbfile", "add_unit_column"));
    assert!(!is_on_page("nwbfile", "add_uni"));
    assert!(!is_on_page("nwbfile", "no_such_call"));
    assert!(!is_on_page("file", "add_unit"), "that is the end of another variable's name");
}

#[test]
fn every_name_of_pynwb_is_on_the_page() {
    let Some(python) = peer::python() else {
        assert!(!peer::required(), "NWB_PEER_PYTHON names no Python with PyNWB");
        eprintln!("left out: NWB_PEER_PYTHON names no Python with PyNWB");
        return;
    };
    let output = Command::new(python).args(["-B", "-c", NAMES]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let classes: Json = serde_json::from_slice(&output.stdout).unwrap();
    let mut missing = Vec::new();
    let mut count = 0;
    for (variable, names) in classes.as_object().unwrap() {
        for name in names.as_array().unwrap().iter().filter_map(Json::as_str) {
            count += 1;
            if !is_on_page(variable, name) {
                missing.push(format!("{variable}.{name}"));
            }
        }
    }
    assert!(count > 250, "only {count} names were asked for");
    assert!(missing.is_empty(), "{missing:?}");
}
