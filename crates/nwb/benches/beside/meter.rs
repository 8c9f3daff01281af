//! What a workload costs.

use std::fs;
use std::time::Instant;

use crate::Failure;

/// Runs while what is measured runs.
pub(crate) struct Meter {
    began: Instant,
    processor: Option<f64>,
}

/// What a workload came to.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    wall: f64,
    processor: Option<f64>,
    peak: Option<u64>,
    digest: Option<String>,
    bytes: Option<u64>,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self { processor: processor(), began: Instant::now() }
    }

    pub(crate) fn stop(self) -> Measured {
        let wall = self.began.elapsed().as_secs_f64();
        let processor = processor().zip(self.processor).map(|(now, then)| now - then);
        Measured { wall, processor, peak: peak(), ..Measured::default() }
    }
}

impl Measured {
    /// Adds the digest of all values.
    pub(crate) fn digest(self, digest: String) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// Adds how long the file became.
    pub(crate) fn size_of(self, path: &str) -> Result<Self, Failure> {
        Ok(Self { bytes: Some(fs::metadata(path)?.len()), ..self })
    }

    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "wall": self.wall, "cpu": self.processor, "peak": self.peak, "digest": self.digest, "bytes": self.bytes,
        })
    }
}

/// Seconds that all threads of this process have worked.
#[cfg(unix)]
fn processor() -> Option<f64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
}

#[cfg(not(unix))]
fn processor() -> Option<f64> {
    None
}

/// The most memory that this process has had, in bytes; only Linux tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
