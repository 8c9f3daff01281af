//! Indices that go back.

use crate::diagnosis::tables::{Enough, each_block};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::VectorIndex;

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
        let mut before = 0i128;
        let _ = each_block(&dataset, |rows, block| {
            let Some(ends) = whole_numbers(&block) else { return Ok(Enough::Yes) };
            for (row, end) in rows.zip(ends) {
                if end < before {
                    report.add(
                        Finding::new(subject.object().path(), format!("the index decreases in row {row}"))
                            .spec("hdmf-common VectorIndex")
                            .expected(format!("{before} or more"))
                            .found(end.to_string()),
                    );
                    return Ok(Enough::Yes);
                }
                before = end;
            }
            Ok(Enough::No)
        });
    }
}

/// The elements as whole numbers, of whatever width and sign; `None` where they are none.
pub(super) fn whole_numbers(block: &crate::value::Value) -> Option<Vec<i128>> {
    let signed = block.to_vec::<i64>().map(|all| all.into_iter().map(i128::from).collect());
    signed.or_else(|_| block.to_vec::<u64>().map(|all| all.into_iter().map(i128::from).collect())).ok()
}
