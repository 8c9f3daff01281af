//! Columns that are listed and are not there.

use crate::diagnosis::tables::{is, is_told, listed};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::Kind;
use crate::types::{DynamicTable, VectorData};

/// Every column that a table lists is there, and is a dataset.
pub(super) struct AbsentColumns;

impl Rule for AbsentColumns {
    fn code(&self) -> &'static str {
        "table.absent-column"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "Every column that a table lists is there, and is a dataset."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if subject.view::<DynamicTable>().is_none() {
            return;
        }
        let table = subject.node();
        for name in listed(table).unwrap_or_default() {
            // What every table of its type has is told as missing, and no more than once.
            if is_told(table, name) {
                continue;
            }
            let finding = match table.child(name) {
                Ok(None) => {
                    Finding::new(table.path(), format!("the table lists a column \"{name}\" that it does not have"))
                }
                // Of an object whose type is one of datasets, the other form is told by itself.
                Ok(Some(column))
                    if column.info().is_err() && column.effective().is_some_and(|own| own.dataset().is_some()) =>
                {
                    continue;
                }
                Ok(Some(column)) if column.node().is_ok() && column.info().is_err() => {
                    Finding::new(table.path_of(name), "the table lists as a column what is no dataset")
                        .expected("a dataset")
                        .found(format!("a {}", Kind::of_node(column)))
                }
                Ok(Some(column)) if column.info().is_ok() && !is::<VectorData>(column) => {
                    let type_name = column.type_name().ok().flatten().map_or("no type", |(_, name)| name);
                    Finding::new(table.path_of(name), "the table lists as a column what is none")
                        .expected("VectorData")
                        .found(type_name)
                }
                _ => continue,
            };
            report.add(finding.spec("hdmf-common DynamicTable@colnames").remedy("the other columns can be read"));
        }
    }
}
