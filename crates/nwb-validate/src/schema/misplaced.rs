//! Objects that stand where an object of another type has to stand.

use nwb_model::tree::Object;
use nwb_schema::{Catalog, EffectiveType, Members, Slot};

use super::matching::{Child, Matching, is_typed, type_of};

/// Whether an object takes the place of another one. That is told of the place, and nothing more is said of the object: what its
/// type asks for is not what was meant to be there.
pub(super) fn is_misplaced(catalog: &Catalog, object: &Object, own: &EffectiveType) -> bool {
    let Some(holder) = object.parent() else { return false };
    let Some(members) = members_of(catalog, &holder) else { return false };
    match members.slot(object.name()) {
        Some(slot) => !is_typed(slot, Some(own)),
        None if members.slots().any(|slot| slot.name().is_none() && is_typed(slot, Some(own))) => false,
        None => {
            let matching = Matching::of(catalog, &holder, members);
            stand_ins(catalog, &matching).iter().any(|(_, child)| child.name == object.name())
        }
    }
}

/// The slots in which an object may be where it is.
pub(super) fn slots_of<'c>(catalog: &'c Catalog, object: &Object, own: &EffectiveType) -> Vec<Slot<'c>> {
    let members = object.parent().and_then(|holder| members_of(catalog, &holder));
    let is_its = |slot: &Slot<'_>| slot.name().is_none_or(|name| name == object.name()) && is_typed(*slot, Some(own));
    members.into_iter().flat_map(Members::slots).filter(is_its).collect()
}

/// What the schema says of a group: by its own type, or as a member of the nearest object above it that has one.
fn members_of<'c>(catalog: &'c Catalog, group: &Object) -> Option<&'c Members> {
    let mut names = Vec::new();
    let mut at = group.clone();
    while at.type_name().ok()?.is_none() {
        names.push(at.name().to_owned());
        at = at.parent()?;
    }
    names.reverse();
    catalog.members_at(type_of(catalog, &at)?, &names.join("/"))
}

/// For each slot without a fixed name that has to be filled and is not: the child that stands in for what is missing, if there is just
/// one that has no slot of its own.
pub(super) fn stand_ins<'m, 'a>(catalog: &Catalog, matching: &'m Matching<'a, '_>) -> Vec<(usize, &'m Child<'a>)> {
    let mut empty = (matching.slots.iter().enumerate())
        .filter(|(_, (slot, taken))| slot.name().is_none() && taken.is_empty() && slot.quantity().is_required());
    let mut rest = matching.rest.iter().filter_map(|&number| matching.children.get(number)).filter(|child| {
        let is_known = child.type_in(catalog).is_some();
        let says = child.object.as_ref().is_some_and(|object| !matches!(object.type_name(), Ok(None)));
        is_known || says
    });
    match (empty.next(), empty.next(), rest.next(), rest.next()) {
        (Some((place, _)), None, Some(child), None) => vec![(place, child)],
        _ => Vec::new(),
    }
}
