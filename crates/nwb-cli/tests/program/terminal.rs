//! On a terminal: colours, the pager, the width, progress. A pseudo-terminal is made for each run.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::files::{demo, session};

/// A screen of so many lines and columns.
struct Screen {
    lines: u16,
    columns: u16,
    environment: Vec<(&'static str, String)>,
}

impl Screen {
    fn new(lines: u16, columns: u16) -> Self {
        Self { lines, columns, environment: vec![("TERM", "xterm".into())] }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Runs the program on it. Gives its exit code and all that the terminal got.
    fn run(&self, args: &[&str]) -> (i32, String) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let size = Winsize { ws_row: self.lines, ws_col: self.columns, ws_xpixel: 0, ws_ypixel: 0 };
        let name = ptsname(&master, Vec::new()).unwrap();
        let open =
            || -> OwnedFd { File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap().into() };
        let slave = open();
        tcsetwinsize(&slave, size).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_nwb"));
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "PAGER", "NWB_PAGER", "LESS", "COLUMNS", "LINES"] {
            command.env_remove(name);
        }
        command.args(args).envs(self.environment.iter().map(|(name, value)| (name, value)));
        let ends: [Stdio; 3] = [open().into(), open().into(), open().into()];
        let [stdin, stdout, stderr] = ends;
        let mut child = command.stdin(stdin).stdout(stdout).stderr(stderr).spawn().unwrap();
        drop(command);
        drop(slave);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let (mut master, mut seen, mut block) = (File::from(master), Vec::new(), [0; 4096]);
            // The end of a terminal is an error on some systems.
            while let Ok(count @ 1..) = master.read(&mut block) {
                seen.write_all(&block[..count]).unwrap();
            }
            sender.send(seen).unwrap();
        });
        let seen = receiver.recv_timeout(Duration::from_secs(300)).unwrap();
        (child.wait().unwrap().code().unwrap(), String::from_utf8(seen).unwrap().replace("\r\n", "\n"))
    }
}

/// A pager that says that it was begun.
fn pager(folder: &Path) -> String {
    let path = folder.join("pager");
    std::fs::write(&path, "#!/bin/sh\necho PAGED $LESS\ncat\n").unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let args = ["find", demo().to_str().unwrap(), "Subject"];
    let is_coloured = |screen: Screen, args: &[&str]| {
        let (code, text) = screen.run(args);
        assert!(code == 0 && text.contains("/general/subject"), "{text}");
        text.contains("\u{1b}[")
    };
    assert!(is_coloured(Screen::new(24, 80), &args));
    assert!(!is_coloured(Screen::new(24, 80).with("NO_COLOR", "1"), &args));
    assert!(is_coloured(Screen::new(24, 80).with("NO_COLOR", ""), &args));
    assert!(!is_coloured(Screen::new(24, 80).with("TERM", "dumb"), &args));
    assert!(!is_coloured(Screen::new(24, 80), &["find", args[1], "Subject", "--color", "never"]));
    // Into a pipe, only for whoever insists.
    let piped = |name: &str, value: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nwb"));
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        let output = command.env(name, value).args(args).args(more).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("\u{1b}[")
    };
    assert!(!piped("CLICOLOR_FORCE", "0", &[]));
    assert!(piped("CLICOLOR_FORCE", "1", &[]));
    assert!(piped("TERM", "xterm", &["--color", "always"]));
    assert!(!piped("CLICOLOR_FORCE", "1", &["--color=never"]));
}

#[test]
fn only_what_is_longer_than_the_screen_is_paged() {
    let folder = tempfile::tempdir().unwrap();
    let pager = pager(folder.path());
    let file = demo().to_str().unwrap();
    let paged = |screen: Screen, args: &[&str]| {
        let (code, text) = screen.run(args);
        assert_eq!(code, 0, "{text}");
        // Nothing is lost on the way, paged or not.
        assert!(text.contains("Objects") && text.contains("identifier"), "{text}");
        text.contains("PAGED FRSXK")
    };
    let screen = |lines| Screen::new(lines, 100).with("PAGER", &pager);
    assert!(paged(screen(24), &["info", file]));
    assert!(!paged(screen(1000), &["info", file]));
    assert!(!paged(screen(24), &["info", file, "--no-pager"]));
    assert!(!paged(Screen::new(24, 100).with("PAGER", "cat"), &["info", file]));
    assert!(!paged(Screen::new(24, 100).with("PAGER", "no such program"), &["info", file]));
    assert!(!paged(screen(24).with("NWB_PAGER", ""), &["info", file]));
    // A pager that is left at once is no error.
    assert_eq!(Screen::new(24, 100).with("PAGER", "true").run(&["tree", file]).0, 0);
}

#[test]
fn tables_fit_into_the_width() {
    let file = session().to_str().unwrap();
    let text = |columns, more: &[&str]| {
        let args =
            [&["table", file, "/intervals/trials", "--rows", ":3", "--no-pager", "--color", "never"], more].concat();
        Screen::new(40, columns).run(&args).1
    };
    for columns in [20, 40, 60, 100] {
        let text = text(columns, &[]);
        let rows: Vec<&str> = text.lines().take(4).collect();
        assert!(rows.iter().all(|row| row.chars().count() <= usize::from(columns)), "{columns}\n{text}");
    }
    insta::assert_snapshot!("narrow_table", text(40, &[]));
    assert!(text(40, &["--wide"]).lines().next().unwrap().ends_with("licks"));
}

#[test]
fn progress_is_shown_to_whoever_waits() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("long.nwb");
    // Nobody waits for what takes less than a second.
    let frames = if cfg!(debug_assertions) { "120" } else { "900" };
    let (code, text) = Screen::new(40, 100).with("NWB_PAGER", "cat").run(&[
        "demo",
        out.to_str().unwrap(),
        "--frames",
        frames,
        "--size",
        "128x128",
    ]);
    assert!(code == 0 && text.contains("to go"), "{text}");
    // The bar is gone at the end, and on the terminal alone.
    let last = text.rsplit("to go").next().unwrap();
    assert!(last.contains("Session") && !last.contains("% "), "{last}");
}
