//! Building a catalog: numbering the types, finding who sees and who extends which, and then each type after its parent.

use std::collections::HashMap;
use std::sync::Arc;

use super::effective::{Body, EffectiveType, Kind, Members, TypeName};
use super::inheritance::inherit;
use super::merge::{Merger, Pending, empty_dataset, unfold};
use super::refine::{Mode, Refiner};
use super::table::{Declared, Reach, Table};
use super::visibility::see;
use super::{Catalog, Inner};
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink, Strictness};
use crate::spec::{DatasetSpec, GroupSpec, Quantity, Release, TypeSpec};

/// Puts namespaces together into a [`Catalog`].
#[derive(Debug, Default)]
pub struct CatalogBuilder {
    releases: Vec<Arc<Release>>,
    strictness: Strictness,
}

impl CatalogBuilder {
    /// How much the schemas may stray from the rules; strict where not said.
    #[must_use]
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Adds a namespace. The order does not matter to includes, but is that in which the catalog lists types.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a builder takes a part; it is no sum")]
    pub fn add(self, release: Release) -> Self {
        self.add_shared(Arc::new(release))
    }

    /// Adds a namespace that other catalogs have too.
    #[must_use]
    pub fn add_shared(mut self, release: Arc<Release>) -> Self {
        self.releases.push(release);
        self
    }

    /// Adds all namespaces of a catalog, as the ground for an extension.
    #[must_use]
    pub fn add_catalog(mut self, catalog: &Catalog) -> Self {
        self.releases.extend(catalog.inner.releases.iter().cloned());
        self
    }

    /// Resolves everything.
    ///
    /// # Errors
    ///
    /// A namespace or a type is missing, is there twice, or depends on itself, or a refinement widens. With
    /// [`Strictness::Lenient`] there is no error: the faults are in [`Catalog::problems`], an include or a parent that does not exist is left
    /// out, of two definitions the first holds, and a refinement holds whatever it says.
    pub fn build(self) -> Result<Catalog> {
        let mut problems = Vec::new();
        let mut sink = Sink::new(self.strictness, &mut problems);
        let releases = distinct(self.releases, &mut sink)?;
        let reach = match self.strictness {
            Strictness::Strict => Reach::Visible,
            Strictness::Lenient => Reach::Everywhere,
        };
        let mut table = Table { reach, ..Table::default() };
        let own = declare(&releases, &mut table, &mut sink)?;
        see(&releases, own, &mut table, &mut sink)?;
        let order = inherit(&mut table, &mut sink)?;
        let bodies = resolve(&table, &order, self.strictness, &mut problems)?;
        Ok(Catalog { inner: Arc::new(assemble(releases, table, bodies, problems)) })
    }
}

/// The name of a part of a release in errors, which is its path under `/specifications`.
pub(super) fn document(release: &Release, part: &str) -> String {
    format!("{}/{}/{part}", release.namespace.name, release.namespace.version)
}

fn distinct(releases: Vec<Arc<Release>>, sink: &mut Sink<'_>) -> Result<Vec<Arc<Release>>> {
    let mut distinct: Vec<Arc<Release>> = Vec::with_capacity(releases.len());
    for release in releases {
        let name = &release.namespace.name;
        if let Some(known) = distinct.iter().find(|known| known.namespace.name == *name) {
            let document = document(&release, "namespace");
            let expected = format!("one version of {name:?}");
            let found = format!("{} beside {}", release.namespace.version, known.namespace.version);
            sink.report(Error::new(ErrorKind::DuplicateNamespace, &KeyPath::Document(&document), expected, found))?;
            continue;
        }
        distinct.push(release);
    }
    Ok(distinct)
}

/// Numbers all types, and says which each namespace defines.
fn declare(releases: &[Arc<Release>], table: &mut Table, sink: &mut Sink<'_>) -> Result<Vec<HashMap<Arc<str>, usize>>> {
    let mut own = Vec::with_capacity(releases.len());
    for (namespace, release) in releases.iter().enumerate() {
        let mut names: HashMap<Arc<str>, usize> = HashMap::new();
        let namespace_name: Arc<str> = release.namespace.name.as_str().into();
        for source in &release.sources {
            let document: Arc<str> = document(release, &source.name).into();
            let source_name: Arc<str> = source.name.as_str().into();
            let mut found = Vec::new();
            let (mut datasets, mut groups) = (0, 0);
            for spec in &source.types {
                let (list, count) = match &**spec {
                    TypeSpec::Dataset(_) => ("datasets", &mut datasets),
                    TypeSpec::Group(_) => ("groups", &mut groups),
                };
                let key_path = format!("{list}[{count}]");
                *count += 1;
                let nested = match &**spec {
                    TypeSpec::Dataset(_) => Vec::new(),
                    TypeSpec::Group(group) => nested_types(group, &key_path),
                };
                found.push((Arc::clone(spec), key_path));
                found.extend(nested);
            }
            for (spec, key_path) in found {
                let Some(name) = spec.type_def() else { continue };
                if let Some(first) = names.get(name).and_then(|&first| table.get(first)) {
                    let at = KeyPath::Known(&document, &key_path);
                    let found = format!("{name:?} again, first at {} {}", first.document, first.key_path);
                    sink.report(Error::new(ErrorKind::DuplicateType, &at, "one definition of each type", found))?;
                    continue;
                }
                let index = table.types.len();
                let name: Arc<str> = name.into();
                names.insert(Arc::clone(&name), index);
                table.by_name.entry(Arc::clone(&name)).or_default().push(index);
                table.types.push(Declared {
                    name: TypeName::new(Arc::clone(&namespace_name), name),
                    namespace,
                    source: Arc::clone(&source_name),
                    document: Arc::clone(&document),
                    key_path,
                    spec,
                    lineage: Vec::new(),
                });
            }
        }
        own.push(names);
    }
    Ok(own)
}

/// The types that are defined inside of another one's members.
fn nested_types(group: &GroupSpec, key_path: &str) -> Vec<(Arc<TypeSpec>, String)> {
    let mut found = Vec::new();
    for (index, dataset) in group.datasets.iter().enumerate().filter(|(_, dataset)| dataset.type_def.is_some()) {
        let spec = DatasetSpec { quantity: Quantity::default(), ..dataset.clone() };
        found.push((Arc::new(TypeSpec::Dataset(spec)), format!("{key_path}.datasets[{index}]")));
    }
    for (index, inner) in group.groups.iter().enumerate() {
        let key_path = format!("{key_path}.groups[{index}]");
        let nested = nested_types(inner, &key_path);
        if inner.type_def.is_some() {
            let spec = GroupSpec { quantity: Quantity::default(), ..inner.clone() };
            found.push((Arc::new(TypeSpec::Group(spec)), key_path));
        }
        found.extend(nested);
    }
    found
}
/// Merges each type with its parent: types of datasets first, since slots of groups take over what these say.
fn resolve(
    table: &Table,
    order: &[usize],
    strictness: Strictness,
    problems: &mut Vec<Error>,
) -> Result<Vec<Option<Body>>> {
    let mut bodies: Vec<Option<Body>> = vec![None; table.types.len()];
    let mut pending: Vec<Pending> = Vec::new();
    for kind in [Kind::Dataset, Kind::Group] {
        for &index in order {
            let Some(declared) = table.get(index).filter(|declared| declared.kind() == kind) else { continue };
            let at = KeyPath::Known(&declared.document, &declared.key_path);
            let refiner = Refiner {
                table,
                namespace: declared.namespace,
                owner: declared.name.clone(),
                mode: Mode::Check,
                sink: Sink::new(strictness, problems),
            };
            let mut merger = Merger { refiner, bodies: &bodies, owner: index, pending: &mut pending };
            let parent = declared.lineage.first().and_then(|&parent| bodies.get(parent)).and_then(Option::as_ref);
            let body = match (&*declared.spec, parent) {
                (TypeSpec::Group(spec), Some(Body::Group(parent))) => Body::Group(merger.members(parent, spec, &at)?),
                (TypeSpec::Group(spec), _) => Body::Group(merger.members(&Members::default(), spec, &at)?),
                (TypeSpec::Dataset(spec), parent) => {
                    let mut dataset = match parent {
                        Some(Body::Dataset(parent)) => {
                            let mut dataset = (**parent).clone();
                            dataset.declared_in = declared.name.clone();
                            dataset
                        }
                        _ => empty_dataset(declared.name.clone()),
                    };
                    dataset.type_name = Some(declared.name.clone());
                    dataset.name.clone_from(&spec.name);
                    dataset.default_name.clone_from(&spec.default_name);
                    dataset.doc.clone_from(&spec.doc);
                    merger.lay_values(&mut dataset, spec, &at)?;
                    Body::Dataset(Arc::new(dataset))
                }
            };
            if let Some(slot) = bodies.get_mut(index) {
                *slot = Some(body);
            }
        }
    }
    // What is said of the members of typed slots can be checked only now. Checking one may bring up slots inside of it.
    while let Some(Pending { slot, owner, key_path }) = pending.pop() {
        let Some(declared) = table.get(owner) else { continue };
        let at = KeyPath::Known(&declared.document, &key_path);
        let members = unfold(table, &bodies, &slot, Some((&at, Sink::new(strictness, problems), &mut pending)))?;
        // Nobody else has seen the slot yet, so that this is the first time that it is set.
        let _ = slot.full.0.set(members);
    }
    Ok(bodies)
}

fn assemble(releases: Vec<Arc<Release>>, table: Table, bodies: Vec<Option<Body>>, problems: Vec<Error>) -> Inner {
    let mut children: Vec<Vec<TypeName>> = vec![Vec::new(); table.types.len()];
    for declared in &table.types {
        if let Some(children) = declared.lineage.first().and_then(|&parent| children.get_mut(parent)) {
            children.push(declared.name.clone());
        }
    }
    let types = table
        .types
        .iter()
        .zip(bodies)
        .zip(children)
        .map(|((declared, body), children)| EffectiveType {
            name: declared.name.clone(),
            source: Arc::clone(&declared.source),
            declared: Arc::clone(&declared.spec),
            ancestors: declared.lineage.iter().filter_map(|&index| table.name(index)).collect(),
            children,
            body: body.unwrap_or(Body::Group(Members::default())),
        })
        .collect();
    Inner { releases, table, types, problems }
}
