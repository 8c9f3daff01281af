//! What only the whole file tells.

use std::collections::HashMap;

use crate::backend::{Address, Link};
use crate::tree::Object;

/// One walk of a file: all objects, whose ids there are, and which objects have more than one name.
#[derive(Debug)]
pub struct Survey {
    objects: Vec<Object>,
    first_by_id: HashMap<String, Address>,
    /// Second names, by the object.
    second_names: HashMap<Address, Vec<String>>,
}

impl Survey {
    pub(super) fn of(root: &Object) -> Self {
        let mut survey = Self {
            objects: root.descendants().unwrap_or_else(|_| vec![root.clone()]),
            first_by_id: HashMap::new(),
            second_names: HashMap::new(),
        };
        for object in &survey.objects {
            if let Ok(Some(id)) = object.object_id() {
                survey.first_by_id.entry(id.to_lowercase()).or_insert_with(|| object.address());
            }
            for (name, link) in object.links().unwrap_or_default() {
                let Link::Hard(address) = link else { continue };
                let path = if object.path() == "/" { format!("/{name}") } else { format!("{}/{name}", object.path()) };
                let Ok(Some(child)) = object.child(name) else { continue };
                if child.path() != path {
                    survey.second_names.entry(*address).or_default().push(path);
                }
            }
        }
        survey
    }

    /// All objects that names lead to, each once, parents first.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The address of the first object with an id, whatever the case of its letters.
    #[must_use]
    pub fn first_with_id(&self, id: &str) -> Option<Address> {
        self.first_by_id.get(&id.to_lowercase()).copied()
    }

    /// The other paths of an object to which more than one hard link leads.
    #[must_use]
    pub fn second_names(&self, object: Address) -> &[String] {
        self.second_names.get(&object).map_or(&[], Vec::as_slice)
    }
}
