//! Prints everything that this backend finds in a file, in the form of `tests/interop/python/walk.py` as far as the model goes.
//!
//! `cargo run --example walk -- FILE`; what h5py finds beyond the model (allocation times, creation order, the files behind
//! external and virtual storage) is left out, and types without a name are `foreign(SIZE)`.

use std::collections::{HashMap, VecDeque};

use nwb_model::backend::{Address, Attribute, Backend, DatasetInfo, Layout, Link, Node, NodeKind, Optional};
use nwb_model::dtype::{ByteOrder, Charset, Dtype, Number, Padding, TextLength};
use nwb_model::selection::Region;
use nwb_model::value::{Heap, Shape, Value};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

type Failure = Box<dyn std::error::Error>;

const LARGEST: u64 = 1 << 30;

fn main() -> Result<(), Failure> {
    let path = std::env::args().nth(1).ok_or("walk FILE")?;
    let facts = nwb_hdf5::facts(&path)?;
    let file = nwb_hdf5::open(&path)?;
    let mut walk =
        Walk { file: &*file, paths: HashMap::new(), order: vec![], aliases: HashMap::new(), links: Map::new() };
    walk.find()?;
    let mut objects = Map::new();
    for (path, address) in &walk.order {
        objects.insert(path.clone(), walk.object(path, *address));
    }
    let result = json!({
        "form": 1, "superblock": facts.superblock, "user_block": facts.user_block,
        "objects": objects, "links": walk.links,
    });
    println!("{}", serde_json::to_string_pretty(&result)?);
    Ok(())
}

struct Walk<'a> {
    file: &'a dyn Backend,
    paths: HashMap<Address, String>,
    order: Vec<(String, Address)>,
    aliases: HashMap<Address, Vec<String>>,
    links: Map<String, Json>,
}

impl Walk<'_> {
    fn find(&mut self) -> Result<(), Failure> {
        let root = self.file.root();
        self.paths.insert(root, "/".into());
        self.order.push(("/".into(), root));
        let mut queue = VecDeque::from([("/".to_owned(), root)]);
        while let Some((parent, address)) = queue.pop_front() {
            let Ok(Node { kind: NodeKind::Group(links), .. }) = self.file.node(address) else { continue };
            for (name, link) in links {
                let path = format!("{}/{name}", if parent == "/" { "" } else { &parent });
                match link {
                    Link::Hard(child) => {
                        if self.paths.contains_key(&child) {
                            self.aliases.entry(child).or_default().push(path);
                            continue;
                        }
                        self.paths.insert(child, path.clone());
                        self.order.push((path.clone(), child));
                        queue.push_back((path, child));
                    }
                    Link::Soft(target) => drop(self.links.insert(path, json!({"kind": "soft", "target": target}))),
                    Link::External { file, path: target } => {
                        self.links.insert(path, json!({"kind": "external", "file": file, "target": target}));
                    }
                }
            }
        }
        Ok(())
    }

    fn object(&self, path: &str, address: Address) -> Json {
        let node = match self.file.node(address) {
            Ok(node) => node,
            Err(error) => return json!({"kind": "error", "message": error.to_string()}),
        };
        let attributes: Map<String, Json> =
            node.attributes.iter().map(|attribute| (attribute.name.clone(), self.attribute(attribute))).collect();
        let mut aliases = self.aliases.get(&address).cloned().unwrap_or_default();
        aliases.sort();
        let mut object = match &node.kind {
            NodeKind::Group(_) => json!({"kind": "group"}),
            NodeKind::Datatype(dtype) => json!({"kind": "datatype", "dtype": type_text(dtype)}),
            NodeKind::Dataset(info) => json!({
                "kind": "dataset", "dtype": type_text(&info.dtype), "committed": self.committed(info.named_type),
                "space": space(&info.shape, info.max_shape.as_deref()),
                "values": self.contents(path, address, info),
                "storage": self.storage(info),
            }),
        };
        object["aliases"] = json!(aliases);
        object["attributes"] = json!(attributes);
        object
    }

    fn committed(&self, named: Option<Address>) -> Json {
        named.map_or(Json::Null, |address| json!(self.paths.get(&address).map_or("unlinked", String::as_str)))
    }

    fn attribute(&self, attribute: &Attribute) -> Json {
        json!({
            "dtype": type_text(attribute.value.dtype()), "committed": self.committed(attribute.named_type),
            "space": space(attribute.value.shape(), None), "values": self.values(&attribute.value),
        })
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
                json!({"id": filter.id, "flags": i32::from(filter.optional == Optional::Yes), "values": filter.parameters,
                       "name": filter.name})
            })
            .collect();
        json!({"layout": layout, "chunks": chunks, "filters": filters, "has_fill": info.fill.is_some()})
    }

    fn contents(&self, path: &str, address: Address, info: &DatasetInfo) -> Json {
        if info.shape == Shape::Null {
            return Json::Null;
        }
        let size = info.shape.len().and_then(|len| len.checked_mul(info.dtype.size() as u64));
        if size.is_none_or(|size| size > LARGEST) {
            return json!({"unread": "too large"});
        }
        match self.file.read(address, &Region::all(info.shape.dims())) {
            Ok(value) => self.values(&value),
            Err(error) => json!({"unread": "error", "message": format!("{path}: {error}")}),
        }
    }

    fn values(&self, value: &Value) -> Json {
        if *value.shape() == Shape::Null {
            return Json::Null;
        }
        let mut canonical = Vec::new();
        self.canonical(value.dtype(), value.bytes(), value.heap(), &mut canonical);
        let count = value.len();
        let all = count <= 32 || matches!(value.dtype(), Dtype::Text(_) | Dtype::Reference | Dtype::RegionReference);
        let size = value.dtype().size().max(1);
        let head: Vec<Json> = value
            .bytes()
            .chunks_exact(size)
            .take(if all { count } else { 8 })
            .map(|element| self.json(value.dtype(), element, value.heap()))
            .collect();
        let digest: String = Sha256::digest(&canonical).iter().map(|byte| format!("{byte:02x}")).collect();
        json!({"sha256": digest, "count": count, "head": head})
    }

    fn reference(&self, address: Address) -> Json {
        match address.non_null() {
            None => Json::Null,
            Some(address) => match self.paths.get(&address) {
                Some(path) => json!({"ref": path}),
                None if self.file.node(address).is_ok() => json!({"ref": "unlinked"}),
                None => json!({"ref": null}),
            },
        }
    }

    fn canonical(&self, dtype: &Dtype, bytes: &[u8], heap: Option<&Heap>, out: &mut Vec<u8>) {
        for element in bytes.chunks_exact(dtype.size().max(1)) {
            match dtype {
                Dtype::Number(number, order) => out.extend(little(element, number.size(), *order)),
                Dtype::Enum(of) => out.extend(little(element, of.number.size(), of.order)),
                Dtype::Text(text) if text.length == TextLength::Variable => {
                    let text = heap.and_then(|heap| heap.text(slot(element))).unwrap_or_default();
                    out.extend((text.len() as u64).to_le_bytes());
                    out.extend(text);
                }
                Dtype::Reference | Dtype::RegionReference => {
                    let text = sorted(&self.json(dtype, element, heap));
                    out.extend((text.len() as u64).to_le_bytes());
                    out.extend(text.as_bytes());
                }
                Dtype::Sequence(inner) => {
                    let Some(sequence) = heap.and_then(|heap| heap.sequence(slot(element))) else { continue };
                    out.extend((sequence.len() as u64).to_le_bytes());
                    self.canonical(inner, sequence.bytes(), sequence.heap(), out);
                }
                Dtype::Compound(compound) => {
                    for member in &compound.members {
                        let range = member.offset..member.offset + member.dtype.size();
                        self.canonical(&member.dtype, &element[range], heap, out);
                    }
                }
                Dtype::Array(inner, _) => self.canonical(inner, element, heap, out),
                Dtype::Bool | Dtype::Text(_) | Dtype::Foreign(_) => out.extend(element),
            }
        }
    }

    fn json(&self, dtype: &Dtype, element: &[u8], heap: Option<&Heap>) -> Json {
        match dtype {
            Dtype::Number(..) | Dtype::Enum(_) | Dtype::Bool => {
                let (number, order) = match dtype {
                    Dtype::Number(number, order) => (*number, *order),
                    Dtype::Enum(of) => (of.number, of.order),
                    _ => (Number::I8, ByteOrder::Little),
                };
                let bytes = little(element, number.size(), order);
                let mut wide = [0; 16];
                wide[..bytes.len()].copy_from_slice(&bytes);
                let raw = u128::from_le_bytes(wide);
                match number {
                    Number::F16 => finite(half(raw as u16)),
                    Number::F32 => finite(f64::from(f32::from_bits(raw as u32))),
                    Number::F64 => finite(f64::from_bits(raw as u64)),
                    number if number.is_unsigned() => json!(raw as u64),
                    number => {
                        let shift = 128 - 8 * number.size();
                        json!((((raw << shift) as i128) >> shift) as i64)
                    }
                }
            }
            Dtype::Text(text) => match text.length {
                TextLength::Variable => text_json(heap.and_then(|heap| heap.text(slot(element))).unwrap_or_default()),
                TextLength::Fixed(_) => text_json(unpadded(element, text.padding)),
            },
            Dtype::Reference => self.reference(Address(slot(element))),
            Dtype::RegionReference => match heap.and_then(|heap| heap.region(slot(element))) {
                Some(region) if region.target.non_null().is_some() => {
                    let mut found = self.reference(region.target);
                    let info = self.file.node(region.target);
                    let rank = match info.map(|node| node.kind) {
                        Ok(NodeKind::Dataset(info)) => info.shape.dims().len().max(1),
                        _ => 1,
                    };
                    found["region"] = region_json(&region.selection, rank);
                    found
                }
                _ => Json::Null,
            },
            Dtype::Sequence(inner) => match heap.and_then(|heap| heap.sequence(slot(element))) {
                Some(sequence) => self.list(inner, sequence.bytes(), sequence.heap()),
                None => json!([]),
            },
            Dtype::Compound(compound) => compound
                .members
                .iter()
                .map(|member| {
                    self.json(&member.dtype, &element[member.offset..member.offset + member.dtype.size()], heap)
                })
                .collect(),
            Dtype::Array(inner, _) => self.list(inner, element, heap),
            Dtype::Foreign(_) => json!({"hex": hex(element)}),
        }
    }

    fn list(&self, dtype: &Dtype, bytes: &[u8], heap: Option<&Heap>) -> Json {
        bytes.chunks_exact(dtype.size().max(1)).map(|element| self.json(dtype, element, heap)).collect()
    }
}

/// JSON with sorted keys, blanks after `,` and `:`, as Python's `json.dumps` writes it.
fn sorted(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let inner: Vec<String> =
                entries.iter().map(|(key, value)| format!("\"{key}\": {}", sorted(value))).collect();
            format!("{{{}}}", inner.join(", "))
        }
        Json::Array(list) => format!("[{}]", list.iter().map(sorted).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn region_json(selection: &[u8], rank: usize) -> Json {
    let numbers: Vec<u64> =
        selection[1..].chunks_exact(8).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap_or_default())).collect();
    match selection[0] {
        0 => json!("all"),
        1 => json!("none"),
        2 => json!({"points": numbers.chunks_exact(rank).collect::<Vec<_>>()}),
        _ => json!({"blocks": numbers.chunks_exact(2 * rank).map(|block| block.chunks_exact(rank).collect::<Vec<_>>())
            .collect::<Vec<_>>()}),
    }
}

fn slot(element: &[u8]) -> u64 {
    u64::from_ne_bytes(element[..8].try_into().unwrap_or_default())
}

fn little(element: &[u8], size: usize, order: ByteOrder) -> Vec<u8> {
    let mut bytes = element[..size].to_vec();
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    bytes
}

fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (bits >> 10 & 31, f64::from(bits & 1023));
    let size = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + mantissa / 1024.0) * 2f64.powi(i32::from(e) - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

fn finite(value: f64) -> Json {
    match value {
        v if v.is_nan() => json!("nan"),
        f64::INFINITY => json!("inf"),
        f64::NEG_INFINITY => json!("-inf"),
        v => json!(v),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text_json(bytes: &[u8]) -> Json {
    std::str::from_utf8(bytes).map_or_else(|_| json!({"hex": hex(bytes)}), |text| json!(text))
}

fn unpadded(text: &[u8], padding: Padding) -> &[u8] {
    match padding {
        Padding::NullTerminated => text.split(|&byte| byte == 0).next().unwrap_or_default(),
        Padding::NullPadded => &text[..text.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)],
        Padding::SpacePadded => &text[..text.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1)],
    }
}

fn space(shape: &Shape, max: Option<&[Option<u64>]>) -> Json {
    match shape {
        Shape::Null => json!({"kind": "null"}),
        Shape::Scalar => json!({"kind": "scalar"}),
        Shape::Simple(dims) => {
            let max = max.map_or_else(|| json!(dims), |max| json!(max));
            json!({"kind": "simple", "shape": dims, "maxshape": max})
        }
    }
}

fn number_text(number: Number, order: ByteOrder) -> String {
    let kind = if number.is_float() {
        "f"
    } else if number.is_unsigned() {
        "u"
    } else {
        "i"
    };
    let order = match order {
        ByteOrder::Little => "le",
        ByteOrder::Big => "be",
    };
    format!("{kind}{}{order}", 8 * number.size())
}

fn type_text(dtype: &Dtype) -> String {
    match dtype {
        Dtype::Number(number, order) => number_text(*number, *order),
        Dtype::Bool => "enum(i8le){\"FALSE\"=0,\"TRUE\"=1}".into(),
        Dtype::Text(text) => {
            let length = match text.length {
                TextLength::Variable => "vlen".into(),
                TextLength::Fixed(size) => size.to_string(),
            };
            let charset = match text.charset {
                Charset::Ascii => "ascii",
                Charset::Utf8 => "utf8",
            };
            let padding = match text.padding {
                Padding::NullTerminated => "nullterm",
                Padding::NullPadded => "nullpad",
                Padding::SpacePadded => "spacepad",
            };
            format!("string({length},{charset},{padding})")
        }
        Dtype::Reference => "ref(object)".into(),
        Dtype::RegionReference => "ref(region)".into(),
        Dtype::Compound(compound) => {
            let members: Vec<String> = compound
                .members
                .iter()
                .map(|member| format!("{}@{}:{}", json!(member.name), member.offset, type_text(&member.dtype)))
                .collect();
            format!("compound({}){{{}}}", compound.size, members.join(","))
        }
        Dtype::Enum(of) => {
            let members: Vec<String> =
                of.members.iter().map(|(name, value)| format!("{}={value}", json!(name))).collect();
            format!("enum({}){{{}}}", number_text(of.number, of.order), members.join(","))
        }
        Dtype::Array(inner, dims) => {
            let dims: Vec<String> = dims.iter().map(usize::to_string).collect();
            format!("array[{}]({})", dims.join(","), type_text(inner))
        }
        Dtype::Sequence(inner) => format!("vlen({})", type_text(inner)),
        Dtype::Foreign(foreign) => format!("foreign({})", foreign.size),
    }
}
