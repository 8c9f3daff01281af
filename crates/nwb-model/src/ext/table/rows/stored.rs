//! The columns of a table that is there already.

use super::column::{Column, Usage};
use super::kind::{Terms, Wanted};
use super::{Core, Plain, Table, invalid};
use crate::access;
use crate::backend::Address;
use crate::draft::{DraftNode, Link, Owner, Target};
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{AlignedDynamicTable, DynamicTable, DynamicTableRegion, EnumData};
use crate::value::Shape;
use crate::view::NeurodataType;

/// Where a column lies.
#[derive(Clone, Debug)]
pub(super) struct StoredColumn {
    pub(super) data: Address,
    /// The indices, that of the rows first, and where the last list of each ends.
    pub(super) levels: Vec<(Address, u64)>,
}

impl Core {
    /// A table of the edit, or of the file that is being edited.
    pub(crate) fn of_stored(stored: &DynamicTable, owner: Owner, catalog: &nwb_schema::Catalog) -> Result<Self> {
        let mut core = Self::empty(catalog);
        core.owner = Some(owner);
        core.stored = Some(stored.clone());
        core.before = stored.row_count()?;
        core.add_stored(stored, "")?;
        if let Ok(aligned) = stored.object().cast::<AlignedDynamicTable>() {
            for name in access::attribute(&aligned, "", "categories").optional::<Vec<&str>>()?.unwrap_or_default() {
                let category: DynamicTable = stored.object().get(name)?.cast()?;
                if category.row_count()? != core.before {
                    return Err(super::super::aligned::unequal(&category, core.before, category.row_count()?));
                }
                core.add_stored(&category, name)?;
            }
        }
        Ok(core)
    }

    fn add_stored(&mut self, stored: &DynamicTable, category: &str) -> Result<()> {
        let table = self.tables.len();
        self.tables.push(Table {
            category: category.to_owned(),
            node: DraftNode::default(),
            address: Some(stored.object().address()),
            is_required: true,
        });
        let catalog = self.catalog.clone();
        let own = stored.object().type_name()?.and_then(|(namespace, name)| catalog.resolve_type(namespace, name));
        if let Some(own) = own {
            self.add_known(own.members(), table, category);
        }
        let first = self.columns.iter().position(|column| column.table == table).unwrap_or(self.columns.len());
        for name in stored.column_names()? {
            let known = self.columns.iter().position(|column| column.table == table && column.name == name);
            let known = known.map(|index| self.columns.remove(index));
            let column = self.stored_column(stored, &name, known, table, category)?;
            self.columns.push(column);
        }
        if self.before > 0 {
            for (index, column) in self.columns.iter_mut().enumerate().skip(first) {
                column.usage = if column.stored.is_some() { Usage::Every } else { Usage::Never };
                if column.stored.is_some() {
                    self.order.push(index);
                }
            }
        }
        Ok(())
    }

    fn stored_column(
        &self,
        table: &DynamicTable,
        name: &str,
        known: Option<Column>,
        number: usize,
        category: &str,
    ) -> Result<Column> {
        let view = table.column(name)?;
        let rows = view.row_count()?;
        if rows != self.before {
            return Err(view.data().object().fail(
                Error::new(
                    ErrorKind::Malformed,
                    format!("column \"{name}\" has another number of rows than the table"),
                )
                .expected(self.before.to_string())
                .found(rows.to_string()),
            ));
        }
        let object = view.data().object();
        let info = object.dataset()?.info()?.clone();
        let Shape::Simple(dims) = &info.shape else {
            return Err(
                object.fail(Error::new(ErrorKind::Malformed, "a column has no axes").found(info.shape.to_string()))
            );
        };
        let mut levels = Vec::with_capacity(view.depth());
        let mut last = self.before;
        for level in view.levels() {
            let index = level.object();
            let len = index.dataset()?.shape()?.first().copied().unwrap_or(0);
            if len != last {
                return Err(uneven(index, len, last));
            }
            last = last_of(index, len)?;
            levels.push((index.address(), last));
        }
        let elements = dims.first().copied().unwrap_or(0);
        if view.depth() > 0 && elements != last {
            return Err(uneven(object, elements, last));
        }
        let depth = view.depth();
        let wanted = wanted(object, &info.dtype)?;
        let type_name = object.type_name()?.unwrap_or(("hdmf-common", "VectorData"));
        let type_name = (type_name.0.to_owned(), type_name.1.to_owned());
        let item = (self.before > 0 || dims.len() > 1).then(|| dims.get(1..).unwrap_or_default().to_vec());
        Ok(Column {
            key: if category.is_empty() { name.to_owned() } else { format!("{category}/{name}") },
            name: name.to_owned(),
            table: number,
            description: String::new(),
            type_name,
            asked: known.as_ref().and_then(|known| known.asked.clone()),
            asked_shape: known.and_then(|known| known.asked_shape),
            is_required: true,
            usage: Usage::Open,
            // Where there are no rows yet, a type was only guessed.
            wanted: match wanted {
                Wanted::Plain(_) if self.before == 0 => Wanted::Any,
                wanted => wanted,
            },
            is_limited: false,
            depth,
            item,
            stored: Some(StoredColumn { data: object.address(), levels }),
            buffer: None,
            count: 0,
            ends: vec![Vec::new(); depth],
            seen: 0,
        })
    }

    /// The ids of the rows that are there.
    pub(super) fn stored_ids(&self) -> Result<std::collections::HashSet<i64>> {
        match &self.stored {
            Some(stored) => Ok(stored.row_ids()?.into_iter().collect()),
            None => Ok(std::collections::HashSet::new()),
        }
    }
}

fn wanted(object: &crate::tree::Object, dtype: &Dtype) -> Result<Wanted> {
    if object.is::<DynamicTableRegion>()? {
        let table = object.cast::<DynamicTableRegion>()?.table()?;
        let target = Target::Object { owner: Owner::NONE, address: table.object().address() };
        return Ok(Wanted::Region(Some(Link::to(target))));
    }
    if object.is::<EnumData>()? {
        let elements = object.cast::<EnumData>()?.elements()?;
        let terms = elements.object().dataset()?.read_texts(..)?;
        return Ok(Wanted::Term(Some(Terms::new(terms))));
    }
    Ok(match dtype {
        Dtype::Number(number, _) => Wanted::Plain(Plain::Number(*number)),
        Dtype::Bool => Wanted::Plain(Plain::Bool),
        Dtype::Text(_) => Wanted::Text,
        Dtype::Reference => Wanted::Reference,
        Dtype::Compound(compound) => match compound.members.iter().any(|member| member.name == "idx_start") {
            true => Wanted::Span,
            false => Wanted::Record(dtype.clone()),
        },
        other => Wanted::Foreign(other.clone()),
    })
}

fn last_of(index: &crate::tree::Object, len: u64) -> Result<u64> {
    let Some(last) = len.checked_sub(1) else { return Ok(0) };
    let last = usize::try_from(last).map_err(|_| invalid("the index is too long"))?;
    let ends = index.dataset()?.read::<u64, ndarray::Ix1>(last..last + 1)?;
    Ok(ends.first().copied().unwrap_or(0))
}

fn uneven(object: &crate::tree::Object, found: u64, expected: u64) -> Error {
    object.fail(
        Error::new(ErrorKind::Malformed, "a ragged column does not end where its index ends")
            .expected(format!("{expected} elements"))
            .found(found.to_string()),
    )
}
