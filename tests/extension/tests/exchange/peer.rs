//! PyNWB with ndx-pose, in a Python process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// The Python of the peers, where there is one; without one a test that needs it is left out, unless that counts as failed.
pub(crate) fn python() -> Option<PathBuf> {
    let found = std::env::var_os("NWB_PEER_PYTHON").filter(|path| !path.is_empty()).map(PathBuf::from);
    let is_required = std::env::var("NWB_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(found.is_some() || !is_required, "there is no Python with PyNWB: set NWB_PEER_PYTHON");
    if found.is_none() {
        println!("left out: there is no Python with PyNWB");
    }
    found
}

/// Gives `pose.py` a task, and takes its answer.
pub(crate) fn ask(python: &Path, task: &str, file: &Path) -> Json {
    let files: &[&Path] = if file.as_os_str().is_empty() { &[] } else { &[file] };
    ask_script(python, "pose.py", task, files)
}

/// Gives a script a task, and takes its answer.
pub(crate) fn ask_script(python: &Path, script: &str, task: &str, files: &[&Path]) -> Json {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script);
    let mut command = Command::new(python);
    command.arg("-B").arg(script).arg(task).args(files);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{task}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}
