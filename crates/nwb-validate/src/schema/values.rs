//! Values against what the schema says of them.

use nwb_model::dtype::{Charset, Dtype, Number};
use nwb_model::value::Value;
use nwb_schema::spec::{Dtype as Asked, FlatDtype, dtype_accepts};
use serde_json::Value as Json;

/// Whether stored elements are what the schema asks for, as `hdmf.validate` judges it: at least as wide, of the same kind.
pub(super) fn accepts(asked: &Asked, stored: &Dtype) -> bool {
    match asked {
        Asked::Reference { .. } => matches!(stored, Dtype::Reference | Dtype::RegionReference),
        Asked::Compound(members) => match stored {
            // Members are known by their places there, and by their names here; both have to be right.
            Dtype::Compound(compound) => {
                compound.members.len() >= members.len()
                    && members.iter().zip(&compound.members).all(|(asked, stored)| accepts(&asked.dtype, &stored.dtype))
                    && members.iter().all(|asked| compound.members.iter().any(|stored| stored.name == asked.name))
            }
            _ => false,
        },
        Asked::Flat { dtype: FlatDtype::Object, .. } => *stored == Dtype::Reference,
        Asked::Flat { dtype: FlatDtype::Region, .. } => *stored == Dtype::RegionReference,
        Asked::Flat { dtype: FlatDtype::Isodatetime, .. } => stored.is_text(),
        Asked::Flat { dtype, .. } => flat(stored).is_some_and(|stored| dtype_accepts(*dtype, stored)),
    }
}

/// The schema's word for a stored type, if it has one.
fn flat(stored: &Dtype) -> Option<FlatDtype> {
    Some(match stored {
        Dtype::Bool => FlatDtype::Bool,
        Dtype::Text(text) if text.charset == Charset::Ascii => FlatDtype::Ascii,
        Dtype::Text(_) => FlatDtype::Text,
        Dtype::Number(number, _) => of_number(*number)?,
        // Numbers with names are numbers.
        Dtype::Enum(enumeration) => of_number(enumeration.number)?,
        _ => return None,
    })
}

fn of_number(number: Number) -> Option<FlatDtype> {
    FlatDtype::from_name(number.name()).map(|(dtype, _)| dtype)
}

/// What a fixed value is and what stands there, for people, where they differ.
pub(super) fn difference(fixed: &Json, stored: &Value) -> Option<(String, String)> {
    let found = shown(stored)?;
    let expected = match fixed {
        Json::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let same = expected.len() == found.len() && expected.iter().zip(&found).all(|(a, b)| is_same(a, b));
    (!same).then(|| (words(&expected), words(&found)))
}

/// All elements as JSON; `None` where there are many, or they have no form in it.
fn shown(stored: &Value) -> Option<Vec<Json>> {
    const MANY: usize = 1000;
    if stored.len() > MANY {
        return None;
    }
    if let Ok(texts) = stored.as_texts() {
        return Some(texts.into_iter().map(Json::from).collect());
    }
    if let Ok(truths) = stored.to_vec::<bool>() {
        return Some(truths.into_iter().map(Json::from).collect());
    }
    stored.to_vec::<f64>().ok().map(|numbers| numbers.into_iter().map(Json::from).collect())
}

fn is_same(fixed: &Json, found: &Json) -> bool {
    match (fixed.as_f64(), found.as_f64()) {
        (Some(fixed), Some(found)) => {
            fixed.to_bits() == found.to_bits() || (fixed - found).abs() <= f64::EPSILON * fixed.abs()
        }
        _ => fixed == found,
    }
}

fn words(values: &[Json]) -> String {
    let word = |value: &Json| match value.as_f64() {
        Some(number) => number.to_string(),
        None => value.to_string(),
    };
    match values {
        [one] => word(one),
        all => format!("[{}]", all.iter().map(word).collect::<Vec<_>>().join(", ")),
    }
}
