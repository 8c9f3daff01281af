//! Sorted spikes: the table `Units`.

use nwb_model::Result;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Finding, Report, Severity};
use nwb_model::tree::Object;

use super::check::{Check, SAMPLE, at};
use super::passes;
use super::read::{dataset, number, numbers};
use super::spikes::{Spike, Spikes, merged};
use super::tables::YEAR;

/// Longer times between samples are rates, by all that is known of recordings.
const LONGEST: f64 = 0.01;

/// How many units nwbinspector compares with the times in which they were observed.
const COMPARED: u64 = 4;

/// The spike times of all units, one after another.
fn spike_times(units: &Object) -> Result<Option<Dataset>> {
    dataset(units, "spike_times")
}

fn resolution(units: &Object) -> Result<Option<f64>> {
    match units.child("spike_times")? {
        Some(times) => number(&times, "resolution"),
        None => Ok(None),
    }
}

/// Where the values of each unit end; each unit has one where that is not told.
fn ends(units: &Object, column: &str, values: &Dataset) -> Result<Vec<u64>> {
    match dataset(units, &format!("{column}_index"))? {
        Some(index) => Ok(numbers(&index)?.into_iter().map(|end| end as u64).collect()),
        None => Ok((1..=values.shape()?.first().copied().unwrap_or(0)).collect()),
    }
}

pub(super) const HAS_SPIKES: Check = Check {
    code: "check_units_table_has_spikes",
    severity: Severity::Critical,
    of: "Units",
    doc: "A table of units has spike times.",
    run: |object, report, _| {
        if spike_times(object)?.is_none() {
            report.add(at(object, "the units have no spike times").expected("a column \"spike_times\""));
        }
        Ok(())
    },
};

pub(super) const NEGATIVE: Check = Check {
    code: "check_negative_spike_times",
    severity: Severity::Violation,
    of: "Units",
    doc: "No spike is before the time from which times are counted.",
    run: |object, report, _| {
        let Some(times) = spike_times(object)? else { return Ok(()) };
        let units = object.clone();
        let see = |found: &mut Option<f64>, _, time: f64| {
            if time < 0.0 {
                *found = Some(time);
                return Enough::Yes;
            }
            Enough::No
        };
        passes::numbers(report, &times, None, see, move |found, report| {
            if let Some(time) = found {
                report.add(
                    at(&units, "a spike is before the time from which times are counted")
                        .found(format!("a spike at {time} s"))
                        .remedy("let times begin with the earliest of the file, and shift the others too"),
                );
            }
        })
    },
};

pub(super) const RESOLUTION_SET: Check = Check {
    code: "check_units_resolution_is_set",
    severity: Severity::Violation,
    of: "Units",
    doc: "Spike times say how exact they are.",
    run: |object, report, _| {
        if spike_times(object)?.is_none() {
            return Ok(());
        }
        let resolution = resolution(object)?;
        if resolution.is_none_or(|seconds| seconds.is_nan() || seconds <= 0.0) {
            let finding = at(object, "nothing says how exact the spike times are")
                .expected("the time between two samples in seconds, as `resolution` of the spike times")
                .remedy("set it to one through the sampling rate, such as 1/30000");
            report.add(match resolution {
                Some(seconds) => finding.found(seconds.to_string()),
                None => finding,
            });
        }
        Ok(())
    },
};

pub(super) const RESOLUTION_VALID: Check = Check {
    code: "check_units_resolution_is_valid",
    severity: Severity::Violation,
    of: "Units",
    doc: "The resolution of spike times is that of a recording, and not its rate.",
    run: |object, report, _| {
        if let Some(seconds) = resolution(object)?.filter(|seconds| *seconds > LONGEST) {
            report.add(
                at(object, "the resolution of the spike times is coarser than that of any recording")
                    .expected(format!("{LONGEST} s at the most"))
                    .found(format!("{seconds} s"))
                    .cause("it may be the sampling rate")
                    .remedy("set it to one through the sampling rate, such as 1/30000"),
            );
        }
        Ok(())
    },
};

pub(super) const SAMPLES: Check = Check {
    code: "check_spike_times_not_in_samples",
    severity: Severity::Critical,
    of: "Units",
    doc: "Spike times are seconds, and not numbers of samples.",
    run: |object, report, _| {
        let Some(times) = spike_times(object)? else { return Ok(()) };
        if resolution(object)?.is_some_and(|seconds| seconds >= 1.0) {
            return Ok(());
        }
        let units = object.clone();
        let see = |seen: &mut (u64, bool), _, time: f64| {
            seen.0 += 1;
            if time == time.floor() {
                return Enough::No;
            }
            seen.1 = true;
            Enough::Yes
        };
        passes::numbers(report, &times, (0, false), see, move |(count, is_in_seconds), report| {
            if count > 0 && !is_in_seconds {
                report.add(
                    at(&units, "the spike times are whole numbers, as if they counted samples")
                        .expected("seconds")
                        .found(format!("{count} whole numbers"))
                        .remedy("divide them by the sampling rate; if they are that coarse, set `resolution` to 1"),
                );
            }
        })
    },
};

/// One pass over the spikes of all units.
fn each_spike(
    object: &Object,
    report: &mut Report,
    observed: Vec<Vec<(f64, f64)>>,
    end: impl FnOnce(&Object, Spikes, &mut Report) + Send + 'static,
) -> Result<()> {
    let Some(times) = spike_times(object)? else { return Ok(()) };
    let spikes = Spikes::new(ends(object, "spike_times", &times)?, observed);
    let units = object.clone();
    let see = |spikes: &mut Spikes, _, time: f64| {
        spikes.see(time);
        Enough::No
    };
    passes::numbers(report, &times, spikes, see, move |spikes, report| end(&units, spikes, report))
}

/// A fault at a spike, marked where nwbinspector does not look so far.
fn at_spike(units: &Object, message: &str, spike: Spike) -> Finding {
    let finding = at(units, message).found(format!("spike {} of the unit in row {}", spike.number, spike.unit));
    if spike.number < SAMPLE {
        finding
    } else {
        finding.beyond_peer("nwbinspector looks at the first 200 spikes of a unit")
    }
}

pub(super) const ASCENDING: Check = Check {
    code: "check_ascending_spike_times",
    severity: Severity::Critical,
    of: "Units",
    doc: "The spikes of a unit are in order of time; two at one time are possible only where the resolution says so.",
    run: |object, report, _| {
        let is_resolved = resolution(object)?.is_some();
        each_spike(object, report, Vec::new(), move |units, spikes, report| {
            if let Some(spike) = spikes.descending {
                let finding = at_spike(units, "the spikes of a unit are not in order of time", spike);
                report.add(finding.remedy("sort the spikes of each unit, and see why they were not"));
            } else if let Some(spike) = spikes.repeated.filter(|_| !is_resolved) {
                let finding = at_spike(units, "a unit has two spikes at one time", spike);
                report.add(finding.remedy("set `resolution` if the recording cannot tell them apart, else remove one"));
            }
        })
    },
};

pub(super) const OBSERVED: Check = Check {
    code: "check_spike_times_not_in_unobserved_interval",
    severity: Severity::Violation,
    of: "Units",
    doc: "The spikes of a unit are in times in which it was observed.",
    run: |object, report, _| {
        let Some(intervals) = dataset(object, "obs_intervals")? else { return Ok(()) };
        let bounds = numbers(&intervals)?;
        let pairs: Vec<(f64, f64)> =
            bounds.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect();
        let mut begun = 0;
        let mut observed = Vec::new();
        for end in ends(object, "obs_intervals", &intervals)? {
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            observed.push(merged(pairs.get(begun..end).unwrap_or_default().to_vec()));
            begun = end;
        }
        each_spike(object, report, observed, |units, spikes, report| {
            if let Some((spike, time)) = spikes.unobserved {
                let finding = at(units, "a unit has a spike at a time in which it was not observed")
                    .found(format!("a spike at {time} s of the unit in row {}", spike.unit))
                    .remedy("correct `obs_intervals` or the spike times");
                report.add(match spike.unit < COMPARED {
                    true => finding,
                    false => finding.beyond_peer("nwbinspector looks at the first four units alone"),
                });
            }
        })
    },
};

pub(super) const DURATION: Check = Check {
    code: "check_units_table_duration",
    severity: Severity::Critical,
    of: "Units",
    doc: "All spikes are within a year.",
    run: |object, report, _| {
        each_spike(object, report, Vec::new(), |units, spikes, report| {
            if let Some((start, end)) = spikes.span
                && end - start > YEAR
            {
                report.add(
                    at(units, "there is more than a year between spikes")
                        .expected("times in seconds")
                        .found(format!("spikes from {start} s to {end} s"))
                        .remedy("see whether they are in another unit, such as milliseconds"),
                );
            }
        })
    },
};
