//! Single values of an object, whatever its type: what its small datasets, attributes and links say.

use nwb::model::backend::Link;
use nwb::{Kind, Object, Result};
use serde_json::{Map, Value as Json, json};

use crate::failure::sentence;
use crate::values;

/// Attributes that say what an object is, not what is known about it.
const OF_THE_FORMAT: [&str; 5] = ["namespace", "neurodata_type", "object_id", ".specloc", "nwb_version"];

/// A dataset of more elements than this is data, not a field.
const MAX_ELEMENTS: u64 = 64;

/// A name and its small value, in JSON. What cannot be read is `{"error": sentence}`.
pub(super) type Fields = Map<String, Json>;

/// The object's attributes, the small datasets in it, and where its links lead.
pub(super) fn of(object: &Object) -> Result<Fields> {
    let mut fields = attributes(object)?;
    fields.extend(datasets(object)?);
    for (name, link) in object.links()? {
        let target = match link {
            Link::Hard(_) => continue,
            Link::Soft(path) => json!({ "link": path }),
            Link::External { file, path } => json!({ "link": path, "file": file }),
        };
        fields.insert(name.clone(), target);
    }
    Ok(fields)
}

/// The object's attributes.
pub(super) fn attributes(object: &Object) -> Result<Fields> {
    let own = object.attributes()?.iter().filter(|attribute| !OF_THE_FORMAT.contains(&attribute.name.as_str()));
    Ok(own.filter_map(|attribute| Some((attribute.name.clone(), value(object, &attribute.value)?))).collect())
}

/// The small untyped datasets in a group.
pub(super) fn datasets(group: &Object) -> Result<Fields> {
    let mut fields = Fields::new();
    for (name, link) in group.links()? {
        if !matches!(link, Link::Hard(_)) {
            continue;
        }
        match small_dataset(group, name) {
            Ok(Some(value)) => drop(fields.insert(name.clone(), value)),
            Ok(None) => {}
            Err(error) => drop(fields.insert(name.clone(), json!({ "error": sentence(&error) }))),
        }
    }
    Ok(fields)
}

/// The value of a dataset, if there is one of that name and it is small and of no type.
pub(super) fn small_dataset(group: &Object, name: &str) -> Result<Option<Json>> {
    let Some(object) = group.child(name)? else { return Ok(None) };
    if object.kind()? != Kind::Dataset || object.type_name()?.is_some() {
        return Ok(None);
    }
    let dataset = object.dataset()?;
    let info = dataset.info()?;
    if info.shape.len().is_none_or(|len| len == 0 || len > MAX_ELEMENTS) {
        return Ok(None);
    }
    Ok(value(&object, &dataset.read_value(..)?))
}

fn value(object: &Object, value: &nwb::Value) -> Option<Json> {
    values::small(value, &|address| object.resolve(address.non_null()?).map(|target| target.path().to_owned()))
}

/// A text attribute; one that is no text is as good as none.
pub(super) fn text(object: &Object, attribute: &str) -> Option<String> {
    object.attribute(attribute).ok().flatten().and_then(|value| value.as_text().ok()).map(str::to_owned)
}
