//! What the rules about tables share: how long columns are.

use crate::tree::NodeRef;
use crate::types::{VectorData, VectorIndex};
use crate::view::NeurodataType;

/// The length of the first axis; `None` for a scalar, and for what is no dataset.
pub(super) fn height(at: NodeRef<'_>) -> Option<u64> {
    at.info().ok()?.shape.dims().first().copied()
}

/// Where a column's rows are counted: its outermost index, or the column itself.
pub(super) fn outermost<'a>(table: NodeRef<'a>, column: &str) -> Option<NodeRef<'a>> {
    let mut at = table.child(column).ok()??;
    let mut name = format!("{column}_index");
    while let Ok(Some(index)) = table.child(&name) {
        if !index.to_object().is::<VectorIndex>().unwrap_or(false) {
            break;
        }
        at = index;
        name.push_str("_index");
    }
    at.node().is_ok().then_some(at)
}

/// What an index leads into, if that can be read: what its `target` says, else the member of its name without `_index`.
pub(super) fn indexed(index: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let by_reference = || index.resolve(index.attribute("target").ok()??.as_reference().ok()??);
    let by_name = || index.parent()?.child(index.name().strip_suffix("_index")?).ok()?;
    by_reference().or_else(by_name).filter(|target| is::<VectorData>(*target) && target.info().is_ok())
}

/// The column names that a table lists; `None` where it lists none.
pub(super) fn listed<'a>(table: NodeRef<'a>) -> Option<Vec<&'a str>> {
    let value = table.attribute("colnames").ok()??;
    if value.is_empty() { Some(Vec::new()) } else { value.as_texts().ok() }
}

/// Whether objects of a dataset's type are rows of references to a table.
pub(super) fn is<T: NeurodataType>(at: NodeRef<'_>) -> bool {
    at.to_object().is::<T>().unwrap_or(false)
}

/// Whether a dataset, such as a column, is missing, or is of another type, that every object of this type has: that is told by
/// itself, and what follows from it is not.
pub(super) fn lacks(at: NodeRef<'_>, name: &str) -> bool {
    let slot = at.effective().and_then(|spec| spec.members().dataset(name));
    let Some(asked) = slot.filter(|slot| slot.quantity.is_required()) else { return false };
    match at.child(name) {
        Ok(Some(at)) => asked.type_name.as_ref().is_some_and(|asked| {
            let own = at.type_name().ok().flatten();
            own.is_some_and(|own| !at.is_a(own, (asked.namespace(), asked.name())))
        }),
        other => matches!(other, Ok(None)),
    }
}
