//! Everything that our untyped tree has of a file, in the form of `python/walk.py`.
//!
//! What the model does not hold is left out, and `compare.py` does not compare what one side leaves out: creation order, times,
//! when space is allocated, when fill values are written, the files behind external and virtual storage.

mod dtype;
mod elements;

use std::collections::{BTreeMap, HashSet, VecDeque};

use nwb::model::backend::{Address, Attribute, DatasetInfo, Layout, Link, Optional};
use nwb::model::value::Shape;
use nwb::{Kind, Object, Result, Value};
use serde_json::{Map, Value as Json, json};

/// Values above this size are not read, as in `walk.py`.
const LARGEST: u64 = 1 << 30;

/// The walk of the file that an object is in. Superblock and user block are the caller's: the tree knows nothing of them.
///
/// # Errors
/// When an object cannot be read.
pub fn walk(root: &Object, superblock: u8, user_block: u64) -> Result<Json> {
    let mut walk = Walk { root: root.clone(), aliases: BTreeMap::new(), links: BTreeMap::new() };
    let order = walk.find()?;
    let mut objects = BTreeMap::new();
    for object in &order {
        objects.insert(shown(object.path()), walk.object(object)?);
    }
    Ok(json!({
        "form": 1, "superblock": superblock, "user_block": user_block, "objects": objects, "links": walk.links,
    }))
}

/// Digest of the elements' canonical bytes, and the first eight elements.
#[must_use]
pub fn numbers(root: &Object, value: &Value) -> (String, Vec<Json>) {
    elements::digest(root, value)
}

/// All elements as JSON; references as `{"ref": path}`.
#[must_use]
pub fn elements(root: &Object, value: &Value) -> Vec<Json> {
    elements::all(root, value)
}

/// A name as Python shows it: bytes that are not UTF-8, for which the model has characters of its own, as `\xNN`.
fn shown(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match u32::from(c) {
            code @ 0xf780..=0xf7ff => text.push_str(&format!("\\x{:02x}", code - 0xf700)),
            _ => text.push(c),
        }
    }
    text
}

struct Walk {
    root: Object,
    aliases: BTreeMap<String, Vec<String>>,
    links: BTreeMap<String, Json>,
}

impl Walk {
    /// Every object, level by level: the tree gives each the path by which it is first reached.
    fn find(&mut self) -> Result<Vec<Object>> {
        let mut order = vec![self.root.clone()];
        let mut seen = HashSet::from(["/".to_owned()]);
        let mut queue = VecDeque::from([self.root.clone()]);
        while let Some(group) = queue.pop_front() {
            let parent = if group.path() == "/" { "" } else { group.path() };
            for ((name, link), (_, child)) in group.links()?.iter().zip(group.children()?) {
                let path = format!("{parent}/{name}");
                match link {
                    Link::Hard(_) => {
                        let child = child?;
                        if seen.insert(child.path().to_owned()) {
                            order.push(child.clone());
                            queue.push_back(child);
                        } else {
                            self.aliases.entry(child.path().to_owned()).or_default().push(shown(&path));
                        }
                    }
                    Link::Soft(target) => {
                        self.links.insert(shown(&path), json!({"kind": "soft", "target": shown(target)}));
                    }
                    Link::External { file, path: target } => {
                        let link = json!({"kind": "external", "file": shown(file), "target": shown(target)});
                        self.links.insert(shown(&path), link);
                    }
                }
            }
        }
        Ok(order)
    }

    fn object(&self, object: &Object) -> Result<Json> {
        let mut found = Map::new();
        match object.kind()? {
            Kind::Group => drop(found.insert("kind".into(), json!("group"))),
            Kind::Datatype => {
                found.insert("kind".into(), json!("datatype"));
                found.insert("dtype".into(), json!(dtype::text(object.datatype()?)));
            }
            Kind::Dataset => {
                let dataset = object.dataset()?;
                let info = dataset.info()?;
                found.insert("kind".into(), json!("dataset"));
                found.insert("dtype".into(), json!(dtype::text(&info.dtype)));
                found.insert("committed".into(), self.committed(info.named_type));
                found.insert("space".into(), space(&info.shape, info.max_shape.as_deref()));
                found.insert("values".into(), self.contents(object, info));
                found.insert("storage".into(), self.storage(info));
            }
        }
        let mut aliases = self.aliases.get(object.path()).cloned().unwrap_or_default();
        aliases.sort();
        found.insert("aliases".into(), json!(aliases));
        let attributes: BTreeMap<String, Json> =
            object.attributes()?.iter().map(|one| (shown(&one.name), self.attribute(one))).collect();
        found.insert("attributes".into(), json!(attributes));
        Ok(Json::Object(found))
    }

    fn committed(&self, named: Option<Address>) -> Json {
        let object = named.and_then(|address| self.root.resolve(address));
        object.map_or(Json::Null, |object| json!(shown(object.path())))
    }

    fn attribute(&self, attribute: &Attribute) -> Json {
        json!({
            "dtype": dtype::text(attribute.value.dtype()), "committed": self.committed(attribute.named_type),
            "space": space(attribute.value.shape(), None), "values": elements::values(&self.root, &attribute.value),
        })
    }

    fn contents(&self, object: &Object, info: &DatasetInfo) -> Json {
        if info.shape == Shape::Null {
            return Json::Null;
        }
        let size = info.shape.len().and_then(|len| len.checked_mul(info.dtype.size() as u64));
        if size.is_none_or(|size| size > LARGEST) {
            return json!({"unread": "too large"});
        }
        match object.dataset().and_then(|dataset| dataset.read_value(..)) {
            Ok(value) => elements::values(&self.root, &value),
            Err(error) => json!({"unread": "error", "message": error.to_string()}),
        }
    }

    fn storage(&self, info: &DatasetInfo) -> Json {
        let (layout, chunks) = match &info.layout {
            Layout::Compact => ("compact", Json::Null),
            Layout::Contiguous | Layout::External => ("contiguous", Json::Null),
            Layout::Chunked(dims) => ("chunked", json!(dims)),
            Layout::Virtual => ("virtual", Json::Null),
        };
        let filters: Vec<Json> = info
            .filters
            .iter()
            .map(|filter| {
                let flags = i32::from(filter.optional == Optional::Yes);
                json!({"id": filter.id, "flags": flags, "values": filter.parameters, "name": filter.name})
            })
            .collect();
        let fill = match &info.fill {
            Some(value) => json!({"defined": "user", "value": self.fill(value)}),
            None => json!({"value": null}),
        };
        json!({"layout": layout, "chunks": chunks, "filters": filters, "fill": fill})
    }

    /// A fill value as `walk.py` has it: what is no number and no text is shown as bytes.
    fn fill(&self, value: &Value) -> Json {
        let element = elements::values(&self.root, value)["head"][0].take();
        if element.is_number() || element.is_string() { element } else { json!({"hex": elements::hex(value.bytes())}) }
    }
}

fn space(shape: &Shape, max: Option<&[Option<u64>]>) -> Json {
    match shape {
        Shape::Null => json!({"kind": "null"}),
        Shape::Scalar => json!({"kind": "scalar"}),
        Shape::Simple(dims) => {
            json!({"kind": "simple", "shape": dims, "maxshape": max.map_or_else(|| json!(dims), |max| json!(max))})
        }
    }
}
