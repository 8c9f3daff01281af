//! Extracellular electrophysiology: a probe with four shanks of sixteen sites, its LFP, sorted units with their waveforms, trials.
//!
//! `cargo run -p nwb --example ecephys -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::ndarray::{Array1, Array2, Array3, s};
use nwb::prelude::*;

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "r12-2024-03-05".into(),
        session_description: "a rat on a linear track".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
    });
    let mut edit = nwb::create(path, session.experimenter(["Doe, Jane"]).institution("University of Somewhere"))?;
    edit.insert(Subject::new().subject_id("R12").species("Rattus norvegicus").sex(Sex::Female).age("P120D"))?;

    // The probe, a group for each shank, and the table of its sites. Positions are in micrometers.
    let probe =
        edit.insert(Device::new(DeviceInit { name: "probe".into() }).description("four shanks of sixteen sites"))?;
    let mut sites = ElectrodesTable::draft("all sites of the probe").rows()?;
    for shank in 0..4 {
        let group = edit.insert(ElectrodeGroup::new(ElectrodeGroupInit {
            name: format!("shank{shank}"),
            description: "sixteen sites in a row".into(),
            location: "CA1".into(),
            device: probe.into(),
        }))?;
        for site in 0..16 {
            let (x, y) = (f64::from(shank) * 200.0, f64::from(site) * 20.0);
            sites.push(&[
                ("location", "CA1".into()),
                ("group", group.into()),
                ("rel_x", x.into()),
                ("rel_y", y.into()),
            ])?;
        }
    }
    let sites = edit.insert(sites.finish()?)?;

    // The LFP as the amplifier gave it, [sample, channel]; `conversion` makes volts of its numbers.
    let counts = Array2::from_shape_fn((1000, 64), |(t, channel)| (t * (channel + 1) % 2000) as i16 - 1000);
    let lfp = ElectricalSeries::new(ElectricalSeriesInit {
        name: "LFP".into(),
        data: Data::from(counts).chunks(&[500, 64]).shuffle().deflate(4).into(),
        timing: Timing::rate(1000.0),
        electrodes: DynamicTableRegion::of(sites, "all sites", (0..64).collect()).into(),
    });
    let lfp = Lfp::new(LfpInit {
        electrical_series: vec![
            lfp.conversion(0.195e-6).filtering("low-pass at 300 Hz").description("all sites").into(),
        ],
    });
    let module = edit.insert(ProcessingModule::new(ProcessingModuleInit {
        name: "ecephys".into(),
        description: "what was made of the recording".into(),
    }))?;
    edit.insert_in(module, lfp)?;

    // Units: the times of their spikes, their sites, and waveforms in volts: the mean, and for each spike and site one.
    let mut units = Units::draft("sorted by hand")
        .spike_times_resolution(1.0 / 30_000.0)
        .waveform_mean_sampling_rate(30_000.0)
        .waveforms_sampling_rate(30_000.0)
        .rows()?;
    units.region("electrodes", sites)?;
    for unit in 0..3u8 {
        let spikes = Array1::from_shape_fn(5, |n| 0.1 * n as f64 + 0.015 * f64::from(unit));
        let wave = |site: usize, t: usize| -1e-5 * (site + 1) as f32 * (t as f32 / 4.0).sin();
        units.push(&[
            ("spike_times", spikes.into()),
            ("electrodes", [20 * i64::from(unit), 20 * i64::from(unit) + 1].into()),
            ("waveform_mean", Array2::from_shape_fn((30, 2), |(t, site)| wave(site, t)).into()), // [sample, site]
            ("waveforms", Array3::from_shape_fn((5, 2, 30), |(_, site, t)| wave(site, t)).into()), // [spike, site, sample]
        ])?;
    }
    edit.insert(units.finish()?)?;

    // Trials: what the task's own columns are is up to the lab.
    let mut trials = TimeIntervals::draft("trials", "runs along the track").rows()?;
    trials.column("direction", "where the rat ran", CellKind::text())?;
    for (start, direction) in [(0.05, "left"), (0.45, "right")] {
        trials.push(&[
            ("start_time", start.into()),
            ("stop_time", (start + 0.3).into()),
            ("direction", direction.into()),
        ])?;
    }
    edit.insert(trials.finish()?)?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let lfp: ElectricalSeries = file.get("/processing/ecephys/LFP/LFP")?.cast()?;

    // A tenth of a second, in volts, with its times; then one channel of it as it is stored.
    let (times, volts) = lfp.physical_between(0.25, 0.35)?;
    println!("{:?} {} at {:?}", volts.values.shape(), volts.unit, times.first());
    assert_eq!((volts.values.shape(), volts.unit.as_str()), (&[100, 64][..], "volts"));
    let stored: Array1<i16> = lfp.data()?.read(s![250..350, 7])?;
    let seventh = volts.values.slice(s![.., 7]);
    assert!(stored.iter().zip(seventh).all(|(count, volts)| (f64::from(*count) * 0.195e-6 - volts).abs() < 1e-12));

    // From units to their electrodes, to the groups of these: whole columns, read once.
    let units: Units = file.get("/units")?.cast()?;
    let groups = units.follow("electrodes", ..)?.follow("group")?.objects_as::<ElectrodeGroup>()?;
    for group in groups.iter().flatten() {
        println!("{} on {}", group.object().name(), group.device()?.object().name());
    }
    let trials: TimeIntervals = file.get("/intervals/trials")?.cast()?;
    for trial in trials.intervals()? {
        let spikes = units.spike_times_between(0, trial.start, trial.stop)?;
        println!("trial {}: {} spikes of the first unit", trial.row, spikes.len());
    }
    assert_eq!(units.waveforms_of(1)?.dim(), (5, 2, 30)); // [spike, electrode, sample]
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "ecephys.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}
