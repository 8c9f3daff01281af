//! `nwb export`.

use std::fs;
use std::path::Path;

use nwb::{Kind, Value};
use serde_json::Value as Json;

use crate::files::{dataset, demo, make, odd, set, typed};
use crate::{ended, json as run};

fn listing(path: &Path) -> Json {
    let mut listing = run(["tree", "--json", path.to_str().unwrap()]);
    listing.as_object_mut().unwrap().remove("file");
    for link in listing["links"].as_array_mut().unwrap() {
        // It names the file.
        link.as_object_mut().unwrap().remove("error");
    }
    listing
}

fn same(a: &Path, b: &Path) {
    let (a, b) = (listing(a), listing(b));
    for list in ["objects", "links"] {
        let (a, b) = (a[list].as_array().unwrap(), b[list].as_array().unwrap());
        if let Some((a, b)) = a.iter().zip(b).find(|(a, b)| a != b) {
            panic!("{a}\n{b}");
        }
        assert_eq!(a.len(), b.len());
    }
}

/// Exports a file, and compares everything in it but the values with more than a page.
fn check(from: &Path) {
    // Beside it, where links to other files keep their names.
    let to = from.with_file_name(format!("copy of {}", from.file_name().unwrap().to_str().unwrap()));
    let (code, out, err) = ended(["export", from.to_str().unwrap(), to.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("bytes written"));
    same(from, &to);
    let (before, after) = (nwb::open(from).unwrap(), nwb::open(&to).unwrap());
    let mut elements = 0;
    for object in before.get("/").unwrap().descendants().unwrap() {
        if object.kind().unwrap() != Kind::Dataset {
            continue;
        }
        let (a, b) = (object.dataset().unwrap(), after.get(object.path()).unwrap().dataset().unwrap());
        if a.dtype().unwrap().has_references() || *a.shape().unwrap() == [1_000_000, 8] {
            continue;
        }
        if let (Ok(a), Ok(b)) = (a.read_value(..), b.read_value(..)) {
            assert_eq!(a, b, "{}", object.path());
            elements += a.len();
        }
    }
    assert_eq!(nwb::facts(&to).unwrap().superblock, 0);
    assert!(elements > 0);
}

#[test]
fn keeps_everything() {
    check(demo());
}

#[test]
fn keeps_what_is_odd() {
    check(odd());
}

#[test]
fn replaces_nothing_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::copy(demo(), at("in.nwb")).unwrap();
    fs::write(at("other"), "precious").unwrap();
    fs::hard_link(at("in.nwb"), at("second name.nwb")).unwrap();
    let mut selves = vec![at("in.nwb"), at("second name.nwb"), at(".") + "/in.nwb"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(at("in.nwb"), at("link.nwb")).unwrap();
        selves.push(at("link.nwb"));
    }
    let before = fs::read(at("in.nwb")).unwrap();
    for out in selves {
        let (code, stdout, stderr) = ended(["export", &at("in.nwb"), &out]);
        assert_eq!((code, stdout.as_str(), stderr.lines().count()), (1, "", 1), "{stderr}");
        assert!(stderr.contains("the file that is read itself") && stderr.contains("--overwrite"), "{stderr}");
        assert_eq!(fs::read(at("in.nwb")).unwrap(), before);
    }
    let (code, _, stderr) = ended(["export", &at("in.nwb"), &at("other")]);
    assert_eq!(code, 1, "{stderr}");
    assert_eq!(fs::read(at("other")).unwrap(), b"precious");

    // When asked, even itself, as the new file is complete before it takes the place of the old.
    let (code, _, stderr) = ended(["export", &at("in.nwb"), &at("in.nwb"), "--overwrite"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    same(Path::new(&at("in.nwb")), demo());
    assert_eq!(ended(["export", &at("in.nwb"), &at("other"), "--overwrite"]).0, 0);
    same(Path::new(&at("other")), demo());

    let (code, _, stderr) = ended(["export", &at("in.nwb"), &at("no folder/out.nwb")]);
    assert_eq!((code, stderr.lines().count()), (1, 1), "{stderr}");
}

#[test]
fn links_to_other_files_lead_to_them_from_the_new_place() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    let path = inside.join("in.nwb");
    fs::copy(demo(), inside.join("target.nwb")).unwrap();
    make(&path, |file, root| {
        typed(file, root, "core", "NWBFile");
        set(file, root, "nwb_version", Value::text("2.5.0"));
        dataset(file, root, "identifier", &Value::text("x"));
        let link = nwb::model::backend::Link::External { file: "target.nwb".into(), path: "/general".into() };
        file.link(root, "elsewhere", &link).unwrap();
    });
    let out = folder.path().join("out.nwb");
    let (code, stdout, stderr) = ended(["export", path.to_str().unwrap(), out.to_str().unwrap()]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let copied = nwb::open(&out).unwrap();
    assert_eq!(copied.get("/elsewhere").unwrap().path(), "/general");

    // Copied in, nothing leads elsewhere any more.
    let whole = folder.path().join("whole.nwb");
    let args = ["export", path.to_str().unwrap(), whole.to_str().unwrap(), "--copy-in"];
    assert_eq!(ended(args).0, 0);
    let whole = nwb::open(&whole).unwrap();
    let elsewhere = whole.get("/elsewhere").unwrap();
    assert_eq!((elsewhere.path(), elsewhere.file() == whole.label()), ("/elsewhere", true));
    assert!(elsewhere.get("subject").is_ok());
}

#[test]
fn a_file_of_links() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("links.nwb");
    let args = ["export", demo().to_str().unwrap(), out.to_str().unwrap(), "--linked"];
    let (code, stdout, stderr) = ended(args);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let links = nwb::open(&out).unwrap();
    let movie = links.get("/acquisition/TwoPhotonSeries").unwrap();
    assert_ne!(movie.file(), links.label());
    assert_eq!(ended([&args[..], &["--copy-in"]].concat()).0, 2);
}
