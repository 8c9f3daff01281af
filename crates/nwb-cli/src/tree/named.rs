//! What named datatypes are.

use std::collections::HashMap;

use nwb::model::backend::Address;
use nwb::model::dtype::Dtype;
use nwb::{Kind, Object};

use crate::walk::{Walk, What};

/// The named datatypes of a file by the objects that were made with them: the model tells no other way what they are.
#[derive(Debug)]
pub(super) struct NamedTypes(HashMap<String, Dtype>);

impl NamedTypes {
    pub(super) fn of(walk: &Walk) -> Self {
        let mut found = HashMap::new();
        let is_datatype = |object: &Object| object.kind().is_ok_and(|kind| kind == Kind::Datatype);
        if !walk.objects().any(is_datatype) {
            return Self(found);
        }
        let mut note = |from: &Object, address: Option<Address>, dtype: &Dtype| {
            if let Some(path) = address.and_then(|address| walk.path_of(from, address)) {
                found.entry(path).or_insert_with(|| dtype.clone());
            }
        };
        for entry in walk.entries() {
            let What::Object { object, .. } = &entry.what else { continue };
            for attribute in object.attributes().unwrap_or_default() {
                note(object, attribute.named_type, attribute.value.dtype());
            }
            if object.kind().is_ok_and(|kind| kind == Kind::Dataset)
                && let Ok(dataset) = object.dataset()
                && let Ok(info) = dataset.info()
            {
                note(object, info.named_type, &info.dtype);
            }
        }
        Self(found)
    }

    /// What the named datatype at a path is; `None` if nothing was made with it.
    pub(super) fn get(&self, path: &str) -> Option<&Dtype> {
        self.0.get(path)
    }
}
