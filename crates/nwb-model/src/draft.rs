//! Objects on their way into a file: what they shall hold, before it is checked against the schema.

use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::backend::{Address, Location};
use crate::data::Data;
use crate::dynamic::CachedNamespace;
use crate::dynamic::draft::Given;
use crate::error::{Error, ErrorKind, Result};
use crate::tree::Object;
use crate::value::Value;
use crate::view::{IsA, NeurodataType};

/// Which edit a handle belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner(pub(crate) u64);

impl Owner {
    /// No edit at all.
    pub(crate) const NONE: Self = Self(0);
}

/// An object of an edit: one that was inserted, or one of the file that is being edited.
///
/// It is what links and references are made from: `plane.into()` gives a [`Link`] to the object itself, or to a slot of any type
/// above its own. It belongs to one edit and is refused by another.
#[derive(Debug)]
pub struct Handle<T> {
    pub(crate) address: Address,
    pub(crate) owner: Owner,
    marker: PhantomData<fn() -> T>,
}

impl<T> Clone for Handle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Handle<T> {}

impl<T> Handle<T> {
    pub(crate) fn new(address: Address, owner: Owner) -> Self {
        Self { address, owner, marker: PhantomData }
    }

    /// The same object as one of a type above its own.
    #[must_use]
    pub fn upcast<U: NeurodataType>(self) -> Handle<U>
    where
        T: IsA<U>,
    {
        Handle::new(self.address, self.owner)
    }
}

/// An object in another file, for a link to it.
///
/// The link is written with the other file's name relative to the folder of the file that it is in, as PyNWB does, so that both
/// can be moved together. Nothing is opened before the link is followed, and the other file may be yet to be made.
///
/// ```
/// use nwb_model::draft::{External, Link};
/// use nwb_model::types::TimeSeries;
///
/// let running: Link<TimeSeries> = External::file("raw/running.nwb", "/acquisition/running").into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    pub(crate) file: OtherFile,
    pub(crate) path: String,
}

/// How the other file is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OtherFile {
    Given(PathBuf),
    At(Location),
    Stored(String),
}

impl External {
    /// The object at a path of the file that lies there: an absolute path on this system, or one that begins at the current
    /// folder, like that of every file which a program opens.
    #[must_use]
    pub fn file(file: impl AsRef<Path>, path: impl Into<String>) -> Self {
        Self { file: OtherFile::Given(file.as_ref().to_path_buf()), path: from_root(path.into()) }
    }

    /// The object at a path of the file which the new link calls by this name: it is stored as it stands, and is relative to the
    /// folder of the file that it is in.
    #[must_use]
    pub fn named(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self { file: OtherFile::Stored(name.into()), path: from_root(path.into()) }
    }

    /// An object of a file that is open.
    ///
    /// # Errors
    /// When the file lies nowhere, as one in memory, or no name leads to the object.
    pub fn object(object: &Object) -> Result<Self> {
        let around = object.backend().surroundings().ok_or_else(|| {
            object.fail(Error::new(ErrorKind::Unsupported, "no link can lead to this file from another one"))
        })?;
        if !object.path().starts_with('/') {
            return Err(object.fail(Error::new(ErrorKind::Invalid, "no name leads to the object")));
        }
        Ok(Self { file: OtherFile::At(around.location()), path: object.path().to_owned() })
    }
}

fn from_root(path: String) -> String {
    if path.starts_with('/') { path } else { format!("/{path}") }
}

/// What a link or reference leads to.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Object {
        owner: Owner,
        address: Address,
    },
    /// A member of an object: the timestamps of another series.
    Member {
        owner: Owner,
        address: Address,
        member: &'static str,
    },
    /// A member of the group that the referring object comes to lie in.
    Sibling(String),
    External(External),
}

/// A slot for a link to an object of type `T`.
#[derive(Clone, Debug)]
pub struct Link<T> {
    pub(crate) target: Target,
    marker: PhantomData<fn() -> T>,
}

impl<T: NeurodataType, U: IsA<T>> From<Handle<U>> for Link<T> {
    fn from(handle: Handle<U>) -> Self {
        Self { target: Target::Object { owner: handle.owner, address: handle.address }, marker: PhantomData }
    }
}

impl<T: NeurodataType> Link<T> {
    /// A link to an object of another file that is open: the wrong type does not compile.
    ///
    /// # Errors
    /// As [`External::object`].
    pub fn external<U: NeurodataType + IsA<T>>(view: &U) -> Result<Self> {
        External::object(view.object()).map(Self::from)
    }
}

impl<T> Link<T> {
    pub(crate) fn to(target: Target) -> Self {
        Self { target, marker: PhantomData }
    }

    /// A reference to an object that lies beside the referring one, in the same group: the column that an index is for.
    pub(crate) fn sibling(name: impl Into<String>) -> Self {
        Self { target: Target::Sibling(name.into()), marker: PhantomData }
    }
}

impl<T: NeurodataType> From<External> for Link<T> {
    fn from(external: External) -> Self {
        Self { target: Target::External(external), marker: PhantomData }
    }
}

/// A slot for an object of type `T`: a draft of one, which comes to lie there, or a handle to one that lies elsewhere, to which a
/// link is made.
#[derive(Clone, Debug)]
pub struct Child<T> {
    pub(crate) node: DraftNode,
    marker: PhantomData<fn() -> T>,
}

impl<T> Child<T> {
    pub(crate) fn of_node(node: DraftNode) -> Self {
        Self { node, marker: PhantomData }
    }
}

impl<T: NeurodataType, U: IsA<T>> From<Draft<U>> for Child<T> {
    fn from(draft: Draft<U>) -> Self {
        Self { node: draft.node, marker: PhantomData }
    }
}

impl<T: NeurodataType> Child<T> {
    /// A link to an object of another file, under a name of its own.
    #[must_use]
    pub fn external(name: impl Into<String>, external: External) -> Self {
        let link = Some(Target::External(external));
        Self { node: DraftNode { link, name: Some(name.into()), ..DraftNode::default() }, marker: PhantomData }
    }
}

impl<T: NeurodataType, U: IsA<T>> From<Handle<U>> for Child<T> {
    fn from(handle: Handle<U>) -> Self {
        let target = Target::Object { owner: handle.owner, address: handle.address };
        Self { node: DraftNode { link: Some(target), ..DraftNode::default() }, marker: PhantomData }
    }
}

/// A new object of type `T`, or a change to one, that is not in a file yet.
///
/// It begins with the type's `new`, which asks for what the schema requires, and takes the rest by chained setters. Those are
/// in the `...Set` traits, one for each type: all of them that a type inherits are at hand when the traits are in scope.
#[derive(Clone, Debug)]
pub struct Draft<T> {
    pub(crate) node: DraftNode,
    marker: PhantomData<fn() -> T>,
}

impl<T: NeurodataType> Draft<T> {
    /// An empty draft; what the schema requires is yet to be set.
    #[must_use]
    pub fn begin(name: Option<String>) -> Self {
        let type_name = Some((T::NAMESPACE.into(), T::NAME.into()));
        Self::of_node(DraftNode { type_name, name, namespaces: T::NAMESPACES, ..DraftNode::default() })
    }

    /// An untyped draft as one of this type.
    pub(crate) fn of_node(node: DraftNode) -> Self {
        Self { node, marker: PhantomData }
    }

    /// Gives it a name, in place of the one that it has or that the schema proposes.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.node.name = Some(name.into());
        self
    }

    /// Gives it an object id, in place of the one that it would get.
    #[must_use]
    pub fn with_object_id(mut self, id: uuid::Uuid) -> Self {
        self.node.object_id = Some(id);
        self
    }
}

/// What setters work on.
pub trait AsDraft: Sized {
    /// The untyped draft.
    fn draft_mut(&mut self) -> &mut DraftNode;
}

impl<T> AsDraft for Draft<T> {
    fn draft_mut(&mut self) -> &mut DraftNode {
        &mut self.node
    }
}

/// A choice between slots of which only some may be set together. The enums that implement it have no wrong state.
pub trait Choice {
    /// Sets the slots.
    fn put(self, node: &mut DraftNode);
}

/// An untyped draft: attributes, data and members by name. Generated setters work on it.
///
/// Paths are relative to the object, and lead through untyped groups: `""` is the object itself, `data` its dataset of that
/// name, `general/devices` a group in a group.
#[derive(Clone, Debug, Default)]
pub struct DraftNode {
    pub(crate) type_name: Option<(String, String)>,
    pub(crate) name: Option<String>,
    pub(crate) object_id: Option<uuid::Uuid>,
    pub(crate) link: Option<Target>,
    pub(crate) attributes: IndexMap<String, AttributeDraft>,
    pub(crate) data: Option<Data>,
    /// By the name of their slot.
    pub(crate) members: IndexMap<String, DraftNode>,
    /// By their own names.
    pub(crate) added: Vec<DraftNode>,
    /// When it was set, counted within the parent: the order of a table's columns.
    pub(crate) order: usize,
    /// Names that a choice took away: an update takes them from the object too.
    pub(crate) cleared: Vec<String>,
    /// What was wrong with what the setters were given; told when the draft is inserted.
    pub(crate) faults: Vec<Error>,
    /// Given by name; where they belong is found out when the draft is inserted.
    pub(crate) fields: Vec<FieldDraft>,
    /// The namespaces that the type needs beyond those that are built in.
    pub(crate) namespaces: &'static [&'static CachedNamespace],
    /// The type above its own as which it was drafted.
    pub(crate) claimed: Option<(&'static str, &'static str)>,
}

/// A field that was given by its name.
#[derive(Clone, Debug)]
pub(crate) struct FieldDraft {
    pub(crate) name: String,
    pub(crate) order: usize,
    pub(crate) value: Given,
}

#[derive(Clone, Debug)]
pub(crate) enum AttributeDraft {
    Value(Value),
    Reference(Target),
}

impl DraftNode {
    /// Sets an attribute.
    pub fn attribute(&mut self, path: &str, name: &str, value: impl Into<Value>) {
        self.at(path).attributes.insert(name.into(), AttributeDraft::Value(value.into()));
    }

    /// Sets an attribute that refers to an object.
    pub fn reference<T>(&mut self, path: &str, name: &str, target: Link<T>) {
        self.at(path).attributes.insert(name.into(), AttributeDraft::Reference(target.target));
    }

    /// Sets an untyped dataset.
    pub fn dataset(&mut self, path: &str, data: impl Into<Data>) {
        let node = self.at(path);
        node.data = Some(data.into());
        node.link = None;
    }

    /// Sets the elements of a typed dataset.
    pub fn contents(&mut self, data: impl Into<Data>) {
        self.data = Some(data.into());
    }

    /// Puts an object into a slot, whose name it takes.
    pub fn child<T>(&mut self, path: &str, child: Child<T>) {
        let order = self.count();
        let (group, name) = path.rsplit_once('/').unwrap_or(("", path));
        let slots = &mut self.at(group).members;
        // Attributes that the slot adds to the object's own may have been set before it.
        let early =
            slots.shift_remove(name).filter(|before| before.type_name.is_none()).map(|before| before.attributes);
        let mut node = DraftNode { order, ..child.node };
        for (name, value) in early.into_iter().flatten() {
            node.attributes.entry(name).or_insert(value);
        }
        slots.insert(name.into(), node);
    }

    /// Adds an object under its own name.
    pub fn add<T>(&mut self, group: &str, child: Child<T>) {
        let order = self.count();
        self.at(group).added.push(DraftNode { order, ..child.node });
    }

    /// Sets a link.
    pub fn link<T>(&mut self, path: &str, target: Link<T>) {
        self.at(path).link = Some(target.target);
    }

    /// Links to a member of an object: the data or the timestamps of another series.
    pub fn link_to_member<T>(&mut self, path: &str, target: Link<T>, member: &'static str) {
        let node = self.at(path);
        node.data = None;
        node.link = Some(match target.target {
            Target::Object { owner, address } => Target::Member { owner, address, member },
            Target::External(External { file, path }) => {
                Target::External(External { file, path: format!("{path}/{member}") })
            }
            member => member,
        });
    }

    /// Sets what belongs to a choice.
    pub fn put(&mut self, choice: impl Choice) {
        choice.put(self);
    }

    /// Takes a member away again: the other side of a choice.
    pub fn clear(&mut self, name: &str) {
        self.members.shift_remove(name);
        self.cleared.push(name.into());
    }

    pub(crate) fn at(&mut self, path: &str) -> &mut Self {
        let mut node = self;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let order = node.count();
            node = node.members.entry(name.into()).or_insert_with(|| Self { order, ..Self::default() });
        }
        node
    }

    /// An untyped draft of these.
    pub(crate) fn rest(
        attributes: IndexMap<String, AttributeDraft>,
        members: IndexMap<String, Self>,
        added: Vec<Self>,
    ) -> Self {
        Self { attributes, members, added, ..Self::default() }
    }

    pub(crate) fn count(&self) -> usize {
        self.members.len() + self.added.len() + self.fields.len()
    }

    /// The objects among the fields that are given by name.
    pub(crate) fn field_objects(&self) -> impl Iterator<Item = &Self> {
        self.fields.iter().filter_map(|field| match &field.value {
            Given::Child(node) => Some(&**node),
            _ => None,
        })
    }
}
