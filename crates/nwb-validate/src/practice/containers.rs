//! What groups hold: large datasets, texts that say nothing.

use nwb_model::Result;
use nwb_model::backend::Link;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Finding, Report, Severity, Subject};
use nwb_model::dynamic::FieldKind;
use nwb_model::tree::{Kind, Object};
use nwb_schema::spec::{Dtype, FlatDtype};

use super::check::{Check, at};
use super::read::memory_bytes;

const LARGE: u64 = 20_000_000_000;
const SMALL: u64 = 50_000_000;

/// Filters that do not compress: bytes or bits put in another order, sums to check them, and numbers cut.
const NOT_COMPRESSING: [u32; 4] = [2, 3, 5, 6];
/// Those that nwbinspector knows: deflate, lzf and szip.
const KNOWN: [u32; 3] = [1, 32000, 4];

/// Whether nwbinspector takes a dataset for compressed.
pub(super) fn is_compressed(dataset: &Dataset) -> Result<bool> {
    Ok(dataset.info()?.filters.iter().any(|filter| KNOWN.contains(&filter.id)))
}

fn is_compressed_somehow(dataset: &Dataset) -> Result<bool> {
    Ok(dataset.info()?.filters.iter().any(|filter| !NOT_COMPRESSING.contains(&filter.id)))
}

/// A number of bytes as people say it.
pub(super) fn said_bytes(bytes: u64) -> String {
    let mut number = bytes as f64;
    let mut units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"].iter();
    let mut unit = units.next();
    while number >= 1000.0 {
        number /= 1000.0;
        unit = units.next();
    }
    match unit {
        Some(&"bytes") => format!("{bytes} bytes"),
        unit => format!("{number:.2} {}", unit.unwrap_or(&"")),
    }
}

/// The first dataset of a group, without a type, that is uncompressed and of such a size.
fn uncompressed(object: &Object, is_such: impl Fn(u64) -> bool) -> Result<Option<(String, u64)>> {
    for (name, link) in object.links()? {
        let Link::Hard(_) = link else { continue };
        let Ok(Some(child)) = object.child(name) else { continue };
        if child.kind().ok() != Some(Kind::Dataset) || child.type_name()?.is_some() {
            continue;
        }
        let dataset = child.dataset()?;
        let bytes = memory_bytes(&dataset)?;
        if is_such(bytes) && !is_compressed_somehow(&dataset)? {
            return Ok(Some((name.clone(), bytes)));
        }
    }
    Ok(None)
}

fn tell(object: &Object, name: &str, bytes: u64) -> Finding {
    let finding = at(object, format!("\"{name}\" is not compressed"));
    let finding = match object.field(name) {
        Ok(_) => finding,
        Err(_) => finding.beyond_peer("PyNWB does not see what the type does not have"),
    };
    finding
        .found(said_bytes(bytes))
        .remedy("write it in chunks and compressed; `nwb repack` does so for a file that is there")
}

pub(super) const LARGE_DATASET: Check = Check {
    code: "check_large_dataset_compression",
    severity: Severity::Violation,
    of: "NWBContainer",
    doc: "Datasets of more than 20 GB are compressed.",
    run: |object, report, _| {
        if let Some((name, bytes)) = uncompressed(object, |bytes| bytes > LARGE)? {
            report.add(tell(object, &name, bytes));
        }
        Ok(())
    },
};

pub(super) const SMALL_DATASET: Check = Check {
    code: "check_small_dataset_compression",
    severity: Severity::Suggestion,
    of: "NWBContainer",
    doc: "Datasets of 50 MB to 20 GB are compressed.",
    run: |object, report, _| {
        if let Some((name, bytes)) = uncompressed(object, |bytes| bytes > SMALL && bytes < LARGE)? {
            report.add(tell(object, &name, bytes));
        }
        Ok(())
    },
};

pub(super) const EMPTY_STRING: Check = Check {
    code: "check_empty_string_for_optional_attribute",
    severity: Severity::Suggestion,
    of: "NWBContainer",
    doc: "An optional text that would be empty is left out.",
    run: empty_string,
};

fn empty_string(object: &Object, report: &mut Report, _: &Subject<'_>) -> Result<()> {
    for field in object.fields()? {
        let is_single = matches!(field.kind(), FieldKind::Attribute | FieldKind::Dataset)
            && field.shape().is_none()
            && matches!(field.dtype(), Some(Dtype::Flat { dtype: FlatDtype::Text | FlatDtype::Ascii, .. }));
        if !is_single || field.is_required() || field.default_value().is_some() || field.fixed_value().is_some() {
            continue;
        }
        let Ok(Some(value)) = field.value() else { continue };
        if value.as_text().is_ok_and(str::is_empty) {
            let name = field.name();
            let name = name.rsplit(['/', '@']).next().unwrap_or(&name);
            report.add(
                at(object, format!("\"{name}\" is optional, and an empty text"))
                    .remedy("leave it out, or say something"),
            );
        }
    }
    Ok(())
}
