//! Images, and series that point to them.

use nwb_model::Result;
use nwb_model::diagnosis::Severity;
use nwb_model::tree::Object;

use super::check::{Check, at};
use super::read::dataset;
use super::regions::length;

/// How many images are looked at.
const MOST: u64 = 1 << 20;

/// The images in their order; `None` where there is none.
fn order(images: &Object) -> Result<Option<Vec<Option<Object>>>> {
    let order = dataset(images, "order_of_images")?.filter(|order| length(order).is_ok_and(|count| count <= MOST));
    order.map(|order| order.read_references(..)).transpose()
}

pub(super) const ORDER_UNIQUE: Check = Check {
    code: "check_order_of_images_unique",
    severity: Severity::Violation,
    of: "Images",
    doc: "The order of images has each image once.",
    run: |object, report, _| {
        let mut seen = std::collections::HashSet::new();
        for image in order(object)?.into_iter().flatten().flatten() {
            if !seen.insert(image.address()) {
                report.add(at(object, "the order of images has an image twice").found(image.path()));
                break;
            }
        }
        Ok(())
    },
};

pub(super) const ORDER_LENGTH: Check = Check {
    code: "check_order_of_images_len",
    severity: Severity::Violation,
    of: "Images",
    doc: "The order of images has as many entries as there are images.",
    run: |object, report, _| {
        let Some(order) = order(object)? else { return Ok(()) };
        let is_image = |child: Result<Object>| child.and_then(|child| child.is_a("core", "BaseImage")).unwrap_or(false);
        let count = object.children()?.filter(|(_, child)| is_image(child.clone())).count();
        if order.len() != count {
            report.add(
                at(object, "the order of images has not as many entries as there are images")
                    .expected(format!("{count} entries"))
                    .found(order.len().to_string()),
            );
        }
        Ok(())
    },
};

pub(super) const INDEXED_SERIES: Check = Check {
    code: "check_index_series_points_to_image",
    severity: Severity::Violation,
    of: "IndexSeries",
    doc: "An `IndexSeries` points to images, and not to another series.",
    run: |object, report, _| {
        if object.child("indexed_timeseries")?.is_some() {
            report.add(
                at(object, "the series points to images in another series, which is deprecated")
                    .remedy("store the images as an Images object, and point to that"),
            );
        }
        Ok(())
    },
};
