//! Many ROIs as columns.

use std::ops::Range;

use super::roi::{MaskRef, RoiMask, index_in, outside};
use crate::{Error, ErrorKind, Result};

/// Many ROIs: the pixels of all of them one after the other, and where each one ends.
///
/// Adding is amortised constant per pixel, access by index takes no copy. It becomes the `pixel_mask` or `voxel_mask` column by
/// [`to_value`](Self::to_value) and its index by [`ends`](Self::ends).
///
/// ```
/// use nwb_ophys::mask::PixelMasks;
///
/// // From flat columns, as Suite2p or a table holds them.
/// let cells = PixelMasks::from_columns([&[1, 2, 7], &[4, 4, 0]], &[0.5, 1.0, 1.0], &[2, 3])?;
/// assert_eq!(cells.len(), 2);
/// assert_eq!(cells.get(1).unwrap().coordinates(), [[7, 0]]);
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Masks<const N: usize> {
    pub(super) coordinates: Vec<[u32; N]>,
    pub(super) weights: Vec<f32>,
    pub(super) ends: Vec<u64>,
}

/// Many ROIs in a plane: pixels `[x, y]`.
pub type PixelMasks = Masks<2>;

/// Many ROIs in a volume: voxels `[x, y, z]`.
pub type VoxelMasks = Masks<3>;

impl<const N: usize> Masks<N> {
    /// No ROI yet.
    #[must_use]
    pub fn new() -> Self {
        Self { coordinates: vec![], weights: vec![], ends: vec![] }
    }

    /// No ROI yet, with room for as many as are to come.
    #[must_use]
    pub fn with_capacity(rois: usize, pixels: usize) -> Self {
        Self {
            coordinates: Vec::with_capacity(pixels),
            weights: Vec::with_capacity(pixels),
            ends: Vec::with_capacity(rois),
        }
    }

    /// ROIs from flat columns, one for each coordinate, one for the weights, and the index after the last pixel of each ROI.
    ///
    /// # Errors
    /// When the columns differ in length, or the ends go down or do not end with the columns.
    pub fn from_columns(coordinates: [&[u32]; N], weights: &[f32], ends: &[u64]) -> Result<Self> {
        let mut masks = Self::new();
        masks.extend_from_columns(coordinates, weights, ends)?;
        Ok(masks)
    }

    /// ROIs from pixels and the index after the last pixel of each.
    ///
    /// # Errors
    /// When there are not as many weights as coordinates, or the ends go down or do not end with the pixels.
    pub fn from_parts(coordinates: Vec<[u32; N]>, weights: Vec<f32>, ends: Vec<u64>) -> Result<Self> {
        if weights.len() != coordinates.len() {
            return Err(unequal("weight", coordinates.len(), weights.len()));
        }
        check_ends(&ends, weights.len())?;
        Ok(Self { coordinates, weights, ends })
    }

    /// Adds one ROI.
    pub fn push(&mut self, mask: MaskRef<'_, N>) {
        self.coordinates.extend_from_slice(mask.coordinates());
        self.weights.extend_from_slice(mask.weights());
        self.ends.push(self.weights.len() as u64);
    }

    /// Adds one ROI, pixel by pixel.
    pub fn push_pixels(&mut self, pixels: impl IntoIterator<Item = ([u32; N], f32)>) {
        for (at, weight) in pixels {
            self.coordinates.push(at);
            self.weights.push(weight);
        }
        self.ends.push(self.weights.len() as u64);
    }

    /// Adds ROIs from flat columns; `ends` counts within them.
    ///
    /// # Errors
    /// As [`from_columns`](Self::from_columns); then nothing was added.
    pub fn extend_from_columns(&mut self, coordinates: [&[u32]; N], weights: &[f32], ends: &[u64]) -> Result<()> {
        const NAMES: [&str; 3] = ["x", "y", "z"];
        if let Some((axis, column)) = coordinates.iter().enumerate().find(|(_, column)| column.len() != weights.len()) {
            return Err(unequal(NAMES.get(axis).copied().unwrap_or("a further"), weights.len(), column.len()));
        }
        check_ends(ends, weights.len())?;
        let before = self.weights.len();
        self.coordinates.resize(before + weights.len(), [0; N]);
        for (axis, column) in coordinates.iter().enumerate() {
            for (place, &value) in self.coordinates.iter_mut().skip(before).zip(*column) {
                if let Some(place) = place.get_mut(axis) {
                    *place = value;
                }
            }
        }
        self.weights.extend_from_slice(weights);
        self.ends.extend(ends.iter().map(|&end| end + before as u64));
        Ok(())
    }

    /// How many ROIs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no ROI.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The index after the last pixel of each ROI: what a VectorIndex holds.
    #[must_use]
    pub fn ends(&self) -> &[u64] {
        &self.ends
    }

    /// The coordinates of all pixels of all ROIs.
    #[must_use]
    pub fn coordinates(&self) -> &[[u32; N]] {
        &self.coordinates
    }

    /// The weights of all pixels of all ROIs.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// One ROI.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<MaskRef<'_, N>> {
        let span = self.span(index)?;
        Some(MaskRef::new(self.coordinates.get(span.clone())?, self.weights.get(span)?))
    }

    /// All ROIs, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = MaskRef<'_, N>> + '_ {
        (0..self.len()).map(|index| self.get(index).unwrap_or(MaskRef::new(&[], &[])))
    }

    /// Some ROIs, as masks of their own.
    ///
    /// # Errors
    /// When the range reaches beyond the last one.
    pub fn slice(&self, rois: Range<usize>) -> Result<Self> {
        let ends = self.ends.get(rois.clone()).ok_or_else(|| {
            Error::new(ErrorKind::Invalid, "there are not so many ROIs")
                .expected(format!("a range within 0..{}", self.len()))
                .found(format!("{rois:?}"))
        })?;
        let first = rois.start.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let span = first as usize..ends.last().copied().unwrap_or(first) as usize;
        Ok(Self {
            coordinates: self.coordinates.get(span.clone()).unwrap_or_default().to_vec(),
            weights: self.weights.get(span).unwrap_or_default().to_vec(),
            ends: ends.iter().map(|end| end - first).collect(),
        })
    }

    /// Checks that every pixel lies in a field of this size.
    ///
    /// # Errors
    /// When one does not; it says which.
    pub fn check_field(&self, field: [u32; N]) -> Result<()> {
        for (roi, mask) in self.iter().enumerate() {
            if let Some((index, &at)) =
                mask.coordinates().iter().enumerate().find(|(_, at)| index_in(field, **at).is_none())
            {
                return Err(outside(index, at, field).at(format!("ROI {roi}")));
            }
        }
        Ok(())
    }

    fn span(&self, index: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }
}

impl PixelMasks {
    /// The same ROIs in one plane of a volume.
    #[must_use]
    pub fn at_plane(&self, z: u32) -> VoxelMasks {
        Masks {
            coordinates: self.coordinates.iter().map(|&[x, y]| [x, y, z]).collect(),
            weights: self.weights.clone(),
            ends: self.ends.clone(),
        }
    }
}

impl VoxelMasks {
    /// The same ROIs as pixels of one plane.
    ///
    /// # Errors
    /// When a voxel lies in another plane; it says which.
    pub fn in_plane(&self, z: u32) -> Result<PixelMasks> {
        for (roi, mask) in self.iter().enumerate() {
            if mask.coordinates().iter().any(|at| at[2] != z) {
                mask.in_plane(z).map_err(|error| error.at(format!("ROI {roi}")))?;
            }
        }
        Ok(Masks {
            coordinates: self.coordinates.iter().map(|&[x, y, _]| [x, y]).collect(),
            weights: self.weights.clone(),
            ends: self.ends.clone(),
        })
    }
}

impl<const N: usize> Extend<RoiMask<N>> for Masks<N> {
    fn extend<I: IntoIterator<Item = RoiMask<N>>>(&mut self, masks: I) {
        for mask in masks {
            self.push(mask.as_ref());
        }
    }
}

impl<'a, const N: usize> Extend<MaskRef<'a, N>> for Masks<N> {
    fn extend<I: IntoIterator<Item = MaskRef<'a, N>>>(&mut self, masks: I) {
        for mask in masks {
            self.push(mask);
        }
    }
}

impl<const N: usize> FromIterator<RoiMask<N>> for Masks<N> {
    fn from_iter<I: IntoIterator<Item = RoiMask<N>>>(masks: I) -> Self {
        let mut all = Self::new();
        all.extend(masks);
        all
    }
}

fn unequal(column: &str, expected: usize, found: usize) -> Error {
    Error::new(ErrorKind::Invalid, format!("the columns of masks differ in length: {column}"))
        .expected(expected.to_string())
        .found(found.to_string())
}

fn check_ends(ends: &[u64], pixels: usize) -> Result<()> {
    let mut before = 0;
    for (roi, &end) in ends.iter().enumerate() {
        if end < before {
            return Err(Error::new(ErrorKind::Invalid, format!("the ends of the ROIs go down at ROI {roi}"))
                .expected(format!("at least {before}"))
                .found(end.to_string()));
        }
        before = end;
    }
    if before != pixels as u64 {
        return Err(Error::new(ErrorKind::Invalid, "the ends of the ROIs do not end with the pixels")
            .expected(format!("{pixels} as the last end"))
            .found(before.to_string())
            .remedy("an end is the index after the last pixel of its ROI; the first ROI begins at 0"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::PixelMask;
    use super::*;

    #[test]
    fn empty_rois_have_their_place() {
        let mut masks = PixelMasks::new();
        masks.push_pixels([]);
        masks.push_pixels([([1, 2], 3.0)]);
        masks.push_pixels([]);
        assert_eq!(masks.ends(), [0, 1, 1]);
        assert!(masks.get(0).unwrap().is_empty() && masks.get(2).unwrap().is_empty() && masks.get(3).is_none());
        assert_eq!(masks.slice(1..3).unwrap().ends(), [1, 1]);
        assert!(masks.slice(2..4).is_err());
    }

    #[test]
    fn refuses_columns_that_do_not_fit() {
        let error = |x: &[u32], ends: &[u64]| {
            PixelMasks::from_columns([x, &[0, 0]], &[1.0, 1.0], ends).unwrap_err().to_string()
        };
        assert!(error(&[0], &[2]).contains("differ in length: x (expected 2, found 1)"));
        assert!(error(&[0, 0], &[2, 1]).contains("go down at ROI 1"));
        assert!(error(&[0, 0], &[1]).contains("expected 2 as the last end, found 1"));
        assert!(error(&[0, 0], &[]).contains("found 0"));
        let mut masks = PixelMasks::new();
        assert!(masks.extend_from_columns([&[1], &[1]], &[1.0], &[2]).is_err());
        assert_eq!(masks, PixelMasks::new());
    }

    #[test]
    fn names_the_roi_outside_the_field() {
        let masks: PixelMasks =
            [PixelMask::from_pixels([([0, 9], 1.0)]), PixelMask::from_pixels([([0, 0], 1.0), ([9, 0], 1.0)])]
                .into_iter()
                .collect();
        assert!(masks.check_field([10, 10]).is_ok());
        assert!(masks.check_field([9, 10]).unwrap_err().to_string().starts_with("ROI 1: pixel 1 lies outside"));
    }

    proptest! {
        #[test]
        fn rows_and_columns_build_the_same(
            rois in proptest::collection::vec(proptest::collection::vec((any::<[u32; 3]>(), -1e3f32..1e3), 0..6), 0..8),
        ) {
            let by_rows: VoxelMasks = rois.iter().map(|roi| RoiMask::from_pixels(roi.iter().copied())).collect();
            let flat: Vec<_> = rois.iter().flatten().collect();
            let column = |axis: usize| flat.iter().map(|(at, _)| at[axis]).collect::<Vec<u32>>();
            let (xs, ys, zs) = (column(0), column(1), column(2));
            let weights: Vec<f32> = flat.iter().map(|(_, weight)| *weight).collect();
            let by_columns = VoxelMasks::from_columns([&xs, &ys, &zs], &weights, by_rows.ends()).unwrap();
            prop_assert_eq!(&by_columns, &by_rows);
            for cut in 0..=rois.len() {
                let mut joined = by_rows.slice(0..cut).unwrap();
                joined.extend(by_rows.slice(cut..rois.len()).unwrap().iter());
                prop_assert_eq!(&joined, &by_rows);
            }
        }
    }
}
