//! Which slot each child of a group is in.

use nwb_model::backend::Link;
use nwb_model::tree::{Kind, Object};
use nwb_schema::spec::Quantity;
use nwb_schema::{Catalog, EffectiveType, Members, Slot};

/// A name in a group, and what it leads to.
pub(super) struct Child<'a> {
    pub(super) name: &'a str,
    pub(super) is_link: bool,
    /// `None` where it leads nowhere or cannot be read, which is told elsewhere.
    pub(super) object: Option<Object>,
}

impl Child<'_> {
    pub(super) fn kind(&self) -> Option<Kind> {
        self.object.as_ref()?.kind().ok()
    }

    pub(super) fn type_in<'c>(&self, catalog: &'c Catalog) -> Option<&'c EffectiveType> {
        type_of(catalog, self.object.as_ref()?)
    }
}

/// What the schema says of an object's type.
pub(super) fn type_of<'c>(catalog: &'c Catalog, object: &Object) -> Option<&'c EffectiveType> {
    let (namespace, name) = object.type_name().ok()??;
    catalog.resolve_type(namespace, name)
}

/// The children of a group in the slots of its schema.
pub(super) struct Matching<'a, 'c> {
    pub(super) children: Vec<Child<'a>>,
    /// Each slot with the numbers of the children in it.
    pub(super) slots: Vec<(Slot<'c>, Vec<usize>)>,
    /// The children without a slot.
    pub(super) rest: Vec<usize>,
}

/// Datasets first, then groups, then links, as they are matched: the first that fits fills a slot.
fn children(group: &Object) -> Vec<Child<'_>> {
    let mut all: Vec<Child<'_>> = group
        .links()
        .unwrap_or_default()
        .iter()
        .map(|(name, link)| Child {
            name,
            is_link: !matches!(link, Link::Hard(_)),
            object: group.child(name).ok().flatten().filter(|object| object.kind().is_ok()),
        })
        .collect();
    all.sort_by_key(|child| match (child.is_link, child.kind()) {
        (true, _) => 2,
        (false, Some(Kind::Dataset)) => 0,
        (false, _) => 1,
    });
    all
}

impl<'a, 'c> Matching<'a, 'c> {
    pub(super) fn of(catalog: &'c Catalog, group: &'a Object, members: &'c Members) -> Self {
        let mut matching = Self {
            children: children(group),
            slots: members.slots().map(|slot| (slot, Vec::new())).collect(),
            rest: Vec::new(),
        };
        for number in 0..matching.children.len() {
            match matching.slot_for(catalog, number) {
                Some(place) => place.push(number),
                None => matching.rest.push(number),
            }
        }
        matching
    }

    /// The first of the slots that fit and are not yet filled, else the first that fits; slots with names come first.
    fn slot_for(&mut self, catalog: &Catalog, number: usize) -> Option<&mut Vec<usize>> {
        let child = self.children.get(number)?;
        child.object.as_ref()?;
        let own = child.type_in(catalog);
        // What a slot says of a name is meant more than what one says of any name.
        let mut fit: Vec<usize> = (self.slots.iter().enumerate())
            .filter(|(_, (slot, _))| is_named(*slot, child.name) && is_typed(*slot, own))
            .map(|(place, _)| place)
            .collect();
        fit.sort_by_key(|&place| self.slots.get(place).is_none_or(|(slot, _)| slot.name().is_none()));
        let open = fit.iter().copied().find(|&place| {
            self.slots.get(place).is_some_and(|(slot, taken)| match slot.quantity() {
                Quantity::Exactly(count) => (taken.len() as u64) < count,
                quantity => quantity.is_required() && taken.is_empty(),
            })
        });
        self.slots.get_mut(open.or(fit.first().copied())?).map(|(_, taken)| taken)
    }
}

fn is_named(slot: Slot<'_>, name: &str) -> bool {
    slot.name().is_none_or(|asked| asked == name)
}

/// Whether a child of that type may be in a slot. What a slot without a type holds has a fixed name, by which it is known.
pub(super) fn is_typed(slot: Slot<'_>, own: Option<&EffectiveType>) -> bool {
    match (slot, slot.type_name()) {
        // A link to a type that the schema does not have can lead to nothing that it knows.
        (Slot::Link(link), None) => own.is_some_and(|own| own.is_a_named(&link.target_type)),
        (_, None) => true,
        (_, Some(asked)) => own.is_some_and(|own| own.is_a(asked)),
    }
}
