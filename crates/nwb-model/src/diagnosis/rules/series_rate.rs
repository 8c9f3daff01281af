//! Rates that are none.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::TimeSeries;

/// The rate of a time series is positive.
pub(super) struct SeriesRate;

impl Rule for SeriesRate {
    fn code(&self) -> &'static str {
        "series.rate"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The rate of a time series is positive."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let Some(series) = subject.view::<TimeSeries>() else { return };
        if let Ok(Some(rate)) = series.rate()
            && (rate <= 0.0 || !rate.is_finite())
            && !(rate == 0.0 && series.timestamps().is_ok_and(|times| times.is_some()))
        {
            let samples = series.data().and_then(|data| Ok(data.shape()?.first().copied().unwrap_or(0))).unwrap_or(0);
            if rate == 0.0 && samples <= 1 {
                return;
            }
            report.add(
                Finding::new(subject.object().path(), "the rate is no frequency")
                    .spec("core TimeSeries.starting_time@rate")
                    .expected("more than 0 Hz")
                    .found(rate.to_string()),
            );
        }
    }
}
