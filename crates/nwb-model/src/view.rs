//! Typed views: an object seen as its neurodata type, or as one of the types above it.

use std::fmt::Debug;
use std::marker::PhantomData;

use crate::dynamic::{CachedNamespace, Dynamic};
use crate::error::{Error, ErrorKind, Result};
use crate::names::nearest;
use crate::tree::{NodeRef, Object};

/// A neurodata type, as a view of an [`Object`].
pub trait NeurodataType: Clone + Debug + Send + Sync + Sized + 'static {
    /// The namespace that defines the type: `core`, for one.
    const NAMESPACE: &'static str;

    /// The type's name as the schema spells it.
    const NAME: &'static str;

    /// The namespaces that objects of the type need beyond those that are built in, each after those that it builds upon: a file
    /// into which one is inserted caches them.
    const NAMESPACES: &'static [&'static CachedNamespace] = &[];

    /// The object seen as this type, whatever it is.
    #[doc(hidden)]
    fn from_object(object: Object) -> Self;

    /// The object behind the view: name, path, attributes, children, and whatever the type does not know of.
    fn object(&self) -> &Object;
}

/// Says that every object of the type is a `T` too. Each type is itself.
pub trait IsA<T: NeurodataType>: NeurodataType {}

impl Object {
    /// Whether it is of this type or of one that extends it, in the file's own schema.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn is<T: NeurodataType>(&self) -> Result<bool> {
        is_a(self.node_ref(), T::NAMESPACE, T::NAME)
    }

    pub(crate) fn is_type(&self, namespace: &str, name: &str) -> Result<bool> {
        is_a(self.node_ref(), namespace, name)
    }

    /// The object seen as a type that it is of.
    ///
    /// # Errors
    /// When it is of another type, or cannot be read.
    pub fn cast<T: NeurodataType>(&self) -> Result<T> {
        if self.is::<T>()? {
            return Ok(T::from_object(self.clone()));
        }
        let found = match self.type_name()? {
            Some((namespace, name)) => format!("{namespace} {name}"),
            None => format!("a {} without a type", self.kind()?.name()),
        };
        Err(self.fail(
            Error::new(ErrorKind::WrongType, "the object is of another type")
                .expected(format!("{} {}", T::NAMESPACE, T::NAME))
                .found(found),
        ))
    }
}

fn is_a(node: NodeRef<'_>, namespace: &str, name: &str) -> Result<bool> {
    let Some(own) = node.type_name()? else { return Ok(false) };
    if name == Dynamic::NAME {
        return Ok(true);
    }
    let asked = (namespace, name);
    Ok(node.is_a(own, asked) || crate::upgrade::retyped(node, own).is_some_and(|now| node.is_a(now, asked)))
}

/// The typed objects in a group, of any type.
///
/// A file that lacks the group has none of them; that is no error.
#[derive(Clone, Debug)]
pub struct Collection {
    owner: Object,
    group: Option<Object>,
    place: &'static str,
}

impl Collection {
    pub(crate) fn new(owner: Object, group: Option<Object>, place: &'static str) -> Self {
        Self { owner, group, place }
    }

    /// The group itself, if the file has it.
    #[must_use]
    pub fn group(&self) -> Option<&Object> {
        self.group.as_ref()
    }

    /// Names of all objects in the group, typed or not, sorted by bytes.
    ///
    /// # Errors
    /// When the group cannot be read.
    pub fn names(&self) -> Result<Vec<&str>> {
        Ok(match &self.group {
            Some(group) => group.links()?.iter().map(|(name, _)| name.as_str()).collect(),
            None => Vec::new(),
        })
    }

    /// The object of that name, which must be of this type.
    ///
    /// # Errors
    /// When there is none of that name, it is of another type, or it cannot be read.
    pub fn get<T: NeurodataType>(&self, name: &str) -> Result<T> {
        if let Some(group) = &self.group
            && let Some(object) = group.child(name)?
        {
            return object.cast();
        }
        let names = self.names()?;
        let error = Error::new(ErrorKind::NotFound, format!("there is no \"{name}\" in {}", self.describe()));
        Err(self.owner.fail(match nearest(name, names.iter().copied()) {
            Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
            None if names.is_empty() => error.found("nothing at all"),
            None => error.found(names.join(", ")),
        }))
    }

    /// The only object of this type. What cannot be read beside it is passed over.
    ///
    /// # Errors
    /// When there is none, or more than one: then the message names them.
    pub fn only<T: NeurodataType>(&self) -> Result<T> {
        let mut found: Vec<(&str, T)> = Vec::new();
        let mut unreadable = None;
        for child in self.named::<T>()? {
            match child {
                Ok(child) => found.push(child),
                Err(error) => unreadable = unreadable.or(Some(error)),
            }
        }
        match (found.pop(), found.is_empty()) {
            (Some((_, only)), true) => Ok(only),
            (None, _) => Err(match unreadable {
                Some(error) => error,
                None => self.owner.fail(
                    Error::new(ErrorKind::NotFound, format!("there is no {} in {}", T::NAME, self.describe()))
                        .found(self.names()?.join(", ")),
                ),
            }),
            (Some(last), false) => {
                let names: Vec<&str> = found.iter().chain([&last]).map(|(name, _)| *name).collect();
                Err(self.owner.fail(
                    Error::new(
                        ErrorKind::Ambiguous,
                        format!("there is more than one {} in {}", T::NAME, self.describe()),
                    )
                    .found(names.join(", "))
                    .remedy("get it by its name"),
                ))
            }
        }
    }

    /// All objects of this type and of types that extend it, sorted by the bytes of their names. What cannot be read gives an
    /// error in its place.
    ///
    /// # Errors
    /// When the group cannot be read.
    pub fn iter<T: NeurodataType>(&self) -> Result<impl Iterator<Item = Result<T>>> {
        Ok(self.named()?.map(|found| found.map(|(_, view)| view)))
    }

    /// With the names that they have in this group; a link's target may have another where it lies.
    fn named<T: NeurodataType>(&self) -> Result<impl Iterator<Item = Result<(&str, T)>>> {
        let children = self.group.as_ref().map(Object::children).transpose()?;
        Ok(children.into_iter().flatten().filter_map(|(name, child)| {
            match child.and_then(|object| Ok((object.is::<T>()?, object))) {
                Ok((true, object)) => Some(Ok((name, T::from_object(object)))),
                Ok((false, _)) => None,
                Err(error) => Some(Err(error)),
            }
        }))
    }

    fn describe(&self) -> String {
        if self.place.is_empty() { "this group".into() } else { format!("\"{}\"", self.place) }
    }
}

/// The objects of one type in a group.
#[derive(Clone, Debug)]
pub struct Children<T> {
    all: Collection,
    marker: PhantomData<fn() -> T>,
}

impl<T: NeurodataType> Children<T> {
    pub(crate) fn new(all: Collection) -> Self {
        Self { all, marker: PhantomData }
    }

    /// Everything in the group, of whatever type.
    #[must_use]
    pub fn all(&self) -> &Collection {
        &self.all
    }

    /// The object of that name.
    ///
    /// # Errors
    /// When there is none of that name and type, or it cannot be read.
    pub fn get(&self, name: &str) -> Result<T> {
        self.all.get(name)
    }

    /// The only one.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn only(&self) -> Result<T> {
        self.all.only()
    }

    /// All of them, sorted by the bytes of their names.
    ///
    /// # Errors
    /// When the group cannot be read.
    pub fn iter(&self) -> Result<impl Iterator<Item = Result<T>>> {
        self.all.iter()
    }

    /// Their names, sorted by bytes.
    ///
    /// # Errors
    /// When the group or one of them cannot be read.
    pub fn names(&self) -> Result<Vec<String>> {
        self.all.named::<T>()?.map(|found| Ok(found?.0.to_owned())).collect()
    }

    /// How many there are.
    ///
    /// # Errors
    /// When the group or one of them cannot be read.
    pub fn count(&self) -> Result<usize> {
        self.iter()?.try_fold(0, |count, view| view.map(|_| count + 1))
    }
}
