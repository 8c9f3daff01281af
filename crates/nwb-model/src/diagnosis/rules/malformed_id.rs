//! Ids that are no UUIDs.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};

/// The id of an object is a UUID.
pub(super) struct MalformedId;

impl Rule for MalformedId {
    fn code(&self) -> &'static str {
        "object-id.malformed"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The id of an object is a UUID."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let Ok(Some(value)) = subject.node().attribute("object_id") else { return };
        let found = match value.as_text() {
            Ok(text) if uuid::Uuid::try_parse(text).is_ok() => return,
            Ok(text) => format!("\"{text}\""),
            Err(_) => value.dtype().to_string(),
        };
        report.add(
            Finding::new(subject.object().path(), "the id of the object is no UUID")
                .expected("such as 0e0e3a2c-5d3f-4a57-9f3c-2f0f6e1f7a11")
                .found(found),
        );
    }
}
