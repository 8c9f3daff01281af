//! What the schema asks for in an object and in its members without a type, beside what is there.

use nwb_schema::{
    EffectiveAttribute, EffectiveDataset, EffectiveGroup, EffectiveLink, EffectiveType, Members, embedded,
};

use crate::backend::Link;
use crate::tree::NodeRef;
use crate::value::Value;

/// A place in the schema of a type.
#[derive(Clone, Copy)]
pub(crate) enum FieldSpec<'a> {
    Attribute(&'a EffectiveAttribute),
    Dataset(&'a EffectiveDataset),
    Group(&'a EffectiveGroup),
    Link(&'a EffectiveLink),
}

/// What stands in that place.
#[derive(Clone, Copy)]
pub(crate) enum Found<'a> {
    Nothing,
    /// What is to be said of it is told elsewhere: it cannot be read, a link to it leads nowhere, or it is another object's.
    Told,
    Value(&'a Value),
    Object(NodeRef<'a>),
}

/// One place, and what stands there.
pub(crate) struct Field<'a> {
    pub(crate) owner: &'a EffectiveType,
    /// The object or the member without a type that it is in.
    pub(crate) holder: NodeRef<'a>,
    /// The path of the holder below the object, empty for the object itself.
    pub(crate) path: String,
    /// Its name; empty for a slot of any name.
    pub(crate) name: &'a str,
    pub(crate) spec: FieldSpec<'a>,
    pub(crate) found: Found<'a>,
}

impl Field<'_> {
    /// How errors of accessors call it: `core TimeSeries.data@unit`.
    pub(crate) fn spec_name(&self) -> String {
        let mut spec = format!("{} {}", self.owner.namespace(), self.owner.name());
        for part in self.path.split('/').filter(|part| !part.is_empty()) {
            spec.push('.');
            spec.push_str(part);
        }
        spec.push(if matches!(self.spec, FieldSpec::Attribute(_)) { '@' } else { '.' });
        spec.push_str(self.name);
        spec
    }

    /// The path of the object that has the value: of an attribute its holder, of anything else it itself.
    pub(crate) fn place(&self) -> String {
        if matches!(self.spec, FieldSpec::Attribute(_)) { self.holder.path().to_owned() } else { self.member_path() }
    }

    /// The path of a member by its name here, wherever a link there leads.
    pub(crate) fn member_path(&self) -> String {
        self.holder.path_of(self.name)
    }

    /// Its path below the object.
    pub(crate) fn full_path(&self) -> String {
        if self.path.is_empty() { self.name.to_owned() } else { format!("{}/{}", self.path, self.name) }
    }

    /// Whether the schema asks for it.
    pub(crate) fn is_required(&self) -> bool {
        match self.spec {
            FieldSpec::Attribute(spec) => spec.required,
            FieldSpec::Dataset(spec) => spec.quantity.is_required(),
            FieldSpec::Group(spec) => spec.quantity.is_required(),
            FieldSpec::Link(spec) => spec.quantity.is_required(),
        }
    }
}

/// All places with a fixed name, and those of any name that must be filled.
pub(super) fn of<'a>(node: NodeRef<'a>, spec: &'a EffectiveType) -> Vec<Field<'a>> {
    let mut walk = Walk { owner: spec, fields: Vec::new() };
    match spec.dataset() {
        Some(dataset) => walk.attributes(node, "", &dataset.attributes),
        None => walk.members(node, "", spec.members()),
    }
    walk.fields
}

struct Walk<'a> {
    owner: &'a EffectiveType,
    fields: Vec<Field<'a>>,
}

impl<'a> Walk<'a> {
    fn add(&mut self, holder: NodeRef<'a>, path: &str, name: &'a str, spec: FieldSpec<'a>, found: Found<'a>) {
        self.fields.push(Field { owner: self.owner, holder, path: path.to_owned(), name, spec, found });
    }

    fn attributes(&mut self, holder: NodeRef<'a>, path: &str, attributes: &'a [std::sync::Arc<EffectiveAttribute>]) {
        for spec in attributes {
            let found = match holder.attribute(&spec.name) {
                Ok(Some(value)) => Found::Value(value),
                Ok(None) => Found::Nothing,
                Err(_) => Found::Told,
            };
            self.add(holder, path, &spec.name, FieldSpec::Attribute(spec), found);
        }
    }

    fn members(&mut self, holder: NodeRef<'a>, path: &str, members: &'a Members) {
        self.attributes(holder, path, &members.attributes);
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        for spec in &members.datasets {
            let name = spec.name.as_deref().unwrap_or_default();
            let found = match look(holder, name) {
                Found::Object(at) if spec.type_name.is_none() && is_of_another(holder, name, at) => Found::Told,
                found => found,
            };
            self.add(holder, path, name, FieldSpec::Dataset(spec), found);
            if let (None, Found::Object(at)) = (&spec.type_name, found) {
                self.attributes(at, &below(name), &spec.attributes);
            }
        }
        for spec in &members.groups {
            let name = spec.name.as_deref().unwrap_or_default();
            let found = look(holder, name);
            self.add(holder, path, name, FieldSpec::Group(spec), found);
            if let (None, Found::Object(at)) = (&spec.type_name, found) {
                // What such a group consists of is said in the spec itself.
                let inner = embedded::catalog().members(spec);
                self.members(at, &below(name), inner);
            }
        }
        for spec in &members.links {
            let name = spec.name.as_deref().unwrap_or_default();
            let found = look(holder, name);
            self.add(holder, path, name, FieldSpec::Link(spec), found);
        }
    }
}

/// What a name leads to, if it can be read.
fn look<'a>(holder: NodeRef<'a>, name: &str) -> Found<'a> {
    if name.is_empty() {
        return Found::Nothing;
    }
    match holder.child(name) {
        Ok(None) => Found::Nothing,
        Ok(Some(at)) if at.node().is_ok() => Found::Object(at),
        Ok(Some(_)) | Err(_) => Found::Told,
    }
}

/// Whether a link leads to a dataset that is a member of another object, which is asked about it.
fn is_of_another(holder: NodeRef<'_>, name: &str, at: NodeRef<'_>) -> bool {
    let is_link = !matches!(holder.link(name), Ok(Some(Link::Hard(_))));
    let has_place = || Some(at.parent()?.effective()?.members().dataset(at.name())?.type_name.is_none());
    is_link && has_place().unwrap_or(false)
}
