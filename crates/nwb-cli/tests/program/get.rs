//! `nwb get`: values, attributes, arrays and parts of them.

use std::fs;

use serde_json::{Value as Json, json};

use crate::files::{demo, odd, session};
use crate::{ended, json as run};

fn text(path: &str) -> String {
    let (code, out, err) = ended(["get", session().to_str().unwrap(), path]);
    assert_eq!((code, err.as_str()), (0, ""), "{path}");
    out
}

#[test]
fn values_as_text() {
    assert_eq!(text("/identifier"), "m7\n");
    assert_eq!(text("identifier"), "m7\n");
    assert_eq!(text("/acquisition/speed/data@unit"), "m/s\n");
    assert_eq!(text("/acquisition/speed/starting_time@rate"), "10.0\n");
    assert_eq!(text("/intervals/trials@colnames[1:3]"), "stop_time\ncorrect\n");
    assert_eq!(text("/acquisition/speed/data"), "0.1\t1.0\nNaN\t2.5\n1e-7\tinf\n");
    assert_eq!(text("/acquisition/speed/data[:, -1]"), "1.0\n2.5\ninf\n");
    assert_eq!(text("/acquisition/speed/data[0, 0]"), "0.1\n");
    assert_eq!(text("/acquisition/speed/data[5:]"), "");
    assert_eq!(text("/intervals/trials/id[:3]"), "100\n101\n102\n");
    assert_eq!(text("/intervals/trials/stimulus[:2]"), "go, left\nno-go \"right\"\n");
    assert_eq!(text("/scratch/chosen/trial@table"), "/intervals/trials\n");
}

#[test]
fn values_as_json() {
    let get = |path: &str| run(["get", session().to_str().unwrap(), path, "--json"]);
    assert_eq!(get("/identifier"), json!("m7"));
    assert_eq!(get("/acquisition/speed/data"), json!([[0.1, 1.0], ["nan", 2.5], [1e-7, "inf"]]));
    assert_eq!(get("/acquisition/speed/data[2:, :0]"), json!([[]]));
    assert_eq!(get("/acquisition/speed/data[3:]"), json!([]));
    assert_eq!(get("/intervals/trials/correct[:3]"), json!([false, true, true]));
    let masks = run([
        "get",
        demo().to_str().unwrap(),
        "/processing/ophys/ImageSegmentation/PlaneSegmentation/pixel_mask[:1]",
        "--json",
    ]);
    assert_eq!(masks[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["x", "y", "weight"]);
    let movie = run(["get", demo().to_str().unwrap(), "/acquisition/TwoPhotonSeries/data[3:5, ::7, ::5]", "--json"]);
    let file = nwb::open(demo()).unwrap();
    let data = file.get("/acquisition/TwoPhotonSeries/data").unwrap().dataset().unwrap();
    let expected = data.read::<u16, nwb::ndarray::Ix3>(nwb::ndarray::s![3..5, ..;7, ..;5]).unwrap();
    assert_eq!(movie.as_array().unwrap().len(), 2);
    let flat: Vec<u64> = movie
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|a| a.as_array().unwrap())
        .flat_map(|a| a.as_array().unwrap())
        .map(|n| n.as_u64().unwrap())
        .collect();
    assert_eq!(flat, expected.iter().map(|n| u64::from(*n)).collect::<Vec<_>>());
    assert_eq!(run(["get", odd().to_str().unwrap(), "/arrays/null", "--json"]), Json::Null);
    // The name is longer than it looks: no part of another one.
    assert_eq!(run(["get", odd().to_str().unwrap(), "/circle/shared", "--json"]), json!([1, 2]));
}

#[test]
fn csv_and_numpy() {
    let path = session().to_str().unwrap();
    assert_eq!(ended(["get", path, "/acquisition/speed/data", "--csv"]).1, "0.1,1.0\nNaN,2.5\n1e-7,inf\n");
    assert_eq!(
        ended(["get", path, "/intervals/trials/stimulus[:2]", "--csv"]).1,
        "\"go, left\"\n\"no-go \"\"right\"\"\"\n"
    );
    let masks = "/processing/ophys/ImageSegmentation/PlaneSegmentation/pixel_mask[:0]";
    assert_eq!(ended(["get", demo().to_str().unwrap(), masks, "--csv"]).1, "x,y,weight\n");

    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("speed.npy");
    let command = ["get", path, "/acquisition/speed/data[:2]", "--npy", "--output", out.to_str().unwrap()];
    assert_eq!(ended(command), (0, String::new(), String::new()));
    let bytes = fs::read(&out).unwrap();
    let head = usize::from(u16::from_le_bytes([bytes[8], bytes[9]])) + 10;
    assert_eq!((&bytes[..8], head % 64), (&b"\x93NUMPY\x01\x00"[..], 0));
    let text = std::str::from_utf8(&bytes[10..head]).unwrap();
    assert_eq!(text.trim_end(), "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }");
    let numbers: Vec<f32> = bytes[head..].chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    assert!(numbers[0] == 0.1 && numbers[2].is_nan() && numbers.len() == 4);
    // It is not replaced unasked, and nothing is left behind.
    let (code, _, err) = ended(command);
    assert!(code == 1 && err.contains("--overwrite"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_is_refused_says_why() {
    let cases = [
        ("/acquisition/sped/data", "did you mean \"speed\"?"),
        ("trials", "did you mean /intervals/trials?"),
        ("/intervals/trials", "its datasets have: /intervals/trials/correct"),
        ("/acquisition/speed/data@unti", "did you mean \"unit\"?"),
        ("/acquisition/speed/data[3]", "only 0 to 2"),
        ("/acquisition/speed/data[0, 0, 0]", "3 axes"),
        ("/acquisition/speed/data[::-1]", "above 0"),
        ("/acquisition/speed/data[x]", "no part of an axis"),
    ];
    for (path, expected) in cases {
        let (code, out, err) = ended(["get", session().to_str().unwrap(), path]);
        assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1), "{path}: {err}");
        assert!(err.contains(expected), "{path}: {err}");
    }
    let (code, _, err) = ended(["get", session().to_str().unwrap(), "/identifier", "--npy"]);
    assert!(code == 1 && err.contains("--json"), "{err}");
    let (code, _, err) = ended(["get", demo().to_str().unwrap(), "/acquisition/TwoPhotonSeries/data", "--csv"]);
    assert!(code == 1 && err.contains("PATH[0]"), "{err}");
}
