//! `cargo xtask setup`: the tools that the build of HDF5 needs beside a C compiler, and where cargo finds them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::python::Venv;
use crate::stamp::Stamp;
use crate::{process, workspace};

/// The build tools, as pip gets them. HDF5 wants cmake 3.26 or newer.
pub(crate) const TOOLS: [&str; 2] = ["cmake==4.4.4", "ninja==1.13.2"];

/// Where cmake's own program lies among the installed files; what pip puts into `bin` is a script that needs Python.
const CMAKE: &str = "target/xtask/tools/cmake/data/bin/cmake";
const NINJA: &str = "target/xtask/tools/bin/ninja";
const TOOLS_BIN: &str = "target/xtask/tools/bin";

/// Fetches the build tools unless they are there, and tells cargo about them.
pub(crate) fn setup(root: &Path) -> Result<()> {
    install_tools(root)?;
    configure_cargo(root)
}

fn install_tools(root: &Path) -> Result<()> {
    let folder = workspace::scratch(root).join("tools");
    let stamp = Stamp::new(&folder, TOOLS.join("\n"));
    let programs = [CMAKE, NINJA].map(|path| root.join(path).with_extension(std::env::consts::EXE_EXTENSION));
    if stamp.is_current() && programs.iter().all(|program| program.is_file()) {
        return Ok(());
    }
    println!("Fetching {} into {}", TOOLS.join(" and "), folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    // `--target` lays the files out in the same way under every version of Python, so that the paths above are constant.
    let install = ["install", "--quiet", "--only-binary=:all:", "--no-deps", "--target"];
    process::output(Venv::ensure(&workspace::pip(root))?.pip().args(install).arg(&folder).args(TOOLS))
        .context("pip cannot fetch the build tools")?;
    for program in programs {
        process::output(std::process::Command::new(&program).arg("--version"))
            .with_context(|| format!("{} does not run", program.display()))?;
    }
    stamp.write()
}

/// Writes `.cargo/setup.toml`, which the checked-in `.cargo/config.toml` includes when it is there.
fn configure_cargo(root: &Path) -> Result<()> {
    // Variables that the caller has set win over these. `CMAKE_PROGRAM_PATH` is where cmake looks for ninja beside `PATH`.
    let text = format!(
        "\
# Written by `cargo xtask setup`: where the build of HDF5 finds its tools. After `cargo clean` run that again.
[env]
CMAKE = {{ value = \"{CMAKE}\", relative = true }}
CMAKE_GENERATOR = \"Ninja\"
CMAKE_PROGRAM_PATH = {{ value = \"{TOOLS_BIN}\", relative = true }}
"
    );
    let path = root.join(".cargo").join("setup.toml");
    if fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    println!("Writing {}", path.display());
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_is_told_once() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(".cargo")).unwrap();
        configure_cargo(root.path()).unwrap();
        let path = root.path().join(".cargo/setup.toml");
        let config: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let variables = config["env"].as_table().unwrap();
        assert_eq!(variables["CMAKE"]["relative"].as_bool(), Some(true));
        assert_eq!(variables["CMAKE_GENERATOR"].as_str(), Some("Ninja"));

        let written = fs::metadata(&path).unwrap().modified().unwrap();
        configure_cargo(root.path()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
        fs::write(&path, "stale").unwrap();
        configure_cargo(root.path()).unwrap();
        assert_ne!(fs::read_to_string(&path).unwrap(), "stale");
    }
}
