//! Which slot of its parent a child belongs in.

use super::{Catalog, EffectiveDataset, EffectiveGroup, EffectiveLink, EffectiveType, Kind, Members, TypeName};
use crate::spec::Quantity;

/// A place for children in a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Slot<'c> {
    /// For groups.
    Group(&'c EffectiveGroup),
    /// For datasets.
    Dataset(&'c EffectiveDataset),
    /// For links.
    Link(&'c EffectiveLink),
}

impl<'c> Slot<'c> {
    /// The name that children in it always have.
    pub fn name(&self) -> Option<&'c str> {
        match self {
            Self::Group(group) => group.name.as_deref(),
            Self::Dataset(dataset) => dataset.name.as_deref(),
            Self::Link(link) => link.name.as_deref(),
        }
    }

    /// The type of children in it, or of what they link to; `None` for untyped ones.
    pub fn type_name(&self) -> Option<&'c TypeName> {
        match self {
            Self::Group(group) => group.type_name.as_ref(),
            Self::Dataset(dataset) => dataset.type_name.as_ref(),
            Self::Link(link) => link.target.as_ref(),
        }
    }

    /// How many children it takes.
    pub fn quantity(&self) -> Quantity {
        match self {
            Self::Group(group) => group.quantity,
            Self::Dataset(dataset) => dataset.quantity,
            Self::Link(link) => link.quantity,
        }
    }

    /// What it is for.
    pub fn doc(&self) -> &'c str {
        match self {
            Self::Group(group) => &group.doc,
            Self::Dataset(dataset) => &dataset.doc,
            Self::Link(link) => &link.doc,
        }
    }

    /// The type that declared it first.
    pub fn declared_in(&self) -> &'c TypeName {
        match self {
            Self::Group(group) => &group.declared_in,
            Self::Dataset(dataset) => &dataset.declared_in,
            Self::Link(link) => &link.declared_in,
        }
    }
}

impl Members {
    /// All slots: datasets, groups, links.
    pub fn slots(&self) -> impl Iterator<Item = Slot<'_>> {
        let datasets = self.datasets.iter().map(|dataset| Slot::Dataset(dataset));
        let groups = self.groups.iter().map(|group| Slot::Group(group));
        datasets.chain(groups).chain(self.links.iter().map(|link| Slot::Link(link)))
    }

    /// The slot with that fixed name.
    pub fn slot(&self, name: &str) -> Option<Slot<'_>> {
        self.slots().find(|slot| slot.name() == Some(name))
    }
}

impl Catalog {
    /// The slot of a group that a child belongs in: the one with the child's name, else, for a child with a type, the slot without a
    /// fixed name whose type is nearest above the child's.
    ///
    /// A child that is a link belongs where its target would, or in a slot for links; the type is then that of the target. A slot that
    /// is found by its name need not have the type of the child: that is for a validator to say.
    pub fn slot_for<'c>(&'c self, members: &'c Members, name: &str, child: Option<&EffectiveType>) -> Option<Slot<'c>> {
        members.slot(name).or_else(|| {
            let child = child?;
            let fits = |slot: &Slot<'_>| match slot {
                Slot::Group(_) => child.kind() == Kind::Group,
                Slot::Dataset(_) => child.kind() == Kind::Dataset,
                Slot::Link(_) => true,
            };
            members
                .slots()
                .filter(|slot| slot.name().is_none() && fits(slot))
                .filter_map(|slot| Some((child.distance_to(slot.type_name()?)?, slot)))
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, slot)| slot)
        })
    }
}
