//! Where in a file objects of a type belong.

use super::{Catalog, EffectiveType, Members, Slot};
use crate::spec::Quantity;

/// A group in which objects of a type can be put.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Home<'c> {
    /// The path of the group below the root object, without slashes around it: `general/devices`; empty for the root object.
    pub path: String,
    /// The slot that takes the object.
    pub slot: Slot<'c>,
    /// How far the slot's type stands above the object's: 0 for a slot of that very type.
    pub distance: usize,
}

impl<'c> Home<'c> {
    /// The name that the object must have there.
    pub fn name(&self) -> Option<&'c str> {
        self.slot.name()
    }

    /// How many objects the slot takes.
    pub fn quantity(&self) -> Quantity {
        self.slot.quantity()
    }
}

impl Catalog {
    /// Every place for objects of a type directly in an object of the type `root` or in its untyped groups, the nearest slots first,
    /// then in the order of declaration. Links are no homes.
    pub fn homes<'c>(&'c self, root: &'c EffectiveType, effective: &EffectiveType) -> Vec<Home<'c>> {
        let mut homes = Vec::new();
        collect(root.members(), "", effective, &mut homes);
        homes.sort_by_key(|home| home.distance);
        homes
    }

    /// The one group below an object of the type `root` where an object belongs, if the schema says which.
    ///
    /// A slot with the object's name comes first; then slots without a fixed name; then a slot whose name the object would have to take.
    /// Of each sort those with the nearest type count, and if these lie in several groups, there is no default: `TimeSeries` are
    /// stimuli as well as templates.
    ///
    /// ```
    /// # #[cfg(feature = "embedded")] {
    /// let catalog = nwb_schema::embedded::catalog();
    /// let file = catalog.get("core", "NWBFile").unwrap();
    /// let home = |name| catalog.default_home(file, catalog.get("core", name).unwrap(), None);
    /// assert_eq!(home("Device").unwrap().path, "general/devices");
    /// assert_eq!(home("ProcessingModule").unwrap().path, "processing");
    /// assert_eq!(home("TimeSeries"), None);
    /// # }
    /// ```
    pub fn default_home<'c>(
        &'c self,
        root: &'c EffectiveType,
        effective: &EffectiveType,
        name: Option<&str>,
    ) -> Option<Home<'c>> {
        let homes = self.homes(root, effective);
        let only = |fits: &dyn Fn(&Home<'c>) -> bool| {
            let mut fitting = homes.iter().filter(|home| fits(home));
            let first = fitting.next()?;
            let nearest = fitting.take_while(|home| home.distance == first.distance);
            let alone = nearest.into_iter().all(|home| home.path == first.path);
            Some(alone.then(|| first.clone()))
        };
        let named = |home: &Home<'c>| home.name().is_some() && home.name() == name;
        let nearest = homes.first().map(|home| home.distance);
        only(&named)
            .or_else(|| only(&|home| home.name().is_none() && Some(home.distance) == nearest))
            .or_else(|| only(&|home| Some(home.distance) == nearest))
            .flatten()
    }
}

fn collect<'c>(members: &'c Members, path: &str, effective: &EffectiveType, homes: &mut Vec<Home<'c>>) {
    for slot in members.slots() {
        let kind_fits = match slot {
            Slot::Group(_) => effective.kind() == super::Kind::Group,
            Slot::Dataset(_) => effective.kind() == super::Kind::Dataset,
            Slot::Link(_) => false,
        };
        if kind_fits && let Some(distance) = slot.type_name().and_then(|slot_type| effective.distance_to(slot_type)) {
            homes.push(Home { path: path.to_owned(), slot, distance });
        }
    }
    for group in members.groups.iter().filter(|group| group.type_name.is_none()) {
        if let Some(name) = &group.name {
            let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            collect(&group.own, &path, effective, homes);
        }
    }
}
