//! Indices that reach past their elements.

use std::ops::Range;

use super::index_order::whole_numbers;
use crate::diagnosis::tables::{height, indexed};
use crate::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use crate::types::VectorIndex;
use crate::value::Value;

/// An index ends where its elements end.
pub(super) struct IndexRange;

impl Rule for IndexRange {
    fn code(&self) -> &'static str {
        "index.past-end"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "An index ends where its elements end."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(_), Ok(dataset)) = (subject.view::<VectorIndex>(), subject.object().dataset()) else { return };
        let Some(elements) = indexed(subject.node()).and_then(height) else { return };
        report.read(dataset, Ends { object: subject.object().path().to_owned(), elements, fault: None });
    }
}

struct Ends {
    object: String,
    elements: u64,
    /// The row, and where its elements would end.
    fault: Option<(u64, i128)>,
}

impl Pass for Ends {
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        let Some(ends) = whole_numbers(block) else { return Enough::Yes };
        self.fault = rows.zip(ends).find(|(_, end)| *end > i128::from(self.elements));
        if self.fault.is_some() { Enough::Yes } else { Enough::No }
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some((row, end)) = self.fault else { return };
        report.add(
            Finding::new(self.object, format!("the index reaches past the elements in row {row}"))
                .spec("hdmf-common VectorIndex")
                .expected(format!("{} at the most", self.elements))
                .found(end.to_string()),
        );
    }
}
