//! The fields of an object, as the effective spec of its type in the schema of its file lists them.

use nwb_schema::spec::{Dims, Dtype as Asked, Quantity, Shape as AskedShape};
use nwb_schema::{Catalog, EffectiveType, Kind, Members, Slot, TypeName};

use crate::dynamic::lookup::{Found, Level, Path, find};
use crate::error::{Error, ErrorKind, Result};
use crate::tree::{NodeRef, Object};

impl Object {
    /// What the schema of its file says of its type, everything that it inherits included; `None` for an object without a type, or of
    /// one that neither this library nor the file knows.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn spec(&self) -> Result<Option<&EffectiveType>> {
        Ok(spec_of(self)?.map(|(_, own)| own))
    }

    /// Whether it is of a type, named by text, or of one that extends it, in the schema of its file.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn is_a(&self, namespace: &str, name: &str) -> Result<bool> {
        Ok(self.type_name()?.is_some_and(|own| self.node_ref().is_a(own, (namespace, name))))
    }

    /// The fields that its type has, whether this object has them or not. See [`dynamic`](crate::dynamic) for their names.
    ///
    /// # Errors
    /// When the object has no type that its file or this library knows, or cannot be read.
    pub fn fields(&self) -> Result<Fields<'_>> {
        let known = Known::of(self)?;
        let mut fields = Fields { object: self, owner: known.own.name(), catalog: known.catalog, listed: Vec::new() };
        fields.list(known.level, &Path::top());
        Ok(fields)
    }

    /// A field by its name. See [`dynamic`](crate::dynamic) for the names, and [`Field`] for what can be asked of it.
    ///
    /// # Errors
    /// When its type has no such field, or its file and this library do not know the type.
    pub fn field(&self, name: &str) -> Result<Field<'_>> {
        let known = Known::of(self)?;
        let found = find(known.catalog, known.level, known.own.name(), name).map_err(|error| {
            // The file may have more than its schema.
            let error = self.fail(error);
            let other = match (self.attribute(name), self.child(name)) {
                (Ok(Some(_)), _) => {
                    "the object has an attribute of that name, which its type does not have: `Object::attribute`"
                }
                (_, Ok(Some(_))) => {
                    "the object has a member of that name, which its type does not have: `Object::child`"
                }
                _ => return error,
            };
            error.remedy(other)
        });
        let (path, found) = found?;
        Ok(Field { object: self, owner: known.own.name(), catalog: known.catalog, path, found })
    }
}

/// The type of an object and where it is from: our schema with the file's own namespaces, or all as the file's writer had it, for types
/// that ours no longer has.
fn spec_of(object: &Object) -> Result<Option<(&Catalog, &EffectiveType)>> {
    let Some((namespace, name)) = object.type_name()? else { return Ok(None) };
    let node = object.node_ref();
    let find = |catalog: &Catalog| catalog.resolve_type(namespace, name).is_some();
    let catalog = Some(node.catalog()).filter(|catalog| find(catalog)).or_else(|| node.writers_catalog());
    Ok(catalog.and_then(|catalog| Some((catalog, catalog.resolve_type(namespace, name)?))))
}

/// The type of an object, as the slot that the object is in refines it.
struct Known<'o> {
    own: &'o EffectiveType,
    catalog: &'o Catalog,
    level: Level<'o>,
}

impl<'o> Known<'o> {
    fn of(object: &'o Object) -> Result<Self> {
        let (catalog, own) = spec_of(object)?.ok_or_else(|| {
            let error = Error::new(ErrorKind::NotFound, "what fields the object has is not known");
            object.fail(match object.type_name() {
                Ok(Some((namespace, name))) => error
                    .found(format!("the type {namespace} {name}, which the file has no spec of"))
                    .remedy("read its attributes and members: `Object::attributes`, `Object::children`"),
                _ => error.found("an object without a type"),
            })
        })?;
        let level = match refining_slot(object.node_ref(), own, catalog) {
            Some(Slot::Group(group)) => Level::group(catalog.members(group)),
            Some(Slot::Dataset(dataset)) => Level::of_dataset(dataset),
            _ => Level::of(own),
        };
        Ok(Self { own, catalog, level })
    }
}

/// The slot that an object is in, if it is one for just its type: then it may say more than that.
fn refining_slot<'o>(object: NodeRef<'o>, own: &EffectiveType, catalog: &'o Catalog) -> Option<Slot<'o>> {
    let name = object.name();
    let mut above = Vec::new();
    let mut at = object.parent()?;
    let holder = loop {
        let text = |name| at.attribute(name).ok().flatten().and_then(|value| value.as_text().ok());
        if let Some(type_name) = text("neurodata_type") {
            break catalog.resolve_type(text("namespace").unwrap_or("core"), type_name)?;
        }
        above.push(at.name());
        at = at.parent()?;
    };
    above.reverse();
    let members: &Members = catalog.members_at(holder, &above.join("/"))?;
    let slot = catalog.slot_for(members, name, Some(own))?;
    let is_same = slot.type_name() == Some(own.type_name());
    let is_kind = match slot {
        Slot::Group(_) => own.kind() == Kind::Group,
        Slot::Dataset(_) => own.kind() == Kind::Dataset,
        Slot::Link(_) => false,
    };
    (is_same && is_kind).then_some(slot)
}

/// The fields of an object, in the order of the schema: inherited ones first among their kind.
#[derive(Clone)]
pub struct Fields<'o> {
    object: &'o Object,
    owner: &'o str,
    catalog: &'o Catalog,
    listed: Vec<(Path, Found<'o>)>,
}

impl<'o> Fields<'o> {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Field<'o>> + '_ {
        self.listed.iter().map(|(path, found)| Field {
            object: self.object,
            owner: self.owner,
            catalog: self.catalog,
            path: path.clone(),
            found: *found,
        })
    }

    /// Their names.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.iter().map(|field| field.name()).collect()
    }

    fn list(&mut self, level: Level<'o>, path: &Path) {
        for attribute in level.fields() {
            self.listed.push((path.clone(), Found::Attribute(attribute)));
        }
        for slot in level.members.into_iter().flat_map(Members::slots) {
            let below = path.to(slot);
            self.listed.push((Path { required: path.required, ..below.clone() }, Found::Slot(slot)));
            if slot.type_name().is_none()
                && let Some(level) = Level::below(slot, self.catalog)
            {
                self.list(level, &below);
            }
        }
    }
}

impl<'o> IntoIterator for Fields<'o> {
    type Item = Field<'o>;
    type IntoIter = std::vec::IntoIter<Field<'o>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter().collect::<Vec<_>>().into_iter()
    }
}

/// What kind of field it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldKind {
    /// An attribute, of the object or of something untyped in it.
    Attribute,
    /// A dataset without a type of its own.
    Dataset,
    /// A group without a type of its own.
    Group,
    /// An object with a type, which the object contains; or any number of them.
    Object,
    /// A link to an object that lies elsewhere; or any number of them.
    Link,
}

/// A field of an object: what the schema says of it, and what the object has in it.
#[derive(Clone)]
pub struct Field<'o> {
    pub(super) object: &'o Object,
    pub(super) owner: &'o str,
    pub(super) catalog: &'o Catalog,
    pub(super) path: Path,
    pub(super) found: Found<'o>,
}

impl<'o> Field<'o> {
    /// Its name, with the path to it. Of objects with names of their own it is the name of their type: `devices/<Device>`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.found {
            Found::Attribute(attribute) if self.path.text.is_empty() => attribute.name.clone(),
            Found::Attribute(attribute) => format!("{}@{}", self.path.text, attribute.name),
            Found::Slot(_) => self.path.text.clone(),
        }
    }

    /// What kind of field it is.
    #[must_use]
    pub fn kind(&self) -> FieldKind {
        match self.found {
            Found::Attribute(_) => FieldKind::Attribute,
            Found::Slot(Slot::Link(_)) => FieldKind::Link,
            Found::Slot(slot) if slot.type_name().is_some() => FieldKind::Object,
            Found::Slot(Slot::Dataset(_)) => FieldKind::Dataset,
            Found::Slot(Slot::Group(_)) => FieldKind::Group,
        }
    }

    /// What it means.
    #[must_use]
    pub fn doc(&self) -> &'o str {
        match self.found {
            Found::Attribute(attribute) => &attribute.doc,
            Found::Slot(slot) => slot.doc(),
        }
    }

    /// Whether every object of the type has it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.path.required
            && match self.found {
                Found::Attribute(attribute) => attribute.required,
                Found::Slot(slot) => slot.quantity().is_required(),
            }
    }

    /// How many there may be.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        match self.found {
            Found::Attribute(attribute) if attribute.required => Quantity::Exactly(1),
            Found::Attribute(_) => Quantity::ZeroOrOne,
            Found::Slot(slot) => slot.quantity(),
        }
    }

    /// Whether it stands for objects with names of their own.
    #[must_use]
    pub fn is_any_name(&self) -> bool {
        matches!(self.found, Found::Slot(slot) if slot.name().is_none())
    }

    /// What its elements are, as far as the schema says.
    #[must_use]
    pub fn dtype(&self) -> Option<&'o Asked> {
        match self.found {
            Found::Attribute(attribute) => attribute.dtype.as_ref(),
            Found::Slot(Slot::Dataset(dataset)) => dataset.dtype.as_ref(),
            Found::Slot(_) => None,
        }
    }

    /// The shapes that it may have, as far as the schema says.
    #[must_use]
    pub fn shape(&self) -> Option<&'o AskedShape> {
        match self.found {
            Found::Attribute(attribute) => attribute.shape.as_ref(),
            Found::Slot(Slot::Dataset(dataset)) => dataset.shape.as_ref(),
            Found::Slot(_) => None,
        }
    }

    /// What its axes are called, as far as the schema says.
    #[must_use]
    pub fn dims(&self) -> Option<&'o Dims> {
        match self.found {
            Found::Attribute(attribute) => attribute.dims.as_ref(),
            Found::Slot(Slot::Dataset(dataset)) => dataset.dims.as_ref(),
            Found::Slot(_) => None,
        }
    }

    /// The type of the objects that it contains, links to or refers to.
    #[must_use]
    pub fn type_name(&self) -> Option<&'o TypeName> {
        match self.found {
            Found::Attribute(_) => None,
            Found::Slot(slot) => slot.type_name(),
        }
    }

    /// The type that declared it first.
    #[must_use]
    pub fn declared_in(&self) -> &'o TypeName {
        match self.found {
            Found::Attribute(attribute) => &attribute.declared_in,
            Found::Slot(slot) => slot.declared_in(),
        }
    }

    /// The value that it always has.
    #[must_use]
    pub fn fixed_value(&self) -> Option<&'o serde_json::Value> {
        match self.found {
            Found::Attribute(attribute) => attribute.value.as_ref(),
            Found::Slot(Slot::Dataset(dataset)) => dataset.value.as_ref(),
            Found::Slot(_) => None,
        }
    }

    /// The value that it has where nothing else is given.
    #[must_use]
    pub fn default_value(&self) -> Option<&'o serde_json::Value> {
        match self.found {
            Found::Attribute(attribute) => attribute.default_value.as_ref(),
            Found::Slot(Slot::Dataset(dataset)) => dataset.default_value.as_ref(),
            Found::Slot(_) => None,
        }
    }
}

impl std::fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({:?} {} of {:?})", self.kind(), self.name(), self.object)
    }
}

impl std::fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
