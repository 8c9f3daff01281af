//! Which pixels the ROIs of a segmentation have, seen from above.

use std::collections::HashSet;

use nwb_model::ndarray::{Array3, ArrayD, Axis};
use nwb_model::types::PlaneSegmentation;
use nwb_model::view::NeurodataType;
use nwb_ophys::segmentation::RoiReading;

use crate::{Error, ErrorKind, Result};

/// Pixels that weigh less than this part of an ROI's heaviest are not within its contour.
const RIM: f64 = 0.1;
/// How many elements of image masks are in memory at once.
const BLOCK: u64 = 1 << 22;

/// The pixels of each ROI, and how large the field is at least (exactly, where the masks are images).
pub(super) struct Masks {
    pub(super) pixels: Vec<HashSet<[u32; 2]>>,
    pub(super) field: [u32; 2],
    pub(super) is_exact: bool,
}

impl Masks {
    /// All of a table: of pixel masks, of voxel masks from above, or of image masks, whichever there is.
    pub(super) fn of(table: &PlaneSegmentation) -> Result<Self> {
        let rois = table.roi_count()?;
        if table.pixel_mask()?.is_some() {
            let masks = table.read_pixel_masks(0..rois)?;
            return Ok(listed(masks.iter().map(|mask| mask.pixels().collect::<Vec<_>>())));
        }
        if table.voxel_mask()?.is_some() {
            let masks = table.read_voxel_masks(0..rois)?;
            return Ok(listed(
                masks.iter().map(|mask| mask.pixels().map(|([x, y, _], weight)| ([x, y], weight)).collect()),
            ));
        }
        if table.image_mask()?.is_some() {
            return images(table);
        }
        Err(Error::new(ErrorKind::NotFound, "the segmentation has no masks, so there is nothing to draw")
            .at(table.object().path())
            .in_file(table.object().file())
            .expected("a column pixel_mask, voxel_mask or image_mask")
            .remedy("draw the traces of its ROIs instead"))
    }
}

fn listed(masks: impl Iterator<Item = Vec<([u32; 2], f32)>>) -> Masks {
    let pixels: Vec<HashSet<[u32; 2]>> =
        masks.map(|mask| members(mask.into_iter().map(|(at, w)| (at, f64::from(w))))).collect();
    let ends =
        pixels.iter().flatten().fold([0, 0], |[w, h], [x, y]| [w.max(x.saturating_add(1)), h.max(y.saturating_add(1))]);
    Masks { pixels, field: ends, is_exact: false }
}

fn members(pixels: impl Iterator<Item = ([u32; 2], f64)> + Clone) -> HashSet<[u32; 2]> {
    let heaviest = pixels.clone().map(|(_, weight)| weight).fold(0.0, f64::max);
    // Masks without weights, or with none above zero, are all of their pixels.
    pixels.filter(|(_, weight)| heaviest <= 0.0 || *weight > RIM * heaviest).map(|(at, _)| at).collect()
}

fn images(table: &PlaneSegmentation) -> Result<Masks> {
    let dataset = table.column("image_mask")?.data().object().dataset()?;
    let shape = dataset.shape()?.to_vec();
    let wrong = || {
        Error::new(ErrorKind::Malformed, "the image masks have another number of axes")
            .at(dataset.object().path())
            .expected("[roi, x, y] or [roi, x, y, z]")
            .found(format!("{shape:?}"))
    };
    let (rois, field) = match shape.as_slice() {
        [rois, w, h] | [rois, w, h, _] => (*rois, [*w, *h]),
        _ => return Err(wrong()),
    };
    let field = field.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let each = shape.iter().skip(1).product::<u64>().max(1);
    let step = (BLOCK / each).max(1);
    let mut pixels = Vec::new();
    let mut first = 0;
    while first < rois {
        let end = rois.min(first + step);
        let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let block: ArrayD<f64> = dataset.read(place(first)..place(end))?;
        let flat: Array3<f64> = match block.ndim() {
            4 => block.fold_axis(Axis(3), 0.0f64, |a, b| a.max(*b)),
            _ => block,
        }
        .into_dimensionality()
        .map_err(|_| wrong())?;
        for image in flat.outer_iter() {
            let inside = image.indexed_iter().filter(|(_, w)| **w > 0.0).map(|((x, y), w)| ([x as u32, y as u32], *w));
            pixels.push(members(inside));
        }
        first = end;
    }
    Ok(Masks { pixels, field, is_exact: true })
}
