//! A file together with what its external links lead to.

use std::collections::HashMap;
use std::sync::Arc;

use crate::backend::{Address, Attribute, Backend as _, Link, NodeKind};
use crate::copy::{Losses, refuse_unreadable};
use crate::data::Source;
use crate::error::Result;
use crate::memory::{MemoryKind, MemoryNode, Objects};
use crate::selection::Region;
use crate::tree::{Kind, Object, ObjectKey};
use crate::value::Value;

/// The objects of the new file: those of this one, and copies of those of others.
pub(super) fn objects(root: &Object, losses: &mut Losses) -> Result<Objects> {
    let mut copier = Copier {
        objects: Objects::over(Arc::clone(root.backend())),
        root,
        copies: HashMap::new(),
        open: Vec::new(),
        incomplete: Vec::new(),
    };
    let mut links = Vec::new();
    for group in root.descendants()? {
        for (name, link) in group.links()? {
            if let Link::External { .. } = link
                && let Some(target) = group.child(name).ok().flatten()
            {
                links.push((group.clone(), name.clone(), target));
            }
        }
    }
    // What is within another object that is copied comes with it.
    links.sort_by_key(|(_, _, target)| target.path().matches('/').count());
    for (group, name, target) in links {
        let link = copier.link_for(&target, join(group.path(), &name));
        copier.objects.change(group.address())?.links_mut()?.insert(name, link);
        copier.finish(losses)?;
    }
    Ok(copier.objects)
}

fn join(path: &str, name: &str) -> String {
    if path == "/" { format!("/{name}") } else { format!("{path}/{name}") }
}

struct Copier<'a> {
    objects: Objects,
    root: &'a Object,
    copies: HashMap<ObjectKey, (Address, String)>,
    /// Copies without content yet.
    open: Vec<Copy>,
    /// Copies without attributes, links and references yet.
    incomplete: Vec<Copy>,
}

/// What is copied, where the copy is, and its path.
type Copy = (Object, Address, String);

impl Copier<'_> {
    /// What stands at a path for an object of another file: a copy of it, or a link to one that is elsewhere.
    fn link_for(&mut self, target: &Object, path: String) -> Link {
        if target.is_in_file_of(self.root) {
            return Link::Soft(target.path().to_owned());
        }
        match self.copies.get(&target.key()) {
            Some((_, elsewhere)) => Link::Soft(elsewhere.clone()),
            None => Link::Hard(self.copy(target, path)),
        }
    }

    /// The copy of an object, to be filled later.
    fn copy(&mut self, target: &Object, path: String) -> Address {
        let address = self.objects.add(MemoryNode::group());
        self.copies.insert(target.key(), (address, path.clone()));
        self.open.push((target.clone(), address, path));
        address
    }

    /// Completes copies, and those of what they lead to, until there is nothing left to do.
    fn finish(&mut self, losses: &mut Losses) -> Result<()> {
        loop {
            self.fill()?;
            let Some((source, address, path)) = self.incomplete.pop() else { return Ok(()) };
            self.complete(&source, address, &path, losses)?;
        }
    }

    /// Makes all objects below those that are copied: they have to be known before links and references to them are made.
    fn fill(&mut self) -> Result<()> {
        while let Some((source, address, path)) = self.open.pop() {
            let node = source.node_ref().node()?;
            refuse_unreadable(&node.unreadable).map_err(|error| source.fail(error))?;
            let kind = match &node.kind {
                NodeKind::Group(links) => {
                    let mut own = std::collections::BTreeMap::new();
                    for (name, link) in links {
                        if let Link::Hard(_) = link
                            && let Some(child) = source.child(name)?
                        {
                            let known = self.copies.get(&child.key()).map(|(address, _)| *address);
                            let child = known.unwrap_or_else(|| self.copy(&child, join(&path, name)));
                            own.insert(name.clone(), Link::Hard(child));
                        }
                    }
                    MemoryKind::Group(own)
                }
                NodeKind::Dataset(info) => {
                    let mut info = info.clone();
                    info.named_type = None;
                    let backend = Arc::clone(source.backend());
                    MemoryKind::Dataset(info, Source::Stored { backend, dataset: source.address() })
                }
                NodeKind::Datatype(dtype) => MemoryKind::Datatype(dtype.clone()),
            };
            self.objects.replace(address, MemoryNode::of(kind));
            self.incomplete.push((source, address, path));
        }
        Ok(())
    }

    /// Attributes, links and references of a copy.
    fn complete(&mut self, source: &Object, address: Address, path: &str, losses: &mut Losses) -> Result<()> {
        for Attribute { name, value, .. } in source.attributes()? {
            let (value, lost) = self.translated(source, value)?;
            if lost {
                losses.dangling_references.push(format!("{path}@{name}"));
            }
            self.objects.change(address)?.set_attribute(name, value);
        }
        for (name, link) in source.links()? {
            let link = match (link, source.child(name)) {
                (Link::Hard(_), _) => continue,
                (Link::External { .. }, Ok(Some(target))) => self.link_for(&target, join(path, name)),
                (Link::Soft(_), Ok(Some(target))) => self.soft_link(&target, join(path, name))?,
                (link, _) => link.clone(),
            };
            self.objects.change(address)?.links_mut()?.insert(name.clone(), link);
        }
        let node = self.objects.change(address)?;
        if let MemoryKind::Dataset(info, _) = &node.kind
            && info.dtype.has_references()
        {
            let value = source.backend().read(source.address(), &Region::all(info.shape.dims()))?;
            let (value, lost) = self.translated(source, &value)?;
            if lost {
                losses.dangling_references.push(path.to_owned());
            }
            let node = self.objects.change(address)?;
            if let MemoryKind::Dataset(info, elements) = &mut node.kind {
                info.fill = None;
                *elements = Source::Value(value);
            }
        }
        Ok(())
    }

    /// A value with references to what stands for their targets in the new file; whether some have nothing that does.
    fn translated(&mut self, source: &Object, value: &Value) -> Result<(Value, bool)> {
        let mut lost = false;
        let value = value.map_addresses(&mut |address| {
            let Some(target) = source.resolve(address) else { return Ok(Address::NULL) };
            Ok(match self.counterpart(&target)? {
                Some((address, _)) => address,
                None => {
                    lost = true;
                    Address::NULL
                }
            })
        })?;
        Ok((value, lost))
    }

    /// What stands for an object of another file: its copy, or the object at its path, or a copy there if nothing is.
    fn counterpart(&mut self, target: &Object) -> Result<Option<(Address, String)>> {
        if target.is_in_file_of(self.root) {
            return Ok(Some((target.address(), target.path().to_owned())));
        }
        if let Some(copy) = self.copies.get(&target.key()) {
            return Ok(Some(copy.clone()));
        }
        let path = target.path().to_owned();
        if !path.starts_with('/') || path == "/" {
            return Ok((path == "/").then(|| (self.root.address(), path)));
        }
        if let Ok(same) = self.root.get(&path) {
            if let Some(copy) = self.copies.get(&same.key()) {
                return Ok((same.type_name()? == target.type_name()?).then(|| copy.clone()));
            }
            let is_alike = same.is_in_file_of(self.root) && same.type_name()? == target.type_name()?;
            return Ok(is_alike.then(|| (same.address(), path)));
        }
        self.copy_along(target, &path)
    }

    /// Copies an object to the path that it has in its own file, with the first object of a type on the way that is missing here.
    fn copy_along(&mut self, target: &Object, path: &str) -> Result<Option<(Address, String)>> {
        // What was copied a moment ago has its members before more is put into it.
        self.fill()?;
        let mut at = self.root.address();
        let mut so_far = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            so_far = format!("{so_far}/{name}");
            at = match self.objects.link(at, name)? {
                Some(Link::Hard(next)) => next,
                Some(_) => return Ok(None),
                None => {
                    let source = target.root().get(&so_far)?;
                    if source.type_name()?.is_some() || source == *target {
                        let made = self.copy(&source, so_far);
                        self.objects.change(at)?.links_mut()?.insert(name.to_owned(), Link::Hard(made));
                        self.fill()?;
                        return Ok(self.copies.get(&target.key()).cloned());
                    }
                    let made = self.objects.add(MemoryNode::group());
                    self.objects.change(at)?.links_mut()?.insert(name.to_owned(), Link::Hard(made));
                    made
                }
            };
        }
        Ok(None)
    }

    /// What stands at a path for a soft link to an object: a soft link to what stands for it. Data that two series share are copied
    /// to the one that is copied.
    fn soft_link(&mut self, target: &Object, path: String) -> Result<Link> {
        let is_known = target.is_in_file_of(self.root) || self.copies.contains_key(&target.key());
        if !is_known && target.type_name()?.is_none() && target.kind()? == Kind::Dataset {
            return Ok(Link::Hard(self.copy(target, path)));
        }
        Ok(match self.counterpart(target)? {
            Some((_, path)) => Link::Soft(path),
            None => self.outside(target).unwrap_or_else(|| Link::Soft(target.path().to_owned())),
        })
    }

    /// A link to an object that has no place in the new file.
    fn outside(&self, target: &Object) -> Option<Link> {
        let location = target.backend().surroundings()?.location();
        let file = self.objects.surroundings()?.name_of(&location).ok()?;
        Some(Link::External { file, path: target.path().to_owned() })
    }
}
