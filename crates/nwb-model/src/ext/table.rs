//! Columns of a [`DynamicTable`](crate::types::DynamicTable), and what follows from them when a table is written.

pub(super) mod aligned;
pub(super) mod cells;
pub(super) mod column;
pub(super) mod drafts;
pub(super) mod enumeration;
pub(super) mod events;
pub(crate) mod gather;
pub(super) mod intervals;
pub(super) mod join;
pub(super) mod meanings;
pub(super) mod new_column;
pub(super) mod part;
pub(crate) mod problems;
pub(super) mod region;
pub(super) mod row_bounds;
pub(super) mod row_set;
pub(super) mod rows;
pub(super) mod units;

use nwb_schema::{Catalog, EffectiveType};

use crate::data::Data;
use crate::draft::{AttributeDraft, Child, Draft, DraftNode, Handle, Link};
use crate::error::{Error, ErrorKind, Result};
use crate::ext::{NewColumn, SeriesSpan};
use crate::types::{
    DynamicTable, DynamicTableRegion, ElementIdentifiers, TimeSeriesReferenceVectorData, VectorData, VectorIndex,
};
use crate::value::Value;
use crate::view::{IsA, NeurodataType};

/// The cells of a ragged column: all elements in a row, and where each cell ends.
///
/// Cell `i` is `values[ends[i - 1]..ends[i]]`, the first from 0 on, along the first axis.
#[derive(Clone, Debug)]
pub struct Ragged {
    /// The elements of all cells.
    pub values: Data,
    /// For each row one past its last element; ascending, the last one the number of elements.
    pub ends: Vec<u64>,
}

impl Ragged {
    /// Cells of these lengths.
    pub fn with_lengths(values: impl Into<Data>, lengths: impl IntoIterator<Item = u64>) -> Self {
        let mut end = 0u64;
        let ends = lengths
            .into_iter()
            .map(|length| {
                end = end.saturating_add(length);
                end
            })
            .collect();
        Self { values: values.into(), ends }
    }

    fn check(&self, name: &str) -> Result<()> {
        let elements = self.values.shape().dims().first().copied().unwrap_or(0);
        let mut before = 0;
        for (row, &end) in self.ends.iter().enumerate() {
            if end < before {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("the cells of column \"{name}\" end before they begin in row {row}"),
                )
                .expected(format!("{before} or more"))
                .found(end.to_string()));
            }
            before = end;
        }
        if before == elements {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Invalid, format!("the cells of column \"{name}\" do not end where its elements end"))
            .expected(elements.to_string())
            .found(before.to_string()))
    }
}

/// The elements of a `VectorIndex`: ends of cells in the narrowest unsigned type that holds the last.
#[must_use]
pub fn vector_index(ends: &[u64]) -> Data {
    fn narrow<T: crate::element::Element + TryFrom<u64>>(ends: &[u64]) -> Data {
        ends.iter().map(|&end| T::try_from(end).unwrap_or_default()).collect::<Vec<T>>().into()
    }
    match ends.iter().copied().max().unwrap_or(0) {
        0..=0xFF => narrow::<u8>(ends),
        0x100..=0xFFFF => narrow::<u16>(ends),
        0x1_0000..=0xFFFF_FFFF => narrow::<u32>(ends),
        _ => Data::from(ends),
    }
}

/// Adding columns to a draft of a table: whole columns, all of the same number of rows.
///
/// Their order is the order of the calls. Row ids are 0, 1, 2 ... unless they are given.
///
/// ```
/// use nwb_model::ext::{Columns, Ragged};
/// use nwb_model::types::{DynamicTable, DynamicTableInit};
///
/// let table = DynamicTable::new(DynamicTableInit { name: "cells".into(), description: "cells seen".into() })
///     .column("area", "area in square micrometers", vec![81.5, 70.25])
///     .ragged_column("visits", "frames in which it was looked at", Ragged::with_lengths(vec![3u32, 4, 9], [1, 2]));
/// ```
pub trait Columns: Sized {
    /// Adds a column with one cell a row: `[row]`, `[row, ...]`.
    fn column(self, name: impl Into<String>, description: impl Into<String>, cells: impl Into<Data>) -> Self;

    /// Adds a column whose cells differ in length.
    fn ragged_column(self, name: impl Into<String>, description: impl Into<String>, cells: Ragged) -> Self;

    /// Adds a column of row numbers, from 0, of another table.
    fn region_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        rows: Vec<i64>,
        table: impl Into<Link<DynamicTable>>,
    ) -> Self;

    /// Gives the rows their ids.
    fn ids(self, ids: Vec<i64>) -> Self;

    /// Adds a column of lists of lists: for each row where its lists end, counted in lists; for each list where it ends, counted in
    /// elements.
    fn nested_ragged_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        elements: impl Into<Data>,
        list_ends: Vec<u64>,
        row_ends: Vec<u64>,
    ) -> Self;

    /// Adds a column of lists of row numbers, from 0, of another table.
    fn ragged_region_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        rows: Ragged,
        table: impl Into<Link<DynamicTable>>,
    ) -> Self;

    /// Adds a column of terms, stored as their numbers in a list of all that there are: an [`EnumData`](crate::types::EnumData).
    fn enum_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        terms: impl IntoIterator<Item = impl Into<String>>,
        cells: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self;

    /// Adds a column of references to objects.
    fn reference_column<U: NeurodataType>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        targets: impl IntoIterator<Item = Handle<U>>,
    ) -> Self;

    /// Adds a column of samples of time series.
    fn time_series_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        spans: Vec<SeriesSpan>,
    ) -> Self;
}

impl<T: IsA<DynamicTable>> Columns for Draft<T> {
    fn column(mut self, name: impl Into<String>, description: impl Into<String>, cells: impl Into<Data>) -> Self {
        self.node.put_column(column(name.into(), description.into(), cells.into()));
        self
    }

    fn ragged_column(mut self, name: impl Into<String>, description: impl Into<String>, cells: Ragged) -> Self {
        let name = name.into();
        if let Err(error) = cells.check(&name) {
            self.node.faults.push(error);
        }
        self.node.put_column(index(&name, &cells.ends));
        self.node.put_column(column(name, description.into(), cells.values));
        self
    }

    fn region_column(
        mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        rows: Vec<i64>,
        table: impl Into<Link<DynamicTable>>,
    ) -> Self {
        self.node.put_column(region(name.into(), description.into(), rows, table.into()).into());
        self
    }

    fn ids(mut self, ids: Vec<i64>) -> Self {
        self.node.child("id", ids_of(ids));
        self
    }

    fn nested_ragged_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        elements: impl Into<Data>,
        list_ends: Vec<u64>,
        row_ends: Vec<u64>,
    ) -> Self {
        self.with_column(NewColumn::new(name, description, elements).ragged([row_ends, list_ends]))
    }

    fn ragged_region_column(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        rows: Ragged,
        table: impl Into<Link<DynamicTable>>,
    ) -> Self {
        self.with_column(NewColumn::new(name, description, rows.values).ragged([rows.ends]).rows_of(table))
    }

    fn enum_column(
        mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        terms: impl IntoIterator<Item = impl Into<String>>,
        cells: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        let name = name.into();
        let terms: Vec<String> = terms.into_iter().map(Into::into).collect();
        let places: std::collections::HashMap<&str, u64> = terms.iter().map(String::as_str).zip(0..).collect();
        let mut codes: Vec<u64> = Vec::new();
        for (row, cell) in cells.into_iter().enumerate() {
            match places.get(cell.as_ref()) {
                Some(code) => codes.push(*code),
                None => {
                    let fault =
                        Error::new(ErrorKind::Invalid, format!("row {row} of column \"{name}\" is none of its terms"))
                            .expected(terms.join(", "))
                            .found(format!("\"{}\"", cell.as_ref()));
                    self.node.faults.push(fault);
                    return self;
                }
            }
        }
        self.with_column(NewColumn::new(name, description, codes).terms(terms))
    }

    fn reference_column<U: NeurodataType>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        targets: impl IntoIterator<Item = Handle<U>>,
    ) -> Self {
        self.with_column(NewColumn::new(name, description, Data::references(targets)))
    }

    fn time_series_column(
        mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        spans: Vec<SeriesSpan>,
    ) -> Self {
        let mut draft = Draft::<TimeSeriesReferenceVectorData>::begin(Some(name.into()));
        draft.node.contents(spans);
        draft.node.attribute("", "description", description.into());
        self.node.put_column(draft.into());
        self
    }
}

/// A region: row numbers, from 0, of a table.
impl DynamicTableRegion {
    /// A region of a table, for a slot such as `rois` of a `RoiResponseSeries`, whose name it takes: rows are counted from 0.
    #[must_use]
    pub fn of(table: impl Into<Link<DynamicTable>>, description: impl Into<String>, rows: Vec<i64>) -> Draft<Self> {
        region("region".into(), description.into(), rows, table.into())
    }
}

fn region(name: String, description: String, rows: Vec<i64>, table: Link<DynamicTable>) -> Draft<DynamicTableRegion> {
    let mut draft = Draft::<DynamicTableRegion>::begin(Some(name));
    draft.node.contents(rows);
    draft.node.attribute("", "description", description);
    draft.node.reference("", "table", table);
    draft
}

pub(super) fn column(name: String, description: String, cells: Data) -> Child<VectorData> {
    let mut draft = Draft::<VectorData>::begin(Some(name));
    draft.node.contents(cells);
    draft.node.attribute("", "description", description);
    draft.into()
}

pub(super) fn index(name: &str, ends: &[u64]) -> Child<VectorData> {
    let mut draft = Draft::<VectorIndex>::begin(Some(format!("{name}_index")));
    draft.node.contents(vector_index(ends));
    draft.node.attribute("", "description", format!("Index for VectorData '{name}'"));
    draft.node.reference("", "target", Link::<VectorData>::sibling(name));
    draft.into()
}

pub(super) fn ids_of(ids: Vec<i64>) -> Child<ElementIdentifiers> {
    let mut draft = Draft::<ElementIdentifiers>::begin(Some("id".into()));
    draft.node.contents(ids);
    draft.into()
}

impl DraftNode {
    /// Columns are found by their own name, whether the schema has a slot for them or not.
    pub(super) fn put_column(&mut self, column: Child<VectorData>) {
        let name = column.node.name.clone().unwrap_or_default();
        self.added.retain(|other| other.name.as_deref() != Some(&name));
        self.child(&name, column);
    }
}

/// The columns among the members of a draft, in the order in which they were set, and their numbers of rows where these are told.
struct Found<'d> {
    columns: Vec<(&'d str, Option<u64>)>,
    categories: Vec<(&'d str, Option<u64>)>,
}

impl<'d> Found<'d> {
    fn of(draft: &'d DraftNode, catalog: &Catalog) -> Self {
        let is_a = |node: &DraftNode, name: &str| {
            node.type_name
                .as_ref()
                .and_then(|(ns, ty)| catalog.resolve_type(ns, ty))
                .is_some_and(|found| found.is_a_named(name))
        };
        let mut ordered: Vec<(&str, &DraftNode)> =
            draft.members.iter().map(|(name, node)| (name.as_str(), node)).collect();
        ordered.extend(draft.added.iter().map(|node| (node.name.as_deref().unwrap_or_default(), node)));
        ordered.sort_by_key(|(_, node)| node.order);
        let height = |name: &str, column: &DraftNode| {
            let mut outer = column;
            let mut index = format!("{name}_index");
            while let Some((_, node)) = ordered.iter().find(|(other, _)| *other == index) {
                outer = node;
                index.push_str("_index");
            }
            outer.data.as_ref().and_then(|data| data.shape().dims().first().copied())
        };
        // The values of a categorical column are no column themselves.
        let is_elements = |name: &str| {
            name.strip_suffix("_elements")
                .is_some_and(|owner| ordered.iter().any(|(other, node)| *other == owner && is_a(node, "EnumData")))
        };
        let columns = ordered
            .iter()
            .filter(|(name, node)| is_a(node, "VectorData") && !is_a(node, "VectorIndex") && !is_elements(name))
            .map(|(name, column)| (*name, height(name, column)))
            .collect();
        let categories = ordered
            .iter()
            .filter(|(_, node)| is_a(node, "DynamicTable"))
            .map(|(name, table)| (*name, rows_of(table, catalog)))
            .collect();
        Self { columns, categories }
    }
}

/// How many rows a drafted table has, if it tells.
fn rows_of(table: &DraftNode, catalog: &Catalog) -> Option<u64> {
    let ids = table.members.get("id").and_then(|id| id.data.as_ref());
    match ids.and_then(|ids| ids.shape().dims().first().copied()) {
        Some(rows) => Some(rows),
        None => Found::of(table, catalog).columns.iter().find_map(|(_, rows)| *rows),
    }
}

/// Refuses columns of unequal length; `rows` is what is known before, and where from.
fn common_rows<'d>(
    mut rows: Option<(u64, &'d str)>,
    columns: impl IntoIterator<Item = (&'d str, Option<u64>)>,
) -> Result<Option<u64>> {
    for (name, height) in columns {
        match (height, rows) {
            (Some(n), None) => rows = Some((n, name)),
            (Some(n), Some((expected, first))) if n != expected => {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("column \"{name}\" has another number of rows than \"{first}\""),
                )
                .expected(expected.to_string())
                .found(n.to_string())
                .by_spec("hdmf-common DynamicTable"));
            }
            _ => {}
        }
    }
    Ok(rows.map(|(rows, _)| rows))
}

/// A column of a file that has another number of rows than its table.
pub(crate) fn unequal(name: &str, expected: u64, found: u64) -> Error {
    Error::new(ErrorKind::Malformed, format!("column \"{name}\" has another number of rows than its table"))
        .expected(expected.to_string())
        .found(found.to_string())
        .by_spec("hdmf-common DynamicTable")
}

/// A plain column in a slot for a special kind of column is of that kind.
fn take_types(draft: &mut DraftNode, own: &EffectiveType, catalog: &Catalog) {
    for spec in &own.members().datasets {
        let (Some(name), Some(wanted)) = (&spec.name, &spec.type_name) else { continue };
        let Some(node) = draft.members.get_mut(name) else { continue };
        let is_plain = node.type_name.as_ref().is_some_and(|(_, name)| name == "VectorData");
        if is_plain && catalog.by_name(wanted).is_some_and(|wanted| wanted.is_a_named("VectorData")) {
            node.type_name = Some((wanted.namespace().into(), wanted.name().into()));
        }
    }
}

/// Fills in what follows from the columns of a table: `colnames`, `id`, `categories`.
pub(crate) fn complete(draft: &mut DraftNode, own: &EffectiveType, catalog: &Catalog) -> Result<()> {
    if !own.is_a_named("DynamicTable") {
        return Ok(());
    }
    take_types(draft, own, catalog);
    let is_aligned = own.attribute("categories").is_some();
    let found = Found::of(draft, catalog);
    let ids = draft.members.get("id").and_then(|id| id.data.as_ref());
    let rows = ids.and_then(|ids| ids.shape().dims().first().copied()).map(|rows| (rows, "id"));
    let categories = found.categories.iter().copied().filter(|_| is_aligned);
    let count = common_rows(rows, found.columns.iter().copied().chain(categories))?.unwrap_or(0);
    let names = |of: &[(&str, Option<u64>)]| AttributeDraft::Value(Value::texts(of.iter().map(|(name, _)| name)));
    let (columns, categories) = (names(&found.columns), names(&found.categories));
    draft.attributes.entry("colnames".into()).or_insert(columns);
    if is_aligned {
        draft.attributes.entry("categories".into()).or_insert(categories);
    }
    if !draft.members.contains_key("id") {
        let ids = match i64::try_from(count) {
            Ok(count) => (0..count).collect(),
            Err(_) => Vec::new(),
        };
        draft.child("id", ids_of(ids));
    }
    Ok(())
}

/// Fills in what follows when columns are added to a table that is there: their names, behind those that it has.
pub(crate) fn complete_update(
    draft: &mut DraftNode,
    own: &EffectiveType,
    stored: &DynamicTable,
    catalog: &Catalog,
) -> Result<()> {
    take_types(draft, own, catalog);
    let found = Found::of(draft, catalog);
    if found.columns.is_empty() {
        return Ok(());
    }
    let mut names = stored.column_names()?;
    let replaced = |name: &String| found.columns.iter().any(|(other, _)| other == name);
    let ids = draft.members.get("id").and_then(|id| id.data.as_ref());
    let rows = match ids.and_then(|ids| ids.shape().dims().first().copied()) {
        Some(rows) => Some((rows, "id")),
        // A table whose columns are all replaced, or that has none, takes their length.
        None if stored.object().child("id")?.is_some() || !names.iter().all(replaced) => {
            Some((stored.row_count()?, "id"))
        }
        None => None,
    };
    common_rows(rows, found.columns.iter().copied())?;
    let added: Vec<String> =
        found.columns.iter().map(|(name, _)| (*name).to_owned()).filter(|name| !names.contains(name)).collect();
    if !added.is_empty() {
        names.extend(added);
        draft.attributes.entry("colnames".into()).or_insert_with(|| AttributeDraft::Value(Value::texts(names)));
    }
    Ok(())
}
