//! Which columns the batches have.

use nwb_model::ErrorKind;
use nwb_model::dtype::Dtype;
use nwb_model::tree::Object;
use nwb_model::types::{AlignedDynamicTable, DynamicTable, DynamicTableRegion, TimeSeries};
use nwb_model::view::NeurodataType;

use super::Offsets;
use super::part::Part;
use crate::error::{Error, Result};

/// The name of the column of ids.
const ID: &str = "id";

/// The columns of a table, and how many rows it has.
pub(super) fn of_table(
    table: &DynamicTable,
    names: Option<&[String]>,
    more: &[String],
    offsets: Offsets,
) -> Result<(Vec<Part>, u64)> {
    let categories = categories(table)?;
    let mut parts = Vec::new();
    match names {
        Some(names) => {
            for name in names {
                parts.push(by_name(table, &categories, name, name, offsets)?);
            }
        }
        None => {
            all_of(table, "", offsets, &mut parts)?;
            for (name, category) in &categories {
                all_of(category, &format!("{name}."), offsets, &mut parts)?;
            }
        }
    }
    for name in more {
        parts.push(by_name(table, &categories, name, name, offsets)?);
    }
    let height = table.row_count()?;
    for part in &parts {
        same_height(part, height, table.object())?;
    }
    Ok((parts, height))
}

/// The times and the samples of a series, and how many there are.
pub(super) fn of_series(
    series: &TimeSeries,
    names: Option<&[String]>,
    more: &[String],
    offsets: Offsets,
) -> Result<(Vec<Part>, u64)> {
    let mut parts = Vec::new();
    let default = ["time".to_owned(), "data".to_owned()];
    // Frames in external files are not in the dataset, which is there and empty.
    let is_elsewhere = series.object().child("external_file")?.is_some();
    let default = default.get(..if is_elsewhere { 1 } else { 2 }).unwrap_or_default();
    for name in names.unwrap_or(default).iter().chain(more) {
        parts.push(match name.as_str() {
            "time" => Part::times("time", series),
            "data" => Part::dataset("data", series.data()?, offsets)?,
            other => {
                return Err(Error::new(ErrorKind::NotFound, format!("a time series has no column \"{other}\""))
                    .expected("time or data")
                    .of(series.object()));
            }
        });
    }
    let height = series.sample_count()?;
    for part in &parts {
        same_height(part, height, series.object())?;
    }
    Ok((parts, height))
}

fn categories(table: &DynamicTable) -> Result<Vec<(String, DynamicTable)>> {
    if !table.object().is::<AlignedDynamicTable>()? {
        return Ok(Vec::new());
    }
    let aligned: AlignedDynamicTable = table.object().cast()?;
    let mut found = Vec::new();
    for name in aligned.categories()? {
        found.push((name.to_owned(), table.object().get(name)?.cast()?));
    }
    Ok(found)
}

fn all_of(table: &DynamicTable, prefix: &str, offsets: Offsets, parts: &mut Vec<Part>) -> Result<()> {
    parts.push(ids(table, &format!("{prefix}{ID}"), offsets)?);
    for name in table.column_names()? {
        parts.push(column(table, &name, &format!("{prefix}{name}"), offsets)?);
    }
    Ok(())
}

/// A column by its name; behind a dot what it leads to: of a category its columns, of a region the columns of the other table,
/// of references what the objects have.
fn by_name(
    table: &DynamicTable,
    categories: &[(String, DynamicTable)],
    name: &str,
    asked: &str,
    offsets: Offsets,
) -> Result<Part> {
    if name == ID {
        return ids(table, asked, offsets);
    }
    // A name may have a dot of its own.
    if table.object().child(name)?.is_some() {
        return column(table, name, asked, offsets);
    }
    for (at, _) in name.match_indices('.') {
        let (own, rest) = (name.get(..at).unwrap_or_default(), name.get(at + 1..).unwrap_or_default());
        if let Some((_, category)) = categories.iter().find(|(category, _)| category == own) {
            return by_name(category, &[], rest, asked, offsets);
        }
        let Some(object) = table.object().child(own)? else { continue };
        let column = table.column(own)?;
        if object.is::<DynamicTableRegion>()? {
            let target = object.cast::<DynamicTableRegion>()?.table()?;
            let inner = by_name(&target, &self::categories(&target)?, rest, rest, offsets)?;
            let height = target.row_count()?;
            same_height(&inner, height, target.object())?;
            return Part::joined(column, inner, height, asked, table.object(), offsets);
        }
        if *object.dataset()?.dtype()? == Dtype::Reference {
            let names = rest.split('.').map(str::to_owned).collect();
            return Part::found(column, names, asked, table.object(), offsets);
        }
    }
    column(table, name, asked, offsets)
}

fn ids(table: &DynamicTable, name: &str, offsets: Offsets) -> Result<Part> {
    match table.object().child(ID)? {
        Some(ids) => Part::dataset(name, ids.dataset()?, offsets),
        None => Ok(Part::counted(name)),
    }
}

fn column(table: &DynamicTable, own: &str, name: &str, offsets: Offsets) -> Result<Part> {
    Part::column(name, table.column(own)?, table.object(), offsets)
}

/// Columns of unequal length have no rows.
fn same_height(part: &Part, height: u64, table: &Object) -> Result<()> {
    match part.height()? {
        Some(found) if found != height => {
            let name = part.field().name();
            Err(Error::new(ErrorKind::Malformed, format!("column \"{name}\" has another length than the others"))
                .expected(height.to_string())
                .found(found.to_string())
                .remedy("leave the column out")
                .of(table))
        }
        _ => Ok(()),
    }
}
