//! Series with more or fewer timestamps than samples.

use crate::diagnosis::series::lengths;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// There are as many timestamps as samples.
pub(super) struct SeriesLength;

impl Rule for SeriesLength {
    fn code(&self) -> &'static str {
        "series.length"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "There are as many timestamps as samples."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if let Some((samples, times)) = lengths(subject)
            && samples != times
        {
            report.add(
                Finding::new(subject.object().path(), "there are not as many timestamps as samples")
                    .spec("core TimeSeries")
                    .expected(format!("{samples} timestamps"))
                    .found(times.to_string()),
            );
        }
    }
}
