//! Changes to objects that are there.

use super::*;
use crate::dynamic::lookup::Level;

impl<'e> Builder<'e> {
    /// Sets what is set in the draft, on an object that is there.
    pub(crate) fn update(&mut self, object: Address, owner: Owner, mut draft: DraftNode) -> Result<()> {
        self.check_owner(owner)?;
        let own = self.stored_type(object)?.ok_or_else(|| invalid("only an object with a type can be updated"))?;
        let path = self.path_of(object)?;
        if let Some(fault) = draft.faults.pop() {
            return Err(fault.at(path));
        }
        if draft.name.is_some() || draft.object_id.is_some() {
            return Err(invalid("an update changes neither the name nor the id of an object").at(path));
        }
        self.resolve_fields(&mut draft, Level::of(own), own.name()).map_err(|error| error.at(path.clone()))?;
        self.resolve_below(&mut draft);
        let mut changes = Vec::new();
        match own.kind() {
            Kind::Group => {
                if own.is_a_named("DynamicTable") {
                    let view = Object::root_of(std::sync::Arc::new(self.objects.clone()));
                    let stored = view.resolve(object).ok_or_else(|| invalid("the object is null"))?.cast()?;
                    table::complete_update(&mut draft, own, &stored, self.catalog).map_err(|e| e.at(path.clone()))?;
                }
                let DraftNode { attributes, members, added, cleared, .. } = draft;
                let draft = DraftNode { cleared, ..DraftNode::rest(attributes, members, added) };
                let outer = self.update_group(draft, own.members(), own.name(), object, &path, &mut changes)?;
                if let Some((_, attribute, sibling)) = outer.first() {
                    return Err(
                        invalid(format!("\"{attribute}\" refers to \"{sibling}\", which is not there")).at(path)
                    );
                }
            }
            Kind::Dataset => {
                let spec = own.dataset().ok_or_else(|| invalid("the schema does not say what the dataset holds"))?;
                if own.is_a_named("DynamicTableRegion") {
                    self.pending.push(Pending::Region(object));
                }
                self.update_dataset(draft, spec, Role::object(own), object, &path, &mut changes)?;
            }
        }
        for (address, node) in changes {
            self.objects.replace(address, node);
        }
        Ok(())
    }

    /// Sets what is set in the draft; gives back references that only the group around this one can set.
    pub(super) fn update_group(
        &mut self,
        mut draft: DraftNode,
        members: &'e Members,
        owner: &str,
        object: Address,
        path: &str,
        changes: &mut Vec<(Address, MemoryNode)>,
    ) -> Result<Vec<(Address, String, String)>> {
        let mut node = self.objects.copy(object)?;
        self.update_attributes(&mut node, std::mem::take(&mut draft.attributes), &members.attributes, owner)
            .map_err(|e| e.at(path))?;
        let links = std::mem::take(node.links_mut()?);
        let mut group = Group { node, links, address: object, path: path.to_owned(), siblings: Vec::new() };
        let mut replaced = Vec::new();
        for name in &draft.cleared {
            group.links.remove(name);
        }
        for (name, given) in std::mem::take(&mut draft.members) {
            let Some(slot) = members.slot(&name) else {
                let old = group.links.remove(&name);
                self.free_member(&mut group, members, DraftNode { name: Some(name.clone()), ..given }, owner)?;
                self.keep_identity(&mut group, &name, old, &mut replaced);
                continue;
            };
            let child_path = join(path, &name);
            let existing = match group.links.get(&name) {
                Some(Link::Hard(address)) if given.link.is_none() && given.type_name.is_none() => Some(*address),
                _ => None,
            };
            match (slot, existing) {
                (Slot::Dataset(dataset), Some(existing)) if dataset.type_name.is_none() => {
                    self.update_dataset(given, dataset, self.field(owner, dataset), existing, &child_path, changes)?;
                }
                (Slot::Group(untyped), Some(existing)) if untyped.type_name.is_none() => {
                    let members = self.catalog.members(untyped);
                    let owner = format!("{owner}.{name}");
                    let above = self.update_group(given, members, &owner, existing, &child_path, changes)?;
                    group.siblings.extend(above);
                }
                _ => {
                    let old = group.links.remove(&name);
                    self.member(&mut group, slot, &name, Some(given), owner)?;
                    self.keep_identity(&mut group, &name, old, &mut replaced);
                }
            }
        }
        for child in std::mem::take(&mut draft.added) {
            self.free_member(&mut group, members, child, owner)?;
        }
        let Group { mut node, links, siblings, address, .. } = group;
        let mut outer = Vec::new();
        self.settle(siblings, &links, path, &mut outer)?;
        node.kind = MemoryKind::Group(links);
        changes.push((address, node));
        for (new, old) in replaced {
            let mut node = self.objects.copy(new)?;
            let before = self.objects.node(old)?.attributes;
            if let Some(id) = before.into_iter().find(|attribute| attribute.name == "object_id") {
                node.attributes.insert(id.name.clone(), id);
            }
            changes.push((old, node));
        }
        Ok(outer)
    }

    /// Lets an object that replaces another one take its address, so that what refers to it goes on doing so.
    fn keep_identity(
        &mut self,
        group: &mut Group,
        name: &str,
        old: Option<Link>,
        replaced: &mut Vec<(Address, Address)>,
    ) {
        let (Some(Link::Hard(old)), Some(Link::Hard(new))) = (old, group.links.get(name).cloned()) else { return };
        group.links.insert(name.to_owned(), Link::Hard(old));
        self.pending.iter_mut().for_each(|pending| pending.moved(new, old));
        replaced.push((new, old));
    }

    pub(super) fn update_dataset(
        &mut self,
        given: DraftNode,
        spec: &EffectiveDataset,
        role: Role<'_>,
        object: Address,
        path: &str,
        changes: &mut Vec<(Address, MemoryNode)>,
    ) -> Result<()> {
        let own = role.own();
        let owner = own.map_or_else(|| spec.declared_in.name().to_owned(), |own| own.name().to_owned());
        let mut node = self.objects.copy(object)?;
        if let Some(data) = given.data {
            data.owner().map_or(Ok(()), |owner| self.check_owner(owner)).map_err(|e| e.at(path))?;
            let data = convert::for_slot(data, spec.dtype.as_ref(), spec.shape.as_ref())
                .map_err(|e| e.at(path).by_spec(owner.clone()))?;
            let (source, info) =
                layout::completed(data, spec.shape.as_ref(), self.profile, role).map_err(|e| e.at(path))?.into_parts();
            node.kind = MemoryKind::Dataset(info, source);
        }
        self.update_attributes(&mut node, given.attributes, &spec.attributes, &owner).map_err(|e| e.at(path))?;
        changes.push((object, node));
        Ok(())
    }

    pub(super) fn update_attributes(
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
