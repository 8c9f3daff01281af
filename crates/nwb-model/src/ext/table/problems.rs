//! Everything that is wrong with a table.

use super::column::height;
use super::unequal;
use super::{aligned, enumeration, region};
use crate::dataset::Dataset;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::Column;
use crate::types::{
    AlignedDynamicTable, DynamicTable, DynamicTableRegion, EnumData, MeaningsTable, VectorData, VectorIndex,
};
use crate::view::NeurodataType;

/// How many elements are looked at in one go.
const BLOCK: u64 = 1 << 16;

impl DynamicTable {
    /// All that is wrong with it, each at the object where it is: columns that are not there or differ in length, an index that
    /// falls or does not fit its elements, rows of regions outside of their tables, codes of no term, categories of another length,
    /// meanings of nothing. Indices, regions and codes are read, in parts; other elements are not.
    #[must_use]
    pub fn problems(&self) -> Vec<Error> {
        problems(self)
    }
}

/// See [`DynamicTable::problems`].
pub(crate) fn problems(table: &DynamicTable) -> Vec<Error> {
    let mut found = Vec::new();
    let rows = match own_rows(table) {
        Ok(rows) => rows,
        Err(error) => {
            found.push(error);
            None
        }
    };
    match table.column_names() {
        Err(error) => found.push(error),
        Ok(names) => {
            let mut rows = rows;
            for name in names {
                if let Err(error) = of_column(table, &name, &mut rows, &mut found) {
                    found.push(error);
                }
            }
        }
    }
    if let Ok(aligned) = table.object().cast::<AlignedDynamicTable>() {
        of_categories(&aligned, rows, &mut found);
    }
    match table.meanings_tables().and_then(|tables| Ok(tables.iter()?.collect::<Vec<_>>())) {
        Err(error) => found.push(error),
        Ok(tables) => {
            for described in tables.into_iter().map(|table| table.and_then(|table: MeaningsTable| table.described())) {
                found.extend(described.err());
            }
        }
    }
    found
}

/// As many as ids: what the columns are measured by, where there are ids.
fn own_rows(table: &DynamicTable) -> Result<Option<u64>> {
    match table.object().child("id")? {
        Some(ids) => Ok(Some(height(&ids.dataset()?)?)),
        None => Ok(None),
    }
}

fn of_column(table: &DynamicTable, name: &str, rows: &mut Option<u64>, found: &mut Vec<Error>) -> Result<()> {
    let Some(object) = table.object().child(name)? else {
        found.push(
            table.object().fail(
                Error::new(ErrorKind::Malformed, format!("the table names a column \"{name}\" that it has not"))
                    .expected(format!("a dataset \"{name}\""))
                    .found("nothing of that name")
                    .by_spec("hdmf-common DynamicTable@colnames"),
            ),
        );
        return Ok(());
    };
    object.cast::<VectorData>()?;
    let column = table.column(name)?;
    let length = column.row_count()?;
    match *rows {
        Some(rows) if rows != length => {
            let outer = column.levels().first().map_or(column.data().object(), NeurodataType::object);
            found.push(outer.fail(unequal(name, rows, length)));
        }
        Some(_) => {}
        None => *rows = Some(length),
    }
    of_levels(&column, found)?;
    let object = column.data().object();
    if object.is::<DynamicTableRegion>()? {
        of_region(&object.cast()?, found)?;
    } else if object.is::<EnumData>()? {
        let column: EnumData = object.cast()?;
        let terms = column.elements()?.object().dataset()?;
        let terms = height(&terms)?;
        first_of(&object.dataset()?, |_, code| {
            (code < 0 || code.unsigned_abs() >= terms)
                .then(|| enumeration::no_term(code.unsigned_abs(), terms).by_spec("hdmf-experimental EnumData"))
        })?
        .into_iter()
        .for_each(|error| found.push(object.fail(error)));
    }
    Ok(())
}

fn of_levels(column: &Column, found: &mut Vec<Error>) -> Result<()> {
    for (number, index) in column.levels().iter().enumerate() {
        let target = match column.levels().get(number + 1) {
            Some(next) => next.object(),
            None => column.data().object(),
        };
        of_index(index, height(&target.dataset()?)?, found)?;
        match index.target() {
            Ok(described) if described.object() != target => found.push(
                index.object().fail(
                    Error::new(
                        ErrorKind::Malformed,
                        "the index refers to another column than the one it is named after",
                    )
                    .expected(target.path().to_owned())
                    .found(described.object().path().to_owned())
                    .by_spec("hdmf-common VectorIndex@target"),
                ),
            ),
            Ok(_) => {}
            Err(error) => found.push(error),
        }
    }
    Ok(())
}

fn of_index(index: &VectorIndex, below: u64, found: &mut Vec<Error>) -> Result<()> {
    let object = index.object();
    let misfit = |row: u64, from: u64, found: i64| {
        Error::new(ErrorKind::Malformed, format!("the index does not fit its elements in row {row}"))
            .expected(format!("{from} to {below}"))
            .found(found.to_string())
            .by_spec("hdmf-common VectorIndex")
    };
    let mut before = 0u64;
    let wrong = first_of(&object.dataset()?, |row, end| {
        let from = before;
        match u64::try_from(end) {
            Ok(end) if end >= from && end <= below => {
                before = end;
                None
            }
            _ => Some(misfit(row, from, end)),
        }
    })?;
    match wrong {
        Some(error) => found.push(object.fail(error)),
        None if before != below => found.push(
            object.fail(
                Error::new(ErrorKind::Malformed, "the index does not end where its elements end")
                    .expected(below.to_string())
                    .found(before.to_string())
                    .by_spec("hdmf-common VectorIndex"),
            ),
        ),
        None => {}
    }
    Ok(())
}

/// What is wrong with a region, in a table or in a slot of its own.
pub(crate) fn of_region(region: &DynamicTableRegion, found: &mut Vec<Error>) -> Result<()> {
    let rows = region.table()?.row_count()?;
    let object = region.object();
    let wrong = first_of(&object.dataset()?, |_, row| {
        let is_inside = u64::try_from(row).is_ok_and(|row| row < rows);
        (!is_inside).then(|| region::outside(row, rows).by_spec("hdmf-common DynamicTableRegion"))
    })?;
    found.extend(wrong.map(|error| object.fail(error)));
    Ok(())
}

fn of_categories(table: &AlignedDynamicTable, rows: Option<u64>, found: &mut Vec<Error>) {
    let names = match table.category_names() {
        Ok(names) => names,
        Err(error) => return found.push(error),
    };
    for name in names {
        let category = match table.object().child(&name).and_then(|child| child.map(|c| c.cast()).transpose()) {
            Ok(Some(category)) => category,
            Ok(None) => {
                found.push(
                    table.object().fail(
                        Error::new(
                            ErrorKind::Malformed,
                            format!("the table names a category \"{name}\" that it has not"),
                        )
                        .expected(format!("a table \"{name}\""))
                        .found("nothing of that name")
                        .by_spec("hdmf-common AlignedDynamicTable@categories"),
                    ),
                );
                continue;
            }
            Err(error) => {
                found.push(error);
                continue;
            }
        };
        let category: DynamicTable = category;
        match (category.row_count(), rows) {
            (Ok(length), Some(rows)) if length != rows => found.push(aligned::unequal(&category, rows, length)),
            (Err(error), _) => found.push(error),
            _ => {}
        }
    }
}

/// The first fault among integers, which are read in parts.
fn first_of(dataset: &Dataset, mut fault: impl FnMut(u64, i64) -> Option<Error>) -> Result<Option<Error>> {
    let len = height(dataset)?;
    let mut first = 0;
    while first < len {
        let end = first.saturating_add(BLOCK).min(len);
        let block = dataset.read_value(super::gather::positions(&(first..end)))?;
        let block = block.to_vec::<i64>().map_err(|error| dataset.object().fail(error))?;
        for (row, number) in (first..).zip(block) {
            if let Some(error) = fault(row, number) {
                return Ok(Some(error));
            }
        }
        first = end;
    }
    Ok(None)
}
