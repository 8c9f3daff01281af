//! What a type really asks for: inherited members merged with refinements.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::spec::{DatasetSpec, Dims, Dtype, Extra, GroupSpec, Quantity, Shape, TypeSpec};

/// A type and the namespace that defines it. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeName {
    namespace: Arc<str>,
    name: Arc<str>,
}

impl TypeName {
    pub(super) fn new(namespace: Arc<str>, name: Arc<str>) -> Self {
        Self { namespace, name }
    }

    /// The namespace that defines the type.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name of the type.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.name)
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether objects of a type are groups or datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Groups.
    Group,
    /// Datasets.
    Dataset,
}

/// An attribute with everything that its type and the types above it say of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EffectiveAttribute {
    /// The name.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// What its values are; `None` is anything.
    pub dtype: Option<Dtype>,
    /// The shapes that it may have; `None` is a single value.
    pub shape: Option<Shape>,
    /// The names of its dimensions.
    pub dims: Option<Dims>,
    /// The value that it always has.
    pub value: Option<Value>,
    /// The value that it has where nothing else is given.
    pub default_value: Option<Value>,
    /// Whether it must be there.
    pub required: bool,
    /// The type that declared it first.
    pub declared_in: TypeName,
    /// The type that refined it last, if one did.
    pub refined_in: Option<TypeName>,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// A dataset with everything that is said of it: by its slot, by the slots that this one refines, and by its own type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EffectiveDataset {
    /// The name that it always has; `None` for a slot that takes any name.
    pub name: Option<String>,
    /// The name that it has where none is given.
    pub default_name: Option<String>,
    /// What it means.
    pub doc: String,
    /// Its type, `None` for an untyped dataset. Objects of descendants fit too.
    pub type_name: Option<TypeName>,
    /// What its values are; `None` is anything.
    pub dtype: Option<Dtype>,
    /// The shapes that it may have; `None` is not said: a single value in an untyped dataset, anything where
    /// [`dtype`](Self::dtype) is not said either.
    pub shape: Option<Shape>,
    /// The names of its dimensions.
    pub dims: Option<Dims>,
    /// The value that it always has.
    pub value: Option<Value>,
    /// The value that it has where nothing else is given.
    pub default_value: Option<Value>,
    /// How many there may be.
    pub quantity: Quantity,
    /// Whether a link may stand in its place.
    pub linkable: bool,
    /// Its attributes, those of its type first.
    pub attributes: Vec<Arc<EffectiveAttribute>>,
    /// The type that declared this slot first.
    pub declared_in: TypeName,
    /// The type that refined this slot last, if one did.
    pub refined_in: Option<TypeName>,
    /// Keys that the language does not know.
    pub extra: Extra,
    pub(super) layers: Layers<DatasetSpec>,
}

impl EffectiveDataset {
    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&EffectiveAttribute> {
        find(&self.attributes, |attribute| attribute.name == name)
    }
}

/// A group inside of a type: untyped, or the slot of a type.
///
/// Its members are those of [`Catalog::members`](super::Catalog::members).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EffectiveGroup {
    /// The name that it always has; `None` for a slot that takes any name.
    pub name: Option<String>,
    /// The name that it has where none is given.
    pub default_name: Option<String>,
    /// What it means.
    pub doc: String,
    /// Its type, `None` for an untyped group. Objects of descendants fit too.
    pub type_name: Option<TypeName>,
    /// How many there may be.
    pub quantity: Quantity,
    /// Whether a link may stand in its place.
    pub linkable: bool,
    /// The type that declared this slot first.
    pub declared_in: TypeName,
    /// The type that refined this slot last, if one did.
    pub refined_in: Option<TypeName>,
    /// Keys that the language does not know.
    pub extra: Extra,
    /// The members of an untyped group; empty for a typed one, whose members are those of its type under its layers.
    pub(super) own: Members,
    pub(super) layers: Layers<GroupSpec>,
    pub(super) full: Unfolded,
}

impl EffectiveGroup {
    /// Whether the slot, or a slot that it refines, says something of the members beyond what their type says.
    pub fn refines_members(&self) -> bool {
        self.type_name.is_some() && self.layers.0.iter().any(|(_, spec)| has_members(spec))
    }
}

pub(super) fn has_members(spec: &GroupSpec) -> bool {
    !(spec.attributes.is_empty() && spec.datasets.is_empty() && spec.groups.is_empty() && spec.links.is_empty())
}

/// A link inside of a type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EffectiveLink {
    /// The name that it always has; `None` for a slot that takes any name.
    pub name: Option<String>,
    /// The name that it has where none is given.
    pub default_name: Option<String>,
    /// What it means.
    pub doc: String,
    /// The type of its target as the schema names it.
    pub target_type: String,
    /// The type of its target, where it exists. Objects of descendants fit too.
    pub target: Option<TypeName>,
    /// How many there may be.
    pub quantity: Quantity,
    /// The type that declared it first.
    pub declared_in: TypeName,
    /// The type that refined it last, if one did.
    pub refined_in: Option<TypeName>,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// What a group consists of, inherited members first, each kind in the order of declaration.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Members {
    /// Its attributes.
    pub attributes: Vec<Arc<EffectiveAttribute>>,
    /// The datasets in it.
    pub datasets: Vec<Arc<EffectiveDataset>>,
    /// The groups in it.
    pub groups: Vec<Arc<EffectiveGroup>>,
    /// The links in it.
    pub links: Vec<Arc<EffectiveLink>>,
}

fn find<T>(members: &[Arc<T>], matches: impl Fn(&T) -> bool) -> Option<&T> {
    members.iter().map(|member| &**member).find(|member| matches(member))
}

impl Members {
    pub(super) const EMPTY: &'static Self =
        &Self { attributes: Vec::new(), datasets: Vec::new(), groups: Vec::new(), links: Vec::new() };

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&EffectiveAttribute> {
        find(&self.attributes, |attribute| attribute.name == name)
    }

    /// The dataset with that fixed name.
    pub fn dataset(&self, name: &str) -> Option<&EffectiveDataset> {
        find(&self.datasets, |dataset| dataset.name.as_deref() == Some(name))
    }

    /// The group with that fixed name.
    pub fn group(&self, name: &str) -> Option<&EffectiveGroup> {
        find(&self.groups, |group| group.name.as_deref() == Some(name))
    }

    /// The link with that fixed name.
    pub fn link(&self, name: &str) -> Option<&EffectiveLink> {
        find(&self.links, |link| link.name.as_deref() == Some(name))
    }
}

/// What was said of a typed slot, from its first declaration to its last refinement. Kept because a refinement with a narrower
/// type starts from that type and has to say it all again.
#[derive(Debug, Clone)]
pub(super) struct Layers<T>(pub(super) Vec<(TypeName, Arc<T>)>);

impl<T> PartialEq for Layers<T> {
    /// Always equal: how a slot came to be is not part of what it asks for.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The members of a typed slot, once somebody asked for them. They cannot be made beforehand, since types contain slots of
/// themselves.
#[derive(Debug, Clone, Default)]
pub(super) struct Unfolded(pub(super) OnceLock<Members>);

impl PartialEq for Unfolded {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A type, resolved.
#[derive(Debug)]
pub struct EffectiveType {
    pub(super) name: TypeName,
    pub(super) source: Arc<str>,
    pub(super) declared: Arc<TypeSpec>,
    pub(super) ancestors: Vec<TypeName>,
    pub(super) children: Vec<TypeName>,
    pub(super) body: Body,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    Group(Members),
    Dataset(Arc<EffectiveDataset>),
}

impl EffectiveType {
    /// Its name and the namespace that defines it.
    pub fn type_name(&self) -> &TypeName {
        &self.name
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.name.name()
    }

    /// The namespace that defines it.
    pub fn namespace(&self) -> &str {
        self.name.namespace()
    }

    /// The source that defines it, without extension: `nwb.ophys`.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it is for.
    pub fn doc(&self) -> &str {
        self.declared.doc()
    }

    /// Whether its objects are groups or datasets.
    pub fn kind(&self) -> Kind {
        match self.body {
            Body::Group(_) => Kind::Group,
            Body::Dataset(_) => Kind::Dataset,
        }
    }

    /// The definition as the schema has it, with nothing inherited.
    pub fn declared(&self) -> &TypeSpec {
        &self.declared
    }

    /// The name that its objects always have. It is not inherited.
    pub fn fixed_name(&self) -> Option<&str> {
        match &*self.declared {
            TypeSpec::Group(spec) => spec.name.as_deref(),
            TypeSpec::Dataset(spec) => spec.name.as_deref(),
        }
    }

    /// The name that its objects have where none is given. It is not inherited.
    pub fn default_name(&self) -> Option<&str> {
        match &*self.declared {
            TypeSpec::Group(spec) => spec.default_name.as_deref(),
            TypeSpec::Dataset(spec) => spec.default_name.as_deref(),
        }
    }

    /// The type that it extends.
    pub fn parent(&self) -> Option<&TypeName> {
        self.ancestors.first()
    }

    /// The types above it, the nearest first.
    pub fn ancestors(&self) -> &[TypeName] {
        &self.ancestors
    }

    /// The types that extend it directly, in the order of declaration.
    pub fn children(&self) -> &[TypeName] {
        &self.children
    }

    /// How far above this type `other` stands: 0 for the type itself, 1 for its parent; `None` if it is no ancestor.
    pub fn distance_to(&self, other: &TypeName) -> Option<usize> {
        if self.name == *other {
            return Some(0);
        }
        self.ancestors.iter().position(|ancestor| ancestor == other).map(|position| position + 1)
    }

    /// Whether it is `other` or extends it, directly or not.
    pub fn is_a(&self, other: &TypeName) -> bool {
        self.distance_to(other).is_some()
    }

    /// Whether it is, or extends, a type of that name in any namespace.
    pub fn is_a_named(&self, name: &str) -> bool {
        self.name() == name || self.ancestors.iter().any(|ancestor| ancestor.name() == name)
    }

    /// What its objects consist of; for a type of datasets, the attributes are in [`dataset`](Self::dataset) and this is empty.
    pub fn members(&self) -> &Members {
        match &self.body {
            Body::Group(members) => members,
            Body::Dataset(_) => Members::EMPTY,
        }
    }

    /// What its objects are if they are datasets.
    pub fn dataset(&self) -> Option<&EffectiveDataset> {
        match &self.body {
            Body::Group(_) => None,
            Body::Dataset(dataset) => Some(dataset),
        }
    }

    /// Its attributes, be its objects groups or datasets.
    pub fn attributes(&self) -> &[Arc<EffectiveAttribute>] {
        match &self.body {
            Body::Group(members) => &members.attributes,
            Body::Dataset(dataset) => &dataset.attributes,
        }
    }

    /// Its attribute of that name.
    pub fn attribute(&self, name: &str) -> Option<&EffectiveAttribute> {
        find(self.attributes(), |attribute| attribute.name == name)
    }
}
