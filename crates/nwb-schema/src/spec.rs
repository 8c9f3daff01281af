//! The specification language as data: what a schema says, as it says it.
//!
//! Nothing here is resolved: a group has the members that its own definition lists, not those that it inherits. Keys that
//! the language does not know are kept in `extra` and written back.

mod build;
mod dtype;
mod members;
mod namespace;
mod quantity;
mod shape;

pub use dtype::{Dtype, DtypeMember, FlatDtype, ReferenceKind, dtype_accepts};
pub use members::{AttributeSpec, DatasetSpec, GroupSpec, KeySpelling, LinkSpec, TypeSpec};
pub use namespace::{Names, Namespace, NamespaceInclude, Release, SchemaItem, Source, SourceInclude};
pub use quantity::Quantity;
pub use shape::{Dims, Shape};

/// Keys that the specification language does not know, in the order in which they stood.
pub type Extra = serde_json::Map<String, serde_json::Value>;
