//! Times whose zone is not told.

use crate::diagnosis::values::{asked, single};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::time::{Moment, Timestamp};
use nwb_schema::spec::{Dtype, FlatDtype};

/// A point in time says its zone.
pub(super) struct DatesWithoutZone;

impl Rule for DatesWithoutZone {
    fn code(&self) -> &'static str {
        "value.date-without-zone"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A point in time says its zone."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for field in subject.fields() {
            let Some((Some(Dtype::Flat { dtype: FlatDtype::Isodatetime, .. }), _)) = asked(field) else { continue };
            let Some(Ok(text)) = single(field).map(|value| value.as_text()) else { continue };
            let Ok(time) = Timestamp::parse(text) else { continue };
            let message = match time.moment() {
                Moment::Zoned(_) => continue,
                Moment::Naive(_) => "the zone of the time is not told",
                Moment::Date(_) => "there is a date, and no time of day",
            };
            report.add(
                Finding::new(field.place(), message)
                    .spec(field.spec_name())
                    .found(format!("\"{text}\""))
                    .remedy("it is given as it stands; no zone is guessed"),
            );
        }
    }
}
