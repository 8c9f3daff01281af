//! Our side of what `cargo xtask bench` measures beside other programs: `beside WORKLOAD NAME=VALUE...`.
//!
//! A workload prepares what it needs, is timed, and tells what came of it as one line of JSON: seconds, seconds of all cores, the
//! most memory that the process had by then, and a digest of every value that was read or written. `../python/peer.py`
//! knows the same workloads under the same names, and the digests have to be the same.

mod arguments;
mod digest;
mod meter;
mod movies;
mod objects;
mod stores;
mod tables;
mod texts;

use std::process::ExitCode;

use arguments::Arguments;
use meter::Measured;

type Failure = Box<dyn std::error::Error>;

type Workload = fn(&Arguments) -> Result<Measured, Failure>;

const WORKLOADS: [(&str, Workload); 16] = [
    ("full", movies::full),
    ("owning", movies::owning),
    ("inflate", movies::inflate),
    ("patch", movies::patch),
    ("frames", movies::frames),
    ("rows", movies::rows),
    ("write_movie", stores::write_movie),
    ("stream", stores::stream),
    ("repack", stores::repack),
    ("scalar", objects::scalar),
    ("typed", objects::typed),
    ("typed_values", objects::typed_values),
    ("rois", tables::rois),
    ("units", tables::units),
    ("read_texts", texts::read),
    ("write_texts", texts::write),
];

fn main() -> ExitCode {
    // Cargo gives `--bench` to every benchmark that it starts.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(name) = words.next() else {
        eprintln!("`cargo xtask bench` runs these workloads: {}", WORKLOADS.map(|(name, _)| name).join(", "));
        return ExitCode::SUCCESS;
    };
    let Some((_, workload)) = WORKLOADS.iter().find(|(known, _)| *known == name) else {
        eprintln!("there is no workload {name}");
        return ExitCode::from(2);
    };
    match Arguments::parse(words).and_then(|arguments| workload(&arguments)) {
        Ok(measured) => {
            println!("{}", measured.to_json());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{name}: {failure}");
            ExitCode::FAILURE
        }
    }
}
