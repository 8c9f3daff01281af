//! A file with changes, of which the file itself knows nothing.

use std::sync::Arc;

use nwb_model::Result;
use nwb_model::backend::{Address, Attribute, Backend, Chunk, DatasetInfo, Link, Node, NodeKind};
use nwb_model::selection::Region;
use nwb_model::value::Value;

/// An object to which no name leads.
pub(crate) const NAMELESS: Address = Address(1 << 40);

/// What is changed in a file.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    NoAttribute(Address, String),
    /// In the place of one of that name, or beside the others.
    Attribute(Address, Attribute),
    NoMember(Address, String),
    /// In the place of one of that name, or beside the others.
    Member(Address, String, Link),
    /// Other elements, of another type and shape.
    Elements(Address, Value),
    /// A group without members.
    Group(Address),
    /// An object that is not in the file; its elements, if it is a dataset.
    New(Address, Box<Node>, Option<Value>),
    /// The specs stay.
    WithSpecs,
}

impl Change {
    pub(crate) fn attribute(at: Address, name: &str, value: Value) -> Self {
        Self::Attribute(at, Attribute { name: name.into(), value, named_type: None })
    }

    /// A group that is not in the file.
    pub(crate) fn group(at: Address, links: &[(&str, Link)], attributes: &[(&str, Value)]) -> Self {
        let mut links: Vec<(String, Link)> = links.iter().map(|(name, link)| ((*name).into(), link.clone())).collect();
        links.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self::New(at, Box::new(Node::new(NodeKind::Group(links), attributes_of(attributes))), None)
    }

    /// A dataset that is not in the file.
    pub(crate) fn dataset(at: Address, value: Value, attributes: &[(&str, Value)]) -> Self {
        let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
        let node = Node::new(NodeKind::Dataset(Box::new(info)), attributes_of(attributes));
        Self::New(at, Box::new(node), Some(value))
    }

    fn object(&self) -> Address {
        match self {
            Self::NoAttribute(at, _)
            | Self::Attribute(at, _)
            | Self::NoMember(at, _)
            | Self::Member(at, _, _)
            | Self::Elements(at, _)
            | Self::Group(at)
            | Self::New(at, _, _) => *at,
            Self::WithSpecs => NAMELESS,
        }
    }

    fn make(&self, node: &mut Node) {
        match (self, &mut node.kind) {
            (Self::NoAttribute(_, name), _) => node.attributes.retain(|attribute| attribute.name != *name),
            (Self::Attribute(_, other), _) => {
                node.attributes.retain(|one| one.name != other.name);
                let place = node.attributes.partition_point(|one| one.name < other.name);
                node.attributes.insert(place, other.clone());
            }
            (Self::NoMember(_, gone), NodeKind::Group(links)) => links.retain(|(name, _)| name != gone),
            (Self::Member(_, name, link), NodeKind::Group(links)) => {
                links.retain(|(one, _)| one != name);
                let place = links.partition_point(|(one, _)| one < name);
                links.insert(place, (name.clone(), link.clone()));
            }
            (Self::Elements(_, value), kind) => {
                let info = DatasetInfo::new(value.dtype().clone(), value.shape().clone());
                *kind = NodeKind::Dataset(Box::new(info));
            }
            (Self::Group(_), kind) => *kind = NodeKind::Group(Vec::new()),
            (Self::NoMember(..) | Self::Member(..) | Self::New(..) | Self::WithSpecs, _) => {}
        }
    }
}

fn attributes_of(all: &[(&str, Value)]) -> Vec<Attribute> {
    let mut all: Vec<Attribute> = all
        .iter()
        .map(|(name, value)| Attribute { name: (*name).into(), value: value.clone(), named_type: None })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// A file with some changes, and without its specs where nothing else is said: those that are compiled in are the same.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) file: Arc<dyn Backend>,
    pub(crate) changes: Vec<Change>,
}

impl Changed {
    /// The elements of a dataset, if they are other ones.
    fn elements(&self, dataset: Address) -> Option<&Value> {
        self.changes.iter().rev().find_map(|change| match change {
            Change::Elements(at, value) | Change::New(at, _, Some(value)) if *at == dataset => Some(value),
            _ => None,
        })
    }
}

impl Backend for Changed {
    fn label(&self) -> &str {
        self.file.label()
    }

    fn root(&self) -> Address {
        self.file.root()
    }

    fn node(&self, object: Address) -> Result<Node> {
        if object == NAMELESS {
            return Ok(Node::new(NodeKind::Group(Vec::new()), Vec::new()));
        }
        let new = self.changes.iter().find_map(|change| match change {
            Change::New(at, node, _) if *at == object => Some(node),
            _ => None,
        });
        if let Some(node) = new {
            return Ok((**node).clone());
        }
        let mut node = self.file.node(object)?;
        let keeps_specs = self.changes.iter().any(|change| matches!(change, Change::WithSpecs));
        if object == self.root() && !keeps_specs {
            node.attributes.retain(|attribute| attribute.name != ".specloc");
            if let NodeKind::Group(links) = &mut node.kind {
                links.retain(|(name, _)| name != "specifications");
            }
        }
        self.changes.iter().filter(|change| change.object() == object).for_each(|change| change.make(&mut node));
        Ok(node)
    }

    fn read(&self, dataset: Address, region: &Region) -> Result<Value> {
        match self.elements(dataset) {
            Some(value) => value.select(region),
            None => self.file.read(dataset, region),
        }
    }

    fn read_into(&self, dataset: Address, region: &Region, out: &mut [u8]) -> Result<()> {
        match self.elements(dataset) {
            Some(value) => value.select(region).map(|value| out.copy_from_slice(value.bytes())),
            None => self.file.read_into(dataset, region, out),
        }
    }

    fn chunks(&self, dataset: Address) -> Result<Option<Vec<Chunk>>> {
        if self.elements(dataset).is_some() { Ok(None) } else { self.file.chunks(dataset) }
    }
}
