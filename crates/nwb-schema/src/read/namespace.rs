//! Reading namespaces and their sources.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::fields::{list, object, required, text, texts};
use super::members::{datasets, groups};
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};
use crate::spec::{KeySpelling, Names, Namespace, NamespaceInclude, SchemaItem, Source, SourceInclude, TypeSpec};

/// The namespaces that a namespace document defines.
pub(crate) fn namespaces(root: Value, document: &str, sink: &mut Sink<'_>) -> Result<Vec<Namespace>> {
    let at = KeyPath::Document(document);
    let mut namespaces = Vec::new();
    let Some(mut map) = object(root, &at, "a mapping with the key `namespaces`", sink)? else { return Ok(namespaces) };
    let at = at.key("namespaces");
    let Some(values) = map.remove("namespaces") else {
        sink.report(Error::new(ErrorKind::Malformed, &at, "a list of namespaces", "nothing"))?;
        return Ok(namespaces);
    };
    for (index, value) in list(values, &at, "a list of namespaces", sink)?.into_iter().enumerate() {
        let at = at.index(index);
        if let Some(map) = object(value, &at, "a mapping", sink)? {
            namespaces.push(namespace(map, &at, sink)?);
        }
    }
    Ok(namespaces)
}

fn namespace(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Namespace> {
    let (mut name, mut doc, mut version, mut schema) = (None, None, None, None);
    let mut rest = Namespace {
        name: String::new(),
        doc: String::new(),
        full_name: None,
        version: String::new(),
        author: None,
        contact: None,
        date: None,
        schema: Vec::new(),
        extra: Map::new(),
    };
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "name" => name = text(value, &here, sink)?,
            "doc" => doc = text(value, &here, sink)?,
            "version" => version = text(value, &here, sink)?,
            "full_name" => rest.full_name = text(value, &here, sink)?,
            "author" => rest.author = people(value, &here, sink)?,
            "contact" => rest.contact = people(value, &here, sink)?,
            "date" => rest.date = text(value, &here, sink)?,
            "schema" => schema = Some(items(value, &here, sink)?),
            _ => {
                rest.extra.insert(key, value);
            }
        }
    }
    rest.name = required(name, at, "name", sink)?;
    if rest.name.is_empty() || rest.name.contains('/') {
        let found = format!("{:?}", rest.name);
        sink.report(Error::new(ErrorKind::BadName, &at.key("name"), "a name without '/'", found))?;
    }
    rest.doc = required(doc, at, "doc", sink)?;
    rest.version = required(version, at, "version", sink)?;
    rest.schema = match schema {
        Some(schema) => schema,
        None => {
            sink.report(Error::new(ErrorKind::Malformed, &at.key("schema"), "a list of sources", "nothing"))?;
            Vec::new()
        }
    };
    Ok(rest)
}

fn people(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<Names>> {
    match value {
        Value::Null => Ok(None),
        Value::String(name) => Ok(Some(Names::One(name))),
        other => Ok(Some(Names::Many(texts(other, at, sink)?))),
    }
}

fn items(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Vec<SchemaItem>> {
    let mut items = Vec::new();
    for (index, value) in list(value, at, "a list of sources and namespaces", sink)?.into_iter().enumerate() {
        let at = at.index(index);
        if let Some(map) = object(value, &at, "a mapping with `source` or `namespace`", sink)?
            && let Some(item) = item(map, &at, sink)?
        {
            items.push(item);
        }
    }
    Ok(items)
}

fn item(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<SchemaItem>> {
    let (mut source, mut namespace, mut doc, mut title, mut types) = (None, None, None, None, None);
    let mut key_spelling = KeySpelling::default();
    let mut extra = Map::new();
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "source" => source = text(value, &here, sink)?,
            "namespace" => namespace = text(value, &here, sink)?,
            "doc" => doc = text(value, &here, sink)?,
            "title" => title = text(value, &here, sink)?,
            "neurodata_types" | "data_types" if !value.is_null() => {
                key_spelling = if key == "data_types" { KeySpelling::Data } else { KeySpelling::Neurodata };
                types = Some(texts(value, &here, sink)?);
            }
            _ => {
                extra.insert(key, value);
            }
        }
    }
    match (source, namespace) {
        (Some(source), None) => {
            Ok(Some(SchemaItem::Source(SourceInclude { source, doc, title, types, key_spelling, extra })))
        }
        (None, Some(namespace)) => {
            // A namespace has a doc of its own; what stands beside its include is only kept.
            for (key, value) in [("doc", doc), ("title", title)] {
                if let Some(value) = value {
                    extra.insert(key.to_owned(), Value::String(value));
                }
            }
            Ok(Some(SchemaItem::Namespace(NamespaceInclude { namespace, types, key_spelling, extra })))
        }
        (source, _) => {
            let found = if source.is_some() { "both" } else { "neither" };
            sink.report(Error::new(ErrorKind::Malformed, at, "either `source` or `namespace`", found))?;
            Ok(None)
        }
    }
}

/// The types of one source.
fn source(root: Value, name: &str, document: &str, sink: &mut Sink<'_>) -> Result<Source> {
    let at = KeyPath::Document(document);
    let mut source = Source { name: name.to_owned(), types: Vec::new(), extra: Map::new() };
    if root.is_null() {
        return Ok(source);
    }
    let Some(map) = object(root, &at, "a mapping with `datasets` and `groups`", sink)? else { return Ok(source) };
    let (mut dataset_types, mut group_types) = (Vec::new(), Vec::new());
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "datasets" => dataset_types = datasets(value, &here, sink)?,
            "groups" => group_types = groups(value, &here, sink)?,
            _ => {
                source.extra.insert(key, value);
            }
        }
    }
    let datasets = dataset_types.into_iter().map(TypeSpec::Dataset).enumerate().map(|entry| ("datasets", entry));
    let groups = group_types.into_iter().map(TypeSpec::Group).enumerate().map(|entry| ("groups", entry));
    for (list, (index, spec)) in datasets.chain(groups) {
        if spec.type_def().is_none() {
            let (at, found) = (at.key(list), "none");
            sink.report(Error::new(ErrorKind::Malformed, &at.index(index), "the definition of a type", found))?;
            continue;
        }
        source.types.push(Arc::new(spec));
    }
    Ok(source)
}

/// The sources of a namespace, each parsed from what `load` gives for its name as the namespace spells it.
pub(crate) fn release(
    namespace: Namespace,
    sink: &mut Sink<'_>,
    mut load: impl FnMut(&str, &str) -> Result<Value>,
) -> Result<(Namespace, Vec<Source>)> {
    let mut sources = Vec::new();
    for include in namespace.sources() {
        let stem = SourceInclude::stem(&include.source);
        let document = format!("{}/{}/{stem}", namespace.name, namespace.version);
        match load(&include.source, &document) {
            Ok(root) => {
                let mut source = source(root, stem, &document, sink)?;
                if let Some(wanted) = &include.types {
                    source.types.retain(|spec| spec.type_def().is_some_and(|name| wanted.iter().any(|w| w == name)));
                }
                sources.push(source);
            }
            Err(error) => sink.report(error)?,
        }
    }
    Ok((namespace, sources))
}
