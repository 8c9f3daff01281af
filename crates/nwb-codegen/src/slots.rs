//! The slots of a type: its members, those of its untyped groups and datasets among them, in one list.

use nwb_schema::spec::{Dims, Dtype, Quantity, Shape};
use nwb_schema::{
    Catalog, EffectiveAttribute, EffectiveDataset, EffectiveGroup, EffectiveLink, EffectiveType, Members, TypeName,
};
use serde_json::Value;

/// A place in a type that accessors and setters are made for.
#[derive(Debug, Clone)]
pub(crate) struct Slot<'c> {
    /// What the overlay calls it: `general/devices/<Device>`, `data@unit`, `@description`.
    pub(crate) key: String,
    /// The path of the group in which it is; empty for the object itself.
    pub(crate) group: String,
    /// What it is made of.
    pub(crate) content: Content<'c>,
    /// Whether every object has it.
    pub(crate) required: bool,
    /// The type that declared it first.
    pub(crate) declared_in: &'c TypeName,
    /// Whether it is what a slot adds to the type of its objects: their own drafts take it.
    pub(crate) added: bool,
}

/// What a slot is made of.
#[derive(Debug, Clone)]
pub(crate) enum Content<'c> {
    /// An attribute of the object at a path, which is empty for the object itself.
    Attribute {
        attribute: &'c EffectiveAttribute,
        /// Its own path, without the attribute.
        path: String,
        /// What it is an attribute of.
        owner: Owner<'c>,
    },
    /// An untyped dataset.
    Dataset(&'c EffectiveDataset),
    /// An object of a type, contained here.
    Child {
        type_name: &'c TypeName,
        doc: &'c str,
        quantity: Quantity,
        name: Option<&'c str>,
        dataset: Option<&'c EffectiveDataset>,
    },
    /// A link to an object of a type.
    Link { link: &'c EffectiveLink, target: &'c TypeName },
}

/// What an attribute belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Owner<'c> {
    /// The object itself, or one of its untyped groups.
    Group,
    /// An untyped dataset.
    Dataset(&'c EffectiveDataset),
    /// A slot of a type that asks for an attribute which that type does not have.
    Child(&'c str),
}

impl<'c> Slot<'c> {
    /// The path of the object that it is, without attribute: what the runtime is told.
    pub(crate) fn path(&self) -> &str {
        match &self.content {
            Content::Attribute { path, .. } => path,
            _ => &self.key,
        }
    }

    pub(crate) fn doc(&self) -> &'c str {
        match &self.content {
            Content::Attribute { attribute, .. } => &attribute.doc,
            Content::Dataset(dataset) => &dataset.doc,
            Content::Child { doc, .. } => doc,
            Content::Link { link, .. } => &link.doc,
        }
    }

    pub(crate) fn dtype(&self) -> Option<&'c Dtype> {
        match &self.content {
            Content::Attribute { attribute, .. } => attribute.dtype.as_ref(),
            Content::Dataset(dataset) => dataset.dtype.as_ref(),
            Content::Child { dataset, .. } => dataset.and_then(|dataset| dataset.dtype.as_ref()),
            Content::Link { .. } => None,
        }
    }

    pub(crate) fn shape(&self) -> (Option<&'c Shape>, Option<&'c Dims>) {
        match &self.content {
            Content::Attribute { attribute, .. } => (attribute.shape.as_ref(), attribute.dims.as_ref()),
            Content::Dataset(dataset) => (dataset.shape.as_ref(), dataset.dims.as_ref()),
            Content::Child { dataset, .. } => {
                (dataset.and_then(|it| it.shape.as_ref()), dataset.and_then(|it| it.dims.as_ref()))
            }
            Content::Link { .. } => (None, None),
        }
    }

    /// The value that it always has.
    pub(crate) fn fixed(&self) -> Option<&'c Value> {
        match &self.content {
            Content::Attribute { attribute, .. } => attribute.value.as_ref(),
            Content::Dataset(dataset) => dataset.value.as_ref(),
            Content::Child { .. } | Content::Link { .. } => None,
        }
    }

    /// The value that it has where nothing else is given.
    pub(crate) fn default(&self) -> Option<&'c Value> {
        match &self.content {
            Content::Attribute { attribute, .. } => attribute.default_value.as_ref(),
            Content::Dataset(dataset) => dataset.default_value.as_ref(),
            Content::Child { .. } | Content::Link { .. } => None,
        }
    }

    /// Whether it takes objects of any name.
    pub(crate) fn is_anonymous(&self) -> bool {
        match &self.content {
            Content::Child { name, .. } => name.is_none(),
            Content::Link { link, .. } => link.name.is_none(),
            Content::Attribute { .. } | Content::Dataset(_) => false,
        }
    }

    /// How many objects it takes.
    pub(crate) fn quantity(&self) -> Quantity {
        match &self.content {
            Content::Child { quantity, .. } => *quantity,
            Content::Link { link, .. } => link.quantity,
            Content::Attribute { .. } | Content::Dataset(_) => Quantity::default(),
        }
    }
}

/// The slots of a type, inherited ones first among their kind, and the paths of its untyped groups.
pub(crate) fn of<'c>(catalog: &'c Catalog, effective: &'c EffectiveType) -> (Vec<Slot<'c>>, Vec<String>) {
    let mut walk = Walk { catalog, slots: Vec::new(), groups: Vec::new() };
    match effective.dataset() {
        Some(_) => {
            for attribute in effective.attributes() {
                walk.attribute(attribute, "", "", Owner::Group, true);
            }
        }
        None => walk.members(effective.members(), "", true),
    }
    (walk.slots, walk.groups)
}

struct Walk<'c> {
    catalog: &'c Catalog,
    slots: Vec<Slot<'c>>,
    groups: Vec<String>,
}

fn below(group: &str, name: &str) -> String {
    if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") }
}

impl<'c> Walk<'c> {
    fn members(&mut self, members: &'c Members, group: &str, required: bool) {
        for attribute in &members.attributes {
            self.attribute(attribute, group, group, Owner::Group, required);
        }
        for dataset in &members.datasets {
            self.dataset(dataset, group, required);
        }
        for inner in &members.groups {
            self.group(inner, group, required);
        }
        for link in &members.links {
            self.link(link, group, required);
        }
    }

    fn attribute(
        &mut self,
        attribute: &'c EffectiveAttribute,
        path: &str,
        group: &str,
        owner: Owner<'c>,
        owner_required: bool,
    ) {
        let is_known = attribute.value.is_some() || attribute.default_value.is_some();
        self.slots.push(Slot {
            key: format!("{path}@{}", attribute.name),
            group: group.to_owned(),
            content: Content::Attribute { attribute, path: path.to_owned(), owner },
            required: owner_required && attribute.required && !is_known,
            declared_in: &attribute.declared_in,
            added: false,
        });
    }

    fn dataset(&mut self, dataset: &'c EffectiveDataset, group: &str, required: bool) {
        let required = required && dataset.quantity.is_required();
        let Some(type_name) = &dataset.type_name else {
            let path = below(group, dataset.name.as_deref().unwrap_or_default());
            self.slots.push(Slot {
                key: path.clone(),
                group: group.to_owned(),
                content: Content::Dataset(dataset),
                required: required && dataset.value.is_none() && dataset.default_value.is_none(),
                declared_in: &dataset.declared_in,
                added: false,
            });
            for attribute in &dataset.attributes {
                self.attribute(attribute, &path, group, Owner::Dataset(dataset), required);
            }
            return;
        };
        let name = dataset.name.as_deref();
        let content =
            Content::Child { type_name, doc: &dataset.doc, quantity: dataset.quantity, name, dataset: Some(dataset) };
        self.typed(content, group, type_name, name, required, &dataset.declared_in);
        let Some(name) = name else { return };
        let of_type = self.catalog.by_name(type_name).map(EffectiveType::attributes).unwrap_or_default();
        for attribute in dataset.attributes.iter().filter(|it| of_type.iter().all(|known| known.name != it.name)) {
            self.attribute(attribute, &below(group, name), group, Owner::Child(name), required);
        }
    }

    fn group(&mut self, inner: &'c EffectiveGroup, group: &str, required: bool) {
        let required = required && inner.quantity.is_required();
        let name = inner.name.as_deref();
        match (&inner.type_name, name) {
            (Some(type_name), _) => {
                let content =
                    Content::Child { type_name, doc: &inner.doc, quantity: inner.quantity, name, dataset: None };
                self.typed(content, group, type_name, name, required, &inner.declared_in);
                if let Some(name) = name.filter(|_| inner.refines_members()) {
                    self.added(inner, type_name, name, group, required);
                }
            }
            (None, Some(name)) => {
                let path = below(group, name);
                self.groups.push(path.clone());
                self.members(self.catalog.members(inner), &path, required);
            }
            (None, None) => {}
        }
    }

    /// What a slot says of its objects that their type does not.
    fn added(&mut self, inner: &'c EffectiveGroup, type_name: &TypeName, name: &'c str, group: &str, required: bool) {
        let path = below(group, name);
        let full = self.catalog.members(inner);
        let Some(known) = self.catalog.by_name(type_name).map(EffectiveType::members) else { return };
        for attribute in full.attributes.iter().filter(|it| known.attribute(&it.name).is_none()) {
            self.attribute(attribute, &path, group, Owner::Child(name), required);
        }
        let first = self.slots.len();
        let is_new = |slot: nwb_schema::Slot<'_>| match slot.name() {
            Some(name) => known.slot(name).is_none(),
            None => known.slots().all(|other| other.name().is_some() || other.type_name() != slot.type_name()),
        };
        for dataset in full.datasets.iter().filter(|it| is_new(nwb_schema::Slot::Dataset(it))) {
            self.dataset(dataset, &path, required);
        }
        for group in full.groups.iter().filter(|it| is_new(nwb_schema::Slot::Group(it))) {
            self.group(group, &path, required);
        }
        for link in full.links.iter().filter(|it| is_new(nwb_schema::Slot::Link(it))) {
            self.link(link, &path, required);
        }
        for slot in self.slots.iter_mut().skip(first) {
            slot.added = true;
        }
    }

    fn link(&mut self, link: &'c EffectiveLink, group: &str, required: bool) {
        let Some(target) = &link.target else { return };
        let required = required && link.quantity.is_required();
        let content = Content::Link { link, target };
        self.typed(content, group, target, link.name.as_deref(), required, &link.declared_in);
    }

    fn typed(
        &mut self,
        content: Content<'c>,
        group: &str,
        type_name: &'c TypeName,
        name: Option<&str>,
        required: bool,
        declared_in: &'c TypeName,
    ) {
        let own = name.map_or_else(|| format!("<{}>", type_name.name()), str::to_owned);
        let mut key = below(group, &own);
        // An extension may have a type of the same name in the same group.
        if name.is_none() && self.slots.iter().any(|slot| slot.key == key) {
            key = below(group, &format!("<{type_name}>"));
        }
        self.slots.push(Slot { key, group: group.to_owned(), content, required, declared_in, added: false });
    }
}
