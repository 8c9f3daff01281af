//! An extension of core, as its build script generates it.

use std::fs;

use nwb_codegen::Extension;

use crate::rust::{fields, folder, functions};

fn generated(extension: &Extension) -> String {
    generated_as(extension, "ndx_lab.rs")
}

fn generated_as(extension: &Extension, path: &str) -> String {
    let file = extension.generate().unwrap();
    assert_eq!(file.path, path);
    syn::parse_file(&file.text).unwrap();
    file.text
}

#[test]
fn types_stand_on_those_of_core() {
    let text = generated(&Extension::new(folder("ndx-lab"), "ndx-lab"));
    assert!(text.contains("use ::nwb_model::types::core::{"), "{text}");
    assert!(text.contains("pub struct MyTwoPhotonSeries(TwoPhotonSeries);"), "{text}");
    assert!(text.contains("impl IsA<Container> for MyTwoPhotonSeries {}"), "{text}");
    let expected = ["name", "laser_power", "data", "unit", "timing", "imaging_plane"];
    assert_eq!(fields(&text, "MyTwoPhotonSeriesInit"), expected);
    assert!(text.contains("pub data: ImageData,"), "the choice of core's overlay");
    let expected = ["name", "description", "area"];
    assert_eq!(fields(&text, "CellTableInit"), expected, "`id` and `colnames` are derived");
    let expected = [
        "MyTwoPhotonSeries::new",
        "MyTwoPhotonSeries::laser_power",
        "MyTwoPhotonSeries::objective",
        "MyTwoPhotonSeriesSet::laser_power",
        "MyTwoPhotonSeriesSet::objective",
        "CellTable::new",
        "CellTable::area",
        "CellTable::kind",
        "CellTable::movie",
        "CellTableSet::area",
        "CellTableSet::kind",
        "CellTableSet::movie",
        "RigMetaData::new",
        "RigMetaData::microscope",
        "RigMetaDataSet::microscope",
    ];
    assert_eq!(functions(&text), expected);
}

#[test]
fn the_runtime_may_have_another_path() {
    let text = generated(&Extension::new(folder("ndx-lab"), "ndx-lab").runtime("::nwb::model"));
    assert!(text.contains("use ::nwb::model::types::core::{"), "{text}");
    assert!(!text.contains("nwb_model"), "{text}");
}

#[test]
fn an_extension_may_have_its_own_overlay() {
    let folder_of_overlay = tempfile::tempdir().unwrap();
    let overlay = folder_of_overlay.path().join("overlay.toml");
    fs::write(&overlay, "[ndx-lab.CellTable]\nname = \"Cells\"\nnames = { \"kind\" = \"cell_kind\" }").unwrap();
    let text = generated(&Extension::new(folder("ndx-lab"), "ndx-lab").overlay(&overlay));
    assert!(functions(&text).contains(&"Cells::cell_kind".to_owned()), "{text}");

    fs::write(&overlay, "[core.TimeSeries]\nname = \"Series\"").unwrap();
    let error = Extension::new(folder("ndx-lab"), "ndx-lab").overlay(&overlay).generate().unwrap_err();
    assert_eq!(error.to_string(), "two overlays speak of core.TimeSeries");
}

#[test]
fn an_extension_may_stand_on_another_one() {
    let top = tempfile::tempdir().unwrap();
    let namespace =
        "namespaces: [{name: ndx-top, version: 0.1.0, doc: Ours., schema: [{namespace: ndx-lab}, {source: top.yaml}]}]";
    let source = "groups: [{neurodata_type_def: BestSeries, neurodata_type_inc: MyTwoPhotonSeries, doc: The best.}]";
    fs::write(top.path().join("top.namespace.yaml"), namespace).unwrap();
    fs::write(top.path().join("top.yaml"), source).unwrap();
    let extension = Extension::new(top.path(), "ndx-top").builds_upon(folder("ndx-lab"), "ndx-lab", "::ndx_lab::types");
    let text = extension.generate().unwrap().text;
    assert!(text.contains("use ::ndx_lab::types::MyTwoPhotonSeries;"), "{text}");
    assert!(text.contains("pub laser_power: f64,"), "{text}");
}

#[test]
fn a_field_that_was_added_to_a_type_of_core_keeps_out_of_its_way() {
    let top = tempfile::tempdir().unwrap();
    let namespace =
        "namespaces: [{name: ndx-top, version: 0.1.0, doc: Ours., schema: [{namespace: core}, {source: top.yaml}]}]";
    let source = "groups: [{neurodata_type_def: Series, neurodata_type_inc: TimeSeries, doc: A series., \
                  attributes: [{name: rate, dtype: float32, doc: Its rate.}]}]";
    fs::write(top.path().join("top.namespace.yaml"), namespace).unwrap();
    fs::write(top.path().join("top.yaml"), source).unwrap();
    let error = Extension::new(top.path(), "ndx-top").generate().unwrap_err();
    assert!(error.is_name());
    assert!(error.to_string().contains("\"starting_time@rate\" of core.TimeSeries"), "{error}");
    assert!(error.to_string().contains("[ndx-top.Series] names = { \"@rate\" = \"...\" }"), "{error}");
}

#[test]
fn what_a_slot_adds_is_read_where_the_slot_is() {
    let top = tempfile::tempdir().unwrap();
    let namespace =
        "namespaces: [{name: ndx-top, version: 0.1.0, doc: Ours., schema: [{namespace: core}, {source: top.yaml}]}]";
    let source = "
groups:
- neurodata_type_def: Rig
  neurodata_type_inc: LabMetaData
  doc: A rig.
  groups:
  - name: log
    neurodata_type_inc: DynamicTable
    doc: What happened.
    attributes:
    - {name: level, dtype: text, doc: How much is in it.}
    datasets:
    - {name: depth, neurodata_type_inc: VectorData, doc: How deep.}
    - {name: colour, dtype: text, doc: Which colour., quantity: '?'}
    - {name: id, neurodata_type_inc: ElementIdentifiers, doc: Said already.}
";
    fs::write(top.path().join("top.namespace.yaml"), namespace).unwrap();
    fs::write(top.path().join("top.yaml"), source).unwrap();
    let text = generated_as(&Extension::new(top.path(), "ndx-top"), "ndx_top.rs");
    let expected = [
        "Rig::new",
        "Rig::log",
        "Rig::log_level",
        "Rig::log_depth",
        "Rig::log_colour",
        "RigSet::log",
        "RigSet::log_level",
    ];
    assert_eq!(functions(&text), expected, "{text}");
    assert!(text.contains("access::child(self, \"log/depth\")"), "{text}");
    assert_eq!(fields(&text, "RigInit"), ["name", "log", "log_level"], "its own draft takes the column");
}

#[test]
fn the_specs_come_with_the_code() {
    let text = generated(&Extension::new(folder("ndx-lab"), "ndx-lab"));
    assert!(text.contains("pub static NAMESPACE: ::nwb_model::dynamic::CachedNamespace"), "{text}");
    assert!(
        text.contains("pub const NAMESPACES: &[&::nwb_model::dynamic::CachedNamespace] = &[&NAMESPACE];"),
        "{text}"
    );
    assert!(text.contains("const NAMESPACES: &'static [&'static CachedNamespace] = NAMESPACES;"), "{text}");
    let cached = nwb_codegen::nwb_schema::yaml::folder(&folder("ndx-lab"), "ndx-lab").unwrap();
    for (name, json) in nwb_codegen::nwb_schema::cache::write_namespace(&cached) {
        assert!(text.contains(&format!("{name:?}")) && text.contains(&format!("{json:?}")), "{name}");
    }
}

#[test]
fn types_of_one_name_are_told_apart() {
    let top = tempfile::tempdir().unwrap();
    let namespace =
        "namespaces: [{name: ndx-top, version: 0.1.0, doc: Ours., schema: [{namespace: core}, {source: top.yaml}]}]";
    let source = "
groups:
- {neurodata_type_def: Device, neurodata_type_inc: LabMetaData, doc: Another device.}
- neurodata_type_def: TopFile
  neurodata_type_inc: NWBFile
  doc: A file.
  groups:
  - {name: general, doc: G., groups: [{name: devices, doc: D., groups: [{neurodata_type_inc: Device, doc: D., quantity: '*'}]}]}
";
    fs::write(top.path().join("top.namespace.yaml"), namespace).unwrap();
    fs::write(top.path().join("top.yaml"), source).unwrap();
    let overlay = top.path().join("overlay.toml");
    let key = "general/devices/<ndx-top.Device>";
    fs::write(&overlay, format!("[ndx-top.TopFile]\nnames = {{ \"{key}\" = \"top_devices\" }}")).unwrap();
    let extension = Extension::new(top.path(), "ndx-top").overlay(&overlay);
    assert!(extension.generate().is_err(), "two types of one name break a rule");
    let text = generated_as(&extension.lenient(), "ndx_top.rs");
    assert!(functions(&text).contains(&"TopFile::top_devices".to_owned()), "{text}");
}
