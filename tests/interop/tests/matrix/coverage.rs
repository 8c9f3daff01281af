//! What must have been written and read, counted from the catalog, and what was.

use std::collections::BTreeSet;
use std::path::Path;

use nwb::model::mock::accessors::accessors;
use nwb::schema::spec::{Dtype, FlatDtype, Shape};
use nwb::schema::{Catalog, EffectiveAttribute, EffectiveDataset, EffectiveType, Members, embedded};
use nwb::{Kind, Object, Result};

use crate::said::Used;

/// Members of which there is nothing to compare, and why.
const EXEMPT: [(&str, &str); 4] = [
    // An untyped group in which the schema lists nothing: an empty group that may be absent is not written.
    ("TimeSeries", "sync"),
    // What requires timestamps cannot have a rate too.
    ("SpikeEventSeries", "starting_time#0"),
    ("SpikeEventSeries", "starting_time@rate#0"),
    ("SpikeEventSeries", "starting_time@unit#0"),
];

/// Accessors that cannot be compared with PyNWB, which reads no object of the type.
const NOT_COMPARED: [(&str, &str); 1] = [("EventWaveform", "spike_event_series")];

/// What the cases wrote and read.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// Type, and member with the number of its shape.
    written: BTreeSet<(String, String)>,
    /// What the schema asks for, and in what it was written.
    dtypes: BTreeSet<(String, String)>,
    /// Type and member that PyNWB holds as our views say it, or that our views found in what PyNWB wrote.
    pub(crate) compared: BTreeSet<(String, String)>,
    pub(crate) accessors: Used,
}

/// Visits the members of a type: key, spec.
trait Visit {
    fn attribute(&mut self, key: String, spec: &EffectiveAttribute, path: &str);
    fn dataset(&mut self, key: String, spec: &EffectiveDataset, path: &str);
    fn other(&mut self, key: String, path: &str, type_name: Option<&str>);
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

fn visit(catalog: &Catalog, own: &EffectiveType, to: &mut dyn Visit) {
    match own.dataset() {
        Some(spec) => {
            to.dataset(String::new(), spec, "");
            own.attributes().iter().for_each(|spec| to.attribute(format!("@{}", spec.name), spec, ""));
        }
        None => members(catalog, own.members(), "", to),
    }
}

fn members(catalog: &Catalog, of: &Members, path: &str, to: &mut dyn Visit) {
    for spec in &of.attributes {
        to.attribute(format!("{path}@{}", spec.name), spec, path);
    }
    for spec in &of.datasets {
        match (&spec.name, &spec.type_name) {
            (Some(name), _) => {
                let key = below(path, name);
                to.dataset(key.clone(), spec, &key);
                spec.attributes.iter().for_each(|spec| to.attribute(format!("{key}@{}", spec.name), spec, &key));
            }
            (None, Some(kind)) => to.other(below(path, &format!("<{}>", kind.name())), path, Some(kind.name())),
            (None, None) => {}
        }
    }
    for spec in &of.groups {
        match (&spec.name, &spec.type_name) {
            (Some(name), None) => {
                let inner = catalog.members(spec);
                if inner.slots().next().is_none() {
                    to.other(below(path, name), &below(path, name), None);
                }
                members(catalog, inner, &below(path, name), to);
            }
            (Some(name), Some(_)) => to.other(below(path, name), &below(path, name), None),
            (None, Some(kind)) => to.other(below(path, &format!("<{}>", kind.name())), path, Some(kind.name())),
            (None, None) => {}
        }
    }
    for spec in &of.links {
        let Some(name) = &spec.name else { continue };
        to.other(below(path, name), &below(path, name), None);
    }
}

fn shapes(shape: Option<&Shape>) -> usize {
    shape.map_or(1, |shape| shape.alternatives().count().max(1))
}

/// Everything that a type asks for.
struct Expected(BTreeSet<String>);

impl Visit for Expected {
    fn attribute(&mut self, key: String, spec: &EffectiveAttribute, _: &str) {
        if !matches!(spec.name.as_str(), "namespace" | "neurodata_type" | "data_type" | "object_id") {
            self.0.extend((0..shapes(spec.shape.as_ref())).map(|form| format!("{key}#{form}")));
        }
    }

    fn dataset(&mut self, key: String, spec: &EffectiveDataset, _: &str) {
        self.0.extend((0..shapes(spec.shape.as_ref())).map(|form| format!("{key}#{form}")));
    }

    fn other(&mut self, key: String, _: &str, _: Option<&str>) {
        self.0.insert(key);
    }
}

/// What an object has.
struct Found<'a> {
    object: &'a Object,
    has: BTreeSet<String>,
    dtypes: BTreeSet<(String, String)>,
}

impl Found<'_> {
    fn at(&self, path: &str) -> Option<Object> {
        let mut at = self.object.clone();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at = at.child(name).ok().flatten()?;
        }
        Some(at)
    }

    fn form(&mut self, key: String, shape: Option<&Shape>, dims: &[u64], asked: Option<&Dtype>, written: String) {
        let form = shape.map_or(Some(0), |shape| shape.best_match(dims));
        self.has.extend(form.map(|form| format!("{key}#{form}")));
        if let Some(asked) = asked.and_then(Dtype::as_flat) {
            self.dtypes.insert((asked.as_str().to_owned(), written));
        }
    }
}

impl Visit for Found<'_> {
    fn attribute(&mut self, key: String, spec: &EffectiveAttribute, path: &str) {
        let Some(at) = self.at(path) else { return };
        let found = at.attributes().ok().and_then(|all| all.iter().find(|one| one.name == spec.name));
        if let Some(found) = found {
            let (dims, written) = (found.value.shape().dims().to_vec(), found.value.dtype().to_string());
            self.form(key, spec.shape.as_ref(), &dims, spec.dtype.as_ref(), written);
        }
    }

    fn dataset(&mut self, key: String, spec: &EffectiveDataset, path: &str) {
        let Some(dataset) = self.at(path).and_then(|at| at.dataset().ok()) else { return };
        let Ok(info) = dataset.info() else { return };
        let (dims, written) = (info.shape.dims().to_vec(), info.dtype.to_string());
        self.form(key, spec.shape.as_ref(), &dims, spec.dtype.as_ref(), written);
    }

    fn other(&mut self, key: String, path: &str, type_name: Option<&str>) {
        let Some(at) = self.at(path) else { return };
        let is_there = match type_name {
            None => true,
            Some(wanted) => at.children().is_ok_and(|mut children| {
                children.any(|(_, child)| child.ok().and_then(|child| is_a(&child, wanted)).unwrap_or(false))
            }),
        };
        if is_there {
            self.has.insert(key);
        }
    }
}

fn is_a(object: &Object, wanted: &str) -> Option<bool> {
    let (namespace, name) = object.type_name().ok()??;
    Some(embedded::catalog().get(namespace, name)?.is_a_named(wanted))
}

impl Coverage {
    /// Counts everything that the objects of a file have.
    pub(crate) fn note_file(&mut self, path: &Path) -> std::result::Result<(), String> {
        self.note(path).map_err(|error| error.to_string())
    }

    fn note(&mut self, path: &Path) -> Result<()> {
        let file = nwb::open(path)?;
        let root = file.get("/")?;
        for object in root.descendants()?.into_iter().chain([root.clone()]) {
            if !matches!(object.kind()?, Kind::Group | Kind::Dataset) {
                continue;
            }
            let Some((namespace, name)) = object.type_name()? else { continue };
            let Some(own) = embedded::catalog().get(namespace, name) else { continue };
            let mut found = Found { object: &object, has: BTreeSet::new(), dtypes: BTreeSet::new() };
            visit(embedded::catalog(), own, &mut found);
            self.written.extend(found.has.into_iter().map(|key| (name.to_owned(), key)));
            self.dtypes.extend(found.dtypes);
        }
        Ok(())
    }

    /// Fails with the list of what was not written, not read or not compared.
    pub(crate) fn check(&self, with_peer: bool) -> std::result::Result<(), String> {
        let mut missing = Vec::new();
        let mut count = 0;
        for own in embedded::catalog().types() {
            let mut expected = Expected(BTreeSet::new());
            visit(embedded::catalog(), own, &mut expected);
            let exempt = |key: &str| EXEMPT.iter().any(|(of, member)| own.is_a_named(of) && key == *member);
            for key in expected.0.into_iter().filter(|key| !exempt(key)) {
                count += 1;
                if !self.written.contains(&(own.name().to_owned(), key.clone())) {
                    missing.push(format!("not written: {} {key}", own.name()));
                }
            }
        }
        for (asked, written) in dtypes() {
            count += 1;
            if !self.dtypes.contains(&(asked.to_owned(), written.to_owned())) {
                missing.push(format!("no {asked} was written as {written}"));
            }
        }
        for accessor in accessors() {
            count += 1;
            if !self.accessors.contains(&(accessor.type_name, accessor.name)) {
                missing.push(format!("not read: {}::{}", accessor.type_name, accessor.name));
            } else if with_peer
                && !NOT_COMPARED.contains(&(accessor.type_name, accessor.name))
                && !self.is_compared(accessor.type_name, accessor.member)
            {
                missing.push(format!("not compared with PyNWB: {}::{}", accessor.type_name, accessor.name));
            }
        }
        if count < 1400 {
            missing.push(format!("only {count} things are counted: is the catalog empty?"));
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(format!("{} of {count}:\n  {}", missing.len(), missing.join("\n  ")))
        }
    }

    /// Whether the member of some object of the type, or of one below it, was compared.
    fn is_compared(&self, type_name: &str, member: &str) -> bool {
        let is_below = |name: &str| embedded::catalog().find(name).is_some_and(|own| own.is_a_named(type_name));
        // Everything in a group was compared with what is in its slots.
        let same = |compared: &str| match member.strip_suffix('*') {
            Some(group) => compared.starts_with(group),
            None => compared == member,
        };
        self.compared.iter().any(|(of, compared)| same(compared) && is_below(of))
    }
}

/// What the schema asks for, and every type that fits: wider ones of the same kind.
fn dtypes() -> Vec<(&'static str, &'static str)> {
    let signed = ["int8", "int16", "int32", "int64"];
    let unsigned = ["uint8", "uint16", "uint32", "uint64"];
    let float = ["float32", "float64"];
    let mut all = Vec::new();
    for asked in [FlatDtype::Int32, FlatDtype::Int8, FlatDtype::Uint8, FlatDtype::Uint32, FlatDtype::Float32] {
        let kind = [&signed[..], &unsigned[..], &float[..]].into_iter().find(|kind| kind.contains(&asked.as_str()));
        let wider = kind.into_iter().flatten().skip_while(|name| **name != asked.as_str());
        all.extend(wider.map(|written| (asked.as_str(), *written)));
    }
    all.extend(signed.iter().chain(&unsigned).chain(&float).map(|written| ("numeric", *written)));
    all
}
