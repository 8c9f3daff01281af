//! Columns of a [`DynamicTable`](crate::types::DynamicTable), and what follows from them when a table is written.

use nwb_schema::{Catalog, EffectiveType};

use crate::data::Data;
use crate::draft::{AttributeDraft, Child, Draft, DraftNode, Link};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{DynamicTable, DynamicTableRegion, ElementIdentifiers, VectorData, VectorIndex};
use crate::value::Value;
use crate::view::IsA;

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

fn column(name: String, description: String, cells: Data) -> Child<VectorData> {
    let mut draft = Draft::<VectorData>::begin(Some(name));
    draft.node.contents(cells);
    draft.node.attribute("", "description", description);
    draft.into()
}

fn index(name: &str, ends: &[u64]) -> Child<VectorData> {
    let mut draft = Draft::<VectorIndex>::begin(Some(format!("{name}_index")));
    draft.node.contents(vector_index(ends));
    draft.node.attribute("", "description", format!("Index for VectorData '{name}'"));
    draft.node.reference("", "target", Link::<VectorData>::sibling(name));
    draft.into()
}

fn ids_of(ids: Vec<i64>) -> Child<ElementIdentifiers> {
    let mut draft = Draft::<ElementIdentifiers>::begin(Some("id".into()));
    draft.node.contents(ids);
    draft.into()
}

impl DraftNode {
    /// Columns are found by their own name, whether the schema has a slot for them or not.
    fn put_column(&mut self, column: Child<VectorData>) {
        let name = column.node.name.clone().unwrap_or_default();
        self.added.retain(|other| other.name.as_deref() != Some(&name));
        self.child(&name, column);
    }
}

/// Fills in what follows from the columns of a table: `colnames`, `id`, `categories`.
pub(crate) fn complete(draft: &mut DraftNode, own: &EffectiveType, catalog: &Catalog) -> Result<()> {
    if !own.is_a_named("DynamicTable") {
        return Ok(());
    }
    let is_a = |node: &DraftNode, name: &str| {
        node.type_name
            .as_ref()
            .and_then(|(ns, ty)| catalog.resolve_type(ns, ty))
            .is_some_and(|found| found.is_a_named(name))
    };
    let mut ordered: Vec<(&str, &DraftNode)> = draft.members.iter().map(|(name, node)| (name.as_str(), node)).collect();
    ordered.extend(draft.added.iter().map(|node| (node.name.as_deref().unwrap_or_default(), node)));
    ordered.sort_by_key(|(_, node)| node.order);
    let columns: Vec<(&str, &DraftNode)> =
        ordered.iter().copied().filter(|(_, node)| is_a(node, "VectorData") && !is_a(node, "VectorIndex")).collect();
    let height = |name: &str, column: &DraftNode| {
        let mut outer = column;
        let mut index = format!("{name}_index");
        while let Some((_, node)) = ordered.iter().find(|(other, _)| *other == index) {
            outer = node;
            index.push_str("_index");
        }
        outer.data.as_ref().and_then(|data| data.shape().dims().first().copied())
    };
    let mut rows: Option<(u64, &str)> = match draft.members.get("id").and_then(|id| id.data.as_ref()) {
        Some(ids) => ids.shape().dims().first().map(|&n| (n, "id")),
        None => None,
    };
    for (name, column) in &columns {
        match (height(name, column), rows) {
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
    let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let categories: Vec<String> =
        ordered.iter().filter(|(_, node)| is_a(node, "DynamicTable")).map(|(name, _)| (*name).to_owned()).collect();
    let (count, has_id) = (rows.map_or(0, |(n, _)| n), draft.members.contains_key("id"));
    let value = |names: Vec<String>| AttributeDraft::Value(Value::texts(names));
    draft.attributes.entry("colnames".into()).or_insert_with(|| value(names));
    if own.attribute("categories").is_some() {
        draft.attributes.entry("categories".into()).or_insert_with(|| value(categories));
    }
    if !has_id {
        let ids = match i64::try_from(count) {
            Ok(count) => (0..count).collect(),
            Err(_) => Vec::new(),
        };
        draft.child("id", ids_of(ids));
    }
    Ok(())
}
