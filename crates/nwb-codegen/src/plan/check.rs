//! Whether an overlay speaks of what is there.

use nwb_schema::spec::{Dtype, FlatDtype};
use nwb_schema::{Catalog, EffectiveType};

use crate::error::{Error, Result};
use crate::overlay::{Overlay, TypeOverlay};
use crate::slots::{Content, Slot};
use crate::value;

/// Every type that the overlay speaks of exists.
pub(super) fn types_exist(catalog: &Catalog, overlay: &Overlay) -> Result<()> {
    for (namespace, name) in overlay.types() {
        if catalog.release(namespace).is_none() {
            return Err(Error::overlay(format!("[{namespace}.{name}]: there is no namespace {namespace}")));
        }
        if catalog.types_of(namespace).all(|effective| effective.name() != name) {
            return Err(Error::overlay(format!(
                "[{namespace}.{name}]: the namespace {namespace} defines no type {name}"
            )));
        }
    }
    Ok(())
}

/// Every slot and group that the overlay speaks of exists, and belongs there.
pub(super) fn entries(
    effective: &EffectiveType,
    overlay: &TypeOverlay,
    slots: &[Slot<'_>],
    groups: &[String],
) -> Result<()> {
    let place = |key: &str| format!("[{}] {key}", effective.type_name());
    let find = |key: &str, entry: &str| {
        slots.iter().find(|slot| slot.key == entry).ok_or_else(|| {
            let error = Error::overlay(format!("{}: {} has no slot {entry:?}", place(key), effective.type_name()));
            match near(entry, slots) {
                Some(near) => error.help(format!("it has {near:?}")),
                None => error,
            }
        })
    };
    let own = |key: &str, entry: &str| {
        let slot = find(key, entry)?;
        if slot.declared_in == effective.type_name() {
            return Ok(slot);
        }
        Err(Error::overlay(format!("{}: {entry:?} is declared in {}", place(key), slot.declared_in))
            .help(format!("write it under [{}]", slot.declared_in)))
    };
    for entry in overlay.names.keys().filter(|entry| !groups.contains(entry)) {
        own("names", entry)?;
    }
    if let Some(entry) = overlay.flatten.iter().find(|entry| !groups.contains(entry)) {
        let message = format!("{}: {} has no untyped group {entry:?}", place("flatten"), effective.type_name());
        return Err(Error::overlay(message));
    }
    for entry in &overlay.texts {
        let slot = own("texts", entry)?;
        let is_text = matches!(slot.dtype().and_then(Dtype::as_flat), Some(FlatDtype::Text | FlatDtype::Ascii));
        if !(matches!(slot.content, Content::Dataset(_)) && is_text && value::is_list(slot.shape().0)) {
            let message = format!("{}: {entry:?} is no untyped dataset of texts along one axis", place("texts"));
            return Err(Error::overlay(message));
        }
    }
    for entry in &overlay.derived {
        find("derived", entry)?;
    }
    for (name, one_of) in &overlay.one_of {
        let key = format!("one_of.{name}");
        for entry in &one_of.slots {
            find(&key, entry)?;
        }
        if syn::parse_str::<syn::Path>(&one_of.choice).is_err() {
            return Err(Error::overlay(format!("{}: {:?} is no path of a type", place(&key), one_of.choice)));
        }
    }
    Ok(())
}

/// A slot that ends as the entry does.
fn near<'s>(entry: &str, slots: &'s [Slot<'_>]) -> Option<&'s str> {
    let last = |key: &str| key.rsplit(['/', '@']).next().map(str::to_owned);
    slots.iter().find(|slot| last(&slot.key) == last(entry)).map(|slot| slot.key.as_str())
}
