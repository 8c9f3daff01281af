//! Columns that are listed more than once.

use std::collections::BTreeSet;

use crate::diagnosis::tables::listed;
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::DynamicTable;

/// A table lists each of its columns once.
pub(super) struct RepeatedColumns;

impl Rule for RepeatedColumns {
    fn code(&self) -> &'static str {
        "table.repeated-column"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "A table lists each of its columns once."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if subject.view::<DynamicTable>().is_none() {
            return;
        }
        let table = subject.node();
        let names = listed(table).unwrap_or_default();
        let mut seen = BTreeSet::new();
        let repeated: BTreeSet<&str> = names.into_iter().filter(|name| !seen.insert(*name)).collect();
        for name in repeated {
            report.add(
                Finding::new(table.path(), format!("the table lists the column \"{name}\" more than once"))
                    .spec("hdmf-common DynamicTable@colnames")
                    .expected("each name once")
                    .remedy("list it once"),
            );
        }
    }
}
