//! One object, and its members without types, held against the schema.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use nwb_model::diagnosis::{Finding, Report, Severity, Subject};
use nwb_model::dtype::Dtype;
use nwb_model::tree::{Kind as Form, Object};
use nwb_model::value::{Shape, Value};
use nwb_schema::spec::{Dtype as Asked, FlatDtype, Shape as AskedShape};
use nwb_schema::{Catalog, EffectiveAttribute, EffectiveDataset, EffectiveType, Members, Slot, embedded};

use super::matching::{Child, Matching, type_of};
use super::misplaced::{is_misplaced, stand_ins};
use super::values;

/// What is the matter with it: each is told by one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Missing,
    WrongType,
    WrongForm,
    Quantity,
    Link,
    Dtype,
    Shape,
    Fixed,
    Name,
    Extra,
}

/// A place for dates, and what is in it.
#[derive(Clone)]
pub(super) struct Dates {
    pub(super) place: String,
    pub(super) spec: String,
    pub(super) stored: Stored,
}

#[derive(Clone)]
pub(super) enum Stored {
    Attribute(Value),
    Dataset(Object),
}

/// All that is to be said of an object.
#[derive(Default)]
pub(super) struct Assessment {
    faults: Vec<(Kind, Finding)>,
    pub(super) dates: Vec<Dates>,
    /// Datasets with many texts, each with its place in the schema.
    pub(super) texts: Vec<(Object, String)>,
}

impl Assessment {
    /// Worked out once for all rules.
    pub(super) fn of(subject: &Subject<'_>) -> Rc<Self> {
        subject.note(|subject| Self::make(subject.object()).unwrap_or_default())
    }

    /// Tells the faults of a kind.
    pub(super) fn tell(&self, kind: Kind, report: &mut Report) {
        self.faults.iter().filter(|(one, _)| *one == kind).for_each(|(_, finding)| report.add(finding.clone()));
    }

    fn make(object: &Object) -> Option<Self> {
        let catalog = object.schema_of_writer();
        let own = type_of(catalog, object)?;
        if !is_of_form(own, object) || is_misplaced(catalog, object, own) {
            return None;
        }
        let mut walk = Walk {
            catalog,
            owner: own,
            below: String::new(),
            faults: Vec::new(),
            dates: Vec::new(),
            texts: Vec::new(),
        };
        let is_root = object.parent().is_none();
        if let Some(asked) = own.fixed_name().filter(|asked| !is_root && *asked != object.name()) {
            let finding = Finding::new(object.path(), format!("objects of the type {} have another name", own.name()))
                .spec(format!("{} {}", own.namespace(), own.name()))
                .expected(format!("\"{asked}\""))
                .found(format!("\"{}\"", object.name()));
            walk.add(Kind::Name, object, "", finding);
        }
        match own.dataset() {
            Some(dataset) => walk.dataset(object, dataset),
            None => walk.group(object, own.members(), Known::Wholly),
        }
        Some(walk.finish())
    }
}

/// Whether an object is a group or a dataset as its type says.
fn is_of_form(own: &EffectiveType, object: &Object) -> bool {
    match object.kind() {
        Ok(Form::Group) => own.kind() == nwb_schema::Kind::Group,
        Ok(Form::Dataset) => own.kind() == nwb_schema::Kind::Dataset,
        _ => false,
    }
}

/// Whether a list of members is all that the schema says of a group, or what a slot says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Wholly,
    InPart,
}

struct Fault {
    kind: Kind,
    place: String,
    field: String,
    finding: Finding,
}

struct Walk<'c> {
    catalog: &'c Catalog,
    owner: &'c EffectiveType,
    /// The path of the member that is looked at below the object.
    below: String,
    faults: Vec<Fault>,
    dates: Vec<Dates>,
    texts: Vec<(Object, String)>,
}

impl<'c> Walk<'c> {
    fn add(&mut self, kind: Kind, at: &Object, field: &str, finding: Finding) {
        self.faults.push(Fault { kind, place: at.path().to_owned(), field: field.to_owned(), finding });
    }

    /// Two slots may ask for the same: it is told once.
    fn finish(self) -> Assessment {
        let mut seen = HashSet::new();
        let faults = self.faults.into_iter().filter(|fault| {
            // What is missing and what is of another type are two ways to say that it is not there.
            let kind = if fault.kind == Kind::WrongType { Kind::Missing } else { fault.kind };
            seen.insert((kind, fault.place.clone(), fault.field.clone()))
        });
        let faults = faults.map(|fault| (fault.kind, fault.finding)).collect();
        let mut places = HashSet::new();
        let dates = self.dates.into_iter().filter(|one| places.insert((one.place.clone(), one.spec.clone()))).collect();
        let mut places = HashSet::new();
        let texts = self.texts.into_iter().filter(|(at, _)| places.insert(at.path().to_owned())).collect();
        Assessment { faults, dates, texts }
    }

    /// How the part of the schema is called: `core TimeSeries.data@unit`.
    fn spec(&self, name: &str, mark: char) -> String {
        let mut spec = format!("{} {}", self.owner.namespace(), self.owner.name());
        self.below.split('/').filter(|part| !part.is_empty()).for_each(|part| {
            spec.push('.');
            spec.push_str(part);
        });
        if !name.is_empty() {
            spec.push(mark);
            spec.push_str(name);
        }
        spec
    }

    fn within(&mut self, name: &str, look: impl FnOnce(&mut Self)) {
        let length = self.below.len();
        if length > 0 {
            self.below.push('/');
        }
        self.below.push_str(name);
        look(self);
        self.below.truncate(length);
    }

    fn attributes(&mut self, at: &Object, attributes: &[Arc<EffectiveAttribute>]) {
        for asked in attributes {
            match at.attribute(&asked.name) {
                Ok(Some(value)) => self.attribute(at, asked, value),
                Ok(None) if asked.required => {
                    let finding =
                        Finding::new(at.path(), format!("the required attribute \"{}\" is missing", asked.name))
                            .peer("MissingError")
                            .spec(self.spec(&asked.name, '@'));
                    self.add(Kind::Missing, at, &asked.name, finding);
                }
                // What cannot be read is told of the object.
                Ok(None) | Err(_) => {}
            }
        }
    }

    fn attribute(&mut self, at: &Object, asked: &EffectiveAttribute, value: &Value) {
        let spec = self.spec(&asked.name, '@');
        let stored = (value.dtype(), value.shape());
        if self.elements(at, &asked.name, &spec, (asked.dtype.as_ref(), asked.shape.as_ref()), stored) {
            self.encoding(at, &asked.name, &spec, value);
            if is_date(asked.dtype.as_ref()) {
                let stored = Stored::Attribute(value.clone());
                self.dates.push(Dates { place: at.path().to_owned(), spec: spec.clone(), stored });
            }
            self.fixed(at, &asked.name, spec, asked.value.as_ref(), Some(value));
        }
    }

    fn dataset(&mut self, at: &Object, asked: &EffectiveDataset) {
        self.attributes(at, &asked.attributes);
        let Some(info) = at.dataset().ok().and_then(|dataset| dataset.info().ok().cloned()) else { return };
        let spec = self.spec("", '.');
        let stored = (&info.dtype, &info.shape);
        // Of a type, no shape is any shape.
        let shape = asked.shape.as_ref().or(asked.type_name.is_some().then_some(&ANY));
        if self.elements(at, "", &spec, (asked.dtype.as_ref(), shape), stored) {
            if is_date(asked.dtype.as_ref()) {
                let stored = Stored::Dataset(at.clone());
                self.dates.push(Dates { place: at.path().to_owned(), spec: spec.clone(), stored });
            }
            let is_text = asked.type_name.is_none() && info.dtype.is_text();
            if info.dtype.is_text() && !(is_text && info.shape.len() == Some(1)) {
                self.texts.push((at.clone(), spec.clone()));
            }
            if (is_text || asked.value.is_some())
                && info.shape.len() == Some(1)
                && let Ok(value) = at.dataset().and_then(|dataset| dataset.read_value(..))
            {
                self.encoding(at, "", &spec, &value);
                self.fixed(at, "", spec, asked.value.as_ref(), Some(&value));
            }
        }
    }

    /// The type and the shape of elements; whether both are right.
    fn elements(
        &mut self,
        at: &Object,
        field: &str,
        spec: &str,
        asked: (Option<&Asked>, Option<&AskedShape>),
        stored: (&Dtype, &Shape),
    ) -> bool {
        let (dtype, shape) = stored;
        let what = if field.is_empty() { "the elements are".to_owned() } else { format!("\"{field}\" is") };
        let mut right = true;
        // A list without elements is written with any type.
        let is_null = shape.is_empty() && shape.dims().is_empty();
        let is_list_of_none = shape.is_empty() && !is_null && !field.is_empty();
        if let Some(asked) = asked.0.filter(|asked| is_null || !values::accepts(asked, dtype) && !is_list_of_none) {
            right = false;
            let finding = Finding::new(at.path(), format!("{what} of another type than the schema asks for"))
                .peer("DtypeError")
                .spec(spec)
                .expected(asked.to_string())
                .found(if is_null { "no value".into() } else { dtype.to_string() });
            self.add(Kind::Dtype, at, field, finding);
        }
        let fits = match asked.1 {
            _ if is_null => true,
            Some(AskedShape::Alternatives(none)) if none.is_empty() => true,
            Some(AskedShape::Scalar) | None => asked.0.is_none() || shape.len() == Some(1),
            Some(asked) => asked.accepts(shape.dims()),
        };
        if !fits {
            right = false;
            let finding = Finding::new(at.path(), format!("{what} of another shape than the schema asks for"))
                .spec(spec)
                .expected(asked.1.map_or_else(|| "a single value".into(), ToString::to_string))
                .found(shape.to_string());
            let finding = match asked.1 {
                Some(AskedShape::Scalar) | None => {
                    finding.beyond_peer("where the schema says no shape, the peer takes any")
                }
                Some(_) if shape.dims().is_empty() && dtype.is_text() => finding.peer("ExpectedArrayError"),
                Some(_) => finding.peer("ShapeError"),
            };
            self.add(Kind::Shape, at, field, finding);
        }
        right
    }

    /// Whether a text is one.
    fn encoding(&mut self, at: &Object, field: &str, spec: &str, value: &Value) {
        if let (true, Err(error)) = (value.dtype().is_text(), value.as_texts()) {
            let what = if field.is_empty() { at.name() } else { field };
            let finding = Finding::new(at.path(), format!("the text of \"{what}\" cannot be read"))
                .spec(spec)
                .expected("text in UTF-8")
                .found(error.message())
                .beyond_peer("the peer stops with an exception");
            self.add(Kind::Dtype, at, field, finding);
        }
    }

    fn fixed(
        &mut self,
        at: &Object,
        field: &str,
        spec: String,
        fixed: Option<&serde_json::Value>,
        stored: Option<&Value>,
    ) {
        // The version is told by itself.
        if field == "nwb_version" {
            return;
        }
        let (Some(fixed), Some(stored)) = (fixed, stored) else { return };
        if let Some((expected, found)) = values::difference(fixed, stored) {
            let what = if field.is_empty() { at.name() } else { field };
            let finding = Finding::new(at.path(), format!("\"{what}\" has another value than the schema fixes"))
                .spec(spec)
                .expected(expected)
                .found(found)
                .beyond_peer("the peer does not compare fixed values");
            // Texts for people have been reworded between releases of programs; nothing depends on them.
            let is_doc = matches!(field, "help" | "description");
            let finding = if is_doc { finding.severity(Severity::Information) } else { finding };
            self.add(Kind::Fixed, at, field, finding);
        }
    }

    fn group(&mut self, at: &Object, members: &'c Members, known: Known) {
        self.attributes(at, &members.attributes);
        let matching = Matching::of(self.catalog, at, members);
        let stand_ins = stand_ins(self.catalog, &matching);
        // What a link that leads nowhere was to lead to, may be what is missing.
        let is_one_lost = matching.children.iter().any(|one| one.object.is_none() && members.slot(one.name).is_none());
        let mut told: HashSet<&str> = stand_ins.iter().map(|(_, child)| child.name).collect();
        for (place, (slot, taken)) in matching.slots.iter().enumerate() {
            let children: Vec<&Child<'_>> = taken.iter().filter_map(|&number| matching.children.get(number)).collect();
            if children.is_empty() {
                let by_name = slot.name().and_then(|name| matching.children.iter().find(|child| child.name == name));
                let by_type = stand_ins.iter().find(|(other, _)| *other == place).map(|(_, child)| *child);
                told.extend(by_name.map(|child| child.name));
                if slot.name().is_none() && is_one_lost {
                    continue;
                }
                self.absent(at, *slot, by_name.or(by_type));
                continue;
            }
            self.count(at, *slot, children.len());
            children.iter().for_each(|child| self.child(at, *slot, child));
        }
        if known == Known::Wholly {
            for child in matching.rest.iter().filter_map(|&number| matching.children.get(number)) {
                if !told.contains(child.name) && child.object.is_some() {
                    self.extra(at, child);
                }
            }
        }
    }

    /// A slot without a child; `other` stands in its place, if there is something.
    fn absent(&mut self, at: &Object, slot: Slot<'_>, other: Option<&Child<'_>>) {
        let asked = asked_type(slot);
        let name = slot.name().or(asked).unwrap_or_default();
        let required = slot.quantity().is_required();
        let peer = if asked.is_some() { "MissingDataType" } else { "MissingError" };
        let spec = self.spec(name, '.');
        let Some(other) = other else {
            if required {
                let what = match slot {
                    Slot::Group(_) => "group",
                    Slot::Dataset(_) => "dataset",
                    Slot::Link(_) => "link",
                };
                let message = match (slot.name(), asked) {
                    (Some(name), Some(asked)) => {
                        format!("the required {what} \"{name}\" of the type {asked} is missing")
                    }
                    (Some(name), None) => format!("the required {what} \"{name}\" is missing"),
                    (None, _) => format!("there is no {name} in it, of which there must be one at least"),
                };
                let finding = Finding::new(at.path(), message).peer(peer).spec(spec);
                self.add(Kind::Missing, at, name, finding);
            }
            return;
        };
        // A link that leads nowhere, and what cannot be read or says its type by halves, is told where it is.
        let Some(object) = &other.object else { return };
        let is_unknown = type_of(self.catalog, object).is_none();
        let found = match (object.type_name(), object.attribute("namespace")) {
            // A type whose specs are missing or damaged is told where it is, and may well be right here.
            (Ok(Some((namespace, name))), _)
                if is_unknown
                    && !required
                    && (self.catalog.release(namespace).is_none()
                        || embedded::catalog().resolve_type(namespace, name).is_some()) =>
            {
                return;
            }
            (Ok(Some((_, found))), _) => found.to_owned(),
            (Ok(None), Ok(None)) => format!("a {} without a type", object.kind().map_or("object", Form::name)),
            _ => return,
        };
        let place = if required { at.path().to_owned() } else { path_of(at, other.name) };
        let finding =
            Finding::new(place, format!("\"{}\" is of another type than the schema asks for here", other.name))
                .spec(spec)
                .expected(asked.unwrap_or_default())
                .found(found);
        let finding = if required {
            finding.peer(peer)
        } else {
            finding.beyond_peer("the peer passes over what fits in no slot")
        };
        self.add(Kind::WrongType, at, name, finding);
    }

    fn count(&mut self, at: &Object, slot: Slot<'_>, found: usize) {
        let asked = slot.quantity();
        let found = found as u64;
        if asked.max().is_some_and(|most| found > most) || found < asked.min() {
            let name = asked_type(slot).or(slot.name()).unwrap_or_default();
            let finding = Finding::new(at.path(), format!("there are {found} of {name} in it"))
                .peer("IncorrectQuantityError")
                .spec(self.spec(name, '.'))
                .expected(asked.to_string())
                .found(found.to_string());
            self.add(Kind::Quantity, at, name, finding);
        }
    }

    fn child(&mut self, at: &Object, slot: Slot<'c>, child: &Child<'_>) {
        let Some(object) = &child.object else { return };
        let (linkable, form) = match slot {
            Slot::Group(group) => (group.linkable, Some(Form::Group)),
            Slot::Dataset(dataset) => (dataset.linkable, Some(Form::Dataset)),
            Slot::Link(_) => (true, None),
        };
        if child.is_link && !linkable {
            let finding = Finding::new(at.path(), format!("\"{}\" is a link, which it must not be", child.name))
                .peer("IllegalLinkError")
                .spec(self.spec(child.name, '.'))
                .expected("the object itself")
                .remedy("put the object here, and a link where it was");
            return self.add(Kind::Link, at, child.name, finding);
        }
        let is_typed = slot.type_name().is_some();
        if let (Some(form), Ok(found)) = (form, object.kind())
            && form != found
        {
            // A typed object of the wrong form is told where it is.
            if !is_typed {
                let finding =
                    Finding::new(path_of(at, child.name), "the member is of another form than the schema asks for")
                        .spec(self.spec(child.name, '.'))
                        .expected(format!("a {}", form.name()))
                        .found(format!("a {}", found.name()));
                self.add(Kind::WrongForm, at, child.name, finding);
            }
            return;
        }
        // What a link leads to is asked where it is, if there is somebody to ask.
        let is_asked_there =
            child.is_link && (is_typed || !object.is_in_file_of(at) || is_member(self.catalog, object));
        let name = slot.name().unwrap_or(child.name);
        match slot {
            Slot::Dataset(dataset) if !is_asked_there => {
                let own = type_of(self.catalog, object);
                // Only what the slot says beyond the type of the object itself is left to be said here.
                if own.is_none_or(|own| !is_same_dataset(own, dataset)) {
                    self.within(name, |walk| walk.dataset(object, dataset));
                    if own.is_some() {
                        self.leave_to_own(object, own);
                    }
                }
            }
            Slot::Group(group) if !is_typed => {
                self.within(name, |walk| walk.group(object, walk.catalog.members(group), Known::Wholly));
            }
            Slot::Group(group) if group.refines_members() && !is_asked_there => {
                let own = type_of(self.catalog, object);
                self.within(name, |walk| walk.group(object, walk.catalog.members(group), Known::InPart));
                self.leave_to_own(object, own);
            }
            _ => {}
        }
    }

    /// Takes back what is told of an object, and below it, by its own type too.
    fn leave_to_own(&mut self, object: &Object, own: Option<&'c EffectiveType>) {
        let Some(own) = own else { return };
        let mut walk = Walk {
            catalog: self.catalog,
            owner: own,
            below: String::new(),
            faults: Vec::new(),
            dates: Vec::new(),
            texts: Vec::new(),
        };
        match own.dataset() {
            Some(dataset) => walk.dataset(object, dataset),
            None => walk.group(object, own.members(), Known::InPart),
        }
        let told: HashSet<(Kind, String, String)> =
            walk.faults.into_iter().map(|fault| (fault.kind, fault.place, fault.field)).collect();
        self.faults.retain(|fault| !told.contains(&(fault.kind, fault.place.clone(), fault.field.clone())));
        let dates: HashSet<String> = walk.dates.into_iter().map(|one| one.place).collect();
        self.dates.retain(|one| !dates.contains(&one.place));
        let texts: HashSet<String> = walk.texts.into_iter().map(|(at, _)| at.path().to_owned()).collect();
        self.texts.retain(|(at, _)| !texts.contains(at.path()));
    }

    fn extra(&mut self, at: &Object, child: &Child<'_>) {
        // The place of the specs is not part of the schema.
        let is_root = at.parent().is_none();
        if is_root && child.name == "specifications" {
            return;
        }
        let found = match child.object.as_ref().map(Object::type_name) {
            Some(Ok(Some((namespace, name)))) => format!("{namespace} {name}"),
            _ => format!("a {} without a type", child.kind().map_or("object", Form::name)),
        };
        let finding = Finding::new(path_of(at, child.name), "the schema has no place for it here")
            .severity(Severity::Information)
            .spec(self.spec("", '.'))
            .found(found)
            .remedy("it is kept, and can be read by its name");
        self.add(Kind::Extra, at, child.name, finding);
    }
}

/// A shape that says nothing.
static ANY: AskedShape = AskedShape::Alternatives(Vec::new());

fn is_date(asked: Option<&Asked>) -> bool {
    asked.and_then(Asked::as_flat) == Some(FlatDtype::Isodatetime)
}

/// The type that a slot asks for, or that its link leads to.
fn asked_type(slot: Slot<'_>) -> Option<&str> {
    match slot {
        Slot::Link(link) => Some(&link.target_type),
        Slot::Group(_) | Slot::Dataset(_) => slot.type_name().map(nwb_schema::TypeName::name),
    }
}

fn path_of(at: &Object, name: &str) -> String {
    format!("{}/{name}", at.path().trim_end_matches('/'))
}

/// Whether the type of an object says all that a slot says.
fn is_same_dataset(own: &EffectiveType, slot: &EffectiveDataset) -> bool {
    own.dataset().is_some_and(|own| {
        own.dtype == slot.dtype
            && own.shape == slot.shape
            && own.value == slot.value
            && own.attributes == slot.attributes
    })
}

/// Whether an object without a type is a member of another one in its place.
fn is_member(catalog: &Catalog, object: &Object) -> bool {
    let own = || {
        let holder = object.parent()?;
        type_of(catalog, &holder)?.members().dataset(object.name())
    };
    own().is_some()
}
