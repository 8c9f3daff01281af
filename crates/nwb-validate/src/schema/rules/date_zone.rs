//! Times whose zone is not told.

use std::ops::Range;

use nwb_model::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use nwb_model::value::Value;

use super::date::look;
use crate::schema::Assessment;
use crate::schema::dates::{has_zone, is_iso8601};

/// A point in time says its zone.
pub(super) struct DateZone;

impl Rule for DateZone {
    fn code(&self) -> &'static str {
        "value.date-without-zone"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("Error")
    }

    fn doc(&self) -> &'static str {
        "A point in time says its zone."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for dates in &Assessment::of(subject).dates {
            look(dates, report, Zones { place: dates.place.clone(), spec: dates.spec.clone(), fault: None });
        }
    }
}

struct Zones {
    place: String,
    spec: String,
    fault: Option<String>,
}

impl Pass for Zones {
    fn block(&mut self, _: Range<u64>, block: &Value) -> Enough {
        let texts = block.as_texts().unwrap_or_default();
        // What is no date at all is told as that.
        let fault = texts.into_iter().find(|text| is_iso8601(text) && !has_zone(text));
        self.fault = fault.map(str::to_owned);
        if self.fault.is_some() { Enough::Yes } else { Enough::No }
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some(text) = self.fault else { return };
        let message = if text.contains('T') {
            "the zone of the time is not told"
        } else {
            "there is a date, and no time of day with its zone"
        };
        report.add(
            Finding::new(self.place, message)
                .spec(self.spec)
                .expected("such as 2024-03-05T09:41:07-07:00")
                .found(format!("\"{text}\""))
                .remedy("add the zone, as +00:00 for universal time"),
        );
    }
}
