//! Columns of unequal length.

use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use std::collections::BTreeMap;

use crate::diagnosis::tables::{height, is, listed, outermost};
use crate::tree::NodeRef;
use crate::types::{AlignedDynamicTable, DynamicTable, VectorData, VectorIndex};

/// All columns of a table have as many rows.
pub(super) struct ColumnLengths;

impl Rule for ColumnLengths {
    fn code(&self) -> &'static str {
        "table.column-length"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "All columns of a table have as many rows."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if subject.view::<DynamicTable>().is_none() {
            return;
        }
        let table = subject.node();
        let columns = columns(table);
        let mut votes: BTreeMap<u64, usize> = BTreeMap::new();
        for (_, rows) in &columns {
            *votes.entry(*rows).or_default() += 1;
        }
        // What most of them have is right; where there is no majority, what the ids say, which are first.
        let most = votes.values().max().copied().unwrap_or(0);
        let ids = columns.first().map(|(_, rows)| *rows);
        let by_ids = ids.filter(|rows| votes.get(rows) == Some(&most));
        let right = by_ids.or_else(|| votes.iter().find(|(_, count)| **count == most).map(|(rows, _)| *rows));
        for (column, rows) in columns.iter().filter(|(_, rows)| Some(*rows) != right) {
            report.add(
                Finding::new(column.path(), "the column has another number of rows than the table")
                    .spec("hdmf-common DynamicTable")
                    .expected(format!("{} rows", right.unwrap_or(0)))
                    .found(format!("{rows}")),
            );
        }
    }
}

/// Ids and columns with their numbers of rows; the categories of an aligned table are columns too.
fn columns(table: NodeRef<'_>) -> Vec<(NodeRef<'_>, u64)> {
    let ids = table.child("id").ok().flatten().and_then(|ids| Some((ids, height(ids)?)));
    let names: Vec<&str> = match listed(table) {
        Some(names) => names,
        None => {
            let all = table.links().unwrap_or_default().iter().map(|(name, _)| name.as_str());
            all.filter(|name| {
                let column = table.child(name).ok().flatten();
                column.is_some_and(|column| is::<VectorData>(column) && !is::<VectorIndex>(column))
            })
            .collect()
        }
    };
    let own = names.iter().filter_map(|name| {
        let column = outermost(table, name)?;
        Some((column, height(column)?))
    });
    let mut found: Vec<(NodeRef<'_>, u64)> = ids.into_iter().chain(own).collect();
    if is::<AlignedDynamicTable>(table) {
        let categories = table.attribute("categories").ok().flatten().and_then(|value| value.as_texts().ok());
        found.extend(categories.unwrap_or_default().into_iter().filter_map(|name| {
            let category = table.child(name).ok()??;
            let ids = category.child("id").ok()??;
            Some((category, height(ids)?))
        }));
    }
    found
}
