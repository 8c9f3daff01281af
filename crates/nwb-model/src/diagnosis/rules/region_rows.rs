//! Regions with rows that their table does not have.

use super::index_order::whole_numbers;
use crate::diagnosis::tables::{Enough, each_block};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::DynamicTableRegion;

/// The rows of a region are rows of its table.
pub(super) struct RegionRows;

impl Rule for RegionRows {
    fn code(&self) -> &'static str {
        "region.outside"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The rows of a region are rows of its table."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(region), Ok(dataset)) = (subject.view::<DynamicTableRegion>(), subject.object().dataset()) else {
            return;
        };
        // Where the table is not told, or is none, that is told of the reference.
        let Some(rows) = region.table().ok().and_then(|table| table.row_count().ok()) else { return };
        let _ = each_block(&dataset, |places, block| {
            let Some(numbers) = whole_numbers(&block) else { return Ok(Enough::Yes) };
            for (place, row) in places.zip(numbers) {
                if row < 0 || row >= i128::from(rows) {
                    report.add(
                        Finding::new(
                            subject.object().path(),
                            format!("the region has a row that its table does not have, in place {place}"),
                        )
                        .spec("hdmf-common DynamicTableRegion")
                        .expected(format!("row numbers from 0 to below {rows}"))
                        .found(row.to_string()),
                    );
                    return Ok(Enough::Yes);
                }
            }
            Ok(Enough::No)
        });
    }
}
