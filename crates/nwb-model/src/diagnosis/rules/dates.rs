//! Dates that are none.

use crate::diagnosis::Found;
use crate::diagnosis::values::{asked, stored};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::time::Timestamp;
use nwb_schema::spec::{Dtype, FlatDtype};

/// Dates and times are ISO 8601.
pub(super) struct Dates;

impl Rule for Dates {
    fn code(&self) -> &'static str {
        "value.date"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Dates and times are ISO 8601."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        for field in subject.fields() {
            let Some((Some(Dtype::Flat { dtype: FlatDtype::Isodatetime, .. }), _)) = asked(field) else { continue };
            // There is one for each change of the file at the most.
            let few = stored(field).and_then(|(_, shape)| shape.len()).is_some_and(|count| count <= 10_000);
            let value = match field.found {
                Found::Value(value) => value,
                Found::Object(at) if few => match at.value() {
                    Ok(value) => value,
                    Err(_) => continue,
                },
                _ => continue,
            };
            for text in value.as_texts().unwrap_or_default() {
                if let Err(error) = Timestamp::parse(text) {
                    report.add(Finding::of_error(field.place(), &error).spec(field.spec_name()));
                }
            }
        }
    }
}
