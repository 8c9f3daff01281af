//! References to samples that their series does not have.

use std::collections::HashMap;
use std::ops::Range;

use crate::backend::Address;
use crate::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use crate::tree::Object;
use crate::types::{TimeSeries, TimeSeriesReferenceVectorData};
use crate::value::Value;

/// How many series are remembered with the number of their samples.
const REMEMBERED: usize = 1 << 16;

/// A reference to samples of a series leads to samples that the series has.
pub(super) struct SeriesSamples;

impl Rule for SeriesSamples {
    fn code(&self) -> &'static str {
        "reference.outside"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A reference to samples of a series leads to samples that the series has."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(_), Ok(dataset)) = (subject.view::<TimeSeriesReferenceVectorData>(), subject.object().dataset())
        else {
            return;
        };
        report.read(dataset, Spans { object: subject.object().clone(), known: HashMap::new(), fault: None });
    }
}

struct Spans {
    object: Object,
    known: HashMap<Address, Option<u64>>,
    fault: Option<Fault>,
}

/// The row, what it refers to, and how many samples that has.
struct Fault {
    row: u64,
    start: i64,
    count: i64,
    series: String,
    samples: u64,
}

impl Spans {
    /// `None` for what is no series, or does not say how many samples it has: that is told elsewhere.
    fn samples(&mut self, target: Address) -> Option<u64> {
        if let Some(known) = self.known.get(&target) {
            return *known;
        }
        let series = self.object.resolve(target).and_then(|series| series.cast::<TimeSeries>().ok());
        let samples = series.and_then(|series| series.sample_count().ok());
        if self.known.len() < REMEMBERED {
            self.known.insert(target, samples);
        }
        samples
    }
}

impl Pass for Spans {
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        let numbers = |name| block.member(name).and_then(|member| member.to_vec::<i64>());
        let (Ok(starts), Ok(counts)) = (numbers("idx_start"), numbers("count")) else { return Enough::Yes };
        let Ok(targets) = block.member("timeseries").and_then(|member| member.as_references()) else {
            return Enough::Yes;
        };
        for (row, ((start, count), target)) in rows.zip(starts.into_iter().zip(counts).zip(targets)) {
            let is_none = start < 0 && count < 0;
            let Some(samples) = self.samples(target).filter(|_| !is_none) else { continue };
            let end = u64::try_from(start).ok().zip(u64::try_from(count).ok());
            if end.is_none_or(|(start, count)| start.saturating_add(count) > samples) {
                let series = self.object.resolve(target).map_or_else(String::new, |series| series.path().to_owned());
                self.fault = Some(Fault { row, start, count, series, samples });
                return Enough::Yes;
            }
        }
        Enough::No
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some(Fault { row, start, count, series, samples }) = self.fault else { return };
        report.add(
            Finding::new(
                self.object.path(),
                format!("the reference in row {row} is to samples that {series} does not have"),
            )
            .spec("core TimeSeriesReferenceVectorData")
            .expected(format!("samples from 0 to below {samples}, or -1 and -1 for none"))
            .found(format!("{count} samples from {start} on"))
            .remedy("PyNWB writes so where an interval begins before the series or ends after it: take the samples that are there"),
        );
    }
}
