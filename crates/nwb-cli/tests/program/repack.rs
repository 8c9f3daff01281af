//! `nwb repack`.

use std::fs;
use std::path::Path;

use nwb::{Kind, Object};
use serde_json::Value as Json;

use crate::files::{demo, odd};
use crate::{ended, json};

const MOVIE: &str = "/acquisition/TwoPhotonSeries/data";

/// The listing without what a repack changes.
fn listing(path: &Path) -> Json {
    let mut listing = json(["tree", "--json", path.to_str().unwrap()]);
    listing.as_object_mut().unwrap().remove("file");
    for object in listing["objects"].as_array_mut().unwrap() {
        for storage in ["layout", "chunks", "filters"] {
            object.as_object_mut().unwrap().remove(storage);
        }
    }
    for link in listing["links"].as_array_mut().unwrap() {
        // It names the file.
        link.as_object_mut().unwrap().remove("error");
    }
    listing
}

fn same(from: &Path, to: &Path) {
    assert_eq!(listing(from), listing(to));
    let (before, after) = (nwb::open(from).unwrap(), nwb::open(to).unwrap());
    let datasets = |object: &&Object| object.kind().unwrap() == Kind::Dataset;
    for object in before.get("/").unwrap().descendants().unwrap().iter().filter(datasets) {
        let (a, b) = (object.dataset().unwrap(), after.get(object.path()).unwrap().dataset().unwrap());
        if a.dtype().unwrap().has_references() || *a.shape().unwrap() == [1_000_000, 8] {
            continue;
        }
        if let (Ok(a), Ok(b)) = (a.read_value(..), b.read_value(..)) {
            assert_eq!(a, b, "{}", object.path());
        }
    }
}

fn dataset<'a>(report: &'a Json, path: &str) -> &'a Json {
    report["datasets"].as_array().unwrap().iter().find(|dataset| dataset["path"] == path).unwrap()
}

#[test]
fn keeps_everything_and_says_what_was_gained() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (from, out) = (demo().to_str().unwrap(), at("out.nwb"));
    let plain = json(["repack", from, &at("plain.nwb"), "--profile", "none", "--json"]);
    assert_eq!(dataset(&plain, MOVIE)["new"]["layout"], "contiguous");
    same(demo(), Path::new(&at("plain.nwb")));

    let estimate = json(["repack", &at("plain.nwb"), "--profile", "compact", "--dry-run", "--json"]);
    assert_eq!((&estimate["estimated"], &estimate["out"]), (&Json::Bool(true), &Json::Null));
    let report = json(["repack", &at("plain.nwb"), &out, "--profile", "compact", "--json"]);
    same(demo(), Path::new(&out));
    assert_eq!(report["estimated"], false);
    let movie = dataset(&report, MOVIE);
    assert_eq!(movie["new"]["filters"][1]["parameters"][0], 9);
    assert_eq!(movie["before"], movie["bytes"]);
    let number = |json: &Json| json.as_u64().unwrap();
    assert!(number(&movie["after"]) < number(&movie["before"]));
    let (told, came) = (number(&estimate["after"]), number(&report["after"]));
    assert!(told.abs_diff(came) < came / 3, "{told} {came}");
    assert_eq!(number(&report["out_size"]), fs::metadata(&out).unwrap().len());
    assert_eq!(number(&report["file_size"]), fs::metadata(at("plain.nwb")).unwrap().len());
    assert!(number(&report["file_size"]) - number(&report["out_size"]) > number(&report["before"]) - came - 65_536);
    assert_eq!(report["warnings"], Json::Array(vec![]));

    let (code, text, err) = ended(["repack", &at("plain.nwb"), &at("again.nwb"), "--profile", "compact"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(text.contains(MOVIE) && text.contains("was contiguous") && text.contains("shuffle, deflate 9"), "{text}");
    assert_eq!(fs::read(at("again.nwb")).unwrap(), fs::read(&out).unwrap(), "the same input, the same bytes");
    let (code, text, _) = ended(["repack", &out, "--dry-run", "--profile", "compact"]);
    assert!(code == 0 && text.contains("no dataset would be stored in another way"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn keeps_what_is_odd() {
    // Beside it, where links to other files keep their names.
    let out = odd().with_file_name("repacked odd.nwb");
    let (code, text, err) = ended(["repack", odd().to_str().unwrap(), out.to_str().unwrap(), "--profile", "compact"]);
    assert_eq!((code, err.as_str()), (0, ""), "{text}");
    same(odd(), &out);
}

#[test]
fn some_datasets_otherwise_and_profiles_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("mine.json"), r#"{ "rules": [{ "chunks": "rows", "bytes": 9000, "filters": ["lzf"] }] }"#).unwrap();
    let movie = format!("{MOVIE}={}", at("mine.json"));
    let args = ["repack", demo().to_str().unwrap(), &at("out.nwb"), "--set", "/acquisition=none", "--set", &movie];
    let (code, out, err) = ended([&args[..], &["--json"]].concat());
    assert_eq!((code, err.lines().count()), (0, 1), "{err}");
    assert!(err.contains("warning") && err.contains("lzf") && err.contains("MATLAB"), "{err}");
    let report: Json = serde_json::from_str(&out).unwrap();
    assert_eq!(dataset(&report, MOVIE)["new"]["filters"][0]["id"], 32000);
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
    same(demo(), Path::new(&at("out.nwb")));

    for (args, code, word) in [
        (&["--profile", "best"][..], 2, "portable"),
        (&["--profile", "missing.json"], 2, "cannot be read"),
        (&["--set", "/acquisition"], 2, "PATH=PROFILE"),
        (&["--set", "/nowhere=fast"], 1, "nowhere"),
    ] {
        let (found, _, err) = ended([&["repack", demo().to_str().unwrap(), &at("no.nwb")], args].concat());
        assert!(found == code && err.contains(word), "{args:?}: {found} {err}");
    }
    assert_eq!(ended(["repack", demo().to_str().unwrap()]).0, 2, "a name is needed");
    assert!(!Path::new(&at("no.nwb")).exists());
}

#[test]
fn replaces_nothing_unasked_and_itself_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.nwb");
    fs::copy(demo(), &path).unwrap();
    let name = path.to_str().unwrap();
    let (code, _, err) = ended(["repack", name, name, "--profile", "none"]);
    assert!(code == 1 && err.contains("the file that is read itself"), "{err}");
    assert_eq!(fs::read(&path).unwrap(), fs::read(demo()).unwrap());
    let (code, text, err) = ended(["repack", name, name, "--profile", "none", "--overwrite"]);
    assert_eq!((code, err.as_str()), (0, ""), "{text}");
    assert_ne!(fs::read(&path).unwrap(), fs::read(demo()).unwrap());
    same(demo(), &path);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn an_interrupted_one_leaves_nothing() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use nwb::model::backend::{DatasetInfo, Layout};
    use nwb::model::selection::Region;

    let folder = tempfile::tempdir().unwrap();
    let (from, out) = (folder.path().join("in.nwb"), folder.path().join("out.nwb"));
    crate::files::make(&from, |file, root| {
        crate::files::typed(file, root, "core", "NWBFile");
        crate::files::set(file, root, "nwb_version", nwb::Value::text("2.5.0"));
        let mut state = 1u32;
        let noise: Vec<u8> = (0..24 << 20)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 27) as u8
            })
            .collect();
        let noise = nwb::Value::vector(noise);
        let mut info = DatasetInfo::new(noise.dtype().clone(), noise.shape().clone());
        info.layout = Layout::Contiguous;
        let made = file.create_dataset(root, "noise", &info).unwrap();
        file.write(made, &Region::all(noise.shape().dims()), &noise).unwrap();
    });
    let mut child = Command::new(env!("CARGO_BIN_EXE_nwb"))
        .args(["repack", from.to_str().unwrap(), out.to_str().unwrap(), "--profile", "compact"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while fs::read_dir(folder.path()).unwrap().count() < 2 && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    // Of the shell: there are machines without a program of that name.
    let kill = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["in.nwb"]);
}
