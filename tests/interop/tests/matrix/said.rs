//! What our views say of every object of a file, member by member, beside what PyNWB holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use nwb::model::dtype::{Dtype, Number};
use nwb::model::mock::accessors::{Accessor, Said, accessors};
use nwb::ndarray::{ArrayD, ArrayViewD};
use nwb::schema::embedded;
use nwb::types::Data;
use nwb::{NeurodataType, Object, Result, Value};
use nwb_interop::peer::Difference;
use nwb_interop::walk::{elements, numbers};
use serde_json::{Value as Json, json};

/// What the views say of one object.
pub(crate) struct Spoken {
    pub(crate) path: String,
    pub(crate) type_name: String,
    /// By the member's name in the schema; `""` are the elements of a dataset type.
    pub(crate) members: BTreeMap<String, Json>,
}

/// Type and name of each accessor that found something.
pub(crate) type Used = BTreeSet<(&'static str, &'static str)>;

/// Everything that the accessors say of a file, by the ids of its objects.
pub(crate) fn all(path: &Path, used: &mut Used) -> std::result::Result<BTreeMap<String, Spoken>, String> {
    let file = nwb::open(path).map_err(|error| error.to_string())?;
    let mut found = BTreeMap::new();
    for object in
        file.object().descendants().map_err(|error| error.to_string())?.into_iter().chain([file.object().clone()])
    {
        let Some(id) = object.object_id().map_err(|error| error.to_string())?.map(str::to_owned) else { continue };
        found.insert(id, of(&object, used).map_err(|error| error.to_string())?);
    }
    Ok(found)
}

fn of(object: &Object, used: &mut Used) -> Result<Spoken> {
    let type_name = object.type_name()?.map(|(_, name)| name.to_owned()).unwrap_or_default();
    let mut members = BTreeMap::new();
    for accessor in of_type(object)? {
        let said = (accessor.read)(object)?;
        let json = shown(&said, object)?;
        if !json.is_null() {
            used.insert((accessor.type_name, accessor.name));
        }
        members.insert(accessor.member.to_owned(), json);
    }
    if object.is::<Data>()? {
        members.insert(String::new(), array(object, &object.dataset()?.read_value(..)?));
    }
    Ok(Spoken { path: object.path().to_owned(), type_name, members })
}

/// The accessors of an object's type and of those above it.
fn of_type(object: &Object) -> Result<impl Iterator<Item = &'static Accessor>> {
    let own = object.type_name()?.and_then(|(namespace, name)| embedded::catalog().get(namespace, name));
    let mut names: Vec<&str> = own.map(|own| own.name()).into_iter().collect();
    names.extend(own.into_iter().flat_map(|own| own.ancestors()).map(|above| above.name()));
    // Those of the type itself come last: they may say more of a member than those above.
    names.reverse();
    Ok(names.into_iter().flat_map(|name| accessors().iter().filter(move |accessor| accessor.type_name == name)))
}

fn shown(said: &Said, of: &Object) -> Result<Json> {
    Ok(match said {
        Said::Nothing => Json::Null,
        Said::Value(value) => list_of(of, value),
        Said::Dataset(dataset) => array(of, &dataset.read_value(..)?),
        Said::Object(object) => json!({"object": object.object_id()?}),
        Said::Objects(objects) => {
            let ids = objects.iter().map(|object| Ok(json!({"object": object.object_id()?}))).collect::<Result<_>>()?;
            list(ids)
        }
        _ => json!("a kind of answer that this test does not know"),
    })
}

/// Objects have no order; none of them is nothing.
fn list(mut items: Vec<Json>) -> Json {
    if items.is_empty() {
        return Json::Null;
    }
    if items.iter().all(|item| item.get("object").is_some()) {
        items.sort_by_key(Json::to_string);
    }
    Json::Array(items)
}

/// Short lists are read as numbers of one width, whatever is in the file.
fn list_of(of: &Object, value: &Value) -> Json {
    match value.dtype().number() {
        Some(_) if value.shape().dims().len() == 1 => list(elements(&of.root(), value)),
        _ => array(of, value),
    }
}

fn array(of: &Object, value: &Value) -> Json {
    let number = value.dtype().number().map(Number::name);
    let dims = value.shape().dims();
    if let Some(dtype) = number.or_else(|| (*value.dtype() == Dtype::Bool).then_some("bool"))
        && !dims.is_empty()
    {
        let (sha256, head) = numbers(&of.root(), value);
        return json!({"dtype": dtype, "shape": dims, "sha256": sha256, "head": head});
    }
    let items = elements(&of.root(), value).into_iter().map(|element| with_objects(of, element));
    let shape: Vec<usize> = dims.iter().map(|&n| usize::try_from(n).unwrap_or(usize::MAX)).collect();
    match ArrayD::from_shape_vec(shape, items.collect()) {
        Ok(array) => nested(array.view()),
        Err(error) => json!(error.to_string()),
    }
}

/// References as the ids of their targets, those in records too.
fn with_objects(of: &Object, element: Json) -> Json {
    if let Some(path) = element.get("ref").and_then(Json::as_str) {
        let id = of.get(path).ok().and_then(|target| target.object_id().ok().flatten().map(str::to_owned));
        return json!({"object": id});
    }
    match element {
        Json::Array(parts) => parts.into_iter().map(|part| with_objects(of, part)).collect(),
        other => other,
    }
}

fn nested(array: ArrayViewD<'_, Json>) -> Json {
    if array.is_empty() {
        return Json::Null;
    }
    if array.ndim() == 0 {
        return array.iter().next().cloned().unwrap_or_default();
    }
    array.outer_iter().map(nested).collect()
}

/// What differs between what PyNWB holds and what our views say. The path is type and member, `Subject.age@reference`.
pub(crate) fn differences(held: &Json, spoken: &BTreeMap<String, Spoken>) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differs = |path: String, class: &str, text: String| {
        found.push(Difference { path, classes: vec![class.to_owned()], text });
    };
    let Some(held) = held.as_object() else { return vec![] };
    for (id, own) in spoken {
        let Some(theirs) = held.get(id) else {
            differs(own.path.clone(), "object", format!("{}: PyNWB has no such object", own.path));
            continue;
        };
        if theirs["type"] != json!(own.type_name) {
            differs(own.type_name.clone(), "type", format!("{}: {} to PyNWB", own.path, theirs["type"]));
        }
        let members = theirs["members"].as_object();
        for (member, value) in &own.members {
            let Some(other) = members.and_then(|members| members.get(member)) else { continue };
            let other = normal(other);
            if same(&other, value) {
                continue;
            }
            let class = match (other.is_null(), value.is_null()) {
                (true, _) => "lost",
                (_, true) => "default",
                _ => "value",
            };
            let path = format!("{}.{member}", own.type_name);
            differs(path, class, format!("{} {member} ({class}): {other} to PyNWB, {value} to us", own.path));
        }
    }
    for (id, theirs) in held.iter().filter(|(id, _)| !spoken.contains_key(*id)) {
        differs(
            theirs["type"].as_str().unwrap_or_default().to_owned(),
            "object",
            format!("we have no object of id {id}"),
        );
    }
    found
}

/// How many members were told by both.
pub(crate) fn compared(held: &Json, spoken: &BTreeMap<String, Spoken>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (id, own) in spoken {
        let Some(members) = held[id]["members"].as_object() else { continue };
        let told = own.members.iter().filter(|(member, value)| !value.is_null() && members.contains_key(*member));
        found.extend(told.map(|(member, _)| (own.type_name.clone(), member.clone())));
    }
    found
}

/// The members that our views found.
pub(crate) fn told(spoken: &BTreeMap<String, Spoken>) -> BTreeSet<(String, String)> {
    let members = spoken.values().flat_map(|one| one.members.iter().map(move |member| (one, member)));
    let found = members.filter(|(_, (_, value))| !value.is_null());
    found.map(|(one, (member, _))| (one.type_name.clone(), member.clone())).collect()
}

/// A value of PyNWB in the form of ours.
fn normal(value: &Json) -> Json {
    match value {
        Json::Array(items) => list(items.iter().map(normal).collect()),
        Json::Object(map) => {
            if map.contains_key("object") {
                return value.clone();
            }
            if let Some(time) = map.get("time") {
                return time.clone();
            }
            if let (Some(scalar), 2) = (map.get("scalar"), map.len()) {
                return normal(scalar);
            }
            if let Some(items) = map.get("items") {
                return in_order(items);
            }
            match (map.get("dtype").and_then(Json::as_str), map.get("sha256")) {
                (Some(dtype), Some(sha256)) => {
                    let head: Vec<Json> = map["head"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .map(|value| value.as_bool().map_or_else(|| value.clone(), |is| json!(u8::from(is))))
                        .collect();
                    json!({"dtype": numpy(dtype), "shape": map["shape"], "sha256": sha256, "head": head})
                }
                _ => list(map.values().map(normal).collect()),
            }
        }
        other => other.clone(),
    }
}

/// Elements keep their order.
fn in_order(items: &Json) -> Json {
    match items {
        Json::Array(items) => items.iter().map(in_order).collect(),
        item => normal(item),
    }
}

/// NumPy's name for its own short form of a type.
fn numpy(dtype: &str) -> String {
    let kind = match dtype.get(1..2) {
        Some("b") => return "bool".into(),
        Some("f") => "float",
        Some("u") => "uint",
        _ => "int",
    };
    format!("{kind}{}", 8 * dtype.get(2..).and_then(|size| size.parse::<u32>().ok()).unwrap_or(0))
}

/// Whether two values are the same; a whole number is the same as a float of its value.
fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        // True and false are 1 and 0 to the tree.
        (Json::Bool(one), Json::Number(other)) => other.as_u64() == Some(u64::from(*one)),
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Object(array), Json::Array(list)) => {
            let head: Vec<Json> = list.iter().take(8).cloned().collect();
            same(&array["shape"], &json!([list.len()])) && same(&array["head"], &json!(head))
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}
