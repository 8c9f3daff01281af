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
            fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        if !folder.exists() {
            venv.make()?;
        }
        Ok(venv)
    }

    fn make(&self) -> Result<()> {
        let python = system_python()?;
        if let Some(parent) = self.folder.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        }
        println!("Making a Python environment in {}", self.folder.display());
        if let Err(error) = process::output(Command::new(&python).args(["-m", "venv"]).arg(&self.folder)) {
            // What was made before the failure would look like an environment to the next run.
            let _ = fs::remove_dir_all(&self.folder);
            return Err(error.context(format!(
                "Python cannot make environments here: its `venv` package is missing. On Debian and Ubuntu it is called {}",
                venv_package(&python)
            )));
        }
        Ok(())
    }

    /// The folder that holds this environment's programs.
    pub(crate) fn bin(&self) -> PathBuf {
        self.folder.join(if cfg!(windows) { "Scripts" } else { "bin" })
    }

    /// The path of this environment's Python.
    pub(crate) fn python_path(&self) -> PathBuf {
        self.bin().join(if cfg!(windows) { "python.exe" } else { "python" })
    }

    /// A command that starts this environment's Python.
    pub(crate) fn python(&self) -> Command {
        Command::new(self.python_path())
    }

    /// A command that starts this environment's pip.
    pub(crate) fn pip(&self) -> Command {
        let mut command = self.python();
        command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
        command
    }
}

/// The command that starts the machine's own Python 3.
fn system_python() -> Result<String> {
    for name in ["python3", "python"] {
        let question = "import sys; sys.exit(sys.version_info < (3, 8))";
        if process::output(Command::new(name).args(["-c", question])).is_ok() {
            return Ok(name.into());
        }
    }
    bail!(
        "no Python 3 (3.8 or newer) on PATH: install the package python3, and python3-venv where that is one of its own"
    )
}

/// The name of the one package that Debian and its kin lack.
fn venv_package(python: &str) -> String {
    let version = "import sys; print('python3.%d-venv' % sys.version_info[1])";
    let exact = process::output(Command::new(python).args(["-c", version])).unwrap_or_default();
    if exact.is_empty() { "python3-venv".into() } else { format!("python3-venv ({})", exact.trim()) }
}
