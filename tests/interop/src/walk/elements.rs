//! Elements as JSON, and as the canonical bytes that `python/h5types.py` takes digests of.

use nwb::model::backend::Address;
use nwb::model::dtype::{ByteOrder, Dtype, Number, Padding, TextLength};
use nwb::model::value::{Heap, Shape};
use nwb::{Kind, Object, Value};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::{dtype, shown};

/// Digest, count and first values of all elements; null for a null dataspace.
pub(super) fn values(root: &Object, value: &Value) -> Json {
    if *value.shape() == Shape::Null {
        return Json::Null;
    }
    let (sha256, _) = digest(root, value);
    let count = value.len();
    let whole = matches!(value.dtype(), Dtype::Text(_) | Dtype::Reference | Dtype::RegionReference);
    let head = first(root, value, if whole || count <= 32 { count } else { 8 });
    json!({"sha256": sha256, "count": count, "head": head})
}

/// Digest of the canonical bytes, and the first eight elements.
pub(super) fn digest(root: &Object, value: &Value) -> (String, Vec<Json>) {
    let mut canonical = Vec::new();
    Elements { root, heap: value.heap() }.canonical(value.dtype(), value.bytes(), &mut canonical);
    (hex(&Sha256::digest(&canonical)), first(root, value, 8))
}

/// All elements.
pub(super) fn all(root: &Object, value: &Value) -> Vec<Json> {
    first(root, value, value.len())
}

fn first(root: &Object, value: &Value, count: usize) -> Vec<Json> {
    let of = Elements { root, heap: value.heap() };
    let elements = value.bytes().chunks_exact(value.dtype().size().max(1)).take(count);
    elements.map(|element| of.json(value.dtype(), element)).collect()
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Clone, Copy)]
struct Elements<'a> {
    root: &'a Object,
    heap: Option<&'a Heap>,
}

impl Elements<'_> {
    fn canonical(self, dtype: &Dtype, bytes: &[u8], out: &mut Vec<u8>) {
        let with_length = |out: &mut Vec<u8>, text: &[u8]| {
            out.extend((text.len() as u64).to_le_bytes());
            out.extend(text);
        };
        for element in bytes.chunks_exact(dtype.size().max(1)) {
            match dtype {
                Dtype::Number(_, order) => out.extend(little(element, *order)),
                Dtype::Enum(of) => out.extend(little(element, of.order)),
                Dtype::Foreign(foreign) => {
                    out.extend(little(element, dtype::bits(foreign).unwrap_or(ByteOrder::Little)));
                }
                Dtype::Text(text) if text.length == TextLength::Variable => with_length(out, self.text(element)),
                Dtype::Reference | Dtype::RegionReference => {
                    with_length(out, sorted(&self.json(dtype, element)).as_bytes());
                }
                Dtype::Sequence(inner) => {
                    let Some(sequence) = self.heap.and_then(|heap| heap.sequence(slot(element))) else {
                        out.extend(0u64.to_le_bytes());
                        continue;
                    };
                    out.extend((sequence.len() as u64).to_le_bytes());
                    Elements { heap: sequence.heap(), ..self }.canonical(inner, sequence.bytes(), out);
                }
                Dtype::Compound(compound) => {
                    for member in &compound.members {
                        let part = element.get(member.offset..member.offset + member.dtype.size());
                        self.canonical(&member.dtype, part.unwrap_or_default(), out);
                    }
                }
                Dtype::Array(inner, _) => self.canonical(inner, element, out),
                Dtype::Bool | Dtype::Text(_) => out.extend(element),
            }
        }
    }

    fn json(self, dtype: &Dtype, element: &[u8]) -> Json {
        match dtype {
            Dtype::Number(number, order) => number_json(*number, &little(element, *order)),
            Dtype::Enum(of) => number_json(of.number, &little(element, of.order)),
            Dtype::Bool => number_json(Number::I8, element),
            Dtype::Text(text) => match text.length {
                TextLength::Variable => text_json(self.text(element)),
                TextLength::Fixed(_) => text_json(unpadded(element, text.padding)),
            },
            Dtype::Reference => self.reference(Address(slot(element))),
            Dtype::RegionReference => self.region(element),
            Dtype::Sequence(inner) => match self.heap.and_then(|heap| heap.sequence(slot(element))) {
                Some(sequence) => Elements { heap: sequence.heap(), ..self }.list(inner, sequence.bytes()),
                None => json!([]),
            },
            Dtype::Compound(compound) => {
                let part = |offset: usize, size: usize| element.get(offset..offset + size).unwrap_or_default();
                let members = compound.members.iter();
                members.map(|member| self.json(&member.dtype, part(member.offset, member.dtype.size()))).collect()
            }
            Dtype::Array(inner, _) => self.list(inner, element),
            Dtype::Foreign(foreign) => match dtype::bits(foreign) {
                Some(order) => json!(unsigned(&little(element, order)) as u64),
                None => json!({"hex": hex(element)}),
            },
        }
    }

    fn list(self, dtype: &Dtype, bytes: &[u8]) -> Json {
        bytes.chunks_exact(dtype.size().max(1)).map(|element| self.json(dtype, element)).collect()
    }

    fn text(&self, element: &[u8]) -> &[u8] {
        self.heap.and_then(|heap| heap.text(slot(element))).unwrap_or_default()
    }

    /// The path of what a reference means; null for a null reference, and for one whose target is gone: `{"ref": null}`.
    fn reference(self, address: Address) -> Json {
        match self.root.resolve(address) {
            None => Json::Null,
            Some(object) if object.kind().is_err() => json!({"ref": null}),
            Some(object) if object.path().starts_with('/') => json!({"ref": shown(object.path())}),
            Some(_) => json!({"ref": "unlinked"}),
        }
    }

    fn region(self, element: &[u8]) -> Json {
        let Some(region) = self.heap.and_then(|heap| heap.region(slot(element))) else { return Json::Null };
        let Some(target) = self.root.resolve(region.target) else { return Json::Null };
        let mut found = self.reference(region.target);
        let rank = match target.kind() {
            Ok(Kind::Dataset) => target.dataset().ok().and_then(|at| at.shape().ok().map(<[u64]>::len)).unwrap_or(1),
            _ => return found,
        };
        let Some((kind, numbers)) = region.selection.split_first() else { return found };
        let numbers: Vec<u64> = numbers.as_chunks::<8>().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let points = || numbers.chunks_exact(rank.max(1));
        found["region"] = match kind {
            0 => json!("all"),
            1 => json!("none"),
            2 => json!({"points": points().collect::<Vec<_>>()}),
            _ => json!({"blocks": points().collect::<Vec<_>>().chunks_exact(2).collect::<Vec<_>>()}),
        };
        found
    }
}

fn slot(element: &[u8]) -> u64 {
    element.first_chunk().map_or(u64::MAX, |bytes| u64::from_ne_bytes(*bytes))
}

fn little(element: &[u8], order: ByteOrder) -> Vec<u8> {
    let mut bytes = element.to_vec();
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    bytes
}

fn unsigned(little: &[u8]) -> u128 {
    little.iter().rev().fold(0, |number, &byte| number << 8 | u128::from(byte))
}

fn number_json(number: Number, little: &[u8]) -> Json {
    let raw = unsigned(little);
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

fn text_json(bytes: &[u8]) -> Json {
    std::str::from_utf8(bytes).map_or_else(|_| json!({"hex": hex(bytes)}), |text| json!(text))
}

fn unpadded(text: &[u8], padding: Padding) -> &[u8] {
    let end = match padding {
        Padding::NullTerminated => text.iter().position(|&byte| byte == 0),
        Padding::NullPadded => text.iter().rposition(|&byte| byte != 0).map_or(Some(0), |last| Some(last + 1)),
        Padding::SpacePadded => text.iter().rposition(|&byte| byte != b' ').map_or(Some(0), |last| Some(last + 1)),
    };
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// JSON with sorted keys and blanks after `,` and `:`, as Python's `json.dumps` writes it.
fn sorted(value: &Json) -> String {
    match value {
        Json::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries = entries.iter().map(|(key, value)| format!("\"{key}\": {}", sorted(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Json::Array(list) => format!("[{}]", list.iter().map(sorted).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
