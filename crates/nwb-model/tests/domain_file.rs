//! The file's own surface: everything that it can hold, put in by one line and read by one line.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

use nwb_model::chrono::NaiveDate;
use nwb_model::data::Data;
use nwb_model::draft::Draft;
use nwb_model::edit::{Edit, EditOptions};
use nwb_model::ext::{
    Age, Columns as _, Coordinates, Entity, IcephysRows, MassUnit, Period, Recording, Sex, Software, Timing, Weight,
};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::place::Place;
use nwb_model::time::{Moment, Timestamp};
use nwb_model::types::set::*;
use nwb_model::types::*;
use nwb_model::view::NeurodataType as _;

fn series(name: &str) -> Draft<TimeSeries> {
    let (data, timing) = (vec![1.0, 2.0].into(), Timing::rate(1.0));
    TimeSeries::new(TimeSeriesInit { name: name.into(), data, unit: "V".into(), timing })
}

fn table(name: &str) -> Draft<DynamicTable> {
    DynamicTable::new(DynamicTableInit { name: name.into(), description: "a table".into() }).column("a", "a", vec![1])
}

fn everything() -> File {
    let file = NwbFile::new(NwbFileInit {
        identifier: "id".into(),
        session_description: "a session".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00").unwrap(),
    })
    .timestamps_reference_time(Timestamp::parse("2024-03-05T09:00:00-07:00").unwrap())
    .data_collection("a")
    .experiment_description("b")
    .experimenter(["Doe, Jane", "Roe, Richard"])
    .institution("c")
    .keywords(["d", "e"])
    .lab("f")
    .notes("g")
    .pharmacology("h")
    .protocol("i")
    .related_publications(["j"])
    .session_id("k")
    .slices("l")
    .source_script("m", "n.py")
    .was_generated_by(vec![Software::new("o", "1.0"), Software::new("p", "2")])
    .stimulus_notes("q")
    .surgery("r")
    .virus("s");
    let mut edit = Edit::create(Memory::new("test"), "test", file, EditOptions::default()).unwrap();
    let mouse = Subject::new()
        .subject_id("M7")
        .age(Age::between(Period::days(90.0), Period::days(120.0)))
        .age_reference("gestational")
        .date_of_birth(Timestamp::from(NaiveDate::from_ymd_opt(2024, 1, 2).unwrap()))
        .weight(Weight::kg(0.02))
        .sex(Sex::Female)
        .species("Mus musculus")
        .strain("C57BL/6J")
        .genotype("wt")
        .description("a mouse");
    edit.insert(mouse).unwrap();
    edit.insert(LabMetaData::new(LabMetaDataInit { name: "lab_data".into() })).unwrap();
    let model = DeviceModel::new(DeviceModelInit { name: "model".into(), manufacturer: "maker".into() });
    let model = edit.insert(model).unwrap();
    let device = edit.insert(Device::new(DeviceInit { name: "device".into() }).model(model)).unwrap();
    let group = ElectrodeGroup::new(ElectrodeGroupInit {
        name: "shank".into(),
        description: "a shank".into(),
        location: "CA1".into(),
        device: device.into(),
    });
    let group = edit.insert(group.position(Coordinates { x: 1.5, y: -2.5, z: 3.5 })).unwrap();
    let electrodes = ElectrodesTable::new(ElectrodesTableInit {
        description: "all".into(),
        location: vec!["CA1".to_owned()].into(),
        group: Data::references([group]).into(),
    });
    edit.insert(electrodes).unwrap();
    let green = OpticalChannel::new(OpticalChannelInit {
        name: "green".into(),
        description: "g".into(),
        emission_lambda: 510.0,
    });
    let plane = ImagingPlane::new(ImagingPlaneInit {
        name: "plane".into(),
        device: device.into(),
        optical_channels: vec![green.into()],
        excitation_lambda: 920.0,
        indicator: "GCaMP6s".into(),
        location: "VISp".into(),
    });
    edit.insert(plane).unwrap();
    let glass = IntracellularElectrodeInit { name: "glass".into(), description: "g".into(), device: device.into() };
    let glass = edit.insert(IntracellularElectrode::new(glass)).unwrap();
    let site = OptogeneticStimulusSite::new(OptogeneticStimulusSiteInit {
        name: "site".into(),
        description: "fibre".into(),
        excitation_lambda: 473.0,
        location: "VTA".into(),
        device: device.into(),
    });
    edit.insert(site).unwrap();
    let acquired = edit.insert_in(Place::Acquisition, series("acquired")).unwrap();
    edit.insert_in(Place::Acquisition, table("acquired_table")).unwrap();
    edit.insert_in(Place::Analysis, table("analysed")).unwrap();
    edit.insert_in(Place::Analysis, NwbContainer::new(NwbContainerInit { name: "bare".into() })).unwrap();
    let module = ProcessingModuleInit { name: "module".into(), description: "a module".into() };
    let module = edit.insert(ProcessingModule::new(module)).unwrap();
    edit.insert_in(module, series("processed")).unwrap();
    edit.insert_in(module, table("processed_table")).unwrap();
    edit.insert_in(Place::Stimulus, series("presented")).unwrap();
    edit.insert_in(Place::Stimulus, table("presented_table")).unwrap();
    edit.insert_in(Place::StimulusTemplates, series("template")).unwrap();
    for name in ["trials", "epochs", "invalid_times", "licks"] {
        let intervals = TimeIntervals::draft(name, "intervals").start_time(vec![0.0]).stop_time(vec![1.0]);
        edit.insert(intervals).unwrap();
    }
    edit.insert(EventsTable::draft("rewards", "rewards").timestamp(vec![0.5])).unwrap();
    edit.insert(Units::draft("units").column("depth", "how deep", vec![1.5])).unwrap();
    edit.insert_in(Place::Scratch, ScratchData::of("array", "an array", nwb_model::ndarray::arr2(&[[1, 2], [3, 4]])))
        .unwrap();
    edit.insert_in(Place::Scratch, ScratchData::of("number", "a number", 3.5)).unwrap();
    edit.insert_in(Place::Scratch, ScratchData::of("text", "a text", "so it is")).unwrap();
    edit.insert_in(Place::Scratch, table("scratch_table")).unwrap();
    let mut rows: IcephysRows = edit.icephys_rows().unwrap();
    let recording = rows.recording(Recording::of(glass).response(acquired));
    let row = rows.simultaneous(&[recording]).unwrap();
    let row = rows.sequential(&[row], "square").unwrap();
    let row = rows.repetition(&[row]).unwrap();
    rows.condition(&[row]).unwrap();
    edit.insert_icephys(rows).unwrap();
    let mut resources = edit.external_resources().unwrap();
    let mouse = edit.view().unwrap().subject().unwrap().unwrap();
    resources.annotate_value(mouse.object(), "species", Entity::new("NCBITaxon:10090", "https://example.org")).unwrap();
    edit.set_external_resources(resources).unwrap();
    edit.commit().unwrap()
}

#[test]
fn everything_has_its_place() {
    let file = everything();
    let texts = [
        file.data_collection(),
        file.experiment_description(),
        file.institution(),
        file.lab(),
        file.notes(),
        file.pharmacology(),
        file.protocol(),
        file.session_id(),
        file.slices(),
        file.source_script(),
        file.source_script_file_name(),
        file.stimulus_notes(),
        file.surgery(),
        file.virus(),
    ];
    let texts: Vec<&str> = texts.into_iter().map(|text| text.unwrap().unwrap()).collect();
    assert_eq!(texts, ["a", "b", "c", "f", "g", "h", "i", "k", "l", "m", "n.py", "q", "r", "s"]);
    assert_eq!(file.experimenter().unwrap().unwrap(), ["Doe, Jane", "Roe, Richard"]);
    assert_eq!(file.keywords().unwrap().unwrap(), ["d", "e"]);
    assert_eq!(file.related_publications().unwrap().unwrap(), ["j"]);
    assert_eq!(file.software().unwrap(), [Software::new("o", "1.0"), Software::new("p", "2")]);
    assert_eq!(file.file_create_dates().unwrap().len(), 1);
    assert_eq!(file.timestamps_reference_time().unwrap().as_str(), "2024-03-05T09:00:00-07:00");
    let places = [
        (file.acquisition(), vec!["acquired", "acquired_table"]),
        (file.analysis(), vec!["analysed", "bare"]),
        (file.stimulus(), vec!["presented", "presented_table"]),
        (file.stimulus_templates(), vec!["template"]),
        (file.scratch(), vec!["array", "number", "scratch_table", "text"]),
    ];
    for (place, expected) in places {
        assert_eq!(place.unwrap().names().unwrap(), expected);
    }
    let named = [
        file.processing().unwrap().names(),
        file.intervals().unwrap().names(),
        file.events().unwrap().names(),
        file.devices().unwrap().names(),
        file.device_models().unwrap().names(),
        file.electrode_groups().unwrap().names(),
        file.imaging_planes().unwrap().names(),
        file.icephys_electrodes().unwrap().names(),
        file.ogen_sites().unwrap().names(),
        file.lab_meta_data().unwrap().names(),
    ];
    let named: Vec<String> = named.into_iter().map(|names| names.unwrap().join(" ")).collect();
    let expected = [
        "module",
        "epochs invalid_times licks trials",
        "rewards",
        "device",
        "model",
        "shank",
        "plane",
        "glass",
        "site",
        "lab_data",
    ];
    assert_eq!(named, expected);
    let tables = [
        file.electrodes().unwrap().unwrap().row_count(),
        file.trials().unwrap().unwrap().row_count(),
        file.epochs().unwrap().unwrap().row_count(),
        file.invalid_times().unwrap().unwrap().row_count(),
        file.units().unwrap().unwrap().row_count(),
        file.intracellular_recordings().unwrap().unwrap().row_count(),
        file.simultaneous_recordings().unwrap().unwrap().row_count(),
        file.sequential_recordings().unwrap().unwrap().row_count(),
        file.repetitions().unwrap().unwrap().row_count(),
        file.experimental_conditions().unwrap().unwrap().row_count(),
    ];
    assert!(tables.into_iter().all(|rows| rows.unwrap() == 1));
    let scratch = |name: &str| file.scratch().unwrap().get::<ScratchData>(name).unwrap().dataset().unwrap();
    assert_eq!(scratch("array").read::<i64, nwb_model::ndarray::Ix2>(..).unwrap().sum(), 10);
    assert_eq!(scratch("number").read_value(..).unwrap().as_scalar::<f64>().unwrap(), 3.5);
    assert_eq!(scratch("text").read_value(..).unwrap().as_text().unwrap(), "so it is");
    let group = file.electrode_groups().unwrap().only().unwrap();
    assert_eq!(group.coordinates().unwrap(), Some(Coordinates { x: 1.5, y: -2.5, z: 3.5 }));
    assert_eq!(file.devices().unwrap().only().unwrap().model().unwrap().unwrap().manufacturer().unwrap(), "maker");
    let external = file.external_resources().unwrap().unwrap();
    assert_eq!(external.resources().unwrap().references().next().unwrap().key, "Mus musculus");
}

#[test]
fn a_subject_is_more_than_text() {
    let file = everything();
    let mouse = file.subject().unwrap().unwrap();
    assert_eq!(
        (mouse.age().unwrap(), mouse.weight().unwrap(), mouse.sex().unwrap()),
        (Some("P90D/P120D"), Some("0.02 kg"), Some("F"))
    );
    let age = mouse.parsed_age().unwrap().unwrap();
    assert_eq!((age.lower(), age.upper()), (Period::days(90.0), Some(Period::days(120.0))));
    let weight = mouse.parsed_weight().unwrap().unwrap();
    assert_eq!((weight.value, weight.unit), (0.02, MassUnit::Kilogram));
    assert_eq!((mouse.parsed_sex().unwrap(), mouse.age_reference().unwrap()), (Some(Sex::Female), Some("gestational")));
    assert!(matches!(mouse.date_of_birth().unwrap().unwrap().moment(), Moment::Date(_)));
    let mut edit = file.edit(EditOptions::default()).unwrap();
    let handle = edit.handle(&mouse).unwrap();
    edit.update(handle, |mouse| mouse.age("three months").weight("light")).unwrap();
    let file = edit.commit().unwrap();
    let mouse = file.subject().unwrap().unwrap();
    let error = mouse.parsed_age().unwrap_err();
    assert!(error.is_file_fault() && error.to_string().contains("/general/subject"), "{error}");
    assert!(mouse.parsed_weight().is_err() && mouse.weight().unwrap() == Some("light"));
}

#[test]
fn objects_know_what_they_lie_in() {
    let file = everything();
    let inside: TimeSeries = file.get("/processing/module/processed").unwrap().cast().unwrap();
    let module: ProcessingModule = inside.object().ancestor().unwrap();
    assert_eq!(module.object().path(), "/processing/module");
    let root: NwbFile = inside.object().ancestor().unwrap();
    assert_eq!(root.object(), file.object());
    let acquired: TimeSeries = file.acquisition().unwrap().get("acquired").unwrap();
    assert!(acquired.object().ancestor::<ProcessingModule>().unwrap_err().is_not_found());
    let paths: Vec<String> = inside.object().ancestors().map(|object| object.path().to_owned()).collect();
    assert_eq!(paths, ["/processing/module", "/processing", "/"]);
    let counts = file.type_counts().unwrap();
    let count = |name: &str| counts.get(&("core".to_owned(), name.to_owned())).copied();
    assert_eq!((count("TimeSeries"), count("TimeIntervals"), count("ElectricalSeries")), (Some(4), Some(4), None));
    assert_eq!(counts.get(&("hdmf-common".to_owned(), "DynamicTable".to_owned())), Some(&5));
}
