//! The five tables of intracellular recordings, filled and read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb_model::draft::Handle;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{CellKind, GroupedRecording, IcephysTables, LevelRow, Recording, RecordingRow, Timing};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::Timestamp;
use nwb_model::types::set::*;
use nwb_model::types::*;
use nwb_model::view::NeurodataType as _;

struct Rig {
    cells: [Handle<IntracellularElectrode>; 2],
    pulse: Handle<CurrentClampStimulusSeries>,
    voltage: Handle<CurrentClampSeries>,
    step: Handle<VoltageClampStimulusSeries>,
    zero: Handle<IZeroClampSeries>,
    template: Handle<TimeSeries>,
}

fn begin() -> (Edit, Rig) {
    let init = NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    };
    let mut edit = Edit::create(Memory::new("test"), "test", init, EditOptions::default()).unwrap();
    let device = edit.insert(Device::new(DeviceInit { name: "amplifier".into() })).unwrap();
    let mut cell = |name: &str| {
        let init = IntracellularElectrodeInit { name: name.into(), description: "glass".into(), device: device.into() };
        edit.insert(IntracellularElectrode::new(init).cell_id(name)).unwrap()
    };
    let cells = [cell("one"), cell("two")];
    let data = || vec![0.0; 8].into();
    let (timing, electrode) = (|| Timing::rate(10.0), || cells[0].into());
    let pulse = CurrentClampStimulusSeries::new(CurrentClampStimulusSeriesInit {
        name: "pulse".into(),
        stimulus_description: "a pulse".into(),
        data: data(),
        timing: timing(),
        electrode: electrode(),
    });
    let voltage = CurrentClampSeries::new(CurrentClampSeriesInit {
        name: "voltage".into(),
        stimulus_description: "a pulse".into(),
        data: data(),
        timing: timing(),
        electrode: electrode(),
    });
    let step = VoltageClampStimulusSeries::new(VoltageClampStimulusSeriesInit {
        name: "step".into(),
        stimulus_description: "a step".into(),
        data: data(),
        timing: timing(),
        electrode: electrode(),
    });
    let zero = IZeroClampSeries::new(IZeroClampSeriesInit {
        name: "zero".into(),
        data: data(),
        timing: timing(),
        electrode: cells[1].into(),
    });
    let template =
        TimeSeries::new(TimeSeriesInit { name: "template".into(), data: data(), unit: "A".into(), timing: timing() });
    let rig = Rig {
        cells,
        pulse: edit.insert_in(Place::Stimulus, pulse).unwrap(),
        voltage: edit.insert_in(Place::Acquisition, voltage).unwrap(),
        step: edit.insert_in(Place::Stimulus, step).unwrap(),
        zero: edit.insert_in(Place::Acquisition, zero).unwrap(),
        template: edit.insert_in(Place::StimulusTemplates, template).unwrap(),
    };
    (edit, rig)
}

fn recorded() -> (File, IcephysTables) {
    let (mut edit, rig) = begin();
    let mut rows = edit.icephys_rows().unwrap();
    rows.column("electrodes/temperature", "in degrees", CellKind::of::<f64>()).column("tag", "a tag", CellKind::text());
    let whole = Recording::of(rig.cells[0]).stimulus(rig.pulse).response_samples(rig.voltage, 2..7);
    let whole = rows.recording(whole.cell("electrodes/temperature", 30.5).cell("tag", "a"));
    let zero = Recording::of(rig.cells[1]).response(rig.zero).template_samples(rig.template, 0..4);
    let zero = rows.recording(zero.cell("electrodes/temperature", 31.0).cell("tag", "b"));
    let alone = Recording::of(rig.cells[0]).stimulus_samples(rig.step, 1..3);
    rows.recording(alone.cell("electrodes/temperature", 32.0).cell("tag", "c"));
    let both = rows.simultaneous(&[whole, zero]).unwrap();
    let again = rows.simultaneous(&[whole]).unwrap();
    let square = rows.sequential(&[both, again], "square").unwrap();
    let ramp = rows.sequential(&[again], "ramp").unwrap();
    let first = rows.repetition(&[square]).unwrap();
    rows.repetition(&[ramp]).unwrap();
    rows.condition(&[first]).unwrap();
    let tables = edit.insert_icephys(rows).unwrap();
    (edit.commit().unwrap(), tables)
}

#[test]
fn recordings_have_their_parts() {
    let (file, _) = recorded();
    let table = file.intracellular_recordings().unwrap().unwrap();
    assert_eq!(table.column_names().unwrap(), ["tag"]);
    assert_eq!(table.categories().unwrap(), ["electrodes", "stimuli", "responses"]);
    let first = table.recording(0).unwrap();
    assert_eq!(first.electrode.cell_id().unwrap(), Some("one"));
    assert_eq!(first.stimulus.unwrap().as_stored(), (0, 8));
    assert_eq!(first.response.unwrap().samples().unwrap(), Some(2..7));
    assert!(first.stimulus_template.is_none());
    let zero = table.recording(1).unwrap();
    assert!(zero.stimulus.is_none());
    assert_eq!((zero.stimulus_template.unwrap().as_stored(), zero.response.unwrap().as_stored()), ((0, 4), (0, 8)));
    // What is missing is -1 and -1 of the series that is there.
    let stored = table.stimuli().unwrap().stimulus().unwrap().series_references(1..2).unwrap();
    let stored = stored[0].clone().unwrap();
    assert_eq!((stored.as_stored(), stored.series().object().name()), ((-1, -1), "zero"));
    let alone = table.recording(2).unwrap();
    assert_eq!((alone.stimulus.unwrap().as_stored(), alone.response.is_none()), ((1, 2), true));
    let temperatures = table.electrodes().unwrap().column("temperature").unwrap();
    assert_eq!(temperatures.cells(0..3).unwrap().values.to_vec::<f64>().unwrap(), [30.5, 31.0, 32.0]);
    assert!(table.recording(3).unwrap_err().is_caller_fault());
}

#[test]
fn every_way_up_is_a_row() {
    let (file, _) = recorded();
    let row = |row: u64| Some(LevelRow { row, id: row as i64 });
    let grouped =
        |recording: u64, simultaneous, sequential: Option<LevelRow>, repetition, condition| GroupedRecording {
            condition,
            repetition,
            sequential,
            stimulus_type: sequential.map(|row| if row.row == 0 { "square".into() } else { "ramp".into() }),
            simultaneous,
            recording: LevelRow { row: recording, id: recording as i64 },
        };
    let expected = [
        grouped(0, row(0), row(0), row(0), row(0)),
        grouped(0, row(1), row(0), row(0), row(0)),
        grouped(0, row(1), row(1), row(1), None),
        grouped(1, row(0), row(0), row(0), row(0)),
        grouped(2, None, None, None, None),
    ];
    assert_eq!(file.grouped_recordings().unwrap(), expected);
}

#[test]
fn rows_are_added_to_tables_that_are_there() {
    let (file, _) = recorded();
    let mut edit = file.edit(EditOptions::default()).unwrap();
    let cell = edit.handle(&file.icephys_electrodes().unwrap().get("one").unwrap()).unwrap();
    let voltage = file.acquisition().unwrap().get::<CurrentClampSeries>("voltage").unwrap();
    let voltage = edit.handle(&voltage).unwrap();
    let mut rows = edit.icephys_rows().unwrap();
    let incomplete = rows.clone();
    let fourth =
        rows.recording(Recording::of(cell).response(voltage).cell("electrodes/temperature", 33.0).cell("tag", "d"));
    assert_eq!(fourth, RecordingRow(3));
    let third = rows.simultaneous(&[fourth]).unwrap();
    rows.sequential(&[third], "noise").unwrap();
    let mut refused = incomplete;
    refused.recording(Recording::of(cell).response(voltage));
    assert!(edit.insert_icephys(refused).unwrap_err().to_string().contains("missing"));
    let tables = edit.insert_icephys(rows.clone()).unwrap();
    assert!(tables.conditions.is_some());
    assert!(edit.insert_icephys(rows).unwrap_err().to_string().contains("changed since"));
    let file = edit.commit().unwrap();
    let grouped = file.grouped_recordings().unwrap();
    assert_eq!(grouped.len(), 6);
    assert_eq!((grouped[5].recording.row, grouped[5].stimulus_type.as_deref()), (3, Some("noise")));
    let stimuli = file.intracellular_recordings().unwrap().unwrap().stimuli().unwrap();
    let template = stimuli.stimulus_template().unwrap().unwrap().series_references(3..4).unwrap();
    assert!(template[0].as_ref().unwrap().is_empty());
}

#[test]
fn what_does_not_belong_together_is_refused_whole() {
    let (mut edit, rig) = begin();
    let rows = edit.icephys_rows().unwrap();
    let [one, two] = rig.cells;
    let wrong = [
        (Recording::of(one), "needs a stimulus or a response"),
        (Recording::of(one).stimulus(rig.step).response(rig.voltage), "different clamps"),
        (Recording::of(two).response(rig.voltage), "another electrode"),
        (Recording::of(two).stimulus(rig.template).response(rig.zero), "without current"),
        (Recording::of(one).response_samples(rig.voltage, 4..9), "no such samples"),
    ];
    for (recording, word) in wrong {
        let mut rows = rows.clone();
        rows.recording(Recording::of(one).stimulus(rig.pulse).response(rig.voltage));
        rows.recording(recording);
        let error = edit.insert_icephys(rows).unwrap_err();
        assert!(error.is_caller_fault() && error.to_string().contains(word), "{error}");
        assert!(edit.view().unwrap().intracellular_recordings().unwrap().is_none());
    }
    let mut rows = rows;
    assert!(rows.simultaneous(&[RecordingRow(0)]).unwrap_err().to_string().contains("no recording 0"));
    let tables = edit.insert_icephys(rows).unwrap();
    assert!(tables.recordings.is_none());
    assert_eq!(edit.commit().unwrap().grouped_recordings().unwrap(), []);
}
