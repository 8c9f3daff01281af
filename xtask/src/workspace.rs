//! Where things are in the repository.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The top folder of the repository.
pub(crate) fn root() -> Result<PathBuf> {
    // Cargo tells a running program where its package is; what was compiled in may be a folder that has since moved.
    let package = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map(Path::to_path_buf).with_context(|| format!("{} has no parent folder", package.display()))
}

/// The folder for what the tasks fetch or make: ignored by git, and removed by `cargo clean`.
///
/// It stays in the repository even when `CARGO_TARGET_DIR` says otherwise, because `.cargo/setup.toml` points into it
/// and serves every target folder.
pub(crate) fn scratch(root: &Path) -> PathBuf {
    root.join("target").join("xtask")
}

/// The Python environment that fetches things for the tasks and has nothing installed but pip.
pub(crate) fn pip(root: &Path) -> PathBuf {
    scratch(root).join("pip")
}
