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
    // A name at the peer is always there, be it null.
    assert!(findings.iter().all(|finding| finding.get("peer").is_some()));
    assert!(findings.iter().any(|finding| finding["peer"] == "MissingError"), "{out}");
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
    assert!(code == 2 && err.contains("did you mean"), "{err}");

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

/// A folder with files that are clean by some rule, faulty, broken, or not there; the names of what is there.
fn folder_of_files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("a/pilot")).unwrap();
    for name in ["a/pilot/one.nwb", "a/two.nwb", "z.nwb"] {
        make(&at(name), |file, root| {
            typed(file, root, "core", "NWBFile");
            set(file, root, "nwb_version", Value::text("2.9.0"));
        });
    }
    for name in ["a/broken.nwb", "y.nwb"] {
        fs::write(at(name), "no file of HDF5").unwrap();
    }
    folder
}

#[test]
fn many_files_stay_in_order_and_none_keeps_from_the_others() {
    let folder = folder_of_files();
    let path = folder.path().to_str().unwrap();
    let paths = |out: &str| -> Vec<(String, bool)> {
        let files: Json = serde_json::from_str(out).unwrap();
        let name = |one: &Json| one["path"].as_str().unwrap().strip_prefix(path).unwrap().replace('\\', "/");
        files.as_array().unwrap().iter().map(|one| (name(one), one.get("error").is_some())).collect()
    };
    let (code, out, err) = ended(["validate", path, "--json"]);
    let expected = [
        ("/a/broken.nwb", true),
        ("/a/pilot/one.nwb", false),
        ("/a/two.nwb", false),
        ("/y.nwb", true),
        ("/z.nwb", false),
    ]
    .map(|(name, failed)| (name.to_owned(), failed));
    assert_eq!((code, paths(&out)), (2, expected.to_vec()), "{err}");
    for _ in 0..3 {
        assert_eq!(ended(["validate", path, "--json"]).1, out);
    }
    // Files that are named stand in the order of their naming, each once.
    let named = ["z.nwb", "none.nwb", "a/two.nwb", "z.nwb"].map(|name| format!("{path}/{name}"));
    let (code, out, err) = ended([&["validate".to_owned(), "--json".to_owned()][..], &named[..]].concat());
    let expected = [("/z.nwb", false), ("/none.nwb", true), ("/a/two.nwb", false)];
    assert_eq!((code, paths(&out)), (2, expected.map(|(name, failed)| (name.to_owned(), failed)).to_vec()), "{err}");
    // A pattern, and one of no file.
    let (code, out, _) = ended(["validate", "--json", &format!("{path}/z*.nwb")]);
    assert_eq!((code, paths(&out).len()), (1, 1));
    let (code, _, err) = ended(["validate", "--json", &format!("{path}/x*.nwb")]);
    assert!(code == 2 && err.contains("no file has such a name"), "{err}");
    // The counts at the end of all files together.
    let (_, out, _) = ended(["validate", path]);
    let last = out.lines().last().unwrap();
    assert!(last.starts_with("5 files, 0 without findings, 2 that cannot be opened, "), "{out}");
    assert!(out.contains("  in 3 files"), "{out}");
}

#[test]
fn thresholds_make_the_exit_code() {
    let folder = folder_of_files();
    let path = folder.path().join("z.nwb");
    let path = path.to_str().unwrap();
    let code = |args: &[&str]| ended([&["validate", path], args].concat()).0;
    assert_eq!(code(&["--only", "practice", "--fail-on", "error"]), 0);
    assert_eq!(code(&["--only", "practice", "--fail-on", "suggestion"]), 1);
    assert_eq!(code(&["--select", "check_subject_exists", "--severity", "error"]), 0);
    assert_eq!(code(&["--select", "check_subject_exists", "--severity", "critical"]), 1);
    assert_eq!(code(&["--select", "check_subject_exists", "--ignore", "check_subject_exists"]), 0);
    assert_eq!(code(&["--severity", "bad"]), 2);
    assert_eq!(code(&["--json", "--sarif"]), 2);
}

#[test]
fn what_is_ignored_has_a_reason() {
    let folder = folder_of_files();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, entries: &[&str]| {
        let text: String = entries.iter().map(|entry| format!("[[ignore]]\n{entry}\n")).collect();
        fs::write(at(name), text).unwrap();
    };
    write(
        ".nwb-validate.toml",
        &[
            "rule = 'check_subject_exists'\nfiles = 'a/**'\nreason = 'lost'",
            "rule = 'check_keywords'",
            "rule = 'check_institution'\nobjects = '/nowhere'\nreason = 'moved'",
            "rule = 'check_nothing'\nreason = 'a typing error'",
            "rule = 'check_keywords'\nfiles = 'elsewhere/*'\nreason = 'not looked at here'",
        ],
    );
    let codes = |file: &str, args: &[&str], list: &str| -> (Vec<String>, String) {
        let (_, out, err) = ended([&["validate", "--json", &at(file)], args].concat());
        let files: Json = serde_json::from_str(&out).unwrap();
        let all = files[0][list].as_array().cloned().unwrap_or_default();
        (all.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect(), err)
    };
    let has = |file: &str, args: &[&str], code: &str| codes(file, args, "findings").0.contains(&code.to_owned());
    // By the path below the folder of the file that says so; without a reason not at all.
    assert!(!has("a/two.nwb", &[], "check_subject_exists") && !has("a/pilot/one.nwb", &[], "check_subject_exists"));
    assert!(has("z.nwb", &[], "check_subject_exists") && has("a/two.nwb", &[], "check_keywords"));
    assert!(has("a/two.nwb", &["--no-ignore-file"], "check_subject_exists"));
    let (ignored, err) = codes("a/two.nwb", &[], "ignored");
    assert_eq!(ignored, ["check_subject_exists"]);
    let remarks: Vec<&str> = err.lines().collect();
    assert_eq!(remarks.len(), 3, "{err}");
    for (remark, said) in remarks.iter().zip([
        "entry 2 (check_keywords) has no reason",
        "entry 3 (check_institution) is not needed",
        "entry 4 (check_nothing) is of no rule",
    ]) {
        assert!(remark.contains(said) && remark.contains(".nwb-validate.toml"), "{remark}");
    }
    // An exit code may hang on it, and the counts say it.
    let arguments = ["validate", &at("a/two.nwb"), "--select", "check_subject_exists"];
    let (code, out, _) = ended(arguments);
    assert!(code == 0 && out.contains("1 ignored for a reason"), "{out}");
    assert_eq!(ended([&arguments[..], &["--no-ignore-file"]].concat()).0, 1);
    // The nearest counts, and no other.
    write("a/pilot/.nwb-validate.toml", &[]);
    assert!(has("a/pilot/one.nwb", &[], "check_subject_exists") && !has("a/two.nwb", &[], "check_subject_exists"));
    // One that is none is no reason to tell what it would have ignored.
    fs::write(at("a/.nwb-validate.toml"), "[[ignore]]\nrules = 3\n").unwrap();
    let (code, _, err) = ended(["validate", &at("a/two.nwb")]);
    assert!(code == 2 && err.contains("unknown field"), "{err}");
}

#[test]
fn configurations_say_how_bad_it_is() {
    let folder = folder_of_files();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let severity = |args: &[&str]| -> Option<String> {
        let out = ended([&["validate", "--json", &at("z.nwb"), "--select", "check_keywords"], args].concat()).1;
        let files: Json = serde_json::from_str(&out).unwrap();
        Some(files[0]["findings"].get(0)?["severity"].as_str().unwrap().to_owned())
    };
    fs::write(at("own.toml"), "extends = 'dandi'\ncritical = ['check_keywords']").unwrap();
    fs::write(at("own.yaml"), "BEST_PRACTICE_VIOLATION:\n  - check_keywords\nSKIP:\n- check_subject_age\n").unwrap();
    fs::write(at("skip.yaml"), "SKIP:\n- check_keywords\n").unwrap();
    for (config, expected) in [
        (None, Some("suggestion")),
        (Some("dandi".to_owned()), Some("suggestion")),
        (Some(at("own.toml")), Some("critical")),
        (Some(at("own.yaml")), Some("violation")),
        (Some(at("skip.yaml")), None),
    ] {
        let args: Vec<&str> = config.iter().flat_map(|name| ["--config", name]).collect();
        assert_eq!(severity(&args).as_deref(), expected, "{config:?}");
    }
    fs::write(at("wrong.toml"), "critical = ['check_keyword']").unwrap();
    fs::write(at("grave.toml"), "grave = []").unwrap();
    for (config, said) in
        [("wrong.toml", "did you mean check_keywords"), ("grave.toml", "no severity"), ("none", "must be dandi")]
    {
        let (code, _, err) = ended(["validate", &at("z.nwb"), "--config", &at(config)]);
        assert!(code == 2 && err.contains(said), "{err}");
    }
}

#[test]
fn reports_for_hosts_of_code_and_for_browsers() {
    let folder = folder_of_files();
    let path = folder.path().to_str().unwrap();
    let page = folder.path().join("report.html");
    let args = ["validate", path, "--sarif", "--report", page.to_str().unwrap()];
    let (code, out, err) = ended(args);
    assert_eq!(code, 2, "{err}");
    let log: Json = serde_json::from_str(&out).unwrap();
    let run = &log["runs"][0];
    assert_eq!((&log["version"], &run["invocations"][0]["executionSuccessful"]), (&"2.1.0".into(), &false.into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let is_whole = |one: &Json| {
        let rule = &rules[one["ruleIndex"].as_u64().unwrap() as usize];
        let place = &one["locations"][0];
        rule["id"] == one["ruleId"]
            && place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().ends_with(".nwb")
            && place["logicalLocations"][0]["fullyQualifiedName"].as_str().unwrap().starts_with('/')
    };
    assert!(results.len() > 3 && results.iter().all(is_whole));

    let text = fs::read_to_string(&page).unwrap();
    assert_eq!(text.matches("<tr data-severity").count(), results.len());
    assert!(text.contains("cannot be opened") && text.contains("check_subject_exists"));
    // What is there is not replaced unless that is said.
    let (code, _, err) = ended(args);
    assert!(code == 1 && err.contains("--overwrite"), "{err}");
    assert_eq!(ended([&args[..], &["--overwrite"]].concat()).0, 2);
}
