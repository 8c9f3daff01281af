//! Tables: columns of one length, ragged ones with their indices, and what is added when a table lies in its place.

use nwb_schema::{EffectiveType, Members};

use super::maker::{Maker, Wish, put};
use super::{Fill, series, values};
use crate::backend::Address;
use crate::draft::{AttributeDraft, DraftNode, Target};
use crate::error::Result;
use crate::ext::vector_index;
use crate::value::Value;

/// How many rows a table has.
const ROWS: u64 = 5;

/// How many elements a ragged column has in all rows.
const ELEMENTS: u64 = 8;

/// The column that is none of the type's own.
pub(super) const OWN_COLUMN: &str = "own_column";

/// What is asked of an object that another one needs: rows to refer to, timestamps to share.
pub(super) fn needed(own: &EffectiveType) -> Wish {
    match own.name() {
        "DynamicTable" | "TimeSeries" => Wish { fill: Fill::Every, ..Wish::PLAIN },
        _ => Wish::PLAIN,
    }
}

/// The type of table that a column or series refers to, where the schema takes any.
pub(super) fn likely_target<'a>(owner: &str, target: &'a str) -> &'a str {
    match (owner, target) {
        ("electrodes" | "source_channels", "DynamicTable") => "ElectrodesTable",
        ("rois", "DynamicTable") => "PlaneSegmentation",
        _ => target,
    }
}

/// The columns of a table.
pub(super) fn columns<'c>(
    maker: &mut Maker<'c, '_>,
    node: &mut DraftNode,
    own: &'c EffectiveType,
    members: &'c Members,
    wish: Wish,
) -> Result<()> {
    let rows = wish.rows.unwrap_or(ROWS);
    let every = wish.fill == Fill::Every;
    for spec in &members.datasets {
        let Some((name, type_name)) = spec.name.as_deref().zip(spec.type_name.as_ref()) else { continue };
        let column = maker.named(type_name)?;
        let is_wanted = every || spec.quantity.is_required() || series::is_vital(own, name, wish);
        if !is_wanted || column.is_a_named("VectorIndex") {
            continue;
        }
        if name == "id" {
            if every {
                let ids = maker.draft(column, Some(spec), Wish { rows: Some(rows), ..wish })?;
                put(node, name, ids);
            }
            continue;
        }
        let indices: Vec<String> = (1..=2)
            .map(|level| format!("{name}{}", "_index".repeat(level)))
            .take_while(|index| members.dataset(index).is_some_and(|index| every || index.quantity.is_required()))
            .collect();
        let len = if indices.is_empty() { rows } else { ELEMENTS };
        let draft = maker.draft(column, Some(spec), Wish { rows: Some(len), ..wish })?;
        put(node, name, draft);
        indexed(maker, node, name, &indices)?;
    }
    let takes_more = members.datasets.iter().any(|spec| spec.name.is_none());
    if every && takes_more && !node.members.contains_key(OWN_COLUMN) && own.is_a_named("DynamicTable") {
        let draft = maker.draft(maker.core("VectorData")?, None, Wish { rows: Some(rows), ..wish })?;
        put(node, OWN_COLUMN, draft);
    }
    Ok(())
}

/// The indices of a ragged column, the one that leads to its elements first.
fn indexed(maker: &mut Maker<'_, '_>, node: &mut DraftNode, name: &str, indices: &[String]) -> Result<()> {
    let type_name = maker.core("VectorIndex")?.type_name();
    let mut below = name.to_owned();
    for (level, index) in indices.iter().enumerate() {
        let mut draft = DraftNode {
            type_name: Some((type_name.namespace().into(), type_name.name().into())),
            data: Some(vector_index(values::ends(indices.len(), level))),
            ..DraftNode::default()
        };
        let description = AttributeDraft::Value(Value::text(&format!("Index for VectorData '{below}'")));
        draft.attributes.insert("description".into(), description);
        draft.attributes.insert("target".into(), AttributeDraft::Reference(Target::Sibling(below)));
        put(node, index, draft);
        below = index.clone();
    }
    Ok(())
}

/// A table that holds a column of a type; and the name of what is of that type.
pub(super) fn host<'c>(
    maker: &mut Maker<'c, '_>,
    own: &'c EffectiveType,
    wish: Wish,
) -> Result<(DraftNode, &'static str)> {
    let mut node = maker.draft(maker.core("DynamicTable")?, None, Wish { fill: Fill::Required, ..wish })?;
    let of_rows = Wish { rows: Some(ROWS), ..wish };
    let column = match own.name() {
        "VectorIndex" => {
            let draft = maker.draft(maker.core("VectorData")?, None, Wish { rows: Some(ELEMENTS), ..wish })?;
            put(&mut node, "ragged", draft);
            indexed(maker, &mut node, "ragged", &["ragged_index".into(), "ragged_index_index".into()])?;
            "ragged_index"
        }
        "ElementIdentifiers" => {
            let draft = maker.draft(own, None, of_rows)?;
            put(&mut node, "id", draft);
            let draft = maker.draft(maker.core("VectorData")?, None, of_rows)?;
            put(&mut node, OWN_COLUMN, draft);
            "id"
        }
        "EnumData" => {
            let terms = maker.draft(maker.core("VectorData")?, None, Wish { rows: Some(3), variant: 0, ..wish })?;
            let mut draft = maker.draft(own, None, of_rows)?;
            let axes = draft.data.as_ref().map(|data| data.shape().clone());
            let count = axes.as_ref().and_then(crate::value::Shape::len).unwrap_or(0);
            let codes: Vec<u8> = (0..count).map(|i| ((i * i + 1) % 3) as u8).collect();
            if let Some(axes) = axes {
                draft.data = Some(Value::vector(codes).reshaped(axes)?.into());
            }
            let elements = AttributeDraft::Reference(Target::Sibling("choice_elements".into()));
            draft.attributes.insert("elements".into(), elements);
            put(&mut node, "choice", draft);
            put(&mut node, "choice_elements", terms);
            "choice"
        }
        _ => {
            let draft = maker.draft(own, None, of_rows)?;
            put(&mut node, "column", draft);
            "column"
        }
    };
    Ok((node, column))
}

/// What the values of a column mean, in the table that has it.
pub(super) fn meanings<'c>(
    maker: &mut Maker<'c, '_>,
    table: Address,
    own: &'c EffectiveType,
    wish: Wish,
) -> Result<Option<Address>> {
    let Some(column) = maker.edit.child_address(table, OWN_COLUMN)? else { return Ok(None) };
    let mut node = maker.draft(own, None, wish)?;
    let target = Target::Object { owner: maker.edit.owner(), address: column };
    node.attributes.insert("target".into(), AttributeDraft::Reference(target));
    node.name = Some(format!("{OWN_COLUMN}_meanings"));
    maker.edit.insert_draft_into(table, node).map(Some)
}
