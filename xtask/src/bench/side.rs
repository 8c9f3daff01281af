//! One of those that are measured: how it is started, and what a run of it came to.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use wait4::Wait4 as _;

use crate::process;

/// A program with its arguments, and what of it is measured.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) clock: Clock,
    /// Files that must not be there when it begins.
    pub(crate) makes: Vec<PathBuf>,
}

/// Where the clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// In the process, around the operation alone; it tells a line of JSON.
    Inside,
    /// Around the whole process, which may end with the exit code of a finding.
    Outside,
}

/// What one run came to.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Sample {
    /// Seconds.
    pub(crate) wall: f64,
    /// Seconds of all cores.
    pub(crate) cpu: Option<f64>,
    /// The most memory that the process had, in bytes.
    pub(crate) peak: Option<u64>,
    /// Of every value that was read or written.
    pub(crate) digest: Option<String>,
    /// How long the file became.
    pub(crate) bytes: Option<u64>,
}

impl Side {
    /// Runs it once.
    pub(crate) fn run(&self) -> Result<Sample> {
        for path in &self.makes {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot remove {}", path.display()));
                }
                _ => {}
            }
        }
        if !self.makes.is_empty() {
            // What was written before is not to be waited for now. Where there is no such program, it is.
            let _ = Command::new("sync").status();
        }
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_remove("PYTHONPATH").env_remove("PYTHONHOME").stdin(Stdio::null());
        match self.clock {
            Clock::Inside => inside(&mut command),
            Clock::Outside => outside(&mut command),
        }
    }
}

fn inside(command: &mut Command) -> Result<Sample> {
    let told = process::output(command)?;
    let line = told.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| format!("`{}` printed no measurement", process::display(command)))
}

fn outside(command: &mut Command) -> Result<Sample> {
    let shown = process::display(command);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot start `{shown}`"))?;
    let used = child.wait4().with_context(|| format!("cannot wait for `{shown}`"))?;
    let wall = began.elapsed().as_secs_f64();
    if !matches!(used.status.code(), Some(0 | 1)) {
        bail!("`{shown}` failed: {}", used.status);
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    Ok(Sample { wall, cpu: Some(cpu.as_secs_f64()), peak: Some(used.rusage.maxrss), ..Sample::default() })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, clock: Clock) -> Side {
        Side { program: "sh".into(), arguments: vec!["-c".into(), script.into()], clock, makes: Vec::new() }
    }

    #[test]
    fn a_process_is_measured_from_outside() {
        let sample = shell("sleep 0.05; exit 1", Clock::Outside).run().unwrap();
        assert!(sample.wall >= 0.05 && sample.cpu.unwrap() < sample.wall, "{sample:?}");
        assert!(sample.peak.unwrap() > 100_000, "{sample:?}");
        assert!(shell("exit 2", Clock::Outside).run().is_err());
    }

    #[test]
    fn a_workload_tells_its_own_measurement() {
        let told = r#"echo noise; echo '{"wall": 0.5, "cpu": null, "peak": 7, "digest": "ab", "bytes": null}'"#;
        let sample = shell(told, Clock::Inside).run().unwrap();
        assert_eq!((sample.wall, sample.peak, sample.digest.as_deref()), (0.5, Some(7), Some("ab")));
        assert!(shell("echo 1 2", Clock::Inside).run().is_err());
    }
}
