//! ROI masks in a [`PlaneSegmentation`]: written as columns, read back by index and by slice.

use std::ops::Range;

use ndarray::{ArrayD, Axis};
use nwb_model::data::Data;
use nwb_model::draft::Draft;
use nwb_model::ext::{Columns, Ragged};
use nwb_model::types::{DynamicTable, PlaneSegmentation};
use nwb_model::view::{IsA, NeurodataType};

use crate::mask::{Masks, PixelMasks, VoxelMasks};
use crate::{Error, ErrorKind, Result};

/// Masks for a draft of a [`PlaneSegmentation`], each kind once, any of them alone or together. All kinds have a row for each ROI.
///
/// ```
/// use nwb_model::draft::{Draft, Handle};
/// use nwb_model::types::{ImagingPlane, PlaneSegmentation, PlaneSegmentationInit};
/// use nwb_ophys::mask::{PixelMask, PixelMasks};
/// use nwb_ophys::segmentation::RoiColumns;
///
/// fn cells(plane: Handle<ImagingPlane>) -> nwb_ophys::Result<Draft<PlaneSegmentation>> {
///     let mut masks = PixelMasks::new();
///     masks.push_pixels([([4, 2], 1.0), ([5, 2], 0.5)]);
///     let init = PlaneSegmentationInit { name: "cells".into(), description: "two pixels".into(), imaging_plane: plane.into() };
///     PlaneSegmentation::new(init).pixel_masks(&masks)
/// }
/// ```
pub trait RoiColumns: Sized {
    /// Adds the column `pixel_mask`: `(x, y, weight)` of each pixel.
    ///
    /// # Errors
    /// When the masks are too many for memory.
    fn pixel_masks(self, masks: &PixelMasks) -> Result<Self>;

    /// Adds the column `voxel_mask`: `(x, y, z, weight)` of each voxel.
    ///
    /// # Errors
    /// When the masks are too many for memory.
    fn voxel_masks(self, masks: &VoxelMasks) -> Result<Self>;

    /// Adds the column `image_mask`: `[roi, x, y]` or `[roi, x, y, z]`, weights of all pixels of the plane or volume.
    #[must_use]
    fn image_masks(self, masks: impl Into<Data>) -> Self;
}

impl<T: IsA<PlaneSegmentation> + IsA<DynamicTable>> RoiColumns for Draft<T> {
    fn pixel_masks(self, masks: &PixelMasks) -> Result<Self> {
        Ok(self.ragged_column("pixel_mask", "Pixel masks for each ROI", ragged(masks)?))
    }

    fn voxel_masks(self, masks: &VoxelMasks) -> Result<Self> {
        Ok(self.ragged_column("voxel_mask", "Voxel masks for each ROI", ragged(masks)?))
    }

    fn image_masks(self, masks: impl Into<Data>) -> Self {
        self.column("image_mask", "Image masks for each ROI", masks)
    }
}

fn ragged<const N: usize>(masks: &Masks<N>) -> Result<Ragged> {
    Ok(Ragged { values: masks.to_value()?.into(), ends: masks.ends().to_vec() })
}

/// Reading the masks of a [`PlaneSegmentation`]: only the ROIs that are asked for are read.
pub trait RoiReading {
    /// How many ROIs there are.
    ///
    /// # Errors
    /// When the table cannot be read.
    fn roi_count(&self) -> Result<u64>;

    /// The pixel masks of some ROIs.
    ///
    /// # Errors
    /// When there are no pixel masks, fewer ROIs, or something cannot be read.
    fn read_pixel_masks(&self, rois: Range<u64>) -> Result<PixelMasks>;

    /// The voxel masks of some ROIs.
    ///
    /// # Errors
    /// When there are no voxel masks, fewer ROIs, or something cannot be read.
    fn read_voxel_masks(&self, rois: Range<u64>) -> Result<VoxelMasks>;

    /// The image mask of one ROI: `[x, y]` or `[x, y, z]`.
    ///
    /// # Errors
    /// When there are no image masks, fewer ROIs, or something cannot be read.
    fn read_image_mask(&self, roi: u64) -> Result<ArrayD<f64>>;
}

impl RoiReading for PlaneSegmentation {
    fn roi_count(&self) -> Result<u64> {
        self.row_count()
    }

    fn read_pixel_masks(&self, rois: Range<u64>) -> Result<PixelMasks> {
        read(self, "pixel_mask", rois)
    }

    fn read_voxel_masks(&self, rois: Range<u64>) -> Result<VoxelMasks> {
        read(self, "voxel_mask", rois)
    }

    fn read_image_mask(&self, roi: u64) -> Result<ArrayD<f64>> {
        let dataset = self.column("image_mask")?.data().object().dataset()?;
        let row = usize::try_from(roi).unwrap_or(usize::MAX);
        let mask: ArrayD<f64> = dataset.read(row..row.saturating_add(1))?;
        if mask.ndim() < 3 {
            return Err(Error::new(ErrorKind::Malformed, "the image masks have too few axes")
                .at(dataset.object().path())
                .expected("[roi, x, y] or [roi, x, y, z]")
                .found(format!("{:?}", dataset.shape()?)));
        }
        Ok(mask.index_axis_move(Axis(0), 0))
    }
}

fn read<const N: usize>(table: &PlaneSegmentation, column: &str, rois: Range<u64>) -> Result<Masks<N>> {
    let cells = table.column(column)?.cells(rois)?;
    match cells.ends.into_iter().last() {
        Some(ends) => Masks::from_value(&cells.values, ends),
        None => Err(Error::new(
            ErrorKind::Malformed,
            format!("the column \"{column}\" has no index, so its ROIs cannot be told apart"),
        )
        .at(table.object().path())
        .expected(format!("a VectorIndex \"{column}_index\""))),
    }
}
