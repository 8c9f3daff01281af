//! The interop matrix: objects of every type of NWB core, hdmf-common and hdmf-experimental, with their required members alone and
//! with every member in every form, written here and read by PyNWB, written by PyNWB and read here, and exported here. What is known
//! not to agree stands in this package's `README.md`.
//!
//! The Python with PyNWB is `NWB_PEER_PYTHON`. Without it all that needs it is listed as ignored; with `NWB_REQUIRE_PEERS=1` that
//! is a failure.

#![allow(clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod cases;
mod coverage;
mod files;
mod known;
mod said;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use nwb_interop::allowed::Allowed;
use nwb_interop::peer::{self, Peer};

use coverage::Coverage;
use files::Written;

/// What the cases share.
pub(crate) struct Matrix {
    pub(crate) peer: Option<Peer>,
    pub(crate) allowed: Allowed,
    pub(crate) files: Vec<Written>,
    pub(crate) coverage: Mutex<Coverage>,
    folder: PathBuf,
}

impl Matrix {
    fn make() -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("matrix-{}", std::process::id()));
        let peer = peer::python().map(|python| Peer::start(&python)).transpose()?;
        let files = files::write(&folder, &known::load()?)?;
        Ok(Self { peer, allowed: Allowed::load()?, files, coverage: Mutex::default(), folder })
    }

    pub(crate) fn peer(&self) -> Result<&Peer, String> {
        self.peer.as_ref().ok_or_else(|| "there is no Python".into())
    }

    /// A path for a new file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name.replace('/', "_"))
    }
}

impl Drop for Matrix {
    fn drop(&mut self) {
        // What is left of it is of use to nobody; a failure to delete it is none of the test.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // What was compared is counted at the end.
    arguments.test_threads = Some(1);
    let trials = match Matrix::make() {
        Ok(matrix) => cases::all(&Arc::new(matrix)),
        Err(error) => vec![Trial::test("files are written", move || Err(Failed::from(error)))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}
