//! Files that cannot be read: one sentence, exit code 2, in every command.

use std::fs;

use nwb::Value;

use crate::ended;
use crate::files::{dataset, demo, make, set};

#[test]
fn one_sentence_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let whole = fs::read(demo()).unwrap();
    fs::write(at("empty"), b"").unwrap();
    fs::write(at("text"), "session,subject\n1,2\n").unwrap();
    fs::write(at("signature"), &whole[..8]).unwrap();
    fs::write(at("truncated"), &whole[..whole.len() / 2]).unwrap();
    fs::write(at("last byte missing"), &whole[..whole.len() - 1]).unwrap();
    fs::create_dir(at("folder")).unwrap();
    make(&at("not NWB"), |file, root| {
        file.create_group(root, "data").unwrap();
    });
    make(&at("NWB 1"), |file, root| {
        dataset(file, root, "nwb_version", &Value::text("NWB-1.0.6"));
    });
    make(&at("NWB 1 by attribute"), |file, root| set(file, root, "nwb_version", Value::text("1.0.6")));
    make(&at("odd version"), |file, root| set(file, root, "nwb_version", Value::text("new")));
    let cases = [
        ("empty", "empty"),
        ("text", "not an HDF5 file"),
        ("signature", "ends after its HDF5 signature"),
        ("truncated", "cut short"),
        ("last byte missing", "cut short"),
        ("folder", "a folder"),
        ("not there", "no such file"),
        ("not NWB", "no NWB file"),
        ("NWB 1", "NWB 1"),
        ("NWB 1 by attribute", "NWB 1"),
        ("odd version", "no version of NWB"),
    ];
    for (name, expected) in cases {
        let path = at(name).to_str().unwrap().to_owned();
        let out = at("out.nwb").to_str().unwrap().to_owned();
        let commands: [&[&str]; 10] = [
            &["info", &path],
            &["info", "--json", &path],
            &["tree", &path],
            &["tree", "--json", &path],
            &["export", &path, &out],
            &["get", &path, "/identifier"],
            &["table", &path],
            &["table", &path, "/intervals/trials", "--csv"],
            &["find", &path, "TimeSeries"],
            &["spec", &path, "TimeSeries"],
        ];
        for command in commands {
            let (code, stdout, stderr) = ended(command);
            assert_eq!((code, stdout.as_str()), (2, ""), "{command:?}: {stderr}");
            assert_eq!(stderr.lines().count(), 1, "{command:?}: {stderr}");
            assert!(stderr.contains(&path) && stderr.contains(expected), "{command:?}: {stderr}");
        }
        assert!(!at("out.nwb").exists());
    }
}

#[test]
fn a_movie_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("movie.tif"), b"II*\0 and no more").unwrap();
    for movie in [at("movie.tif"), at("none.tif")] {
        let (code, stdout, stderr) = ended(["demo", &at("out.nwb"), "--movie", &movie]);
        assert_eq!((code, stdout.as_str(), stderr.lines().count()), (2, "", 1), "{stderr}");
        assert!(stderr.contains(&movie), "{stderr}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_wrong_command_line() {
    for args in [vec!["info"], vec!["no such command"], vec!["demo", "--seed", "x"], vec!["demo", "--size", "3x"]] {
        assert_eq!(ended(&args).0, 2, "{args:?}");
    }
    assert_eq!(ended(["--help"]).0, 0);
    assert_eq!(ended(["--version"]).0, 0);
}
