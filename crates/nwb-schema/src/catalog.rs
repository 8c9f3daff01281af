//! The catalog: every type of a set of namespaces, resolved.

mod builder;
mod effective;
mod homes;
mod inheritance;
mod merge;
mod refine;
mod slots;
mod table;
mod visibility;

use std::sync::Arc;

pub use builder::CatalogBuilder;
pub use effective::{
    EffectiveAttribute, EffectiveDataset, EffectiveGroup, EffectiveLink, EffectiveType, Kind, Members, TypeName,
};
pub use homes::Home;
pub use slots::Slot;

use crate::error::Error;
use crate::spec::{Namespace, Release};
use table::Table;

/// A set of namespaces, one version of each, with all types resolved.
///
/// It is immutable, and cloning it copies a pointer. Catalogs know nothing of each other: two of them may hold two versions of
/// one namespace.
///
/// ```
/// # #[cfg(feature = "embedded")] {
/// let catalog = nwb_schema::embedded::catalog();
/// let series = catalog.get("core", "TwoPhotonSeries").unwrap();
/// assert!(series.is_a_named("TimeSeries"));
/// let data = series.members().dataset("data").unwrap();
/// assert_eq!(data.declared_in.name(), "TimeSeries");
/// assert_eq!(data.attribute("conversion").unwrap().default_value, Some(1.0.into()));
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    releases: Vec<Arc<Release>>,
    table: Table,
    types: Vec<EffectiveType>,
    problems: Vec<Error>,
}

impl Catalog {
    /// Begins a catalog.
    pub fn builder() -> CatalogBuilder {
        CatalogBuilder::default()
    }

    /// The namespaces, in the order in which they were added.
    pub fn namespaces(&self) -> impl Iterator<Item = &Namespace> {
        self.releases().map(|release| &release.namespace)
    }

    /// The namespaces with their sources, as they were declared.
    pub fn releases(&self) -> impl Iterator<Item = &Arc<Release>> {
        self.inner.releases.iter()
    }

    /// The namespace of that name with its sources, as it was declared.
    pub fn release(&self, namespace: &str) -> Option<&Arc<Release>> {
        self.releases().find(|release| release.namespace.name == namespace)
    }

    /// What was wrong, where the catalog was built leniently.
    pub fn problems(&self) -> &[Error] {
        &self.inner.problems
    }

    /// All types, namespace by namespace and source by source in the order of declaration; in each source types of datasets come
    /// first, and a type that is defined inside of another one follows it.
    pub fn types(&self) -> impl ExactSizeIterator<Item = &EffectiveType> {
        self.inner.types.iter()
    }

    /// The types that a namespace defines, in the order of declaration.
    pub fn types_of(&self, namespace: &str) -> impl Iterator<Item = &EffectiveType> {
        self.types().filter(move |effective| effective.namespace() == namespace)
    }

    /// The types that one source of a namespace defines, in the order of declaration. The source is named without extension.
    pub fn types_of_source(&self, namespace: &str, source: &str) -> impl Iterator<Item = &EffectiveType> {
        self.types_of(namespace).filter(move |effective| effective.source() == source)
    }

    /// The type that `namespace` defines or includes under that name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<&EffectiveType> {
        let number = self.inner.releases.iter().position(|release| release.namespace.name == namespace)?;
        let index = self.inner.table.visible.get(number)?.get(name)?;
        self.inner.types.get(*index)
    }

    /// The type of that full name.
    pub fn by_name(&self, name: &TypeName) -> Option<&EffectiveType> {
        self.inner.types.get(self.inner.table.index_of(name)?)
    }

    /// The type of that name if only one namespace defines one.
    pub fn find(&self, name: &str) -> Option<&EffectiveType> {
        self.inner.types.get(self.inner.table.only(name)?)
    }

    /// The type that an object means by its `namespace` and `neurodata_type`, taken leniently.
    ///
    /// It is what the namespace defines or includes, else the only type of that name in any namespace: files older than schema
    /// 2.2 give the types of tables to `core`, which hdmf-common defines.
    pub fn resolve_type(&self, namespace: &str, name: &str) -> Option<&EffectiveType> {
        self.get(namespace, name).or_else(|| self.find(name))
    }

    /// The type that a type extends.
    pub fn parent(&self, effective: &EffectiveType) -> Option<&EffectiveType> {
        self.by_name(effective.parent()?)
    }

    /// The types that extend a type directly, in the order of declaration.
    pub fn children<'c>(&'c self, effective: &'c EffectiveType) -> impl Iterator<Item = &'c EffectiveType> {
        effective.children().iter().filter_map(|child| self.by_name(child))
    }

    /// The types that extend a type, directly or not, in the order of declaration.
    pub fn descendants<'c>(&'c self, effective: &'c EffectiveType) -> impl Iterator<Item = &'c EffectiveType> {
        self.types().filter(|other| other.ancestors().contains(effective.type_name()))
    }

    /// The types that extend the one that `namespace` knows under that name, directly or not; none for an unknown type.
    pub fn subtypes<'c>(&'c self, namespace: &str, name: &str) -> impl Iterator<Item = &'c EffectiveType> {
        let root = self.get(namespace, name);
        self.types().filter(move |other| root.is_some_and(|root| other.ancestors().contains(root.type_name())))
    }

    /// What a group inside of a type consists of: for an untyped group what is declared, for the slot of a type what that type says,
    /// refined by what the slot says.
    pub fn members<'c>(&'c self, group: &'c EffectiveGroup) -> &'c Members {
        let Some(type_name) = &group.type_name else { return &group.own };
        if !group.refines_members() {
            return self.by_name(type_name).map_or(Members::EMPTY, EffectiveType::members);
        }
        group.full.0.get_or_init(|| {
            // Without a place to report to nothing is checked, and nothing that is not checked fails.
            merge::unfold(&self.inner.table, &self.inner.types, group, None).unwrap_or_default()
        })
    }

    /// The members of the group at a path below objects of a type, through groups with fixed names: `general/devices`.
    ///
    /// The empty path is the object itself.
    pub fn members_at<'c>(&'c self, effective: &'c EffectiveType, path: &str) -> Option<&'c Members> {
        let mut members = effective.members();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            members = self.members(members.group(name)?);
        }
        Some(members)
    }

    /// The slot with the fixed name at a path below objects of a type: `general/session_id`, `timestamps`.
    pub fn slot_at<'c>(&'c self, effective: &'c EffectiveType, path: &str) -> Option<Slot<'c>> {
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.members_at(effective, parents)?.slot(name)
    }
}
