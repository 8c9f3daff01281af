//! From rows to longer columns of a table that is there: the old rows stay where they are until the file is written.

use super::column::{Column, Usage};
use super::finish::in_order;
use super::stored::StoredColumn;
use super::{Core, RowBuilder, Wanted, invalid};
use crate::backend::{Address, Backend, DatasetInfo, Layout};
use crate::convert;
use crate::data::{Data, Source};
use crate::draft::{DraftNode, Handle};
use crate::dtype::{ByteOrder, Dtype, Number};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::chunk_shape;
use crate::materialise::{Builder, Pending};
use crate::memory::{MemoryKind, MemoryNode, Objects};
use crate::value::{Shape, Value};

impl<T> RowBuilder<Handle<T>> {
    /// Lengthens the columns; nothing is changed when it fails.
    pub(crate) fn append(self, builder: &mut Builder<'_>) -> Result<()> {
        let Self { target, mut core } = self;
        if core.rows == 0 {
            return Ok(());
        }
        core.check_unchanged(builder.objects)?;
        let ids = std::mem::take(&mut core.ids);
        let mut changes: Vec<(Address, MemoryNode)> = Vec::new();
        let mut regions = Vec::new();
        let mut added: Vec<DraftNode> = core.tables.iter().map(|_| DraftNode::default()).collect();
        for column in in_order(std::mem::take(&mut core.columns), &core.order) {
            if column.usage != Usage::Every {
                continue;
            }
            match column.stored.clone() {
                Some(stored) => {
                    if let Wanted::Region(_) = column.wanted {
                        regions.push(Pending::Region(stored.data));
                    }
                    column.lengthen(&stored, builder.objects, &mut changes)?;
                }
                None => {
                    let table = added.get_mut(column.table).ok_or_else(|| invalid("no such table"))?;
                    column.put_into(table)?;
                }
            }
        }
        for (number, table) in core.tables.iter().enumerate() {
            let ids = if number == 0 { ids.clone() } else { core.running_ids() };
            let at = table.address.ok_or_else(|| invalid("the table is not in the file"))?;
            if let Some(stored) = hard_child(builder.objects, at, "id")? {
                let block = Data::from(ids);
                changes.push((stored, lengthened(builder.objects, stored, block)?));
            }
        }
        // A table without rows may get new columns, which may be refused.
        let before = added.iter().any(|added| !added.members.is_empty()).then(|| builder.objects.clone());
        builder.pending.extend(regions);
        for (address, node) in changes {
            builder.objects.replace(address, node);
        }
        let mut updates = Ok(());
        for (table, added) in core.tables.iter().zip(added) {
            if let (Ok(()), false, Some(address)) = (&updates, added.members.is_empty(), table.address) {
                updates = builder.update(address, target.owner, added);
            }
        }
        if let (Err(_), Some(before)) = (&updates, before) {
            *builder.objects = before;
        }
        updates
    }
}

impl Core {
    fn running_ids(&self) -> Vec<i64> {
        let first = i64::try_from(self.before).unwrap_or(i64::MAX);
        (first..first.saturating_add(i64::try_from(self.rows).unwrap_or(0))).collect()
    }

    /// Rows are added behind those that the builder knows of.
    fn check_unchanged(&self, objects: &Objects) -> Result<()> {
        for column in &self.columns {
            let Some(stored) = &column.stored else { continue };
            let outer = stored.levels.first().map_or(stored.data, |(index, _)| *index);
            let rows = length(objects, outer)?;
            if rows != self.before {
                return Err(Error::new(ErrorKind::Conflict, "the table was changed since the rows were begun")
                    .expected(format!("{} rows in column \"{}\"", self.before, column.key))
                    .found(rows.to_string())
                    .remedy("begin the rows again"));
            }
        }
        Ok(())
    }
}

fn length(objects: &Objects, dataset: Address) -> Result<u64> {
    match objects.node(dataset)?.kind {
        crate::backend::NodeKind::Dataset(info) => Ok(info.shape.dims().first().copied().unwrap_or(0)),
        _ => Err(invalid("a column is no dataset")),
    }
}

fn hard_child(objects: &Objects, group: Address, name: &str) -> Result<Option<Address>> {
    Ok(match objects.link(group, name)? {
        Some(crate::backend::Link::Hard(address)) => Some(address),
        _ => None,
    })
}

impl Column {
    fn lengthen(
        mut self,
        stored: &StoredColumn,
        objects: &Objects,
        changes: &mut Vec<(Address, MemoryNode)>,
    ) -> Result<()> {
        let ends = std::mem::take(&mut self.ends);
        for ((index, last), mut ends) in stored.levels.iter().zip(ends) {
            ends.iter_mut().for_each(|end| *end = end.saturating_add(*last));
            let block = crate::ext::vector_index(&ends);
            changes.push((*index, lengthened(objects, *index, block)?));
        }
        let name = self.key.clone();
        if let (Wanted::Any, None) = (&self.wanted, &self.buffer) {
            return Ok(());
        }
        let block = self.take_block()?;
        let node =
            lengthened(objects, stored.data, block).map_err(|error| error.by_spec(format!("column \"{name}\"")))?;
        changes.push((stored.data, node));
        Ok(())
    }
}

/// A dataset with a block behind its last row; its type is the wider of both.
fn lengthened(objects: &Objects, dataset: Address, block: Data) -> Result<MemoryNode> {
    let mut node = objects.copy(dataset)?;
    let MemoryKind::Dataset(info, source) = node.kind else { return Err(invalid("a column is no dataset")) };
    let mut info: DatasetInfo = *info;
    let Shape::Simple(mut dims) = info.shape.clone() else { return Err(invalid("a column has no axes")) };
    let (Some(&rows), added) = (dims.first(), block.shape().dims().first().copied().unwrap_or(0)) else {
        return Err(invalid("a column has no axes"));
    };
    let (block, dtype) = match block.clone().try_map(info.dtype.clone(), convert_to) {
        Ok(fitting) if *fitting.dtype() == info.dtype => (fitting, info.dtype.clone()),
        _ => {
            let dtype = common(&info.dtype, block.dtype(), rows == 0)?;
            (block.try_map(dtype.clone(), convert_to)?, dtype)
        }
    };
    let (block_source, block_info) = block.into_parts();
    if rows == 0 {
        dims = block_info.shape.dims().to_vec();
    } else if let Some(len) = dims.first_mut() {
        *len = rows.saturating_add(added);
    }
    let source = match (rows, info.dtype == dtype) {
        (0, _) => block_source,
        (_, true) => source.followed_by(rows, block_source, dims.first().copied().unwrap_or(0), &dtype)?,
        (_, false) => {
            let from = std::sync::Arc::new(source);
            let source = Source::Converted { from, to: dtype.clone(), convert: convert_to };
            source.followed_by(rows, block_source, dims.first().copied().unwrap_or(0), &dtype)?
        }
    };
    if info.dtype != dtype {
        (info.fill, info.named_type) = (None, None);
    }
    if let Some(most) = info.max_shape.as_mut() {
        most.resize(dims.len(), None);
        for (axis, (most, len)) in most.iter_mut().zip(&dims).enumerate() {
            if most.is_some_and(|most| most < *len) {
                *most = if axis == 0 { None } else { Some(*len) };
            }
        }
    }
    // How a table without rows is stored says nothing of how one with rows should be.
    if let (0, Layout::Chunked(_)) | (_, Layout::External | Layout::Virtual) = (rows, &info.layout) {
        info.layout = Layout::Chunked(chunk_shape(&dtype, &dims));
    }
    if info.layout == Layout::Compact {
        info.layout = Layout::Contiguous;
    }
    info.dtype = dtype;
    info.shape = Shape::Simple(dims);
    node.kind = MemoryKind::Dataset(Box::new(info), source);
    Ok(node)
}

fn convert_to(value: Value, to: &Dtype) -> Result<Value> {
    convert::converted(&value, to)
}

/// A type that holds the elements of both, where the added ones do not fit the stored type.
fn common(stored: &Dtype, added: &Dtype, is_empty: bool) -> Result<Dtype> {
    match (stored, added) {
        (Dtype::Number(a, _), Dtype::Number(b, _)) if convert::same_kind(*a, *b) => {
            Ok(Dtype::Number(if a.size() >= b.size() { *a } else { *b }, ByteOrder::Little))
        }
        // Row numbers and ends of cells are what they are, whatever their sign in the file.
        (Dtype::Number(a, _), Dtype::Number(b, _)) if !a.is_float() && !b.is_float() => {
            Ok(Dtype::Number(Number::I64, ByteOrder::Little))
        }
        (Dtype::Text(_), Dtype::Text(_)) => Ok(Dtype::TEXT),
        _ if is_empty => Ok(added.clone()),
        _ => Err(invalid("the rows are of another type than the column")
            .expected(stored.to_string())
            .found(added.to_string())),
    }
}
