//! Running a row: both sides in rotation, round by round.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::rows::{Check, Places, Row, Theirs};
use super::side::{Clock, Sample, Side};
use crate::process;

/// What the runs of a row came to.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    pub(crate) ours: Vec<Sample>,
    pub(crate) theirs: Vec<Sample>,
    pub(crate) limit: Vec<Sample>,
    /// How it is known that both did the same.
    pub(crate) agreement: String,
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Ours,
    Theirs,
    Limit,
}

/// Runs everything of a row, and makes sure that both sides did the same.
pub(crate) fn run(row: &Row, places: &Places, rounds: usize) -> Result<Runs> {
    let mut runs = Runs::default();
    let theirs = match &row.theirs {
        Theirs::Nobody | Theirs::Missing(_) => None,
        Theirs::Side(side) => Some(side.clone()),
        Theirs::H5Repack(out) => {
            // What ours makes says what theirs is asked for.
            row.ours.run()?;
            Some(h5repack(row, places, out)?)
        }
    };
    let sides = [(Who::Ours, Some(&row.ours)), (Who::Theirs, theirs.as_ref()), (Who::Limit, row.limit.as_ref())];
    let mut sides: Vec<(Who, &Side)> = sides.into_iter().filter_map(|(who, side)| Some((who, side?))).collect();
    for _ in 0..rounds.min(row.rounds).max(1) {
        for (who, side) in &sides {
            let sample = side.run()?;
            match who {
                Who::Ours => runs.ours.push(sample),
                Who::Theirs => runs.theirs.push(sample),
                Who::Limit => runs.limit.push(sample),
            }
        }
        // Whoever came last comes first now.
        sides.reverse();
    }
    runs.agreement = agreement(row, places, &runs).with_context(|| format!("row {}", row.id))?;
    for path in row.ours.makes.iter().chain(theirs.iter().flat_map(|side| &side.makes)) {
        let _ = std::fs::remove_file(path);
    }
    Ok(runs)
}

fn h5repack(row: &Row, places: &Places, out: &Path) -> Result<Side> {
    let (Some(program), Check::Copies { of, ours, .. }) = (&places.h5repack, &row.check) else {
        bail!("row {} repacks nothing", row.id);
    };
    let options = python(places, "layout.py", |command| command.arg(ours))?;
    let paths = [of, out].map(|path| path.display().to_string());
    let arguments = options.split_whitespace().map(str::to_owned).chain(paths).collect();
    Ok(Side { program: program.clone(), arguments, clock: Clock::Outside, makes: vec![out.to_path_buf()] })
}

fn agreement(row: &Row, places: &Places, runs: &Runs) -> Result<String> {
    match &row.check {
        Check::Ends => Ok(String::new()),
        Check::Digest => {
            let all: Vec<_> = runs.ours.iter().chain(&runs.theirs).map(|sample| sample.digest.as_deref()).collect();
            match all.first() {
                Some(Some(first)) if all.iter().all(|digest| *digest == Some(first)) => Ok(short(first)),
                _ => bail!("the values differ: {all:?}"),
            }
        }
        Check::Movie(path) => {
            let told = runs.ours.first().and_then(|sample| sample.digest.as_deref()).unwrap_or_default();
            let found = python(places, "movie.py", |command| command.arg(path))?;
            if found.trim() != told {
                bail!("h5py finds another movie: {} instead of {told}", found.trim());
            }
            Ok(format!("h5py finds what was written, {}", short(told)))
        }
        Check::Written { ours, theirs, longer } => {
            interop(places, "check.py", |command| command.arg(ours).args(["--allow", "check_subject_exists"]))?;
            interop(places, "compare.py", |command| command.args([ours, theirs]).args(["--ignore", "writer"]))?;
            let length = |samples: &[Sample]| samples.first().and_then(|sample| sample.bytes).unwrap_or(0) as f64;
            let times = length(&runs.ours) / length(&runs.theirs);
            if let Some(most) = longer {
                same_movies(places, &[ours, theirs])?;
                if times > *most {
                    bail!("our file is {times:.3} times as long");
                }
            }
            Ok(format!("PyNWB validates ours; same objects and values; {times:.3} times as long"))
        }
        Check::Copies { of, ours, theirs } => {
            // Where h5repack is not there, nor is its file.
            let files: Vec<&PathBuf> = [of, ours, theirs].into_iter().filter(|path| path.exists()).collect();
            for copy in files.iter().skip(1) {
                interop(places, "compare.py", |command| command.args([of, copy]).args(["--ignore", "storage"]))?;
            }
            same_movies(places, &files)?;
            Ok("same objects and values as before".into())
        }
        Check::Findings { file, tool } => {
            let told = python(places, "findings.py", |command| command.arg(&places.nwb).arg(tool).arg(file))?;
            Ok(told.trim().to_owned())
        }
    }
}

/// The comparison of files leaves out what is too long for it; a movie may be.
fn same_movies(places: &Places, files: &[&PathBuf]) -> Result<()> {
    let digests = python(places, "movie.py", |command| command.args(files))?;
    let mut lines = digests.lines();
    let first = lines.next();
    if first.is_none() || lines.any(|line| Some(line) != first) {
        bail!("the movies differ:\n{digests}");
    }
    Ok(())
}

fn python(places: &Places, script: &str, with: impl FnOnce(&mut Command) -> &mut Command) -> Result<String> {
    process::output(with(Command::new(&places.python).arg(places.scripts.join(script))))
}

fn interop(places: &Places, script: &str, with: impl FnOnce(&mut Command) -> &mut Command) -> Result<String> {
    let mut command = Command::new(&places.python);
    let output = with(command.arg(places.interop.join(script))).output().context("cannot start Python")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let beginning: Vec<&str> = said.lines().take(20).collect();
        bail!("{script}: {}\n{}", beginning.join("\n"), String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(said)
}

fn short(digest: &str) -> String {
    format!("digests equal: {}", digest.get(..12).unwrap_or(digest))
}
