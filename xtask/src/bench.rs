//! `cargo xtask bench`: what is measured beside other programs.
//!
//! Our workloads are in `crates/nwb/benches/beside`, the peers' in `crates/nwb/benches/python`.

mod machine;
mod plan;
mod report;
mod rows;
mod run;
mod side;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::{cargo, peers, process, setup, workspace};
use plan::{Plan, Size};
use report::Done;
use rows::{Places, Row};

/// What is measured, and how often
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct BenchArgs {
    /// Only these rows of the table, as 1 or 4b; 4 means 4 and 4b
    #[arg(long, value_delimiter = ',')]
    rows: Vec<String>,
    /// Only rows with these words in their title
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
    /// small (whether everything works and agrees, in a minute), full, or the megabytes of the movie
    #[arg(long, default_value = "full")]
    size: Size,
    /// What the data are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How often each side runs; 5 if it is not told, 1 of --size small
    #[arg(long)]
    rounds: Option<usize>,
    /// The chunks of the movie: frames, height, width
    #[arg(long, value_delimiter = ',', default_values_t = [75, 64, 64])]
    chunks: Vec<u64>,
    /// How many frames a chunk of whole frames has
    #[arg(long, value_name = "FRAMES", default_value_t = 20)]
    frames_per_chunk: u64,
    /// Write the table here, in Markdown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Measures, and fails if the two sides of a row do not agree.
pub(crate) fn bench(root: &Path, arguments: &BenchArgs) -> Result<()> {
    let plan = Plan::new(arguments.size, arguments.seed, &arguments.chunks, arguments.frames_per_chunk)?;
    let rounds = arguments.rounds.unwrap_or(if arguments.size == Size::Small { 1 } else { 5 });
    setup::setup(root)?;
    let places = places(root, &plan)?;
    let chosen: Vec<Row> = rows::rows(&places, &plan).into_iter().filter(|row| arguments.choose(row)).collect();
    if chosen.is_empty() {
        bail!("no row of the table is called so");
    }
    make(&places, &plan)?;
    let machine = machine::Machine::look(root, &places)?;

    let mut done = Vec::new();
    let mut failed = Vec::new();
    let mut loads: Vec<f64> = Vec::new();
    println!(
        "     ratio: the peer's time divided by ours, middle (lowest to highest) of {rounds} rounds; ours / theirs"
    );
    for row in chosen {
        match run::run(&row, &places, rounds) {
            Ok(runs) => {
                let row = Done { row, runs, judged: arguments.size != Size::Small };
                println!("{}\n     {}", row.line(), row.row.title);
                done.push(row);
            }
            Err(error) => {
                println!("{:>4} FAILED   {}\n{error:#}", row.id, row.title);
                failed.push(row.id);
            }
        }
        loads.extend(machine::load());
    }
    let load = (loads.iter().copied().fold(f64::INFINITY, f64::min), loads.iter().copied().fold(0.0, f64::max));
    if let Some(out) = &arguments.out {
        let page = report::page(&done, &machine, &plan, rounds, load);
        fs::write(out, page).with_context(|| format!("cannot write {}", out.display()))?;
    }
    let missed: Vec<&str> = done.iter().filter(|row| row.reached() == Some(false)).map(|row| row.row.id).collect();
    let missed = match arguments.size {
        Size::Small => "too little was measured for the goals".into(),
        Size::Movie(_) if missed.is_empty() => "no goal was missed".into(),
        Size::Movie(_) => format!("goals missed: {}", missed.join(", ")),
    };
    println!("{} rows measured, {missed}", done.len());
    if !failed.is_empty() {
        bail!("rows that failed: {}", failed.join(", "));
    }
    Ok(())
}

impl BenchArgs {
    fn choose(&self, row: &Row) -> bool {
        let number = row.id.trim_end_matches(|c: char| !c.is_ascii_digit());
        let by_id = self.rows.is_empty() || self.rows.iter().any(|wanted| wanted == row.id || wanted == number);
        by_id && self.only.as_ref().is_none_or(|words| row.title.contains(words.as_str()))
    }
}

/// Builds ours, and finds out where everything is.
fn places(root: &Path, plan: &Plan) -> Result<Places> {
    let python = peers::ensure(root)?;
    let built = build(root)?;
    let program = |name: &str| {
        let found = built.iter().find(|program| program.target.name == name);
        let path = found.and_then(|program| program.executable.clone());
        path.with_context(|| format!("cargo built no program `{name}`"))
    };
    let scratch = workspace::scratch(root).join("bench");
    let out = scratch.join("out");
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    Ok(Places {
        beside: program("beside")?,
        nwb: program("nwb")?,
        python,
        scripts: root.join("crates/nwb/benches/python"),
        interop: root.join("tests/interop/python"),
        h5repack: on_path("h5repack"),
        data: scratch.join(if plan.edge < 512 { "small" } else { "full" }),
        out,
    })
}

#[derive(Debug, Deserialize)]
struct Built {
    target: Target,
    executable: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
}

fn build(root: &Path) -> Result<Vec<Built>> {
    let mut command = cargo::cargo(root, "build");
    // The facade has a library of the program's name: of both only what can be started is asked for.
    let wanted = ["--release", "--package", "nwb", "--bench", "beside", "--package", "nwb-cli", "--bin", "nwb"];
    command.args(wanted).args(["--message-format", "json-render-diagnostics"]);
    println!("$ {}", process::display(&command));
    let output = command.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo could not build what is to be measured");
    }
    let text = String::from_utf8(output.stdout).context("cargo printed something that is not text")?;
    // Other messages have other members.
    let built = text.lines().filter_map(|line| serde_json::from_str::<Built>(line).ok());
    Ok(built.filter(|built| built.executable.is_some()).collect())
}

fn make(places: &Places, plan: &Plan) -> Result<()> {
    println!("Making what is measured with, in {}", places.data.display());
    let wanted = serde_json::to_string(plan).context("the plan")?;
    let script = places.scripts.join("make.py");
    process::output(Command::new(&places.python).arg(script).arg(&places.data).arg(wanted))?;
    Ok(())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut candidates = std::env::split_paths(&folders).map(|folder| folder.join(name));
    candidates.find(|path| path.with_extension(std::env::consts::EXE_EXTENSION).is_file())
}
