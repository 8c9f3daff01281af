//! Tables of any kind.

use nwb_model::Result;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Severity};
use nwb_model::tree::Object;
use nwb_model::types::{DynamicTable, VectorIndex};

use super::check::{Check, SAMPLE, SAMPLED, at, is_a};
use super::passes;
use super::read::dataset;
use super::regions::length;

/// What nwbinspector takes for a year, in seconds.
pub(super) const YEAR: f64 = 31_557_600.0;

/// The columns of a table in their order, each with the dataset of its elements.
pub(super) fn columns(table: &Object) -> Result<Vec<(String, Dataset)>> {
    let mut columns = Vec::new();
    for name in table.cast::<DynamicTable>()?.column_names()? {
        if let Ok(Some(column)) = table.child(&name)
            && !column.is::<VectorIndex>()?
            && let Ok(data) = column.dataset()
        {
            columns.push((name, data));
        }
    }
    Ok(columns)
}

/// How many rows a table has by its ids; `None` where there are none.
fn rows(table: &Object) -> Result<Option<u64>> {
    dataset(table, "id")?.map(|ids| length(&ids)).transpose()
}

pub(super) const EMPTY: Check = Check {
    code: "check_empty_table",
    severity: Severity::Violation,
    of: "DynamicTable",
    doc: "A table has rows.",
    run: |object, report, _| {
        if rows(object)? == Some(0) {
            report.add(at(object, "the table has no rows").remedy("leave it out, or fill it"));
        }
        Ok(())
    },
};

pub(super) const SINGLE_ROW: Check = Check {
    code: "check_single_row",
    severity: Severity::Suggestion,
    of: "DynamicTable",
    doc: "A table has more than one row; one of units or electrodes may have one.",
    run: |object, report, subject| {
        if rows(object)? == Some(1) && !is_a(subject, "Units") && object.name() != "electrodes" {
            report.add(
                at(object, "the table has one row alone").remedy("see whether another type says better what it says"),
            );
        }
        Ok(())
    },
};

/// How many runs are kept at the most.
const RUNS: usize = 1 << 22;

/// Numbers that are to be different from each other, kept as runs of numbers that follow each other.
#[derive(Debug, Default)]
struct Unique {
    runs: Vec<(i64, i64)>,
}

impl Unique {
    fn see(&mut self, id: i64) {
        match self.runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(id) => *last = id,
            _ => self.runs.push((id, id)),
        }
    }

    /// The least that was seen twice.
    fn twice(&self) -> Option<i64> {
        let mut runs = self.runs.clone();
        runs.sort_unstable();
        let mut highest: Option<i64> = None;
        for (first, last) in runs {
            if highest.is_some_and(|highest| first <= highest) {
                return Some(first);
            }
            highest = highest.max(Some(last));
        }
        None
    }
}

pub(super) const IDS: Check = Check {
    code: "check_ids_unique",
    severity: Severity::Critical,
    of: "DynamicTable",
    doc: "No two rows of a table have the same id.",
    run: |object, report, _| {
        let Some(ids) = dataset(object, "id")? else { return Ok(()) };
        let table = object.clone();
        // Of the rows that nwbinspector looks at, and of all.
        let state = (None, Unique::default());
        let see = |(sampled, all): &mut (Option<i64>, Unique), row, id: f64| {
            all.see(id as i64);
            if row + 1 == SAMPLE {
                *sampled = all.twice();
            }
            if all.runs.len() < RUNS { Enough::No } else { Enough::Yes }
        };
        let is_short = length(&ids)? < SAMPLE;
        passes::numbers(report, &ids, state, see, move |(sampled, all), report| {
            if let Some(id) = all.twice() {
                let finding = at(&table, "two rows have the same id").found(format!("the id {id}"));
                let finding = finding.remedy("number the rows anew");
                report.add(if is_short || sampled.is_some() { finding } else { finding.beyond_peer(SAMPLED) });
            }
        })
    },
};

pub(super) const NEGATIVE_TIMES: Check = Check {
    code: "check_table_time_columns_are_not_negative",
    severity: Severity::Suggestion,
    of: "DynamicTable",
    doc: "The first row of a column `*_time` is not before the time from which times are counted.",
    run: |object, report, _| {
        let typed = object.cast::<DynamicTable>()?;
        for name in typed.column_names()?.into_iter().filter(|name| name.ends_with("_time")) {
            let Ok(cell) = typed.column(&name).and_then(|column| column.cell(0)) else { continue };
            let times = cell.to_vec::<f64>().unwrap_or_default();
            if let Some(time) = times.into_iter().find(|time| *time < 0.0) {
                report.add(
                    at(object, format!("the column \"{name}\" begins before the time from which times are counted"))
                        .found(format!("{time} s"))
                        .remedy("let times begin with the earliest of the file, and shift the others too"),
                );
            }
        }
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::Unique;

    #[test]
    fn ids_are_kept_as_runs() {
        let seen = |ids: &[i64]| {
            let mut unique = Unique::default();
            ids.iter().for_each(|id| unique.see(*id));
            unique
        };
        for (ids, expected) in [
            (&[0, 1, 2, 3][..], None),
            (&[3, 2, 1, 0], None),
            (&[0, 1, 2, 1], Some(1)),
            (&[5, 5], Some(5)),
            (&[0, 1, 2, 3, 10, 2], Some(2)),
            (&[i64::MAX, i64::MIN, i64::MAX], Some(i64::MAX)),
            (&[], None),
        ] {
            assert_eq!(seen(ids).twice(), expected, "{ids:?}");
        }
        assert_eq!(seen(&[0, 1, 2, 3]).runs.len(), 1);
    }
}
