//! Optogenetics: where light went in, how much and when, and what became of the trials.
//!
//! `cargo run -p nwb --example optogenetics -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::ndarray::Array1;
use nwb::prelude::*;

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "m9-laser".into(),
        session_description: "stimulation of layer 2/3 during a task".into(),
        session_start_time: Timestamp::parse("2024-03-05T16:20:00Z")?,
    });
    let mut edit =
        nwb::create(path, session.experimenter(["Doe, Jane"]).virus("AAV5-CaMKIIa-hChR2(H134R)-EYFP, 300 nL"))?;
    edit.insert(Subject::new().subject_id("M9").species("Mus musculus").sex(Sex::Male).age("P80D"))?;

    let laser = edit.insert(Device::new(DeviceInit { name: "laser".into() }).description("473 nm, through a fiber"))?;
    let site = edit.insert(OptogeneticStimulusSite::new(OptogeneticStimulusSiteInit {
        name: "left_m2".into(),
        description: "a fiber of 200 um above secondary motor cortex".into(),
        excitation_lambda: 473.0, // nm
        location: "M2, AP 2.5 mm, ML -1.5 mm, DV 0.4 mm".into(),
        device: laser.into(),
    }))?;

    // The power at the tip of the fiber, in watts: trains of pulses of 5 ms at 20 Hz, in two of three trials.
    let trials = [(1.0, 2.0, true), (3.0, 4.0, false), (5.0, 6.0, true)];
    let power = Array1::from_shape_fn(7000, |ms| {
        let is_train = (1000..2000).contains(&ms) || (5000..6000).contains(&ms);
        if is_train && ms % 50 < 5 { 0.01 } else { 0.0 }
    });
    let pulses = edit.insert_in(
        Place::Stimulus,
        OptogeneticSeries::new(OptogeneticSeriesInit {
            name: "laser_power".into(),
            data: Data::from(power).chunks(&[7000]).deflate(4).into(),
            timing: Timing::rate(1000.0),
            site: site.into(),
        })
        .description("trains of 20 Hz, pulses of 5 ms, 10 mW at the tip"),
    )?;

    let mut table = TimeIntervals::draft("trials", "left or right").rows()?;
    table.column("laser", "whether there was light", CellKind::of::<bool>())?;
    let axis = edit.time_axis(pulses)?;
    for (start, stop, laser) in trials {
        table.push(&[
            ("start_time", start.into()),
            ("stop_time", stop.into()),
            ("timeseries", [SeriesSpan::between(pulses, &axis, start, stop)?].into()),
            ("laser", laser.into()),
        ])?;
    }
    edit.insert(table.finish()?)?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let pulses: OptogeneticSeries = file.stimulus()?.only()?;
    let site = pulses.site()?;
    println!("{} nm into {}, from {}", site.excitation_lambda()?, site.location()?, site.device()?.object().name());
    let trials: TimeIntervals = file.get("/intervals/trials")?.cast()?;
    let laser = trials.column("laser")?.cells(0..3)?.numbers::<bool>()?;
    for (trial, laser) in trials.intervals()?.into_iter().zip(laser) {
        let (_, power) = pulses.physical_between(trial.start, trial.stop)?;
        let joules = power.values.sum() / 1000.0;
        println!("trial {}: {joules:.6} J, {}", trial.row, if laser { "with light" } else { "without" });
        assert_eq!(laser, joules > 0.0);
    }
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "optogenetics.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}
