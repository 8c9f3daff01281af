//! What the rules about tables share: how long columns are.

use crate::tree::NodeRef;
use crate::types::{VectorData, VectorIndex};
use crate::view::NeurodataType;

/// The length of the first axis; `None` for a scalar, and for what is no dataset.
pub(super) fn height(at: NodeRef<'_>) -> Option<u64> {
    at.info().ok()?.shape.dims().first().copied()
}

/// Where a column's rows are counted: its outermost index, or the column itself. `None` where it cannot be read, and where an index
/// stands that is none, which is told by itself.
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
    (at.node().is_ok() && !is_told(table, &name)).then_some(at)
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

/// Whether what is the matter with a dataset, such as a column, is told by itself: it is missing or of another type though its slot
/// asks for it, a link to it leads nowhere, or its type cannot be made out. What follows from that is not told.
pub(super) fn is_told(at: NodeRef<'_>, name: &str) -> bool {
    let slot = at.effective().and_then(|spec| spec.members().dataset(name));
    match at.child(name) {
        Ok(None) => slot.is_some_and(|slot| slot.quantity.is_required()),
        Err(_) => true,
        Ok(Some(at)) => match at.type_name() {
            Ok(Some(own)) => {
                let asked = slot.and_then(|slot| slot.type_name.as_ref());
                at.find_type(own.0, own.1).is_none()
                    || asked.is_some_and(|asked| !at.is_a(own, (asked.namespace(), asked.name())))
            }
            Ok(None) => at.is_half_typed(),
            Err(_) => true,
        },
    }
}
