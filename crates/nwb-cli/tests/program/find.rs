//! `nwb find`, in one file and in many.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::ended;
use crate::files::{demo, odd, session};

fn paths(args: &[&str]) -> Vec<String> {
    let (code, out, err) = ended([&["find", demo().to_str().unwrap()], args].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    out.lines().map(|line| line.split("  ").next().unwrap().to_owned()).collect()
}

#[test]
fn by_type_name_and_id() {
    let file = nwb::open(demo()).unwrap();
    let expected: Vec<String> = file
        .find::<nwb::types::TimeSeries>()
        .unwrap()
        .iter()
        .map(|series| nwb::NeurodataType::object(series).path().to_owned())
        .collect();
    assert_eq!(paths(&["TimeSeries"]), expected);
    assert_eq!(paths(&["core.TimeSeries"]), expected);
    assert_eq!(paths(&["TimeSeries", "--exact"]).len(), 2);
    assert_eq!(paths(&["TimeSeries", "--name", "Simulated*"]).len(), 4);
    assert_eq!(paths(&["--name", "ophys"]), ["/processing/ophys"]);
    let id = file.get("/processing/ophys").unwrap().object_id().unwrap().unwrap().to_owned();
    assert_eq!(paths(&["--id", &id]), ["/processing/ophys"]);
    assert_eq!(paths(&["--id", &id.to_uppercase()]), ["/processing/ophys"]);
}

#[test]
fn nothing_found_is_exit_code_1() {
    let cases: [(&[&str], &str); 4] = [
        (&["TimeSerie"], "did you mean TimeSeries?"),
        (&["Units"], "no object is of the type Units"),
        (&["Container", "--exact"], "without --exact"),
        (&["--name", "nobody"], "no object of that name or id"),
    ];
    for (args, expected) in cases {
        let (code, out, err) = ended([&["find", demo().to_str().unwrap()], args].concat());
        assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{args:?}: {err}");
        assert!(err.contains(expected), "{args:?}: {err}");
    }
}

#[test]
fn many_files() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    for (from, to) in [(demo(), "a.nwb"), (session(), "below/b.nwb"), (odd(), "c.nwb")] {
        fs::copy(from, folder.path().join(to)).unwrap();
    }
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let files = |out: &str| -> Vec<String> {
        let file = |line: &str| serde_json::from_str::<Json>(line).unwrap()["file"].as_str().unwrap().to_owned();
        let mut files: Vec<String> = out.lines().map(file).collect();
        files.dedup();
        files
    };
    let (code, out, _) = ended(["find", &at("."), "TimeSeries", "--json"]);
    assert_eq!((code, files(&out).len()), (0, 2));
    let (code, out, _) = ended(["find", &at("*.nwb"), "NWBFile", "--json"]);
    assert_eq!((code, files(&out)), (0, vec![at("a.nwb"), at("c.nwb")]));
    let mut child = Command::new(env!("CARGO_BIN_EXE_nwb"))
        .args(["find", "-", "TimeIntervals"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{}\n{}", at("a.nwb"), at("below/b.nwb")).unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let line = |name: &str| format!("{}: /intervals/trials  TimeIntervals\n", at(name));
    assert_eq!(out, line("a.nwb") + &line("below/b.nwb"));

    // What cannot be read is told, and the others are searched all the same.
    fs::write(at("d.nwb"), "no file of HDF5").unwrap();
    let (code, out, err) = ended(["find", &at("."), "TimeSeries", "--json"]);
    assert_eq!((code, files(&out).len(), err.lines().count()), (2, 2, 1), "{err}");
    let (code, out, err) = ended(["info", &at("."), "--json"]);
    assert_eq!((code, out.lines().count(), err.lines().count()), (2, 3, 1), "{err}");
}
