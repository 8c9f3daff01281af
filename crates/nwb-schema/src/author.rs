//! Namespaces put together in Rust: for an extension that is made where its data are.
//!
//! ```
//! # #[cfg(feature = "embedded")] {
//! use nwb_schema::author::NamespaceBuilder;
//! use nwb_schema::spec::{AttributeSpec, DatasetSpec, FlatDtype, GroupSpec, LinkSpec};
//!
//! let release = NamespaceBuilder::new("ndx-my-rig", "0.1.0", "Rigs of our lab.")
//!     .author("Doe, Jane", "jane@lab.example")
//!     .include("core")
//!     .define(
//!         GroupSpec::define("Rig", "LabMetaData", "A rig.")
//!             .attribute(AttributeSpec::new("gain", FlatDtype::Float64, "Its gain."))
//!             .dataset(
//!                 DatasetSpec::new("curve", FlatDtype::Float64, "How it bends.")
//!                     .shape([None, Some(2)])
//!                     .dims(["point", "x, y"])
//!                     .optional(),
//!             )
//!             .link(LinkSpec::new("Device", "What looks at it.").named("camera")),
//!     )
//!     .build()?;
//! assert_eq!(release.sources[0].name, "ndx-my-rig.extensions");
//!
//! let wrong = NamespaceBuilder::new("ndx-my-rig", "0.1.0", "Rigs of our lab.")
//!     .include("core")
//!     .define(GroupSpec::define("Rig", "NoSuchType", "A rig."))
//!     .build()
//!     .unwrap_err();
//! assert!(wrong.to_string().contains("NoSuchType"));
//! # }
//! # Ok::<(), nwb_schema::Error>(())
//! ```
//!
//! What it makes can be given to an edit, resolved in a [`Catalog`], and written as YAML (`yaml::texts`, `yaml::write`).

mod check;

use std::sync::Arc;

use crate::cache;
use crate::catalog::Catalog;
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink, Strictness};
use crate::read;
use crate::spec::{
    Extra, KeySpelling, Names, Namespace, NamespaceInclude, Release, SchemaItem, Source, SourceInclude, TypeSpec,
};

/// A namespace in the making.
///
/// The rules of the specification language are checked when it is built, all of them as strictly as for a schema that is read.
#[derive(Debug, Clone)]
pub struct NamespaceBuilder {
    namespace: Namespace,
    sources: Vec<Source>,
}

impl NamespaceBuilder {
    /// Begins a namespace: its name (`ndx-` and what it is about, by custom), its version, and what it is for.
    pub fn new(name: impl Into<String>, version: impl Into<String>, doc: impl Into<String>) -> Self {
        let namespace = Namespace {
            name: name.into(),
            doc: doc.into(),
            full_name: None,
            version: version.into(),
            author: None,
            contact: None,
            date: None,
            schema: Vec::new(),
            extra: Extra::new(),
        };
        Self { namespace, sources: Vec::new() }
    }

    /// Gives it a name for people.
    #[must_use]
    pub fn full_name(mut self, full_name: impl Into<String>) -> Self {
        self.namespace.full_name = Some(full_name.into());
        self
    }

    /// Adds an author, and how to reach them.
    #[must_use]
    pub fn author(mut self, name: impl Into<String>, contact: impl Into<String>) -> Self {
        fn push(names: &mut Option<Names>, name: String) {
            match names {
                Some(Names::Many(all)) => all.push(name),
                Some(Names::One(first)) => *names = Some(Names::Many(vec![std::mem::take(first), name])),
                None => *names = Some(Names::Many(vec![name])),
            }
        }
        push(&mut self.namespace.author, name.into());
        push(&mut self.namespace.contact, contact.into());
        self
    }

    /// Includes all types of another namespace.
    #[must_use]
    pub fn include(self, namespace: impl Into<String>) -> Self {
        self.includes(namespace.into(), None)
    }

    /// Includes some types of another namespace, with all that these need.
    #[must_use]
    pub fn include_types<T: Into<String>>(
        self,
        namespace: impl Into<String>,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        self.includes(namespace.into(), Some(types.into_iter().map(Into::into).collect()))
    }

    fn includes(mut self, namespace: String, types: Option<Vec<String>>) -> Self {
        let include = NamespaceInclude { namespace, types, key_spelling: KeySpelling::default(), extra: Extra::new() };
        // Before the sources, which build upon them.
        let place = self.namespace.includes().count();
        self.namespace.schema.insert(place, SchemaItem::Namespace(include));
        self
    }

    /// Begins a source for the types that follow: the name of its file without `.yaml`. Without it they are in one that is called after
    /// the namespace: `ndx-my-rig.extensions`.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let include = SourceInclude {
            source: format!("{name}.yaml"),
            doc: None,
            title: None,
            types: None,
            key_spelling: KeySpelling::default(),
            extra: Extra::new(),
        };
        self.namespace.schema.push(SchemaItem::Source(include));
        self.sources.push(Source { name, types: Vec::new(), extra: Extra::new() });
        self
    }

    /// Defines a type: [`GroupSpec::define`](crate::spec::GroupSpec::define), [`DatasetSpec::define`](crate::spec::DatasetSpec::define).
    #[must_use]
    pub fn define(self, spec: impl Into<TypeSpec>) -> Self {
        let mut builder = match self.sources.is_empty() {
            true => {
                let name = format!("{}.extensions", self.namespace.name);
                self.source(name)
            }
            false => self,
        };
        if let Some(source) = builder.sources.last_mut() {
            let spec: TypeSpec = spec.into();
            // Types of datasets come first, as they are written and read.
            let place = match spec {
                TypeSpec::Dataset(_) => source.datasets().count(),
                TypeSpec::Group(_) => source.types.len(),
            };
            source.types.insert(place, Arc::new(spec));
        }
        builder
    }

    /// Checks the namespace upon the built-in ones.
    ///
    /// # Errors
    ///
    /// As [`build_upon`](Self::build_upon).
    #[cfg(feature = "embedded")]
    pub fn build(self) -> Result<Release> {
        self.build_upon(crate::embedded::catalog())
    }

    /// Checks the namespace upon those that it includes, or builds upon.
    ///
    /// # Errors
    ///
    /// Anything breaks a rule of the specification language: a name that cannot be, more than one object of a fixed name, names of
    /// axes that do not fit the shapes, a type that is not there or defined twice, a dtype, shape or quantity wider than what it refines,
    /// two members of one name, a value that is not of its dtype. The error says where, in the source that it would be written to.
    pub fn build_upon(self, catalog: &Catalog) -> Result<Release> {
        let Self { namespace, sources } = self;
        let name = namespace.name.clone();
        let mut problems = Vec::new();
        let mut sink = Sink::new(Strictness::Strict, &mut problems);
        let document = format!("{name}.namespace");
        let mut read = read::namespaces(cache::schema_value(&namespace), &document, &mut sink)?;
        let missing = || Error::new(ErrorKind::MissingNamespace, &KeyPath::Document(&document), "a namespace", "none");
        let namespace = read.pop().ok_or_else(missing)?;
        let written: Vec<(String, serde_json::Value)> = sources
            .iter()
            .map(|source| (format!("{}.yaml", source.name), cache::unmarked(cache::source_value(source))))
            .collect();
        let (namespace, sources) = read::release(namespace, &mut sink, |source, document| {
            let found = written.iter().find(|(name, _)| name == source).map(|(_, value)| value.clone());
            let at = KeyPath::Document(document);
            found.ok_or_else(|| Error::new(ErrorKind::MissingSource, &at, format!("the source {source:?}"), "none"))
        })?;
        let release = Release::new(namespace, sources);
        check::all(&release)?;
        let mut builder = Catalog::builder();
        for known in catalog.releases().filter(|known| known.namespace.name != name) {
            builder = builder.add_shared(Arc::clone(known));
        }
        let release = Arc::new(release);
        builder.add_shared(Arc::clone(&release)).build()?;
        Ok(Arc::try_unwrap(release)
            .unwrap_or_else(|shared| Release::new(shared.namespace.clone(), shared.sources.clone())))
    }
}
