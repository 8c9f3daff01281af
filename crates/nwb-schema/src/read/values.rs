//! Reading dtypes, shapes and quantities.

use serde_json::{Map, Value};

use super::fields::{found, list, object, required, short_list, text};
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};
use crate::spec::{Dims, Dtype, DtypeMember, FlatDtype, Quantity, ReferenceKind, Shape};

pub(super) fn quantity(value: &Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Quantity> {
    let quantity = match value {
        Value::Null => Some(Quantity::default()),
        Value::Number(count) => count.as_u64().filter(|&count| count > 0).map(Quantity::Exactly),
        Value::String(text) => Quantity::from_text(text),
        _ => None,
    };
    match quantity {
        Some(quantity) => Ok(quantity),
        None => {
            let expected = "'*', '+', '?', zero_or_many, one_or_many, zero_or_one or a number of at least 1";
            sink.report(Error::new(ErrorKind::BadQuantity, at, expected, found(value)))?;
            Ok(Quantity::ZeroOrMany)
        }
    }
}

/// Which dtypes may stand in a place.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum DtypePlace {
    Member,
    InsideCompound,
}

pub(super) fn dtype(value: Value, place: DtypePlace, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<Dtype>> {
    let bad = |found: String| Error::new(ErrorKind::BadDtype, at, "a dtype of the specification language", found);
    match value {
        Value::Null => Ok(None),
        Value::String(name) => match FlatDtype::from_name(&name) {
            Some((dtype, spelling)) => Ok(Some(Dtype::Flat { dtype, spelling })),
            None => sink.report(bad(format!("{name:?}"))).map(|()| None),
        },
        Value::Object(map) => reference(map, at, sink),
        Value::Array(members) if place == DtypePlace::Member => compound(members, at, sink),
        other => sink.report(bad(found(&other))).map(|()| None),
    }
}

fn reference(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<Dtype>> {
    let bad =
        |at: &KeyPath<'_>, expected: &str, value: &Value| Error::new(ErrorKind::BadDtype, at, expected, found(value));
    let mut target_type = None;
    let mut reftype = ReferenceKind::Object;
    let mut reftype_said = false;
    for (key, value) in map {
        match (key.as_str(), &value) {
            ("target_type", Value::String(name)) => target_type = Some(name.clone()),
            ("reftype", Value::String(kind)) if kind == "object" || kind == "ref" || kind == "reference" => {
                reftype_said = true;
            }
            ("reftype", Value::String(kind)) if kind == "region" => {
                reftype = ReferenceKind::Region;
                reftype_said = true;
            }
            ("reftype", _) => {
                reftype_said = true;
                sink.report(bad(&at.key("reftype"), "object", &value))?;
            }
            (other, _) => sink.report(bad(&at.key(other), "target_type and reftype alone", &value))?,
        }
    }
    if !reftype_said {
        sink.report(bad(&at.key("reftype"), "object", &Value::Null))?;
    }
    match target_type {
        Some(target_type) => Ok(Some(Dtype::Reference { target_type, reftype })),
        None => sink.report(bad(&at.key("target_type"), "the name of a type", &Value::Null)).map(|()| None),
    }
}

fn compound(values: Vec<Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<Dtype>> {
    let values = short_list(Value::Array(values), at, "a list of members", sink)?;
    let mut members: Vec<DtypeMember> = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        let at = at.index(index);
        let Some(map) = object(value, &at, "a mapping with name, doc and dtype", sink)? else { continue };
        let (mut name, mut doc, mut kind) = (None, None, None);
        let mut extra = Map::new();
        for (key, value) in map {
            match key.as_str() {
                "name" => name = text(value, &at.key("name"), sink)?,
                "doc" => doc = text(value, &at.key("doc"), sink)?,
                "dtype" => kind = dtype(value, DtypePlace::InsideCompound, &at.key("dtype"), sink)?,
                _ => {
                    extra.insert(key, value);
                }
            }
        }
        let name = required(name, &at, "name", sink)?;
        if members.iter().any(|member| member.name == name) {
            sink.report(Error::new(
                ErrorKind::BadName,
                &at.key("name"),
                "a name for each member of its own",
                format!("{name:?} again"),
            ))?;
            continue;
        }
        let Some(kind) = kind else {
            sink.report(Error::new(ErrorKind::BadDtype, &at.key("dtype"), "a dtype for each member", "nothing"))?;
            continue;
        };
        let doc = required(doc, &at, "doc", sink)?;
        members.push(DtypeMember { name, doc, dtype: kind, extra });
    }
    if members.is_empty() {
        sink.report(Error::new(ErrorKind::BadDtype, at, "a compound of at least one member", "an empty list"))?;
        return Ok(None);
    }
    Ok(Some(Dtype::Compound(members)))
}

pub(super) fn shape(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<Shape>> {
    match value {
        Value::Null => Ok(None),
        Value::String(word) if word == "scalar" => Ok(Some(Shape::Scalar)),
        Value::Number(extent) => Ok(Some(Shape::One(vec![one_extent(&Value::Number(extent), at, sink)?]))),
        Value::Array(values) if values.is_empty() => {
            sink.report(Error::new(ErrorKind::BadShape, at, "at least one dimension", "an empty list"))?;
            Ok(None)
        }
        Value::Array(values) if values.iter().any(Value::is_array) => {
            let mut alternatives = Vec::with_capacity(values.len());
            for (index, value) in values.into_iter().enumerate() {
                let at = at.index(index);
                match value {
                    Value::Array(values) => alternatives.push(extents(&values, &at, sink)?),
                    other => sink.report(Error::new(ErrorKind::BadShape, &at, "a list of extents", found(&other)))?,
                }
            }
            Ok(Some(Shape::Alternatives(alternatives)))
        }
        Value::Array(values) => extents(&values, at, sink).map(|extents| Some(Shape::One(extents))),
        other => {
            let expected = "a list of extents, or a list of such lists";
            sink.report(Error::new(ErrorKind::BadShape, at, expected, found(&other))).map(|()| None)
        }
    }
}

fn extents(values: &[Value], at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Vec<Option<u64>>> {
    values.iter().enumerate().map(|(index, value)| one_extent(value, &at.index(index), sink)).collect()
}

fn one_extent(value: &Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<u64>> {
    match value {
        Value::Null => Ok(None),
        Value::String(word) if word == "null" || word == "None" => Ok(None),
        Value::Number(extent) if extent.is_u64() => Ok(extent.as_u64()),
        other => {
            sink.report(Error::new(ErrorKind::BadShape, at, "an extent, or null for any", found(other))).map(|()| None)
        }
    }
}

pub(super) fn dims(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<Dims>> {
    match value {
        Value::Null => Ok(None),
        Value::String(name) => Ok(Some(Dims::One(vec![name]))),
        Value::Array(values) if values.iter().any(Value::is_array) => {
            let mut alternatives = Vec::with_capacity(values.len());
            for (index, value) in values.into_iter().enumerate() {
                let at = at.index(index);
                // A list may mix single names and lists of names; a single name is a list of one.
                alternatives.push(match value {
                    Value::Array(_) => names(value, &at, sink)?,
                    other => names(Value::Array(vec![other]), &at, sink)?,
                });
            }
            Ok(Some(Dims::Alternatives(alternatives)))
        }
        other => names(other, at, sink).map(|names| Some(Dims::One(names))),
    }
}

fn names(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for (index, value) in list(value, at, "a list of names", sink)?.into_iter().enumerate() {
        let at = at.index(index);
        names.push(match value {
            Value::String(name) => name,
            other => {
                sink.report(Error::new(ErrorKind::BadShape, &at, "the name of a dimension", found(&other)))?;
                String::new()
            }
        });
    }
    Ok(names)
}

/// Reports dims that are not parallel to the shape.
pub(super) fn parallel(
    shape: Option<&Shape>,
    dims: Option<&Dims>,
    at: &KeyPath<'_>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let (Some(shape), Some(dims)) = (shape, dims) else { return Ok(()) };
    let ranks = |ranks: Vec<usize>| format!("{} of rank {ranks:?}", ranks.len());
    let shape_ranks: Vec<_> = shape.alternatives().map(<[_]>::len).collect();
    let dims_ranks: Vec<_> = dims.alternatives().map(<[_]>::len).collect();
    if shape_ranks == dims_ranks {
        return Ok(());
    }
    let expected = format!("names for the shapes, {}", ranks(shape_ranks));
    sink.report(Error::new(ErrorKind::BadShape, &at.key("dims"), expected, ranks(dims_ranks)))
}
