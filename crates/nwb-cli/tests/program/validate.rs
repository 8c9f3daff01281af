//! `nwb validate`: what it prints and how it ends. What it finds is for the rules' own tests.

use std::fs;

use nwb::Value;
use serde_json::Value as Json;

use crate::ended;
use crate::files::{dataset, demo, make, set, typed};

#[test]
fn findings_for_people_and_programs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    make(at("bad.nwb").as_ref(), |file, root| {
        typed(file, root, "core", "NWBFile");
        set(file, root, "nwb_version", Value::text("2.9.0"));
        dataset(file, root, "identifier", &Value::text("x"));
    });
    let (code, out, err) = ended(["validate", &at("bad.nwb"), "--only", "schema"]);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.starts_with(&at("bad.nwb")) && out.contains("\n  error\n    /\n      "), "{out}");
    assert!(out.contains("session_start_time"), "{out}");
    assert!(out.lines().last().unwrap().starts_with("1 file, 0 without findings, "), "{out}");

    let (code, out, _) = ended(["validate", &at("bad.nwb"), "--json"]);
    let files: Json = serde_json::from_str(&out).unwrap();
    let findings = files[0]["findings"].as_array().unwrap();
    assert_eq!((code, files[0]["path"].as_str().unwrap()), (1, at("bad.nwb").as_str()));
    for name in ["code", "severity", "object", "message"] {
        assert!(findings.iter().all(|finding| finding[name].is_string()), "{name}");
    }
    // One rule is asked for, or left out, by its name.
    let one = findings[0]["code"].as_str().unwrap();
    let codes = |args: &[&str]| -> Vec<String> {
        let out = ended([&["validate", "--json", &at("bad.nwb")], args].concat()).1;
        let files: Json = serde_json::from_str(&out).unwrap();
        files[0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(codes(&["--select", one]).iter().all(|code| code == one));
    assert!(codes(&["--ignore", one]).iter().all(|code| code != one));
    let (code, _, err) = ended(["validate", &at("bad.nwb"), "--ignore", "check_subject_agee"]);
    assert!(code == 1 && err.contains("did you mean"), "{err}");

    // What cannot be opened is told, and the others are looked at all the same.
    fs::write(at("none.nwb"), "no file of HDF5").unwrap();
    let (code, out, err) = ended(["validate", &at("."), "--json"]);
    let files: Json = serde_json::from_str(&out).unwrap();
    assert_eq!((code, files.as_array().unwrap().len(), err.lines().count()), (2, 2, 1), "{err}");
    assert!(files[1]["error"].is_string());
}

#[test]
fn a_good_file_is_exit_code_0() {
    let (code, out, err) = ended(["validate", demo().to_str().unwrap(), "--only", "schema"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(ended(["validate", "--rules"]).1.contains("check_subject_age"));
}
