//! The Python environment with the other implementations of NWB that the interop tests compare with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::python::Venv;
use crate::stamp::Stamp;
use crate::{process, workspace};

const REQUIREMENTS: &str = "tests/interop/python/requirements.txt";

/// The Python of an environment that holds exactly what the requirements file says, made or renewed when it does not.
pub(crate) fn ensure(root: &Path) -> Result<PathBuf> {
    let requirements = root.join(REQUIREMENTS);
    let text = fs::read_to_string(&requirements).with_context(|| format!("cannot read {}", requirements.display()))?;
    let folder = workspace::scratch(root).join("peers");
    let stamp = Stamp::new(&folder, text);
    let venv = Venv::at(&folder);
    if stamp.is_current() && process::output(venv.python().arg("--version")).is_ok() {
        return Ok(venv.python_path());
    }
    venv.remove()?;
    let venv = Venv::ensure(&folder)?;
    println!("Fetching what {REQUIREMENTS} lists into {}", folder.display());
    let install = ["install", "--quiet", "--only-binary=:all:", "--requirement"];
    process::output(venv.pip().args(install).arg(&requirements))
        .with_context(|| format!("pip cannot install {REQUIREMENTS} (these versions want Python 3.11 or newer)"))?;
    stamp.write()?;
    Ok(venv.python_path())
}
