//! Which columns a table can have: those of its type, and own ones.

use nwb_schema::{Catalog, EffectiveDataset, EffectiveType, Members};

use super::column::{Column, Usage};
use super::{CellKind, Core, Table, Wanted, invalid};
use crate::draft::DraftNode;
use crate::error::Result;

impl Core {
    pub(super) fn empty(catalog: &Catalog) -> Self {
        Self {
            catalog: catalog.clone(),
            tables: Vec::new(),
            columns: Vec::new(),
            places: Vec::new(),
            order: Vec::new(),
            before: 0,
            rows: 0,
            looked_at: 0,
            ids: Vec::new(),
            gives_ids: None,
            unique: None,
            owner: None,
            stored: None,
        }
    }

    pub(super) fn of_draft(mut node: DraftNode, catalog: &Catalog) -> Result<Self> {
        let own = type_of(&node, catalog)?;
        refuse_columns(&node, catalog)?;
        let mut core = Self::empty(catalog);
        let mut categories = Vec::new();
        if is_aligned(own) {
            let is_table = |node: &DraftNode| type_of(node, catalog).is_ok_and(|own| own.is_a_named("DynamicTable"));
            let names: Vec<String> =
                node.members.iter().filter(|(_, member)| is_table(member)).map(|(name, _)| name.clone()).collect();
            for name in names {
                if let Some(category) = node.members.shift_remove(&name) {
                    categories.push((name, category));
                }
            }
            let (tables, rest) = std::mem::take(&mut node.added).into_iter().partition(is_table);
            node.added = rest;
            let tables: Vec<DraftNode> = tables;
            categories.extend(tables.into_iter().map(|node| (node.name.clone().unwrap_or_default(), node)));
        }
        core.tables.push(Table { category: String::new(), node, address: None, is_required: true });
        core.add_known(own.members(), 0, "");
        if is_aligned(own) {
            core.add_categories(own, categories)?;
        }
        Ok(core)
    }

    fn add_categories(&mut self, own: &EffectiveType, mut given: Vec<(String, DraftNode)>) -> Result<()> {
        let catalog = self.catalog.clone();
        for group in &own.members().groups {
            let (Some(name), Some(type_name)) = (&group.name, &group.type_name) else { continue };
            if !catalog.by_name(type_name).is_some_and(|own| own.is_a_named("DynamicTable")) {
                continue;
            }
            let node = match given.iter().position(|(other, _)| other == name) {
                Some(index) => given.remove(index).1,
                None => DraftNode {
                    type_name: Some((type_name.namespace().into(), type_name.name().into())),
                    name: Some(name.clone()),
                    ..DraftNode::default()
                },
            };
            refuse_columns(&node, &catalog)?;
            let members = match type_of(&node, &catalog)? {
                own if own.type_name() == type_name => catalog.members(group),
                own => own.members(),
            };
            let is_required = group.quantity.is_required();
            let table = self.tables.len();
            self.tables.push(Table { category: name.clone(), node, address: None, is_required });
            self.add_known(members, table, name);
        }
        for (name, node) in given {
            refuse_columns(&node, &catalog)?;
            let own = type_of(&node, &catalog)?;
            let table = self.tables.len();
            self.tables.push(Table { category: name.clone(), node, address: None, is_required: true });
            self.add_known(own.members(), table, &name);
        }
        Ok(())
    }

    /// The columns that the type of a table names.
    pub(super) fn add_known(&mut self, members: &Members, table: usize, category: &str) {
        let catalog = self.catalog.clone();
        for spec in &members.datasets {
            let Some(mut column) = known_column(spec, members, table, category, &catalog) else { continue };
            // The columns of a category that may be left out are needed only with it.
            column.is_required &= self.tables.get(table).is_none_or(|table| table.is_required);
            self.columns.push(column);
        }
    }

    pub(super) fn declare(&mut self, key: &str, description: String, kind: CellKind) -> Result<()> {
        if self.is_begun() {
            return Err(invalid(format!("column \"{key}\" is declared behind the first row"))
                .remedy("declare columns before rows are added; add a column to a table with rows as a whole"));
        }
        let (category, name) = key.rsplit_once('/').unwrap_or(("", key));
        let Some(table) = self.tables.iter().position(|table| table.category == category) else {
            return Err(invalid(format!("the table has no category \"{category}\"")));
        };
        crate::names::check_new(name)?;
        let is_taken = |other: &Column| {
            other.table == table
                && other.key != key
                && (name
                    .strip_prefix(other.name.as_str())
                    .is_some_and(|rest| belongs(rest, other.depth, &other.wanted))
                    || other.name.strip_prefix(name).is_some_and(|rest| belongs(rest, kind.depth, &kind.element)))
        };
        if name == "id" || self.columns.iter().any(is_taken) {
            return Err(invalid(format!("\"{key}\" belongs to another column")).remedy("choose another name"));
        }
        if let Some(known) = self.columns.iter_mut().find(|column| column.key == key) {
            if !matches!(kind.element, Wanted::Any) {
                let fits = match (&known.wanted, &kind.element) {
                    (Wanted::Any, _) => true,
                    (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
                };
                if !fits {
                    return Err(invalid(format!("column \"{key}\" is declared to be of another kind already")));
                }
                known.is_limited = matches!(kind.element, Wanted::Plain(_));
                known.wanted = kind.element;
            }
            if kind.depth > 0 {
                known.depth = kind.depth;
                known.ends = vec![Vec::new(); kind.depth];
            }
            known.item = kind.item.or(known.item.take());
            known.description = description;
            known.is_required = true;
            return Ok(());
        }
        let type_name = match &kind.element {
            Wanted::Region(_) => ("hdmf-common", "DynamicTableRegion"),
            Wanted::Term(_) => ("hdmf-experimental", "EnumData"),
            Wanted::Span => ("core", "TimeSeriesReferenceVectorData"),
            _ => ("hdmf-common", "VectorData"),
        };
        let own = self.catalog.get(type_name.0, type_name.1).and_then(EffectiveType::dataset);
        let (asked, asked_shape) = match (&kind.element, own) {
            (Wanted::Span, Some(own)) => (own.dtype.clone(), own.shape.clone()),
            (_, Some(own)) => (None, own.shape.clone()),
            _ => (None, None),
        };
        self.columns.push(Column {
            key: key.into(),
            name: name.into(),
            table,
            description,
            type_name: (type_name.0.into(), type_name.1.into()),
            asked,
            asked_shape,
            is_required: true,
            usage: Usage::Open,
            is_limited: matches!(kind.element, Wanted::Plain(_)),
            wanted: kind.element,
            depth: kind.depth,
            item: kind.item,
            stored: None,
            buffer: None,
            count: 0,
            ends: vec![Vec::new(); kind.depth],
            seen: 0,
        });
        Ok(())
    }
}

/// Whether a name is that of an index or of the terms of a column: what stands behind the column's own.
fn belongs(rest: &str, depth: usize, wanted: &Wanted) -> bool {
    (1..=depth).any(|level| rest == "_index".repeat(level))
        || (matches!(wanted, Wanted::Term(_)) && rest == "_elements")
}

pub(super) fn is_aligned(own: &EffectiveType) -> bool {
    own.attribute("categories").is_some()
}

pub(super) fn type_of<'c>(node: &DraftNode, catalog: &'c Catalog) -> Result<&'c EffectiveType> {
    node.type_name
        .as_ref()
        .and_then(|(namespace, name)| catalog.resolve_type(namespace, name))
        .ok_or_else(|| invalid("nothing is known of the table's type").remedy("give the catalog that defines it"))
}

/// A table that is built by rows has no columns before.
fn refuse_columns(node: &DraftNode, catalog: &Catalog) -> Result<()> {
    let is_column = |node: &&DraftNode| type_of(node, catalog).is_ok_and(|own| own.is_a_named("Data"));
    match node.members.values().chain(&node.added).find(is_column) {
        None => Ok(()),
        Some(column) => Err(invalid("the table has whole columns already")
            .found(column.name.clone().unwrap_or_default())
            .remedy("insert it, and add rows to what was inserted")),
    }
}

fn known_column(
    spec: &EffectiveDataset,
    members: &Members,
    table: usize,
    category: &str,
    catalog: &Catalog,
) -> Option<Column> {
    let (name, type_name) = (spec.name.as_ref()?, spec.type_name.as_ref()?);
    let own = catalog.by_name(type_name)?;
    if !own.is_a_named("VectorData") || own.is_a_named("VectorIndex") {
        return None;
    }
    let owner = name.strip_suffix("_elements").and_then(|owner| members.dataset(owner)?.type_name.as_ref());
    if owner.and_then(|owner| catalog.by_name(owner)).is_some_and(|owner| owner.is_a_named("EnumData")) {
        return None;
    }
    let mut depth = 0;
    let mut index = format!("{name}_index");
    while members.dataset(&index).is_some() {
        depth += 1;
        index.push_str("_index");
    }
    let is_span = |asked: &nwb_schema::spec::Dtype| {
        asked.as_compound().is_some_and(|members| members.iter().any(|member| member.name == "idx_start"))
    };
    let wanted = match &spec.dtype {
        _ if own.is_a_named("DynamicTableRegion") => Wanted::Region(None),
        _ if own.is_a_named("EnumData") => Wanted::Term(None),
        Some(asked) if is_span(asked) => Wanted::Span,
        Some(asked) if asked.target_type().is_some() => Wanted::Reference,
        _ => Wanted::Any,
    };
    Some(Column {
        key: if category.is_empty() { name.clone() } else { format!("{category}/{name}") },
        name: name.clone(),
        table,
        description: spec.doc.clone(),
        type_name: (type_name.namespace().into(), type_name.name().into()),
        asked: spec.dtype.clone().filter(|_| !matches!(wanted, Wanted::Region(_) | Wanted::Term(_))),
        asked_shape: spec.shape.clone(),
        is_required: spec.quantity.is_required(),
        usage: Usage::Open,
        wanted,
        is_limited: false,
        depth,
        item: None,
        stored: None,
        buffer: None,
        count: 0,
        ends: vec![Vec::new(); depth],
        seen: 0,
    })
}
