//! What the schema says of a slot beyond its text, in a line.

use nwb_schema::EffectiveDataset;
use nwb_schema::spec::{Dims, Dtype, Quantity, Shape};
use serde_json::Value;

use crate::slots::{Content, Owner, Slot};

/// Dtype, shape, fixed and default value, unit and number of objects, as far as the schema says.
pub(super) fn line(slot: &Slot<'_>) -> Option<String> {
    let mut facts = Vec::new();
    facts.extend(slot.dtype().map(dtype));
    let (allowed, dims) = slot.shape();
    facts.extend(allowed.and_then(|allowed| shape(allowed, dims)));
    facts.extend(slot.fixed().map(|value| format!("always `{}`", plain(value))));
    facts.extend(slot.default().map(|value| format!("`{}` where absent", plain(value))));
    facts.extend(unit(slot));
    facts.extend(match slot.quantity() {
        Quantity::OneOrMany => Some("one or more".to_owned()),
        Quantity::Exactly(count) if count > 1 => Some(format!("{count} of them")),
        _ => None,
    });
    match &slot.content {
        Content::Attribute { owner: Owner::Dataset(_), attribute, path } => {
            facts.push(format!("attribute `{}` of `{path}`", attribute.name));
        }
        Content::Attribute { owner: Owner::Child(name), attribute, .. } => {
            facts.push(format!("attribute `{}` of `{name}`", attribute.name));
        }
        _ => {}
    }
    (!facts.is_empty()).then(|| format!("Schema: {}.", facts.join("; ")))
}

/// Dtype, shape and unit of the elements of a typed dataset.
pub(super) fn of_dataset(dataset: &EffectiveDataset) -> Option<String> {
    let mut facts = Vec::new();
    facts.extend(dataset.dtype.as_ref().map(dtype));
    facts.extend(dataset.shape.as_ref().and_then(|allowed| shape(allowed, dataset.dims.as_ref())));
    facts.extend(unit_of(dataset));
    (!facts.is_empty()).then(|| format!("Schema: {}.", facts.join("; ")))
}

fn dtype(dtype: &Dtype) -> String {
    match dtype {
        Dtype::Flat { spelling, .. } => format!("`{spelling}`"),
        Dtype::Reference { target_type, .. } => format!("reference to `{target_type}`"),
        Dtype::Compound(members) => {
            let members: Vec<String> =
                members.iter().map(|member| format!("{}: {}", member.name, member.dtype)).collect();
            format!("`{{{}}}`", members.join(", "))
        }
    }
}

fn shape(allowed: &Shape, dims: Option<&Dims>) -> Option<String> {
    let alternatives = allowed.alternatives().enumerate().map(|(index, extents)| {
        let names = dims.and_then(|dims| dims.alternative(index)).unwrap_or_default();
        let axes = extents.iter().enumerate().map(|(axis, extent)| match (names.get(axis), extent) {
            (Some(name), None) => format!("[{name}]"),
            (Some(name), Some(extent)) => format!("[{name}: {extent}]"),
            (None, Some(extent)) => format!("[{extent}]"),
            (None, None) => "[..]".to_owned(),
        });
        axes.collect::<String>()
    });
    let alternatives: Vec<String> =
        alternatives.filter(|shape| !shape.is_empty()).map(|shape| format!("`{shape}`")).collect();
    (!alternatives.is_empty()).then(|| alternatives.join(" or "))
}

/// The unit that the dataset's own attribute fixes or proposes.
fn unit(slot: &Slot<'_>) -> Option<String> {
    match &slot.content {
        Content::Dataset(dataset) | Content::Child { dataset: Some(dataset), .. } => unit_of(dataset),
        _ => None,
    }
}

fn unit_of(dataset: &EffectiveDataset) -> Option<String> {
    let unit = dataset.attribute("unit")?;
    match (&unit.value, &unit.default_value) {
        (Some(value), _) => Some(format!("in `{}`", plain(value))),
        (None, Some(default)) => Some(format!("in `{}` where `unit` is absent", plain(default))),
        (None, None) => None,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('`', "'"),
        other => other.to_string(),
    }
}
