//! Files exchanged with PyNWB and h5py. A case is a file: what the Python tools write when the tests start, and what is compared
//! with it. Which differences are allowed stands in this package's `README.md`.
//!
//! The Python with PyNWB is `NWB_PEER_PYTHON`. Without it every area is listed as ignored; with `NWB_REQUIRE_PEERS=1` that is a
//! failure.

#![allow(clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod diagnoses;
mod export;
mod fixture;
mod links;
mod reading;
mod session;
mod validation;
mod views;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use nwb_interop::peer;

use fixture::Fixture;

/// An area: its name, and its cases for the files that are there.
type Area = (&'static str, fn(&Arc<Fixture>) -> Vec<Trial>);

const AREAS: [Area; 7] = [
    ("pynwb_reads_ours", session::cases),
    ("ours_reads_pynwb", reading::cases),
    ("views", views::cases),
    ("export", export::cases),
    ("diagnoses", diagnoses::cases),
    ("links", links::cases),
    ("validation", validation::cases),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    match peer::python() {
        Some(python) => match Fixture::make(&python) {
            Ok(fixture) => {
                let fixture = Arc::new(fixture);
                trials.extend(fixture.missing.iter().map(|(name, why)| left_out(name, why)));
                trials.push(case(&fixture, "every row of README.md is for a file that is there", Fixture::check_rows));
                trials.extend(AREAS.iter().flat_map(|(_, cases)| cases(&fixture)));
            }
            Err(error) => trials.push(Trial::test("peer files are written", move || Err(Failed::from(error)))),
        },
        None => {
            trials.extend(AREAS.iter().map(|(name, _)| left_out(name, "NWB_PEER_PYTHON names no Python with PyNWB")))
        }
    }
    let skipped = trials.iter().filter(|trial| trial.has_ignored_flag()).count();
    if skipped > 0 {
        eprintln!("{skipped} groups of cases are left out; `cargo xtask test` leaves out none");
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A group of cases that cannot run: ignored, or failed where the peers are required.
fn left_out(name: &str, why: &str) -> Trial {
    let message = format!("{name} is left out: {why}");
    let required = peer::required();
    if !required {
        eprintln!("{message}");
    }
    Trial::test(name, move || Err(Failed::from(message))).with_ignored_flag(!required)
}

/// A case of an area.
fn case(
    fixture: &Arc<Fixture>,
    name: impl Into<String>,
    run: impl FnOnce(&Fixture) -> Result<(), String> + Send + 'static,
) -> Trial {
    let fixture = Arc::clone(fixture);
    Trial::test(name, move || run(&fixture).map_err(Failed::from))
}
