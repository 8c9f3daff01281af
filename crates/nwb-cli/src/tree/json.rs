//! The listing as JSON.

use std::io::{self, Write};

use nwb::model::backend::{Attribute, DatasetInfo, Filter, Layout, Link, Optional};
use nwb::model::value::Shape;
use nwb::{Kind, Object, Result};
use serde_json::{Map, Value as Json, json};

use crate::failure::sentence;
use crate::numpy;
use crate::values;
use crate::walk::{Leads, Walk, What};

/// Writes it, one object a line.
pub(super) fn write(out: &mut dyn Write, file: &str, walk: &Walk) -> io::Result<()> {
    write!(out, "{{\"file\": {},\n \"objects\": [", json!(file))?;
    let mut separator = "\n";
    for (index, entry) in walk.entries().iter().enumerate() {
        let object = match &entry.what {
            What::Object { object, aliases, is_cut } => {
                described(walk, index, object, aliases, *is_cut).unwrap_or_else(|error| unreadable(walk, index, &error))
            }
            What::Unreadable(error) => unreadable(walk, index, error),
            What::Alias(_) | What::Link { .. } => continue,
        };
        out.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut *out, &object)?;
        separator = ",\n";
    }
    write!(out, "],\n \"links\": [")?;
    separator = "\n";
    for (index, entry) in walk.entries().iter().enumerate() {
        if let What::Link { link, leads } = &entry.what {
            out.write_all(separator.as_bytes())?;
            serde_json::to_writer(&mut *out, &link_json(&walk.path(index), link, leads))?;
            separator = ",\n";
        }
    }
    writeln!(out, "]}}")
}

fn described(walk: &Walk, index: usize, object: &Object, aliases: &[usize], is_cut: bool) -> Result<Json> {
    let mut found = Map::new();
    let mut put = |name: &str, value: Json| drop(found.insert(name.into(), value));
    put("path", json!(walk.path(index)));
    put("aliases", aliases.iter().map(|&alias| walk.path(alias)).collect());
    put(
        "kind",
        json!(match object.kind()? {
            Kind::Group => "group",
            Kind::Dataset => "dataset",
            Kind::Datatype => "datatype",
        }),
    );
    // An attribute of that name that is no text is shown among the attributes.
    let own = object.type_name().ok().flatten();
    put("type", json!(own.map(|(_, name)| name)));
    put("namespace", json!(own.map(|(namespace, _)| namespace)));
    put("object_id", json!(object.object_id().ok().flatten()));
    match object.kind()? {
        Kind::Group => {
            put("members", json!(object.links()?.len()));
            if is_cut {
                put("members_omitted", json!(true));
            }
        }
        Kind::Dataset => {
            for (name, value) in dataset(walk, object, object.dataset()?.info()?) {
                put(&name, value);
            }
        }
        Kind::Datatype => {
            let dtype = object.datatype()?;
            put("dtype", json!(numpy::name(dtype)));
            put("element", json!(dtype.to_string()));
        }
    }
    put("attributes", attributes(walk, object)?);
    Ok(Json::Object(found))
}

fn dataset(walk: &Walk, object: &Object, info: &DatasetInfo) -> Map<String, Json> {
    let [layout, chunks] = layout(&info.layout);
    let fields = [
        ("dtype", json!(numpy::name(&info.dtype))),
        ("element", json!(info.dtype.to_string())),
        ("named_datatype", json!(info.named_type.and_then(|address| walk.path_of(object, address)))),
        ("shape", shape(&info.shape)),
        ("maxshape", info.max_shape.as_ref().map_or_else(|| shape(&info.shape), |max| json!(max))),
        ("layout", layout),
        ("chunks", chunks),
        ("filters", info.filters.iter().map(filter).collect()),
        ("fillvalue", info.fill.as_ref().map_or(Json::Null, |fill| small(walk, object, fill).unwrap_or(Json::Null))),
    ];
    fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// The name of a layout, and the shape of its chunks.
pub(crate) fn layout(layout: &Layout) -> [Json; 2] {
    match layout {
        Layout::Compact => [json!("compact"), Json::Null],
        Layout::Contiguous => [json!("contiguous"), Json::Null],
        Layout::Chunked(dims) => [json!("chunked"), json!(dims)],
        Layout::External => [json!("external"), Json::Null],
        Layout::Virtual => [json!("virtual"), Json::Null],
    }
}

fn shape(shape: &Shape) -> Json {
    match shape {
        Shape::Null => Json::Null,
        shape => json!(shape.dims()),
    }
}

/// A filter, all that is known of it.
pub(crate) fn filter(filter: &Filter) -> Json {
    json!({
        "id": filter.id,
        "name": filter.name,
        "parameters": filter.parameters,
        "optional": filter.optional == Optional::Yes,
    })
}

fn attributes(walk: &Walk, object: &Object) -> Result<Json> {
    let one = |attribute: &Attribute| {
        let value = &attribute.value;
        let mut found = Map::new();
        found.insert("dtype".into(), json!(numpy::name(value.dtype())));
        found.insert("element".into(), json!(value.dtype().to_string()));
        found.insert("shape".into(), shape(value.shape()));
        if let Some(named) = attribute.named_type.and_then(|address| walk.path_of(object, address)) {
            found.insert("named_datatype".into(), json!(named));
        }
        if let Some(value) = small(walk, object, value) {
            found.insert("value".into(), value);
        }
        (attribute.name.clone(), Json::Object(found))
    };
    Ok(Json::Object(object.attributes()?.iter().map(one).collect()))
}

fn small(walk: &Walk, object: &Object, value: &nwb::Value) -> Option<Json> {
    values::small(value, &|address| walk.path_of(object, address))
}

fn unreadable(walk: &Walk, index: usize, error: &nwb::Error) -> Json {
    json!({"path": walk.path(index), "aliases": [], "kind": "unreadable", "error": sentence(error)})
}

fn link_json(path: &str, link: &Link, leads: &Leads) -> Json {
    let mut found = Map::new();
    found.insert("path".into(), json!(path));
    match link {
        Link::Soft(target) => {
            found.insert("kind".into(), json!("soft_link"));
            found.insert("target".into(), json!(target));
        }
        Link::External { file, path } => {
            found.insert("kind".into(), json!("external_link"));
            found.insert("file".into(), json!(file));
            found.insert("target".into(), json!(path));
        }
        Link::Hard(_) => {}
    }
    match leads {
        Leads::Somewhere(object) => {
            found.insert("dangling".into(), json!(false));
            found.insert("target_type".into(), json!(object.type_name().ok().flatten().map(|(_, name)| name)));
        }
        Leads::Nowhere(error) => {
            found.insert("dangling".into(), json!(true));
            found.insert("error".into(), json!(sentence(error)));
        }
    }
    Json::Object(found)
}
