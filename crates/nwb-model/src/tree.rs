//! The untyped tree: every object of a file, read when it is first touched, nothing left out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use nwb_schema::Catalog;

use crate::backend::{Address, Attribute, Backend, DatasetInfo, Link, Node, NodeKind};
use crate::catalog::FileTypes;
use crate::dataset::Dataset;
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use crate::value::Value;

/// How many soft and external links one look-up may follow before that counts as a circle.
const MAX_LINKS: usize = 40;

const CIRCLE: &str = "the links run in a circle";

/// The state of a file at one time. Objects are views of it and keep it alive.
pub(crate) struct Snapshot {
    backend: Arc<dyn Backend>,
    /// Append-only; a node's index never changes.
    nodes: boxcar::Vec<Cell>,
    by_address: Mutex<HashMap<Address, usize>>,
    /// Files that external links lead to, each opened once.
    externals: boxcar::Vec<(String, Result<Arc<Snapshot>>)>,
    opening: Mutex<()>,
    /// Names of all objects that hard links lead to, filled by one walk.
    names: OnceLock<()>,
    types: FileTypes,
}

/// What is known of one object so far.
struct Cell {
    address: Address,
    /// The group and name through which it was first reached, and its path.
    place: OnceLock<Place>,
    node: OnceLock<Result<Node>>,
    /// All elements of a small dataset, read as if it were an attribute.
    value: OnceLock<Result<Value>>,
}

struct Place {
    parent: Option<usize>,
    name: String,
    path: String,
}

/// An object within a borrowed snapshot.
#[derive(Clone, Copy)]
pub(crate) struct NodeRef<'a> {
    snapshot: &'a Arc<Snapshot>,
    index: usize,
}

impl Snapshot {
    pub(crate) fn new(backend: Arc<dyn Backend>) -> Arc<Self> {
        let snapshot = Self {
            nodes: boxcar::Vec::new(),
            by_address: Mutex::default(),
            externals: boxcar::Vec::new(),
            opening: Mutex::default(),
            names: OnceLock::new(),
            types: FileTypes::new(),
            backend,
        };
        let root = snapshot.index_of(snapshot.backend.root());
        snapshot.place(root, None, "", "/".into());
        Arc::new(snapshot)
    }

    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    fn index_of(&self, address: Address) -> usize {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        *by_address.entry(address).or_insert_with(|| {
            self.nodes.push(Cell { address, place: OnceLock::new(), node: OnceLock::new(), value: OnceLock::new() })
        })
    }

    fn place(&self, index: usize, parent: Option<usize>, name: &str, path: String) {
        if let Some(cell) = self.nodes.get(index) {
            cell.place.get_or_init(|| Place { parent, name: name.into(), path });
        }
    }

    fn located(&self, error: Error) -> Error {
        error.in_file(self.backend.label())
    }
}

impl<'a> NodeRef<'a> {
    pub(crate) fn root(snapshot: &'a Arc<Snapshot>) -> Self {
        let index = snapshot.index_of(snapshot.backend.root());
        Self { snapshot, index }
    }

    pub(crate) fn to_object(self) -> Object {
        Object { snapshot: Arc::clone(self.snapshot), index: self.index }
    }

    pub(crate) fn address(self) -> Address {
        self.snapshot.nodes.get(self.index).map_or(Address::NULL, |cell| cell.address)
    }

    pub(crate) fn fail(self, error: Error) -> Error {
        self.snapshot.located(error.at(self.path()))
    }

    pub(crate) fn node(self) -> Result<&'a Node> {
        let cell = self.snapshot.nodes.get(self.index).ok_or_else(no_node)?;
        cell.node
            .get_or_init(|| self.snapshot.backend.node(cell.address))
            .as_ref()
            // Not within the initialisation: finding the path may come by this very object.
            .map_err(|error| self.fail(error.clone()))
    }

    fn place(self) -> Option<&'a Place> {
        let cell = self.snapshot.nodes.get(self.index)?;
        if cell.place.get().is_none() {
            self.snapshot.names.get_or_init(|| name_all(self.snapshot));
        }
        cell.place.get()
    }

    pub(crate) fn path(self) -> &'a str {
        self.place().map_or("(an object without a name)", |place| place.path.as_str())
    }

    pub(crate) fn name(self) -> &'a str {
        self.place().map_or("", |place| place.name.as_str())
    }

    pub(crate) fn parent(self) -> Option<Self> {
        self.place()?.parent.map(|index| Self { index, ..self })
    }

    pub(crate) fn attribute(self, name: &str) -> Result<Option<&'a Value>> {
        let attributes = &self.node()?.attributes;
        let found = attributes.binary_search_by(|attribute| attribute.name.as_str().cmp(name)).ok();
        Ok(found.and_then(|index| attributes.get(index)).map(|attribute| &attribute.value))
    }

    pub(crate) fn links(self) -> Result<&'a [(String, Link)]> {
        Ok(match &self.node()?.kind {
            NodeKind::Group(links) => links,
            _ => &[],
        })
    }

    pub(crate) fn link(self, name: &str) -> Result<Option<&'a Link>> {
        let links = self.links()?;
        let found = links.binary_search_by(|(other, _)| other.as_str().cmp(name)).ok();
        Ok(found.and_then(|index| links.get(index)).map(|(_, link)| link))
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
        let cell = self.snapshot.nodes.get(self.index).ok_or_else(no_node)?;
        let read =
            || self.snapshot.backend.read(cell.address, &Region::all(info.shape.dims())).map_err(|e| self.fail(e));
        cell.value.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    /// The object that a name in this group leads to; `None` where there is no such name.
    pub(crate) fn child(self, name: &str) -> Result<Option<Self>> {
        match self.link(name)? {
            Some(link) => self.follow(name, link, &mut { MAX_LINKS }).map(Some),
            None => Ok(None),
        }
    }

    fn follow(self, name: &str, link: &Link, left: &mut usize) -> Result<Self> {
        let dangling = |target: String, cause: Error| {
            // Each link of a circle would say so again.
            if cause.message() == CIRCLE {
                let found = format!("more than {MAX_LINKS} links, among them \"{name}\" to {target}");
                return if cause.path().is_some() { cause } else { self.fail(cause.found(found)) };
            }
            self.fail(
                Error::new(ErrorKind::Malformed, format!("the link \"{name}\" leads nowhere"))
                    .expected(format!("an object at {target}"))
                    .caused_by(cause),
            )
        };
        match link {
            Link::Hard(address) => {
                let index = self.snapshot.index_of(*address);
                if self.snapshot.nodes.get(index).is_some_and(|cell| cell.place.get().is_none()) {
                    let path = self.path();
                    let path = if path == "/" { format!("/{name}") } else { format!("{path}/{name}") };
                    self.snapshot.place(index, Some(self.index), name, path);
                }
                Ok(Self { index, ..self })
            }
            Link::Soft(path) => {
                let from = if path.starts_with('/') { Self::root(self.snapshot) } else { self };
                from.walk(path, left).map_err(|cause| dangling(path.clone(), cause))
            }
            Link::External { file, path } => {
                let target = || format!("{path} of {file}");
                let other = self.external(file).map_err(|cause| dangling(target(), cause))?;
                NodeRef::root(other).walk(path, left).map_err(|cause| dangling(target(), cause))
            }
        }
    }

    fn external(self, file: &str) -> Result<&'a Arc<Snapshot>> {
        let known =
            || self.snapshot.externals.iter().find(|(_, (name, _))| name == file).map(|(_, (_, opened))| opened);
        if let Some(opened) = known() {
            return opened.as_ref().map_err(Clone::clone);
        }
        let _one_at_a_time = self.snapshot.opening.lock().unwrap_or_else(PoisonError::into_inner);
        if known().is_none() {
            let opened = self.snapshot.backend.external(file).map(Snapshot::new);
            self.snapshot.externals.push((file.to_owned(), opened));
        }
        known().ok_or_else(no_node)?.as_ref().map_err(Clone::clone)
    }

    fn walk(self, path: &str, left: &mut usize) -> Result<Self> {
        // What is left is common to all names of all paths on the way: else a few links could ask for any number of steps.
        *left = left
            .checked_sub(1)
            .ok_or_else(|| Error::new(ErrorKind::Malformed, CIRCLE).found(format!("more than {MAX_LINKS} links")))?;
        let start = if path.starts_with('/') { Self::root(self.snapshot) } else { self };
        path.split('/').filter(|name| !name.is_empty() && *name != ".").try_fold(start, |group, name| {
            match group.link(name)? {
                Some(link) => group.follow(name, link, left),
                None => Err(group.fail(not_there(group, name))),
            }
        })
    }

    /// The object at a path from here; `None` where one of its names does not exist.
    pub(crate) fn descend(self, path: &str) -> Result<Option<Self>> {
        let mut at = self;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            match at.child(name)? {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// Whether objects of a type are also of another one, for this file.
    pub(crate) fn is_a(self, own: (&str, &str), other: (&str, &str)) -> bool {
        self.snapshot.types.is_a(Self::root(self.snapshot), own, other)
    }

    /// Our types and those of the file's own namespaces.
    pub(crate) fn catalog(self) -> &'a Catalog {
        self.snapshot.types.catalog(Self::root(self.snapshot))
    }
}

/// What is missing, with the nearest name that is there.
fn not_there(group: NodeRef<'_>, name: &str) -> Error {
    let names: Vec<&str> = group.links().unwrap_or_default().iter().map(|(name, _)| name.as_str()).collect();
    let error = Error::new(ErrorKind::NotFound, format!("there is no object \"{name}\""));
    match crate::names::nearest(name, names.iter().copied()) {
        Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
        None if names.is_empty() => error.found("an empty group"),
        None if names.len() <= 8 => error.found(names.join(", ")),
        None => error.found(format!("{} other names", names.len())),
    }
}

/// Walks all hard links once, breadth first, so that each object knows a name.
fn name_all(snapshot: &Arc<Snapshot>) {
    let mut queue = std::collections::VecDeque::from([NodeRef::root(snapshot)]);
    let mut seen = std::collections::HashSet::new();
    while let Some(group) = queue.pop_front() {
        if !seen.insert(group.index) {
            continue;
        }
        for (name, link) in group.links().unwrap_or_default() {
            if let Link::Hard(_) = link
                && let Ok(child) = group.follow(name, link, &mut { MAX_LINKS })
            {
                queue.push_back(child);
            }
        }
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
    snapshot: Arc<Snapshot>,
    index: usize,
}

impl Object {
    /// The root group of a file.
    #[must_use]
    pub fn root_of(backend: Arc<dyn Backend>) -> Self {
        NodeRef::root(&Snapshot::new(backend)).to_object()
    }

    pub(crate) fn node_ref(&self) -> NodeRef<'_> {
        NodeRef { snapshot: &self.snapshot, index: self.index }
    }

    pub(crate) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// What tells it from the other objects of its file: the same for all its names.
    #[must_use]
    pub fn address(&self) -> Address {
        self.node_ref().address()
    }

    /// The name of the file that it is in.
    #[must_use]
    pub fn file(&self) -> &str {
        self.snapshot.backend.label()
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
        NodeRef::root(&self.snapshot).to_object()
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
    /// # Errors
    /// When a group cannot be read.
    pub fn descendants(&self) -> Result<Vec<Self>> {
        let mut seen = std::collections::HashSet::new();
        let mut found = Vec::new();
        let mut pending = vec![self.node_ref()];
        while let Some(node) = pending.pop() {
            if !seen.insert(node.index) {
                continue;
            }
            found.push(node.to_object());
            for (name, link) in node.links()?.iter().rev() {
                if let Link::Hard(_) = link {
                    pending.push(node.follow(name, link, &mut { MAX_LINKS })?);
                }
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
        let index = self.snapshot.index_of(reference.non_null()?);
        Some(Self { snapshot: Arc::clone(&self.snapshot), index })
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
        let node = self.node_ref();
        let text = |name| node.attribute(name)?.map(|value| value.as_text().map_err(|e| node.fail(e))).transpose();
        Ok(text("neurodata_type")?.map(|name| (text("namespace").ok().flatten().unwrap_or("core"), name)))
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
        self.index == other.index && Arc::ptr_eq(&self.snapshot, &other.snapshot)
    }
}

impl Eq for Object {}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Object").field(&format_args!("{}:{}", self.file(), self.path())).finish()
    }
}
