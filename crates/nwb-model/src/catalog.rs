//! Which neurodata types there are for the objects of one file: ours, and those whose specs are cached in the file.

use std::sync::OnceLock;

use nwb_schema::spec::Release;
use nwb_schema::{Catalog, EffectiveType, Strictness, cache, embedded};

use crate::tree::NodeRef;

/// The types that a file's objects may have.
pub(crate) struct FileTypes {
    /// With the namespaces that only the file knows; made when a type is met that is not ours.
    with_cached: OnceLock<Catalog>,
}

impl FileTypes {
    pub(crate) fn new() -> Self {
        Self { with_cached: OnceLock::new() }
    }

    /// The effective spec of a type; `None` where neither we nor the file know it.
    pub(crate) fn find<'a>(&'a self, root: NodeRef<'_>, namespace: &str, name: &str) -> Option<&'a EffectiveType> {
        let ours = embedded::catalog();
        let is_ours = embedded::namespaces().iter().any(|known| known.name == namespace);
        match ours.resolve_type(namespace, name) {
            Some(found) if is_ours => Some(found),
            _ => self.catalog(root).resolve_type(namespace, name),
        }
    }

    /// Our types together with those of the file's own namespaces.
    pub(crate) fn catalog(&self, root: NodeRef<'_>) -> &Catalog {
        self.with_cached.get_or_init(|| {
            let releases = cached_releases(root);
            if releases.is_empty() {
                return embedded::catalog().clone();
            }
            let mut builder = Catalog::builder().strictness(Strictness::Lenient).add_catalog(embedded::catalog());
            for release in releases {
                builder = builder.add(release);
            }
            builder.build().unwrap_or_else(|_| embedded::catalog().clone())
        })
    }

    /// Whether objects of a type are also of another one. A type that nobody knows is only itself.
    pub(crate) fn is_a(&self, root: NodeRef<'_>, own: (&str, &str), other: (&str, &str)) -> bool {
        own == other
            || self.find(root, own.0, own.1).is_some_and(|found| {
                let same = |name: &nwb_schema::TypeName| (name.namespace(), name.name()) == other;
                same(found.type_name()) || found.ancestors().iter().any(same)
            })
    }
}

/// The newest cached version of each namespace that is not embedded.
fn cached_releases(root: NodeRef<'_>) -> Vec<Release> {
    let Ok(Some(specifications)) = specifications(root) else { return Vec::new() };
    let ours = |name: &str| embedded::namespaces().iter().any(|known| known.name == name);
    let links = specifications.links().unwrap_or_default();
    links.iter().filter(|(name, _)| !ours(name)).filter_map(|(name, _)| release(specifications, name)).collect()
}

fn specifications(root: NodeRef<'_>) -> crate::error::Result<Option<NodeRef<'_>>> {
    root.child("specifications")
}

fn release(specifications: NodeRef<'_>, namespace: &str) -> Option<Release> {
    let versions = specifications.child(namespace).ok()??;
    let newest = versions.links().ok()?.iter().map(|(name, _)| name.as_str()).max_by_key(|name| version_key(name))?;
    let folder = versions.child(newest).ok()??;
    let text = |name: &str| folder.child(name).ok().flatten().and_then(|at| at.value().ok()?.as_text().ok());
    let document = format!("{}/namespace", folder.path());
    let load =
        |source: &str| text(source).ok_or_else(|| format!("{} has no readable \"{source}\"", folder.path()).into());
    cache::read_namespace(text("namespace")?, &document, Strictness::Lenient, load).ok()
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
