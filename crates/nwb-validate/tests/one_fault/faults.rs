//! Every way to break an object in one place, with the one finding that is to come of it.

use std::collections::HashSet;
use std::sync::Arc;

use nwb_model::backend::{Address, Link};
use nwb_model::tree::{Kind, Object};
use nwb_model::value::{Bytes, Shape, Value};
use nwb_schema::spec::Dtype;
use nwb_schema::{Catalog, EffectiveAttribute, EffectiveDataset, EffectiveType, Members, Slot, TypeName};

use crate::changed::{Change, NAMELESS};
use crate::oracle::{in_wrong_shapes, of_every_type, stands_for};

/// One change, and what is to be said of it: a code and a path, or nothing that is known beforehand.
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) change: Change,
    pub(crate) expected: Option<String>,
}

impl Fault {
    pub(crate) fn is_of(&self, code: &str) -> bool {
        self.expected.as_ref().is_some_and(|expected| expected.starts_with(code))
    }
}

/// The faults of objects, collected. What several types inherit is retyped in every way in one of them, and in one way in the others.
pub(crate) struct Faults<'c> {
    catalog: &'c Catalog,
    root: Object,
    /// The place in the schema: `core TimeSeries.data@unit`.
    place: String,
    pub(crate) made: Vec<Fault>,
}

impl<'c> Faults<'c> {
    pub(crate) fn new(catalog: &'c Catalog, root: Object) -> Self {
        Self { catalog, root, place: String::new(), made: Vec::new() }
    }

    /// All of an object of a type.
    pub(crate) fn of(&mut self, own: &EffectiveType, object: &Object, seen: &mut HashSet<String>) {
        self.place = format!("{} {}", own.namespace(), own.name());
        self.common(object);
        match own.dataset() {
            Some(dataset) => self.elements(object, dataset, true, seen),
            None => self.members(object, own.members(), seen),
        }
    }

    fn add(&mut self, what: impl Into<String>, change: Change, expected: impl Into<Option<String>>) {
        let what = format!("{}: {}", self.place, what.into());
        self.made.push(Fault { what, change, expected: expected.into() });
    }

    /// What all objects have: type, namespace, id, and, but for the root, their form.
    fn common(&mut self, object: &Object) {
        let (at, path) = (object.address(), object.path());
        let is_root = object.parent().is_none();
        let other = self.root.attribute("object_id").unwrap().unwrap().clone();
        let ids = [
            ("no id", Change::NoAttribute(at, "object_id".into()), "missing"),
            ("a wrong id", Change::attribute(at, "object_id", Value::text("one")), "malformed"),
            ("a number as id", Change::attribute(at, "object_id", Value::scalar(1i64)), "malformed"),
            ("another's id", Change::attribute(at, "object_id", other), "duplicate"),
        ];
        for (what, change, code) in ids {
            if !(is_root && code == "duplicate") {
                self.add(what, change, format!("object-id.{code} {path}"));
            }
        }
        if is_root {
            return;
        }
        let of_type = |name: &str, value: Value| Change::attribute(at, name, value);
        for (what, change, expected) in [
            ("no namespace", Change::NoAttribute(at, "namespace".into()), "type.malformed"),
            ("an unknown namespace", of_type("namespace", Value::text("ndx-none")), "type.unknown-namespace"),
            ("a number as type", of_type("neurodata_type", Value::scalar(1i64)), "type.malformed"),
            ("two types", of_type("neurodata_type", Value::texts(["a", "b"])), "type.malformed"),
            ("no type", Change::NoAttribute(at, "neurodata_type".into()), "type.malformed"),
        ] {
            self.add(what, change, format!("{expected} {path}"));
        }
        let form = match object.kind().unwrap() {
            Kind::Group => Change::Elements(at, Value::scalar(1.5f64)),
            _ => Change::Group(at),
        };
        self.add("of another form", form, format!("type.wrong-form {path}"));
    }

    /// Whether nobody has asked before for what is said there of this place, by whichever types.
    fn is_first(&self, by: (&TypeName, &Option<TypeName>), seen: &mut HashSet<String>) -> bool {
        let path = self.place.split_once(['.', '@']).map_or("", |(_, path)| path);
        seen.insert(format!("{by:?} {path}"))
    }

    fn within(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let length = self.place.len();
        self.place.push_str(name);
        look(self);
        self.place.truncate(length);
    }

    fn attributes(&mut self, at: &Object, attributes: &[Arc<EffectiveAttribute>], seen: &mut HashSet<String>) {
        for asked in attributes {
            // The version says what kind of file it is at all; without it, it is none of NWB.
            let Some(value) = at.attribute(&asked.name).unwrap().filter(|_| asked.name != "nwb_version") else {
                continue;
            };
            self.within(&format!("@{}", asked.name), |faults| {
                let first = faults.is_first((&asked.declared_in, &asked.refined_in), seen);
                faults.attribute(at, asked, value, first);
            });
        }
    }

    fn attribute(&mut self, at: &Object, asked: &EffectiveAttribute, value: &Value, is_first: bool) {
        let (address, path, name) = (at.address(), at.path(), asked.name.as_str());
        let gone = asked.required.then(|| format!("member.missing {path}"));
        if is_first || asked.required {
            self.add("gone", Change::NoAttribute(address, name.into()), gone);
        }
        let change = |value: Value| Change::attribute(address, name, value);
        if asked.dtype.is_some() {
            let null =
                Value::from_parts(value.dtype().clone(), Shape::Null, Bytes::from_vec(Vec::<u8>::new()), None).unwrap();
            self.add("null", change(null), format!("value.dtype {path}"));
        }
        // A list of none is written with any type.
        if !value.is_empty() {
            self.types(value, asked.dtype.as_ref(), is_first, path, change);
        }
        if !asked.dtype.as_ref().is_some_and(is_reference) {
            for other in in_wrong_shapes(value, asked.shape.as_ref()) {
                self.add(format!("shape {}", other.shape()), change(other), format!("value.shape {path}"));
            }
        }
        if let Some(Dtype::Reference { .. }) = &asked.dtype {
            for (to, target, code) in [
                ("the root", self.root.address(), "wrong-type"),
                ("nothing", Address::NULL, "null"),
                ("the nameless", NAMELESS, "dangling"),
            ] {
                let code = format!("reference.{code} {path}");
                self.add(format!("to {to}"), change(Value::reference(target)), code);
            }
        }
        // Texts for people are told as information.
        if asked.value.is_some() && !matches!(name, "help" | "description") {
            let other = another_value(value);
            self.add("another value", change(other), format!("value.fixed {path}"));
        }
    }

    /// Elements of every type.
    fn types(
        &mut self,
        value: &Value,
        asked: Option<&Dtype>,
        is_first: bool,
        path: &str,
        change: impl Fn(Value) -> Change,
    ) {
        let mut is_told = false;
        // Where no numbers are asked for, one width of them is like another.
        let is_number = ["int64", "uint64", "float64"].into_iter().any(|wide| stands_for(asked, wide));
        let narrow = ["int8", "int16", "int32", "uint8", "uint16", "uint32", "float32"];
        for (kind, other) in of_every_type(value, self.root.address()) {
            let other = other.reshaped(value.shape().clone()).unwrap();
            let fits = stands_for(asked, kind);
            if !is_first && (fits || is_told) || !is_number && narrow.contains(&kind) {
                continue;
            }
            is_told |= !fits;
            let expected = (!fits).then(|| format!("value.dtype {path}"));
            self.add(format!("as {kind}"), change(other), expected);
        }
    }

    fn elements(&mut self, at: &Object, asked: &EffectiveDataset, first: bool, seen: &mut HashSet<String>) {
        self.attributes(at, &asked.attributes, seen);
        let (address, path) = (at.address(), at.path());
        let value = at.dataset().unwrap().read_value(..).unwrap();
        let change = |value: Value| Change::Elements(address, value);
        if value.is_empty() {
            return;
        }
        self.types(&value, asked.dtype.as_ref(), first, path, change);
        let any = nwb_schema::spec::Shape::Alternatives(Vec::new());
        // Of a type, no shape is any shape; where nothing is asked for, nothing is.
        let shape = match asked.shape.as_ref() {
            None if asked.type_name.is_some() || asked.dtype.is_none() => Some(&any),
            shape => shape,
        };
        for other in in_wrong_shapes(&value, shape) {
            self.add(format!("shape {}", other.shape()), change(other), format!("value.shape {path}"));
        }
        if asked.value.is_some() {
            self.add("another value", change(another_value(&value)), format!("value.fixed {path}"));
        }
        if let Some(Dtype::Reference { .. }) = &asked.dtype {
            for (to, target, code) in [
                ("the root", self.root.address(), "wrong-type"),
                ("nothing", Address::NULL, "null"),
                ("the nameless", NAMELESS, "dangling"),
            ] {
                let all = Value::references(vec![target; value.len()]).reshaped(value.shape().clone()).unwrap();
                self.add(format!("to {to}"), change(all), format!("reference.{code} {path}"));
            }
        }
    }

    fn members(&mut self, at: &Object, members: &Members, seen: &mut HashSet<String>) {
        self.attributes(at, &members.attributes, seen);
        for slot in members.slots() {
            let children: Vec<(String, Link, Object)> = at
                .links()
                .unwrap()
                .iter()
                .map(|(name, link)| (name.clone(), link.clone(), at.child(name).unwrap().unwrap()))
                .filter(|(name, _, child)| match slot.name() {
                    Some(asked) => asked == name,
                    None => slot.type_name().is_some_and(|asked| child.is_a(asked.namespace(), asked.name()).unwrap()),
                })
                .collect();
            let [(name, link, child)] = children.as_slice() else { continue };
            let mark = slot.name().map_or_else(|| format!(".<{name}>"), |name| format!(".{name}"));
            self.within(&mark, |faults| faults.member(at, slot, (name, link, child), seen));
        }
    }

    fn member(&mut self, at: &Object, slot: Slot<'_>, found: (&str, &Link, &Object), seen: &mut HashSet<String>) {
        let (name, link, child) = found;
        let (address, path) = (at.address(), at.path());
        let place = format!("{}/{name}", path.trim_end_matches('/'));
        let is_required = slot.quantity().is_required();
        let is_typed = slot.type_name().is_some();
        let (by, refined) = match slot {
            Slot::Group(group) => (&group.declared_in, &group.refined_in),
            Slot::Dataset(dataset) => (&dataset.declared_in, &dataset.refined_in),
            Slot::Link(link) => (&link.declared_in, &link.refined_in),
        };
        let is_first = self.is_first((by, refined), seen);
        let gone = is_required.then(|| format!("member.missing {path}"));
        if is_first || is_required {
            self.add("gone", Change::NoMember(address, name.into()), gone);
        }
        let to = |link: Link| Change::Member(address, name.into(), link);
        let outside = Link::External { file: "no_such.nwb".into(), path: "/".into() };
        let lost = [
            ("to nowhere", Link::Soft("/nowhere".into()), "dangling"),
            ("to itself", Link::Soft(place.clone()), "cyclic"),
            ("to no file", outside, "external"),
        ];
        let one = self.made.len() % lost.len();
        for (number, (what, link, code)) in lost.into_iter().enumerate() {
            if is_first || number == one {
                self.add(what, to(link), format!("link.{code} {place}"));
            }
        }
        let is_link = matches!(link, Link::Soft(_));
        if is_typed || matches!(slot, Slot::Link(_)) {
            // What need not be there and has no name of its own may be anything else.
            let is_told = is_required || slot.name().is_some();
            let wrong = is_told.then(|| format!("member.wrong-type {}", if is_required { path } else { &place }));
            if is_link {
                self.add("to the root", to(Link::Soft("/".into())), wrong);
            } else if slot.type_name().is_some_and(|asked| asked.name() != "Data") {
                // Some slots take every dataset with a type.
                let other = if child.kind().unwrap() == Kind::Group { "Device" } else { "NWBData" };
                let other = Change::attribute(child.address(), "neurodata_type", Value::text(other));
                self.add("of another type", other, wrong);
            }
        } else if !is_link {
            let form = match child.kind().unwrap() {
                Kind::Group => Change::Elements(child.address(), Value::scalar(1.5f64)),
                _ => Change::Group(child.address()),
            };
            self.add("of another form", form, format!("member.wrong-form {place}"));
        }
        if is_link {
            return;
        }
        match slot {
            Slot::Dataset(dataset) => self.elements(child, dataset, is_first, seen),
            Slot::Group(group) if !is_typed || group.refines_members() => {
                self.members(child, self.catalog.members(group), seen);
            }
            _ => {}
        }
    }
}

fn is_reference(dtype: &Dtype) -> bool {
    matches!(dtype, Dtype::Reference { .. })
}

/// Of the same type and shape.
fn another_value(value: &Value) -> Value {
    let count = value.len();
    let flat = if value.dtype().is_text() {
        let mut other = Value::texts(vec!["nothing of the kind"; count]);
        if let nwb_model::dtype::Dtype::Text(text) = value.dtype()
            && text.charset == nwb_model::dtype::Charset::Ascii
        {
            let ascii = nwb_model::dtype::Dtype::Text(nwb_model::dtype::TextType::ASCII);
            other = other.relabelled(ascii).unwrap();
        }
        other
    } else {
        let name = value.dtype().number().unwrap().name();
        let more = value.to_vec::<f64>().unwrap().into_iter().map(|number| number + 7.0).collect();
        let all = of_every_type(&Value::vector::<f64>(more), Address::NULL);
        all.into_iter().find(|(kind, _)| *kind == name).unwrap().1
    };
    flat.reshaped(value.shape().clone()).unwrap()
}
