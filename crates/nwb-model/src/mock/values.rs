//! Values for the members of a mock: plausible where a name says what is meant, else distinct numbers and texts of their own.

use nwb_schema::spec::{Dtype as Asked, FlatDtype, Shape as Allowed};

use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Shape, Value};

/// The lengths of the axes behind the first, where the schema fixes none: all different, so that no two can be taken for each other.
const INNER: [u64; 3] = [4, 3, 7];

/// What a value is for: it tells which one is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purpose<'a> {
    /// The type that has the member.
    pub(super) owner: &'a str,
    /// The dataset's or attribute's name; the type's for elements of a type of datasets.
    pub(super) name: &'a str,
    /// Told apart by this where all else is the same.
    pub(super) seed: u64,
    /// Which of several forms that the schema allows.
    pub(super) variant: u32,
}

impl Purpose<'_> {
    /// A number that is always the same for the same purpose.
    fn number(&self) -> u64 {
        let bytes = self.owner.bytes().chain([0]).chain(self.name.bytes()).chain(self.seed.to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
    }

    /// One of `count` choices: another one with each variant.
    fn choice(&self, count: usize) -> usize {
        let count = count.max(1) as u64;
        ((self.number() >> 7) % count + u64::from(self.variant)) as usize % count as usize
    }
}

/// The shape of a value: `None` for a single one.
pub(super) fn dims(allowed: Option<&Allowed>, is_free: bool, first: u64, variant: u32) -> Option<Vec<u64>> {
    let Some(allowed) = allowed else {
        return match variant % 3 {
            0 if is_free => Some(vec![first]),
            1 if is_free => Some(vec![first, INNER[0]]),
            _ => None,
        };
    };
    let alternatives: Vec<&[Option<u64>]> = allowed.alternatives().collect();
    let axes = alternatives.get(variant as usize % alternatives.len().max(1))?;
    // A length that the schema fixes elsewhere gives way to one that occurs nowhere.
    let inner = INNER.map(|own| if axes.contains(&Some(own)) { own + 7 } else { own });
    let lengths = [first].into_iter().chain(inner);
    Some(axes.iter().zip(lengths).map(|(axis, own)| axis.unwrap_or(own)).collect())
}

/// How many shapes the schema allows for a value.
pub(super) fn alternatives(allowed: Option<&Allowed>, is_free: bool) -> u32 {
    match allowed {
        None if is_free => 3,
        None => 1,
        Some(allowed) => u32::try_from(allowed.alternatives().count()).unwrap_or(1).max(1),
    }
}

/// A value of a type and shape; references are the caller's.
pub(super) fn value(asked: Option<&Asked>, dims: Option<&[u64]>, purpose: Purpose<'_>) -> Result<Value> {
    let len = dims.map_or(1, |dims| dims.iter().product::<u64>());
    let shape = dims.map_or(Shape::Scalar, |dims| Shape::Simple(dims.to_vec()));
    let value = match asked {
        Some(Asked::Compound(members)) => {
            let columns: Result<Vec<(String, Value)>> = members
                .iter()
                .map(|member| {
                    let purpose = Purpose { name: &member.name, variant: 0, ..purpose };
                    Ok((member.name.clone(), exactly(&member.dtype, len, purpose)?))
                })
                .collect();
            Value::records(columns?)?
        }
        Some(Asked::Flat { dtype, .. }) => flat(*dtype, len, purpose),
        None => flat(FlatDtype::Numeric, len, purpose),
        Some(other) => {
            return Err(Error::new(ErrorKind::Unsupported, format!("a mock makes no {other} of its own")));
        }
    };
    value.reshaped(shape)
}

/// A member of records has the very type that the schema says.
fn exactly(asked: &Asked, len: u64, purpose: Purpose<'_>) -> Result<Value> {
    let number = |value: Value| value.reshaped(Shape::Simple(vec![len]));
    match asked.as_flat() {
        Some(FlatDtype::Int32) => number(integers::<i32>(len, purpose)),
        Some(FlatDtype::Uint32) => number(integers::<u32>(len, purpose)),
        Some(FlatDtype::Float32) => number(floats::<f32>(len, purpose)),
        Some(dtype) => number(flat(dtype, len, purpose)),
        None => Err(Error::new(ErrorKind::Unsupported, format!("a mock makes no {asked} of its own"))),
    }
}

fn flat(asked: FlatDtype, len: u64, purpose: Purpose<'_>) -> Value {
    type Make = fn(u64, Purpose<'_>) -> Value;
    let signed: [Make; 4] = [integers::<i8>, integers::<i16>, integers::<i32>, integers::<i64>];
    let unsigned: [Make; 4] = [integers::<u8>, integers::<u16>, integers::<u32>, integers::<u64>];
    let float: [Make; 2] = [floats::<f32>, floats::<f64>];
    let any: Vec<Make> = [&signed[..], &float[..], &unsigned[..]].concat();
    // What the schema asks for is the least: wider numbers of the same kind are right too.
    let (makers, least) = match asked {
        FlatDtype::Int8 => (&signed[..], 0),
        FlatDtype::Int16 => (&signed[..], 1),
        FlatDtype::Int32 => (&signed[..], 2),
        FlatDtype::Int64 => (&signed[..], 3),
        FlatDtype::Uint8 => (&unsigned[..], 0),
        FlatDtype::Uint16 => (&unsigned[..], 1),
        FlatDtype::Uint32 => (&unsigned[..], 2),
        FlatDtype::Uint64 => (&unsigned[..], 3),
        FlatDtype::Float32 => (&float[..], 0),
        FlatDtype::Float64 => (&float[..], 1),
        FlatDtype::Bool => {
            return Value::vector((0..len).map(|i| i % 3 == purpose.number() % 3).collect::<Vec<bool>>());
        }
        FlatDtype::Isodatetime => {
            return Value::texts((0..len).map(|i| format!("2024-03-{:02}T08:05:00.250000-07:00", 9 + i)));
        }
        FlatDtype::Ascii => return Value::texts((0..len).map(|i| text(i, len, purpose).replace('µ', "u"))),
        FlatDtype::Text => return Value::texts((0..len).map(|i| text(i, len, purpose))),
        _ => (&any[..], 0),
    };
    let makers = makers.get(least..).unwrap_or_default();
    makers.get(purpose.choice(makers.len())).map_or_else(|| integers::<i64>(len, purpose), |make| make(len, purpose))
}

/// Distinct whole numbers, of both signs where the type has them and the name allows it.
fn integers<T: Element + TryFrom<i64> + Default>(len: u64, purpose: Purpose<'_>) -> Value {
    let base = purpose.number();
    let may_be_negative = purpose.name == "data" || purpose.owner == "VectorData";
    let number = |i: u64| -> i64 {
        let i = i as i64;
        match purpose.name {
            // Rows of another list of two.
            name if name.ends_with("_idx") && name != "source_idx" => 1 - i % 2,
            "idx_start" => i % 3,
            "count" => 1 + (i + 1) % 3,
            "dimension" | "starting_frame" => i * 4,
            "bits_per_pixel" => 12,
            "x" | "y" | "z" => (i * 3 + base as i64 % 5) % 7,
            _ => {
                let plain = (base % 40) as i64 + 1 + i * 3 % 71;
                if may_be_negative && T::try_from(-1).is_ok() && i % 2 == 1 { -plain } else { plain }
            }
        }
    };
    Value::vector((0..len).map(|i| T::try_from(number(i)).unwrap_or_default()).collect::<Vec<T>>())
}

trait Float: Element {
    fn of(number: f64) -> Self;
}

impl Float for f32 {
    fn of(number: f64) -> Self {
        number as f32
    }
}

impl Float for f64 {
    fn of(number: f64) -> Self {
        number
    }
}

/// Ascending numbers that both widths hold exactly.
fn floats<T: Float>(len: u64, purpose: Purpose<'_>) -> Value {
    let (first, step) = match purpose.name {
        "excitation_lambda" => (920.0, 10.0),
        "emission_lambda" => (525.0, 10.0),
        "rate" | "imaging_rate" => (31.25, 1.0),
        "sampling_rate" => (30000.0, 1.0),
        "conversion" => (0.125, 0.125),
        "weight" => (0.5, 0.0625),
        "resolution" => (0.0625, 0.125),
        _ => ((purpose.number() % 40) as f64 + 0.75, 0.375),
    };
    Value::vector((0..len).map(|i| T::of(first + step * i as f64)).collect::<Vec<T>>())
}

fn text(i: u64, len: u64, purpose: Purpose<'_>) -> String {
    let plausible = match purpose.name {
        "sex" => "F",
        "species" => "Mus musculus",
        "strain" => "C57BL/6J",
        "age" => "P90D",
        "reference" if purpose.owner == "age" => "gestational",
        "weight" => "0.025 kg",
        "indicator" => "GCaMP6s",
        "image_format" => "GIF",
        "image_mode" => "grayscale",
        "format" => "tiff",
        "continuity" => "step",
        "location" if len == 1 => "VISp",
        _ => "",
    };
    if !plausible.is_empty() {
        return if len == 1 { plausible.to_owned() } else { format!("{plausible} {}", i + 1) };
    }
    let words = purpose.name.replace('_', " ");
    match purpose.name {
        "entity_uri" => format!("https://example.org/{}", i + 1),
        "object_id" | "file_object_id" => format!("00000000-0000-4000-8000-{:012}", 7 + i),
        "external_file" => format!("frames_{}.avi", i + 1),
        _ if len == 1 => format!("{words} of a {}, 3 µm", purpose.owner),
        _ => format!("{words} {} of a {}, {} µm", i + 1, purpose.owner, 2 * i + 3),
    }
}

/// Where the cells of a ragged column with five rows end: one is empty. Below it, the same for the cells of its cells.
pub(super) fn ends(levels: usize, level: usize) -> &'static [u64] {
    match (levels, level) {
        (1, _) => &[1, 1, 4, 6, 8],
        (_, 0) => &[2, 3, 3, 5, 7, 8],
        _ => &[1, 2, 2, 5, 6],
    }
}

/// Row numbers of a table with five rows, no two neighbours alike.
pub(super) fn rows(len: u64) -> Vec<i64> {
    [2i64, 0, 3, 1, 4].into_iter().cycle().take(usize::try_from(len).unwrap_or(0)).collect()
}

/// The type that references lead to.
pub(super) fn is_reference(asked: Option<&Asked>) -> Option<&str> {
    asked.and_then(|asked| match asked {
        Asked::Reference { target_type, .. } => Some(target_type.as_str()),
        _ => None,
    })
}

/// The type that the reference among the members of records leads to.
pub(super) fn reference_member(asked: Option<&Asked>) -> Option<(&str, &str)> {
    asked?
        .as_compound()?
        .iter()
        .find_map(|member| is_reference(Some(&member.dtype)).map(|target| (member.name.as_str(), target)))
}
