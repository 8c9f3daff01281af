//! Reading groups, datasets, attributes and links.

use serde_json::{Map, Value};

use super::fields::{object, required, short_list, text, truth};
use super::values::{DtypePlace, dims, dtype, parallel, quantity, shape};
use crate::error::{Error, ErrorKind, KeyPath, Result, Sink};
use crate::spec::{AttributeSpec, DatasetSpec, GroupSpec, KeySpelling, LinkSpec, Quantity};

/// Reads each element of a list of mappings.
fn each<T>(
    value: Value,
    at: &KeyPath<'_>,
    sink: &mut Sink<'_>,
    read: impl Fn(Map<String, Value>, &KeyPath<'_>, &mut Sink<'_>) -> Result<Option<T>>,
) -> Result<Vec<T>> {
    let values = short_list(value, at, "a list of mappings", sink)?;
    let mut members = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        let at = at.index(index);
        if let Some(map) = object(value, &at, "a mapping", sink)?
            && let Some(member) = read(map, &at, sink)?
        {
            members.push(member);
        }
    }
    Ok(members)
}

pub(super) fn groups(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Vec<GroupSpec>> {
    each(value, at, sink, group)
}

pub(super) fn datasets(value: Value, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Vec<DatasetSpec>> {
    each(value, at, sink, dataset)
}

fn group(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<GroupSpec>> {
    let mut spec = GroupSpec::default();
    let mut doc = None;
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "neurodata_type_def" | "data_type_def" => {
                spec.key_spelling = spelling(&key);
                spec.type_def = text(value, &here, sink)?;
            }
            "neurodata_type_inc" | "data_type_inc" => {
                spec.key_spelling = spelling(&key);
                spec.type_inc = text(value, &here, sink)?;
            }
            "name" => spec.name = text(value, &here, sink)?,
            "default_name" => spec.default_name = text(value, &here, sink)?,
            "doc" => doc = text(value, &here, sink)?,
            "quantity" => spec.quantity = quantity(&value, &here, sink)?,
            "linkable" => spec.linkable = truth(value, &here, sink)?,
            "attributes" => spec.attributes = each(value, &here, sink, attribute)?,
            "datasets" => spec.datasets = datasets(value, &here, sink)?,
            "groups" => spec.groups = groups(value, &here, sink)?,
            "links" => spec.links = each(value, &here, sink, link)?,
            _ => {
                spec.extra.insert(key, value);
            }
        }
    }
    spec.doc = required(doc, at, "doc", sink)?;
    let identity = Identity {
        type_def: &mut spec.type_def,
        type_inc: &mut spec.type_inc,
        name: &mut spec.name,
        default_name: &mut spec.default_name,
        quantity: &mut spec.quantity,
    };
    Ok(identity.check(at, sink)?.then_some(spec))
}

fn dataset(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<DatasetSpec>> {
    let mut spec = DatasetSpec::default();
    let mut doc = None;
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "neurodata_type_def" | "data_type_def" => {
                spec.key_spelling = spelling(&key);
                spec.type_def = text(value, &here, sink)?;
            }
            "neurodata_type_inc" | "data_type_inc" => {
                spec.key_spelling = spelling(&key);
                spec.type_inc = text(value, &here, sink)?;
            }
            "name" => spec.name = text(value, &here, sink)?,
            "default_name" => spec.default_name = text(value, &here, sink)?,
            "doc" => doc = text(value, &here, sink)?,
            "dtype" => spec.dtype = dtype(value, DtypePlace::Member, &here, sink)?,
            "shape" => spec.shape = shape(value, &here, sink)?,
            "dims" => spec.dims = dims(value, &here, sink)?,
            "value" => spec.value = not_null(value),
            "default_value" => spec.default_value = not_null(value),
            "quantity" => spec.quantity = quantity(&value, &here, sink)?,
            "linkable" => spec.linkable = truth(value, &here, sink)?,
            "attributes" => spec.attributes = each(value, &here, sink, attribute)?,
            _ => {
                spec.extra.insert(key, value);
            }
        }
    }
    spec.doc = required(doc, at, "doc", sink)?;
    parallel(spec.shape.as_ref(), spec.dims.as_ref(), at, sink)?;
    one_value(spec.value.as_ref(), spec.default_value.as_ref(), at, sink)?;
    let identity = Identity {
        type_def: &mut spec.type_def,
        type_inc: &mut spec.type_inc,
        name: &mut spec.name,
        default_name: &mut spec.default_name,
        quantity: &mut spec.quantity,
    };
    Ok(identity.check(at, sink)?.then_some(spec))
}

fn attribute(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<AttributeSpec>> {
    let (mut name, mut doc, mut required_key) = (None, None, None);
    let mut spec = AttributeSpec {
        name: String::new(),
        doc: String::new(),
        dtype: None,
        shape: None,
        dims: None,
        value: None,
        default_value: None,
        required: true,
        extra: Map::new(),
    };
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "name" => name = text(value, &here, sink)?,
            "doc" => doc = text(value, &here, sink)?,
            "dtype" => spec.dtype = dtype(value, DtypePlace::Member, &here, sink)?,
            "shape" => spec.shape = shape(value, &here, sink)?,
            "dims" => spec.dims = dims(value, &here, sink)?,
            "value" => spec.value = not_null(value),
            "default_value" => spec.default_value = not_null(value),
            "required" => required_key = truth(value, &here, sink)?,
            _ => {
                spec.extra.insert(key, value);
            }
        }
    }
    spec.name = required(name, at, "name", sink)?;
    spec.doc = required(doc, at, "doc", sink)?;
    // A default stands in where the attribute is absent, so that it cannot be required whatever the schema says.
    spec.required = required_key.unwrap_or(true) && spec.default_value.is_none();
    parallel(spec.shape.as_ref(), spec.dims.as_ref(), at, sink)?;
    one_value(spec.value.as_ref(), spec.default_value.as_ref(), at, sink)?;
    Ok(name_is_possible(&spec.name, "name", at, sink)?.then_some(spec))
}

fn link(map: Map<String, Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<Option<LinkSpec>> {
    let mut spec = LinkSpec::default();
    let (mut doc, mut target_type) = (None, None);
    for (key, value) in map {
        let here = at.key(&key);
        match key.as_str() {
            "name" => spec.name = text(value, &here, sink)?,
            "default_name" => spec.default_name = text(value, &here, sink)?,
            "doc" => doc = text(value, &here, sink)?,
            "target_type" => target_type = text(value, &here, sink)?,
            "quantity" => spec.quantity = quantity(&value, &here, sink)?,
            _ => {
                spec.extra.insert(key, value);
            }
        }
    }
    spec.doc = required(doc, at, "doc", sink)?;
    spec.target_type = required(target_type, at, "target_type", sink)?;
    let identity = Identity {
        type_def: &mut None,
        type_inc: &mut Some(spec.target_type.clone()),
        name: &mut spec.name,
        default_name: &mut spec.default_name,
        quantity: &mut spec.quantity,
    };
    Ok(identity.check(at, sink)?.then_some(spec))
}

fn spelling(key: &str) -> KeySpelling {
    if key.starts_with("neuro") { KeySpelling::Neurodata } else { KeySpelling::Data }
}

fn not_null(value: Value) -> Option<Value> {
    (!value.is_null()).then_some(value)
}

fn one_value(value: Option<&Value>, default: Option<&Value>, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<()> {
    if value.is_none() || default.is_none() {
        return Ok(());
    }
    sink.report(Error::new(ErrorKind::Malformed, at, "value or default_value", "both"))
}

fn name_is_possible(name: &str, key: &str, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<bool> {
    if !name.is_empty() && !name.contains(['/', '\0']) && name != "." {
        return Ok(true);
    }
    sink.report(Error::new(ErrorKind::BadName, &at.key(key), "a name without '/'", format!("{name:?}")))?;
    Ok(false)
}

/// What says which object a member is; the rules are the same for groups, datasets and links.
struct Identity<'s> {
    type_def: &'s mut Option<String>,
    type_inc: &'s mut Option<String>,
    name: &'s mut Option<String>,
    default_name: &'s mut Option<String>,
    quantity: &'s mut Quantity,
}

impl Identity<'_> {
    /// Whether a member is left that can be used.
    fn check(self, at: &KeyPath<'_>, sink: &mut Sink<'_>) -> Result<bool> {
        for (key, type_name) in [("neurodata_type_def", &*self.type_def), ("neurodata_type_inc", &*self.type_inc)] {
            if type_name.as_ref().is_some_and(String::is_empty) {
                sink.report(Error::new(ErrorKind::BadName, &at.key(key), "the name of a type", "an empty text"))?;
                return Ok(false);
            }
        }
        if self.type_def.is_some() && *self.type_def == *self.type_inc {
            let found = format!("{:?}, which is the type itself", self.type_inc.as_deref().unwrap_or_default());
            sink.report(Error::new(ErrorKind::InheritanceCycle, at, "another type as parent", found))?;
            *self.type_inc = None;
        }
        if let Some(name) = &*self.name
            && !name_is_possible(name, "name", at, sink)?
        {
            return Ok(false);
        }
        if let Some(name) = &*self.default_name
            && !name_is_possible(name, "default_name", at, sink)?
        {
            *self.default_name = None;
        }
        if self.name.is_none() && self.type_def.is_none() && self.type_inc.is_none() {
            sink.report(Error::new(ErrorKind::BadName, at, "a name or a type", "neither"))?;
            return Ok(false);
        }
        if self.name.is_some() && self.quantity.is_many() {
            let found =
                format!("'{}' beside the fixed name {:?}", self.quantity, self.name.as_deref().unwrap_or_default());
            sink.report(Error::new(ErrorKind::BadQuantity, &at.key("quantity"), "'?' or 1", found))?;
            *self.quantity = if self.quantity.is_required() { Quantity::Exactly(1) } else { Quantity::ZeroOrOne };
        }
        Ok(true)
    }
}
