//! `nwb table`: tables and series, their columns and rows.

use std::fs;

use serde_json::{Value as Json, json};

use crate::ended;
use crate::files::session;

fn table(args: &[&str]) -> String {
    let (code, out, err) = ended(["table", session().to_str().unwrap()].iter().chain(args));
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    out
}

fn ids(conditions: &[&str]) -> Vec<i64> {
    let out = table(&[&["/intervals/trials", "--columns", "id", "--json"], conditions].concat());
    out.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["id"].as_i64().unwrap()).collect()
}

#[test]
fn tables_for_people() {
    insta::assert_snapshot!("tables", table(&[]));
    insta::assert_snapshot!("trials", table(&["/intervals/trials", "--rows", ":6"]));
    insta::assert_snapshot!(
        "trials_that_match",
        table(&["/intervals/trials", "--where", "correct", "=", "false", "--limit", "3"])
    );
    insta::assert_snapshot!("speed", table(&["/acquisition/speed"]));
    let all = table(&["/intervals/trials"]);
    assert!(
        all.lines().count() == 52 && all.ends_with("50 of 60 rows; --rows START:END shows others, --csv writes all\n")
    );
}

#[test]
fn formats() {
    let csv = table(&["/intervals/trials", "--csv"]);
    assert_eq!(csv.lines().count(), 61);
    assert_eq!(csv.lines().nth(4).unwrap(), "103,6.5,7.75,false,\"no-go \"\"right\"\"\",\"[0.375,0.5,0.625]\"");
    assert_eq!(csv, table(&["/intervals/trials", "--to", "csv"]));
    let first = table(&["/intervals/trials", "--json", "--limit", "1"]);
    let expected =
        json!({"id": 100, "start_time": 0.5, "stop_time": 1.75, "correct": false, "stimulus": "go, left", "licks": []});
    assert_eq!(serde_json::from_str::<Json>(&first).unwrap(), expected);

    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(table(&["/intervals/trials", "--output", &at("trials.csv")]), "");
    assert_eq!(fs::read_to_string(at("trials.csv")).unwrap(), csv);
    assert_eq!(table(&["/intervals/trials", "-o", &at("trials.parquet")]), "");
    let parquet = fs::read(at("trials.parquet")).unwrap();
    assert!(parquet.starts_with(b"PAR1") && parquet.ends_with(b"PAR1"));
    let (code, _, err) = ended(["table", session().to_str().unwrap(), "/intervals/trials", "-o", &at("trials.xls")]);
    assert!(code == 1 && err.contains("--to parquet"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn rows_are_picked() {
    assert_eq!(ids(&["--rows", "2:4"]), [102, 103]);
    assert_eq!(ids(&["--rows", "-1"]), [159]);
    assert_eq!(ids(&["--where", "start_time", ">=", "114.5", "--where", "correct", "=", "true"]), [158, 159]);
    assert_eq!(ids(&["--where", "id", "=", "107"]), [107]);
    assert_eq!(ids(&["--where", "stimulus", "contains", "no-go", "--rows", "0:4"]), [101, 103]);
    assert_eq!(ids(&["--where", "licks", "contains", "0.5"]), [103]);
    assert_eq!(ids(&["--where", "stop_time", "<", "-1"]), [] as [i64; 0]);
    assert_eq!(ids(&["--where", "stimulus", "!=", "go, left", "--limit", "2"]), [101, 103]);
    let joined = table(&["/scratch/chosen", "--columns", "trial,trial.id,trial.stimulus", "--csv"]);
    assert_eq!(
        joined,
        "trial,trial.id,trial.stimulus\n4,104,\"go, left\"\n1,101,\"no-go \"\"right\"\"\"\n59,159,\"no-go \"\"right\"\"\"\n"
    );
    assert_eq!(
        table(&["/scratch/chosen", "--also", "trial.start_time", "--csv", "--where", "trial.start_time", ">", "5"])
            .lines()
            .count(),
        3
    );
    // What is not a number is unequal to everything.
    assert_eq!(table(&["/acquisition/speed", "--columns", "time", "--csv"]), "time\n0.0\n0.1\n0.2\n");
}

#[test]
fn what_is_refused_says_why() {
    let cases: [(&[&str], &str); 9] = [
        (&["/intervals/trials", "--columns", "strat_time"], "did you mean \"start_time\"?"),
        (&["/intervals/trials", "--where", "corect", "=", "true"], "did you mean \"correct\"?"),
        (&["/intervals/trials", "--where", "correct", "=", "maybe"], "true or false"),
        (&["/intervals/trials", "--where", "start_time", "=", "x"], "numbers"),
        (&["/intervals/trials", "--where", "start_time", "~", "1"], "no comparison"),
        (&["/intervals/trials", "--where", "licks", "=", "1"], "contains"),
        (&["/intervals/trials", "--rows", "60"], "only 0 to 59"),
        (&["/intervals/trials/start_time"], "--columns start_time"),
        (&["trials"], "did you mean /intervals/trials?"),
    ];
    for (args, expected) in cases {
        let (code, out, err) = ended(["table", session().to_str().unwrap()].iter().chain(args));
        assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{args:?}: {err}");
        assert!(err.contains(expected), "{args:?}: {err}");
    }
}
