//! Indices that go back.

use std::ops::Range;

use crate::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use crate::types::VectorIndex;
use crate::value::Value;

/// The numbers of an index do not decrease.
pub(super) struct IndexOrder;

impl Rule for IndexOrder {
    fn code(&self) -> &'static str {
        "index.decreasing"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The numbers of an index do not decrease."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(_), Ok(dataset)) = (subject.view::<VectorIndex>(), subject.object().dataset()) else { return };
        report.read(dataset, Order { object: subject.object().path().to_owned(), before: 0, fault: None });
    }
}

struct Order {
    object: String,
    before: i128,
    /// The row, what it has to be at the least, and what it is.
    fault: Option<(u64, i128, i128)>,
}

impl Pass for Order {
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        let Some(ends) = whole_numbers(block) else { return Enough::Yes };
        for (row, end) in rows.zip(ends) {
            if end < self.before {
                self.fault = Some((row, self.before, end));
                return Enough::Yes;
            }
            self.before = end;
        }
        Enough::No
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some((row, least, found)) = self.fault else { return };
        report.add(
            Finding::new(self.object, format!("the index decreases in row {row}"))
                .spec("hdmf-common VectorIndex")
                .expected(format!("{least} or more"))
                .found(found.to_string()),
        );
    }
}

/// The elements as whole numbers, of whatever width and sign; `None` where they are none.
pub(super) fn whole_numbers(block: &Value) -> Option<Vec<i128>> {
    let signed = block.to_vec::<i64>().map(|all| all.into_iter().map(i128::from).collect());
    signed.or_else(|_| block.to_vec::<u64>().map(|all| all.into_iter().map(i128::from).collect())).ok()
}
