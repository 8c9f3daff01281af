//! Many ROIs as images.

use nwb_model::data::Rows;
use nwb_model::dtype::{Dtype, Number};
use nwb_model::value::{Bytes, Shape, Value};

use super::columns::Masks;
use super::roi::members;
use super::weight::Weight;
use crate::{Error, ErrorKind, Result};

/// Masks as a stack of images `[roi, x, y]` or `[roi, x, y, z]`, float32, each made when it is asked for.
///
/// This is what goes into the `image_mask` column. Prefer the pixels themselves: an image takes four bytes for every pixel of
/// the field, in or out of the ROI.
///
/// ```
/// use nwb_model::data::{Data, Rows};
/// use nwb_ophys::mask::{ImageMasks, PixelMasks};
///
/// let cells = PixelMasks::from_columns([&[1, 2], &[0, 3]], &[1.0, 0.5], &[1, 2])?;
/// let images = ImageMasks::new(cells, [8, 4])?;
/// assert_eq!(images.shape(), [2, 8, 4]);
/// let column = Data::rows(images).chunks(&[1, 8, 4]).deflate(4);
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ImageMasks<const N: usize> {
    masks: Masks<N>,
    field: [u32; N],
}

impl<const N: usize> ImageMasks<N> {
    /// The images of these masks; `field` gives width, height and, for voxels, depth.
    ///
    /// # Errors
    /// When an image cannot hold a mask: see [`MaskRef::check_image`](super::MaskRef::check_image). It says which ROI.
    pub fn new(masks: Masks<N>, field: [u32; N]) -> Result<Self> {
        for (roi, mask) in masks.iter().enumerate() {
            mask.check_image(field).map_err(|error| error.at(format!("ROI {roi}")))?;
        }
        Ok(Self { masks, field })
    }

    /// The masks.
    #[must_use]
    pub fn masks(&self) -> &Masks<N> {
        &self.masks
    }

    /// The masks, taken back.
    #[must_use]
    pub fn into_masks(self) -> Masks<N> {
        self.masks
    }
}

impl<const N: usize> Rows for ImageMasks<N> {
    fn dtype(&self) -> Dtype {
        Dtype::native(Number::F32)
    }

    fn shape(&self) -> Vec<u64> {
        std::iter::once(self.masks.len() as u64).chain(self.field.map(u64::from)).collect()
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let mut stack: Vec<f32> = Vec::new();
        for roi in first..first.saturating_add(count) {
            let mask = usize::try_from(roi).ok().and_then(|roi| self.masks.get(roi)).ok_or_else(|| {
                Error::new(ErrorKind::Invalid, "there are not so many ROIs")
                    .expected(format!("indices below {}", self.masks.len()))
                    .found(roi.to_string())
            })?;
            stack.append(&mut mask.dense(self.field)?);
        }
        let mut shape = self.shape();
        if let Some(rois) = shape.first_mut() {
            *rois = count;
        }
        Value::from_parts(self.dtype(), Shape::of(&shape), Bytes::from_vec(stack), None)
    }
}

impl<const N: usize> Masks<N> {
    /// The masks of a stack of images, `[roi, x, y]` or `[roi, x, y, z]`: the non-zero pixels of each, x outermost. One image is in
    /// memory at a time.
    ///
    /// # Errors
    /// When the stack has another number of axes, is not of numbers or `bool`, or holds a weight that is not finite or that
    /// float32 cannot hold; it says which ROI and which pixel.
    pub fn from_images(images: &dyn Rows) -> Result<Self> {
        let shape = images.shape();
        let wrong = || {
            Error::new(ErrorKind::Invalid, "the images of masks have another number of axes")
                .expected(format!("{} axes: ROI, then coordinates", N + 1))
                .found(format!("shape {shape:?}"))
        };
        let (&rois, field) = shape.split_first().ok_or_else(wrong)?;
        let mut lens = [0usize; N];
        if field.len() != N {
            return Err(wrong());
        }
        for (len, &from) in lens.iter_mut().zip(field) {
            *len = usize::try_from(from).map_err(|_| wrong())?;
        }
        let mut masks = Self::new();
        for roi in 0..rois {
            let image = images.rows(roi, 1)?;
            let at = |error: Error| error.at(format!("ROI {roi}"));
            let mask = match image.dtype() {
                Dtype::Bool => sparse(lens, image.to_vec::<bool>().map_err(at)?),
                Dtype::Number(Number::U8, _) => sparse(lens, image.to_vec::<u8>().map_err(at)?),
                Dtype::Number(Number::F16 | Number::F32, _) => sparse(lens, image.to_vec::<f32>().map_err(at)?),
                Dtype::Number(Number::U64, _) => sparse(lens, image.to_vec::<u64>().map_err(at)?),
                Dtype::Number(Number::I64, _) => sparse(lens, image.to_vec::<i64>().map_err(at)?),
                _ => sparse(lens, image.to_vec::<f64>().map_err(at)?),
            };
            masks.push(mask.map_err(at)?.as_ref());
        }
        Ok(masks)
    }
}

/// The mask of an image given by its elements, x outermost.
fn sparse<T: Weight, const N: usize>(lens: [usize; N], elements: Vec<T>) -> Result<super::RoiMask<N>> {
    let zero = T::default();
    members(elements.into_iter().enumerate().filter(|(_, weight)| *weight != zero).map(|(flat, weight)| {
        let mut at = [0; N];
        let mut rest = flat;
        for (place, &len) in at.iter_mut().zip(&lens).rev() {
            *place = rest % len.max(1);
            rest /= len.max(1);
        }
        (at, weight)
    }))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Array4};

    use super::super::{PixelMasks, VoxelMasks};
    use super::*;
    use crate::movie::InMemory;

    #[test]
    fn a_stack_and_back() {
        let masks = PixelMasks::from_columns([&[0, 2, 2], &[4, 0, 1]], &[1.0, 0.5, 2.0], &[1, 1, 3]).unwrap();
        let images = ImageMasks::new(masks.clone(), [3, 5]).unwrap();
        let stack = images.rows(0, 3).unwrap().to_array::<f32, ndarray::Ix3>().unwrap();
        assert_eq!(stack.shape(), [3, 3, 5]);
        assert_eq!((stack[[0, 0, 4]], stack[[2, 2, 0]], stack[[2, 2, 1]]), (1.0, 0.5, 2.0));
        assert_eq!(stack.sum(), 3.5);
        assert_eq!(images.rows(2, 1).unwrap().to_vec::<f32>().unwrap(), stack.into_iter().skip(30).collect::<Vec<_>>());
        assert_eq!(PixelMasks::from_images(&images).unwrap(), masks);
        assert!(images.rows(2, 2).is_err());
    }

    #[test]
    fn images_of_any_type() {
        let stack = Array4::from_shape_fn((2, 2, 3, 4), |(roi, x, y, z)| roi == 1 && (x, y, z) == (1, 2, 3));
        let expected = VoxelMasks::from_columns([&[1], &[2], &[3]], &[1.0], &[0, 1]).unwrap();
        assert_eq!(VoxelMasks::from_images(&InMemory::new(stack.clone()).unwrap()).unwrap(), expected);
        let numbers = InMemory::new(stack.mapv(i64::from)).unwrap();
        assert_eq!(VoxelMasks::from_images(&numbers).unwrap(), expected);
        assert!(PixelMasks::from_images(&numbers).unwrap_err().is_caller_fault());
    }

    #[test]
    fn says_which_roi_cannot_be_an_image() {
        let twice = PixelMasks::from_columns([&[0, 1, 1], &[0, 1, 1]], &[1.0, 1.0, 1.0], &[1, 3]).unwrap();
        assert!(ImageMasks::new(twice, [2, 2]).unwrap_err().to_string().starts_with("ROI 1: pixel 1 at [1, 1]"));
        let mut inexact = Array3::<f64>::zeros((2, 2, 2));
        inexact[[1, 0, 1]] = 0.1;
        let error = PixelMasks::from_images(&InMemory::new(inexact).unwrap()).unwrap_err().to_string();
        assert!(error.starts_with("ROI 1: the weight of the pixel at [0, 1]"), "{error}");
    }
}
