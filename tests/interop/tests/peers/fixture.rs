//! The files that the cases work on, made once when the tests start.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nwb::NeurodataType;
use nwb_interop::allowed::Allowed;
use nwb_interop::peer::{Difference, Peer};
use nwb_interop::{walk, write_session};
use serde_json::{Value as Json, json};

/// The source distribution whose files of older versions are read.
const SDIST: &str = "pynwb==4.2.0";
const ARCHIVE: &str = "pynwb-4.2.0.tar.gz";

pub(crate) struct Fixture {
    pub(crate) peer: Peer,
    pub(crate) allowed: Allowed,
    /// Everything that the Python tools wrote.
    pub(crate) files: Vec<PeerFile>,
    /// The session as PyNWB writes it, and as the facade's example does.
    pub(crate) theirs: PathBuf,
    pub(crate) ours: PathBuf,
    /// Groups of files that could not be had, and why.
    pub(crate) missing: Vec<(&'static str, String)>,
    folder: PathBuf,
}

/// A file that a Python tool wrote.
#[derive(Clone, Debug)]
pub(crate) struct PeerFile {
    /// Its name in the table of allowed differences: `many/behaviour.nwb`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// Whether HDF5 opens it.
    pub(crate) hdf5: bool,
    /// Whether it is an NWB 2 file.
    pub(crate) nwb: bool,
    /// What it is a case of.
    pub(crate) why: String,
}

impl Fixture {
    pub(crate) fn make(python: &Path) -> Result<Self, String> {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = scratch.join(format!("peers-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let peer = Peer::start(python)?;
        let (theirs, ours) = (folder.join("theirs.nwb"), folder.join("ours.nwb"));
        peer.ask(&json!({"do": "session", "out": theirs}))?;
        write_session(&ours).map_err(|error| error.to_string())?;

        let whole = |name: String, path: PathBuf| PeerFile { name, path, hdf5: true, nwb: true, why: String::new() };
        let mut files = vec![whole("session.nwb".into(), theirs.clone())];
        for (set, libver) in [("many", Json::Null), ("newest", json!("latest"))] {
            let manifest = peer.ask(&json!({"do": "many", "out": folder.join(set), "libver": libver}))?;
            if manifest["failed"].as_object().is_none_or(|failed| !failed.is_empty()) {
                return Err(format!("PyNWB could not write: {}", manifest["failed"]));
            }
            let names = manifest["files"].as_object().into_iter().flat_map(|files| files.keys());
            files.extend(names.map(|name| whole(format!("{set}/{name}"), folder.join(set).join(name))));
        }
        let manifest = peer.ask(&json!({"do": "odd", "out": folder.join("odd")}))?;
        for entry in manifest.as_array().into_iter().flatten() {
            let file = entry["file"].as_str().unwrap_or_default();
            files.push(PeerFile {
                name: format!("odd/{file}"),
                path: folder.join("odd").join(file),
                hdf5: entry["hdf5"] == true,
                nwb: entry["nwb"] == true,
                why: entry["why"].as_str().unwrap_or_default().into(),
            });
        }
        let mut missing = Vec::new();
        match older(&peer, python, scratch, &folder.join("older")) {
            Ok(names) => {
                files.extend(names.iter().map(|name| whole(format!("older/{name}"), folder.join("older").join(name))))
            }
            Err(error) => missing.push(("older files", error)),
        }
        Ok(Self { peer, allowed: Allowed::load()?, files, theirs, ours, missing, folder })
    }

    /// Fails when a row of the table of allowed differences is for a file that nobody writes any more.
    pub(crate) fn check_rows(&self) -> Result<(), String> {
        let gone = self.allowed.named_files().find(|name| !self.files.iter().any(|file| file.name == *name));
        gone.map_or(Ok(()), |name| Err(format!("there is no file {name}")))
    }

    /// A path for a new file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name.replace(['/', ' '], "_"))
    }

    /// The walk of a file by our untyped tree, as a file that `compare.py` reads.
    pub(crate) fn walk(&self, path: &Path, name: &str) -> Result<PathBuf, String> {
        let text = |error: nwb::Error| error.to_string();
        let facts = nwb::facts(path).map_err(text)?;
        let file = nwb::open(path).map_err(text)?;
        let walk = walk::walk(file.object(), facts.superblock, facts.user_block).map_err(text)?;
        let out = self.path(&format!("{name}.json"));
        fs::write(&out, walk.to_string()).map_err(|error| error.to_string())?;
        Ok(out)
    }

    /// A copy of a file with one fault; and the path of what was changed.
    pub(crate) fn fault(&self, source: &Path, kind: &str, name: &str) -> Result<(PathBuf, String), String> {
        let out = self.path(name);
        let place = self.peer.ask(&json!({"do": "fault", "source": source, "out": out, "kind": kind}))?;
        Ok((out, place.as_str().unwrap_or_default().to_owned()))
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // What is left of it is of use to nobody; a failure to delete it is none of the test.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The kinds of `fault.py`.
pub(crate) const FAULTS: [&str; 7] = ["value", "dtype", "link", "attribute", "missing", "extra", "reference"];

/// Fails unless a fault was found, at its place and nowhere else.
pub(crate) fn found_at(place: &str, found: &[Difference]) -> Result<(), String> {
    let at = |one: &Difference| {
        one.path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
    };
    match found.iter().find(|one| !at(one)) {
        _ if found.is_empty() => Err(format!("the fault at {place} was not found")),
        Some(other) => Err(format!("the fault was at {place}, but this was found: {}", other.text)),
        None => Ok(()),
    }
}

/// Unpacks the files of older versions from PyNWB's source distribution, which is fetched once.
fn older(peer: &Peer, python: &Path, scratch: &Path, out: &Path) -> Result<Vec<String>, String> {
    let archive = scratch.join(ARCHIVE);
    if !archive.exists() {
        let download = Command::new(python)
            .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
            .args(["--no-binary", ":all:", SDIST, "--dest"])
            .arg(scratch)
            .output()
            .map_err(|error| error.to_string())?;
        if !download.status.success() || !archive.exists() {
            let said = String::from_utf8_lossy(&download.stderr).trim().to_owned();
            return Err(format!("the source distribution of {SDIST} could not be fetched: {said}"));
        }
    }
    let names = peer.ask(&json!({"do": "unpack", "archive": archive, "out": out}))?;
    let names: Vec<String> =
        names.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
    if names.len() < 10 { Err(format!("{ARCHIVE} holds only these: {names:?}")) } else { Ok(names) }
}
