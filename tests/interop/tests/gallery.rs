//! The facade's examples: each writes its session and reads it back, and PyNWB, its validator and nwbinspector find nothing wrong
//! with what it wrote.
//!
//! Reading back needs no PyNWB. For the rest `NWB_PEER_PYTHON` names a Python that has it, as for `tests/peers`.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use nwb_interop::peer::{self, Peer};
use serde_json::json;

/// Declares the examples as modules, and lists them.
macro_rules! examples {
    ($($name:ident = $path:literal),* $(,)?) => {
        $(
            #[path = $path]
            #[allow(dead_code)]
            mod $name;
        )*

        const EXAMPLES: &[Example] = &[$(Example { name: stringify!($name), write: $name::write, read: $name::read }),*];
    };
}

struct Example {
    name: &'static str,
    write: fn(&Path) -> nwb::Result<()>,
    read: fn(&Path) -> nwb::Result<()>,
}

examples! {
    behavior = "../../../crates/nwb/examples/behavior.rs",
    ecephys = "../../../crates/nwb/examples/ecephys.rs",
    events = "../../../crates/nwb/examples/events.rs",
    extensions = "../../../crates/nwb/examples/extensions.rs",
    icephys = "../../../crates/nwb/examples/icephys.rs",
    images = "../../../crates/nwb/examples/images.rs",
    optogenetics = "../../../crates/nwb/examples/optogenetics.rs",
    scratch = "../../../crates/nwb/examples/scratch.rs",
}

/// What nwbinspector says of videos that are not there.
const ALLOWED: [&str; 1] = ["check_image_series_external_file_valid"];

/// A folder of its own, deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("gallery-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn examples_write_and_read_back() {
    let folder = Folder::new("ours");
    for example in EXAMPLES {
        let path = folder.0.join(format!("{}.nwb", example.name));
        (example.write)(&path).unwrap_or_else(|error| panic!("{}: {error}", example.name));
        (example.read)(&path).unwrap_or_else(|error| panic!("{}: {error}", example.name));
        let diagnoses = nwb::open(&path).unwrap().diagnose();
        assert!(diagnoses.is_empty(), "{}: {diagnoses:?}", example.name);
    }
}

#[test]
fn every_example_is_tested() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/nwb/examples");
    let mut found: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "ophys") // compared with PyNWB's in `tests/peers`
        .collect();
    found.sort();
    assert_eq!(found, EXAMPLES.iter().map(|example| example.name).collect::<Vec<_>>());
}

#[test]
fn pynwb_finds_nothing_wrong_with_them() {
    let Some(python) = peer::python() else {
        assert!(!peer::required(), "NWB_PEER_PYTHON names no Python with PyNWB");
        eprintln!("left out: NWB_PEER_PYTHON names no Python with PyNWB");
        return;
    };
    let peer = Peer::start(&python).unwrap();
    let folder = Folder::new("pynwb");
    let mut faults = Vec::new();
    for example in EXAMPLES {
        let path = folder.0.join(format!("{}.nwb", example.name));
        (example.write)(&path).unwrap();
        // That it validates with what is installed and with what is cached, that it opens, and what the inspector finds.
        let found = peer.ask(&json!({"do": "check", "file": path, "inspector": true, "allow": ALLOWED})).unwrap();
        if found["ok"] != true {
            faults.push(format!("{}: {found:#}", example.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
