//! One type with all its fields.

use std::io::{self, Write};

use nwb::schema::spec::{Dims, Dtype, Quantity, Shape};
use nwb::schema::{Catalog, EffectiveAttribute, EffectiveType, Members, Slot, TypeName};
use serde_json::{Value as Json, json};

use super::{Schema, listing};
use crate::output::{Paint, printable};

/// A field of a type.
struct Field {
    name: String,
    kind: &'static str,
    /// What its elements are, or which type its objects are of.
    what: Option<String>,
    shape: Option<String>,
    /// How many there may be.
    quantity: Quantity,
    /// Whether it and everything that it is in are required.
    is_required: bool,
    fixed: Option<Json>,
    default: Option<Json>,
    declared_in: TypeName,
    doc: String,
}

/// Groups in groups are listed so deep.
const MAX_DEPTH: usize = 8;

fn fields(catalog: &Catalog, of: &EffectiveType) -> Vec<Field> {
    let mut found = Vec::new();
    if let Some(dataset) = of.dataset() {
        found.push(Field {
            name: "(elements)".into(),
            kind: "elements",
            what: dataset.dtype.as_ref().map(dtype),
            shape: shape(dataset.shape.as_ref(), dataset.dims.as_ref()),
            quantity: Quantity::default(),
            is_required: true,
            fixed: dataset.value.clone(),
            default: dataset.default_value.clone(),
            declared_in: dataset.declared_in.clone(),
            doc: String::new(),
        });
    }
    for attribute in of.attributes() {
        found.extend(of_attribute("", attribute, true));
    }
    members(catalog, of.members(), "", true, 0, &mut found);
    found
}

fn of_attribute(place: &str, attribute: &EffectiveAttribute, place_is_required: bool) -> Option<Field> {
    // They make an object one of its type, and are no news of any.
    if place.is_empty() && matches!(attribute.name.as_str(), "namespace" | "neurodata_type" | "object_id") {
        return None;
    }
    Some(Field {
        name: format!("{place}@{}", attribute.name),
        kind: "attribute",
        what: attribute.dtype.as_ref().map(dtype),
        shape: shape(attribute.shape.as_ref(), attribute.dims.as_ref()),
        quantity: if attribute.required { Quantity::default() } else { Quantity::ZeroOrOne },
        is_required: attribute.required && place_is_required,
        fixed: attribute.value.clone(),
        default: attribute.default_value.clone(),
        declared_in: attribute.declared_in.clone(),
        doc: attribute.doc.clone(),
    })
}

fn members(catalog: &Catalog, of: &Members, place: &str, is_required: bool, depth: usize, found: &mut Vec<Field>) {
    for slot in of.slots() {
        let own = slot
            .name()
            .map_or_else(|| format!("<{}>", slot.type_name().map_or("any name", TypeName::name)), str::to_owned);
        let name = if place.is_empty() { own } else { format!("{place}/{own}") };
        let is_required = is_required && slot.quantity().is_required();
        let mut field = Field {
            name: name.clone(),
            kind: "group",
            what: slot.type_name().map(|one| one.name().to_owned()),
            shape: None,
            quantity: slot.quantity(),
            is_required,
            fixed: None,
            default: None,
            declared_in: slot.declared_in().clone(),
            doc: slot.doc().to_owned(),
        };
        match slot {
            Slot::Link(link) => {
                (field.kind, field.what) = ("link", Some(link.target_type.clone()));
                found.push(field);
            }
            Slot::Dataset(dataset) => {
                field.kind = "dataset";
                let elements = dataset.dtype.as_ref().map(dtype);
                field.what = match (field.what, elements) {
                    (Some(own), Some(elements)) => Some(format!("{own} of {elements}")),
                    (own, elements) => own.or(elements),
                };
                field.shape = shape(dataset.shape.as_ref(), dataset.dims.as_ref());
                (field.fixed, field.default) = (dataset.value.clone(), dataset.default_value.clone());
                found.push(field);
                // Those of a typed one are listed with its type.
                if dataset.type_name.is_none() {
                    for attribute in &dataset.attributes {
                        found.extend(of_attribute(&name, attribute, is_required));
                    }
                }
            }
            Slot::Group(group) => {
                found.push(field);
                if group.type_name.is_none() && depth < MAX_DEPTH {
                    let below = catalog.members(group);
                    for attribute in &below.attributes {
                        found.extend(of_attribute(&name, attribute, is_required));
                    }
                    members(catalog, below, &name, is_required, depth + 1, found);
                }
            }
        }
    }
}

fn dtype(dtype: &Dtype) -> String {
    dtype.to_string()
}

/// `(frame, x, y) or (frame, x, y, z)`, with lengths where they are given: `(x, y=2)`.
fn shape(shape: Option<&Shape>, dims: Option<&Dims>) -> Option<String> {
    let Some(shape) = shape else {
        let names: Vec<String> = dims?.alternatives().map(|names| format!("({})", names.join(", "))).collect();
        return Some(names.join(" or "));
    };
    if *shape == Shape::Scalar {
        return None;
    }
    let alternatives = shape.alternatives().enumerate().map(|(index, extents)| {
        let names = dims.and_then(|dims| dims.alternative(index)).filter(|names| names.len() == extents.len());
        let axes =
            extents.iter().enumerate().map(|(axis, extent)| match (names.and_then(|names| names.get(axis)), extent) {
                (Some(name), None) => name.clone(),
                (Some(name), Some(extent)) => format!("{name}={extent}"),
                (None, Some(extent)) => extent.to_string(),
                (None, None) => "any".into(),
            });
        format!("({})", axes.collect::<Vec<_>>().join(", "))
    });
    Some(alternatives.collect::<Vec<_>>().join(" or "))
}

pub(super) fn json(out: &mut dyn Write, schema: &Schema, of: &EffectiveType) -> io::Result<()> {
    let fields: Vec<Json> = fields(&schema.catalog, of)
        .into_iter()
        .map(|field| {
            json!({
                "name": field.name,
                "kind": field.kind,
                "type": field.what,
                "shape": field.shape,
                "quantity": field.quantity.to_string(),
                "required": field.is_required,
                "value": field.fixed,
                "default": field.default,
                "declared_in": field.declared_in.to_string(),
                "doc": field.doc,
            })
        })
        .collect();
    let names = |types: &[TypeName]| -> Vec<String> { types.iter().map(ToString::to_string).collect() };
    let whole = json!({
        "name": of.name(),
        "namespace": of.namespace(),
        "version": schema.catalog.release(of.namespace()).map(|release| release.namespace.version.clone()),
        "cached": schema.cached.iter().any(|cached| cached == of.namespace()),
        "kind": listing::kind(of),
        "source": of.source(),
        "doc": of.doc(),
        "extends": names(of.ancestors()),
        "extended_by": names(of.children()),
        "fixed_name": of.fixed_name(),
        "default_name": of.default_name(),
        "fields": fields,
    });
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}

pub(super) fn text(out: &mut dyn Write, schema: &Schema, of: &EffectiveType, paint: Paint) -> io::Result<()> {
    let version = schema.catalog.release(of.namespace()).map_or("", |release| release.namespace.version.as_str());
    let origin = schema.origin(of.namespace());
    let about = format!("{}, {} {version} ({origin}), {}", listing::kind(of), of.namespace(), of.source());
    writeln!(out, "{}  {}", paint.strong(&printable(of.name())), paint.faint(&printable(&about)))?;
    wrapped(out, of.doc(), 2)?;
    if !of.ancestors().is_empty() {
        let above: Vec<&str> = of.ancestors().iter().map(TypeName::name).collect();
        writeln!(out, "  {} {}", paint.faint("extends"), paint.type_name(&printable(&above.join(" > "))))?;
    }
    if !of.children().is_empty() {
        let below: Vec<&str> = of.children().iter().map(TypeName::name).collect();
        writeln!(out, "  {} {}", paint.faint("extended by"), paint.type_name(&printable(&below.join(", "))))?;
    }
    match (of.fixed_name(), of.default_name()) {
        (Some(name), _) => writeln!(out, "  {} {}", paint.faint("always named"), printable(name))?,
        (None, Some(name)) => {
            writeln!(out, "  {} {}", paint.faint("named"), printable(&format!("{name}, unless another name is given")))?
        }
        (None, None) => {}
    }
    for field in fields(&schema.catalog, of) {
        writeln!(out)?;
        let mut words = vec![field.kind.to_owned()];
        words.extend(field.what.as_deref().map(printable));
        words.extend(field.shape.as_deref().map(printable));
        words.push(match field.quantity {
            Quantity::ZeroOrMany => "any number".into(),
            Quantity::OneOrMany => "one or more".into(),
            Quantity::ZeroOrOne => "optional".into(),
            _ if field.is_required => "required".to_owned(),
            _ => "required where that is".into(),
        });
        words.extend(field.fixed.as_ref().map(|value| format!("always {}", shown(value))));
        words.extend(field.default.as_ref().map(|value| format!("default {}", shown(value))));
        if field.declared_in != *of.type_name() {
            words.push(paint.faint(&format!("from {}", printable(field.declared_in.name()))));
        }
        writeln!(out, "  {}  {}", paint.strong(&printable(&field.name)), words.join(", "))?;
        wrapped(out, &field.doc, 6)?;
    }
    Ok(())
}

fn shown(value: &Json) -> String {
    printable(&value.to_string())
}

/// Words on lines of at most 100 characters.
fn wrapped(out: &mut dyn Write, text: &str, indent: usize) -> io::Result<()> {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 100 - indent {
            writeln!(out, "{:indent$}{}", "", printable(&line))?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() { Ok(()) } else { writeln!(out, "{:indent$}{}", "", printable(&line)) }
}
