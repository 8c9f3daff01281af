//! Every accessor of every view, and what it says in a form that can be compared: so that a test can tell that each was read.

use crate::dataset::Dataset;
use crate::error::Result;
use crate::time::Timestamp;
use crate::tree::Object;
use crate::value::Value;
use crate::view::{Children, Collection, NeurodataType};

/// An accessor of a view.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Accessor {
    /// The namespace of the type that declares it.
    pub namespace: &'static str,
    /// The type that declares it.
    pub type_name: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The member that it reads, as the schema has it: `data@unit`, `general/devices/<Device>`; `acquisition/*` for all in a group.
    pub member: &'static str,
    /// Reads it from an object of the type.
    pub read: fn(&Object) -> Result<Said>,
}

/// What an accessor says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Said {
    /// The member is not there.
    Nothing,
    /// A value.
    Value(Value),
    /// A dataset, whose elements are not read.
    Dataset(Dataset),
    /// An object.
    Object(Object),
    /// Objects, in the order of their names.
    Objects(Vec<Object>),
}

/// Every accessor of the types of NWB core, hdmf-common and hdmf-experimental.
#[must_use]
pub fn accessors() -> &'static [Accessor] {
    crate::generated::accessors::ACCESSORS
}

/// What accessors return.
pub(crate) trait Say {
    fn say(self) -> Result<Said>;
}

impl<T: Say> Say for Result<T> {
    fn say(self) -> Result<Said> {
        self?.say()
    }
}

impl<T: Say> Say for Option<T> {
    fn say(self) -> Result<Said> {
        self.map_or(Ok(Said::Nothing), Say::say)
    }
}

impl<T: NeurodataType> Say for T {
    fn say(self) -> Result<Said> {
        Ok(Said::Object(self.object().clone()))
    }
}

impl<T: NeurodataType> Say for Children<T> {
    fn say(self) -> Result<Said> {
        Ok(Said::Objects(self.iter()?.map(|view| view.map(|view| view.object().clone())).collect::<Result<_>>()?))
    }
}

impl Say for Collection {
    fn say(self) -> Result<Said> {
        let children = self.group().map(Object::children).transpose()?;
        Ok(Said::Objects(children.into_iter().flatten().map(|(_, child)| child).collect::<Result<_>>()?))
    }
}

impl Say for Dataset {
    fn say(self) -> Result<Said> {
        Ok(Said::Dataset(self))
    }
}

impl Say for &Value {
    fn say(self) -> Result<Said> {
        Ok(Said::Value(self.clone()))
    }
}

impl Say for Vec<&str> {
    fn say(self) -> Result<Said> {
        Ok(Said::Value(Value::texts(self)))
    }
}

macro_rules! say_values {
    ($($kind:ty = $value:expr),* $(,)?) => {$(
        impl Say for $kind {
            fn say(self) -> Result<Said> {
                Ok(Said::Value($value(self)))
            }
        }
    )*};
}
say_values!(
    &str = Value::text,
    f64 = Value::scalar,
    i64 = Value::scalar,
    u64 = Value::scalar,
    bool = Value::scalar,
    Timestamp = Value::from,
    Vec<f64> = Value::vector,
    Vec<i64> = Value::vector,
    Vec<u64> = Value::vector,
);
