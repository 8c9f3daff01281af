//! Values of another type.

use std::ops::Range;

use nwb_model::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use nwb_model::value::Value;

use crate::schema::{Assessment, Kind};

/// Values are of the type that the schema asks for, and at least as wide.
pub(super) struct DtypeRule;

impl Rule for DtypeRule {
    fn code(&self) -> &'static str {
        "value.dtype"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn peer(&self) -> Option<&'static str> {
        Some("DtypeError")
    }

    fn doc(&self) -> &'static str {
        "Values are of the type that the schema asks for, and at least as wide."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let assessment = Assessment::of(subject);
        assessment.tell(Kind::Dtype, report);
        for (object, spec) in &assessment.texts {
            if let Ok(dataset) = object.dataset() {
                report.read(dataset, Texts { place: object.path().to_owned(), spec: spec.clone(), fault: None });
            }
        }
    }
}

/// Whether all texts of a dataset are texts.
struct Texts {
    place: String,
    spec: String,
    /// A row in which there is one that is none, and why.
    fault: Option<(u64, String)>,
}

impl Pass for Texts {
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        let Err(error) = block.as_texts() else { return Enough::No };
        let each = block.len() / usize::try_from(rows.end - rows.start).unwrap_or(usize::MAX).max(1);
        let is_none = |number: &usize| block.text_bytes(*number).is_ok_and(|text| std::str::from_utf8(text).is_err());
        let number = (0..block.len()).find(is_none).unwrap_or(0);
        self.fault = Some((rows.start + (number / each.max(1)) as u64, error.message().to_owned()));
        Enough::Yes
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some((row, why)) = self.fault else { return };
        report.add(
            Finding::new(self.place, format!("the text in row {row} cannot be read"))
                .spec(self.spec)
                .expected("text in UTF-8")
                .found(why)
                .beyond_peer("the peer looks at the first element, and stops with an exception where it is no text"),
        );
    }
}
