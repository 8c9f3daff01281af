//! An extension of core, as its build script generates it.

use std::fs;

use nwb_codegen::Extension;

use crate::rust::{fields, folder, functions};

fn generated(extension: &Extension) -> String {
    let file = extension.generate().unwrap();
    assert_eq!(file.path, "ndx_lab.rs");
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
