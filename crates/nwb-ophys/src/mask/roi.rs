//! One ROI.

use std::collections::HashSet;

use ndarray::{Array2, Array3, ArrayView2, ArrayView3};

use super::weight::Weight;
use crate::{Error, ErrorKind, Result};

/// One ROI: the coordinates of its pixels, `[x, y]` or `[x, y, z]`, each with a weight.
///
/// The order of the pixels is kept, and so are pixels of weight zero and pixels that occur twice, as long as the mask stays
/// a list of pixels; an image can hold neither, and the conversion to one says so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoiMask<const N: usize> {
    coordinates: Vec<[u32; N]>,
    weights: Vec<f32>,
}

/// An ROI in a plane: pixels `[x, y]`.
pub type PixelMask = RoiMask<2>;

/// An ROI in a volume: voxels `[x, y, z]`.
pub type VoxelMask = RoiMask<3>;

/// One ROI that lies in somebody else's columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaskRef<'a, const N: usize> {
    coordinates: &'a [[u32; N]],
    weights: &'a [f32],
}

impl<const N: usize> RoiMask<N> {
    /// A mask of these pixels, in this order.
    pub fn from_pixels(pixels: impl IntoIterator<Item = ([u32; N], f32)>) -> Self {
        let (coordinates, weights) = pixels.into_iter().unzip();
        Self { coordinates, weights }
    }

    /// The mask, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> MaskRef<'_, N> {
        MaskRef { coordinates: &self.coordinates, weights: &self.weights }
    }

    /// The pixels' coordinates, in order.
    #[must_use]
    pub fn coordinates(&self) -> &[[u32; N]] {
        &self.coordinates
    }

    /// The pixels' weights, in order.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// How many pixels there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no pixel.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }
}

impl PixelMask {
    /// The mask of an image `[x, y]`: its non-zero pixels, x outermost.
    ///
    /// # Errors
    /// When a pixel is not finite, or `f32` cannot hold it, or the image has 2^32 or more pixels along an axis.
    pub fn from_image<T: Weight>(image: ArrayView2<'_, T>) -> Result<Self> {
        members(image.indexed_iter().map(|((x, y), &weight)| ([x, y], weight)))
    }

    /// The image `[x, y]` of the mask; `field` gives its width and height.
    ///
    /// # Errors
    /// As [`MaskRef::to_image`].
    pub fn to_image<T: From<f32> + Clone>(&self, field: [u32; 2]) -> Result<Array2<T>> {
        self.as_ref().to_image(field)
    }

    /// The mask in one plane of a volume.
    #[must_use]
    pub fn at_plane(&self, z: u32) -> VoxelMask {
        self.as_ref().at_plane(z)
    }
}

impl VoxelMask {
    /// The mask of an image `[x, y, z]`: its non-zero voxels, x outermost.
    ///
    /// # Errors
    /// When a voxel is not finite, or `f32` cannot hold it, or the image has 2^32 or more voxels along an axis.
    pub fn from_image<T: Weight>(image: ArrayView3<'_, T>) -> Result<Self> {
        members(image.indexed_iter().map(|((x, y, z), &weight)| ([x, y, z], weight)))
    }

    /// The image `[x, y, z]` of the mask; `field` gives its width, height and depth.
    ///
    /// # Errors
    /// As [`MaskRef::to_image`].
    pub fn to_image<T: From<f32> + Clone>(&self, field: [u32; 3]) -> Result<Array3<T>> {
        self.as_ref().to_image(field)
    }

    /// The mask as pixels of one plane.
    ///
    /// # Errors
    /// When a voxel lies in another plane.
    pub fn in_plane(&self, z: u32) -> Result<PixelMask> {
        self.as_ref().in_plane(z)
    }
}

impl<'a, const N: usize> MaskRef<'a, N> {
    pub(super) fn new(coordinates: &'a [[u32; N]], weights: &'a [f32]) -> Self {
        Self { coordinates, weights }
    }

    /// The pixels' coordinates, in order.
    #[must_use]
    pub fn coordinates(self) -> &'a [[u32; N]] {
        self.coordinates
    }

    /// The pixels' weights, in order.
    #[must_use]
    pub fn weights(self) -> &'a [f32] {
        self.weights
    }

    /// Coordinates and weights, in order.
    pub fn pixels(self) -> impl ExactSizeIterator<Item = ([u32; N], f32)> + 'a {
        self.coordinates.iter().copied().zip(self.weights.iter().copied())
    }

    /// How many pixels there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.weights.len()
    }

    /// Whether there is no pixel.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.weights.is_empty()
    }

    /// A copy that owns its pixels.
    #[must_use]
    pub fn to_owned(self) -> RoiMask<N> {
        RoiMask { coordinates: self.coordinates.to_vec(), weights: self.weights.to_vec() }
    }

    /// Checks that an image of this size holds the mask without loss.
    ///
    /// # Errors
    /// When a pixel lies outside, occurs twice, weighs zero (the image could not tell it from its background) or is not
    /// finite (a member of an image mask is).
    pub fn check_image(self, field: [u32; N]) -> Result<()> {
        let mut seen = HashSet::with_capacity(self.len());
        for (index, (at, weight)) in self.pixels().enumerate() {
            index_in(field, at).ok_or_else(|| outside(index, at, field))?;
            if weight == 0.0 || !weight.is_finite() {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!(
                        "pixel {index} at {at:?} cannot be in an image mask, whose members are finite and not zero"
                    ),
                )
                .found(format!("weight {weight}"))
                .remedy("keep the mask as a list of pixels, or leave the pixel out"));
            }
            if !seen.insert(at) {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("pixel {index} at {at:?} occurs a second time, which an image mask cannot hold"),
                )
                .remedy("keep the mask as a list of pixels, or add the weights up"));
            }
        }
        Ok(())
    }

    /// The elements of an image of this size, x outermost.
    pub(super) fn dense<T: From<f32> + Clone>(self, field: [u32; N]) -> Result<Vec<T>> {
        self.check_image(field)?;
        let size = field
            .iter()
            .try_fold(1usize, |product, &len| product.checked_mul(usize::try_from(len).ok()?))
            .filter(|&size| size.checked_mul(size_of::<T>()).is_some_and(|bytes| isize::try_from(bytes).is_ok()));
        let size = size.ok_or_else(|| {
            Error::new(ErrorKind::Limit, "an image of this field is larger than this machine's memory can be")
                .found(format!("{field:?}"))
        })?;
        let mut image = vec![T::from(0.0); size];
        for (index, (at, weight)) in self.pixels().enumerate() {
            let place = index_in(field, at).and_then(|flat| image.get_mut(flat));
            *place.ok_or_else(|| outside(index, at, field))? = T::from(weight);
        }
        Ok(image)
    }
}

impl MaskRef<'_, 2> {
    /// The image `[x, y]` of the mask; `field` gives its width and height.
    ///
    /// # Errors
    /// As [`check_image`](Self::check_image).
    pub fn to_image<T: From<f32> + Clone>(self, field: [u32; 2]) -> Result<Array2<T>> {
        let [width, height] = field.map(|len| len as usize);
        Array2::from_shape_vec((width, height), self.dense(field)?).map_err(unshaped)
    }

    /// The mask in one plane of a volume.
    #[must_use]
    pub fn at_plane(self, z: u32) -> VoxelMask {
        RoiMask::from_pixels(self.pixels().map(|([x, y], weight)| ([x, y, z], weight)))
    }
}

impl MaskRef<'_, 3> {
    /// The image `[x, y, z]` of the mask; `field` gives its width, height and depth.
    ///
    /// # Errors
    /// As [`check_image`](Self::check_image).
    pub fn to_image<T: From<f32> + Clone>(self, field: [u32; 3]) -> Result<Array3<T>> {
        let [width, height, depth] = field.map(|len| len as usize);
        Array3::from_shape_vec((width, height, depth), self.dense(field)?).map_err(unshaped)
    }

    /// The mask as pixels of one plane.
    ///
    /// # Errors
    /// When a voxel lies in another plane.
    pub fn in_plane(self, z: u32) -> Result<PixelMask> {
        if let Some((index, (at, _))) = self.pixels().enumerate().find(|(_, (at, _))| at[2] != z) {
            return Err(Error::new(
                ErrorKind::Invalid,
                format!("voxel {index} at {at:?} has no place in a mask of one plane"),
            )
            .expected(format!("z = {z} for every voxel"))
            .found(format!("z = {}", at[2])));
        }
        Ok(RoiMask::from_pixels(self.pixels().map(|([x, y, _], weight)| ([x, y], weight))))
    }
}

/// Where a pixel lies in an image with x outermost, if it lies in it.
pub(crate) fn index_in<const N: usize>(field: [u32; N], at: [u32; N]) -> Option<usize> {
    at.iter().zip(&field).try_fold(0usize, |index, (&at, &len)| {
        if at >= len {
            return None;
        }
        index.checked_mul(usize::try_from(len).ok()?)?.checked_add(usize::try_from(at).ok()?)
    })
}

pub(super) fn outside<const N: usize>(index: usize, at: [u32; N], field: [u32; N]) -> Error {
    Error::new(ErrorKind::Invalid, format!("pixel {index} lies outside the field"))
        .expected(format!("coordinates below {field:?}"))
        .found(format!("{at:?}"))
        .remedy("see whether x and y are swapped; x is the first axis of the movie's frames")
}

/// The pixels of an image that belong to a mask.
pub(super) fn members<T: Weight, const N: usize>(pixels: impl Iterator<Item = ([usize; N], T)>) -> Result<RoiMask<N>> {
    let mut mask = RoiMask { coordinates: vec![], weights: vec![] };
    let zero = T::default();
    for (at, weight) in pixels {
        if weight == zero {
            continue;
        }
        let exact = weight.exact_f32().filter(|weight| weight.is_finite()).ok_or_else(|| {
            Error::new(
                ErrorKind::Invalid,
                format!("the weight of the pixel at {at:?} cannot be in a list of pixels without loss"),
            )
            .expected("a finite number that float32 holds exactly")
            .found(format!("{weight:?}"))
            .remedy("keep the mask as an image, or round it to float32 first")
        })?;
        let mut place = [0u32; N];
        for (to, from) in place.iter_mut().zip(at) {
            *to = u32::try_from(from).map_err(|source| {
                Error::new(ErrorKind::Limit, format!("the pixel at {at:?} is beyond uint32")).caused_by(source)
            })?;
        }
        mask.coordinates.push(place);
        mask.weights.push(exact);
    }
    Ok(mask)
}

fn unshaped(source: ndarray::ShapeError) -> Error {
    Error::new(ErrorKind::Invalid, "the image does not have the field's size").caused_by(source)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn x_is_the_first_axis() {
        let image = array![[0u8, 0, 7], [0, 0, 0]];
        let mask = PixelMask::from_image(image.view()).unwrap();
        assert_eq!(mask, PixelMask::from_pixels([([0, 2], 7.0)]));
        assert_eq!(mask.to_image::<f64>([2, 3]).unwrap(), image.mapv(f64::from));
        assert!(mask.to_image::<f64>([3, 2]).unwrap_err().to_string().contains("[0, 2]"));
    }

    #[test]
    fn refuses_what_an_image_cannot_hold() {
        let error = |pixels: &[([u32; 2], f32)]| {
            PixelMask::from_pixels(pixels.iter().copied()).to_image::<f32>([4, 4]).unwrap_err().to_string()
        };
        assert!(error(&[([1, 1], 1.0), ([1, 1], 2.0)]).contains("pixel 1 at [1, 1] occurs a second time"));
        assert!(error(&[([1, 1], 0.0)]).contains("weight 0"));
        assert!(error(&[([1, 1], f32::NAN)]).contains("weight NaN"));
        assert!(error(&[([1, 4], 1.0)]).contains("outside the field"));
    }

    #[test]
    fn refuses_what_float32_cannot_hold() {
        let error = PixelMask::from_image(array![[0.0, 0.1]].view()).unwrap_err();
        assert!(error.is_caller_fault() && error.to_string().contains("[0, 1]") && error.to_string().contains("0.1"));
        assert!(PixelMask::from_image(array![[16_777_217u32]].view()).is_err());
        assert!(PixelMask::from_image(array![[f64::NAN]].view()).is_err());
        assert!(PixelMask::from_image(array![[f32::INFINITY]].view()).is_err());
    }

    #[test]
    fn a_plane_of_a_volume() {
        let pixels = PixelMask::from_pixels([([5, 1], 0.0), ([5, 1], 2.0)]);
        let voxels = pixels.at_plane(3);
        assert_eq!(voxels.coordinates(), [[5, 1, 3], [5, 1, 3]]);
        assert_eq!(voxels.in_plane(3).unwrap(), pixels);
        assert!(voxels.in_plane(2).unwrap_err().to_string().contains("voxel 0 at [5, 1, 3]"));
    }

    const FIELD: [u32; 3] = [7, 5, 3];

    fn weight() -> impl Strategy<Value = f32> {
        any::<f32>().prop_filter("members are finite and not zero", |w| w.is_finite() && *w != 0.0)
    }

    fn unique_voxels() -> impl Strategy<Value = BTreeMap<[u32; 3], f32>> {
        proptest::collection::btree_map((0..7u32, 0..5u32, 0..3u32).prop_map(|(x, y, z)| [x, y, z]), weight(), 0..40)
    }

    proptest! {
        #[test]
        fn lists_and_images_hold_the_same(voxels in unique_voxels(), seed in any::<u64>()) {
            let sorted = VoxelMask::from_pixels(voxels.clone());
            let mut shuffled: Vec<_> = voxels.into_iter().collect();
            let len = shuffled.len().max(1);
            shuffled.rotate_left(seed as usize % len);
            let mask = VoxelMask::from_pixels(shuffled);
            let image = mask.to_image::<f32>(FIELD).unwrap();
            // The map's order is the image's: x outermost.
            prop_assert_eq!(&VoxelMask::from_image(image.view()).unwrap(), &sorted);
            let wide = mask.to_image::<f64>(FIELD).unwrap();
            prop_assert_eq!(&VoxelMask::from_image(wide.view()).unwrap(), &sorted);
            for (at, weight) in mask.as_ref().pixels() {
                prop_assert_eq!(image[at.map(|i| i as usize)], weight);
            }
            prop_assert_eq!(image.iter().filter(|&&w| w != 0.0).count(), mask.len());
        }

        #[test]
        fn pixels_survive_a_volume(pixels in proptest::collection::vec((any::<[u32; 2]>(), any::<f32>()), 0..20), z: u32) {
            let mask = PixelMask::from_pixels(pixels);
            let back = mask.at_plane(z).in_plane(z).unwrap();
            prop_assert_eq!(back.coordinates(), mask.coordinates());
            let bits = |mask: &PixelMask| mask.weights().iter().map(|w| w.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&back), bits(&mask));
        }

        #[test]
        fn integer_images_survive(values in proptest::collection::vec(-(1i64 << 24)..=1 << 24, 12)) {
            let image = Array2::from_shape_vec((3, 4), values).unwrap();
            let mask = PixelMask::from_image(image.view()).unwrap();
            prop_assert_eq!(mask.to_image::<f64>([3, 4]).unwrap(), image.mapv(|v| v as f64));
        }
    }
}
