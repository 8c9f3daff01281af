//! Indices that reach past their elements.

use super::index_order::whole_numbers;
use crate::diagnosis::tables::{Enough, each_block, height, indexed};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::VectorIndex;

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
        let _ = each_block(&dataset, |rows, block| {
            let Some(ends) = whole_numbers(&block) else { return Ok(Enough::Yes) };
            for (row, end) in rows.zip(ends) {
                if end > i128::from(elements) {
                    report.add(
                        Finding::new(
                            subject.object().path(),
                            format!("the index reaches past the elements in row {row}"),
                        )
                        .spec("hdmf-common VectorIndex")
                        .expected(format!("{elements} at the most"))
                        .found(end.to_string()),
                    );
                    return Ok(Enough::Yes);
                }
            }
            Ok(Enough::No)
        });
    }
}
