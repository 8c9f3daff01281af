//! From drafts to stored objects: checked against the effective spec, completed with fixed and default values, ids and types.

mod fields;
mod links;
mod objects;
mod pending;
mod update;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use nwb_schema::{Catalog, EffectiveAttribute, EffectiveDataset, EffectiveType, Kind, Members, Slot};
use rpds::HashTrieMapSync;

use crate::backend::{Address, Attribute, Backend, Link, NodeKind};
use crate::convert;
use crate::data::Data;
use crate::draft::{AttributeDraft, DraftNode, Owner, Target};
use crate::edit::ObjectIds;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::{derived, series, table};
use crate::layout;
use crate::memory::{MemoryKind, MemoryNode, Objects};
use crate::names::{check_new, nearest};
use crate::place::Place;
use crate::profile::{Profile, Role};
use crate::tree::Object;
use crate::value::Value;
pub(crate) use pending::Pending;

pub(crate) struct Builder<'e> {
    pub(crate) objects: &'e mut Objects,
    pub(crate) base: Option<&'e Object>,
    pub(crate) catalog: &'e Catalog,
    pub(crate) owner: Owner,
    pub(crate) ids: &'e ObjectIds,
    pub(crate) profile: &'e Profile,
    pub(crate) paths: &'e mut HashTrieMapSync<Address, String>,
    pub(crate) pending: &'e mut Vec<Pending>,
}

/// A group that is being put together.
struct Group {
    node: MemoryNode,
    links: BTreeMap<String, Link>,
    address: Address,
    path: String,
    /// References to members of this group, known when all of them are made: whose attribute, its name, the member's name.
    siblings: Vec<(Address, String, String)>,
}

fn join(path: &str, name: &str) -> String {
    if path == "/" { format!("/{name}") } else { format!("{path}/{name}") }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, message)
}

impl<'e> Builder<'e> {
    pub(crate) fn insert_at_home(&mut self, draft: DraftNode) -> Result<Address> {
        let own = self.type_of(&draft)?;
        let root_type = self.root_type()?;
        let name = draft.name.as_deref().or(own.fixed_name()).or(own.default_name());
        match self.catalog.default_home(root_type, own, name) {
            Some(home) => self.insert_at(self.objects.root(), &home.path, Some(home.slot), draft),
            None => {
                let homes: Vec<String> =
                    self.catalog.homes(root_type, own).iter().map(|home| format!("/{}", home.path)).collect();
                let error = invalid(format!("the schema does not say where in a file a {} lies", own.name()));
                Err(match homes.is_empty() {
                    true => error.remedy("insert it in the object that is to hold it"),
                    false => {
                        error.expected(format!("one of {}", homes.join(", "))).remedy("say which: insert it in a place")
                    }
                })
            }
        }
    }

    pub(crate) fn insert_in(&mut self, place: &Place, draft: DraftNode) -> Result<Address> {
        let own = self.type_of(&draft)?;
        let name = draft.name.as_deref().or(own.fixed_name()).or(own.default_name()).unwrap_or_default().to_owned();
        let (parent, path, slot) = self.slot_in(place, own, &name)?;
        self.insert_at(parent, &path, Some(slot), draft)
    }

    /// Where objects of a type go in a place: whose members they are, the path to the group from there, and the slot.
    fn slot_in(&self, place: &Place, own: &EffectiveType, name: &str) -> Result<(Address, String, Slot<'e>)> {
        let (parent, parent_type, path) = match place {
            Place::Object(object) => {
                self.check_owner(object.owner)?;
                let parent_type = self
                    .stored_type(object.address)?
                    .ok_or_else(|| invalid("only an object with a type can hold others"))?;
                let home = self.catalog.default_home(parent_type, own, Some(name));
                let path =
                    home.map(|home| home.path.to_string()).ok_or_else(|| self.no_room(parent_type, own, name))?;
                (object.address, parent_type, path)
            }
            place => (self.objects.root(), self.root_type()?, place.path().unwrap_or_default().to_owned()),
        };
        let members =
            if path.is_empty() { Some(parent_type.members()) } else { self.catalog.members_at(parent_type, &path) };
        let slot = members.and_then(|members| self.catalog.slot_for(members, name, Some(own)));
        match slot {
            Some(slot) if slot.type_name().is_some_and(|wanted| own.is_a(wanted)) => Ok((parent, path, slot)),
            _ => Err(self.no_room(parent_type, own, name).at(join(&self.path_of(parent)?, &path))),
        }
    }

    fn no_room(&self, parent: &EffectiveType, own: &EffectiveType, name: &str) -> Error {
        let mut kinds: Vec<String> = Vec::new();
        for slot in parent.members().slots() {
            if let Some(wanted) = slot.type_name() {
                kinds
                    .push(slot.name().map_or(wanted.name().to_owned(), |name| format!("{} \"{name}\"", wanted.name())));
            }
        }
        invalid(format!("a {} \"{name}\" cannot be in a {} here", own.name(), parent.name())).expected(kinds.join(", "))
    }

    fn insert_at(&mut self, parent: Address, group: &str, slot: Option<Slot<'e>>, draft: DraftNode) -> Result<Address> {
        let own = self.type_of(&draft)?;
        let fixed = slot.and_then(|slot| slot.name());
        let name = fixed.or(draft.name.as_deref()).or(own.fixed_name()).or(own.default_name());
        let name = name.ok_or_else(|| invalid(format!("a {} needs a name", own.name())))?.to_owned();
        let mut path = self.path_of(parent)?;
        if !group.is_empty() {
            path = join(&path, group);
        }
        let path = join(&path, &name);
        check_new(&name).map_err(|error| error.at(path.clone()))?;
        if let Some(holder) = self.walk(parent, group)?
            && self.link(holder, &name)?.is_some()
        {
            return Err(invalid("there is an object of that name already")
                .at(path)
                .remedy("choose another name, or update that object"));
        }
        let mut loose = Vec::new();
        let made = self.object(draft, slot, &path, &mut loose)?;
        // From here on objects that are there already are changed: whatever can fail comes before.
        let known = self.walk(parent, group)?;
        for (object, attribute, sibling) in loose {
            let target = known.map(|holder| self.link(holder, &sibling)).transpose()?.flatten();
            self.refer_to_sibling(object, &attribute, &sibling, target.as_ref(), &path)?;
        }
        let lists = known.map_or(Ok(Vec::new()), |holder| self.lists_with(holder, own, &name))?;
        if let Some(table) = known {
            self.pending.extend(Pending::aligned(table, self.stored_type(table)?, own, &name));
        }
        let holder = self.make_groups(parent, group)?;
        for (attribute, names) in lists {
            self.objects.change(holder)?.set_attribute(attribute, Value::texts(names));
        }
        self.objects.change(holder)?.links_mut()?.insert(name, Link::Hard(made));
        Ok(made)
    }

    /// The table's own lists with the name of what is added to it: a column among `colnames`, a category among `categories`.
    fn lists_with(&self, table: Address, own: &EffectiveType, name: &str) -> Result<Vec<(&'static str, Vec<String>)>> {
        let attribute = match own {
            own if own.is_a_named("VectorIndex") => return Ok(Vec::new()),
            own if own.is_a_named("VectorData") => "colnames",
            own if own.is_a_named("DynamicTable") => "categories",
            _ => return Ok(Vec::new()),
        };
        if !self
            .stored_type(table)?
            .is_some_and(|holder| holder.is_a_named("DynamicTable") && holder.attribute(attribute).is_some())
        {
            return Ok(Vec::new());
        }
        let node = self.objects.node(table)?;
        let old = node.attributes.iter().find(|other| other.name == attribute);
        let mut names: Vec<String> = match old {
            Some(old) if !old.value.is_empty() => old.value.as_texts()?.into_iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        if own.is_a_named("EnumData") {
            // What was taken for a column are the values of this one.
            names.retain(|other| *other != format!("{name}_elements"));
        }
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
        Ok(vec![(attribute, names)])
    }

    fn walk(&self, from: Address, path: &str) -> Result<Option<Address>> {
        let mut at = from;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            match self.link(at, name)? {
                Some(Link::Hard(next)) => at = next,
                Some(_) => {
                    return Err(invalid(format!("\"{name}\" is a link, through which nothing is inserted"))
                        .at(self.path_of(at)?));
                }
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    fn make_groups(&mut self, from: Address, path: &str) -> Result<Address> {
        let mut at = from;
        let mut at_path = self.path_of(from)?;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at_path = join(&at_path, name);
            at = match self.link(at, name)? {
                Some(Link::Hard(next)) => next,
                _ => {
                    let made = self.objects.add(MemoryNode::group());
                    self.paths.insert_mut(made, at_path.clone());
                    self.objects.change(at)?.links_mut()?.insert(name.into(), Link::Hard(made));
                    made
                }
            };
        }
        Ok(at)
    }

    fn link(&self, group: Address, name: &str) -> Result<Option<Link>> {
        self.objects.link(group, name)
    }

    pub(crate) fn type_of(&self, draft: &DraftNode) -> Result<&'e EffectiveType> {
        let (namespace, name) = draft.type_name.as_ref().ok_or_else(|| invalid("an object needs a type"))?;
        let own = self.catalog.resolve_type(namespace, name).ok_or_else(|| self.unknown_type(namespace, name))?;
        if let Some((namespace, name)) = draft.claimed
            && !self.catalog.resolve_type(namespace, name).is_some_and(|wanted| own.is_a(wanted.type_name()))
        {
            return Err(Error::new(ErrorKind::WrongType, format!("a {} is no {name}", own.name()))
                .expected(format!("a type that extends {namespace} {name}"))
                .found(own.type_name().to_string()));
        }
        Ok(own)
    }

    fn unknown_type(&self, namespace: &str, name: &str) -> Error {
        let error = invalid(format!("nothing is known of the type {namespace} {name}"));
        if self.catalog.release(namespace).is_none() {
            return error.remedy(format!("load the namespace {namespace} and make it known with `use_namespace`"));
        }
        match nearest(name, self.catalog.types_of(namespace).map(EffectiveType::name)) {
            Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
            None => error,
        }
    }

    fn root_type(&self) -> Result<&'e EffectiveType> {
        self.catalog.get("core", "NWBFile").ok_or_else(|| invalid("the schema has no NWBFile"))
    }

    fn stored_type(&self, object: Address) -> Result<Option<&'e EffectiveType>> {
        let node = self.objects.node(object)?;
        let text = |name: &str| {
            let attribute = node.attributes.iter().find(|attribute| attribute.name == name)?;
            attribute.value.as_text().ok().map(str::to_owned)
        };
        Ok(text("neurodata_type")
            .and_then(|name| self.catalog.resolve_type(text("namespace").as_deref().unwrap_or("core"), &name)))
    }

    pub(crate) fn check_owner(&self, owner: Owner) -> Result<()> {
        if owner == self.owner {
            return Ok(());
        }
        Err(invalid("the handle is of another edit")
            .remedy("use handles of this edit, or `External` for objects of other files"))
    }

    pub(crate) fn path_of(&self, object: Address) -> Result<String> {
        if let Some(path) = self.paths.get(&object) {
            return Ok(path.clone());
        }
        let base = self.base.and_then(|base| base.resolve(object)).map(|object| object.path().to_owned());
        base.ok_or_else(|| Error::new(ErrorKind::NotFound, "the object is not in this file"))
    }

    /// The address that a reference to a target holds.
    fn refer(&self, target: &Target) -> Result<Address> {
        match target {
            Target::Object { owner, address } => self.check_owner(*owner).map(|()| *address),
            Target::Member { owner, address, member } => {
                self.check_owner(*owner)?;
                match self.link(*address, member)? {
                    Some(Link::Hard(found)) => Ok(found),
                    _ => Err(invalid(format!("the object has no \"{member}\" of its own to refer to"))),
                }
            }
            Target::External(_) => Err(invalid("a reference cannot lead to another file").remedy("use a link")),
            Target::Sibling(_) => Err(invalid("a reference to a sibling is known only to its group")),
        }
    }

    /// A link to a target, which must be of a type.
    fn link_to(&self, target: &Target, wanted: Option<&nwb_schema::TypeName>) -> Result<Link> {
        match target {
            Target::External(external) => self.external_link(external),
            Target::Object { owner, address } => {
                self.check_owner(*owner)?;
                if let (Some(wanted), Some(own)) = (wanted, self.stored_type(*address)?)
                    && !own.is_a(wanted)
                {
                    return Err(Error::new(ErrorKind::WrongType, "the target of the link is of another type")
                        .expected(wanted.name().to_owned())
                        .found(format!("{} at {}", own.name(), self.path_of(*address)?)));
                }
                Ok(Link::Soft(self.path_of(*address)?))
            }
            Target::Member { owner, address, member } => {
                self.check_owner(*owner)?;
                match self.link(*address, member)? {
                    Some(Link::Hard(_)) => Ok(Link::Soft(join(&self.path_of(*address)?, member))),
                    // The target shares it too: the link goes to the owner at the end of the chain.
                    Some(link) => Ok(link),
                    None => Err(invalid(format!("{} has no \"{member}\" to share", self.path_of(*address)?))),
                }
            }
            Target::Sibling(name) => Err(invalid(format!("the sibling \"{name}\" can be referred to, but not linked"))),
        }
    }

    fn refer_to_sibling(
        &mut self,
        object: Address,
        attribute: &str,
        sibling: &str,
        target: Option<&Link>,
        path: &str,
    ) -> Result<()> {
        let Some(Link::Hard(target)) = target else {
            return Err(invalid(format!("\"{attribute}\" refers to \"{sibling}\", which is not there")).at(path));
        };
        self.objects.change(object)?.set_attribute(attribute, Value::reference(*target));
        Ok(())
    }
}

/// A value in a message.
fn describe(value: &Value) -> String {
    if let Ok(text) = value.as_text() {
        return format!("\"{text}\"");
    }
    match value.as_scalar::<f64>() {
        Ok(number) => number.to_string(),
        Err(_) => format!("{} {}", value.dtype(), value.shape()),
    }
}

impl Objects {
    /// One name of a group.
    pub(crate) fn link(&self, group: Address, name: &str) -> Result<Option<Link>> {
        if let Some(links) = self.own_links(group) {
            return Ok(links.get(name).cloned());
        }
        Ok(match self.node(group)?.kind {
            NodeKind::Group(links) => links.into_iter().find(|(other, _)| other == name).map(|(_, link)| link),
            _ => None,
        })
    }
}
