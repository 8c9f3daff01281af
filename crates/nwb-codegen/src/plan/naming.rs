//! The names of slots.

use crate::names::{join, method, plural, snake};
use crate::overlay::TypeOverlay;
use crate::slots::{Content, Owner, Slot};

/// What the overlays of a type and its ancestors say of names, the nearest first.
pub(super) struct Naming<'o> {
    pub(super) overlays: Vec<&'o TypeOverlay>,
    pub(super) is_dataset: bool,
}

impl Naming<'_> {
    fn given(&self, key: &str) -> Option<&str> {
        self.overlays.iter().find_map(|overlay| overlay.names.get(key)).map(String::as_str)
    }

    /// Whether a group's own name stays out of the names of what is in it. That of the object itself always does.
    pub(super) fn is_flat(&self, group: &str) -> bool {
        group.is_empty() || self.overlays.iter().any(|overlay| overlay.flatten.iter().any(|flat| flat == group))
    }

    /// What the names of everything in a group begin with.
    pub(super) fn prefix(&self, group: &str) -> String {
        if group.is_empty() {
            return String::new();
        }
        if let Some(given) = self.given(group) {
            return given.to_owned();
        }
        let (parent, name) = group.rsplit_once('/').unwrap_or(("", group));
        let prefix = self.prefix(parent);
        if self.is_flat(group) { prefix } else { join(&prefix, &snake(name)) }
    }

    /// The name of the collection of everything in a group.
    pub(super) fn collection(&self, group: &str) -> String {
        method(&self.prefix(group), self.is_dataset)
    }

    /// The name of a slot; `alone` for one without a fixed name that is the only such in its group.
    pub(super) fn slot(&self, slot: &Slot<'_>, alone: bool) -> String {
        if let Some(given) = self.given(&slot.key) {
            return given.to_owned();
        }
        let prefix = self.prefix(&slot.group);
        let name = match &slot.content {
            Content::Attribute { attribute, owner, .. } => {
                let of = match owner {
                    Owner::Group => String::new(),
                    Owner::Dataset(dataset) => snake(dataset.name.as_deref().unwrap_or_default()),
                    Owner::Child(name) => snake(name),
                };
                join(&of, &snake(&attribute.name))
            }
            Content::Dataset(dataset) => snake(dataset.name.as_deref().unwrap_or_default()),
            Content::Child { name, type_name, .. } => self.typed(slot, *name, type_name.name(), alone),
            Content::Link { link, target } => self.typed(slot, link.name.as_deref(), target.name(), alone),
        };
        method(&join(&prefix, &name), self.is_dataset)
    }

    fn typed(&self, slot: &Slot<'_>, name: Option<&str>, type_name: &str, alone: bool) -> String {
        match name {
            Some(name) => snake(name),
            None if alone && !self.is_flat(&slot.group) => String::new(),
            None if slot.quantity().is_many() => plural(&snake(type_name)),
            None => snake(type_name),
        }
    }
}
