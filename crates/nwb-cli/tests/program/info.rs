//! `nwb info`.

use serde_json::json;

use crate::files::{demo, odd};
use crate::{ended, json as run};

#[test]
fn text_names_what_is_there() {
    let (code, text, err) = ended(["info", demo().to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""));
    for expected in [
        "NWB 2.",
        "HDF5 superblock 0",
        "hdmf-common",
        "session_start_time         2024-03-05T09:41:07+01:00",
        "Mus musculus",
        "GCaMP6s",
        "TwoPhotonSeries  TwoPhotonSeries  uint16 [60, 60, 48], 10 Hz, 6 s long",
        "SimulatedVolume  TwoPhotonSeries  uint16 [80, 64, 48, 3], 80 timestamps",
        "80 timestamps of /acquisition/SimulatedVolume",
        "image_mask and pixel_mask",
        "9 ROIs, voxel_mask",
        "9 ROIs x 80 samples",
        "core RoiResponseSeries",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn json_has_the_same() {
    let summary = run(["info", "--json", demo().to_str().unwrap()]);
    assert_eq!(summary["file"]["nwb_version"], summary["file"]["specifications"]["core"][0]);
    assert_eq!(summary["session"]["session_start_time"], "2024-03-05T09:41:07+01:00");
    assert_eq!(summary["session"]["keywords"][0], "calcium imaging");
    assert_eq!(summary["subject"]["species"], "Mus musculus");
    let named = |list: &serde_json::Value, name: &str| {
        list.as_array().unwrap().iter().find(|one| one["name"] == name).cloned().unwrap()
    };
    let volume = named(&summary["content"]["acquisition"], "SimulatedVolume");
    assert_eq!((&volume["type"], &volume["series"]["timestamps"]), (&json!("TwoPhotonSeries"), &json!(80)));
    assert_eq!(volume["series"]["data"], json!({"dtype": "uint16", "shape": [80, 64, 48, 3]}));
    let module = named(&summary["content"]["processing"], "ophys");
    let segmentation = named(&module["children"], "VolumeSegmentation");
    let table = &named(&segmentation["children"], "SimulatedCells")["table"];
    assert_eq!((&table["rows"], &table["masks"]), (&json!(9), &json!(["voxel_mask"])));
    assert_eq!(summary["types"]["core NWBFile"], 1);
    assert_eq!(summary["problems"], json!([]));
    let plane = named(&summary["metadata"]["optophysiology"], "Volume");
    assert_eq!(plane["fields"]["excitation_lambda"], 920.0);
    assert_eq!(plane["children"][0]["fields"]["emission_lambda"], 525.0);
}

#[test]
fn an_odd_file_is_no_obstacle() {
    let (code, text, err) = ended(["info", odd().to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""), "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    // Nobody knows the type, but it looks like a series.
    assert!(text.contains("of an unknown type  StrangeSeries  float32 [2], 4 Hz, from 3 s on, 0.5 s long"), "{text}");
    assert!(text.contains("line one line two \\u{1b}[31m"), "{text}");
}
