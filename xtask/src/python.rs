//! Python environments of our own, and what pip does in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// A Python environment in a folder of ours; nothing outside of that folder changes.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The environment in `folder`, made anew unless a working one is there.
    pub(crate) fn ensure(folder: &Path) -> Result<Self> {
        let venv = Self { folder: folder.to_path_buf() };
        // An environment stops working when the Python that it was made from goes away; a half-made one has no pip.
        if folder.exists() && process::output(venv.pip().arg("--version")).is_err() {
            venv.remove()?;
        }
        if !folder.exists() {
            venv.make()?;
        }
        Ok(venv)
    }

    /// The environment in `folder` as it is, whether or not there is one.
    pub(crate) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// Removes the environment, so that the next `ensure` begins from nothing.
    pub(crate) fn remove(&self) -> Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).with_context(|| format!("cannot remove {}", self.folder.display()))?;
        }
        Ok(())
    }

    fn make(&self) -> Result<()> {
        let python = system_python()?;
        if let Some(parent) = self.folder.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        }
        println!("Making a Python environment in {}", self.folder.display());
        if let Err(error) = process::output(isolated(&python).args(["-m", "venv"]).arg(&self.folder)) {
            // What was made before the failure would look like an environment to the next run.
            self.remove()?;
            return Err(explain(&python, error));
        }
        Ok(())
    }

    /// The path of this environment's Python.
    pub(crate) fn python_path(&self) -> PathBuf {
        if cfg!(windows) {
            self.folder.join("Scripts").join("python.exe")
        } else {
            self.folder.join("bin").join("python")
        }
    }

    /// A command that starts this environment's Python.
    pub(crate) fn python(&self) -> Command {
        isolated(self.python_path())
    }

    /// A command that starts this environment's pip.
    pub(crate) fn pip(&self) -> Command {
        let mut command = self.python();
        command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
        command
    }
}

/// A command that starts a Python which sees nothing of what the caller set up for another one.
fn isolated(python: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(python);
    command.env_remove("PYTHONPATH").env_remove("PYTHONHOME").env("PIP_USER", "0");
    command
}

/// The command that starts the machine's own Python 3.
fn system_python() -> Result<String> {
    for name in ["python3", "python"] {
        let question = "import sys; sys.exit(sys.version_info < (3, 8))";
        if process::output(isolated(name).args(["-c", question])).is_ok() {
            return Ok(name.into());
        }
    }
    bail!(
        "there is no Python 3 (3.8 or newer) on PATH: install the package python3, and with it python3-venv on Debian and Ubuntu"
    )
}

/// Why an environment could not be made: nearly always because the system's Python comes without what `venv` needs.
fn explain(python: &str, error: anyhow::Error) -> anyhow::Error {
    match process::output(isolated(python).args(["-c", "import venv, ensurepip"])) {
        Ok(_) => error.context("Python could not make an environment"),
        // What Python itself says then is long, and its advice is to become root and go on by hand.
        Err(_) => anyhow::anyhow!(
            "`{python} -m venv` does not work here: install the one missing package, python3-venv on Debian and Ubuntu, and \
             run this again"
        ),
    }
}
