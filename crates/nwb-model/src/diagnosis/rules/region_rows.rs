//! Regions with rows that their table does not have.

use std::ops::Range;

use super::index_order::whole_numbers;
use crate::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use crate::types::DynamicTableRegion;
use crate::value::Value;

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
        report.read(dataset, Rows { object: subject.object().path().to_owned(), rows, fault: None });
    }
}

struct Rows {
    object: String,
    rows: u64,
    /// The place in the region, and the row that it names.
    fault: Option<(u64, i128)>,
}

impl Pass for Rows {
    fn block(&mut self, places: Range<u64>, block: &Value) -> Enough {
        let Some(numbers) = whole_numbers(block) else { return Enough::Yes };
        let height = i128::from(self.rows);
        self.fault = places.zip(numbers).find(|(_, row)| *row < 0 || *row >= height);
        if self.fault.is_some() { Enough::Yes } else { Enough::No }
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some((place, row)) = self.fault else { return };
        report.add(
            Finding::new(self.object, format!("the region has a row that its table does not have, in place {place}"))
                .spec("hdmf-common DynamicTableRegion")
                .expected(format!("row numbers from 0 to below {}", self.rows))
                .found(row.to_string()),
        );
    }
}
