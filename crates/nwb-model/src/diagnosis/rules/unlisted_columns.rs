//! Columns that are there and are not listed.

use crate::diagnosis::tables::{is, listed};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::types::{DynamicTable, VectorData, VectorIndex};

/// A table lists all its columns.
pub(super) struct UnlistedColumns;

impl Rule for UnlistedColumns {
    fn code(&self) -> &'static str {
        "table.unlisted-column"
    }

    fn severity(&self) -> Severity {
        Severity::Information
    }

    fn doc(&self) -> &'static str {
        "A table lists all its columns."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(_), Some(listed)) = (subject.view::<DynamicTable>(), listed(subject.node())) else { return };
        let table = subject.node();
        for (name, _) in table.links().unwrap_or_default() {
            let Ok(Some(column)) = table.child(name) else { continue };
            // What an index leads into, and the elements of an enumeration, belong to another column.
            let belongs = |suffix: &str| name.strip_suffix(suffix).is_some_and(|base| listed.contains(&base));
            if !listed.contains(&name.as_str())
                && is::<VectorData>(column)
                && !is::<VectorIndex>(column)
                && !belongs("_elements")
            {
                report.add(
                    Finding::new(column.path(), "the table does not list the column among its own")
                        .spec("hdmf-common DynamicTable@colnames")
                        .remedy("it can be read by its name"),
                );
            }
        }
    }
}
