//! Picking the elements of a region out of an array in memory.

use crate::selection::Steps;

/// Copies the elements of a region, axis by axis; runs along the last axis are copied whole.
pub(super) fn gather(bytes: &[u8], size: usize, dims: &[u64], axes: &[Steps], out: &mut Vec<u8>) -> Option<()> {
    let (Some((axis, inner_axes)), Some((_, inner_dims))) = (axes.split_first(), dims.split_first()) else {
        out.extend_from_slice(bytes.get(..size)?);
        return Some(());
    };
    let stride = inner_dims.iter().try_fold(size, |product, &dim| product.checked_mul(usize::try_from(dim).ok()?))?;
    let whole_rows = inner_axes.iter().zip(inner_dims).all(|(axis, &len)| *axis == Steps::run(0, len));
    let (start, count, step) =
        (usize::try_from(axis.start).ok()?, usize::try_from(axis.count).ok()?, usize::try_from(axis.step).ok()?);
    if whole_rows && step == 1 {
        out.extend_from_slice(bytes.get(start.checked_mul(stride)?..(start + count).checked_mul(stride)?)?);
        return Some(());
    }
    for index in (0..count).map(|i| start + i * step) {
        let row = bytes.get(index.checked_mul(stride)?..(index + 1).checked_mul(stride)?)?;
        if whole_rows {
            out.extend_from_slice(row);
        } else {
            gather(row, size, inner_dims, inner_axes, out)?;
        }
    }
    Some(())
}
