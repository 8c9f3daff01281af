//! What is left of a write that did not come to its end: nothing under the final name, and what was there before untouched.
//!
//! The writes run in processes of their own: this test program again, told by its environment to be the writer.

#![allow(clippy::indexing_slicing, reason = "a test may fail by panicking")]
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use nwb::ndarray::Array3;
use nwb::prelude::*;
use nwb::{CreateOptions, NewFile, Overwrite};

type Test = Result<(), Box<dyn std::error::Error>>;

/// One test at a time: a process that is started while another thread has a file open inherits that file, and its lock.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const WRITER: &str = "NWB_TEST_WRITES";

/// Not a test: the writer, when it is told where to write.
#[test]
fn writer() -> Test {
    let Some(path) = std::env::var_os(WRITER) else { return Ok(()) };
    match write(Path::new(&path)) {
        Ok(()) => println!("written"),
        Err(error) => {
            println!("refused: {error}; system: {}", error.is_system());
            std::process::exit(1);
        }
    }
    Ok(())
}

/// Some 24 MB, in many pieces: half of them contiguous, half of them of noise that no filter makes much smaller.
fn write(path: &Path) -> nwb::Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "crash".into(),
        session_description: "a write that is cut off".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
    });
    let options = CreateOptions { overwrite: Overwrite::Yes, ..CreateOptions::default() };
    let mut edit = nwb::create_with(path, session, options)?;
    for n in 0..60 {
        let noise = |(t, x, y): (usize, usize, usize)| (((n + 60 * (t * 2000 + x * 50 + y)) * 40_503) >> 5) as u16;
        let frames = Data::from(Array3::from_shape_fn((100, 40, 50), noise));
        let frames = if n % 2 == 0 { frames.contiguous() } else { frames };
        edit.insert_in(
            Place::Acquisition,
            ImageSeries::new(ImageSeriesInit {
                name: format!("movie_{n}"),
                data: frames.into(),
                unit: "n.a.".into(),
                timing: Timing::rate(30.0),
            }),
        )?;
    }
    println!("writing");
    edit.commit()?;
    Ok(())
}

fn writer_process(path: &Path) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["writer", "--exact", "--nocapture", "--test-threads=1"]).env(WRITER, path);
    Ok(command)
}

/// A folder with a file in it that must stay as it is, and the path of one that must not appear.
fn scene(folder: &Path) -> Result<(PathBuf, PathBuf, Vec<u8>), Box<dyn std::error::Error>> {
    let (old, new) = (folder.join("old.nwb"), folder.join("new.nwb"));
    nwb_interop::write_session(&old)?;
    let content = fs::read(&old)?;
    Ok((old, new, content))
}

/// Names in a folder, those left out that a killed process leaves behind by design.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<std::io::Result<Vec<String>>>()?;
    names.retain(|name| !(name.starts_with('.') && name.ends_with(".partial")));
    names.sort();
    Ok(names)
}

#[test]
fn a_killed_process_leaves_nothing_under_the_final_name() -> Test {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir()?;
    let (old, new, content) = scene(folder.path())?;
    // How long a whole write takes, so that the kills fall into it.
    let begun = Instant::now();
    let whole = writer_process(&folder.path().join("whole.nwb"))?.stdout(Stdio::null()).status()?;
    assert!(whole.success());
    let time = begun.elapsed();
    fs::remove_file(folder.path().join("whole.nwb"))?;

    let (mut killed, mut cut_off) = (0, 0);
    for step in 0..12 {
        for target in [&old, &new] {
            let mut child = writer_process(target)?.stdout(Stdio::null()).spawn()?;
            std::thread::sleep(time.mul_f64(f64::from(step) / 12.0));
            child.kill()?;
            if child.wait()?.success() {
                // It was done already: begin again with the old content.
                fs::write(&old, &content)?;
                let _ = fs::remove_file(&new);
                continue;
            }
            killed += 1;
            cut_off += usize::from(fs::read_dir(folder.path())?.count() > names(folder.path())?.len());
            // Either it had come under its name as a whole, just before the end of the process, or not at all.
            for path in [&old, &new] {
                if path.exists() && (*path != old || fs::read(path)? != content) {
                    let file = nwb::open(path)?;
                    assert_eq!(file.identifier()?, "crash");
                    assert_eq!(file.acquisition()?.names()?.len(), 60);
                    let last: ImageSeries = file.acquisition()?.get("movie_59")?;
                    let frames: Array3<u16> = last.data()?.read(..)?;
                    assert!(frames.iter().all(|&pixel| pixel == 59));
                }
            }
            assert!(names(folder.path())?.iter().all(|name| name == "old.nwb" || name == "new.nwb"));
            fs::write(&old, &content)?;
            let _ = fs::remove_file(&new);
            for entry in fs::read_dir(folder.path())? {
                let path = entry?.path();
                if path != old {
                    fs::remove_file(path)?;
                }
            }
        }
    }
    assert!(killed >= 6 && cut_off >= 1, "{killed} processes were killed, {cut_off} of them while they wrote");
    Ok(())
}

/// A limit on the size of files stands for a full disk: writing fails in the middle.
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() -> Test {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir()?;
    let (old, new, content) = scene(folder.path())?;
    let program = std::env::current_exe()?;
    for target in [&old, &new] {
        // In blocks of 512 or 1024 bytes, as the shell has it; without the signal's handler the write fails with an error.
        for blocks in [1, 500, 4000] {
            let script = format!("trap '' XFSZ; ulimit -f {blocks} || exit 77; exec \"$0\" \"$@\"");
            let output = Command::new("sh")
                .args(["-c", &script])
                .arg(&program)
                .args(["writer", "--exact", "--nocapture", "--test-threads=1"])
                .env(WRITER, target)
                .output()?;
            if output.status.code() == Some(77) {
                eprintln!("left out: this shell cannot limit the size of files");
                return Ok(());
            }
            let said = String::from_utf8_lossy(&output.stdout);
            let line = said.lines().find(|line| line.contains("refused:"));
            let line = line.ok_or_else(|| format!("{blocks} blocks: {:?}: {said}", output.status))?;
            assert!(line.ends_with("system: true"), "a full disk is the system's fault: {line}");
            assert_eq!(fs::read(&old)?, content);
            let left: Vec<_> = fs::read_dir(folder.path())?.collect::<Result<_, _>>()?;
            assert_eq!(left.len(), 1, "{blocks} blocks: there is more than the old file: {left:?}");
        }
    }
    Ok(())
}

#[test]
fn a_write_that_is_dropped_leaves_nothing() -> Test {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir()?;
    let (old, new, content) = scene(folder.path())?;
    let file = nwb::open(&old)?;
    let mut edit = file.edit_to(NewFile::new(&old).overwrite(Overwrite::Yes), nwb::EditOptions::default());
    let root = edit.root();
    edit.update(root, |file| file.notes("never written"))?;
    drop(edit);
    let broken = nwb::create(
        &new,
        NwbFileInit {
            identifier: "x".into(),
            session_description: "x".into(),
            session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
        },
    )?;
    drop(broken);
    assert_eq!(fs::read(&old)?, content);
    assert_eq!(names(folder.path())?, ["old.nwb"]);
    Ok(())
}
