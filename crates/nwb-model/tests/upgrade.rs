//! Objects as old versions of NWB have them, seen through the views of today; each upgrade rule is a case.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use nwb_model::backend::Store;
use nwb_model::backend::{Address, Attribute, DatasetInfo, Link, Transaction};
use nwb_model::diagnosis::{Severity, rules};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::element::Element;
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::selection::Region;
use nwb_model::types::{
    Device, ElectricalSeries, ElectrodesTable, FrequencyBandsTable, ImageSeries, MeaningsTable, Subject, TimeSeries,
    TimeSeriesReferenceVectorData, VectorData, VectorIndex,
};
use nwb_model::value::{Shape, Value};
use nwb_model::view::NeurodataType;

/// A file that is being made in memory.
struct Old {
    file: Box<dyn Transaction>,
    ids: u64,
    acquisition: Address,
    general: Address,
}

impl Old {
    fn of(version: &str, make: impl FnOnce(&mut Self, Address)) -> File {
        let mut file = Memory::new("old").begin().unwrap();
        let root = file.root();
        let acquisition = file.create_group(root, "acquisition").unwrap();
        let general = file.create_group(root, "general").unwrap();
        let mut old = Self { file, ids: 0, acquisition, general };
        old.set(root, "nwb_version", Value::text(version));
        old.typed(root, "core", "NWBFile");
        for name in ["analysis", "processing"] {
            old.group(root, name);
        }
        let stimulus = old.group(root, "stimulus");
        old.group(stimulus, "presentation");
        old.group(stimulus, "templates");
        for name in ["identifier", "session_description"] {
            old.value(root, name, Value::text(name));
        }
        for name in ["session_start_time", "timestamps_reference_time"] {
            old.value(root, name, Value::ascii("2018-01-02T03:04:05+00:00"));
        }
        let date = Value::texts(["2018-01-02T03:04:05+00:00"]);
        old.value(root, "file_create_date", date);
        make(&mut old, root);
        File::from_backend(old.file.commit().unwrap()).unwrap()
    }

    fn set(&mut self, at: Address, name: &str, value: Value) {
        self.file.set_attribute(at, &Attribute { name: name.into(), value, named_type: None }).unwrap();
    }

    fn typed(&mut self, at: Address, namespace: &str, name: &str) {
        self.ids += 1;
        self.set(at, "namespace", Value::text(namespace));
        self.set(at, "neurodata_type", Value::text(name));
        self.set(at, "object_id", Value::text(&format!("00000000-0000-4000-8000-{:012}", self.ids)));
    }

    fn group(&mut self, parent: Address, name: &str) -> Address {
        self.file.create_group(parent, name).unwrap()
    }

    fn object(&mut self, parent: Address, name: &str, namespace: &str, of: &str) -> Address {
        let made = self.group(parent, name);
        self.typed(made, namespace, of);
        made
    }

    fn value(&mut self, parent: Address, name: &str, value: Value) -> Address {
        let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
        let made = self.file.create_dataset(parent, name, &info).unwrap();
        self.file.write(made, &Region::all(value.shape().dims()), &value).unwrap();
        made
    }

    fn below(&mut self, parent: Address, names: &[&str]) -> Address {
        names.iter().fold(parent, |at, name| self.group(at, name))
    }

    fn table(&mut self, parent: Address, name: &str, namespace: &str, of: &str) -> Address {
        let table = self.object(parent, name, namespace, of);
        self.set(table, "description", Value::text("a table"));
        self.set(table, "colnames", Value::vector(Vec::<f64>::new()));
        let ids = self.value(table, "id", Value::vector(Vec::<i32>::new()));
        self.typed(ids, namespace, "ElementIdentifiers");
        table
    }

    fn series(&mut self, parent: Address, name: &str, of: &str) -> Address {
        let series = self.object(parent, name, "core", of);
        let start = self.value(series, "starting_time", Value::scalar(0.0));
        self.set(start, "rate", Value::scalar(10.0));
        self.set(start, "unit", Value::text("seconds"));
        series
    }

    fn data(&mut self, series: Address) -> Address {
        let data = self.value(series, "data", Value::vector(vec![1.0, 2.0]));
        self.set(data, "unit", Value::text("V"));
        data
    }
}

/// That one object has just this one diagnosis, which is no fault.
fn upgraded(file: &File, path: &str, code: &str) {
    let found = file.diagnose();
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.iter().any(|one| one.code == code && one.object == path), "{code} at {path}: {told:#?}");
    let beside = ["upgrade.no-object-ids", "specs.location"];
    let others = found.iter().filter(|one| one.code != code && !beside.contains(&one.code));
    assert_eq!(others.count(), 0, "{told:#?}");
    assert!(found.iter().all(|one| one.severity == Severity::Information), "{told:#?}");
}

#[test]
fn every_rule_says_what_it_is() {
    let mut codes: Vec<&str> = rules().map(|rule| rule.code()).collect();
    assert!(rules().all(|rule| rule.doc().ends_with('.') && rule.code().contains('.')));
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count, "no two rules have one code");
}

#[test]
fn versions_as_they_were_spelled() {
    for version in ["2.0b", "NWB-2.1.0"] {
        let file = Old::of(version, |_, _| {});
        upgraded(&file, "/", "upgrade.version-spelling");
    }
    for (version, is_nwb_2) in [("1.0.6", false), ("NWB-1.0.5", false), ("3.1", true), ("newest", false)] {
        let mut file = Memory::new("x").begin().unwrap();
        let root = file.root();
        let value = Value::text(version);
        file.set_attribute(root, &Attribute { name: "nwb_version".into(), value, named_type: None }).unwrap();
        let opened = File::from_backend(file.commit().unwrap());
        assert_eq!(opened.is_ok(), is_nwb_2, "{version}: {opened:?}");
    }
}

#[test]
fn tables_of_core() {
    let file = Old::of("2.1.0", |old, root| {
        let scratch = old.group(root, "scratch");
        old.table(scratch, "table", "core", "DynamicTable");
    });
    upgraded(&file, "/scratch/table", "upgrade.table-namespace");
    let table: nwb_model::types::DynamicTable = file.get("/scratch/table").unwrap().cast().unwrap();
    assert_eq!(table.row_ids().unwrap(), Vec::<i64>::new());
}

#[test]
fn electrodes_without_a_type_of_their_own() {
    let file = Old::of("2.8.0", |old, _| {
        let general = old.general;
        let ecephys = old.group(general, "extracellular_ephys");
        old.table(ecephys, "electrodes", "hdmf-common", "DynamicTable");
    });
    let electrodes: ElectrodesTable = file.get("/general/extracellular_ephys/electrodes").unwrap().cast().unwrap();
    assert!(file.electrodes().unwrap().is_some());
    let codes: Vec<&str> = electrodes.object().diagnoses().iter().map(|one| one.code).collect();
    assert!(codes.contains(&"upgrade.electrodes"), "{codes:?}");
}

#[test]
fn bands_without_a_type_of_their_own() {
    let file = Old::of("2.8.0", |old, _| {
        let place = old.acquisition;
        let series = old.series(place, "power", "DecompositionSeries");
        let data = old.value(series, "data", Value::vector(vec![1.0]).reshaped(Shape::of(&[1, 1, 1])).unwrap());
        old.set(data, "unit", Value::text("V"));
        old.value(series, "metric", Value::text("power"));
        old.table(series, "bands", "hdmf-common", "DynamicTable");
    });
    let bands = file.get("/acquisition/power/bands").unwrap();
    assert!(bands.is::<FrequencyBandsTable>().unwrap());
    assert!(bands.diagnoses().iter().any(|one| one.code == "upgrade.bands"));
    // A table of that name anywhere else is what it is.
    let file = Old::of("2.8.0", |old, root| {
        let scratch = old.group(root, "scratch");
        old.table(scratch, "bands", "hdmf-common", "DynamicTable");
    });
    assert!(!file.get("/scratch/bands").unwrap().is::<FrequencyBandsTable>().unwrap());
}

#[test]
fn references_to_series_in_a_plain_column() {
    let dtype = Dtype::packed([
        ("idx_start", Dtype::native(Number::I32)),
        ("count", Dtype::native(Number::I32)),
        ("timeseries", Dtype::Reference),
    ]);
    let file = Old::of("2.4.0", |old, root| {
        let intervals = old.group(root, "intervals");
        let trials = old.table(intervals, "trials", "core", "TimeIntervals");
        let info = DatasetInfo::new(dtype, Shape::of(&[0]));
        let column = old.file.create_dataset(trials, "timeseries", &info).unwrap();
        old.typed(column, "hdmf-common", "VectorData");
        old.set(column, "description", Value::text("series"));
    });
    let column = file.get("/intervals/trials/timeseries").unwrap();
    assert!(column.is::<TimeSeriesReferenceVectorData>().unwrap() && column.is::<VectorData>().unwrap());
    assert!(column.diagnoses().iter().any(|one| one.code == "upgrade.series-references"));
}

#[test]
fn meanings_that_link_to_their_column() {
    let file = Old::of("2.10.0", |old, root| {
        let scratch = old.group(root, "scratch");
        let column = old.value(scratch, "column", Value::vector(vec![1u8]));
        old.typed(column, "hdmf-common", "VectorData");
        old.set(column, "description", Value::text("codes"));
        let table = old.table(scratch, "column_meanings", "hdmf-common", "MeaningsTable");
        old.file.link(table, "target", &Link::Soft("/scratch/column".into())).unwrap();
    });
    let table: MeaningsTable = file.get("/scratch/column_meanings").unwrap().cast().unwrap();
    assert_eq!(table.target().unwrap().object().path(), "/scratch/column");
    assert!(table.object().diagnoses().iter().any(|one| one.code == "upgrade.meanings-target"));
}

#[test]
fn series_without_data_or_unit() {
    let file = Old::of("2.3.0", |old, _| {
        let place = old.acquisition;
        old.series(place, "none", "TimeSeries");
        old.series(place, "images", "ImageSeries");
        let series = old.series(place, "unitless", "TimeSeries");
        old.value(series, "data", Value::vector(vec![1.0, 2.0]));
    });
    let series = |name: &str| file.acquisition().unwrap().get::<TimeSeries>(name).unwrap();
    assert_eq!(series("none").data().unwrap().shape().unwrap(), [0]);
    assert_eq!(series("none").data().unwrap().object().path(), "/acquisition/none/data");
    assert_eq!(series("none").unit().unwrap(), "unknown");
    let images: ImageSeries = file.acquisition().unwrap().get("images").unwrap();
    assert_eq!(images.data().unwrap().shape().unwrap(), [0, 0, 0]);
    assert_eq!(series("unitless").unit().unwrap(), "unknown");
    // What is stored stays as it is.
    assert!(file.get("/acquisition/none").unwrap().child("data").unwrap().is_none());
    let told = |name: &str| series(name).object().diagnoses().iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(told("none"), ["upgrade.series-data"]);
    assert_eq!(told("images"), ["upgrade.series-data"]);
    assert_eq!(told("unitless"), ["upgrade.series-unit"]);
}

#[test]
fn models_of_devices_that_are_texts() {
    let file = Old::of("2.8.0", |old, root| {
        let scratch = old.group(root, "scratch");
        let device = old.object(scratch, "scope", "core", "Device");
        old.set(device, "model", Value::text("2P+"));
    });
    let device: Device = file.get("/scratch/scope").unwrap().cast().unwrap();
    assert_eq!(device.model_text().unwrap(), Some("2P+"));
    assert!(device.model().unwrap().is_none());
    upgraded(&file, "/scratch/scope", "upgrade.device-model-text");
}

#[test]
fn ages_without_a_reference() {
    let make = |version| {
        Old::of(version, |old, _| {
            let general = old.general;
            let subject = old.object(general, "subject", "core", "Subject");
            old.value(subject, "age", Value::text("P90D"));
        })
    };
    let file = make("2.5.0");
    upgraded(&file, "/general/subject/age", "upgrade.subject-age");
    let subject: Subject = file.get("/general/subject").unwrap().cast().unwrap();
    assert_eq!(subject.age_reference().unwrap(), None);
    assert!(make("2.7.0").diagnose().is_empty());
}

#[test]
fn fixed_values_of_old_versions() {
    let make = |version| {
        Old::of(version, |old, _| {
            let place = old.acquisition;
            let series = old.object(place, "series", "core", "TimeSeries");
            old.data(series);
            let times = old.value(series, "timestamps", Value::vector(vec![0.0, 1.0]));
            old.set(times, "unit", Value::text("Seconds"));
            old.set(times, "interval", Value::scalar(1i64));
        })
    };
    let file = make("2.0.0");
    upgraded(&file, "/acquisition/series/timestamps", "upgrade.fixed-value");
    let series: TimeSeries = file.get("/acquisition/series").unwrap().cast().unwrap();
    assert_eq!(series.timestamps_unit().unwrap(), Some("Seconds"));
    // In a file of today it is a fault.
    let now = make("2.11.0").diagnose();
    assert_eq!(now.iter().map(|one| (one.code, one.severity)).collect::<Vec<_>>(), [("value.fixed", Severity::Error)]);
}

#[test]
fn scalars_and_lists() {
    let file = Old::of("2.0.2", |old, _| {
        let general = old.general;
        old.value(general, "experimenter", Value::text("Me"));
        old.value(general, "lab", Value::texts(["Ours"]));
        old.value(general, "keywords", Value::vector(Vec::<f64>::new()));
    });
    assert_eq!(file.experimenter().unwrap().unwrap(), ["Me"]);
    assert_eq!(file.lab().unwrap(), Some("Ours"));
    assert_eq!(file.keywords().unwrap().unwrap(), Vec::<&str>::new());
    let codes: Vec<&str> = file.diagnose().iter().map(|one| one.code).collect();
    assert_eq!(codes, ["upgrade.array-for-scalar", "upgrade.scalar-for-list"]);
}

#[test]
fn indices_without_a_description() {
    let file = Old::of("2.0.2", |old, root| {
        let scratch = old.group(root, "scratch");
        let table = old.table(scratch, "table", "core", "DynamicTable");
        let column = old.value(table, "a", Value::vector(Vec::<f64>::new()));
        old.typed(column, "core", "VectorData");
        old.set(column, "description", Value::text("a"));
        let index = old.value(table, "a_index", Value::vector(Vec::<u8>::new()));
        old.typed(index, "core", "VectorIndex");
        old.set(index, "target", Value::reference(column));
    });
    let index: VectorIndex = file.get("/scratch/table/a_index").unwrap().cast().unwrap();
    assert_eq!(index.description().unwrap(), "no description");
    assert_eq!(index.target().unwrap().object().path(), "/scratch/table/a");
    assert!(index.object().diagnoses().iter().any(|one| one.code == "upgrade.index-description"));
}

#[test]
fn types_that_another_version_has() {
    let core = r#"{"namespaces":[{"doc":"c","schema":[{"source":"base"}],"name":"core","version":"2.3.0"}]}"#;
    let base = r#"{"groups":[
        {"neurodata_type_def":"NWBContainer","doc":"a"},
        {"neurodata_type_def":"NWBDataInterface","neurodata_type_inc":"NWBContainer","doc":"b"},
        {"neurodata_type_def":"TimeSeries","neurodata_type_inc":"NWBDataInterface","doc":"c"},
        {"neurodata_type_def":"SmellSeries","neurodata_type_inc":"TimeSeries","doc":"d",
         "attributes":[{"name":"scent","dtype":"text","doc":"e"}]}]}"#;
    let with = |scent: &'static str, cached: bool| {
        Old::of("2.3.0", move |old, root| {
            let place = old.acquisition;
            let series = old.series(place, "smell", "SmellSeries");
            old.data(series);
            old.set(series, scent, Value::text("rose"));
            if cached {
                let specs = old.group(root, "specifications");
                let folder = old.below(specs, &["core", "2.3.0"]);
                old.value(folder, "namespace", Value::text(core));
                old.value(folder, "base", Value::text(base));
                old.set(root, ".specloc", Value::reference(specs));
            }
        })
    };
    let file = with("scent", true);
    let series: TimeSeries = file.acquisition().unwrap().get("smell").unwrap();
    assert_eq!(series.unit().unwrap(), "V");
    assert_eq!(file.find::<TimeSeries>().unwrap().len(), 1);
    assert!(!series.object().is::<ElectricalSeries>().unwrap());
    upgraded(&file, "/acquisition/smell", "upgrade.other-version");
    // Its own spec is what it is held to; another file without that spec is another matter.
    let missing: Vec<_> = with("colour", true).diagnose();
    assert!(missing.iter().any(|one| one.code == "member.missing" && one.message.contains("scent")), "{missing:?}");
    let unknown: Vec<_> = with("scent", false).diagnose();
    assert_eq!(unknown.iter().map(|one| one.code).collect::<Vec<_>>(), ["type.unknown"]);
}

/// Two files open side by side, each with its own version of one namespace; one of a core that is newer than ours.
#[test]
fn versions_of_a_namespace_stay_apart() {
    let core = r#"{"namespaces":[{"doc":"c","schema":[{"source":"base"}],"name":"core","version":"99.0.0"}]}"#;
    let base = r#"{"groups":[
        {"neurodata_type_def":"NWBContainer","doc":"a"},
        {"neurodata_type_def":"TimeSeries","neurodata_type_inc":"NWBContainer","doc":"c"},
        {"neurodata_type_def":"SmellSeries","neurodata_type_inc":"TimeSeries","doc":"d"}]}"#;
    let newer = Old::of("99.0.0", |old, root| {
        let specs = old.group(root, "specifications");
        let folder = old.below(specs, &["core", "99.0.0"]);
        old.value(folder, "namespace", Value::text(core));
        old.value(folder, "base", Value::text(base));
        old.set(root, ".specloc", Value::reference(specs));
        let place = old.acquisition;
        let series = old.series(place, "smell", "SmellSeries");
        old.data(series);
    });
    assert!(newer.get("/acquisition/smell").unwrap().is::<TimeSeries>().unwrap());
    let lab = |version: &str, kind: &str| {
        let namespace = format!(
            r#"{{"namespaces":[{{"doc":"c","schema":[{{"namespace":"core"}},{{"source":"lab"}}],"name":"ndx-lab","version":"{version}"}}]}}"#
        );
        let source =
            format!(r#"{{"groups":[{{"neurodata_type_def":"Rig","neurodata_type_inc":"{kind}","doc":"a"}}]}}"#);
        Old::of("2.11.0", |old, root| {
            let specs = old.group(root, "specifications");
            let folder = old.below(specs, &["ndx-lab", version]);
            old.value(folder, "namespace", Value::text(&namespace));
            old.value(folder, "lab", Value::text(&source));
            old.set(root, ".specloc", Value::reference(specs));
            let scratch = old.group(root, "scratch");
            old.object(scratch, "rig", "ndx-lab", "Rig");
        })
    };
    let (first, second) = (lab("0.1.0", "Device"), lab("0.2.0", "NWBDataInterface"));
    let rig = |file: &File| file.get("/scratch/rig").unwrap();
    assert!(rig(&first).is::<Device>().unwrap() && !rig(&second).is::<Device>().unwrap());
    assert!(rig(&second).is::<nwb_model::types::NwbDataInterface>().unwrap());
    assert_eq!((first.diagnose(), second.diagnose()), (vec![], vec![]));
}

#[test]
fn numbers_of_any_kind_are_read() {
    let file = Old::of("2.11.0", |old, _| {
        let place = old.acquisition;
        let series = old.object(place, "series", "core", "TimeSeries");
        let data = old.value(series, "data", Value::vector(vec![1i16, 2]));
        old.set(data, "unit", Value::text("V"));
        old.set(data, "conversion", Value::scalar(2i32));
        let start = old.value(series, "starting_time", Value::scalar(3i64));
        old.set(start, "rate", Value::scalar(10u8));
        old.set(start, "unit", Value::text("seconds"));
    });
    let series: TimeSeries = file.acquisition().unwrap().get("series").unwrap();
    assert_eq!((series.conversion().unwrap(), series.rate().unwrap()), (Some(2.0), Some(10.0)));
    assert_eq!(series.starting_time().unwrap(), Some(3.0));
    assert_eq!(file.diagnose(), []);
    assert_eq!(u8::dtype().size(), 1);
}
