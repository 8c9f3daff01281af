//! What of a table follows from the rest when it is written.

use nwb_schema::{EffectiveType, Slot};

use crate::backend::Address;
use crate::data::Data;
use crate::draft::{AttributeDraft, Child, DraftNode};
use crate::error::Result;
use crate::selection::Region;
use crate::types::VectorData;
use crate::value::Value;

/// A column in a slot of its own is what the schema says of the slot, if nothing else is said.
pub(crate) fn describe(draft: &mut DraftNode, own: &EffectiveType, slot: Option<Slot<'_>>) {
    if let Some(Slot::Dataset(spec)) = slot
        && spec.name.is_some()
        && own.is_a_named("VectorData")
    {
        let description = || AttributeDraft::Value(Value::text(spec.doc.trim()));
        draft.attributes.entry("description".into()).or_insert_with(description);
    }
}

/// The names of the electrode groups, from the references to them.
pub(crate) fn name_groups(
    draft: &mut DraftNode,
    own: &EffectiveType,
    path_of: impl Fn(Address) -> Result<String>,
) -> Result<()> {
    if !own.is_a_named("ElectrodesTable") || draft.members.contains_key("group_name") {
        return Ok(());
    }
    let Some(groups) = draft.members.get("group").and_then(|group| group.data.clone()) else { return Ok(()) };
    let (source, info) = groups.into_parts();
    // What is no list of references is refused where it is written.
    let Ok(groups) = source.read(&Region::all(info.shape.dims())).and_then(|groups| groups.as_references()) else {
        return Ok(());
    };
    let mut names = Vec::with_capacity(groups.len());
    for group in groups {
        let path = path_of(group)?;
        names.push(path.rsplit('/').next().unwrap_or_default().to_owned());
    }
    draft.child("group_name", Child::<VectorData>::from(Data::from(names)));
    Ok(())
}
