//! One column of the batches: where its cells come from.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array};
use arrow_schema::{DataType, Field, FieldRef};
use nwb_model::ErrorKind;
use nwb_model::dataset::Dataset;
use nwb_model::dtype::Dtype;
use nwb_model::ext::{Cells as Values, Column};
use nwb_model::tree::Object;
use nwb_model::types::{EnumData, TimeSeries, VectorIndex};
use nwb_model::view::NeurodataType;

use super::kind::{element_type, is_nullable, item, within_axes};
use super::picked::Picked;
use super::{Offsets, array, follow, metadata};
use crate::error::{Error, Result};

/// A column of the batches.
#[derive(Debug)]
pub(super) struct Part {
    field: FieldRef,
    cells: Cells,
    offsets: Offsets,
}

#[derive(Debug)]
enum Cells {
    /// Row numbers, where the file has no ids.
    Counted,
    /// A row of a dataset each.
    Dataset(Dataset),
    Column {
        column: Column,
        /// The index of the rows, if it is ragged.
        index: Option<VectorIndex>,
        elements: Elements,
        lists: Offsets,
    },
    Times(TimeSeries),
}

/// What the elements of a column are in the batches.
#[derive(Debug)]
enum Elements {
    /// What they are in the file.
    Themselves,
    /// The texts that they are the numbers of.
    Terms(ArrayRef),
    /// The cells of a column in the rows, of so many, that they are the numbers of.
    Rows(Box<Part>, u64),
    /// What objects that they refer to have under these names.
    Found(Vec<String>),
}

impl Part {
    /// Row numbers as ids.
    pub(super) fn counted(name: &str) -> Self {
        let field = Arc::new(Field::new(name, DataType::Int64, false));
        Self { field, cells: Cells::Counted, offsets: Offsets::Narrow }
    }

    /// The times of samples, in seconds.
    pub(super) fn times(name: &str, series: &TimeSeries) -> Self {
        let unit = std::collections::HashMap::from([("unit".to_owned(), "seconds".to_owned())]);
        let field = Arc::new(Field::new(name, DataType::Float64, false).with_metadata(unit));
        Self { field, cells: Cells::Times(series.clone()), offsets: Offsets::Narrow }
    }

    /// The rows of a dataset.
    pub(super) fn dataset(name: &str, dataset: Dataset, offsets: Offsets) -> Result<Self> {
        let (dtype, axes) = (dataset.dtype()?, dataset.shape()?.get(1..).unwrap_or_default());
        let nullable = is_nullable(dtype);
        let data_type = within_axes(element_type(dtype, offsets)?, nullable, axes)?;
        let field = Field::new(name, data_type, nullable && axes.is_empty())
            .with_metadata(metadata::of_attributes(dataset.object())?);
        Ok(Self { field: Arc::new(field), cells: Cells::Dataset(dataset), offsets })
    }

    /// A column of a table; `name` is what it is called in the batches.
    pub(super) fn column(name: &str, column: Column, table: &Object, offsets: Offsets) -> Result<Self> {
        let object = column.data().object().clone();
        let dataset = object.dataset()?;
        let dtype = dataset.dtype()?;
        let texts = texts_of(&object)?;
        let (element, elements) = match (texts, dtype) {
            (Some(texts), Dtype::Number(number, _)) => {
                let keys = Box::new(super::kind::number_type(*number));
                (DataType::Dictionary(keys, Box::new(DataType::Utf8)), Elements::Terms(texts))
            }
            _ => (element_type(dtype, offsets)?, Elements::Themselves),
        };
        let metadata = metadata::of_attributes(&object)?;
        let nullable = is_nullable(dtype);
        Self::nested(Field::new(name, element, nullable).with_metadata(metadata), column, elements, table, offsets)
    }

    /// Of a column of row numbers the cells of the other table's column, of which there are so many.
    pub(super) fn joined(
        region: Column,
        target: Self,
        height: u64,
        name: &str,
        table: &Object,
        offsets: Offsets,
    ) -> Result<Self> {
        let field = target.field.as_ref().clone().with_name(name);
        Self::nested(field, region, Elements::Rows(Box::new(target), height), table, offsets)
    }

    /// Of a column of references what the objects have under some names, each within the one before.
    pub(super) fn found(
        references: Column,
        names: Vec<String>,
        name: &str,
        table: &Object,
        offsets: Offsets,
    ) -> Result<Self> {
        Self::nested(Field::new(name, offsets.text(), true), references, Elements::Found(names), table, offsets)
    }

    /// Puts what an element is into the axes and lists of the cells.
    fn nested(field: Field, column: Column, elements: Elements, table: &Object, offsets: Offsets) -> Result<Self> {
        let object = column.data().object();
        let dataset = object.dataset()?;
        let shape = dataset.shape()?;
        let axes = shape.get(1..).unwrap_or_default();
        let mut nullable = field.is_nullable();
        let mut data_type = within_axes(field.data_type().clone(), nullable, axes)?;
        nullable &= axes.is_empty();
        let lists = offsets.enough_for(shape.first().copied().unwrap_or(0));
        for _ in 0..column.depth() {
            data_type = lists.list(item(data_type, nullable));
            nullable = false;
        }
        let mut index = None;
        if column.depth() > 0 {
            let name = format!("{}{}", object.name(), "_index".repeat(column.depth()));
            index = table.child(&name)?.map(|object| object.cast()).transpose()?;
        }
        let field = Arc::new(field.with_data_type(data_type).with_nullable(nullable));
        Ok(Self { field, cells: Cells::Column { column, index, elements, lists }, offsets })
    }

    pub(super) fn field(&self) -> &FieldRef {
        &self.field
    }

    /// How many rows there are, where the cells tell.
    pub(super) fn height(&self) -> Result<Option<u64>> {
        Ok(match &self.cells {
            Cells::Counted | Cells::Times(_) => None,
            Cells::Dataset(dataset) => Some(dataset.shape()?.first().copied().unwrap_or(0)),
            Cells::Column { column, .. } => Some(column.row_count()?),
        })
    }

    /// For each of some rows, how many bytes its cells and those of the rows before it take, as far as can be told without them.
    pub(super) fn bytes_until(&self, rows: &Range<u64>) -> Result<Vec<u64>> {
        let (dataset, index) = match &self.cells {
            Cells::Counted | Cells::Times(_) => return Ok((1..=rows.end - rows.start).map(|row| row * 8).collect()),
            Cells::Dataset(dataset) => (dataset.clone(), None),
            Cells::Column { column, index, .. } => (column.data().object().dataset()?, index.as_ref()),
        };
        let shape = dataset.shape()?;
        let size = dataset.dtype()?.size() as u64;
        let all = shape.iter().fold(size, |bytes, &len| bytes.saturating_mul(len));
        let Some(index) = index else {
            let row = shape.iter().skip(1).fold(size, |bytes, &len| bytes.saturating_mul(len));
            return Ok((1..=rows.end - rows.start).map(|count| row.saturating_mul(count)).collect());
        };
        // The elements of a list of lists are taken to be spread evenly over the inner lists.
        let index = index.object().dataset()?;
        let last = index.shape()?.first().copied().unwrap_or(0).saturating_sub(1);
        let ends = |rows: Range<u64>| {
            let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            index.read::<u64, nwb_model::ndarray::Ix1>(place(rows.start)..place(rows.end))
        };
        let whole = ends(last..last + 1)?.first().copied().unwrap_or(0).max(1);
        let start = match rows.start.checked_sub(1) {
            Some(before) => ends(before..rows.start)?.first().copied().unwrap_or(0),
            None => 0,
        };
        let bytes = |end: &u64| u128::from(end.saturating_sub(start)) * u128::from(all) / u128::from(whole);
        Ok(ends(rows.clone())?.iter().map(|end| u64::try_from(bytes(end)).unwrap_or(u64::MAX)).collect())
    }

    /// The cells of some rows.
    pub(super) fn read(&self, rows: Range<u64>) -> Result<ArrayRef> {
        match &self.cells {
            Cells::Counted => {
                let place = |row: u64| i64::try_from(row).unwrap_or(i64::MAX);
                Ok(Arc::new(Int64Array::from_iter_values(place(rows.start)..place(rows.end))))
            }
            Cells::Times(series) => Ok(Arc::new(Float64Array::from(series.times(rows)?))),
            Cells::Dataset(dataset) => {
                let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
                let value = dataset.read_value(place(rows.start)..place(rows.end))?;
                array::rows(&value, self.offsets, dataset.object()).map_err(|error| error.of(dataset.object()))
            }
            Cells::Column { column, elements, lists, .. } => {
                let object = column.data().object();
                let cells = column.cells(rows.clone())?;
                let nested = || {
                    let mut made = self.elements(elements, &cells, rows.start, object)?;
                    let mut nullable = self.is_item_nullable(cells.ends.len());
                    for ends in cells.ends.iter().rev() {
                        made = array::list(made, ends, nullable, *lists)?;
                        nullable = false;
                    }
                    Ok(made)
                };
                let within = |error: Error| {
                    let rows = format!("in rows {} to {}", rows.start, rows.end.saturating_sub(1));
                    Error::new(error.kind(), format!("the column cannot be given as Arrow {rows}"))
                        .caused_by(error)
                        .of(object)
                };
                nested().map_err(within)
            }
        }
    }

    /// Whether what lies in the innermost lists may be absent.
    fn is_item_nullable(&self, depth: usize) -> bool {
        let mut data_type = self.field.data_type();
        let mut nullable = self.field.is_nullable();
        for _ in 0..depth {
            if let DataType::List(item) | DataType::LargeList(item) = data_type {
                (data_type, nullable) = (item.data_type(), item.is_nullable());
            }
        }
        nullable
    }

    fn elements(&self, elements: &Elements, cells: &Values, first: u64, object: &Object) -> Result<ArrayRef> {
        match elements {
            Elements::Themselves => array::rows(&cells.values, self.offsets, object),
            Elements::Terms(texts) => array::categories(&array::rows(&cells.values, self.offsets, object)?, texts),
            Elements::Rows(target, height) => {
                let numbers = cells.values.to_vec::<i64>()?;
                let rows: Vec<u64> = numbers.iter().map(|row| u64::try_from(*row).unwrap_or(u64::MAX)).collect();
                if let Some(at) = rows.iter().position(|row| row >= height) {
                    let row = first + row_of(at as u64, &cells.ends);
                    let found = numbers.get(at).map_or(String::new(), i64::to_string);
                    return Err(Error::new(
                        ErrorKind::Malformed,
                        format!("row {row} refers to a row that is not there"),
                    )
                    .expected(format!("row numbers below {height}"))
                    .found(found));
                }
                array::in_axes(Picked::of(&rows).read(target)?, target.field.is_nullable(), cells.values.shape())
            }
            Elements::Found(names) => {
                let texts = follow::texts(&cells.values, names, object, self.offsets)?;
                array::in_axes(texts, true, cells.values.shape())
            }
        }
    }
}

/// Which row, from the first that was read, an element is in.
fn row_of(element: u64, ends: &[Vec<u64>]) -> u64 {
    ends.iter().rev().fold(element, |at, ends| ends.partition_point(|end| *end <= at) as u64)
}

/// The texts that the numbers of a column stand for, if it is one of categories.
fn texts_of(column: &Object) -> Result<Option<ArrayRef>> {
    let is_number = column.dataset()?.dtype()?.number().is_some_and(|number| !number.is_float());
    if !is_number || !column.is::<EnumData>()? {
        return Ok(None);
    }
    let elements = column.cast::<EnumData>()?.elements()?;
    let texts = elements.object().dataset()?.read_value(..)?;
    let texts = array::rows(&texts, Offsets::Narrow, column)?;
    match texts.data_type() {
        DataType::Utf8 => Ok(Some(texts)),
        other => Err(Error::new(ErrorKind::Malformed, "the categories are no texts")
            .expected("text")
            .found(other.to_string())
            .of(elements.object())),
    }
}
