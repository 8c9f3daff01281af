//! What the rules about values share: which kind of value the schema asks for, and which is there.

use nwb_schema::spec::{Dtype as Asked, FlatDtype, Shape as AskedShape};

use super::fields::{Field, FieldSpec, Found};
use super::subject::Subject;
use crate::catalog::{file_version, our_version};
use crate::convert::constant;
use crate::dtype::Dtype;
use crate::tree::NodeRef;
use crate::value::{Shape, Value};

/// Whether elements of this type can be read as what the schema asks for. Widths and byte orders do not matter.
pub(super) fn kind_fits(asked: &Asked, found: &Dtype) -> bool {
    match asked {
        Asked::Reference { .. } => matches!(found, Dtype::Reference | Dtype::RegionReference),
        Asked::Compound(members) => match found {
            Dtype::Compound(compound) => {
                members.iter().all(|one| compound.members.iter().any(|member| member.name == one.name))
            }
            _ => false,
        },
        Asked::Flat { dtype, .. } => match dtype {
            FlatDtype::Text | FlatDtype::Ascii | FlatDtype::Isodatetime => found.is_text(),
            FlatDtype::Bool => *found == Dtype::Bool,
            FlatDtype::Object => *found == Dtype::Reference,
            FlatDtype::Region => *found == Dtype::RegionReference,
            FlatDtype::Int8
            | FlatDtype::Int16
            | FlatDtype::Int32
            | FlatDtype::Int64
            | FlatDtype::Uint8
            | FlatDtype::Uint16
            | FlatDtype::Uint32
            | FlatDtype::Uint64 => matches!(found, Dtype::Number(number, _) if !number.is_float()),
            _ => matches!(found, Dtype::Number(..)),
        },
    }
}

/// The type and shape that the schema asks for in a place.
pub(super) fn asked<'a>(field: &Field<'a>) -> Option<(Option<&'a Asked>, Option<&'a AskedShape>)> {
    match field.spec {
        FieldSpec::Attribute(spec) => Some((spec.dtype.as_ref(), spec.shape.as_ref())),
        FieldSpec::Dataset(spec) if spec.type_name.is_none() => Some((spec.dtype.as_ref(), spec.shape.as_ref())),
        _ => None,
    }
}

/// The type and shape of what is in a place.
pub(super) fn stored<'a>(field: &Field<'a>) -> Option<(&'a Dtype, &'a Shape)> {
    match field.found {
        Found::Value(value) => Some((value.dtype(), value.shape())),
        Found::Object(at) => at.info().ok().map(|info| (&info.dtype, &info.shape)),
        Found::Nothing | Found::Told => None,
    }
}

/// The value in a place that has a single one.
pub(super) fn single<'a>(field: &Field<'a>) -> Option<&'a Value> {
    match field.found {
        Found::Value(value) => Some(value),
        Found::Object(at) if at.info().ok()?.shape.len() == Some(1) => at.value().ok(),
        _ => None,
    }
}

/// Places for single values, with the shapes that are there.
pub(crate) fn single_values<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = (&'s Field<'s>, &'s Shape)> {
    let wants_one = |field: &Field<'_>| matches!(asked(field), Some((Some(_), None) | (_, Some(AskedShape::Scalar))));
    subject.fields().iter().filter(move |field| wants_one(field)).filter_map(|field| Some((field, stored(field)?.1)))
}

/// Places for lists, with the shapes that are there.
pub(crate) fn lists<'s>(subject: &'s Subject<'_>) -> impl Iterator<Item = (&'s Field<'s>, &'s Shape)> {
    let wants_list = |field: &Field<'_>| matches!(asked(field), Some((_, Some(shape))) if shape.alternatives().all(|shape| !shape.is_empty()));
    subject.fields().iter().filter(move |field| wants_list(field)).filter_map(|field| Some((field, stored(field)?.1)))
}

/// Places whose value is fixed and where another one stands: what is asked for, and what is there.
pub(crate) fn differing_values<'s>(subject: &'s Subject<'_>) -> Vec<(&'s Field<'s>, String, String)> {
    subject
        .fields()
        .iter()
        .filter_map(|field| {
            let (json, dtype) = match field.spec {
                FieldSpec::Attribute(spec) => (spec.value.as_ref()?, spec.dtype.as_ref()),
                FieldSpec::Dataset(spec) => (spec.value.as_ref()?, spec.dtype.as_ref()),
                FieldSpec::Group(_) | FieldSpec::Link(_) => return None,
            };
            if field.name == "nwb_version" {
                return None;
            }
            let fixed = constant(json, dtype)?;
            let found = single(field)?;
            let (expected, found) = (shown(&fixed)?, shown(found)?);
            (expected != found).then_some((field, expected, found))
        })
        .collect()
}

/// A single value for people, such that equal values look the same, whatever type they are stored in.
pub(super) fn shown(value: &Value) -> Option<String> {
    if let Ok(text) = value.as_text() {
        return Some(format!("\"{text}\""));
    }
    value.as_scalar::<f64>().map(|number| number.to_string()).ok()
}

/// Whether the file is of another version of NWB than the embedded one.
pub(crate) fn is_of_another_version(node: NodeRef<'_>) -> bool {
    file_version(node.root()) != our_version("core")
}
