//! A whole file as plain data: written through a transaction, read back, compared.

use std::collections::{HashMap, VecDeque};

use super::{Failure, Verdict, same, storage::same_info};
use crate::backend::{Address, Attribute, Backend, DatasetInfo, Link, NodeKind, Transaction};
use crate::dtype::Dtype;
use crate::error::Result;
use crate::selection::Region;
use crate::value::Value;

/// The objects of a file; the first is the root group. Every address in it is an index into these objects.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The objects, each of which can be reached from the root by hard links.
    pub objects: Vec<Object>,
}

/// One object.
#[derive(Clone, Debug)]
pub struct Object {
    /// Kind and content.
    pub kind: Kind,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// What kind of object it is, and what it holds.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Group(Vec<(String, Link)>),
    Dataset(Box<DatasetInfo>, Value),
    Datatype(Dtype),
}

impl Tree {
    fn object(&self, index: usize) -> Verdict<&Object> {
        self.objects.get(index).ok_or_else(|| Failure::new(format!("the tree has no object {index}")))
    }

    fn links(&self, index: usize) -> Verdict<&[(String, Link)]> {
        Ok(match &self.object(index)?.kind {
            Kind::Group(links) => links,
            _ => &[],
        })
    }

    /// The objects in the order in which they are met from the root on, level by level, by the bytes of their names.
    fn order(&self) -> Verdict<Vec<usize>> {
        let mut order = vec![0];
        let mut queue = VecDeque::from([0]);
        while let Some(index) = queue.pop_front() {
            let mut links: Vec<_> = self.links(index)?.iter().collect();
            links.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
            for (_, link) in links {
                if let Link::Hard(child) = link {
                    let child = child.0 as usize;
                    if !order.contains(&child) {
                        order.push(child);
                        queue.push_back(child);
                    }
                }
            }
        }
        Ok(order)
    }

    /// The same tree with its objects in the order in which they are met, and all names sorted.
    ///
    /// # Errors
    /// When an address in it is no object.
    pub fn sorted(&self) -> Verdict<Self> {
        let order = self.order()?;
        let mut renumbered = |address: Address| {
            let place = order.iter().position(|index| *index as u64 == address.0);
            Ok(place.map_or(Address::NULL, |place| Address(place as u64)))
        };
        let mut objects = vec![];
        for &index in &order {
            let Object { kind, attributes } = self.object(index)?.clone();
            let mut attributes = attributes
                .into_iter()
                .map(|attribute| attribute_with(attribute, &mut renumbered))
                .collect::<Result<Vec<_>>>()?;
            attributes.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
            let kind = match kind {
                Kind::Group(mut links) => {
                    links.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
                    for (_, link) in &mut links {
                        if let Link::Hard(address) = link {
                            *address = renumbered(*address)?;
                        }
                    }
                    Kind::Group(links)
                }
                Kind::Dataset(mut info, value) => {
                    info.named_type = info.named_type.map(&mut renumbered).transpose()?;
                    let value = value.map_addresses(&mut renumbered)?;
                    Kind::Dataset(info, value)
                }
                Kind::Datatype(dtype) => Kind::Datatype(dtype),
            };
            objects.push(Object { kind, attributes });
        }
        Ok(Self { objects })
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// When the transaction refuses something.
    pub fn write(&self, file: &mut dyn Transaction) -> Verdict {
        let mut made: HashMap<usize, Address> = HashMap::from([(0, file.root())]);
        let order = self.order()?;
        let parent = |made: &HashMap<usize, Address>, index: usize| {
            made.get(&index).copied().ok_or_else(|| Failure::new("a parent comes after its child"))
        };
        // First links that are more than another name for an object: which one makes it.
        let mut first: HashMap<usize, (usize, &str)> = HashMap::new();
        for &group in &order {
            for (name, link) in self.links(group)? {
                if let Link::Hard(child) = link {
                    first.entry(child.0 as usize).or_insert((group, name));
                }
            }
        }
        first.remove(&0);
        // Named datatypes come before the datasets that are made with them.
        for datasets in [false, true] {
            for &index in order.iter().skip(1) {
                let Some((group, name)) = first.get(&index) else { continue };
                let group = parent(&made, *group)?;
                let address = match &self.object(index)?.kind {
                    Kind::Group(_) if !datasets => file.create_group(group, name)?,
                    Kind::Datatype(dtype) if !datasets => file.create_datatype(group, name, dtype)?,
                    Kind::Dataset(info, _) if datasets => {
                        let named_type =
                            info.named_type.map(|address| parent(&made, address.0 as usize)).transpose()?;
                        file.create_dataset(group, name, &DatasetInfo { named_type, ..(**info).clone() })?
                    }
                    _ => continue,
                };
                made.insert(index, address);
            }
        }
        let mut renewed = |address: Address| {
            let index = address.0 as usize;
            let missing = || crate::Error::new(crate::ErrorKind::Invalid, "no such object");
            made.get(&index).copied().ok_or_else(missing)
        };
        for &index in order.iter().rev() {
            let address = renewed(Address(index as u64))?;
            for (name, link) in self.links(index)? {
                match link {
                    Link::Hard(child) => {
                        if first.get(&(child.0 as usize)) != Some(&(index, name)) {
                            file.link(address, name, &Link::Hard(renewed(*child)?))?;
                        }
                    }
                    other => file.link(address, name, other)?,
                }
            }
            for attribute in &self.object(index)?.attributes {
                file.set_attribute(address, &attribute_with(attribute.clone(), &mut renewed)?)?;
            }
            if let Kind::Dataset(info, value) = &self.object(index)?.kind {
                let value = value.map_addresses(&mut renewed)?;
                file.write(address, &Region::all(info.shape.dims()), &value)?;
            }
        }
        Ok(())
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// When something of it cannot be read.
    pub fn read(file: &dyn Backend) -> Verdict<Self> {
        let mut order = vec![file.root()];
        let mut nodes = vec![];
        let mut next = 0;
        while let Some(&address) = order.get(next) {
            let node = file.node(address)?;
            if let NodeKind::Group(links) = &node.kind {
                for (_, link) in links {
                    if let Link::Hard(child) = link
                        && !order.contains(child)
                    {
                        order.push(*child);
                    }
                }
            }
            nodes.push(node);
            next += 1;
        }
        let mut numbered = |address: Address| {
            let outside = || crate::Error::new(crate::ErrorKind::Malformed, "an address is no object of the file");
            let place = order.iter().position(|other| *other == address).ok_or_else(outside)?;
            Ok(Address(place as u64))
        };
        let mut objects = vec![];
        for (node, &address) in nodes.into_iter().zip(&order) {
            let attributes = node
                .attributes
                .into_iter()
                .map(|attribute| attribute_with(attribute, &mut numbered))
                .collect::<Result<Vec<_>>>()?;
            let kind = match node.kind {
                NodeKind::Group(mut links) => {
                    for (_, link) in &mut links {
                        if let Link::Hard(child) = link {
                            *child = numbered(*child)?;
                        }
                    }
                    Kind::Group(links)
                }
                NodeKind::Dataset(mut info) => {
                    let value = file.read(address, &Region::all(info.shape.dims()))?;
                    info.named_type = info.named_type.map(&mut numbered).transpose()?;
                    Kind::Dataset(info, value.map_addresses(&mut numbered)?)
                }
                NodeKind::Datatype(dtype) => Kind::Datatype(dtype),
            };
            objects.push(Object { kind, attributes });
        }
        Ok(Self { objects })
    }

    /// A failure that says where this tree is not as the other, both [`sorted`](Self::sorted).
    ///
    /// # Errors
    /// When they differ in anything but parameters that a filter has completed.
    pub fn same_as(&self, other: &Self) -> Verdict {
        same("number of objects", &self.objects.len(), &other.objects.len())?;
        for (index, (found, expected)) in self.objects.iter().zip(&other.objects).enumerate() {
            let what = |part: &str| format!("object {index}, {part}");
            match (&found.kind, &expected.kind) {
                (Kind::Group(found), Kind::Group(expected)) => same(&what("links"), found, expected)?,
                (Kind::Datatype(found), Kind::Datatype(expected)) => same(&what("type"), found, expected)?,
                (Kind::Dataset(info, value), Kind::Dataset(expected_info, expected)) => {
                    same_info(info, expected_info).map_err(|failure| Failure::new(what(&failure.to_string())))?;
                    same(&what("named type"), &info.named_type, &expected_info.named_type)?;
                    same(&what("elements"), value, expected)?;
                }
                (found, expected) => {
                    return Err(Failure::new(what(&format!("expected {expected:?}, found {found:?}"))));
                }
            }
            let names = |object: &Object| object.attributes.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
            same(&what("attributes"), &names(found), &names(expected))?;
            for (found, expected) in found.attributes.iter().zip(&expected.attributes) {
                same(&what(&expected.name), &found.value, &expected.value)?;
                same(&what(&expected.name), &found.named_type, &expected.named_type)?;
            }
        }
        Ok(())
    }
}

fn attribute_with(attribute: Attribute, map: &mut dyn FnMut(Address) -> Result<Address>) -> Result<Attribute> {
    Ok(Attribute {
        value: attribute.value.map_addresses(map)?,
        named_type: attribute.named_type.map(map).transpose()?,
        name: attribute.name,
    })
}
