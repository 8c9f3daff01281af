//! From a reference on: what the object has under a name, and what that has under the next.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ArrayRef;
use nwb_model::backend::Address;
use nwb_model::tree::{Kind, Object};
use nwb_model::value::Value;

use super::{Offsets, array, metadata};
use crate::error::Result;

/// For each reference the text of what its object has under the names; absent where the reference is null or there is no such
/// thing. Rows often refer to few objects: each is looked at once.
pub(super) fn texts(references: &Value, names: &[String], file: &Object, offsets: Offsets) -> Result<ArrayRef> {
    let mut known: HashMap<Address, Option<Arc<str>>> = HashMap::new();
    let mut found = Vec::with_capacity(references.len());
    for address in references.as_references()? {
        let text = match known.get(&address) {
            Some(text) => text.clone(),
            None => {
                let text = match file.resolve(address) {
                    Some(object) => text(object, names)?.map(Arc::from),
                    None => None,
                };
                known.insert(address, text.clone());
                text
            }
        };
        found.push(text);
    }
    array::some_texts(found.iter(), |text| text.as_deref(), offsets)
}

/// A single value in its written form, or the path of an object.
fn text(object: Object, names: &[String]) -> Result<Option<String>> {
    let mut at = object;
    for (place, name) in names.iter().enumerate() {
        let is_last = place + 1 == names.len();
        if let Some(value) = at.attribute(name)?.filter(|_| is_last) {
            return Ok(metadata::text(value, &at));
        }
        match at.child(name)? {
            Some(child) => at = child,
            None => return Ok(None),
        }
    }
    if at.kind()? == Kind::Dataset && at.dataset()?.shape()?.iter().all(|len| *len <= 1) {
        return Ok(metadata::text(&at.dataset()?.read_value(..)?, &at));
    }
    Ok(Some(at.path().to_owned()))
}
