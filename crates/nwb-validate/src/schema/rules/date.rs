//! Dates that are none.

use std::ops::Range;

use nwb_model::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use nwb_model::time::Timestamp;
use nwb_model::value::Value;

use crate::schema::Assessment;
use crate::schema::assessment::Stored;
use crate::schema::dates::is_iso8601;

/// Dates and times are ISO 8601.
pub(super) struct Date;

impl Rule for Date {
    fn code(&self) -> &'static str {
        "value.date"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("DtypeError")
    }

    fn doc(&self) -> &'static str {
        "Dates and times are ISO 8601."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for dates in &Assessment::of(subject).dates {
            look(dates, report, Texts { place: dates.place.clone(), spec: dates.spec.clone(), faults: Vec::new() });
        }
    }
}

/// Has a pass see all dates of a place.
pub(super) fn look(dates: &crate::schema::assessment::Dates, report: &mut Report, mut pass: impl Pass + 'static) {
    match &dates.stored {
        Stored::Attribute(value) => {
            pass.block(0..value.len() as u64, value);
            Box::new(pass).end(report);
        }
        Stored::Dataset(object) => {
            if let Ok(dataset) = object.dataset() {
                report.read(dataset, pass);
            }
        }
    }
}

struct Texts {
    place: String,
    spec: String,
    faults: Vec<(u64, String)>,
}

/// The peer looks at the form alone: the 31st of February has it, and is no day.
fn is_date(text: &str) -> bool {
    is_iso8601(text) && Timestamp::parse(text).is_ok()
}

impl Pass for Texts {
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        for (row, text) in (rows.start..).zip(block.as_texts().unwrap_or_default()) {
            if !is_date(text) {
                self.faults.push((row, text.to_owned()));
            }
        }
        // There is one date for each change of the file; of more faults nobody wants to read.
        if self.faults.len() > 100 { Enough::Yes } else { Enough::No }
    }

    fn end(self: Box<Self>, report: &mut Report) {
        for (row, text) in self.faults {
            let finding = Finding::new(&self.place, "the text is no date in the form of ISO 8601")
                .spec(&self.spec)
                .expected("such as 2024-03-05T09:41:07-07:00")
                .found(format!("\"{text}\""));
            report.add(match row {
                0 if is_iso8601(&text) => finding.beyond_peer("the peer looks at the form of dates alone"),
                0 => finding,
                _ => finding.beyond_peer("the peer looks at the first element"),
            });
        }
    }
}
