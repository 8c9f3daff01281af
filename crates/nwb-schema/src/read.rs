//! From a tree of JSON values, where both YAML and the cached form arrive, to the specification language.
//!
//! Each function takes the value apart and moves its texts out, so that nothing is copied. Whatever it does not know goes
//! into `extra`.

mod fields;
mod members;
mod namespace;
mod values;

pub(crate) use namespace::{namespaces, release};
