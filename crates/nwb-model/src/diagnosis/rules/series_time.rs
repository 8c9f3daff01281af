//! Series that do not say when their samples were taken, or say it twice.

use crate::diagnosis::series::{Timing, timing};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// A time series has either timestamps or a starting time with a rate.
pub(super) struct SeriesTime;

impl Rule for SeriesTime {
    fn code(&self) -> &'static str {
        "series.time"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "A time series has either timestamps or a starting time with a rate."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let finding = match timing(subject) {
            Some(Timing::None) => {
                Finding::new(subject.object().path(), "the series does not say when its samples were taken")
                    .found("neither")
            }
            Some(Timing::Both) => {
                Finding::new(subject.object().path(), "the series says twice when its samples were taken")
                    .found("both")
                    .remedy("the timestamps are used")
            }
            _ => return,
        };
        report.add(finding.spec("core TimeSeries").expected("timestamps, or a starting time with a rate"));
    }
}
