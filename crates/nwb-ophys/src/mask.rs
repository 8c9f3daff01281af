//! ROI masks: pixels or voxels with weights, their exact conversions, and columns of many of them.
//!
//! One mask is an [`RoiMask`], in a plane ([`PixelMask`]) or in a volume ([`VoxelMask`]); many are [`Masks`]
//! ([`PixelMasks`], [`VoxelMasks`]), which is what goes into the `pixel_mask` and `voxel_mask` columns of a
//! [PlaneSegmentation](https://nwb-schema.readthedocs.io/en/latest/format.html#planesegmentation). [`ImageMasks`] gives the same
//! ROIs as the dense `image_mask` column, one image at a time.
//!
//! `image_mask[roi, x, y]` and `pixel_mask {x, y}` mean the same x and y, and those of the movie `[time, x, y]`. (PyNWB's
//! `pixel_to_image` swaps them and is not followed.)
//!
//! ```
//! use nwb_ophys::mask::{PixelMask, PixelMasks};
//!
//! let cell = PixelMask::from_pixels([([3, 0], 1.0), ([3, 1], 0.5)]);
//! let image = cell.to_image::<f32>([5, 2])?;
//! assert_eq!((image[[3, 0]], image[[3, 1]]), (1.0, 0.5));
//! assert_eq!(PixelMask::from_image(image.view())?, cell);
//!
//! let mut cells = PixelMasks::new();
//! cells.push(cell.as_ref());
//! cells.push_pixels([([0, 0], 1.0)]);
//! assert_eq!(cells.ends(), [2, 3]);
//! # Ok::<(), nwb_ophys::Error>(())
//! ```

mod columns;
mod dense;
mod records;
mod roi;
mod weight;

pub use columns::{Masks, PixelMasks, VoxelMasks};
pub use dense::ImageMasks;
pub use roi::{MaskRef, PixelMask, RoiMask, VoxelMask};
pub use weight::Weight;
