//! The untyped tree: every object of a file, read when it is first touched, nothing left out.

mod family;
mod follow;
mod types;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use self::family::{Family, FileIndex, Place, Snapshot};
use self::follow::{MAX_LINKS, name_all};
use crate::backend::{Address, Attribute, Backend, DatasetInfo, Link, Node, NodeKind, Part, Unreadable};
use crate::dataset::Dataset;
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use crate::value::Value;

const NO_NAME: &str = "(an object without a name)";

/// An object within a borrowed family of files.
#[derive(Clone, Copy)]
pub(crate) struct NodeRef<'a> {
    family: &'a Arc<Family>,
    file: FileIndex,
    index: usize,
}

impl<'a> NodeRef<'a> {
    fn file(self) -> &'a Snapshot {
        self.family.file(self.file)
    }

    /// The root of the same file.
    pub(crate) fn root(self) -> Self {
        let file = self.file();
        Self { index: file.index_of(file.backend.root()), ..self }
    }

    pub(crate) fn to_object(self) -> Object {
        Object { family: Arc::clone(self.family), file: self.file, index: self.index }
    }

    pub(crate) fn address(self) -> Address {
        self.file().nodes.get(self.index).map_or(Address::NULL, |cell| cell.address)
    }

    pub(crate) fn fail(self, error: Error) -> Error {
        error.at(self.path()).in_file(self.file().backend.label())
    }

    pub(crate) fn node(self) -> Result<&'a Node> {
        let file = self.file();
        let cell = file.nodes.get(self.index).ok_or_else(no_node)?;
        cell.node
            .get_or_init(|| file.backend.node(cell.address))
            .as_ref()
            // Not within the initialisation: finding the path may come by this very object.
            .map_err(|error| self.fail(error.clone()))
    }

    fn place(self) -> Option<&'a Place> {
        let file = self.file();
        let cell = file.nodes.get(self.index)?;
        if cell.place.get().is_none() {
            file.names.get_or_init(|| name_all(self.root()));
        }
        cell.place.get()
    }

    /// Whether a name leads to it: references may mean what was deleted.
    pub(crate) fn is_named(self) -> bool {
        self.place().is_some()
    }

    pub(crate) fn path(self) -> &'a str {
        self.place().map_or(NO_NAME, |place| place.path.get_or_init(|| self.find_path().into()))
    }

    /// The path of a name in this group, whatever it leads to.
    pub(crate) fn path_of(self, name: &str) -> String {
        format!("{}/{name}", self.path().trim_end_matches('/'))
    }

    /// From the names on the way up.
    fn find_path(self) -> String {
        let mut names = Vec::new();
        let mut at = self;
        // Objects to which no name leads from the root may lie in each other.
        for _ in 0..self.file().nodes.count() {
            match at.place() {
                Some(Place { parent: Some(parent), name, .. }) => {
                    names.push(&**name);
                    at = Self { index: *parent, ..at };
                }
                Some(_) => {
                    names.push("");
                    break;
                }
                None => {
                    names.push(NO_NAME);
                    break;
                }
            }
        }
        names.reverse();
        if names == [""] { "/".into() } else { names.join("/") }
    }

    pub(crate) fn name(self) -> &'a str {
        self.place().map_or("", |place| &*place.name)
    }

    pub(crate) fn parent(self) -> Option<Self> {
        self.place()?.parent.map(|index| Self { index, ..self })
    }

    pub(crate) fn attribute(self, name: &str) -> Result<Option<&'a Value>> {
        let attributes = &self.node()?.attributes;
        match attributes.binary_search_by(|attribute| attribute.name.as_str().cmp(name)) {
            Ok(index) => Ok(attributes.get(index).map(|attribute| &attribute.value)),
            Err(_) => self.readable(Part::Attribute, name).map(|()| None),
        }
    }

    /// An error where a part of that name is there and cannot be read.
    fn readable(self, part: Part, name: &str) -> Result<()> {
        match self.node()?.unreadable.iter().find(|one| one.part == part && one.name == name) {
            Some(one) => Err(self.fail(one.error.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn links(self) -> Result<&'a [(String, Link)]> {
        Ok(match &self.node()?.kind {
            NodeKind::Group(links) => links,
            _ => &[],
        })
    }

    pub(crate) fn link(self, name: &str) -> Result<Option<Link>> {
        if let Some(link) = self.look_up(name) {
            return Ok(Some(link));
        }
        let links = self.links()?;
        match links.binary_search_by(|(other, _)| other.as_str().cmp(name)) {
            Ok(index) => Ok(links.get(index).map(|(_, link)| link.clone())),
            Err(_) => self.readable(Part::Link, name).map(|()| None),
        }
    }

    /// The link of a name, of a group that was not read yet: it may be large. One that is asked for many names is better read.
    fn look_up(self, name: &str) -> Option<Link> {
        const FEW: u8 = 4;
        let file = self.file();
        let cell = file.nodes.get(self.index).filter(|cell| cell.node.get().is_none())?;
        let is_one_of_few = cell.looked_up.fetch_add(1, Relaxed) < FEW;
        is_one_of_few.then(|| file.backend.look_up(cell.address, name))?
    }

    pub(crate) fn info(self) -> Result<&'a DatasetInfo> {
        match &self.node()?.kind {
            NodeKind::Dataset(info) => Ok(info),
            kind => Err(self.fail(
                Error::new(ErrorKind::WrongType, "the object has no elements")
                    .expected("a dataset")
                    .found(Kind::of(kind).name()),
            )),
        }
    }

    /// All elements of a dataset that is read like an attribute.
    pub(crate) fn value(self) -> Result<&'a Value> {
        let info = self.info()?;
        let file = self.file();
        let cell = file.nodes.get(self.index).ok_or_else(no_node)?;
        let read = || file.backend.read(cell.address, &Region::all(info.shape.dims())).map_err(|e| self.fail(e));
        cell.value.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    pub(crate) fn resolve(self, reference: Address) -> Option<Self> {
        Some(Self { index: self.file().index_of(reference.non_null()?), ..self })
    }

    pub(crate) fn backend(self) -> &'a Arc<dyn Backend> {
        &self.file().backend
    }
}

fn no_node() -> Error {
    Error::new(ErrorKind::Malformed, "there is no such object")
}

/// What kind of object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A group.
    Group,
    /// A dataset.
    Dataset,
    /// A named datatype.
    Datatype,
}

impl Kind {
    pub(crate) fn of(kind: &NodeKind) -> Self {
        match kind {
            NodeKind::Group(_) => Self::Group,
            NodeKind::Dataset(_) => Self::Dataset,
            NodeKind::Datatype(_) => Self::Datatype,
        }
    }

    /// The word for what a readable object is.
    pub(crate) fn of_node(node: NodeRef<'_>) -> &'static str {
        node.node().map_or("object", |node| Self::of(&node.kind).name())
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Dataset => "dataset",
            Self::Datatype => "named datatype",
        }
    }
}

/// One object of a file: a group, a dataset or a named datatype.
///
/// Cheap to clone, and usable from any thread. It is read when first asked for something, and that once. Two objects are equal
/// if they are the same object of the same opened file, whatever the paths by which they were reached.
#[derive(Clone)]
pub struct Object {
    family: Arc<Family>,
    file: FileIndex,
    index: usize,
}

/// See [`Object::key`].
pub(crate) type ObjectKey = (usize, Address);

impl Object {
    /// The root group of a file.
    #[must_use]
    pub fn root_of(backend: Arc<dyn Backend>) -> Self {
        let family = Family::of(backend);
        NodeRef { family: &family, file: 0, index: 0 }.root().to_object()
    }

    pub(crate) fn node_ref(&self) -> NodeRef<'_> {
        NodeRef { family: &self.family, file: self.file, index: self.index }
    }

    /// The file that it is in.
    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        &self.family.file(self.file).backend
    }

    /// What tells it from all objects of its file and of those that links lead to.
    pub(crate) fn key(&self) -> ObjectKey {
        (self.file, self.address())
    }

    /// Whether both are of the same file, opened once: an address means the same in both then.
    #[must_use]
    pub fn is_in_file_of(&self, other: &Self) -> bool {
        self.file == other.file && Arc::ptr_eq(&self.family, &other.family)
    }

    /// What tells it from the other objects of its file: the same for all its names.
    #[must_use]
    pub fn address(&self) -> Address {
        self.node_ref().address()
    }

    /// The name of the file that it is in.
    #[must_use]
    pub fn file(&self) -> &str {
        self.backend().label()
    }

    /// Its path from the root, `/` for the root itself. An object with several names has the path by which it was first reached.
    #[must_use]
    pub fn path(&self) -> &str {
        self.node_ref().path()
    }

    /// Its name: the last part of the path; empty for the root.
    #[must_use]
    pub fn name(&self) -> &str {
        self.node_ref().name()
    }

    /// The group that it is in; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.node_ref().parent().map(NodeRef::to_object)
    }

    /// The root group of its file.
    #[must_use]
    pub fn root(&self) -> Self {
        self.node_ref().root().to_object()
    }

    /// What kind of object it is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn kind(&self) -> Result<Kind> {
        Ok(Kind::of(&self.node_ref().node()?.kind))
    }

    /// All attributes, sorted by the bytes of their names.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn attributes(&self) -> Result<&[Attribute]> {
        Ok(&self.node_ref().node()?.attributes)
    }

    /// The value of an attribute, if there is one of that name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn attribute(&self, name: &str) -> Result<Option<&Value>> {
        self.node_ref().attribute(name)
    }

    /// Attributes and links that are there and cannot be read, while the rest of the object can.
    ///
    /// # Errors
    /// When nothing of it can be read.
    pub fn unreadable(&self) -> Result<&[Unreadable]> {
        Ok(&self.node_ref().node()?.unreadable)
    }

    /// The names in a group and what they stand for, sorted by bytes; none for other objects.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn links(&self) -> Result<&[(String, Link)]> {
        self.node_ref().links()
    }

    /// The object of that name in this group, links followed; `None` where there is no such name.
    ///
    /// # Errors
    /// When the name is there but leads nowhere, or something cannot be read.
    pub fn child(&self, name: &str) -> Result<Option<Self>> {
        Ok(self.node_ref().child(name)?.map(NodeRef::to_object))
    }

    /// All names in this group with their objects, links followed. A link that leads nowhere gives an error in its place.
    ///
    /// # Errors
    /// When the group itself cannot be read.
    pub fn children(&self) -> Result<impl Iterator<Item = (&str, Result<Self>)>> {
        let group = self.node_ref();
        let links = group.links()?;
        Ok(links.iter().map(move |(name, link)| {
            (name.as_str(), group.follow(name, link, &mut { MAX_LINKS }).map(NodeRef::to_object))
        }))
    }

    /// This object and all below it that hard links lead to, each once, parents first and in the order of their names.
    ///
    /// An object that cannot be read is among them, and says so when it is asked for anything.
    ///
    /// # Errors
    /// When this object itself cannot be read.
    pub fn descendants(&self) -> Result<Vec<Self>> {
        let mut seen = std::collections::HashSet::new();
        let mut found = Vec::new();
        let mut pending = vec![self.node_ref()];
        self.node_ref().node()?;
        while let Some(node) = pending.pop() {
            if !seen.insert(node.index) {
                continue;
            }
            found.push(node.to_object());
            // In order, since an object goes by the first of its names.
            let hard = node.links().unwrap_or_default().iter().filter(|(_, link)| matches!(link, Link::Hard(_)));
            let children = hard.filter_map(|(name, link)| node.follow(name, link, &mut { MAX_LINKS }).ok());
            let first = pending.len();
            pending.extend(children);
            if let Some(added) = pending.get_mut(first..) {
                added.reverse();
            }
        }
        Ok(found)
    }

    /// The object at a path, which begins here or, with a leading `/`, at the root. Links are followed.
    ///
    /// # Errors
    /// When there is none, or something on the way cannot be read.
    pub fn get(&self, path: &str) -> Result<Self> {
        self.node_ref().walk(path, &mut { MAX_LINKS }).map(NodeRef::to_object)
    }

    /// The object that a reference in this file means; `None` for a null reference.
    #[must_use]
    pub fn resolve(&self, reference: Address) -> Option<Self> {
        self.node_ref().resolve(reference).map(NodeRef::to_object)
    }

    /// The elements of a dataset: a handle, nothing is read yet.
    ///
    /// # Errors
    /// When it is no dataset.
    pub fn dataset(&self) -> Result<Dataset> {
        self.node_ref().info()?;
        Ok(Dataset::new(self.clone()))
    }

    /// What a named datatype names.
    ///
    /// # Errors
    /// When it is no named datatype.
    pub fn datatype(&self) -> Result<&Dtype> {
        match &self.node_ref().node()?.kind {
            NodeKind::Datatype(dtype) => Ok(dtype),
            kind => Err(self.fail(
                Error::new(ErrorKind::WrongType, "the object is no named datatype").found(Kind::of(kind).name()),
            )),
        }
    }

    /// Its neurodata type as it stands in the attributes `namespace` and `neurodata_type`; `None` for an object without.
    ///
    /// # Errors
    /// When the object cannot be read, or an attribute is no text.
    pub fn type_name(&self) -> Result<Option<(&str, &str)>> {
        self.node_ref().type_name()
    }

    /// Its object id, a UUID as a rule; `None` where there is none, as in files before NWB 2.1.
    ///
    /// # Errors
    /// When the object cannot be read, or the attribute is no text.
    pub fn object_id(&self) -> Result<Option<&str>> {
        let node = self.node_ref();
        node.attribute("object_id")?.map(|value| value.as_text().map_err(|e| node.fail(e))).transpose()
    }

    /// Adds file and path of this object to an error.
    pub(crate) fn fail(&self, error: Error) -> Error {
        self.node_ref().fail(error)
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.is_in_file_of(other)
    }
}

impl Eq for Object {}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Object").field(&format_args!("{}:{}", self.file(), self.path())).finish()
    }
}
