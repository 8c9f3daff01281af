//! What the measurements were made on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::rows::Places;
use crate::process;

/// The machine, what runs on it, and the day.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory: Option<u64>,
    pub(crate) system: String,
    pub(crate) rust: String,
    pub(crate) revision: String,
    pub(crate) peers: Peers,
}

/// What the peers say of themselves.
#[derive(Debug, Deserialize)]
pub(crate) struct Peers {
    pub(crate) date: String,
    pub(crate) versions: BTreeMap<String, String>,
}

impl Machine {
    pub(crate) fn look(root: &Path, places: &Places) -> Result<Self> {
        let facts = process::output(Command::new(&places.python).arg(places.scripts.join("facts.py")))?;
        let mut peers: Peers = serde_json::from_str(&facts).context("what facts.py prints")?;
        if let Some(program) = &places.h5repack {
            let version = process::output(Command::new(program).arg("--version"))?;
            let number = version.split_whitespace().last().unwrap_or("unknown").to_owned();
            peers.versions.insert("h5repack".into(), number);
        }
        let first = |path: &str, key: &str, sign: char| {
            let text = fs::read_to_string(path).ok()?;
            let line = text.lines().find(|line| line.starts_with(key))?;
            line.split_once(sign).map(|(_, value)| value.trim().trim_matches('"').to_owned())
        };
        let memory = first("/proc/meminfo", "MemTotal", ':');
        let git = ["describe", "--always", "--dirty"];
        Ok(Self {
            processor: first("/proc/cpuinfo", "model name", ':').unwrap_or_else(|| std::env::consts::ARCH.into()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: memory.and_then(|text| text.strip_suffix("kB")?.trim().parse::<u64>().ok()).map(|kb| kb * 1024),
            system: first("/etc/os-release", "PRETTY_NAME", '=').unwrap_or_else(|| std::env::consts::OS.into()),
            rust: process::output(Command::new("rustc").arg("--version"))?.trim().to_owned(),
            revision: process::output(Command::new("git").arg("-C").arg(root).args(git))
                .map_or_else(|_| "unknown".into(), |text| text.trim().to_owned()),
            peers,
        })
    }
}

/// How many processes want to run, over the last minute; only Linux tells.
pub(crate) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}
