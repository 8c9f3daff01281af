//! The NWB specification language: namespaces, the types that they define, and what these types ask for once inheritance and
//! refinements are resolved.
//!
//! # What it is
//!
//! - [`spec`]: the language as data, as schemas say it.
//! - `yaml` (feature `yaml`): reading schemas as they are written; [`cache`]: reading and writing the JSON form in which files carry
//!   them.
//! - [`author`]: namespaces put together in Rust; with `yaml` they are written as schemas are.
//! - [`Catalog`]: a set of namespaces, resolved. Each [`EffectiveType`] knows its ancestors and all its members; each member knows
//!   which type declared it.
//! - `embedded` (feature `embedded`, on by default): the published NWB core, hdmf-common and hdmf-experimental.
//!
//! # What it is not
//!
//! It knows no arrays and no files: the texts come from the caller, and whether an object of a file is valid is for others to say.
//!
//! # Invariants
//!
//! - Nothing here is global but the embedded specs, which never change: two catalogs may hold two versions of one namespace.
//! - A catalog is immutable, `Send`, `Sync`, and cheap to clone.
//! - Everything is listed in the order of declaration, and keys that the language does not know are kept.
//! - A schema that is being written is checked strictly; one that was cached in a file never fails for a fault that leaves the
//!   rest usable ([`Strictness`]).
//! - No input makes it panic.

pub mod author;
pub mod cache;
mod catalog;
#[cfg(feature = "embedded")]
pub mod embedded;
mod error;
mod read;
pub mod spec;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use catalog::{
    Catalog, CatalogBuilder, EffectiveAttribute, EffectiveDataset, EffectiveGroup, EffectiveLink, EffectiveType, Home,
    Kind, Members, Slot, TypeName,
};
pub use error::{Error, ErrorKind, Result, Strictness};
