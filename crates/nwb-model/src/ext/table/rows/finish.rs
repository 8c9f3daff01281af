//! From rows to the columns of a new table.

use super::buffer::Buffer;
use super::cell::Plain;
use super::column::{Column, Usage};
use super::kind::Wanted;
use super::{Core, RowBuilder, invalid};
use crate::convert;
use crate::data::Data;
use crate::draft::{AttributeDraft, Child, Draft, DraftNode};
use crate::dtype::{Dtype, Number};
use crate::error::Result;
use crate::ext::table::{ids_of, index};
use crate::types::{DynamicTable, VectorData};
use crate::view::IsA;

impl<T: IsA<DynamicTable>> RowBuilder<Draft<T>> {
    /// The table with all its columns, to be inserted.
    ///
    /// # Errors
    /// When nothing tells what a column without cells would hold.
    pub fn finish(self) -> Result<Draft<T>> {
        let Self { mut target, core } = self;
        target.node = core.into_draft()?;
        Ok(target)
    }
}

impl Core {
    fn into_draft(mut self) -> Result<DraftNode> {
        let mut tables: Vec<Option<DraftNode>> = Vec::new();
        let is_empty = self.rows == 0;
        for table in &mut self.tables {
            tables.push(Some(std::mem::take(&mut table.node)));
        }
        let mut is_used = vec![false; tables.len()];
        for column in in_order(self.columns, &self.order) {
            let table = column.table;
            if column.usage != Usage::Every && !(is_empty && column.is_required) {
                continue;
            }
            if let Some(used) = is_used.get_mut(table) {
                *used = true;
            }
            if let Some(Some(node)) = tables.get_mut(table) {
                column.put_into(node)?;
            }
        }
        let mut tables = tables.into_iter();
        let mut main = tables.next().flatten().unwrap_or_default();
        for ((table, category), is_used) in self.tables.iter().skip(1).zip(tables).zip(is_used.into_iter().skip(1)) {
            let Some(mut node) = category else { continue };
            if !is_used && !table.is_required {
                continue;
            }
            node.child("id", ids_of((0..i64::try_from(self.rows).unwrap_or(0)).collect()));
            main.child(&table.category, Child::<DynamicTable>::of_node(node));
        }
        main.child("id", ids_of(self.ids));
        Ok(main)
    }
}

/// As the first row has them; without rows, as they were declared.
pub(super) fn in_order(columns: Vec<Column>, order: &[usize]) -> Vec<Column> {
    let mut columns: Vec<Option<Column>> = columns.into_iter().map(Some).collect();
    let first: Vec<Column> = order.iter().filter_map(|&index| columns.get_mut(index)?.take()).collect();
    first.into_iter().chain(columns.into_iter().flatten()).collect()
}

impl Column {
    /// Adds it to a new table, with what belongs to it.
    pub(super) fn put_into(mut self, table: &mut DraftNode) -> Result<()> {
        let ends = std::mem::take(&mut self.ends);
        let mut target = self.name.clone();
        for ends in ends.iter().rev() {
            table.put_column(index(&target, ends));
            target.push_str("_index");
        }
        if let Wanted::Term(Some(terms)) = &self.wanted {
            let mut elements = Draft::<VectorData>::begin(Some(format!("{}_elements", self.name)));
            elements.node.contents(terms.names.clone());
            elements.node.attribute("", "description", format!("fixed set of elements referenced by {}", self.name));
            table.put_column(elements.into());
        }
        let mut node = DraftNode {
            type_name: Some(self.type_name.clone()),
            name: Some(self.name.clone()),
            ..DraftNode::default()
        };
        node.attribute("", "description", self.description.clone());
        match &self.wanted {
            Wanted::Region(Some(link)) => {
                node.attributes.insert("table".into(), AttributeDraft::Reference(link.target.clone()));
            }
            Wanted::Region(None) => {
                return Err(invalid(format!("column \"{}\" needs the table whose rows it refers to", self.key)));
            }
            Wanted::Term(Some(_)) => {
                let elements = crate::draft::Link::<VectorData>::sibling(format!("{}_elements", self.name));
                node.reference("", "elements", elements);
            }
            Wanted::Term(None) => return Err(invalid(format!("column \"{}\" needs its terms", self.key))),
            _ => {}
        }
        node.contents(self.take_block()?);
        table.put_column(Child::of_node(node));
        Ok(())
    }

    /// All elements that were added.
    pub(super) fn take_block(&mut self) -> Result<Data> {
        let mut dims = vec![self.count];
        dims.extend_from_slice(self.item.as_deref().unwrap_or_default());
        let buffer = match self.buffer.take() {
            Some(buffer) => buffer,
            None => self.empty_buffer()?,
        };
        buffer.into_data(dims)
    }

    /// What stands for no elements at all.
    fn empty_buffer(&self) -> Result<Buffer> {
        let plain = |number| Buffer::Plain(Plain::Number(number), Vec::new());
        Ok(match &self.wanted {
            Wanted::Plain(own) => Buffer::Plain(*own, Vec::new()),
            Wanted::Text => Buffer::Texts(crate::value::Heap::new(), 0),
            Wanted::Reference => Buffer::References(None, Vec::new()),
            Wanted::Span => Buffer::Spans(None, Vec::new()),
            Wanted::Record(dtype) => Buffer::Records(dtype.clone(), Vec::new(), crate::value::Heap::new()),
            Wanted::Region(_) => plain(Number::I64),
            Wanted::Term(terms) => plain(terms.as_ref().map_or(Number::U8, super::Terms::number)),
            Wanted::Any => match self.asked.as_ref().and_then(convert::plainest) {
                Some(Dtype::Number(number, _)) => plain(number),
                Some(Dtype::Bool) => Buffer::Plain(Plain::Bool, Vec::new()),
                Some(Dtype::Text(_)) => Buffer::Texts(crate::value::Heap::new(), 0),
                Some(other) => Buffer::Records(other, Vec::new(), crate::value::Heap::new()),
                // The schema leaves the type open, and wants the column all the same.
                None if self.stored.is_none() && self.description.is_empty() => plain(Number::F64),
                None => {
                    return Err(invalid(format!("nothing tells what column \"{}\" holds", self.key))
                        .remedy("declare it with a kind, or add a row that tells"));
                }
            },
            Wanted::Foreign(_) => return Err(invalid(format!("column \"{}\" cannot be written", self.key))),
        })
    }
}
