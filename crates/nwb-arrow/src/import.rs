//! Record batches as columns of a table.

mod pool;
mod text;

use arrow_array::{Array, RecordBatchReader};
use arrow_schema::{DataType, Field};
use nwb_model::ErrorKind;
use nwb_model::draft::{Draft, Link};
use nwb_model::ext::{Columns, NewColumn};
use nwb_model::types::DynamicTable;
use nwb_model::view::IsA;
use pool::{Place, Pool};

use crate::error::{Error, Result};

/// What becomes of a value that is absent: tables in NWB files have a value in each cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// It is an error that says column and row.
    #[default]
    Refuse,
    /// A float becomes not-a-number, a text and a list become empty. Where there is no such value (integers, true and false,
    /// categories, records) it is an error still.
    Blank,
}

/// What becomes of texts that are given as numbers of a dictionary. A column that was an `EnumData` becomes one again in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dictionaries {
    /// Each cell has its text.
    #[default]
    Texts,
    /// An `EnumData` with the texts of the dictionary as its elements.
    Terms,
}

/// How record batches become columns of a table.
///
/// | in a batch | in the table |
/// | --- | --- |
/// | integers, floats, `Boolean` | the same |
/// | `Utf8`, `LargeUtf8`, `Utf8View` | text |
/// | `Date32`, `Date64`, `Timestamp` | text by ISO 8601: `2024-03-05`, `2024-03-05T09:41:07.5`, with the offset where there is a zone |
/// | `List`, `LargeList` | a ragged column; lists of lists one that is ragged twice, and so on |
/// | `FixedSizeList` | a cell of one more axis |
/// | `Struct` of plain members | a record |
/// | `Dictionary` | see [`Dictionaries`] |
/// | a column `id` of integers | the ids |
///
/// All else is refused, with the name of the column. The description of each column is what [`describe`](Self::describe) says, or
/// else the metadata `description` of its field, or else what the schema says of it; a column of which nothing is said is refused
/// when the table is inserted. Paths of objects are texts here: references are made by handles, not by names.
///
/// ```
/// use std::sync::Arc;
/// use nwb_arrow::arrow_array::{Float64Array, RecordBatch, RecordBatchIterator, StringArray};
/// use nwb_arrow::Import;
/// use nwb_model::types::{DynamicTable, DynamicTableInit};
///
/// let batch = RecordBatch::try_from_iter([
///     ("area", Arc::new(Float64Array::from(vec![81.5, 70.25])) as _),
///     ("kind", Arc::new(StringArray::from(vec!["pyramidal", "interneuron"])) as _),
/// ])?;
/// let schema = batch.schema();
/// let columns = Import::new()
///     .describe("area", "area in square micrometers")
///     .describe("kind", "what a person took it for")
///     .read(RecordBatchIterator::new([Ok(batch)], schema))?;
/// let table = columns.add_to(DynamicTable::new(DynamicTableInit { name: "cells".into(), description: "cells seen".into() }));
/// # Ok::<(), nwb_arrow::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Import {
    descriptions: Vec<(String, String)>,
    regions: Vec<(String, Link<DynamicTable>)>,
    columns: Option<Vec<String>>,
    category: Option<String>,
    nulls: Nulls,
    dictionaries: Dictionaries,
}

/// Columns that were read from batches, on their way into a table.
#[derive(Clone, Debug)]
pub struct Imported {
    ids: Option<Vec<i64>>,
    columns: Vec<NewColumn>,
}

impl Imported {
    /// Adds the columns to a table, new or one that is being [changed](nwb_model::edit::Edit::update), and gives its rows the ids, if
    /// there are any.
    #[must_use]
    pub fn add_to<T: IsA<DynamicTable>>(self, table: Draft<T>) -> Draft<T> {
        let table = match self.ids {
            Some(ids) => table.ids(ids),
            None => table,
        };
        self.columns.into_iter().fold(table, Draft::with_column)
    }
}

impl Import {
    /// All columns, nothing absent, dictionaries as texts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what a column is.
    #[must_use]
    pub fn describe(mut self, column: impl Into<String>, description: impl Into<String>) -> Self {
        self.descriptions.push((column.into(), description.into()));
        self
    }

    /// Says that the numbers of a column are rows, from 0, of a table. A column that was such a region needs it: which table it
    /// was is only known by its path.
    #[must_use]
    pub fn region(mut self, column: impl Into<String>, table: impl Into<Link<DynamicTable>>) -> Self {
        self.regions.push((column.into(), table.into()));
        self
    }

    /// Only these columns, in this order.
    #[must_use]
    pub fn columns<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Only the columns `category.column` of this category, by what stands behind the dot: for a table of an
    /// `AlignedDynamicTable`. Names in [`columns`](Self::columns), [`describe`](Self::describe) and [`region`](Self::region) are
    /// those behind the dot too.
    #[must_use]
    pub fn category(mut self, name: impl Into<String>) -> Self {
        self.category = Some(name.into());
        self
    }

    /// What becomes of absent values.
    #[must_use]
    pub fn nulls(mut self, nulls: Nulls) -> Self {
        self.nulls = nulls;
        self
    }

    /// What becomes of dictionaries of texts.
    #[must_use]
    pub fn dictionaries(mut self, dictionaries: Dictionaries) -> Self {
        self.dictionaries = dictionaries;
        self
    }

    /// Reads all batches. In memory are the columns and one batch.
    ///
    /// # Errors
    /// When a batch cannot be read, a column is of a type that no column of a table has, has an absent value, or is not there.
    pub fn read(self, batches: impl RecordBatchReader) -> Result<Imported> {
        let schema = batches.schema();
        let mut pools = Vec::new();
        for (at, name) in self.picked(schema.fields())? {
            let field = schema.fields().get(at).ok_or_else(|| missing(&name))?;
            pools.push((at, Pool::of(field.data_type(), self.keeps_terms(field), &name)?, name));
        }
        let mut first = 0;
        for batch in batches {
            let batch = batch?;
            for (at, pool, name) in &mut pools {
                let array = batch.columns().get(*at).ok_or_else(|| missing(name))?;
                pool.push(array, self.nulls, &Place { column: name, row_of: &|row| first + row as u64 })?;
            }
            first += batch.num_rows() as u64;
        }
        let mut imported = Imported { ids: None, columns: Vec::new() };
        for (at, pool, name) in pools {
            let field = schema.fields().get(at).ok_or_else(|| missing(&name))?;
            if name == "id" {
                imported.ids = Some(ids(pool)?);
            } else {
                imported.columns.push(self.finish(pool, field, name)?);
            }
        }
        Ok(imported)
    }

    /// One column from an array: what the column is called, and what the array is, is said by the field.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn column(&self, field: &Field, array: &dyn Array) -> Result<NewColumn> {
        let name = field.name();
        let mut pool = Pool::of(array.data_type(), self.keeps_terms(field), name)?;
        pool.push(array, self.nulls, &Place { column: name, row_of: &|row| row as u64 })?;
        self.finish(pool, field, name.clone())
    }

    /// The columns that are wanted: their places in the batches, and their names in the table.
    fn picked(&self, fields: &arrow_schema::Fields) -> Result<Vec<(usize, String)>> {
        let own_name = |name: &str| match &self.category {
            Some(category) => name.strip_prefix(category.as_str())?.strip_prefix('.').map(str::to_owned),
            None => Some(name.to_owned()),
        };
        let named = || fields.iter().enumerate().filter_map(|(at, field)| Some((at, own_name(field.name())?)));
        let picked = match &self.columns {
            None => named().collect(),
            Some(wanted) => wanted
                .iter()
                .map(|wanted| named().find(|(_, name)| name == wanted).ok_or_else(|| missing(wanted)))
                .collect::<Result<Vec<_>>>()?,
        };
        let mut seen = std::collections::HashSet::new();
        match picked.iter().find(|(_, name)| !seen.insert(name.as_str())) {
            Some((_, twice)) => {
                Err(Error::new(ErrorKind::Invalid, format!("the batches have two columns \"{twice}\"")))
            }
            None => Ok(picked),
        }
    }

    fn keeps_terms(&self, field: &Field) -> bool {
        self.dictionaries == Dictionaries::Terms || of_type(field, "EnumData")
    }

    fn finish(&self, pool: Pool, field: &Field, name: String) -> Result<NewColumn> {
        let said = self.descriptions.iter().rev().find(|(column, _)| *column == name).map(|(_, said)| said);
        let description = said.or_else(|| field.metadata().get("description")).cloned();
        let region = self.regions.iter().rev().find(|(column, _)| *column == name).map(|(_, table)| table.clone());
        if region.is_none() && of_type(field, "DynamicTableRegion") {
            let table = field.metadata().get("table").map_or("a table that is not told", String::as_str);
            return Err(Error::new(ErrorKind::Invalid, format!("column \"{name}\" has row numbers of another table"))
                .found(table)
                .remedy("say with `region` of which table they are in the new file"));
        }
        let parts = pool.finish()?;
        let column = match description {
            Some(description) => NewColumn::new(name, description, parts.elements),
            None => NewColumn::known(name, parts.elements),
        };
        let mut column = column.ragged(parts.ends);
        if let Some(terms) = parts.terms {
            column = column.terms(terms);
        }
        Ok(match region {
            Some(table) => column.rows_of(table),
            None => column,
        })
    }
}

fn of_type(field: &Field, name: &str) -> bool {
    field.metadata().get("neurodata_type").is_some_and(|found| found == name)
}

fn missing(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("the batches have no column \"{name}\""))
}

fn ids(pool: Pool) -> Result<Vec<i64>> {
    let parts = pool.finish()?;
    let is_plain = parts.ends.is_empty() && parts.elements.shape().dims().len() == 1;
    match parts.elements.to_vec::<i64>() {
        Ok(ids) if is_plain => Ok(ids),
        _ => Err(Error::new(ErrorKind::WrongType, "the column \"id\" has no row ids")
            .expected("one integer a row")
            .found(parts.elements.dtype().to_string())
            .remedy("give it another name, or leave it out")),
    }
}

/// A type that no column of a table has.
fn unfit(column: &str, data_type: &DataType, remedy: &str) -> Error {
    Error::new(ErrorKind::Unsupported, format!("column \"{column}\" is of a type that no column of a table has"))
        .found(data_type.to_string())
        .remedy(remedy)
}
