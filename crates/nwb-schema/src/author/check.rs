//! What is wrong with a schema that a reader puts up with, and its author should know.

use std::collections::HashSet;

use serde_json::Value;

use crate::error::{Error, ErrorKind, KeyPath, Result};
use crate::spec::{AttributeSpec, DatasetSpec, Dtype, FlatDtype, GroupSpec, Release, TypeSpec};

/// Looks through all types of a release.
pub(super) fn all(release: &Release) -> Result<()> {
    for source in &release.sources {
        let document = format!("{}/{}/{}", release.namespace.name, release.namespace.version, source.name);
        let root = KeyPath::Document(&document);
        let (datasets, groups) = (root.key("datasets"), root.key("groups"));
        let (mut of_datasets, mut of_groups) = (0, 0);
        for spec in &source.types {
            match &**spec {
                TypeSpec::Dataset(spec) => {
                    dataset(spec, &datasets.index(of_datasets))?;
                    of_datasets += 1;
                }
                TypeSpec::Group(spec) => {
                    group(spec, &groups.index(of_groups))?;
                    of_groups += 1;
                }
            }
        }
    }
    Ok(())
}

fn group(spec: &GroupSpec, at: &KeyPath<'_>) -> Result<()> {
    attributes(&spec.attributes, at)?;
    let mut names = HashSet::new();
    let mut take = |name: Option<&String>, at: &KeyPath<'_>| match name {
        Some(name) if !names.insert(name.clone()) => Err(twice(name, at)),
        _ => Ok(()),
    };
    let list = at.key("datasets");
    for (index, spec) in spec.datasets.iter().enumerate() {
        let at = list.index(index);
        take(spec.name.as_ref(), &at)?;
        dataset(spec, &at)?;
    }
    let list = at.key("groups");
    for (index, spec) in spec.groups.iter().enumerate() {
        let at = list.index(index);
        take(spec.name.as_ref(), &at)?;
        group(spec, &at)?;
    }
    let list = at.key("links");
    for (index, spec) in spec.links.iter().enumerate() {
        take(spec.name.as_ref(), &list.index(index))?;
    }
    Ok(())
}

fn dataset(spec: &DatasetSpec, at: &KeyPath<'_>) -> Result<()> {
    attributes(&spec.attributes, at)?;
    constant(spec.value.as_ref(), "value", spec.dtype.as_ref(), at)?;
    constant(spec.default_value.as_ref(), "default_value", spec.dtype.as_ref(), at)
}

fn attributes(specs: &[AttributeSpec], at: &KeyPath<'_>) -> Result<()> {
    let list = at.key("attributes");
    let mut names = HashSet::new();
    for (index, spec) in specs.iter().enumerate() {
        let at = list.index(index);
        if !names.insert(&spec.name) {
            return Err(twice(&spec.name, &at));
        }
        if matches!(spec.name.as_str(), "namespace" | "neurodata_type" | "object_id") {
            let expected = "a name that does not say which type an object is of";
            return Err(Error::new(ErrorKind::BadName, &at.key("name"), expected, format!("{:?}", spec.name)));
        }
        constant(spec.value.as_ref(), "value", spec.dtype.as_ref(), &at)?;
        constant(spec.default_value.as_ref(), "default_value", spec.dtype.as_ref(), &at)?;
    }
    Ok(())
}

fn twice(name: &str, at: &KeyPath<'_>) -> Error {
    Error::new(ErrorKind::BadName, &at.key("name"), "a name that nothing else in it has", format!("{name:?} again"))
}

/// A fixed or default value is of the dtype that stands beside it.
fn constant(value: Option<&Value>, key: &str, dtype: Option<&Dtype>, at: &KeyPath<'_>) -> Result<()> {
    let (Some(value), Some(dtype)) = (value, dtype) else { return Ok(()) };
    let wrong = |value: &Value| Error::new(ErrorKind::BadDtype, &at.key(key), dtype.to_string(), value.to_string());
    let Some(flat) = dtype.as_flat() else { return Err(wrong(value)) };
    let fits = |value: &Value| match flat {
        FlatDtype::Text | FlatDtype::Isodatetime => value.is_string(),
        FlatDtype::Ascii => value.as_str().is_some_and(str::is_ascii),
        FlatDtype::Bool => value.is_boolean(),
        FlatDtype::Numeric | FlatDtype::Float32 | FlatDtype::Float64 => {
            value.is_number() || value.as_str().is_some_and(|text| matches!(text, "NaN" | "Infinity" | "-Infinity"))
        }
        FlatDtype::Int8 | FlatDtype::Int16 | FlatDtype::Int32 | FlatDtype::Int64 => value.is_i64(),
        FlatDtype::Uint8 | FlatDtype::Uint16 | FlatDtype::Uint32 | FlatDtype::Uint64 => value.is_u64(),
        FlatDtype::Object | FlatDtype::Region => false,
    };
    match value {
        Value::Array(values) => values.iter().find(|value| !fits(value)).map_or(Ok(()), |value| Err(wrong(value))),
        single if fits(single) => Ok(()),
        single => Err(wrong(single)),
    }
}
