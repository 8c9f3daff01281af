//! What the views say of the session, beside what PyNWB's objects hold: all fields of all objects, in both directions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use nwb::NeurodataType;
use serde_json::{Map, Value as Json, json};

use super::accessors::{self, ACCESSORS};
use crate::fixture::Fixture;

/// Fields that have another name in PyNWB: type (`*` is any), theirs, ours.
const NAMES: [(&str, &str, &str); 5] = [
    ("Subject", "age__reference", "age_reference"),
    ("ImagingPlane", "optical_channel", "optical_channels"),
    ("ImagingPlane", "conversion", "manifold_conversion"),
    ("ImagingPlane", "unit", "manifold_unit"),
    ("*", "interval", "timestamps_interval"),
];

/// What PyNWB's constructors fill in where the file has nothing: type, field, value. We say that there is nothing.
const DEFAULTS: [(&str, &str, &str); 5] = [
    ("Subject", "age__reference", "birth"),
    ("ImagingPlane", "conversion", "1.0"),
    ("ImagingPlane", "unit", "meters"),
    ("ImagingPlane", "origin_coords_unit", "meters"),
    ("ImagingPlane", "grid_spacing_unit", "meters"),
];

/// What PyNWB adds while it reads: the series that share their timestamps with this one.
const THEIRS_ALONE: [&str; 1] = ["timestamp_link"];

/// What PyNWB does not keep as a field: the version, the number of samples, columns by name (they are all in `columns`).
const OURS_ALONE: [&str; 7] =
    ["nwb_version", "num_samples", "image_mask", "pixel_mask", "pixel_mask_index", "voxel_mask", "voxel_mask_index"];

/// Each generated accessor of the views that are compared is in the list of accessors.
pub(super) fn complete() -> Result<(), String> {
    let types = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/nwb-model/src/generated/types");
    let mut missing = Vec::new();
    let mut seen = BTreeSet::new();
    for folder in ["core", "hdmf_common"] {
        for entry in std::fs::read_dir(types.join(folder)).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
            for (view, listed) in ACCESSORS {
                let Some((_, body)) = text.split_once(&format!("\nimpl {view} {{\n")) else { continue };
                seen.insert(*view);
                let body = body.split("\n}\n").next().unwrap_or_default();
                let declared =
                    body.lines().filter_map(|line| line.trim().strip_prefix("pub fn ")?.split_once("(&self)"));
                missing.extend(
                    declared.filter(|(name, _)| !listed.contains(name)).map(|(name, _)| format!("{view}::{name}")),
                );
            }
        }
    }
    let unseen = ACCESSORS.iter().filter(|(view, _)| !seen.contains(view)).map(|(view, _)| (*view).to_owned());
    missing.extend(unseen);
    if missing.is_empty() { Ok(()) } else { Err(format!("not compared, or not found: {}", missing.join(", "))) }
}

pub(super) fn same(fixture: &Fixture, path: &Path) -> Result<(), String> {
    let bad = differences(fixture, path, path)?;
    if bad.is_empty() { Ok(()) } else { Err(bad.join("\n  ")) }
}

/// A file with one fault is not the same.
pub(super) fn finds(fixture: &Fixture) -> Result<(), String> {
    for kind in ["value", "dtype", "link", "attribute", "missing", "reference"] {
        let (faulty, place) = fixture.fault(&fixture.theirs, kind, &format!("views_{kind}.nwb"))?;
        if differences(fixture, &fixture.theirs, &faulty)?.is_empty() {
            return Err(format!("the fault at {place} was not found"));
        }
    }
    Ok(())
}

/// The differences between what PyNWB holds of one file and what our views say of another.
fn differences(fixture: &Fixture, theirs: &Path, ours: &Path) -> Result<Vec<String>, String> {
    let held = fixture.peer.ask(&json!({"do": "fields", "file": theirs}))?;
    let held = held.as_object().ok_or("no objects")?;
    let ids: BTreeMap<&str, &Json> = held.iter().map(|(path, object)| (path.as_str(), &object["object_id"])).collect();
    let text = |error: nwb::Error| error.to_string();
    let file = nwb::open(ours).map_err(text)?;
    let mut objects = BTreeMap::new();
    for object in file.object().descendants().map_err(text)? {
        if let Some(id) = object.object_id().map_err(text)? {
            objects.insert(id.to_owned(), object);
        }
    }
    let mut bad = Vec::new();
    for (path, object) in held {
        let id = object["object_id"].as_str().unwrap_or_default();
        let Some(own) = objects.remove(id) else {
            bad.push(format!("{path}: our tree has no object of id {id}"));
            continue;
        };
        let kind = object["type"].as_str().unwrap_or_default();
        if own.type_name().map_err(text)?.map(|(_, name)| name) != Some(kind) {
            bad.push(format!("{path}: the type is not {kind}"));
        }
        let said = accessors::of(&own).map_err(|error| format!("{path}: {error}"))?;
        let theirs = object["fields"].as_object().ok_or("no fields")?;
        compare(path, kind, theirs, said, &ids, &mut bad);
    }
    bad.extend(objects.values().map(|object| format!("{}: PyNWB has no such object", object.path())));
    Ok(bad)
}

fn compare(
    path: &str,
    kind: &str,
    theirs: &Map<String, Json>,
    mut said: Map<String, Json>,
    ids: &BTreeMap<&str, &Json>,
    bad: &mut Vec<String>,
) {
    for (field, value) in theirs {
        let value = normal(value, ids);
        let renamed = NAMES.iter().find(|(of, theirs, _)| (*of == "*" || *of == kind) && theirs == field);
        let name = renamed.map_or(field.as_str(), |(_, _, ours)| ours);
        let own = said.remove(name).unwrap_or_default();
        let value_text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_default = DEFAULTS.contains(&(kind, field.as_str(), value_text.as_str()));
        if own != value && !(own.is_null() && (is_default || THEIRS_ALONE.contains(&field.as_str()))) {
            bad.push(format!("{path}: {field}: PyNWB has {value}, {name} is {own}"));
        }
    }
    let more = said.iter().filter(|(name, value)| !value.is_null() && !OURS_ALONE.contains(&name.as_str()));
    bad.extend(more.map(|(name, value)| format!("{path}: {name} is {value}, and PyNWB has no such field")));
}

/// A field's value in the form of `accessors`.
fn normal(value: &Json, ids: &BTreeMap<&str, &Json>) -> Json {
    let objects = |items: Vec<Json>| {
        let mut items = items;
        if !items.is_empty() && items.iter().all(|item| item.get("object").is_some()) {
            items.sort_by_key(|item| item["object"].as_str().map(str::to_owned));
        }
        if items.is_empty() { Json::Null } else { Json::Array(items) }
    };
    match value {
        Json::Array(items) => objects(items.iter().map(|item| normal(item, ids)).collect()),
        Json::Object(map) => {
            if let Some(link) = map.get("link").and_then(Json::as_str) {
                return json!({"object": ids.get(link)});
            }
            if let Some(time) = map.get("time") {
                return time.clone();
            }
            if let (Some(scalar), 2) = (map.get("scalar"), map.len()) {
                return normal(scalar, ids);
            }
            if let Some(items) = map.get("items") {
                // Elements keep their order.
                return items
                    .as_array()
                    .map_or(Json::Null, |items| items.iter().map(|item| normal(item, ids)).collect());
            }
            match (map.get("dtype").and_then(Json::as_str), map.get("sha256")) {
                (Some(dtype), Some(sha256)) => {
                    json!({"dtype": numpy(dtype), "shape": map["shape"], "sha256": sha256, "head": head(&map["head"])})
                }
                _ => objects(map.values().map(|item| normal(item, ids)).collect()),
            }
        }
        other => other.clone(),
    }
}

/// First elements: true and false are 1 and 0 to the tree.
fn head(values: &Json) -> Json {
    values
        .as_array()
        .into_iter()
        .flatten()
        .map(|value| value.as_bool().map_or_else(|| value.clone(), |is| json!(u8::from(is))))
        .collect()
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
