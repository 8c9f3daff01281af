//! What the generated accessors call.

use crate::dataset::Dataset;
use crate::error::{Error, ErrorKind, Result};
use crate::time::Timestamp;
use crate::tree::NodeRef;
use crate::upgrade::{self, Place};
use crate::value::Value;
use crate::view::{Children, Collection, NeurodataType};

/// Where in the schema a field stands, for messages.
#[derive(Clone, Copy)]
struct Slot {
    namespace: &'static str,
    owner: &'static str,
    path: &'static str,
    attribute: &'static str,
}

impl Slot {
    fn of<T: NeurodataType>(path: &'static str, attribute: &'static str) -> Self {
        Self { namespace: T::NAMESPACE, owner: T::NAME, path, attribute }
    }

    fn spec(self) -> String {
        let mut spec = format!("{} {}", self.namespace, self.owner);
        if !self.path.is_empty() {
            spec.push('.');
            spec.push_str(&self.path.replace('/', "."));
        }
        if !self.attribute.is_empty() {
            spec.push('@');
            spec.push_str(self.attribute);
        }
        spec
    }

    fn place(self) -> Place {
        Place { path: self.path, attribute: self.attribute }
    }

    fn missing(self, owner: NodeRef<'_>) -> Error {
        let what = match (self.path, self.attribute) {
            (path, "") => format!("the required member \"{path}\" is missing"),
            ("", attribute) => format!("the required attribute \"{attribute}\" is missing"),
            (path, attribute) => format!("the required attribute \"{attribute}\" of \"{path}\" is missing"),
        };
        owner.fail(Error::new(ErrorKind::Malformed, what).by_spec(self.spec()))
    }
}

/// A value that was looked up, and is yet to be read as something.
pub struct Field<'a> {
    owner: NodeRef<'a>,
    at: NodeRef<'a>,
    slot: Slot,
    value: Result<Option<&'a Value>>,
}

impl<'a> Field<'a> {
    /// The value, which must be there.
    ///
    /// # Errors
    /// When it is missing, of another type, or cannot be read.
    pub fn required<X: FromValue<'a>>(self) -> Result<X> {
        let (owner, slot) = (self.owner, self.slot);
        let supplied = match &self.value {
            Ok(None) => upgrade::attribute(owner, slot.place()),
            _ => None,
        };
        match (self.optional()?, supplied) {
            (Some(value), _) => Ok(value),
            (None, Some(value)) => X::from_value(value).map_err(|error| owner.fail(error.by_spec(slot.spec()))),
            (None, None) => Err(slot.missing(owner)),
        }
    }

    /// The value, if it is there.
    ///
    /// # Errors
    /// When it is of another type or cannot be read.
    pub fn optional<X: FromValue<'a>>(self) -> Result<Option<X>> {
        let read = |value| X::from_value(value).map_err(|error| self.at.fail(error.by_spec(self.slot.spec())));
        self.value?.map(read).transpose()
    }
}

/// What a value can be read as.
pub trait FromValue<'a>: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When it is of another type.
    fn from_value(value: &'a Value) -> Result<Self>;
}

macro_rules! from_value {
    ($($t:ty = $read:expr),* $(,)?) => {$(
        impl<'a> FromValue<'a> for $t {
            fn from_value(value: &'a Value) -> Result<Self> {
                $read(value)
            }
        }
    )*};
}
from_value!(
    &'a str = Value::as_text,
    &'a Value = Ok,
    f64 = number,
    i64 = Value::as_scalar,
    u64 = Value::as_scalar,
    bool = Value::as_scalar,
    Timestamp = |value: &'a Value| Timestamp::parse(value.as_text()?),
    Vec<&'a str> = texts,
    Vec<f64> = numbers,
    Vec<i64> = Value::to_vec,
    Vec<u64> = Value::to_vec,
);

/// An empty list was written as numbers by PyNWB, whatever it is a list of.
fn texts(value: &Value) -> Result<Vec<&str>> {
    if value.is_empty() { Ok(Vec::new()) } else { value.as_texts() }
}

/// A number where the schema asks for a float. Wide integers that a float cannot hold are rounded, as every reader does.
fn number(value: &Value) -> Result<f64> {
    value.as_scalar::<f64>().or_else(|error| value.as_scalar::<i64>().map(|n| n as f64).map_err(|_| error))
}

fn numbers(value: &Value) -> Result<Vec<f64>> {
    value
        .to_vec::<f64>()
        .or_else(|error| Ok(value.to_vec::<i64>().map_err(|_| error)?.into_iter().map(|n| n as f64).collect()))
}

/// An attribute of the object itself (path ""), or of one of its untyped members.
pub fn attribute<'a, T: NeurodataType>(view: &'a T, path: &'static str, name: &'static str) -> Field<'a> {
    let owner = view.object().node_ref();
    let found = owner.descend(path).and_then(|at| match at {
        Some(at) => Ok((at, at.attribute(name)?)),
        None => Ok((owner, None)),
    });
    let slot = Slot::of::<T>(path, name);
    match found {
        Ok((at, value)) => Field { owner, at, slot, value: Ok(value) },
        Err(error) => Field { owner, at: owner, slot, value: Err(error) },
    }
}

/// All of an untyped dataset that holds one value or a short list.
pub fn scalar<'a, T: NeurodataType>(view: &'a T, path: &'static str) -> Field<'a> {
    let owner = view.object().node_ref();
    let found = owner.descend(path).and_then(|at| match at {
        Some(at) => Ok((at, Some(at.value()?))),
        None => Ok((owner, None)),
    });
    let slot = Slot::of::<T>(path, "");
    match found {
        Ok((at, value)) => Field { owner, at, slot, value: Ok(value) },
        Err(error) => Field { owner, at: owner, slot, value: Err(error) },
    }
}

/// A dataset that must be there.
///
/// # Errors
/// When it is missing, or is no dataset.
pub fn dataset<T: NeurodataType>(view: &T, path: &'static str) -> Result<Dataset> {
    let (owner, slot) = (view.object().node_ref(), Slot::of::<T>(path, ""));
    match optional_dataset(view, path)? {
        Some(dataset) => Ok(dataset),
        None => upgrade::dataset(owner, slot.place()).ok_or_else(|| slot.missing(owner))?.dataset(),
    }
}

/// A dataset that may be there.
///
/// # Errors
/// When it is no dataset.
pub fn optional_dataset<T: NeurodataType>(view: &T, path: &'static str) -> Result<Option<Dataset>> {
    view.object().node_ref().descend(path)?.map(|at| at.to_object().dataset()).transpose()
}

/// A typed member or link target that must be there.
///
/// # Errors
/// When it is missing, of another type, or cannot be read.
pub fn child<T: NeurodataType, U: NeurodataType>(view: &T, path: &'static str) -> Result<U> {
    optional_child(view, path)?.ok_or_else(|| Slot::of::<T>(path, "").missing(view.object().node_ref()))
}

/// A typed member or link target that may be there.
///
/// # Errors
/// When it is of another type or cannot be read.
pub fn optional_child<T: NeurodataType, U: NeurodataType>(view: &T, path: &'static str) -> Result<Option<U>> {
    let owner = view.object().node_ref();
    if upgrade::passes_over(owner, Slot::of::<T>(path, "").place()) {
        return Ok(None);
    }
    let cast =
        |at: NodeRef<'_>| at.to_object().cast().map_err(|error: Error| error.by_spec(Slot::of::<T>(path, "").spec()));
    owner.descend(path)?.map(cast).transpose()
}

/// The one typed member without a fixed name.
///
/// # Errors
/// When there is none or more than one.
pub fn only<T: NeurodataType, U: NeurodataType>(view: &T, group: &'static str) -> Result<U> {
    collection(view, group)?.only()
}

/// The typed member without a fixed name, if there is one.
///
/// # Errors
/// When there is more than one.
pub fn optional_only<T: NeurodataType, U: NeurodataType>(view: &T, group: &'static str) -> Result<Option<U>> {
    match collection(view, group)?.only() {
        Ok(view) => Ok(Some(view)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The typed members of one type, in the object itself (group "") or one of its untyped groups.
///
/// # Errors
/// When the group cannot be read.
pub fn children<T: NeurodataType, U: NeurodataType>(view: &T, group: &'static str) -> Result<Children<U>> {
    Ok(Children::new(collection(view, group)?))
}

/// The typed members of any type.
///
/// # Errors
/// When the group cannot be read.
pub fn collection<T: NeurodataType>(view: &T, group: &'static str) -> Result<Collection> {
    let found = view.object().node_ref().descend(group)?.map(NodeRef::to_object);
    Ok(Collection::new(view.object().clone(), found, group))
}

/// The target of a reference attribute that must be there.
///
/// # Errors
/// When it is missing or null, its target is of another type, or something cannot be read.
pub fn reference<T: NeurodataType, U: NeurodataType>(view: &T, path: &'static str, name: &'static str) -> Result<U> {
    optional_reference(view, path, name)?.ok_or_else(|| Slot::of::<T>(path, name).missing(view.object().node_ref()))
}

/// The target of a reference attribute, if it is there and not null.
///
/// # Errors
/// When its target is of another type, or something cannot be read.
pub fn optional_reference<T: NeurodataType, U: NeurodataType>(
    view: &T,
    path: &'static str,
    name: &'static str,
) -> Result<Option<U>> {
    let slot = Slot::of::<T>(path, name);
    let Some(value) = attribute(view, path, name).optional::<&Value>()? else {
        let target = upgrade::target(view.object().node_ref(), slot.place());
        return target.map(|target| target.to_object().cast()).transpose();
    };
    let target = value.as_reference().map_err(|error| view.object().fail(error.by_spec(slot.spec())))?;
    target.and_then(|address| view.object().resolve(address)).map(|object| object.cast()).transpose()
}
