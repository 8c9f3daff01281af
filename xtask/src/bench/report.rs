//! What is told of the measurements.

use std::fmt::Write as _;

use super::machine::Machine;
use super::plan::Plan;
use super::rows::{Reach, Row, Theirs};
use super::run::Runs;
use super::side::Sample;

/// A row that was measured.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) row: Row,
    pub(crate) runs: Runs,
    /// Whether so much was measured that the goals mean something.
    pub(crate) judged: bool,
}

/// The middle of some numbers, and the lowest and highest.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spread {
    middle: f64,
    low: f64,
    high: f64,
}

impl Spread {
    fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (low, high) = (*numbers.first()?, *numbers.last()?);
        let (below, above) = (numbers.get((numbers.len() - 1) / 2)?, numbers.get(numbers.len() / 2)?);
        Some(Self { middle: (below + above) / 2.0, low, high })
    }
}

impl Done {
    /// How many times as fast as the peer, in each round.
    fn ratio(&self) -> Option<Spread> {
        Spread::of(self.runs.ours.iter().zip(&self.runs.theirs).map(|(ours, theirs)| theirs.wall / ours.wall))
    }

    /// How much of the speed of pure inflating, in each round.
    fn of_limit(&self) -> Option<Spread> {
        Spread::of(self.runs.ours.iter().zip(&self.runs.limit).map(|(ours, limit)| limit.wall / ours.wall))
    }

    /// Whether what is to be reached is; `None` where nothing was to be compared with, or too little was measured.
    pub(crate) fn reached(&self) -> Option<bool> {
        if !self.judged {
            return None;
        }
        match self.row.reach {
            Reach::Times(goal) => self.ratio().map(|ratio| ratio.middle >= goal),
            Reach::Memory(most) => largest(&self.runs.ours).map(|peak| peak <= most),
            Reach::Seconds(most) => middle(&self.runs.ours, |sample| Some(sample.wall)).map(|wall| wall <= most),
        }
    }

    fn reach(&self) -> String {
        match self.row.reach {
            Reach::Times(goal) => format!("{goal}"),
            Reach::Memory(most) => bytes(Some(most)),
            Reach::Seconds(most) => seconds(Some(most)),
        }
    }

    fn ratio_text(&self) -> String {
        match self.ratio() {
            Some(Spread { middle, low, high }) => format!("**{}** ({} to {})", times(middle), times(low), times(high)),
            None => "-".into(),
        }
    }

    fn beyond(&self) -> String {
        match self.of_limit() {
            Some(limit) => {
                format!("{}; measured {:.0} % of pure inflate", self.row.beyond, limit.middle * 100.0)
            }
            None if self.row.beyond.is_empty() => "-".into(),
            None => self.row.beyond.into(),
        }
    }

    /// One line for the terminal.
    pub(crate) fn line(&self) -> String {
        let verdict = self.reached().map_or("-", |reached| if reached { "reached" } else { "MISSED" });
        let limit =
            self.of_limit().map_or_else(String::new, |limit| format!(", {:.0} % of inflating", limit.middle * 100.0));
        let cpu = |samples: &[Sample]| middle(samples, |sample| sample.cpu);
        let cpu = cpu(&self.runs.theirs).zip(cpu(&self.runs.ours)).map_or_else(|| "-".into(), |(t, o)| times(t / o));
        format!(
            "{:>4} {:<8} ratio {} of {}{limit} | wall {} | cpu {} ({cpu}) | memory {} | {}",
            self.row.id,
            verdict,
            self.ratio_text().replace('*', ""),
            self.reach(),
            self.pair(|sample| Some(sample.wall)),
            self.pair(|sample| sample.cpu),
            self.memory(),
            self.runs.agreement,
        )
    }

    fn pair(&self, of: fn(&Sample) -> Option<f64>) -> String {
        let theirs = if self.runs.theirs.is_empty() { "-".into() } else { seconds(middle(&self.runs.theirs, of)) };
        format!("{} / {theirs}", seconds(middle(&self.runs.ours, of)))
    }

    fn memory(&self) -> String {
        let theirs = if self.runs.theirs.is_empty() { "-".into() } else { bytes(largest(&self.runs.theirs)) };
        format!("{} / {theirs}", bytes(largest(&self.runs.ours)))
    }

    fn cells(&self) -> [String; 10] {
        let peer = match &self.row.theirs {
            Theirs::Missing(why) => (*why).to_owned(),
            _ if self.row.peer.is_empty() => "-".into(),
            _ => self.row.peer.to_owned(),
        };
        let agreement = if self.runs.agreement.is_empty() { "-" } else { &self.runs.agreement };
        [
            self.row.id.into(),
            self.row.title.clone(),
            peer,
            self.ratio_text(),
            self.reach(),
            self.beyond(),
            self.pair(|sample| Some(sample.wall)),
            self.pair(|sample| sample.cpu),
            self.memory(),
            agreement.into(),
        ]
    }
}

/// The page for `BENCHMARKS.md`.
pub(crate) fn page(done: &[Done], machine: &Machine, plan: &Plan, rounds: usize, load: (f64, f64)) -> String {
    let mut page = String::from(
        "# Benchmarks\n\n\
         Made by `cargo xtask bench`; anyone can run it again. Both sides run in rotation, in processes of their own, the order \
         turned round each time. The clock is in the process, around the operation alone, except where a row says that the whole process is \
         measured. A ratio is the peer's time divided by ours: the middle of the ratios of all rounds, and the lowest and the highest. Times and \
         memory are ours / theirs, times the middle, memory the most that a process had. Memory into which is read was touched before. Files \
         are in the page cache; what we write is synced and renamed when the clock stops, what the peers write is not synced. \
         Digests are of every value that was read or written.\n\n",
    );
    let list = |page: &mut String, name: &str, value: &str| {
        let _ = writeln!(page, "- {name}: {value}");
    };
    let memory = bytes(machine.memory);
    list(
        &mut page,
        "Machine",
        &format!("{}, {} cores, {memory}, {}", machine.processor, machine.cores, machine.system),
    );
    let versions = machine.peers.versions.iter().map(|(name, version)| format!("{name} {version}"));
    list(&mut page, "Peers", &versions.collect::<Vec<_>>().join(", "));
    list(&mut page, "Ours", &format!("revision {}, {}", machine.revision, machine.rust));
    list(&mut page, "Date", &machine.peers.date);
    list(&mut page, "Rounds", &format!("{rounds}, of rows 15 and 16 fewer; seed {}", plan.seed));
    list(&mut page, "Load", &format!("{:.1} to {:.1} processes wanted to run, these among them", load.0, load.1));
    page.push('\n');

    const HEAD: [&str; 10] =
        ["#", "workload", "peer", "ratio", "goal", "beyond", "time", "time of all cores", "memory", "agreement"];
    let _ = writeln!(page, "| {} |\n|{}", HEAD.join(" | "), " --- |".repeat(HEAD.len()));
    for done in done {
        let _ = writeln!(page, "| {} |", done.cells().join(" | "));
    }
    page.push_str("\n## What bounds each row\n\n");
    for done in done.iter().filter(|done| !done.row.bound.is_empty()) {
        let missed = if done.reached() == Some(false) { " **The goal is not reached.**" } else { "" };
        let _ = writeln!(page, "- {}: {}.{missed}", done.row.id, done.row.bound);
    }
    page
}

fn middle(samples: &[Sample], of: fn(&Sample) -> Option<f64>) -> Option<f64> {
    Spread::of(samples.iter().filter_map(of)).map(|spread| spread.middle)
}

fn largest(samples: &[Sample]) -> Option<u64> {
    samples.iter().filter_map(|sample| sample.peak).max()
}

fn times(ratio: f64) -> String {
    if ratio >= 100.0 {
        format!("{ratio:.0}")
    } else if ratio >= 10.0 {
        format!("{ratio:.1}")
    } else {
        format!("{ratio:.2}")
    }
}

fn seconds(seconds: Option<f64>) -> String {
    match seconds {
        None => "unknown".into(),
        Some(s) if s >= 1.0 => format!("{s:.2} s"),
        Some(s) if s >= 1e-3 => format!("{:.1} ms", s * 1e3),
        Some(s) => format!("{:.0} us", s * 1e6),
    }
}

fn bytes(bytes: Option<u64>) -> String {
    match bytes {
        None => "unknown".into(),
        Some(b) if b >= 10_000_000_000 => format!("{:.0} GB", b as f64 * 1e-9),
        Some(b) => format!("{:.0} MB", b as f64 * 1e-6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_that_of_the_pairs() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Some(Spread { middle: 2.0, low: 1.0, high: 3.0 }));
        assert_eq!(Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap().middle, 2.5);
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn numbers_are_told_with_their_units() {
        assert_eq!(
            [seconds(Some(1.234)), seconds(Some(0.0123)), seconds(Some(1.2e-5))],
            ["1.23 s", "12.3 ms", "12 us"]
        );
        assert_eq!(
            [bytes(Some(300_000_000)), bytes(Some(25_000_000_000)), bytes(None)],
            ["300 MB", "25 GB", "unknown"]
        );
        assert_eq!([times(4.123), times(41.23), times(412.3)], ["4.12", "41.2", "412"]);
    }
}
