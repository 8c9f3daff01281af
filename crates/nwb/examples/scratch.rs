//! Scratch: results of a quick look, put into a finished file without being part of the data proper.
//!
//! `cargo run -p nwb --example scratch -- session.nwb`

use std::path::Path;

use nwb::ndarray::{Array1, Array2};
use nwb::prelude::*;
use nwb::{EditOptions, NewFile, Result};

/// Writes a session; then, as one would days later, a file like it with something in scratch.
pub(crate) fn write(path: &Path) -> Result<()> {
    let raw = path.with_extension("raw.nwb");
    let session = NwbFile::new(NwbFileInit {
        identifier: "m3-noise".into(),
        session_description: "white noise".into(),
        session_start_time: Timestamp::parse("2024-03-05T11:00:00+01:00")?,
    });
    let mut edit = nwb::create(&raw, session.experimenter(["Doe, Jane"]))?;
    edit.insert(Subject::new().subject_id("M3").species("Mus musculus").sex(Sex::Female).age("P50D"))?;
    let signal = Array1::from_shape_fn(200, |t| (t as f64 / 10.0).sin());
    let signal = TimeSeries::new(TimeSeriesInit {
        name: "signal".into(),
        data: signal.into(),
        unit: "volts".into(),
        timing: Timing::rate(100.0),
    });
    edit.insert_in(Place::Acquisition, signal)?;
    let file = edit.commit()?;

    // The analysis. `edit` would change the file itself; `edit_to` leaves it as it is and writes another.
    let signal: TimeSeries = file.acquisition()?.get("signal")?;
    let filtered = signal.physical(..)?.values.mapv(|volts| volts.max(0.0));
    let mut edit = file.edit_to(NewFile::new(path), EditOptions::default());
    let from = edit.handle(&signal)?;
    let filtered = TimeSeries::new(TimeSeriesInit {
        name: "rectified".into(),
        data: filtered.into(),
        unit: "volts".into(),
        timing: Timing::rate(100.0),
    });
    edit.insert_in(Place::Scratch, filtered.description("the signal without its lower half"))?;

    // Arrays and single values with a note on what they are; tables.
    edit.insert_in(
        Place::Scratch,
        ScratchData::of("histogram", "ten bins from -1 to 1", vec![3i64, 5, 9, 14, 20, 19, 13, 9, 6, 2]),
    )?;
    edit.insert_in(Place::Scratch, ScratchData::of("covariance", "of the two halves", Array2::<f64>::eye(2)))?;
    edit.insert_in(Place::Scratch, ScratchData::of("threshold", "in volts, by eye", 0.25))?;
    let peaks = DynamicTable::new(DynamicTableInit { name: "peaks".into(), description: "peaks of the signal".into() })
        .column("time", "in seconds", vec![0.16, 0.79, 1.42])
        .column("series", "where it was found", Data::references([from; 3]));
    edit.insert_in(Place::Scratch, peaks)?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    for name in file.scratch()?.names()? {
        println!("{name}");
    }
    let threshold: ScratchData = file.scratch()?.get("threshold")?;
    let volts: f64 = threshold.dataset()?.read_value(..)?.as_scalar()?;
    println!("{volts} {}", threshold.notes()?);
    assert_eq!(volts, 0.25);
    let rectified: TimeSeries = file.scratch()?.get("rectified")?;
    assert!(rectified.physical(..)?.values.iter().all(|volts| *volts >= 0.0));
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "scratch.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}
