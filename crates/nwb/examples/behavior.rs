//! Behaviour: where an animal was, how fast it ran, when it ran, where it looked, what its pupil did, what it did in trials.
//!
//! `cargo run -p nwb --example behavior -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::ndarray::{Array1, Array2};
use nwb::prelude::*;

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "m7-arena".into(),
        session_description: "a mouse explores an arena".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07+01:00")?,
    });
    let mut edit = nwb::create(path, session.experimenter(["Doe, Jane"]))?;
    edit.insert(Subject::new().subject_id("M7").species("Mus musculus").sex(Sex::Female).age("P90D"))?;
    let module = edit.insert(ProcessingModule::new(ProcessingModuleInit {
        name: "behavior".into(), // the name that everyone looks for
        description: "what the mouse did".into(),
    }))?;

    // Position: [sample, (x, y)] in meters. What zero means stands in the frame of reference.
    let frames = 500;
    let place = Array2::from_shape_fn((frames, 2), |(t, axis)| 0.5 + 0.3 * (t as f64 / 40.0 + axis as f64).sin());
    let place = SpatialSeries::new(SpatialSeriesInit {
        name: "position".into(),
        data: place.into(),
        timing: Timing::timestamps(Array1::from_shape_fn(frames, |t| 0.02 * t as f64 + 0.0001 * (t % 3) as f64)),
    });
    let place = place.reference_frame("(0, 0) is the south-west corner").description("the middle of the body");
    let position = edit.insert_in(module, Position::new(PositionInit { spatial_series: vec![place.into()] }))?;
    let place: Handle<SpatialSeries> = edit.child(position, "position")?;

    // Speed and heading were computed from the position: they share its times, which are stored once.
    let speed = TimeSeries::new(TimeSeriesInit {
        name: "speed".into(),
        data: Array1::from_shape_fn(frames, |t| 0.2 * (t as f64 / 25.0).sin().abs()).into(),
        unit: "m/s".into(),
        timing: Timing::shared_with(place),
    });
    let speed = speed.description("of the middle of the body");
    edit.insert_in(module, BehavioralTimeSeries::new(BehavioralTimeSeriesInit { time_series: vec![speed.into()] }))?;
    let heading = SpatialSeries::new(SpatialSeriesInit {
        name: "heading".into(),
        data: Array1::from_shape_fn(frames, |t| (t as f64 / 40.0) % std::f64::consts::TAU).into(),
        timing: Timing::shared_with(place),
    });
    let heading =
        heading.unit("radians").reference_frame("0 is east; counterclockwise").description("where the nose points");
    edit.insert_in(module, CompassDirection::new(CompassDirectionInit { spatial_series: vec![heading.into()] }))?;

    // Bouts of running, as a series of intervals; licks, as events with a value each.
    let running = IntervalSeries::of("running", [(1.5, 4.0), (7.25, 9.0)]).description("faster than 5 cm/s");
    edit.insert_in(module, BehavioralEpochs::new(BehavioralEpochsInit { interval_series: vec![running.into()] }))?;
    let licks = TimeSeries::new(TimeSeriesInit {
        name: "licks".into(),
        data: vec![1.5, 2.0, 1.0].into(),
        unit: "volts".into(),
        timing: Timing::timestamps(vec![2.1, 2.4, 8.0]),
    });
    let licks = licks.continuity("instantaneous").description("the peak of the lick sensor");
    edit.insert_in(module, BehavioralEvents::new(BehavioralEventsInit { time_series: vec![licks.into()] }))?;

    // The eye: where it points, and how wide the pupil is.
    let gaze = SpatialSeries::new(SpatialSeriesInit {
        name: "gaze".into(),
        data: Array2::from_shape_fn((frames, 2), |(t, axis)| (t as f64 / 100.0 + axis as f64).cos()).into(),
        timing: Timing::rate(50.0),
    });
    let gaze = gaze.unit("degrees").reference_frame("(0, 0) is straight ahead").description("of the left eye");
    edit.insert_in(module, EyeTracking::new(EyeTrackingInit { spatial_series: vec![gaze.into()] }))?;
    let pupil = TimeSeries::new(TimeSeriesInit {
        name: "pupil_diameter".into(),
        data: Array1::from_shape_fn(frames, |t| 1.2 + 0.1 * (t as f64 / 60.0).sin()).into(),
        unit: "mm".into(),
        timing: Timing::rate(50.0),
    });
    let pupil = pupil.description("of the left eye");
    edit.insert_in(module, PupilTracking::new(PupilTrackingInit { time_series: vec![pupil.into()] }))?;

    // Trials row by row, each with the part of the position that it covers.
    let axis = edit.time_axis(place)?;
    let mut trials = TimeIntervals::draft("trials", "one visit to the feeder each").rows()?;
    trials.column("rewarded", "whether there was food", CellKind::of::<bool>())?;
    for (start, stop, rewarded) in [(1.0, 3.0, true), (6.5, 9.5, false)] {
        trials.push(&[
            ("start_time", start.into()),
            ("stop_time", stop.into()),
            ("timeseries", [SeriesSpan::between(place, &axis, start, stop)?].into()),
            ("rewarded", rewarded.into()),
        ])?;
    }
    edit.insert(trials.finish()?)?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let behavior: ProcessingModule = file.processing()?.get("behavior")?;
    let speed: TimeSeries = behavior.data_interfaces()?.all().only::<BehavioralTimeSeries>()?.time_series()?.only()?;
    if let Some(owner) = speed.timestamps_owner()? {
        println!("the speed was taken at the times of {}", owner.object().path());
    }
    let running: BehavioralEpochs = behavior.data_interfaces()?.all().only()?;
    for bout in running.interval_series()?.only()?.intervals()? {
        let (_, speed) = speed.physical_between(bout.start, bout.stop.unwrap_or(f64::MAX))?;
        println!("from {} s on: {:.3} {} on average", bout.start, speed.values.mean().unwrap_or(f64::NAN), speed.unit);
    }
    let trials: TimeIntervals = file.get("/intervals/trials")?.cast()?;
    let rewarded = trials.column("rewarded")?.cells(0..2)?.numbers::<bool>()?;
    assert_eq!(rewarded, [true, false]);
    for trial in trials.intervals()? {
        for part in trials.series_of(trial.row)? {
            println!("trial {}: {:?} of {}", trial.row, part.samples()?, part.series().object().path());
        }
    }
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "behavior.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}
