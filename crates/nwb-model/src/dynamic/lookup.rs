//! Fields by their names.

use std::sync::Arc;

use nwb_schema::{Catalog, EffectiveAttribute, EffectiveDataset, EffectiveType, Kind, Members, Slot, TypeName};

use crate::error::{Error, ErrorKind, Result};
use crate::names::nearest;

/// What an object, a group in it or a dataset consists of.
#[derive(Clone, Copy)]
pub(crate) struct Level<'c> {
    pub(crate) attributes: &'c [Arc<EffectiveAttribute>],
    pub(crate) members: Option<&'c Members>,
}

/// What a name means.
#[derive(Clone, Copy)]
pub(crate) enum Found<'c> {
    Attribute(&'c EffectiveAttribute),
    Slot(Slot<'c>),
}

impl<'c> Level<'c> {
    pub(crate) fn of(own: &'c EffectiveType) -> Self {
        let members = (own.kind() == Kind::Group).then(|| own.members());
        Self { attributes: own.attributes(), members }
    }

    pub(crate) fn group(members: &'c Members) -> Self {
        Self { attributes: &members.attributes, members: Some(members) }
    }

    pub(crate) fn of_dataset(dataset: &'c EffectiveDataset) -> Self {
        Self { attributes: &dataset.attributes, members: None }
    }

    pub(crate) fn below(slot: Slot<'c>, catalog: &'c Catalog) -> Option<Self> {
        match slot {
            Slot::Group(group) => Some(Self::group(catalog.members(group))),
            Slot::Dataset(dataset) => Some(Self::of_dataset(dataset)),
            Slot::Link(_) => None,
        }
    }

    fn attribute(self, name: &str) -> Option<&'c EffectiveAttribute> {
        self.fields().find(|attribute| attribute.name == name)
    }

    fn slot(self, name: &str) -> Option<Slot<'c>> {
        let members = self.members?;
        members.slot(name).or_else(|| {
            let wanted = name.strip_prefix('<')?.strip_suffix('>')?;
            // With its namespace where two of one name lie side by side.
            let is_wanted = |it: &TypeName| it.name() == wanted || it.to_string() == wanted;
            let is_it = |slot: &Slot<'_>| slot.name().is_none() && slot.type_name().is_some_and(is_wanted);
            members.slots().find(is_it)
        })
    }

    /// The attributes that are fields: not those that make an object one of its type.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'c EffectiveAttribute> {
        let is_field = |name: &str| !matches!(name, "namespace" | "neurodata_type" | "object_id");
        self.attributes.iter().map(|attribute| &**attribute).filter(move |attribute| is_field(&attribute.name))
    }

    fn names(self) -> Vec<&'c str> {
        let attributes = self.fields().map(|attribute| attribute.name.as_str());
        let slots = self.members.into_iter().flat_map(|members| members.slots().filter_map(|slot| slot.name()));
        attributes.chain(slots).collect()
    }
}

/// Where something lies below an object.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) text: String,
    /// Whether everything on the way to it is required.
    pub(crate) required: bool,
}

impl Path {
    pub(crate) fn top() -> Self {
        Self { text: String::new(), required: true }
    }

    /// The path of what is in a slot of what lies here.
    pub(crate) fn to(&self, slot: Slot<'_>) -> Self {
        let name = match (slot.name(), slot.type_name()) {
            (Some(name), _) => name.to_owned(),
            (None, wanted) => format!("<{}>", wanted.map_or("", |wanted| wanted.name())),
        };
        let text = if self.text.is_empty() { name } else { format!("{}/{name}", self.text) };
        Self { text, required: self.required && slot.quantity().is_required() }
    }

    /// The path of the group that it lies in.
    pub(crate) fn parent(&self) -> &str {
        self.text.rsplit_once('/').map_or("", |(parent, _)| parent)
    }
}

/// A field by its name: the path of the object that it is or that it is an attribute of, and what it is.
pub(crate) fn find<'c>(catalog: &'c Catalog, top: Level<'c>, owner: &str, name: &str) -> Result<(Path, Found<'c>)> {
    let (path, attribute) = match name.split_once('@') {
        Some((path, attribute)) => (path, Some(attribute)),
        None => (name, None),
    };
    let (mut level, mut at) = (top, Path::top());
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        if attribute.is_none() && parts.peek().is_none() {
            return match (level.attribute(part), level.slot(part)) {
                (Some(_), Some(_)) => Err(Error::new(
                    ErrorKind::Ambiguous,
                    format!("\"{name}\" of a {owner} is an attribute as well as a member"),
                )
                .remedy(format!("\"{}@{part}\" is the attribute", at.text))),
                (Some(found), None) => Ok((at, Found::Attribute(found))),
                (None, Some(found)) => {
                    // Of the path to a field the field itself is no part.
                    let required = at.required;
                    Ok((Path { required, ..at.to(found) }, Found::Slot(found)))
                }
                (None, None) => Err(unknown(owner, name, part, level)),
            };
        }
        let slot = level.slot(part).ok_or_else(|| unknown(owner, name, part, level))?;
        at = at.to(slot);
        level = Level::below(slot, catalog).ok_or_else(|| unknown(owner, name, part, level))?;
    }
    let attribute = attribute.unwrap_or_default();
    let found = level.attribute(attribute).ok_or_else(|| unknown(owner, name, attribute, level))?;
    Ok((at, Found::Attribute(found)))
}

fn unknown(owner: &str, name: &str, part: &str, level: Level<'_>) -> Error {
    let error = Error::new(ErrorKind::NotFound, format!("a {owner} has no field \"{name}\""));
    let known = level.names();
    match nearest(part, known.iter().copied()) {
        Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
        None if known.is_empty() => error.expected("no fields at all"),
        None => error.expected(known.join(", ")),
    }
}
