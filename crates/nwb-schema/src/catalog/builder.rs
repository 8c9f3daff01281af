//! Building a catalog: who includes whom, who sees which type, who extends whom, and then each type after its parent.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::effective::{Body, EffectiveType, Kind, Members, TypeName};
use super::merge::{Merger, Pending, empty_dataset, unfold};
use super::refine::{Mode, Refiner};
use super::table::{Declared, Reach, Table};
use super::{Catalog, Inner};
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink, Strictness};
use crate::spec::{DatasetSpec, Dtype, GroupSpec, KeySpelling, Quantity, Release, SchemaItem, TypeSpec};

/// More generations than any schema has; a longer chain is an attack on whoever reads it.
const MAX_GENERATIONS: usize = 128;

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

fn document(release: &Release, part: &str) -> String {
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

/// Finds what each namespace sees: its own types, and those of its includes with all that these see.
fn see(
    releases: &[Arc<Release>],
    own: Vec<HashMap<Arc<str>, usize>>,
    table: &mut Table,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let by_name: HashMap<&str, usize> =
        releases.iter().enumerate().map(|(index, release)| (release.namespace.name.as_str(), index)).collect();
    // The includes that exist, with their place in the namespace.
    let mut includes: Vec<Vec<(usize, usize)>> = Vec::with_capacity(releases.len());
    for release in releases {
        let mut found = Vec::new();
        for (place, item) in release.namespace.schema.iter().enumerate() {
            let SchemaItem::Namespace(include) = item else { continue };
            match by_name.get(include.namespace.as_str()) {
                Some(&index) => found.push((place, index)),
                None => {
                    let document = document(release, "namespace");
                    let root = KeyPath::Document(&document);
                    let (schema, name) = (root.key("schema"), format!("{:?}", include.namespace));
                    let item = schema.index(place);
                    let expected = "a namespace that is there";
                    sink.report(Error::new(ErrorKind::MissingNamespace, &item.key("namespace"), expected, name))?;
                }
            }
        }
        includes.push(found);
    }

    table.visible = own;
    let mut done = vec![false; releases.len()];
    loop {
        let ready: Vec<usize> = waiting(&done).filter(|&index| ready(&includes, &done, index)).collect();
        let next = match ready.as_slice() {
            [] => {
                let Some(stuck) = waiting(&done).next() else { break };
                report_include_cycle(releases, &includes, &done, stuck, sink)?;
                vec![stuck]
            }
            _ => ready,
        };
        for index in next {
            if let (Some(release), Some(includes)) = (releases.get(index), includes.get(index)) {
                include_all(index, release, includes, &done, table, sink)?;
            }
            if let Some(done) = done.get_mut(index) {
                *done = true;
            }
        }
    }
    Ok(())
}

fn waiting(done: &[bool]) -> impl Iterator<Item = usize> {
    done.iter().enumerate().filter(|(_, done)| !**done).map(|(index, _)| index)
}

fn ready(includes: &[Vec<(usize, usize)>], done: &[bool], index: usize) -> bool {
    includes.get(index).is_none_or(|includes| includes.iter().all(|(_, other)| done.get(*other) == Some(&true)))
}

fn report_include_cycle(
    releases: &[Arc<Release>],
    includes: &[Vec<(usize, usize)>],
    done: &[bool],
    start: usize,
    sink: &mut Sink<'_>,
) -> Result<()> {
    // Every namespace that waits includes one that waits, so that following these ends in a cycle.
    let mut path: Vec<usize> = vec![start];
    let mut place = 0;
    let cycle = loop {
        let Some(&last) = path.last() else { return Ok(()) };
        let next = includes.get(last).and_then(|all| all.iter().find(|(_, other)| done.get(*other) == Some(&false)));
        let Some(&(at, next)) = next else { return Ok(()) };
        if path.len() == 1 {
            place = at;
        }
        match path.iter().position(|&seen| seen == next) {
            Some(first) => {
                path.push(next);
                break path.split_off(first);
            }
            None => path.push(next),
        }
    };
    let names: Vec<&str> =
        cycle.iter().filter_map(|&index| releases.get(index)).map(|it| it.namespace.name.as_str()).collect();
    let Some(release) = releases.get(start) else { return Ok(()) };
    let document = document(release, "namespace");
    let root = KeyPath::Document(&document);
    let schema = root.key("schema");
    let at = schema.index(place);
    let expected = "namespaces that do not include each other";
    sink.report(Error::new(ErrorKind::IncludeCycle, &at.key("namespace"), expected, names.join(" -> ")))
}

fn include_all(
    index: usize,
    release: &Release,
    includes: &[(usize, usize)],
    done: &[bool],
    table: &mut Table,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let mut visible = table.visible.get(index).cloned().unwrap_or_default();
    let document = document(release, "namespace");
    let root = KeyPath::Document(&document);
    let schema = root.key("schema");
    for &(place, included) in includes.iter().filter(|(_, included)| done.get(*included) == Some(&true)) {
        let at = schema.index(place);
        let wanted = match release.namespace.schema.get(place) {
            Some(SchemaItem::Namespace(include)) => include.types.as_ref().map(|types| (types, include.key_spelling)),
            _ => None,
        };
        let Some(theirs) = table.visible.get(included) else { continue };
        let mut taken: Vec<(Arc<str>, usize)> = match wanted {
            None => theirs.iter().map(|(name, &index)| (Arc::clone(name), index)).collect(),
            Some((types, spelling)) => {
                let key = match spelling {
                    KeySpelling::Neurodata => "neurodata_types",
                    KeySpelling::Data => "data_types",
                };
                let list = at.key(key);
                let mut roots = Vec::new();
                for (number, name) in types.iter().enumerate() {
                    match theirs.get(name.as_str()) {
                        Some(&index) => roots.push(index),
                        None => {
                            let expected = "a type of the included namespace";
                            let at = list.index(number);
                            sink.report(Error::new(ErrorKind::MissingType, &at, expected, format!("{name:?}")))?;
                        }
                    }
                }
                with_needs(table, roots)
            }
        };
        taken.sort_by_key(|(_, index)| *index);
        for (name, theirs) in taken {
            let ours = *visible.entry(Arc::clone(&name)).or_insert(theirs);
            if ours != theirs {
                let place = |index| table.name(index).map(|name| name.to_string()).unwrap_or_default();
                let found = format!("both {} and {}", place(ours), place(theirs));
                let expected = format!("one type called {name:?}");
                sink.report(Error::new(ErrorKind::DuplicateType, &at.key("namespace"), expected, found))?;
            }
        }
    }
    if let Some(slot) = table.visible.get_mut(index) {
        *slot = visible;
    }
    Ok(())
}

/// Types, and all that they need: parents, types of members, targets.
fn with_needs(table: &Table, roots: Vec<usize>) -> Vec<(Arc<str>, usize)> {
    let mut taken: HashSet<usize> = HashSet::new();
    let mut open = roots;
    while let Some(index) = open.pop() {
        if !taken.insert(index) {
            continue;
        }
        let Some(declared) = table.get(index) else { continue };
        let mut needs = Vec::new();
        match &*declared.spec {
            TypeSpec::Group(spec) => group_needs(spec, &mut needs),
            TypeSpec::Dataset(spec) => dataset_needs(spec, &mut needs),
        }
        open.extend(needs.into_iter().filter_map(|name| table.lookup(declared.namespace, name)));
    }
    taken.into_iter().filter_map(|index| table.get(index).map(|it| (it.name.name().into(), index))).collect()
}

fn group_needs<'s>(spec: &'s GroupSpec, needs: &mut Vec<&'s str>) {
    needs.extend(spec.type_def.as_deref().into_iter().chain(spec.type_inc.as_deref()));
    needs.extend(spec.attributes.iter().filter_map(|attribute| attribute.dtype.as_ref()).flat_map(dtype_needs));
    needs.extend(spec.links.iter().map(|link| link.target_type.as_str()));
    spec.datasets.iter().for_each(|dataset| dataset_needs(dataset, needs));
    spec.groups.iter().for_each(|group| group_needs(group, needs));
}

fn dataset_needs<'s>(spec: &'s DatasetSpec, needs: &mut Vec<&'s str>) {
    needs.extend(spec.type_def.as_deref().into_iter().chain(spec.type_inc.as_deref()));
    needs.extend(spec.dtype.iter().flat_map(dtype_needs));
    needs.extend(spec.attributes.iter().filter_map(|attribute| attribute.dtype.as_ref()).flat_map(dtype_needs));
}

fn dtype_needs(dtype: &Dtype) -> Vec<&str> {
    match dtype {
        Dtype::Flat { .. } => Vec::new(),
        Dtype::Reference { target_type, .. } => vec![target_type],
        Dtype::Compound(members) => members.iter().filter_map(|member| member.dtype.target_type()).collect(),
    }
}

/// Finds the ancestors of each type, and gives the types in an order in which each comes after its parent.
fn inherit(table: &mut Table, sink: &mut Sink<'_>) -> Result<Vec<usize>> {
    let mut parents = Vec::with_capacity(table.types.len());
    for declared in &table.types {
        let Some(name) = declared.spec.type_inc() else {
            parents.push(None);
            continue;
        };
        let at = KeyPath::Known(&declared.document, &declared.key_path);
        let at = at.key("neurodata_type_inc");
        let parent = table.lookup(declared.namespace, name);
        let of_this_kind = parent.and_then(|parent| table.get(parent)).map(|parent| parent.kind() == declared.kind());
        match of_this_kind {
            Some(true) => {}
            Some(false) => {
                let expected = "a parent of the same kind";
                let found = format!("{name:?}, of which one is a group and one a dataset");
                sink.report(Error::new(ErrorKind::Widening, &at, expected, found))?;
            }
            None => {
                let expected = "a type that the namespace defines or includes";
                sink.report(Error::new(ErrorKind::MissingType, &at, expected, format!("{name:?}")))?;
            }
        }
        parents.push(parent.filter(|_| of_this_kind == Some(true)));
    }

    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; parents.len()];
    let mut order = Vec::with_capacity(parents.len());
    for start in 0..parents.len() {
        let mut chain = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next {
            match state.get_mut(index) {
                Some(state) if *state == State::New => *state = State::Open,
                Some(state) if *state == State::Open => {
                    // The last type of the chain has a parent that stands further down in it.
                    let cycle: Vec<&str> = chain
                        .iter()
                        .skip_while(|&&seen| seen != index)
                        .chain([&index])
                        .filter_map(|&seen| table.get(seen))
                        .map(|declared| declared.name.name())
                        .collect();
                    if let Some(&last) = chain.last() {
                        if let Some(declared) = table.get(last) {
                            let at = KeyPath::Known(&declared.document, &declared.key_path);
                            let expected = "types that do not extend each other";
                            let at = at.key("neurodata_type_inc");
                            sink.report(Error::new(ErrorKind::InheritanceCycle, &at, expected, cycle.join(" -> ")))?;
                        }
                        if let Some(parent) = parents.get_mut(last) {
                            *parent = None;
                        }
                    }
                    break;
                }
                _ => break,
            }
            chain.push(index);
            next = parents.get(index).copied().flatten();
        }
        for index in chain.into_iter().rev() {
            let parent = parents.get(index).copied().flatten();
            let mut lineage: Vec<usize> = parent.into_iter().collect();
            lineage.extend(parent.and_then(|parent| table.get(parent)).into_iter().flat_map(|it| &it.lineage));
            if let Some(declared) = table.types.get_mut(index) {
                if lineage.len() > MAX_GENERATIONS {
                    let at = KeyPath::Known(&declared.document, &declared.key_path);
                    let expected = format!("at most {MAX_GENERATIONS} generations");
                    sink.report(Error::new(ErrorKind::Malformed, &at, expected, "more"))?;
                    lineage.clear();
                }
                declared.lineage = lineage;
            }
            if let Some(state) = state.get_mut(index) {
                *state = State::Done;
            }
            order.push(index);
        }
    }
    Ok(order)
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
