//! `nwb tree`: complete, and the same as the untyped tree.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use nwb::Kind;
use nwb::model::backend::Link;
use nwb::model::value::Shape;
use serde_json::{Value as Json, json};

use crate::files::{DEEP, damaged, demo, odd};
use crate::{ended, json as run};

fn listed(path: &Path) -> (BTreeMap<String, Json>, BTreeMap<String, Json>) {
    let listing = run(["tree", "--json", path.to_str().unwrap()]);
    let by_path = |name: &str| {
        let list = listing[name].as_array().unwrap();
        let map: BTreeMap<String, Json> =
            list.iter().map(|one| (one["path"].as_str().unwrap().to_owned(), one.clone())).collect();
        assert_eq!(map.len(), list.len(), "a path occurs twice");
        map
    };
    (by_path("objects"), by_path("links"))
}

/// Every name of the file is in the listing, once, with what the model says of it.
fn check(path: &Path) {
    let (objects, links) = listed(path);
    let file = nwb::open(path).unwrap();
    let mut names = BTreeSet::from(["/".to_owned()]);
    let mut soft = BTreeSet::new();
    for (path, one) in &objects {
        let object = file.get(path).unwrap();
        for alias in one["aliases"].as_array().unwrap() {
            assert_eq!(file.get(alias.as_str().unwrap()).unwrap(), object);
            names.insert(alias.as_str().unwrap().to_owned());
        }
        names.insert(path.clone());
        assert_eq!(one["type"], json!(object.type_name().unwrap().map(|(_, name)| name)), "{path}");
        assert_eq!(one["object_id"], json!(object.object_id().unwrap()), "{path}");
        let attributes: BTreeSet<&str> = object.attributes().unwrap().iter().map(|a| a.name.as_str()).collect();
        assert_eq!(
            one["attributes"].as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>(),
            attributes
        );
        match object.kind().unwrap() {
            Kind::Group => assert_eq!(one["kind"], "group"),
            Kind::Datatype => assert_eq!(one["kind"], "datatype"),
            Kind::Dataset => {
                let dataset = object.dataset().unwrap();
                let info = dataset.info().unwrap();
                assert_eq!(one["kind"], "dataset");
                assert_eq!(one["element"], info.dtype.to_string());
                let shape = if info.shape == Shape::Null { Json::Null } else { json!(info.shape.dims()) };
                assert_eq!(one["shape"], shape, "{path}");
                assert_eq!(one["filters"].as_array().unwrap().len(), info.filters.len());
            }
        }
    }
    for object in file.get("/").unwrap().descendants().unwrap() {
        for (name, link) in object.links().unwrap() {
            // The group may be known by another name here.
            let group = objects.keys().find(|path| file.get(path).unwrap() == object).unwrap();
            let path = if group == "/" { format!("/{name}") } else { format!("{group}/{name}") };
            match link {
                Link::Hard(_) => assert!(names.remove(&path), "{path} is missing"),
                Link::Soft(target) => {
                    assert_eq!((&links[&path]["kind"], &links[&path]["target"]), (&json!("soft_link"), &json!(target)));
                    assert_eq!(links[&path]["dangling"], json!(file.get(&path).is_err()), "{path}");
                    soft.insert(path);
                }
                Link::External { file, path: target } => {
                    let one = &links[&path];
                    assert_eq!((&one["kind"], &one["file"]), (&json!("external_link"), &json!(file)));
                    assert_eq!((&one["target"], &one["dangling"]), (&json!(target), &json!(true)));
                    soft.insert(path);
                }
            }
        }
    }
    assert_eq!(names, BTreeSet::from(["/".to_owned()]), "names that are not in the file");
    assert_eq!(soft, links.keys().cloned().collect());
}

#[test]
fn json_is_complete() {
    check(demo());
}

#[test]
fn json_of_an_odd_file_is_complete() {
    check(odd());
}

#[test]
fn json_says_what_h5py_says() {
    let (objects, links) = listed(odd());
    let dtype = |path: &str| objects[path]["dtype"].as_str().unwrap();
    assert_eq!(dtype("/arrays/big-endian"), ">i4");
    assert_eq!(dtype("/arrays/fixed"), "|S5");
    assert_eq!(dtype("/arrays/null"), "object");
    assert_eq!(dtype("/arrays/of arrays"), "('<i2', (2, 3))");
    assert_eq!(dtype("/arrays/pixels"), "[('x', '<u4'), ('name', 'O')]");
    assert_eq!(dtype("/arrays/pixel type"), "[('x', '<u4'), ('name', 'O')]");
    assert_eq!(dtype("/arrays/unused type"), "float32");
    assert_eq!(objects["/arrays/pixels"]["named_datatype"], "/arrays/pixel type");
    assert_eq!(objects["/arrays/null"]["shape"], Json::Null);
    assert_eq!(objects["/arrays/fixed"]["shape"], json!([]));
    let chunked = &objects["/arrays/chunked"];
    assert_eq!(chunked["shape"], json!([1_000_000, 8]));
    assert_eq!(chunked["maxshape"], json!([null, 8]));
    assert_eq!(chunked["chunks"], json!([16, 8]));
    assert_eq!(chunked["fillvalue"], json!(-1));
    let filters: Vec<u64> =
        chunked["filters"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect();
    assert_eq!(filters, [2, 1, 3]);
    assert_eq!(chunked["attributes"]["target"]["value"], json!({"reference": "/also shared"}));
    assert!(chunked["attributes"]["many"].get("value").is_none());
    assert_eq!(
        objects["/"]["attributes"]["nothing"],
        json!({"dtype": "float64", "element": "float64", "shape": null, "value": null})
    );
    // Depth first by name: where visititems comes by first.
    assert!(objects.contains_key("/also shared") && objects["/also shared"]["aliases"] == json!(["/circle/shared"]));
    assert!(links["/circle/s5"]["dangling"] == json!(false) && links["/circle/s3"]["dangling"] == json!(true));
    assert!(objects.contains_key(&format!("/deep{}", "/d".repeat(DEEP - 1))));
}

#[test]
fn text_has_every_name_and_no_control_characters() {
    for path in [demo(), odd()] {
        let (code, text, err) = ended(["tree", path.to_str().unwrap()]);
        assert_eq!((code, err.as_str()), (0, ""));
        let (objects, links) = listed(path);
        let aliases: usize = objects.values().map(|one| one["aliases"].as_array().unwrap().len()).sum();
        assert_eq!(text.lines().count(), objects.len() + links.len() + aliases);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    }
    let text = ended(["tree", odd().to_str().unwrap()]).1;
    for expected in [
        "s4  -> /nothing/here (dangling)",
        "elsewhere  -> /x of not there.nwb (dangling)",
        "shared  = /also shared (another name)",
        "pixel type  named datatype {x: uint32, name: text}",
        "chunked  int16 [1000000, 8]  chunks [16, 8], shuffle, deflate 6, fletcher32, growable",
        "of an unknown type  StrangeSeries",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn a_part_of_the_tree() {
    let path = demo().to_str().unwrap();
    let listing = run(["tree", "--json", path, "/general/devices", "--depth", "1"]);
    let paths: Vec<&str> =
        listing["objects"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths[0], "/general/devices");
    assert!(paths.contains(&"/general/devices/models") && !paths.contains(&"/general/devices/models/DemoScope"));
    let cut =
        listing["objects"].as_array().unwrap().iter().find(|one| one["path"] == "/general/devices/models").unwrap();
    assert_eq!((&cut["members"], &cut["members_omitted"]), (&json!(1), &json!(true)));
    assert_eq!(ended(["tree", path, "/acquisition/TwoPhotonSeries/data"]).1.lines().count(), 1);

    let (code, out, err) = ended(["tree", path, "/general/device"]);
    assert_eq!((code, out.as_str(), err.lines().count()), (1, "", 1));
    assert!(err.contains("did you mean \"devices\"?"), "{err}");
}

#[test]
fn one_damaged_object_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = damaged(folder.path(), demo(), "/acquisition/TwoPhotonSeries", "data");
    let path = path.to_str().unwrap();
    let (code, text, err) = ended(["tree", path]);
    assert_eq!((code, err.lines().count()), (1, 1), "{err}");
    assert!(text.contains("data  cannot be read") && text.contains("subject_id"), "{text}");
    let (code, out, _) = ended(["tree", "--json", path]);
    let listing: Json = serde_json::from_str(&out).unwrap();
    let bad: Vec<&Json> =
        listing["objects"].as_array().unwrap().iter().filter(|one| one["kind"] == "unreadable").collect();
    assert_eq!((code, bad.len(), &bad[0]["path"]), (1, 1, &json!("/acquisition/TwoPhotonSeries/data")));

    let (code, text, err) = ended(["info", path]);
    assert_eq!((code, err.lines().count()), (1, 1), "{err}");
    assert!(text.contains("Cannot be read") && text.contains("SimulatedVolume"), "{text}");
    let (code, out, _) = ended(["info", "--json", path]);
    assert_eq!(code, 1);
    serde_json::from_str::<Json>(&out).unwrap();

    let copy = folder.path().join("copy.nwb");
    let (code, _, err) = ended(["export", path, copy.to_str().unwrap()]);
    assert_eq!((code, err.lines().count(), copy.exists()), (2, 1, false), "{err}");
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nwb"))
        .args(["tree", "--json", odd().to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    drop(out);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}
