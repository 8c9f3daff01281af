//! Timestamps of time series, and their rates.

use nwb_model::Result;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Report, Severity, Subject};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::tree::Object;

use super::check::{Check, at, is_a, sampled};
use super::passes;
use super::read::{dataset, number, number_at, row};
use super::regions::length;
use super::series::data_shape;
use super::tables::YEAR;

/// Rates below this are the time between samples, by all that is known of recordings.
const LEAST_RATE: f64 = 0.01;

fn timestamps(series: &Object) -> Result<Option<Dataset>> {
    dataset(series, "timestamps")
}

/// The rate of a series with a starting time.
fn rate(series: &Object) -> Result<Option<f64>> {
    match series.child("starting_time")? {
        Some(start) => number(&start, "rate"),
        None => Ok(None),
    }
}

/// Steps from one timestamp to the next, as long as all are the same to nine decimals.
#[derive(Clone, Copy)]
struct Steps {
    /// Differences of single floats are single floats.
    is_single: bool,
    count: u64,
    first: f64,
    before: f64,
    step: f64,
    first_step: f64,
}

impl Steps {
    fn see(&mut self, time: f64) -> Enough {
        self.count += 1;
        let before = std::mem::replace(&mut self.before, time);
        if self.count == 1 {
            self.first = time;
            return Enough::No;
        }
        let (exact, step) = match self.is_single {
            true => {
                let step = time as f32 - before as f32;
                (f64::from(step), f64::from((step * 1e9).round_ties_even() / 1e9))
            }
            false => (time - before, ((time - before) * 1e9).round_ties_even() / 1e9),
        };
        if self.count == 2 {
            (self.step, self.first_step) = (step, exact);
        }
        if step == self.step { Enough::No } else { self.irregular() }
    }

    fn irregular(&mut self) -> Enough {
        self.count = 0;
        Enough::Yes
    }
}

pub(super) const REGULAR: Check = Check {
    code: "check_regular_timestamps",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "Samples at a constant rate have a rate, and no timestamps.",
    run: |object, report, _| {
        let Some(times) = timestamps(object)? else { return Ok(()) };
        let is_single = matches!(times.dtype()?, Dtype::Number(Number::F32 | Number::F16, _));
        let steps = Steps { is_single, count: 0, first: 0.0, before: 0.0, step: 0.0, first_step: 0.0 };
        let series = object.clone();
        let see = |steps: &mut Steps, _, time: f64| steps.see(time);
        passes::numbers(report, &times, steps, see, move |steps, report| {
            if steps.count > 2 && steps.first_step != 0.0 {
                let (start, rate) = (steps.first, 1.0 / steps.first_step);
                report.add(
                    at(&series, "the timestamps are at a constant rate")
                        .found(format!("{} timestamps", steps.count))
                        .remedy(format!("write a starting time of {start} s and a rate of {rate} Hz in their place")),
                );
            }
        })
    },
};

pub(super) const LENGTH: Check = Check {
    code: "check_timestamps_match_first_dimension",
    severity: Severity::Critical,
    of: "TimeSeries",
    doc: "There are as many timestamps as samples.",
    run: same_length,
};

fn same_length(object: &Object, report: &mut Report, subject: &Subject<'_>) -> Result<()> {
    let (Some(times), Some(shape)) = (timestamps(object)?, data_shape(object, subject)?) else { return Ok(()) };
    let (times, Some(&samples)) = (length(&times)?, shape.first()) else { return Ok(()) };
    let is_external = samples == 0 && object.child("external_file")?.is_some();
    if times == samples || is_external {
        return Ok(());
    }
    // A stack of images that another series shows at times of its own.
    let is_shown = |one: &Object| one.child("indexed_timeseries").ok().flatten().as_ref() == Some(object);
    let shown = |one: &Object| one.is_a("core", "IndexSeries").unwrap_or(false) && is_shown(one);
    if times == 0 && is_a(subject, "ImageSeries") && subject.survey().is_some_and(|all| all.objects().iter().any(shown))
    {
        return Ok(());
    }
    report.add(
        at(object, "there are not as many timestamps as samples")
            .expected(format!("{samples} timestamps, as the first axis of the data is long"))
            .found(times.to_string()),
    );
    Ok(())
}

pub(super) const ASCENDING: Check = Check {
    code: "check_timestamps_ascending",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "Timestamps are in order of time.",
    run: |object, report, _| {
        let Some(times) = timestamps(object)? else { return Ok(()) };
        let series = object.clone();
        let see = |state: &mut (Option<f64>, Option<u64>), row, time: f64| {
            if time.is_nan() {
                return Enough::No;
            }
            if state.0.is_some_and(|before| time < before) {
                state.1 = Some(row);
                return Enough::Yes;
            }
            state.0 = Some(time);
            Enough::No
        };
        passes::numbers(report, &times, (None, None), see, move |(_, found), report| {
            if let Some(row) = found {
                let finding = at(&series, "the timestamps are not in order of time")
                    .found(format!("timestamp {row} is before the one before it"));
                report.add(sampled(finding, row));
            }
        })
    },
};

pub(super) const NAN: Check = Check {
    code: "check_timestamps_without_nans",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "No timestamp is NaN.",
    run: |object, report, _| {
        let Some(times) = timestamps(object)? else { return Ok(()) };
        let series = object.clone();
        let see = |found: &mut Option<u64>, row, time: f64| {
            if time.is_nan() {
                *found = Some(row);
                return Enough::Yes;
            }
            Enough::No
        };
        passes::numbers(report, &times, None, see, move |found, report| {
            if let Some(row) = found {
                report.add(sampled(at(&series, "a timestamp is NaN").found(format!("timestamp {row}")), row));
            }
        })
    },
};

pub(super) const NEGATIVE: Check = Check {
    code: "check_timestamp_of_the_first_sample_is_not_negative",
    severity: Severity::Suggestion,
    of: "TimeSeries",
    doc: "The first sample is not before the time from which times are counted.",
    run: |object, report, _| {
        let series = object.clone();
        let tell = move |time: f64, report: &mut Report| {
            if time < 0.0 {
                report.add(
                    at(&series, "the first sample is before the time from which times are counted")
                        .found(format!("{time} s"))
                        .remedy("let times begin with the earliest of the file, and shift the others too"),
                );
            }
        };
        if let Some(start) = number_at(object, "starting_time")? {
            tell(start, report);
        } else if let Some(times) = timestamps(object)? {
            let see = |first: &mut Option<f64>, _, time: f64| {
                *first = Some(time);
                Enough::Yes
            };
            passes::line(report, &times, None, see, move |first, report| {
                if let Some(time) = first {
                    tell(time, report);
                }
            })?;
        }
        Ok(())
    },
};

pub(super) const NOT_ZERO: Check = Check {
    code: "check_rate_is_not_zero",
    severity: Severity::Critical,
    of: "TimeSeries",
    doc: "A series of more than one sample has a rate above zero.",
    run: |object, report, subject| {
        if rate(object)? == Some(0.0)
            && let Some(samples @ 2..) = data_shape(object, subject)?.and_then(|shape| shape.first().copied())
        {
            report.add(at(object, "the rate is zero").found(format!("0 Hz and {samples} samples")));
        }
        Ok(())
    },
};

pub(super) const POSITIVE: Check = Check {
    code: "check_rate_is_positive",
    severity: Severity::Critical,
    of: "TimeSeries",
    doc: "A rate is not below zero.",
    run: |object, report, _| {
        if let Some(rate) = rate(object)?.filter(|rate| *rate < 0.0) {
            report.add(at(object, "the rate is below zero").found(format!("{rate} Hz")));
        }
        Ok(())
    },
};

pub(super) const LOW_RATE: Check = Check {
    code: "check_rate_not_below_threshold",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "A rate is not below 0.01 Hz.",
    run: |object, report, _| {
        if let Some(rate) = rate(object)?.filter(|rate| *rate > 0.0 && *rate < LEAST_RATE) {
            report.add(
                at(object, "the rate is lower than that of any recording")
                    .expected(format!("{LEAST_RATE} Hz at least"))
                    .found(format!("{rate} Hz, a sample each {} s", 1.0 / rate))
                    .cause("it may be the time between samples"),
            );
        }
        Ok(())
    },
};

pub(super) const DURATION: Check = Check {
    code: "check_time_series_duration",
    severity: Severity::Violation,
    of: "TimeSeries",
    doc: "A series is not longer than a year.",
    run: |object, report, subject| {
        let shape = data_shape(object, subject)?;
        let Some(samples @ 2..) = shape.and_then(|shape| shape.first().copied()) else { return Ok(()) };
        let Some(times) = timestamps(object)? else {
            if let Some(rate) = rate(object)?.filter(|rate| *rate > 0.0) {
                tell_duration(object, (samples - 1) as f64 / rate, report);
            }
            return Ok(());
        };
        let count = length(&times)?;
        if count > FEW {
            // Of many, two are read faster than all.
            if let (true, Some(first), Some(last)) =
                (passes::is_numeric(&times)?, row(&times, 0)?, row(&times, count - 1)?)
            {
                tell_duration(object, last - first, report);
            }
            return Ok(());
        }
        let series = object.clone();
        let see = |ends: &mut Option<(f64, f64)>, _, time: f64| {
            *ends = Some((ends.map_or(time, |ends| ends.0), time));
            Enough::No
        };
        passes::line(report, &times, None, see, move |ends, report| {
            if let Some((first, last)) = ends {
                tell_duration(&series, last - first, report);
            }
        })
    },
};

/// So many timestamps are read at once, for whichever rules ask for them.
const FEW: u64 = 1 << 16;

fn tell_duration(series: &Object, seconds: f64, report: &mut Report) {
    if seconds > YEAR {
        report.add(
            at(series, "the series is longer than a year")
                .found(format!("{seconds} s"))
                .remedy("see whether its rate or its timestamps are in another unit"),
        );
    }
}
