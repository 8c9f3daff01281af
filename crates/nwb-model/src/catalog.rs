//! Which neurodata types there are for the objects of one file: ours, and those whose specs are cached in the file.

mod shelf;

use std::sync::{Arc, OnceLock};

use nwb_schema::spec::Release;
use nwb_schema::{Catalog, CatalogBuilder, EffectiveType, Strictness, TypeName, cache, embedded};

use crate::tree::NodeRef;

/// The types that a file's objects may have.
///
/// Views are of the embedded versions, so these come first. Of what is cached in the file, two things are used: namespaces that are
/// not embedded, together with ours ([`catalog`](Self::catalog)); and, for types that ours do not have, everything as the file's own
/// writer had it ([`writers`](Self::writers)).
pub(crate) struct FileTypes {
    with_cached: OnceLock<Catalog>,
    writers: OnceLock<Option<Catalog>>,
}

impl FileTypes {
    pub(crate) fn new() -> Self {
        Self { with_cached: OnceLock::new(), writers: OnceLock::new() }
    }

    /// The effective spec of a type; `None` where neither we nor the file know it.
    pub(crate) fn find<'a>(&'a self, root: NodeRef<'_>, namespace: &str, name: &str) -> Option<&'a EffectiveType> {
        if !is_ours(namespace) {
            // Only what a namespace itself says: a type of the same name in another one is another type.
            return self
                .catalog(root)
                .get(namespace, name)
                .or_else(|| self.writers(root).and_then(|writers| writers.get(namespace, name)));
        }
        let ours = if is_newer_than_ours(root) { self.catalog(root) } else { embedded::catalog() };
        ours.resolve_type(namespace, name)
            .filter(|found| is_ours(found.namespace()))
            .or_else(|| self.writers(root).and_then(|writers| writers.resolve_type(namespace, name)))
    }

    /// Our types together with those of the file's own namespaces. A file of a newer version of NWB brings its own of all.
    pub(crate) fn catalog(&self, root: NodeRef<'_>) -> &Catalog {
        self.with_cached.get_or_init(|| {
            let newer = is_newer_than_ours(root);
            let mut releases: Vec<Arc<Release>> = cached_releases(root)
                .into_iter()
                .filter(|release| {
                    let (name, version) = (&release.namespace.name, &release.namespace.version);
                    our_version(name).is_none_or(|ours| newer && version_key(version) > version_key(ours))
                })
                .collect();
            if releases.is_empty() {
                return embedded::catalog().clone();
            }
            let is_replaced = |name: &str| releases.iter().any(|release| release.namespace.name == name);
            let ours: Vec<Arc<Release>> =
                embedded::catalog().releases().filter(|ours| !is_replaced(&ours.namespace.name)).cloned().collect();
            releases.splice(0..0, ours);
            build(releases).unwrap_or_else(|| embedded::catalog().clone())
        })
    }

    /// The types as the file's own writer had them: what is cached, the version that the file says it is of, and nothing else.
    /// `None` where no core is cached.
    pub(crate) fn writers(&self, root: NodeRef<'_>) -> Option<&Catalog> {
        let cached = || {
            let releases = cached_releases(root);
            let has_core = releases.iter().any(|release| release.namespace.name == "core");
            if has_core { build(releases) } else { None }
        };
        self.writers.get_or_init(cached).as_ref()
    }

    /// Whether objects of a type are also of another one. A type that nobody knows is only itself.
    pub(crate) fn is_a(&self, root: NodeRef<'_>, own: (&str, &str), other: (&str, &str)) -> bool {
        own == other
            || self.find(root, own.0, own.1).is_some_and(|found| {
                // Older versions have the types of tables in core.
                let same = |name: &TypeName| {
                    (name.namespace(), name.name()) == other || is_among_ours(name.namespace(), name.name(), other)
                };
                same(found.type_name()) || found.ancestors().iter().any(same)
            })
    }
}

/// Whether a type extends one that nobody knows, or goes back to itself: what it is in the end cannot be told.
pub(crate) fn is_rootless(catalog: &Catalog, own: &EffectiveType) -> bool {
    let says_parent = |one: &EffectiveType| match one.declared() {
        nwb_schema::spec::TypeSpec::Group(spec) => spec.type_inc.is_some(),
        nwb_schema::spec::TypeSpec::Dataset(spec) => spec.type_inc.is_some(),
    };
    let is_lost = |one: &EffectiveType| one.parent().is_none() && says_parent(one);
    is_lost(own) || own.ancestors().iter().any(|name| catalog.by_name(name).is_some_and(is_lost))
}

fn is_among_ours(namespace: &str, name: &str, other: (&str, &str)) -> bool {
    is_ours(namespace)
        && embedded::catalog().resolve_type(namespace, name).is_some_and(|ours| {
            let same = |name: &TypeName| (name.namespace(), name.name()) == other;
            same(ours.type_name()) || ours.ancestors().iter().any(same)
        })
}

fn build(releases: Vec<Arc<Release>>) -> Option<Catalog> {
    shelf::catalog(releases, |releases| {
        let builder = Catalog::builder().strictness(Strictness::Lenient);
        releases.into_iter().fold(builder, CatalogBuilder::add_shared).build().ok()
    })
}

/// The version of a namespace that is compiled in.
pub(crate) fn our_version(namespace: &str) -> Option<&'static str> {
    embedded::namespaces().iter().find(|known| known.name == namespace).map(|known| known.version)
}

pub(crate) fn is_ours(namespace: &str) -> bool {
    our_version(namespace).is_some()
}

/// The version of NWB that the file says it is of, without the `NWB-` of old ones.
pub(crate) fn file_version<'a>(root: NodeRef<'a>) -> Option<&'a str> {
    let version = root.attribute("nwb_version").ok()??.as_text().ok()?;
    Some(version.trim_start_matches("NWB-"))
}

/// Whether the file is of an older version of NWB than this one. One that does not say is of none.
pub(crate) fn is_older_than(root: NodeRef<'_>, version: &str) -> bool {
    file_version(root).is_some_and(|of_file| version_key(of_file) < version_key(version))
}

/// Asked before anything is read of the specifications, which few files need.
fn is_newer_than_ours(root: NodeRef<'_>) -> bool {
    match (file_version(root), our_version("core")) {
        (Some(of_file), Some(ours)) => version_key(of_file) > version_key(ours),
        _ => false,
    }
}

/// One version of each namespace that is cached and can be read.
fn cached_releases(root: NodeRef<'_>) -> Vec<Arc<Release>> {
    let Ok(Some(specifications)) = specifications(root) else { return Vec::new() };
    let links = specifications.links().unwrap_or_default();
    links.iter().filter_map(|(name, _)| release(root, specifications, name)).collect()
}

pub(crate) fn specifications(root: NodeRef<'_>) -> crate::error::Result<Option<NodeRef<'_>>> {
    root.child("specifications")
}

/// Of several versions the one that the file says it is of, else the newest.
fn release(root: NodeRef<'_>, specifications: NodeRef<'_>, namespace: &str) -> Option<Arc<Release>> {
    let versions = specifications.child(namespace).ok()??;
    let names = || versions.links().unwrap_or_default().iter().map(|(name, _)| name.as_str());
    let said = file_version(root).filter(|_| namespace == "core").and_then(|said| names().find(|name| *name == said));
    let chosen = said.or_else(|| names().max_by_key(|name| version_key(name)))?;
    read_release(versions.child(chosen).ok()??).ok()
}

/// How many documents a namespace has at the most, where it is kept for other files.
const MOST_DOCUMENTS: usize = 256;

/// The release in a folder of `/specifications/<namespace>`.
pub(crate) fn read_release(folder: NodeRef<'_>) -> Result<Arc<Release>, String> {
    let text = |name: &str| folder.child(name).ok().flatten().and_then(|at| at.value().ok()?.as_text().ok());
    let names = folder.links().unwrap_or_default();
    let read = || read_texts(folder.path(), text);
    if names.len() > MOST_DOCUMENTS {
        return read();
    }
    let texts: Vec<(&str, &str)> = names.iter().filter_map(|(name, _)| Some((name.as_str(), text(name)?))).collect();
    shelf::release(folder.path(), &texts, read)
}

fn read_texts<'a>(folder: &str, text: impl Fn(&str) -> Option<&'a str>) -> Result<Arc<Release>, String> {
    let load = |source: &str| text(source).ok_or_else(|| format!("{folder} has no readable \"{source}\"").into());
    let namespace = text("namespace").ok_or("there is no readable \"namespace\"")?;
    let document = format!("{folder}/namespace");
    cache::read_namespace(namespace, &document, Strictness::Lenient, load)
        .map(Arc::new)
        .map_err(|error| error.to_string())
}

/// Versions in their own order: 2.11.0 after 2.5.0, a pre-release before its release.
pub(crate) fn version_key(version: &str) -> (Vec<u64>, bool, &str) {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let (numbers, rest) = version.split_at_checked(end).unwrap_or((version, ""));
    (numbers.split('.').filter_map(|part| part.parse().ok()).collect(), rest.is_empty(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number() {
        let mut versions = ["2.5.0", "2.11.0", "2.11.0-alpha", "2.0b", "1.10.0"];
        versions.sort_by_key(|version| version_key(version));
        assert_eq!(versions, ["1.10.0", "2.0b", "2.5.0", "2.11.0-alpha", "2.11.0"]);
    }
}
