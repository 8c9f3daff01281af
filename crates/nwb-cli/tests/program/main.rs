//! The program from outside: what it prints, what it writes, how it ends.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail in any way it likes")]

mod broken;
mod demo;
mod export;
mod files;
mod find;
mod get;
mod help;
mod info;
mod mistakes;
mod plot;
mod repack;
mod spec;
mod table;
#[cfg(unix)]
mod terminal;
mod tree;
mod validate;

use std::ffi::OsStr;
use std::process::{Command, Output};

/// Runs the program.
fn nwb<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(args: I) -> Output {
    // What is printed does not depend on who runs the tests.
    let mut command = Command::new(env!("CARGO_BIN_EXE_nwb"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "PAGER", "NWB_PAGER", "COLUMNS", "LINES"] {
        command.env_remove(name);
    }
    command.args(args).output().unwrap()
}

/// Exit code, standard output, standard error.
fn ended<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(args: I) -> (i32, String, String) {
    let output = nwb(args);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Standard output as JSON, of a command that must go well.
fn json<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(args: I) -> serde_json::Value {
    let (code, out, err) = ended(args);
    assert_eq!((code, err.as_str()), (0, ""));
    serde_json::from_str(&out).unwrap()
}
