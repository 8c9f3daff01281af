//! Imaging planes, masks and the fluorescence of regions of interest.

use nwb_model::Result;
use nwb_model::diagnosis::{Report, Severity};
use nwb_model::tree::Object;

use super::check::{Check, at};
use super::read::{dataset, number, number_at};
use super::regions::{length, table};

/// Wavelengths below this are not in nanometers.
const LEAST: f64 = 10.0;

fn wavelength(object: &Object, report: &mut Report, name: &str, message: &str) -> Result<()> {
    let length = match number(object, name)? {
        Some(length) => Some(length),
        None => number_at(object, name)?,
    };
    if let Some(length) = length.filter(|length| *length < LEAST) {
        report.add(at(object, message).expected("nanometers").found(length.to_string()));
    }
    Ok(())
}

pub(super) const EMISSION: Check = Check {
    code: "check_emission_lambda_in_nm",
    severity: Severity::Violation,
    of: "OpticalChannel",
    doc: "The wavelength of the emission is in nanometers.",
    run: |object, report, _| {
        wavelength(object, report, "emission_lambda", "the wavelength of the emission is too short for nanometers")
    },
};

pub(super) const EXCITATION: Check = Check {
    code: "check_excitation_lambda_in_nm",
    severity: Severity::Violation,
    of: "ImagingPlane",
    doc: "The wavelength of the excitation is in nanometers.",
    run: |object, report, _| {
        wavelength(object, report, "excitation_lambda", "the wavelength of the excitation is too short for nanometers")
    },
};

pub(super) const MASK_SHAPE: Check = Check {
    code: "check_plane_segmentation_image_mask_shape_against_ref_images",
    severity: Severity::Violation,
    of: "PlaneSegmentation",
    doc: "Image masks are of the size of the reference images.",
    run: |object, report, _| {
        let Some(mask) = dataset(object, "image_mask")? else { return Ok(()) };
        let Some(images) = object.child("reference_images")? else { return Ok(()) };
        let mask = mask.shape()?.get(1..).unwrap_or_default();
        for (name, image) in images.children()? {
            let Some(data) = image.and_then(|image| dataset(&image, "data")).ok().flatten() else { continue };
            let size = data.shape()?.get(1..).unwrap_or_default();
            if size != mask {
                report.add(
                    at(object, format!("the image masks are of another size than the reference image \"{name}\""))
                        .expected(format!("masks of shape {size:?}"))
                        .found(format!("{mask:?}")),
                );
            }
        }
        Ok(())
    },
};

pub(super) const ROI_DIMS: Check = Check {
    code: "check_roi_response_series_dims",
    severity: Severity::Critical,
    of: "RoiResponseSeries",
    doc: "The series has a column for each region of interest.",
    run: |object, report, _| {
        let (Some(data), Some(rois)) = (dataset(object, "data")?, dataset(object, "rois")?) else { return Ok(()) };
        if let [rows, columns] = *data.shape()? {
            differing(object, report, [rows, columns], length(&rois)?, "regions of interest");
        }
        Ok(())
    },
};

/// Where there are not as many columns as there should be.
pub(super) fn differing(object: &Object, report: &mut Report, [rows, columns]: [u64; 2], asked: u64, what: &str) {
    if columns == asked {
        return;
    }
    let finding = at(object, format!("the data have not as many columns as there are {what}"))
        .expected(format!("{asked} columns"))
        .found(format!("{rows} rows, {columns} columns"));
    report.add(match rows == asked {
        true => finding.cause("the data are transposed").remedy("put time along the first axis"),
        false => finding,
    });
}

pub(super) const ROI_TABLE: Check = Check {
    code: "check_roi_response_series_link_to_plane_segmentation",
    severity: Severity::Violation,
    of: "RoiResponseSeries",
    doc: "The regions of interest are rows of a `PlaneSegmentation`.",
    run: |object, report, _| {
        let Some(rois) = object.child("rois")? else { return Ok(()) };
        if let Some(table) = table(&rois)?
            && !table.is_a("core", "PlaneSegmentation")?
        {
            report.add(
                at(object, "the regions of interest are not rows of a PlaneSegmentation")
                    .found(format!("rows of {}", table.path())),
            );
        }
        Ok(())
    },
};
