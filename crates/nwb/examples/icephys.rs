//! Intracellular electrophysiology: current steps into one cell, and the tables that say which sweeps belong together.
//!
//! `cargo run -p nwb --example icephys -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::ndarray::Array1;
use nwb::prelude::*;

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "slice-17-cell-3".into(),
        session_description: "current steps into a pyramidal cell".into(),
        session_start_time: Timestamp::parse("2024-03-05T14:02:00+01:00")?,
    });
    let mut edit = nwb::create(path, session.experimenter(["Doe, Jane"]).slices("coronal, 300 um"))?;
    edit.insert(Subject::new().subject_id("M21").species("Mus musculus").sex(Sex::Male).age("P28D"))?;
    let amplifier =
        edit.insert(Device::new(DeviceInit { name: "amplifier".into() }).description("a patch-clamp amplifier"))?;
    let electrode = edit.insert(
        IntracellularElectrode::new(IntracellularElectrodeInit {
            name: "electrode".into(),
            description: "a glass pipette".into(),
            device: amplifier.into(),
        })
        .cell_id("cell-3")
        .location("VISp5")
        .resistance("5 MOhm"),
    )?;

    // Each sweep: what was injected (stimulus) and what was recorded (acquisition). The units, amperes and volts, are the types'.
    let mut rows = edit.icephys_rows()?;
    rows.column("temperature", "of the bath, in degrees Celsius", CellKind::of::<f64>());
    let mut at_once = Vec::new();
    for sweep in 0..3u64 {
        let picoamperes = 50.0 * sweep as f64;
        let current = Array1::from_shape_fn(1000, |t| if (200..800).contains(&t) { picoamperes } else { 0.0 });
        let voltage = Array1::from_shape_fn(1000, |t| -70.0 + picoamperes * 0.1 * if t >= 200 { 1.0 } else { 0.0 });
        let timing = || Timing::rate_from(10_000.0, 2.0 * sweep as f64);
        let step = edit.insert_in(
            Place::Stimulus,
            CurrentClampStimulusSeries::new(CurrentClampStimulusSeriesInit {
                name: format!("step_{sweep}"),
                stimulus_description: "a current step".into(),
                data: current.into(),
                timing: timing(),
                electrode: electrode.into(),
            })
            .conversion(1e-12)
            .sweep_number(sweep),
        )?;
        let response = edit.insert_in(
            Place::Acquisition,
            CurrentClampSeries::new(CurrentClampSeriesInit {
                name: format!("response_{sweep}"),
                stimulus_description: "a current step".into(),
                data: voltage.into(),
                timing: timing(),
                electrode: electrode.into(),
            })
            .conversion(1e-3)
            .sweep_number(sweep)
            .bias_current(0.0)
            .bridge_balance(15e6),
        )?;
        // The response is of interest from the step on.
        let recording = Recording::of(electrode).stimulus(step).response_samples(response, 200..800);
        let recording = rows.recording(recording.cell("temperature", 32.5));
        at_once.push(rows.simultaneous(&[recording])?);
    }
    // The three sweeps are a sequence, which was run once, under one condition.
    let steps = rows.sequential(&at_once, "square")?;
    let run = rows.repetition(&[steps])?;
    rows.condition(&[run])?;
    edit.insert_icephys(rows)?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let recordings: IntracellularRecordingsTable =
        file.get("/general/intracellular_ephys/intracellular_recordings")?.cast()?;
    let rows = file.grouped_recordings()?;
    assert_eq!(rows.len(), 3);
    for row in rows {
        let recording = recordings.recording(row.recording.row)?;
        let Some(response) = &recording.response else { continue };
        let (Some(times), Some(volts)) = (response.times()?, response.physical()?) else { continue };
        println!(
            "{:?} of {:?}: {} samples in {} from {:?} s on, in response to a {}",
            row.sequential.map(|sequence| sequence.row),
            recording.electrode.cell_id()?,
            volts.values.len(),
            volts.unit,
            times.first(),
            row.stimulus_type.as_deref().unwrap_or("stimulus"),
        );
        assert_eq!((times.len(), volts.unit.as_str()), (600, "volts"));
    }
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "icephys.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}
