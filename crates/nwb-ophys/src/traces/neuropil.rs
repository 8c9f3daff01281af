//! Neuropil: the glow around a cell that is not the cell's own.

use ndarray::{Array2, ArrayView2};

use crate::mask::{PixelMasks, RoiMask};
use crate::{Error, ErrorKind, Result};

/// A ring around an ROI, in pixels from its nearest pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ring {
    /// Nearer pixels are left out: they hold light of the cell itself.
    pub gap: f64,
    /// Farther pixels are left out.
    pub reach: f64,
}

/// Masks of the rings around ROIs, one for each, without the pixels of any ROI; all weights are 1. Pixels are in the order x, y.
///
/// # Errors
/// When an ROI has a pixel outside the field, or the ring is no ring.
pub fn neuropil(masks: &PixelMasks, field: [u32; 2], ring: Ring) -> Result<PixelMasks> {
    if !(ring.gap >= 0.0 && ring.reach > ring.gap && ring.reach.is_finite()) {
        return Err(Error::new(ErrorKind::Invalid, "that is no ring")
            .expected("a gap of at least 0 and a reach beyond it")
            .found(format!("{ring:?}")));
    }
    masks.check_field(field)?;
    let mut taken = Array2::from_elem(field.map(|len| len as usize), false);
    let place = |at: [u32; 2]| at.map(|i| i as usize);
    for &at in masks.coordinates() {
        if let Some(taken) = taken.get_mut(place(at)) {
            *taken = true;
        }
    }
    let reach = ring.reach.ceil() as u32;
    let squared = |a: u32, b: u32| f64::from(a.abs_diff(b)).powi(2);
    Ok(masks
        .iter()
        .map(|mask| {
            let span = |axis: usize| {
                let along = || mask.coordinates().iter().filter_map(move |at| at.get(axis).copied());
                let len = field.get(axis).copied().unwrap_or(0);
                let low = along().min().map_or(0, |low| low.saturating_sub(reach));
                low..along().max().map_or(0, |high| high.saturating_add(reach).saturating_add(1)).min(len)
            };
            let around = span(0).flat_map(|x| span(1).map(move |y| [x, y]));
            RoiMask::from_pixels(around.filter(|at| taken.get(place(*at)) == Some(&false)).filter_map(|[x, y]| {
                let nearest = mask.coordinates().iter().map(|[a, b]| squared(x, *a) + squared(y, *b));
                let distance = nearest.fold(f64::INFINITY, f64::min).sqrt();
                (distance > ring.gap && distance <= ring.reach).then_some(([x, y], 1.0))
            }))
        })
        .collect())
}

/// `F - factor * N`: fluorescence without a share of its neuropil; all are `[time, roi]`. A factor of 0.7 is usual.
///
/// # Errors
/// When the two have different shapes.
pub fn subtract_neuropil(
    fluorescence: ArrayView2<'_, f64>,
    neuropil: ArrayView2<'_, f64>,
    factor: f64,
) -> Result<Array2<f64>> {
    if fluorescence.dim() != neuropil.dim() {
        return Err(Error::new(ErrorKind::Invalid, "fluorescence and neuropil have different shapes")
            .expected(format!("{:?}", fluorescence.shape()))
            .found(format!("{:?}", neuropil.shape())));
    }
    Ok(&fluorescence - &(&neuropil * factor))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_ring_leaves_out_every_cell() {
        // Two cells of one pixel each, three pixels apart.
        let cells = PixelMasks::from_columns([&[4, 7], &[4, 4]], &[1.0, 1.0], &[1, 2]).unwrap();
        let rings = neuropil(&cells, [9, 9], Ring { gap: 1.0, reach: 3.0 }).unwrap();
        assert_eq!(rings.len(), 2);
        let first = rings.get(0).unwrap();
        // 29 pixels within 3, less 5 within 1, less the other cell.
        assert_eq!(first.len(), 23);
        assert!(!first.coordinates().contains(&[7, 4]) && first.coordinates().contains(&[4, 7]));
        assert!(first.coordinates().is_sorted());
        assert!(rings.check_field([9, 9]).is_ok());
        assert!(neuropil(&cells, [7, 9], Ring { gap: 1.0, reach: 3.0 }).is_err());
        assert!(neuropil(&cells, [9, 9], Ring { gap: 2.0, reach: 2.0 }).is_err());
    }

    #[test]
    fn subtracts() {
        let result = subtract_neuropil(array![[3.0, 4.0]].view(), array![[2.0, 4.0]].view(), 0.5).unwrap();
        assert_eq!(result, array![[2.0, 2.0]]);
        assert!(subtract_neuropil(array![[3.0]].view(), array![[2.0, 4.0]].view(), 0.5).is_err());
    }
}
