//! Elements that no row has.

use std::ops::Range;

use super::index_order::whole_numbers;
use crate::diagnosis::tables::{height, indexed};
use crate::diagnosis::{Enough, Finding, Pass, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;
use crate::types::VectorIndex;
use crate::value::Value;

/// An index leads to all of its elements.
pub(super) struct IndexLeftover;

impl Rule for IndexLeftover {
    fn code(&self) -> &'static str {
        "index.leftover"
    }

    fn severity(&self) -> Severity {
        Severity::Violation
    }

    fn doc(&self) -> &'static str {
        "An index leads to all of its elements."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        let (Some(_), Ok(dataset)) = (subject.view::<VectorIndex>(), subject.object().dataset()) else { return };
        // One of another shape is told by itself.
        let has_rows = subject.node().info().is_ok_and(|info| info.shape.dims().len() == 1);
        let Some(elements) = indexed(subject.node()).and_then(height).filter(|_| has_rows) else { return };
        if is_of_another_length(subject.node()) {
            return;
        }
        report.read(dataset, Last { object: subject.object().path().to_owned(), elements, last: Some(0) });
    }
}

/// Whether an index has more or fewer rows than its table, which is told by itself. One that an index leads into has its own.
fn is_of_another_length(index: NodeRef<'_>) -> bool {
    let Some(table) = index.parent() else { return false };
    let is_inner = matches!(table.child(&format!("{}_index", index.name())), Ok(Some(_)));
    let ids = table.child("id").ok().flatten().and_then(height);
    !is_inner && ids.is_some_and(|rows| height(index) != Some(rows))
}

struct Last {
    object: String,
    elements: u64,
    /// Where the elements of the last row end; `None` where the index is wrong in another way.
    last: Option<i128>,
}

impl Pass for Last {
    fn block(&mut self, _: Range<u64>, block: &Value) -> Enough {
        let ends = whole_numbers(block).filter(|ends| ends.is_sorted());
        let first = ends.as_ref().and_then(|ends| ends.first().copied());
        let follows = first.zip(self.last).is_none_or(|(first, last)| last <= first);
        self.last = match ends {
            Some(ends) if follows => ends.last().copied().or(self.last),
            _ => None,
        };
        if self.last.is_some() { Enough::No } else { Enough::Yes }
    }

    fn end(self: Box<Self>, report: &mut Report) {
        let Some(last) = self.last.filter(|last| *last < i128::from(self.elements)) else { return };
        report.add(
            Finding::new(self.object, "there are elements behind those of the last row, which belong to no row")
                .spec("hdmf-common VectorIndex")
                .expected(format!("{} in the last row", self.elements))
                .found(last.to_string()),
        );
    }
}
