//! Tables of time intervals.

use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Severity};

use super::check::{Check, at, sampled};
use super::passes;
use super::read::dataset;
use super::regions::length;
use super::tables::{YEAR, columns};

pub(super) const CONSTANT: Check = Check {
    code: "check_time_intervals_start_time_not_constant",
    severity: Severity::Critical,
    of: "TimeIntervals",
    doc: "Intervals begin at different times.",
    run: |object, report, _| {
        let Some(starts) = dataset(object, "start_time")? else { return Ok(()) };
        if length(&starts)? < 2 {
            return Ok(());
        }
        let table = object.clone();
        let see = |state: &mut (Option<f64>, bool), _, start: f64| {
            let first = *state.0.get_or_insert(start);
            state.1 = start != first || start.is_nan();
            if state.1 { Enough::Yes } else { Enough::No }
        };
        passes::numbers(report, &starts, (None, false), see, move |(first, differs), report| {
            if let Some(start) = first.filter(|_| !differs) {
                report.add(
                    at(&table, "all intervals begin at the same time")
                        .found(format!("{start} s"))
                        .remedy("count times from the beginning of the session, not of the trial"),
                );
            }
        })
    },
};

pub(super) const ORDER: Check = Check {
    code: "check_time_interval_time_columns",
    severity: Severity::Violation,
    of: "TimeIntervals",
    doc: "Intervals are in the order in which they begin.",
    run: |object, report, _| {
        let Some(starts) = dataset(object, "start_time")? else { return Ok(()) };
        let table = object.clone();
        let see = |state: &mut (Option<f64>, Option<u64>), row, start: f64| {
            if start.is_nan() {
                return Enough::No;
            }
            if state.0.is_some_and(|before| start < before) {
                state.1 = Some(row);
                return Enough::Yes;
            }
            state.0 = Some(start);
            Enough::No
        };
        passes::numbers(report, &starts, (None, None), see, move |(_, found), report| {
            if let Some(row) = found {
                let finding = at(&table, "the intervals are not in the order in which they begin")
                    .found(format!("row {row} begins before the row before it"))
                    .remedy("sort the rows by `start_time`");
                report.add(sampled(finding, row));
            }
        })
    },
};

/// Stops of some rows, read beside the starts that go by.
struct Beside {
    stops: Dataset,
    /// The rows that are in memory.
    first: u64,
    block: Vec<f64>,
    found: Option<(u64, f64, f64)>,
}

impl Beside {
    const ROWS: u64 = 1 << 16;

    fn stop(&mut self, row: u64) -> Option<f64> {
        let is_here = row >= self.first && row - self.first < self.block.len() as u64;
        if !is_here {
            let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
            let end = row.saturating_add(Self::ROWS).min(length(&self.stops).ok()?);
            self.block = self.stops.read::<f64, nwb_model::ndarray::Ix1>(place(row)..place(end)).ok()?.to_vec();
            self.first = row;
        }
        self.block.get(usize::try_from(row - self.first).ok()?).copied()
    }
}

pub(super) const STOP: Check = Check {
    code: "check_time_intervals_stop_after_start",
    severity: Severity::Violation,
    of: "TimeIntervals",
    doc: "Intervals end after they begin.",
    run: |object, report, _| {
        let (Some(starts), Some(stops)) = (dataset(object, "start_time")?, dataset(object, "stop_time")?) else {
            return Ok(());
        };
        let table = object.clone();
        let beside = Beside { stops, first: 0, block: Vec::new(), found: None };
        let see = |beside: &mut Beside, row, start: f64| match beside.stop(row) {
            Some(stop) if stop - start <= 0.0 => {
                beside.found = Some((row, start, stop));
                Enough::Yes
            }
            Some(_) => Enough::No,
            None => Enough::Yes,
        };
        passes::numbers(report, &starts, beside, see, move |beside, report| {
            if let Some((row, start, stop)) = beside.found {
                let finding = at(&table, "an interval does not end after it begins")
                    .found(format!("row {row}, from {start} s to {stop} s"))
                    .remedy("count both times from the beginning of the session");
                report.add(sampled(finding, row));
            }
        })
    },
};

/// The earliest and the latest of the times of all columns that have gone by.
type Span = std::sync::Arc<std::sync::Mutex<[Option<f64>; 2]>>;

pub(super) const DURATION: Check = Check {
    code: "check_time_intervals_duration",
    severity: Severity::Critical,
    of: "TimeIntervals",
    doc: "All intervals are within a year.",
    run: |object, report, _| {
        let times: Vec<(String, Dataset)> = columns(object)?
            .into_iter()
            .filter(|(name, data)| name.ends_with("_time") && passes::is_numeric(data).unwrap_or(false))
            .collect();
        // The column that is read last tells.
        let span = Span::default();
        let left = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(times.len()));
        for (name, column) in times {
            let (table, span, left) = (object.clone(), span.clone(), left.clone());
            let see = |seen: &mut [Option<f64>; 2], _, time: f64| {
                if !time.is_nan() {
                    let [earliest, latest] = seen;
                    *earliest = Some(earliest.map_or(time, |other| other.min(time)));
                    *latest = Some(latest.map_or(time, |other| other.max(time)));
                }
                Enough::No
            };
            passes::numbers(report, &column, [None; 2], see, move |[earliest, latest], report| {
                let Ok(mut all) = span.lock() else { return };
                let [start, stop] = &mut *all;
                if name != "stop_time" {
                    *start = start.iter().copied().chain(earliest).reduce(f64::min);
                }
                if name != "start_time" {
                    *stop = stop.iter().copied().chain(latest).reduce(f64::max);
                }
                let is_last = left.fetch_sub(1, std::sync::atomic::Ordering::AcqRel) == 1;
                if let (true, Some(start), Some(stop)) = (is_last, *start, *stop)
                    && stop - start > YEAR
                {
                    report.add(
                        at(&table, "there is more than a year between intervals")
                            .expected("times in seconds")
                            .found(format!("times from {start} s to {stop} s"))
                            .remedy("see whether they are in another unit, or not from the beginning of the session"),
                    );
                }
            })?;
        }
        Ok(())
    },
};
