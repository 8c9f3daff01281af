//! Which types each namespace sees: its own, and those of the namespaces that it includes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::builder::document;
use super::table::Table;
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};
use crate::spec::{DatasetSpec, Dtype, GroupSpec, KeySpelling, Release, SchemaItem, TypeSpec};

/// Finds what each namespace sees: its own types, and those of its includes with all that these see.
pub(super) fn see(
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
