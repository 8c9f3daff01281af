//! From an effective spec to a draft that has what it asks for.

use std::sync::Arc;

use nwb_schema::spec::{Dtype as Asked, FlatDtype};
use nwb_schema::{
    Catalog, EffectiveAttribute, EffectiveDataset, EffectiveGroup, EffectiveType, Kind, Members, TypeName,
};

use super::values::{self, Purpose};
use super::{Fill, Mock, series, tables};
use crate::backend::Address;
use crate::data::Data;
use crate::draft::{AttributeDraft, DraftNode, Target};
use crate::edit::Edit;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Shape, Value};

/// How long the first axis of a list is, where nothing else tells.
pub(super) const LENGTH: u64 = 6;

/// What a mock is made with.
pub(super) struct Maker<'c, 'e> {
    pub(super) catalog: &'c Catalog,
    pub(super) edit: &'e mut Edit,
    pub(super) mock: &'e mut Mock,
}

/// What is asked of one object.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) fill: Fill,
    pub(super) variant: u32,
    /// The length of its elements, and of its columns.
    pub(super) rows: Option<u64>,
}

impl Wish {
    /// An object that another one has or needs.
    pub(super) const PLAIN: Self = Self { fill: Fill::Usable, variant: 0, rows: None };
}

/// A file's fields.
pub(super) fn root(mock: &Mock, catalog: &Catalog, own: &EffectiveType) -> Result<DraftNode> {
    let mut node = draft_of(own);
    fields(mock, catalog, own.members(), &mut node)?;
    // Whoever begins a file fills these in.
    node.members.shift_remove("file_create_date");
    node.members.shift_remove("timestamps_reference_time");
    Ok(node)
}

/// The untyped datasets of a group and of those in it, all without references.
fn fields(mock: &Mock, catalog: &Catalog, members: &Members, node: &mut DraftNode) -> Result<()> {
    for spec in members.datasets.iter().filter(|spec| spec.type_name.is_none()) {
        if let Some(name) = spec.name.as_deref().filter(|_| mock.fill == Fill::Every || spec.quantity.is_required()) {
            let purpose = Purpose { owner: "file", name, seed: mock.seed, variant: mock.variant };
            let dims = values::dims(spec.shape.as_ref(), false, LENGTH, mock.variant);
            let field = node.at(name);
            field.data = Some(values::value(spec.dtype.as_ref(), dims.as_deref(), purpose)?.into());
            for attribute in &spec.attributes {
                let purpose = Purpose { owner: name, name: &attribute.name, ..purpose };
                let value = values::value(attribute.dtype.as_ref(), None, purpose)?;
                field.attributes.insert(attribute.name.clone(), AttributeDraft::Value(value));
            }
        }
    }
    for group in members.groups.iter().filter(|group| group.type_name.is_none()) {
        let Some(name) = group.name.as_deref() else { continue };
        let mut inner = DraftNode::default();
        fields(mock, catalog, catalog.members(group), &mut inner)?;
        if !inner.members.is_empty() {
            put(node, name, inner);
        }
    }
    Ok(())
}

fn draft_of(own: &EffectiveType) -> DraftNode {
    DraftNode { type_name: Some((own.namespace().into(), own.name().into())), ..DraftNode::default() }
}

/// Puts a member where others are already.
pub(super) fn put(node: &mut DraftNode, name: &str, child: DraftNode) {
    let order = node.members.len() + node.added.len();
    node.members.insert(name.to_owned(), DraftNode { order, ..child });
}

impl<'c> Maker<'c, '_> {
    pub(super) fn named(&self, name: &TypeName) -> Result<&'c EffectiveType> {
        self.catalog.by_name(name).ok_or_else(|| Error::new(ErrorKind::NotFound, format!("there is no type {name}")))
    }

    pub(super) fn core(&self, name: &str) -> Result<&'c EffectiveType> {
        let found = self.catalog.find(name);
        found.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("there is no type {name}")))
    }

    pub(super) fn purpose<'a>(&self, owner: &'a str, name: &'a str, variant: u32) -> Purpose<'a> {
        Purpose { owner, name, seed: self.mock.seed, variant }
    }

    /// A draft of an object, in a slot that may ask for more than its type does.
    pub(super) fn draft(
        &mut self,
        own: &'c EffectiveType,
        slot: Option<&'c EffectiveDataset>,
        wish: Wish,
    ) -> Result<DraftNode> {
        let mut node = draft_of(own);
        match own.kind() {
            Kind::Group => {
                self.group(&mut node, own, own.members(), "", wish)?;
                series::refine(self, &mut node, own, wish)?;
            }
            Kind::Dataset => {
                let of_slot = slot.filter(|slot| slot.type_name.as_ref() == Some(own.type_name()));
                let Some(spec) = of_slot.or(own.dataset()) else { return Ok(node) };
                let name = spec.name.as_deref().unwrap_or(own.name());
                self.elements(&mut node, own.name(), name, spec, wish)?;
            }
        }
        Ok(node)
    }

    /// Elements and attributes of a dataset.
    pub(super) fn elements(
        &mut self,
        node: &mut DraftNode,
        owner: &str,
        name: &str,
        spec: &'c EffectiveDataset,
        wish: Wish,
    ) -> Result<()> {
        let is_free = spec.dtype.is_none() && (spec.type_name.is_some() || spec.name.is_none());
        let first = wish.rows.unwrap_or(LENGTH);
        let is_record = matches!(spec.dtype, Some(Asked::Compound(_) | Asked::Reference { .. }));
        let form = if is_record && !self.mock.spread { 0 } else { wish.variant };
        let dims = values::dims(spec.shape.as_ref(), is_free, first, form);
        if spec.value.is_none() && node.data.is_none() {
            let purpose = self.purpose(owner, name, wish.variant);
            // What may be anything is text and truth too.
            let other = match wish.variant % 4 {
                1 if is_free && spec.name.is_none() => Some(Asked::flat(FlatDtype::Text)),
                2 if is_free && spec.name.is_none() => Some(Asked::flat(FlatDtype::Bool)),
                _ => None,
            };
            let value = match owner {
                "DynamicTableRegion" => Value::vector(values::rows(first)),
                _ => self.value(other.as_ref().or(spec.dtype.as_ref()), dims.as_deref(), purpose)?,
            };
            node.data = Some(Data::from(value));
        }
        self.attributes(node, name, &spec.attributes, wish)
    }

    /// A value, with references to objects that are made for it.
    fn value(&mut self, asked: Option<&Asked>, dims: Option<&[u64]>, purpose: Purpose<'_>) -> Result<Value> {
        let len = dims.map_or(1, |dims| dims.iter().product::<u64>());
        let shape = dims.map_or(Shape::Scalar, |dims| Shape::Simple(dims.to_vec()));
        if let Some(target) = values::is_reference(asked) {
            return self.references(target, len)?.reshaped(shape);
        }
        if let (Some((member, target)), Some(Asked::Compound(members))) = (values::reference_member(asked), asked) {
            let mut columns = Vec::new();
            for part in members {
                let column = if part.name == member {
                    self.references(target, len)?
                } else {
                    let purpose = Purpose { name: &part.name, ..purpose };
                    let records = values::value(Some(&Asked::Compound(vec![part.clone()])), Some(&[len]), purpose)?;
                    records.member(&part.name)?
                };
                columns.push((part.name.clone(), column));
            }
            return Value::records(columns)?.reshaped(shape);
        }
        values::value(asked, dims, purpose)
    }

    /// References to two objects in turn, beginning with the second.
    fn references(&mut self, target: &str, len: u64) -> Result<Value> {
        let target = self.core(target)?;
        let both = [self.needed(target, 1)?, self.needed(target, 0)?];
        let count = usize::try_from(len).unwrap_or(0);
        Ok(Value::references(both.into_iter().cycle().take(count)))
    }

    pub(super) fn attributes(
        &mut self,
        node: &mut DraftNode,
        owner: &str,
        specs: &[Arc<EffectiveAttribute>],
        wish: Wish,
    ) -> Result<()> {
        for spec in specs {
            let is_wanted = wish.fill == Fill::Every || spec.required;
            let is_given = spec.value.is_some() || node.attributes.contains_key(&spec.name);
            if !is_wanted || is_given || is_of_others(owner, &spec.name) {
                continue;
            }
            let value = match values::is_reference(spec.dtype.as_ref()) {
                Some(target) => {
                    let target = self.core(tables::likely_target(owner, target))?;
                    let address = self.needed(target, 0)?;
                    AttributeDraft::Reference(Target::Object { owner: self.edit.owner(), address })
                }
                None => {
                    let dims = values::dims(spec.shape.as_ref(), false, LENGTH, wish.variant);
                    let purpose = self.purpose(owner, &spec.name, wish.variant);
                    AttributeDraft::Value(values::value(spec.dtype.as_ref(), dims.as_deref(), purpose)?)
                }
            };
            node.attributes.insert(spec.name.clone(), value);
        }
        Ok(())
    }

    /// The members of an object, or of an untyped group in it.
    fn group(
        &mut self,
        node: &mut DraftNode,
        own: &'c EffectiveType,
        members: &'c Members,
        path: &str,
        wish: Wish,
    ) -> Result<()> {
        let is_table = own.is_a_named("DynamicTable") && path.is_empty();
        let every = wish.fill == Fill::Every;
        if is_table {
            tables::columns(self, node, own, members, wish)?;
        }
        self.attributes(node, own.name(), &members.attributes, wish)?;
        for spec in members.datasets.iter().filter(|_| !is_table) {
            let min = spec.quantity.min();
            match (spec.name.as_deref(), &spec.type_name) {
                (Some(name), _)
                    if !(every || min > 0 || series::is_vital(own, name, wish)) || series::is_chosen(own, name) => {}
                (Some(name), None) => {
                    let rows = series::length(node, own, name);
                    let mut field = std::mem::take(node.at(name));
                    self.elements(&mut field, own.name(), name, spec, Wish { rows, ..wish })?;
                    if field.data.is_some() {
                        *node.at(name) = field;
                    }
                }
                (Some(name), Some(type_name)) => {
                    let rows = series::length(node, own, name);
                    let child = self.draft(self.named(type_name)?, Some(spec), Wish { rows, ..wish })?;
                    put(node, name, child);
                }
                (None, Some(type_name)) if every || min > 0 => {
                    for child in self.stand_ins(type_name)? {
                        let draft = self.draft(child, None, Wish::PLAIN)?;
                        put(node, child.name(), draft);
                    }
                }
                (None, _) => {}
            }
        }
        for spec in &members.groups {
            self.inner_group(node, own, spec, path, wish)?;
        }
        for spec in &members.links {
            let (Some(name), Some(target)) = (&spec.name, &spec.target) else { continue };
            if !(every || spec.quantity.is_required() || series::is_vital(own, name, wish)) {
                continue;
            }
            let address = self.needed(self.named(target)?, 0)?;
            node.at(name).link = Some(Target::Object { owner: self.edit.owner(), address });
        }
        Ok(())
    }

    fn inner_group(
        &mut self,
        node: &mut DraftNode,
        own: &'c EffectiveType,
        spec: &'c EffectiveGroup,
        path: &str,
        wish: Wish,
    ) -> Result<()> {
        let is_vital = spec.name.as_deref().is_some_and(|name| series::is_vital(own, name, wish));
        let is_wanted = wish.fill == Fill::Every || spec.quantity.is_required() || is_vital;
        match (spec.name.as_deref(), &spec.type_name) {
            _ if !is_wanted => Ok(()),
            // Tables of meanings need the column that they are for.
            (Some("meanings_tables"), None) => Ok(()),
            (Some("reference_images"), None) if wish.fill == Fill::Every => {
                let address = self.needed(self.core("ImageSeries")?, 0)?;
                let link = Some(Target::Object { owner: self.edit.owner(), address });
                node.at("reference_images").added.push(DraftNode { link, ..DraftNode::default() });
                Ok(())
            }
            (Some(name), None) => {
                let inner_path = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
                let mut inner = DraftNode::default();
                self.group(&mut inner, own, self.catalog.members(spec), &inner_path, wish)?;
                put(node, name, inner);
                Ok(())
            }
            (Some(name), Some(type_name)) => {
                let rows = series::length(node, own, name);
                let child = self.draft(self.named(type_name)?, None, Wish { rows, ..Wish::PLAIN })?;
                put(node, name, child);
                Ok(())
            }
            (None, Some(type_name)) if wish.fill == Fill::Every || spec.quantity.min() > 0 => {
                for child in self.stand_ins(type_name)? {
                    // A category has as many rows as its table.
                    let fill = if own.is_a_named("DynamicTable") { Fill::Every } else { Fill::Usable };
                    let draft = self.draft(child, None, Wish { fill, ..Wish::PLAIN })?;
                    put(node, child.name(), draft);
                }
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    /// What is put into a slot for objects of a type: one of that type, or some of plain types below one that nobody uses as it is.
    fn stand_ins(&self, type_name: &TypeName) -> Result<Vec<&'c EffectiveType>> {
        match type_name.name() {
            "NWBDataInterface" | "NWBContainer" => Ok(vec![self.core("TimeSeries")?]),
            "BaseImage" => ["GrayscaleImage", "RGBImage", "ExternalImage"].iter().map(|name| self.core(name)).collect(),
            _ => Ok(vec![self.named(type_name)?]),
        }
    }

    /// An object that another one needs, made on the first call; `index` tells apart those of one type.
    pub(super) fn needed(&mut self, own: &'c EffectiveType, index: usize) -> Result<Address> {
        if let Some(found) = self.mock.needed.get(own.name()).and_then(|made| made.get(index)) {
            return Ok(*found);
        }
        if index == 0
            && let Some(found) = self.standing(own)?
        {
            self.mock.needed.entry(own.name().to_owned()).or_default().push(found);
            return Ok(found);
        }
        let wish = tables::needed(own);
        let made = self.insert_as(own, wish)?;
        let all = self.mock.needed.entry(own.name().to_owned()).or_default();
        all.push(made);
        match all.get(index) {
            Some(found) => Ok(*found),
            None => self.needed(own, index),
        }
    }
}

/// Attributes that are written with every object, follow from other members, or are set when those are there.
fn is_of_others(owner: &str, name: &str) -> bool {
    matches!(name, "namespace" | "neurodata_type" | "data_type" | "object_id" | "colnames" | "categories")
        || (owner, name) == ("MeaningsTable", "target")
}
