//! From drafts to stored objects: checked against the effective spec, completed with fixed and default values, ids and types.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use nwb_schema::{Catalog, EffectiveAttribute, EffectiveDataset, EffectiveType, Kind, Members, Slot};

use crate::backend::{Address, Attribute, Backend, Link, NodeKind};
use crate::convert;
use crate::data::Data;
use crate::draft::{AttributeDraft, DraftNode, External, Owner, Target};
use crate::edit::Ids;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::table;
use crate::layout;
use crate::memory::{MemoryKind, MemoryNode, Objects};
use crate::names::{check_new, nearest};
use crate::place::Place;
use crate::tree::Object;
use crate::value::Value;

/// What can only be known at the end: whether a slot that needs at least one object has got it.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    group: Address,
    spec: String,
    type_name: (String, String),
    min: u64,
}

impl Pending {
    pub(crate) fn check(&self, view: &Object) -> Result<()> {
        let Some(group) = view.resolve(self.group) else { return Ok(()) };
        let wanted = (self.type_name.0.as_str(), self.type_name.1.as_str());
        let mut count = 0;
        for (_, child) in group.children()? {
            let Ok(child) = child else { continue };
            if let Some(own) = child.type_name()?
                && child.node_ref().is_a(own, wanted)
            {
                count += 1;
            }
        }
        if count >= self.min {
            return Ok(());
        }
        Err(group.fail(
            Error::new(ErrorKind::Invalid, format!("the object holds no {}, which its type requires", wanted.1))
                .expected(format!("at least {}", self.min))
                .found(count.to_string())
                .by_spec(self.spec.clone())
                .remedy(format!("insert a {} in it before the commit", wanted.1)),
        ))
    }
}

pub(crate) struct Builder<'e> {
    pub(crate) objects: &'e mut Objects,
    pub(crate) base: Option<&'e Object>,
    pub(crate) catalog: &'e Catalog,
    pub(crate) owner: Owner,
    pub(crate) ids: &'e mut Ids,
    pub(crate) paths: &'e mut HashMap<Address, String>,
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
    // --- places -----------------------------------------------------------------------------------------------------------

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
        let (parent, parent_type, path) = match place {
            Place::Object(object) => {
                self.check_owner(object.owner)?;
                let parent_type = self
                    .stored_type(object.address)?
                    .ok_or_else(|| invalid("only an object with a type can hold others"))?;
                let home = self.catalog.default_home(parent_type, own, Some(&name));
                let path =
                    home.map(|home| home.path.to_string()).ok_or_else(|| self.no_room(parent_type, own, &name))?;
                (object.address, parent_type, path)
            }
            place => (self.objects.root(), self.root_type()?, place.path().unwrap_or_default().to_owned()),
        };
        let members =
            if path.is_empty() { Some(parent_type.members()) } else { self.catalog.members_at(parent_type, &path) };
        let slot = members.and_then(|members| self.catalog.slot_for(members, &name, Some(own)));
        match slot {
            Some(slot) if slot.type_name().is_some_and(|wanted| own.is_a(wanted)) => {
                self.insert_at(parent, &path, Some(slot), draft)
            }
            _ => Err(self.no_room(parent_type, own, &name).at(join(&self.path_of(parent)?, &path))),
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
        let holder = self.make_groups(parent, group)?;
        for (object, attribute, sibling) in loose {
            let target = self.link(holder, &sibling)?;
            self.refer_to_sibling(object, &attribute, &sibling, target.as_ref(), &path)?;
        }
        self.append_column_name(holder, own, &name)?;
        self.objects.change(holder)?.links_mut()?.insert(name, Link::Hard(made));
        Ok(made)
    }

    /// A column that is added to a table is named among its columns.
    fn append_column_name(&mut self, table: Address, own: &EffectiveType, name: &str) -> Result<()> {
        if !own.is_a_named("VectorData") || own.is_a_named("VectorIndex") {
            return Ok(());
        }
        if !self.stored_type(table)?.is_some_and(|holder| holder.is_a_named("DynamicTable")) {
            return Ok(());
        }
        let old = self.objects.node(table)?.attributes.into_iter().find(|attribute| attribute.name == "colnames");
        let mut names: Vec<String> = match &old {
            Some(old) if !old.value.is_empty() => old.value.as_texts()?.into_iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        names.push(name.to_owned());
        self.objects.change(table)?.set_attribute("colnames", Value::texts(names));
        Ok(())
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
                    self.paths.insert(made, at_path.clone());
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

    // --- types and targets ------------------------------------------------------------------------------------------------

    fn type_of(&self, draft: &DraftNode) -> Result<&'e EffectiveType> {
        let (namespace, name) = draft.type_name.as_ref().ok_or_else(|| invalid("an object needs a type"))?;
        self.catalog.resolve_type(namespace, name).ok_or_else(|| {
            invalid(format!("nothing is known of the type {namespace} {name}"))
                .remedy("load the namespace that defines it")
        })
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

    fn check_owner(&self, owner: Owner) -> Result<()> {
        if owner == self.owner {
            return Ok(());
        }
        Err(invalid("the handle is of another edit")
            .remedy("use handles of this edit, or `External` for objects of other files"))
    }

    fn path_of(&self, object: Address) -> Result<String> {
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
            Target::External(External { file, path }) => Ok(Link::External { file: file.clone(), path: path.clone() }),
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

    // --- objects ----------------------------------------------------------------------------------------------------------

    /// Fills in the root of a new file.
    pub(crate) fn root(&mut self, address: Address, draft: DraftNode) -> Result<()> {
        let own = self.type_of(&draft)?;
        let id = self.id_of(&draft);
        self.paths.insert(address, "/".into());
        let mut node = self.group(draft, own.members(), own.name(), address, "/")?;
        self.mark_type(&mut node, own, id);
        self.objects.replace(address, node);
        Ok(())
    }

    fn id_of(&mut self, draft: &DraftNode) -> uuid::Uuid {
        draft.object_id.unwrap_or_else(|| self.ids.next())
    }

    fn mark_type(&self, node: &mut MemoryNode, own: &EffectiveType, id: uuid::Uuid) {
        node.set_attribute("namespace", Value::text(own.namespace()));
        node.set_attribute("neurodata_type", Value::text(own.name()));
        node.set_attribute("object_id", Value::text(&id.hyphenated().to_string()));
    }

    /// Makes an object with all that is in it. References to siblings are left to whoever links it into its group.
    fn object(
        &mut self,
        mut draft: DraftNode,
        slot: Option<Slot<'e>>,
        path: &str,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<Address> {
        let own = self.type_of(&draft)?;
        if let Some(fault) = draft.faults.pop() {
            return Err(fault.at(path));
        }
        table::complete(&mut draft, own, self.catalog).map_err(|error| error.at(path))?;
        let id = self.id_of(&draft);
        let address = self.objects.add(MemoryNode::group());
        self.paths.insert(address, path.to_owned());
        let same_type = |wanted: Option<&nwb_schema::TypeName>| wanted == Some(own.type_name());
        let mut node = match own.kind() {
            Kind::Group => {
                let members = match slot {
                    Some(Slot::Group(group)) if same_type(group.type_name.as_ref()) => self.catalog.members(group),
                    _ => own.members(),
                };
                self.group(draft, members, own.name(), address, path)?
            }
            Kind::Dataset => {
                let spec = match slot {
                    Some(Slot::Dataset(dataset)) if same_type(dataset.type_name.as_ref()) => Some(dataset),
                    _ => own.dataset(),
                };
                let spec = spec.ok_or_else(|| invalid("the schema does not say what the dataset holds").at(path))?;
                self.dataset(draft, spec, Some(own), address, path, siblings)?
            }
        };
        self.mark_type(&mut node, own, id);
        self.objects.replace(address, node);
        Ok(address)
    }

    fn group(
        &mut self,
        mut draft: DraftNode,
        members: &'e Members,
        owner: &str,
        address: Address,
        path: &str,
    ) -> Result<MemoryNode> {
        let at = |error: Error| error.at(path);
        let mut group = Group {
            node: MemoryNode::group(),
            links: BTreeMap::new(),
            address,
            path: path.to_owned(),
            siblings: Vec::new(),
        };
        if draft.data.is_some() {
            return Err(at(invalid("a group has no elements")));
        }
        let mut own_siblings = Vec::new();
        let given = std::mem::take(&mut draft.attributes);
        self.attributes(&mut group.node.attributes, given, &members.attributes, owner, address, &mut own_siblings)
            .map_err(at)?;
        for slot in members.slots() {
            let Some(name) = slot.name() else {
                self.expect_later(slot, owner, address);
                continue;
            };
            let given = draft.members.shift_remove(name);
            self.member(&mut group, slot, name, given, owner)?;
        }
        // What is left has no slot of its own name: columns that the user named, for one.
        let rest =
            std::mem::take(&mut draft.members).into_iter().map(|(name, node)| DraftNode { name: Some(name), ..node });
        for child in rest.chain(std::mem::take(&mut draft.added)) {
            self.free_member(&mut group, members, child, owner)?;
        }
        let Group { mut node, links, siblings, .. } = group;
        for (object, attribute, sibling) in siblings {
            self.refer_to_sibling(object, &attribute, &sibling, links.get(&sibling), path)?;
        }
        node.kind = MemoryKind::Group(links);
        Ok(node)
    }

    fn expect_later(&mut self, slot: Slot<'_>, owner: &str, group: Address) {
        if let (Some(wanted), min @ 1..) = (slot.type_name(), slot.quantity().min()) {
            let type_name = (wanted.namespace().to_owned(), wanted.name().to_owned());
            self.pending.push(Pending { group, spec: format!("{owner}.<{}>", wanted.name()), type_name, min });
        }
    }

    /// What goes into a slot with a name.
    fn member(
        &mut self,
        group: &mut Group,
        slot: Slot<'e>,
        name: &str,
        given: Option<DraftNode>,
        owner: &str,
    ) -> Result<()> {
        let path = join(&group.path, name);
        let spec = || format!("{owner}.{name}");
        let missing = || {
            let type_name = slot.type_name().map_or(String::new(), |wanted| format!("{} ", wanted.name()));
            invalid(format!("the required {type_name}\"{name}\" is missing")).at(group.path.clone()).by_spec(spec())
        };
        let is_required = slot.quantity().is_required();
        let link = match given {
            Some(DraftNode { link: Some(target), attributes, .. }) => {
                self.check_shared(&target, &attributes, &path)?;
                Some(self.link_to(&target, slot.type_name()).map_err(|error| error.at(path.clone()).by_spec(spec()))?)
            }
            given => match (slot, given) {
                (Slot::Link(_), None) => None,
                (Slot::Link(_), Some(_)) => {
                    return Err(invalid("a link is wanted here, not an object")
                        .at(path)
                        .remedy("insert the object first, and give its handle"));
                }
                (Slot::Dataset(dataset), given) if dataset.type_name.is_none() => self
                    .untyped_dataset(dataset, given, is_required, owner, &path, &mut group.siblings)?
                    .map(Link::Hard),
                (Slot::Group(untyped), given) if untyped.type_name.is_none() => {
                    let given = given.unwrap_or_default();
                    let is_empty = given.attributes.is_empty() && given.members.is_empty() && given.added.is_empty();
                    if is_empty && !is_required {
                        None
                    } else {
                        let address = self.objects.add(MemoryNode::group());
                        self.paths.insert(address, path.clone());
                        let owner = format!("{owner}.{name}");
                        let node = self.group(given, self.catalog.members(untyped), &owner, address, &path)?;
                        self.objects.replace(address, node);
                        Some(Link::Hard(address))
                    }
                }
                (_, None) => None,
                (_, Some(given)) => {
                    let own = self.type_of(&given).map_err(|error| error.at(path.clone()))?;
                    if !slot.type_name().is_some_and(|wanted| own.is_a(wanted)) {
                        return Err(Error::new(ErrorKind::WrongType, "the object is of another type than its slot")
                            .at(path)
                            .expected(slot.type_name().map_or(String::new(), |wanted| wanted.name().to_owned()))
                            .found(own.name().to_owned())
                            .by_spec(spec()));
                    }
                    Some(Link::Hard(self.object(given, Some(slot), &path, &mut group.siblings)?))
                }
            },
        };
        match link {
            Some(link) => {
                group.links.insert(name.to_owned(), link);
                Ok(())
            }
            None if is_required => Err(missing()),
            None => Ok(()),
        }
    }

    /// What goes under its own name.
    fn free_member(&mut self, group: &mut Group, members: &'e Members, child: DraftNode, owner: &str) -> Result<()> {
        if let Some(target) = &child.link {
            let name = match (&child.name, target) {
                (Some(name), _) => name.clone(),
                (None, Target::Object { address, .. }) => {
                    let path = self.path_of(*address)?;
                    path.rsplit('/').next().unwrap_or_default().to_owned()
                }
                (None, _) => return Err(invalid("a link needs a name").at(group.path.clone())),
            };
            let path = join(&group.path, &name);
            if let Target::Object { address, .. } = target
                && let Some(own) = self.stored_type(*address)?
                && self.catalog.slot_for(members, &name, Some(own)).is_none()
            {
                return Err(invalid(format!("a link to a {} cannot be in a {owner}", own.name())).at(path));
            }
            let link = self.link_to(target, None).map_err(|error| error.at(path.clone()))?;
            return self.put(group, name, link);
        }
        if child.type_name.is_none() {
            let name = child.name.unwrap_or_default();
            let known: Vec<&str> = members.slots().filter_map(|slot| slot.name()).collect();
            let error = invalid(format!("a {owner} has no member \"{name}\"")).at(join(&group.path, &name));
            return Err(match nearest(&name, known) {
                Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
                None => error,
            });
        }
        let own = self.type_of(&child).map_err(|error| error.at(group.path.clone()))?;
        let name = child.name.clone().or(own.fixed_name().map(str::to_owned)).or(own.default_name().map(str::to_owned));
        let name = name.ok_or_else(|| invalid(format!("a {} needs a name", own.name())).at(group.path.clone()))?;
        let path = join(&group.path, &name);
        let slot = self.catalog.slot_for(members, &name, Some(own));
        if !slot.and_then(|slot| slot.type_name().map(|wanted| own.is_a(wanted))).unwrap_or(false) {
            return Err(invalid(format!("a {} cannot be in a {owner}", own.name())).at(path));
        }
        check_new(&name).map_err(|error| error.at(path.clone()))?;
        let made = self.object(child, slot, &path, &mut group.siblings)?;
        self.put(group, name, Link::Hard(made))
    }

    fn put(&self, group: &mut Group, name: String, link: Link) -> Result<()> {
        if group.links.contains_key(&name) {
            return Err(invalid("two members have the same name")
                .at(join(&group.path, &name))
                .remedy("choose another name for one of them"));
        }
        group.links.insert(name, link);
        Ok(())
    }

    // --- datasets and attributes --------------------------------------------------------------------------------------------

    fn untyped_dataset(
        &mut self,
        spec: &'e EffectiveDataset,
        given: Option<DraftNode>,
        is_required: bool,
        owner: &str,
        path: &str,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<Option<Address>> {
        let fixed = spec.value.as_ref().filter(|_| is_required || given.is_some());
        let mut given = given.unwrap_or_default();
        if let Some(fixed) = fixed.and_then(|json| convert::constant(json, spec.dtype.as_ref())) {
            given.data = Some(fixed.into());
        }
        if given.data.is_none() {
            return match given.attributes.first() {
                None => Ok(None),
                Some((attribute, _)) => {
                    let error =
                        invalid(format!("the attribute \"{attribute}\" is given, but not the dataset that it is of"));
                    Err(error.at(path).by_spec(owner.to_owned()))
                }
            };
        }
        let address = self.objects.add(MemoryNode::group());
        self.paths.insert(address, path.to_owned());
        let node = self.dataset(given, spec, None, address, path, siblings)?;
        self.objects.replace(address, node);
        Ok(Some(address))
    }

    fn dataset(
        &mut self,
        draft: DraftNode,
        spec: &EffectiveDataset,
        own: Option<&EffectiveType>,
        address: Address,
        path: &str,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<MemoryNode> {
        let owner = own.map_or_else(|| spec.declared_in.name().to_owned(), |own| own.name().to_owned());
        let at = |error: Error| error.at(path).by_spec(owner.clone());
        if let Some(name) = draft.members.keys().next() {
            return Err(at(invalid(format!("a dataset has no member \"{name}\""))));
        }
        let data: Data = draft.data.ok_or_else(|| at(invalid("the elements are missing")))?;
        let data = convert::for_slot(data, spec.dtype.as_ref(), spec.shape.as_ref()).map_err(at)?;
        let data = layout::completed(data, own, spec.shape.as_ref()).map_err(at)?;
        let (source, info) = data.into_parts();
        let mut node = MemoryNode::of(MemoryKind::Dataset(Box::new(info), source));
        self.attributes(&mut node.attributes, draft.attributes, &spec.attributes, &owner, address, siblings)
            .map_err(|e| e.at(path))?;
        Ok(node)
    }

    /// Attributes as given, completed with fixed and default values.
    fn attributes(
        &mut self,
        to: &mut BTreeMap<String, Attribute>,
        mut given: IndexMap<String, AttributeDraft>,
        specs: &[std::sync::Arc<EffectiveAttribute>],
        owner: &str,
        address: Address,
        siblings: &mut Vec<(Address, String, String)>,
    ) -> Result<()> {
        let mut set = |name: &str, value: Value| {
            to.insert(name.into(), Attribute { name: name.into(), value, named_type: None });
        };
        for spec in specs {
            if matches!(spec.name.as_str(), "namespace" | "neurodata_type" | "object_id") {
                continue;
            }
            let at = |error: Error| error.by_spec(format!("{owner}@{}", spec.name));
            let constant = |json| convert::constant(json, spec.dtype.as_ref());
            match (spec.value.as_ref().and_then(constant), given.shift_remove(&spec.name)) {
                (Some(fixed), Some(AttributeDraft::Value(other))) if fixed != other => {
                    return Err(at(invalid(format!("\"{}\" has a fixed value", spec.name))
                        .expected(describe(&fixed))
                        .found(describe(&other))));
                }
                (Some(fixed), _) => set(&spec.name, fixed),
                (None, Some(AttributeDraft::Value(value))) => {
                    set(
                        &spec.name,
                        convert::for_attribute(&value, spec.dtype.as_ref(), spec.shape.as_ref()).map_err(at)?,
                    );
                }
                (None, Some(AttributeDraft::Reference(Target::Sibling(sibling)))) => {
                    siblings.push((address, spec.name.clone(), sibling));
                }
                (None, Some(AttributeDraft::Reference(target))) => {
                    set(&spec.name, Value::reference(self.refer(&target).map_err(at)?))
                }
                (None, None) => match spec.default_value.as_ref().and_then(constant) {
                    Some(default) => set(&spec.name, default),
                    None if spec.required => {
                        return Err(at(invalid(format!("the required attribute \"{}\" is missing", spec.name))));
                    }
                    None => {}
                },
            }
        }
        match given.keys().next() {
            None => Ok(()),
            Some(name) => {
                let error = invalid(format!("a {owner} has no attribute \"{name}\""));
                Err(match nearest(name, specs.iter().map(|spec| spec.name.as_str())) {
                    Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
                    None => error,
                })
            }
        }
    }

    /// What is said of shared data must be what their owner says.
    fn check_shared(&self, target: &Target, attributes: &IndexMap<String, AttributeDraft>, path: &str) -> Result<()> {
        let Target::Member { owner, address, member } = target else { return Ok(()) };
        self.check_owner(*owner)?;
        let Some(Link::Hard(shared)) = self.link(*address, member)? else { return Ok(()) };
        let node = self.objects.node(shared)?;
        for (name, draft) in attributes {
            let AttributeDraft::Value(value) = draft else { continue };
            let theirs =
                node.attributes.iter().find(|attribute| attribute.name == *name).map(|attribute| &attribute.value);
            if theirs.is_none_or(|theirs| describe(theirs) != describe(value)) {
                return Err(invalid(format!("\"{name}\" of shared data is what their owner says"))
                    .at(path)
                    .expected(theirs.map_or("nothing".into(), describe))
                    .found(describe(value)));
            }
        }
        Ok(())
    }

    // --- changes ------------------------------------------------------------------------------------------------------------

    /// Sets what is set in the draft, on an object that is there.
    pub(crate) fn update(&mut self, object: Address, owner: Owner, draft: DraftNode) -> Result<()> {
        self.check_owner(owner)?;
        let own = self.stored_type(object)?.ok_or_else(|| invalid("only an object with a type can be updated"))?;
        let path = self.path_of(object)?;
        if let Some(fault) = draft.faults.into_iter().next() {
            return Err(fault.at(path));
        }
        let mut changes = Vec::new();
        match own.kind() {
            Kind::Group => {
                let draft = DraftNode::rest(draft.attributes, draft.members, draft.added);
                self.update_group(draft, own.members(), own.name(), object, &path, &mut changes)?;
            }
            Kind::Dataset => {
                let spec = own.dataset().ok_or_else(|| invalid("the schema does not say what the dataset holds"))?;
                self.update_dataset(draft.data, draft.attributes, spec, Some(own), object, &path, &mut changes)?;
            }
        }
        for (address, node) in changes {
            self.objects.replace(address, node);
        }
        Ok(())
    }

    fn update_group(
        &mut self,
        mut draft: DraftNode,
        members: &'e Members,
        owner: &str,
        object: Address,
        path: &str,
        changes: &mut Vec<(Address, MemoryNode)>,
    ) -> Result<()> {
        let mut node = self.objects.copy(object)?;
        self.update_attributes(&mut node, std::mem::take(&mut draft.attributes), &members.attributes, owner)
            .map_err(|e| e.at(path))?;
        let links = std::mem::take(node.links_mut()?);
        let mut group = Group { node, links, address: object, path: path.to_owned(), siblings: Vec::new() };
        for (name, given) in std::mem::take(&mut draft.members) {
            let Some(slot) = members.slot(&name) else {
                group.links.remove(&name);
                self.free_member(&mut group, members, DraftNode { name: Some(name), ..given }, owner)?;
                continue;
            };
            let child_path = join(path, &name);
            let existing = match group.links.get(&name) {
                Some(Link::Hard(address)) if given.link.is_none() && given.type_name.is_none() => Some(*address),
                _ => None,
            };
            match (slot, existing) {
                (Slot::Dataset(dataset), Some(existing)) if dataset.type_name.is_none() => {
                    self.update_dataset(given.data, given.attributes, dataset, None, existing, &child_path, changes)?;
                }
                (Slot::Group(untyped), Some(existing)) if untyped.type_name.is_none() => {
                    let members = self.catalog.members(untyped);
                    self.update_group(given, members, &format!("{owner}.{name}"), existing, &child_path, changes)?;
                }
                _ => {
                    group.links.remove(&name);
                    self.member(&mut group, slot, &name, Some(given), owner)?;
                }
            }
        }
        for child in std::mem::take(&mut draft.added) {
            self.free_member(&mut group, members, child, owner)?;
        }
        let Group { mut node, links, siblings, address, .. } = group;
        for (object, attribute, sibling) in siblings {
            self.refer_to_sibling(object, &attribute, &sibling, links.get(&sibling), path)?;
        }
        node.kind = MemoryKind::Group(links);
        changes.push((address, node));
        Ok(())
    }

    fn update_dataset(
        &mut self,
        data: Option<Data>,
        attributes: IndexMap<String, AttributeDraft>,
        spec: &EffectiveDataset,
        own: Option<&EffectiveType>,
        object: Address,
        path: &str,
        changes: &mut Vec<(Address, MemoryNode)>,
    ) -> Result<()> {
        let owner = own.map_or_else(|| spec.declared_in.name().to_owned(), |own| own.name().to_owned());
        let mut node = self.objects.copy(object)?;
        if let Some(data) = data {
            let data = convert::for_slot(data, spec.dtype.as_ref(), spec.shape.as_ref())
                .map_err(|e| e.at(path).by_spec(owner.clone()))?;
            let (source, info) =
                layout::completed(data, own, spec.shape.as_ref()).map_err(|e| e.at(path))?.into_parts();
            node.kind = MemoryKind::Dataset(Box::new(info), source);
        }
        self.update_attributes(&mut node, attributes, &spec.attributes, &owner).map_err(|e| e.at(path))?;
        changes.push((object, node));
        Ok(())
    }

    fn update_attributes(
        &self,
        node: &mut MemoryNode,
        given: IndexMap<String, AttributeDraft>,
        specs: &[std::sync::Arc<EffectiveAttribute>],
        owner: &str,
    ) -> Result<()> {
        for (name, draft) in given {
            let Some(spec) = specs.iter().find(|spec| spec.name == name) else {
                return Err(invalid(format!("a {owner} has no attribute \"{name}\"")));
            };
            let at = |error: Error| error.by_spec(format!("{owner}@{name}"));
            let value = match draft {
                AttributeDraft::Value(value) => {
                    convert::for_attribute(&value, spec.dtype.as_ref(), spec.shape.as_ref()).map_err(at)?
                }
                AttributeDraft::Reference(target) => Value::reference(self.refer(&target).map_err(at)?),
            };
            node.set_attribute(&name, value);
        }
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
