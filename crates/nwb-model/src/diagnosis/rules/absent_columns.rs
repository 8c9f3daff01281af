//! Columns that are listed and are not there.

use crate::diagnosis::tables::listed;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::DynamicTable;

/// Every column that a table lists is there.
pub(super) struct AbsentColumns;

impl Rule for AbsentColumns {
    fn code(&self) -> &'static str {
        "table.absent-column"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Every column that a table lists is there."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if subject.view::<DynamicTable>().is_none() {
            return;
        }
        let table = subject.node();
        for name in listed(table).unwrap_or_default() {
            if matches!(table.child(name), Ok(None)) {
                report.add(
                    Finding::new(table.path(), format!("the table lists a column \"{name}\" that it does not have"))
                        .spec("hdmf-common DynamicTable@colnames")
                        .remedy("the other columns can be read"),
                );
            }
        }
    }
}
