//! The tables that the standard names: built by rows and by columns, and read by what they mean.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use ndarray::{Array1, Array2, arr2};
use nwb_model::data::Data;
use nwb_model::draft::Handle;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{CellKind, Columns as _, Ragged, SeriesSpan, TimeInterval, Timing, WaveformFacts};
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::*;
use nwb_model::types::*;
use nwb_model::view::NeurodataType as _;

fn begin() -> Edit {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap()
}

fn series(edit: &mut Edit, name: &str, count: u16, timing: Timing) -> Handle<TimeSeries> {
    let data = (0..count).collect::<Vec<u16>>().into();
    let init = TimeSeriesInit { name: name.into(), data, unit: "V".into(), timing };
    edit.insert_in(Place::Acquisition, TimeSeries::new(init)).unwrap()
}

fn shank(edit: &mut Edit, name: &str) -> Handle<ElectrodeGroup> {
    let probe = Device::new(DeviceInit { name: format!("probe of {name}") });
    let device = edit.insert(probe).unwrap().into();
    let (description, location) = ("a shank".into(), "CA1".into());
    edit.insert(ElectrodeGroup::new(ElectrodeGroupInit { name: name.into(), description, location, device })).unwrap()
}

fn electrodes(edit: &mut Edit) -> (Handle<ElectrodesTable>, [Handle<ElectrodeGroup>; 2]) {
    let groups = [shank(edit, "left"), shank(edit, "right")];
    let mut rows = ElectrodesTable::draft("all electrodes").rows().unwrap();
    rows.column("label", "what is on the plug", CellKind::text()).unwrap();
    for site in 0..4usize {
        let depth = site as f64 * 20.0;
        rows.push(&[
            ("location", "CA1".into()),
            ("group", groups[site / 3].into()),
            ("rel_y", depth.into()),
            ("label", format!("e{site}").into()),
        ])
        .unwrap();
    }
    (edit.insert(rows.finish().unwrap()).unwrap(), groups)
}

#[test]
fn electrodes_know_the_names_of_their_groups() {
    let mut edit = begin();
    electrodes(&mut edit);
    let file = edit.commit().unwrap();
    let table = file.electrodes().unwrap().unwrap();
    let names = table.group_name().unwrap().unwrap().dataset().unwrap().read_texts(..).unwrap();
    assert_eq!(names, ["left", "left", "left", "right"]);
    assert_eq!(table.column_names().unwrap(), ["location", "group", "rel_y", "label", "group_name"]);
    let groups = table.groups().unwrap();
    assert_eq!(groups[3].object().path(), "/general/extracellular_ephys/right");
    assert!(!table.group().unwrap().description().unwrap().is_empty());
}

#[test]
fn whole_columns_need_their_cells_alone() {
    let mut edit = begin();
    let group = shank(&mut edit, "left");
    let table = ElectrodesTable::new(ElectrodesTableInit {
        description: "two".into(),
        location: vec!["CA1".to_owned(), "CA3".to_owned()].into(),
        group: Data::references([group, group]).into(),
    });
    edit.insert(table.x(vec![1.0, 2.0]).imp(vec![1e6, 2e6])).unwrap();
    let trials = TimeIntervals::new(TimeIntervalsInit {
        name: "trials".into(),
        description: "trials".into(),
        start_time: vec![0.0, 1.0].into(),
        stop_time: vec![0.5, 1.5].into(),
    });
    edit.insert(trials).unwrap();
    let file = edit.commit().unwrap();
    let table = file.electrodes().unwrap().unwrap();
    assert_eq!(table.column_names().unwrap(), ["location", "group", "x", "imp", "group_name"]);
    assert_eq!(table.object().name(), "electrodes");
    let start = file.trials().unwrap().unwrap().start_time().unwrap();
    assert_eq!(
        (start.object().name(), start.description().unwrap()),
        ("start_time", "Start time of epoch, in seconds.")
    );
}

#[test]
fn units_are_read_one_by_one() {
    let mut edit = begin();
    let (table, groups) = electrodes(&mut edit);
    let mut rows = Units::draft("sorted").rows().unwrap();
    rows.region("electrodes", table).unwrap();
    let trains: [Vec<f64>; 3] =
        [(0..2000).map(|spike| f64::from(spike) * 0.5).collect(), Vec::new(), vec![3.0, 3.0, 4.25]];
    for (unit, train) in trains.iter().enumerate() {
        let spike = |spike: usize| vec![vec![spike as f32; 5], vec![-(spike as f32); 5]];
        let waveforms: Vec<Vec<Vec<f32>>> = (0..train.len().min(3)).map(spike).collect();
        let mean = Array2::<f32>::from_shape_fn((5, 2), |(sample, electrode)| (sample * 10 + electrode + unit) as f32);
        let cells: Vec<Vec<nwb_model::ext::Cell<'_>>> = waveforms
            .iter()
            .map(|electrodes| electrodes.iter().map(|samples| Array1::from(samples.clone()).into()).collect())
            .collect();
        rows.push(&[
            ("spike_times", train.into()),
            ("obs_intervals", vec![[0.0, 10.0], [20.0, 30.0 + unit as f64]].into()),
            ("electrodes", vec![unit as i64, 3].into()),
            ("electrode_group", groups[unit / 2].into()),
            ("waveform_mean", mean.into()),
            ("waveforms", cells.into()),
        ])
        .unwrap();
    }
    let units = rows.finish().unwrap();
    let units = units
        .spike_times_resolution(1.0 / 30000.0)
        .waveform_mean_sampling_rate(30000.0)
        .waveform_mean_time_before_peak_in_ms(0.5);
    edit.insert(units).unwrap();
    let file = edit.commit().unwrap();
    let units = file.units().unwrap().unwrap();
    assert_eq!(units.spike_counts().unwrap(), [2000, 0, 3]);
    for (unit, train) in trains.iter().enumerate() {
        let unit = unit as u64;
        assert_eq!(units.spike_times_of(unit).unwrap(), *train);
        for (start, end) in [(3.0, 4.0), (-1.0, 2.5), (3.1, 3.2), (900.0, 1e9), (5.0, 1.0)] {
            let expected: Vec<f64> = train.iter().copied().filter(|time| *time >= start && *time <= end).collect();
            assert_eq!(units.spike_times_between(unit, start, end).unwrap(), expected, "unit {unit}, {start} to {end}");
        }
    }
    assert!(units.spike_times_between(3, 0.0, 1.0).unwrap_err().is_caller_fault());
    assert_eq!(units.spike_range().unwrap(), Some(0.0..999.5));
    assert_eq!(units.obs_intervals_of(2).unwrap(), [(0.0, 10.0), (20.0, 32.0)]);
    assert_eq!(units.electrode_rows_of(1).unwrap(), [1, 3]);
    assert_eq!(units.electrodes().unwrap().unwrap().table().unwrap().object().name(), "electrodes");
    assert_eq!(units.electrode_group_of(2).unwrap().unwrap().object().name(), "right");
    let mean = units.waveform_mean_of(2).unwrap();
    assert_eq!((mean.dim(), mean[[4, 1]]), ((5, 2), 43.0));
    let waveforms = units.waveforms_of(2).unwrap();
    assert_eq!((waveforms.dim(), waveforms[[2, 0, 4]], waveforms[[2, 1, 0]]), ((3, 2, 5), 2.0, -2.0));
    assert_eq!(units.waveforms_of(1).unwrap().dim().0, 0);
    assert!(units.waveform_sd_of(0).unwrap_err().is_not_found());
    let facts = units.waveform_facts().unwrap();
    let expected =
        WaveformFacts { sampling_rate: Some(30000.0), unit: Some("volts".into()), time_before_peak_in_ms: Some(0.5) };
    assert_eq!(facts, expected);
    assert_eq!(units.spike_times_resolution().unwrap(), Some(1.0 / 30000.0));
}

#[test]
fn units_of_one_electrode_have_waveforms_without_an_axis_for_it() {
    let mut edit = begin();
    let means = arr2(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    let units = Units::draft("two").column("waveform_mean", "means", means).ragged_column(
        "spike_times",
        "times",
        Ragged::with_lengths(Vec::<f64>::new(), [0, 0]),
    );
    edit.insert(units).unwrap();
    let file = edit.commit().unwrap();
    let units = file.units().unwrap().unwrap();
    assert_eq!(units.waveform_mean_of(1).unwrap().into_raw_vec_and_offset().0, [4.0, 5.0, 6.0]);
    assert_eq!((units.spike_range().unwrap(), units.spike_counts().unwrap()), (None, vec![0, 0]));
}

#[test]
fn intervals_are_found_by_time_and_tag() {
    let mut edit = begin();
    let regular = series(&mut edit, "regular", 20, Timing::rate(10.0));
    let irregular = series(&mut edit, "irregular", 4, Timing::timestamps(vec![0.0, 0.4, 0.6, 3.0]));
    let axes = [edit.time_axis(regular).unwrap(), edit.time_axis(irregular).unwrap()];
    let mut rows = TimeIntervals::draft("trials", "trials").rows().unwrap();
    let trials = [(0.5, 1.25, vec!["go", "left"]), (0.0, 0.5, vec![]), (1.25, 9.0, vec!["go"])];
    for (start, stop, tags) in &trials {
        let spans: Vec<SeriesSpan> = [regular, irregular]
            .into_iter()
            .zip(&axes)
            .map(|(series, axis)| SeriesSpan::between(series, axis, *start, *stop).unwrap())
            .collect();
        let (start, stop, tags) = ((*start).into(), (*stop).into(), tags.clone().into());
        rows.push(&[("start_time", start), ("stop_time", stop), ("tags", tags), ("timeseries", spans.into())]).unwrap();
    }
    edit.insert(rows.finish().unwrap()).unwrap();
    for name in ["epochs", "invalid_times", "licks"] {
        edit.insert(TimeIntervals::draft(name, "none").start_time(Vec::<f64>::new()).stop_time(Vec::<f64>::new()))
            .unwrap();
    }
    let file = edit.commit().unwrap();
    let table = file.trials().unwrap().unwrap();
    let row = |row: u64| TimeInterval { row, start: trials[row as usize].0, stop: trials[row as usize].1 };
    assert_eq!(table.intervals().unwrap(), [row(0), row(1), row(2)]);
    assert_eq!(table.overlapping(0.25, 0.5).unwrap(), [row(1)]);
    assert_eq!(table.overlapping(1.0, 1.5).unwrap(), [row(0), row(2)]);
    assert_eq!(table.within(0.0, 1.25).unwrap(), [row(0), row(1)]);
    assert_eq!(table.time_range().unwrap(), Some(0.0..9.0));
    assert_eq!((table.tags_of(0).unwrap(), table.tags_of(1).unwrap()), (vec!["go".to_owned(), "left".into()], vec![]));
    assert_eq!((table.tagged("go").unwrap(), table.tagged("g").unwrap()), (vec![0, 2], vec![]));
    let parts = table.series_of(0).unwrap();
    assert_eq!((parts[0].as_stored(), parts[1].as_stored()), ((5, 8), (2, 1)));
    assert_eq!(parts[0].times().unwrap().unwrap().first(), Some(&0.5));
    let last = table.series_of(2).unwrap();
    assert_eq!(
        (last[0].as_stored(), last[1].read::<u8, ndarray::Ix1>().unwrap().unwrap().to_vec()),
        ((13, 7), vec![3])
    );
    assert!(table.series_of(3).unwrap_err().is_caller_fault());
    let others: Vec<String> = file.intervals().unwrap().names().unwrap();
    assert_eq!(others, ["epochs", "invalid_times", "licks", "trials"]);
    let epochs = file.epochs().unwrap().unwrap();
    assert_eq!((epochs.time_range().unwrap(), epochs.tagged("go").unwrap()), (None, vec![]));
}

#[test]
fn events_of_all_tables_are_merged_by_time() {
    let mut edit = begin();
    let mut rows = EventsTable::draft("rewards", "rewards").source_description("the valve").rows().unwrap();
    for n in 0..3u8 {
        let time = f64::from(n) * 0.5;
        rows.push(&[
            ("timestamp", time.into()),
            ("duration", (time / 4.0).into()),
            ("annotation", format!("r{n}").into()),
        ])
        .unwrap();
    }
    edit.insert(rows.finish().unwrap()).unwrap();
    let licks = EventsTable::new(EventsTableInit {
        name: "licks".into(),
        description: "licks".into(),
        timestamp: vec![0.75, 0.25, 0.5].into(),
    });
    edit.insert(licks.column("side", "where", vec!["l".to_owned(), "r".to_owned(), "l".to_owned()])).unwrap();
    let file = edit.commit().unwrap();
    let events = file.all_events().unwrap();
    let found: Vec<(f64, &str, u64)> = events.iter().map(|event| (event.time, event.source(), event.row)).collect();
    let expected = [
        (0.0, "rewards", 0),
        (0.25, "licks", 1),
        (0.5, "licks", 2),
        (0.5, "rewards", 1),
        (0.75, "licks", 0),
        (1.0, "rewards", 2),
    ];
    assert_eq!(found, expected);
    assert_eq!((events[0].duration, events[1].duration), (Some(0.0), None));
    assert_eq!(events[1].cell("side").unwrap().unwrap().as_text().unwrap(), "r");
    assert!(events[0].cell("side").unwrap().is_none());
    let rewards = file.events().unwrap().get("rewards").unwrap();
    let between: Vec<u64> = rewards.between(0.5, 1.0).unwrap().iter().map(|event| event.row).collect();
    assert_eq!(between, [1]);
    assert_eq!(rewards.timestamp().unwrap().unit().unwrap(), Some("seconds"));
    assert_eq!(rewards.source_description().unwrap(), Some("the valve"));
}
