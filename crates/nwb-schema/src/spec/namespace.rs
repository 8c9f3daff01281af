//! Namespaces: which sources and which other namespaces make one up.

use std::sync::Arc;

use super::{DatasetSpec, Extra, GroupSpec, KeySpelling, TypeSpec};
use crate::error::Error;

/// One entry, or a list of them: `author` and `contact` may be either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// A single text.
    One(String),
    /// A list of texts.
    Many(Vec<String>),
}

impl Names {
    /// The entries.
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

/// A namespace: a named, versioned set of types.
#[derive(Debug, Clone, PartialEq)]
pub struct Namespace {
    /// The name by which objects and other namespaces refer to it.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// Its name for people.
    pub full_name: Option<String>,
    /// Its version.
    pub version: String,
    /// Who wrote it.
    pub author: Option<Names>,
    /// Where to reach them.
    pub contact: Option<Names>,
    /// When it was released.
    pub date: Option<String>,
    /// What it is made of, in order.
    pub schema: Vec<SchemaItem>,
    /// Keys that the language does not know.
    pub extra: Extra,
}

impl Namespace {
    /// The sources that it lists, in order.
    pub fn sources(&self) -> impl Iterator<Item = &SourceInclude> {
        self.schema.iter().filter_map(|item| match item {
            SchemaItem::Source(source) => Some(source),
            SchemaItem::Namespace(_) => None,
        })
    }

    /// The namespaces that it includes, in order.
    pub fn includes(&self) -> impl Iterator<Item = &NamespaceInclude> {
        self.schema.iter().filter_map(|item| match item {
            SchemaItem::Namespace(include) => Some(include),
            SchemaItem::Source(_) => None,
        })
    }
}

/// One part of a namespace.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaItem {
    /// Types of its own, defined in a source.
    Source(SourceInclude),
    /// Types of another namespace.
    Namespace(NamespaceInclude),
}

/// A source that belongs to a namespace.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInclude {
    /// The name of the source, spelled as in the schema: with `.yaml` in a YAML schema, without in a cached one.
    pub source: String,
    /// What is in it.
    pub doc: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The types that are taken from it; all where not said.
    pub types: Option<Vec<String>>,
    /// How the key of [`types`](Self::types) is spelled.
    pub key_spelling: KeySpelling,
    /// Keys that the language does not know.
    pub extra: Extra,
}

impl SourceInclude {
    /// The name without the extension of a YAML file, as the cached form calls it.
    ///
    /// ```
    /// # use nwb_schema::spec::SourceInclude;
    /// assert_eq!(SourceInclude::stem("nwb.ophys.yaml"), "nwb.ophys");
    /// assert_eq!(SourceInclude::stem("nwb.ophys"), "nwb.ophys");
    /// ```
    pub fn stem(source: &str) -> &str {
        source.strip_suffix(".yaml").or_else(|| source.strip_suffix(".yml")).unwrap_or(source)
    }
}

/// A namespace that another one includes.
#[derive(Debug, Clone, PartialEq)]
pub struct NamespaceInclude {
    /// Its name.
    pub namespace: String,
    /// The types that are taken from it, with all that these need; all types where not said.
    pub types: Option<Vec<String>>,
    /// How the key of [`types`](Self::types) is spelled.
    pub key_spelling: KeySpelling,
    /// Keys that the language does not know.
    pub extra: Extra,
}

/// The types that one source defines.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The name without extension, as `nwb.ophys`.
    pub name: String,
    /// The definitions: types of datasets, then types of groups, each in the order of the source.
    pub types: Vec<Arc<TypeSpec>>,
    /// Keys that the language does not know.
    pub extra: Extra,
}

impl Source {
    /// The types of datasets.
    pub fn datasets(&self) -> impl Iterator<Item = &DatasetSpec> {
        self.types.iter().filter_map(|spec| match &**spec {
            TypeSpec::Dataset(spec) => Some(spec),
            TypeSpec::Group(_) => None,
        })
    }

    /// The types of groups.
    pub fn groups(&self) -> impl Iterator<Item = &GroupSpec> {
        self.types.iter().filter_map(|spec| match &**spec {
            TypeSpec::Group(spec) => Some(spec),
            TypeSpec::Dataset(_) => None,
        })
    }
}

/// A namespace with all its sources: what is released, cached in files, and given to a catalog.
#[derive(Debug)]
#[non_exhaustive]
pub struct Release {
    /// The namespace.
    pub namespace: Namespace,
    /// Its sources, in the order in which the namespace lists them.
    pub sources: Vec<Source>,
    /// What was wrong, where it was read leniently.
    pub problems: Vec<Error>,
}

impl Release {
    /// A release out of its parts.
    pub fn new(namespace: Namespace, sources: Vec<Source>) -> Self {
        Self { namespace, sources, problems: Vec::new() }
    }
}
