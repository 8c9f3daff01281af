//! What can only be known of a whole file: which object has an id, and what leads to an object.

use std::collections::HashMap;

use crate::backend::Link;
use crate::error::Result;
use crate::tree::Object;

/// How much of a dataset of references is looked through at one time.
const ROWS: u64 = 65_536;

/// Something that leads to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    /// The object that it belongs to: the group of a link, the object of an attribute, the dataset of references.
    pub object: Object,
    /// What it is.
    pub by: Reference,
}

/// How an object leads to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// By a soft link of this name.
    Link(String),
    /// By a reference in the attribute of this name.
    Attribute(String),
    /// By a reference among its elements.
    Element,
}

/// Ids of all objects of a file, and what leads to each: made by one walk of the whole file, see
/// [`File::scan`](crate::file::File::scan).
#[derive(Debug)]
pub struct Index {
    by_id: HashMap<String, Object>,
    referrers: HashMap<String, Vec<Referrer>>,
}

impl Index {
    /// Walks the whole file. What cannot be read is left out.
    pub(crate) fn of(root: &Object) -> Result<Self> {
        let mut index = Self { by_id: HashMap::new(), referrers: HashMap::new() };
        for object in root.descendants()? {
            if let Ok(Some(id)) = object.object_id() {
                index.by_id.entry(id.to_owned()).or_insert_with(|| object.clone());
            }
            index.add_links(&object);
            index.add_attributes(&object);
            index.add_elements(&object);
        }
        Ok(index)
    }

    /// The object with an id; of several with the same one, the first by path.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Object> {
        self.by_id.get(id)
    }

    /// What leads to an object, beside the group that it is in: soft links and references within its file.
    #[must_use]
    pub fn referrers(&self, object: &Object) -> &[Referrer] {
        self.referrers.get(object.path()).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, target: &Object, object: &Object, by: Reference) {
        let referrers = self.referrers.entry(target.path().to_owned()).or_default();
        let referrer = Referrer { object: object.clone(), by };
        // A column may refer to one object a million times.
        if referrers.last() != Some(&referrer) {
            referrers.push(referrer);
        }
    }

    fn add_links(&mut self, object: &Object) {
        for (name, link) in object.links().unwrap_or_default() {
            if let Link::Soft(_) = link
                && let Ok(Some(target)) = object.child(name)
                && target.is_in_file_of(object)
            {
                self.add(&target, object, Reference::Link(name.clone()));
            }
        }
    }

    fn add_attributes(&mut self, object: &Object) {
        for attribute in object.attributes().unwrap_or_default() {
            for target in attribute.value.addresses().into_iter().filter_map(|address| object.resolve(address)) {
                self.add(&target, object, Reference::Attribute(attribute.name.clone()));
            }
        }
    }

    fn add_elements(&mut self, object: &Object) {
        let Ok(dataset) = object.dataset() else { return };
        if !dataset.dtype().is_ok_and(crate::dtype::Dtype::has_references) {
            return;
        }
        let rows = dataset.shape().ok().and_then(|shape| shape.first().copied());
        let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let mut targets = std::collections::BTreeSet::new();
        match rows {
            None => targets.extend(dataset.read_value(..).map(|value| value.addresses()).unwrap_or_default()),
            Some(rows) => {
                for first in (0..rows).step_by(place(ROWS)) {
                    let block = dataset.read_value(place(first)..place(first.saturating_add(ROWS).min(rows)));
                    targets.extend(block.map(|value| value.addresses()).unwrap_or_default());
                }
            }
        }
        for target in targets.into_iter().filter_map(|address| object.resolve(address)) {
            self.add(&target, object, Reference::Element);
        }
    }
}
