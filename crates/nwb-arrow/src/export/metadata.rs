//! What a file says of a column beside its cells.

use std::collections::HashMap;

use nwb_model::dtype::Dtype;
use nwb_model::tree::Object;
use nwb_model::value::Value;

use crate::error::Result;

/// The attributes of an object under their own names: texts as they are, numbers in decimal, references as paths. Lists are
/// left out.
pub(super) fn of_attributes(object: &Object) -> Result<HashMap<String, String>> {
    let attributes = object.attributes()?;
    Ok(attributes.iter().filter_map(|a| Some((a.name.clone(), text(&a.value, object)?))).collect())
}

/// As of any object, and where it is.
pub(super) fn of_table(object: &Object) -> Result<HashMap<String, String>> {
    let mut found = of_attributes(object)?;
    found.insert("name".into(), object.name().into());
    found.insert("path".into(), object.path().into());
    Ok(found)
}

/// A single value as people write it; `None` for lists and records.
pub(super) fn text(value: &Value, object: &Object) -> Option<String> {
    match value.dtype() {
        Dtype::Text(_) => value.as_text().ok().map(str::to_owned),
        Dtype::Bool => value.as_scalar::<bool>().ok().map(|truth| truth.to_string()),
        Dtype::Number(number, _) if number.is_float() => value.as_scalar::<f64>().ok().map(|n| n.to_string()),
        Dtype::Number(number, _) if number.is_unsigned() => value.as_scalar::<u64>().ok().map(|n| n.to_string()),
        Dtype::Number(..) => value.as_scalar::<i64>().ok().map(|n| n.to_string()),
        Dtype::Reference => object.resolve(value.as_reference().ok()??).map(|target| target.path().to_owned()),
        _ => None,
    }
}
