//! Objects and groups, from drafts.

use super::*;
use crate::dynamic::lookup::Level;

impl<'e> Builder<'e> {
    /// Fills in the root of a new file.
    pub(crate) fn root(&mut self, address: Address, mut draft: DraftNode) -> Result<()> {
        let own = self.type_of(&draft)?;
        self.resolve_fields(&mut draft, Level::of(own), own.name()).map_err(|error| error.at("/"))?;
        let id = self.id_of(&draft, "/");
        self.paths.insert_mut(address, "/".into());
        let mut node = self.group(draft, own.members(), own.name(), address, "/", &mut Vec::new())?;
        self.mark_type(&mut node, own, id);
        self.objects.replace(address, node);
        Ok(())
    }

    pub(super) fn id_of(&self, draft: &DraftNode, path: &str) -> uuid::Uuid {
        draft.object_id.unwrap_or_else(|| self.ids.id_of(path))
    }

    pub(super) fn mark_type(&self, node: &mut MemoryNode, own: &EffectiveType, id: uuid::Uuid) {
        node.set_attribute("namespace", Value::text(own.namespace()));
        node.set_attribute("neurodata_type", Value::text(own.name()));
        node.set_attribute("object_id", Value::text(&id.hyphenated().to_string()));
    }

    /// Makes an object with all that is in it. References to siblings are left to whoever links it into its group.
    pub(super) fn object(
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
        let same_type = |wanted: Option<&nwb_schema::TypeName>| wanted == Some(own.type_name());
        let level = match slot {
            Some(Slot::Group(group)) if same_type(group.type_name.as_ref()) => {
                Level::group(self.catalog.members(group))
            }
            Some(Slot::Dataset(dataset)) if same_type(dataset.type_name.as_ref()) => Level::of_dataset(dataset),
            _ => Level::of(own),
        };
        self.resolve_fields(&mut draft, level, own.name()).map_err(|error| error.at(path))?;
        self.resolve_below(&mut draft);
        derived::describe(&mut draft, own, slot);
        derived::name_groups(&mut draft, own, |group| self.path_of(group)).map_err(|error| error.at(path))?;
        table::complete(&mut draft, own, self.catalog).map_err(|error| error.at(path))?;
        series::check::check(&draft, own).map_err(|error| error.at(path))?;
        let id = self.id_of(&draft, path);
        let address = self.objects.add(MemoryNode::group());
        self.paths.insert_mut(address, path.to_owned());
        let mut node = match own.kind() {
            Kind::Group => {
                let members = match slot {
                    Some(Slot::Group(group)) if same_type(group.type_name.as_ref()) => self.catalog.members(group),
                    _ => own.members(),
                };
                self.group(draft, members, own.name(), address, path, siblings)?
            }
            Kind::Dataset => {
                let spec = match slot {
                    Some(Slot::Dataset(dataset)) if same_type(dataset.type_name.as_ref()) => Some(dataset),
                    _ => own.dataset(),
                };
                let spec = spec.ok_or_else(|| invalid("the schema does not say what the dataset holds").at(path))?;
                if own.is_a_named("DynamicTableRegion") {
                    self.pending.push(Pending::Region(address));
                }
                self.dataset(draft, spec, Role::object(own), address, path, siblings)?
            }
        };
        self.mark_type(&mut node, own, id);
        self.objects.replace(address, node);
        Ok(address)
    }

    pub(super) fn group(
        &mut self,
        mut draft: DraftNode,
        members: &'e Members,
        owner: &str,
        address: Address,
        path: &str,
        outer: &mut Vec<(Address, String, String)>,
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
        let given = std::mem::take(&mut draft.attributes);
        self.attributes(&mut group.node.attributes, given, &members.attributes, owner, address, outer).map_err(at)?;
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
        self.settle(siblings, &links, path, outer)?;
        node.kind = MemoryKind::Group(links);
        Ok(node)
    }

    /// Sets references to members of a group that is complete; those to members of the group around it are left to that.
    pub(super) fn settle(
        &mut self,
        siblings: Vec<(Address, String, String)>,
        links: &BTreeMap<String, Link>,
        path: &str,
        outer: &mut Vec<(Address, String, String)>,
    ) -> Result<()> {
        for (object, attribute, sibling) in siblings {
            match sibling.strip_prefix("../") {
                Some(above) => outer.push((object, attribute, above.to_owned())),
                None => self.refer_to_sibling(object, &attribute, &sibling, links.get(&sibling), path)?,
            }
        }
        Ok(())
    }

    pub(super) fn expect_later(&mut self, slot: Slot<'_>, owner: &str, group: Address) {
        if let (Some(wanted), min @ 1..) = (slot.type_name(), slot.quantity().min()) {
            let type_name = (wanted.namespace().to_owned(), wanted.name().to_owned());
            self.pending.push(Pending::Filled { group, spec: format!("{owner}.<{}>", wanted.name()), type_name, min });
        }
    }

    /// What goes into a slot with a name.
    pub(super) fn member(
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
            Some(DraftNode { link: Some(target), attributes, members, .. }) => {
                self.check_shared(&target, &attributes, &path)?;
                let is_shared = matches!(target, Target::Member { .. });
                if let Some(name) = attributes.keys().filter(|_| !is_shared).chain(members.keys()).next() {
                    return Err(invalid(format!("\"{name}\" is for the object that the link leads to"))
                        .at(path)
                        .remedy("set it on that object, with `update`"));
                }
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
                        self.paths.insert_mut(address, path.clone());
                        let owner = format!("{owner}.{name}");
                        let node = self.group(
                            given,
                            self.catalog.members(untyped),
                            &owner,
                            address,
                            &path,
                            &mut group.siblings,
                        )?;
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
    pub(super) fn free_member(
        &mut self,
        group: &mut Group,
        members: &'e Members,
        child: DraftNode,
        owner: &str,
    ) -> Result<()> {
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

    pub(super) fn put(&self, group: &mut Group, name: String, link: Link) -> Result<()> {
        if group.links.contains_key(&name) {
            return Err(invalid("two members have the same name")
                .at(join(&group.path, &name))
                .remedy("choose another name for one of them"));
        }
        group.links.insert(name, link);
        Ok(())
    }
}
