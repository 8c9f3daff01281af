//! Namespaces beyond the built-in ones: known to an edit, and cached in its file.

use std::sync::Arc;

use nwb_schema::spec::Release;
use nwb_schema::{Catalog, ErrorKind as SchemaFault, Strictness, cache, embedded};

use super::Edit;
use crate::backend::{Backend as _, Link, NodeKind};
use crate::catalog::version_key;
use crate::data::Data;
use crate::draft::DraftNode;
use crate::dynamic::CachedNamespace;
use crate::error::{Error, ErrorKind, Result};
use crate::materialise::Builder;
use crate::value::Value;

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, message)
}

impl Edit {
    /// Makes a namespace known: objects of its types can be inserted, and its specs are cached in the file, so that whoever opens it
    /// knows them too.
    ///
    /// Nothing has to be done for what is built in, for what the edited file has cached already, and for types that code was generated
    /// for. An extension that builds upon another one comes after it. The same version of a namespace that is known is taken to be
    /// the same; a newer one takes its place for what is inserted, and lies beside it in the file.
    ///
    /// # Errors
    /// When a namespace that it includes is not known, a type that it builds upon does not exist, or the file has a newer version of it.
    /// What else breaks the rules of the specification language in it is overlooked, as published extensions have it; it is in
    /// [`Catalog::problems`] of a catalog that is built of it.
    ///
    /// ```no_run
    /// # use nwb_model::edit::Edit;
    /// # fn example(edit: &mut Edit) -> Result<(), Box<dyn std::error::Error>> {
    /// use nwb_schema::{Strictness, yaml};
    /// for release in yaml::file("spec/ndx-my-lab.namespace.yaml".as_ref(), Strictness::Lenient)? {
    ///     edit.use_namespace(release)?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn use_namespace(&mut self, release: impl Into<Arc<Release>>) -> Result<()> {
        let release = release.into();
        if !is_new(&self.catalog, &release)? {
            return Ok(());
        }
        self.check_specifications()?;
        self.catalog = extended(&self.catalog, std::slice::from_ref(&release))?;
        self.cache_release(&release)
    }

    /// The types that objects can be inserted of: those that are built in, those of the edited file, and those of the namespaces
    /// that were made known.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Runs a change with a draft, whose types bring their namespaces along.
    pub(super) fn change_with<R>(
        &mut self,
        draft: DraftNode,
        change: impl FnOnce(&mut Builder<'_>, DraftNode) -> Result<R>,
    ) -> Result<R> {
        let mut carried: Vec<&'static CachedNamespace> = Vec::new();
        collect(&draft, &mut carried);
        // A newer version in the file holds for what is inserted, too.
        carried.retain(|namespace| {
            self.catalog
                .release(namespace.name)
                .is_none_or(|known| version_key(&known.namespace.version) < version_key(namespace.version))
        });
        if carried.is_empty() {
            return self.atomically(|builder| change(builder, draft));
        }
        let mut releases = Vec::with_capacity(carried.len());
        for namespace in &carried {
            let read = namespace.read(Strictness::Lenient).map_err(|cause| {
                invalid(format!("the compiled namespace {} cannot be read", namespace.name)).caused_by(cause)
            })?;
            releases.push(Arc::new(read));
        }
        self.check_specifications()?;
        let extended = extended(&self.catalog, &releases)?;
        let before = std::mem::replace(&mut self.catalog, extended);
        let done = self.atomically(|builder| change(builder, draft)).inspect_err(|_| self.catalog = before)?;
        for namespace in carried {
            self.cache_texts(namespace.name, namespace.version, namespace.texts.iter().copied())?;
        }
        Ok(done)
    }

    /// Caches the built-in specs, beside those that are there.
    pub(super) fn cache_embedded(&mut self) -> Result<()> {
        for namespace in embedded::namespaces() {
            self.cache_texts(namespace.name, namespace.version, namespace.texts.iter().copied())?;
        }
        Ok(())
    }

    fn cache_release(&mut self, release: &Release) -> Result<()> {
        let texts = cache::write_namespace(release);
        let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        self.cache_texts(&release.namespace.name, &release.namespace.version, texts)
    }

    fn cache_texts<'t>(
        &mut self,
        namespace: &str,
        version: &str,
        texts: impl Iterator<Item = (&'t str, &'t str)>,
    ) -> Result<()> {
        let specifications = self.group_in(self.objects.root(), "specifications")?;
        let versions = self.group_in(specifications, namespace)?;
        if self.links(versions)?.contains_key(version) {
            return Ok(());
        }
        let folder = self.group_in(versions, version)?;
        for (name, text) in texts {
            let (source, info) = Data::from(Value::text(text)).into_parts();
            self.add_dataset(folder, name, info, source)?;
        }
        Ok(())
    }

    /// Whether specs can be cached, before anything is changed that relies on it.
    fn check_specifications(&self) -> Result<()> {
        let root = self.objects.root();
        let Some(Link::Hard(at)) = self.links(root)?.get("specifications").cloned() else { return Ok(()) };
        match self.objects.node(at)?.kind {
            NodeKind::Group(_) => Ok(()),
            _ => {
                Err(Error::new(ErrorKind::Malformed, "the file's specs are not in a group, so that none can be added")
                    .at("/specifications")
                    .in_file(self.objects.label()))
            }
        }
    }
}

/// The namespaces that the types of a draft and of all in it bring along, each once.
fn collect(draft: &DraftNode, to: &mut Vec<&'static CachedNamespace>) {
    for namespace in draft.namespaces {
        if !to.iter().any(|known| known.name == namespace.name) {
            to.push(namespace);
        }
    }
    draft.members.values().chain(&draft.added).chain(draft.field_objects()).for_each(|child| collect(child, to));
}

/// Whether a namespace is not known yet, or only in an older version.
fn is_new(catalog: &Catalog, release: &Release) -> Result<bool> {
    let (name, version) = (&release.namespace.name, &release.namespace.version);
    let Some(known) = catalog.release(name).map(|known| &known.namespace.version) else { return Ok(true) };
    let is_built_in = embedded::namespaces().iter().any(|built_in| built_in.name == name);
    if known == version {
        Ok(false)
    } else if is_built_in || version_key(known) > version_key(version) {
        let whose = if is_built_in { "this library writes" } else { "the file has" };
        Err(invalid(format!("the namespace {name} cannot be used in this version"))
            .expected(format!("{known}, which {whose}"))
            .found(version.clone()))
    } else {
        Ok(true)
    }
}

/// A catalog with more namespaces, of which none is in it in this version.
fn extended(catalog: &Catalog, releases: &[Arc<Release>]) -> Result<Catalog> {
    let is_replaced = |name: &str| releases.iter().any(|release| release.namespace.name == name);
    let mut builder = Catalog::builder().strictness(Strictness::Lenient);
    for known in catalog.releases().filter(|known| !is_replaced(&known.namespace.name)) {
        builder = builder.add_shared(Arc::clone(known));
    }
    for release in releases {
        let is_known = |name: &str| catalog.release(name).is_some() || is_replaced(name);
        if let Some(missing) = release.namespace.includes().find(|include| !is_known(&include.namespace)) {
            let (name, missing) = (&release.namespace.name, &missing.namespace);
            return Err(invalid(format!("the namespace {name} includes {missing}, which is not known"))
                .remedy(format!("load {missing} and use it first")));
        }
        builder = builder.add_shared(Arc::clone(release));
    }
    let built = builder.build().map_err(|cause| invalid("the namespaces cannot be used").caused_by(cause))?;
    for release in releases {
        let document = format!("{}/{}/", release.namespace.name, release.namespace.version);
        let of_it = built.problems().iter().filter(|problem| problem.document().starts_with(&document));
        let is_fatal = |problem: &&nwb_schema::Error| {
            use SchemaFault::{IncludeCycle, InheritanceCycle, MissingNamespace, MissingSource, MissingType};
            let kind = problem.kind();
            matches!(kind, IncludeCycle | InheritanceCycle | MissingNamespace | MissingSource | MissingType)
        };
        if let Some(problem) = of_it.chain(&release.problems).find(is_fatal) {
            let error = invalid(format!("the namespace {} cannot be used", release.namespace.name));
            return Err(error.expected(problem.expected()).found(format!("{problem}")));
        }
    }
    Ok(built)
}
