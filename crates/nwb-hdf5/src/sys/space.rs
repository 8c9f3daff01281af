//! Dataspaces: shapes and selections.

use std::ffi::c_int;
use std::ptr;

use hdf5_sys::h5s::{
    H5S_NULL, H5S_SCALAR, H5S_SEL_ALL, H5S_SEL_NONE, H5S_SEL_POINTS, H5S_SELECT_OR, H5S_SELECT_SET, H5S_SIMPLE,
    H5S_UNLIMITED, H5Screate, H5Screate_simple, H5Sget_select_elem_npoints, H5Sget_select_elem_pointlist,
    H5Sget_select_hyper_blocklist, H5Sget_select_hyper_nblocks, H5Sget_select_type, H5Sget_simple_extent_dims,
    H5Sget_simple_extent_ndims, H5Sget_simple_extent_type, H5Sselect_all, H5Sselect_elements, H5Sselect_hyperslab,
    H5Sselect_none,
};
use nwb_model::selection::Region;
use nwb_model::value::Shape;

use super::error::{Cause, Outcome, call, locked};
use super::id::{Id, SpaceKind};

/// A dataspace.
pub(crate) type Space = Id<SpaceKind>;

/// How far each axis may grow; `None` is without end.
pub(crate) type MaxShape = Vec<Option<u64>>;

impl Space {
    pub(crate) fn new(shape: &Shape, max_shape: Option<&[Option<u64>]>) -> Outcome<Self> {
        let dims = match shape {
            // SAFETY: no pointers.
            Shape::Null => return Self::from_call(|| unsafe { H5Screate(H5S_NULL) }),
            // SAFETY: as above.
            Shape::Scalar => return Self::from_call(|| unsafe { H5Screate(H5S_SCALAR) }),
            Shape::Simple(dims) => dims,
        };
        let rank = c_int::try_from(dims.len()).map_err(|_| Cause::new("the shape has too many axes"))?;
        let max: Option<Vec<u64>> =
            max_shape.map(|max| max.iter().map(|len| len.unwrap_or(H5S_UNLIMITED)).collect::<Vec<_>>());
        if max.as_ref().is_some_and(|max| max.len() != dims.len()) {
            return Err(Cause::new("the maximum shape has another number of axes than the shape"));
        }
        let max = max.as_ref().map_or(ptr::null(), Vec::as_ptr);
        // SAFETY: both arrays have `rank` entries, or the second is null.
        Self::from_call(|| unsafe { H5Screate_simple(rank, dims.as_ptr(), max) })
    }

    /// The shape, and how far it may grow where that is further.
    pub(crate) fn shape(&self) -> Outcome<(Shape, Option<MaxShape>)> {
        // SAFETY: the identifier is a dataspace.
        let class = locked(|| unsafe { H5Sget_simple_extent_type(self.raw()) });
        if class == H5S_NULL {
            return Ok((Shape::Null, None));
        }
        if class == H5S_SCALAR {
            return Ok((Shape::Scalar, None));
        }
        if class != H5S_SIMPLE {
            return Err(Cause::new("the dataspace is of no known class"));
        }
        // SAFETY: as above.
        let rank = call(|| unsafe { H5Sget_simple_extent_ndims(self.raw()) })?;
        let rank = usize::try_from(rank).unwrap_or(0);
        if rank == 0 {
            return Ok((Shape::Scalar, None));
        }
        let (mut dims, mut max) = (vec![0; rank], vec![0; rank]);
        // SAFETY: both arrays have room for the rank.
        call(|| unsafe { H5Sget_simple_extent_dims(self.raw(), dims.as_mut_ptr(), max.as_mut_ptr()) })?;
        let grows = max != dims;
        let max = max.into_iter().map(|len| (len != H5S_UNLIMITED).then_some(len)).collect();
        Ok((Shape::Simple(dims), grows.then_some(max)))
    }

    /// Selects a region; its rank is the dataspace's, which is at least 1.
    pub(crate) fn select(&self, region: &Region) -> Outcome<()> {
        let of = |part: fn(&nwb_model::selection::Steps) -> u64| region.axes().iter().map(part).collect::<Vec<_>>();
        let (start, count) = (of(|axis| axis.start), of(|axis| axis.count));
        let step = of(|axis| axis.step.max(1));
        // SAFETY: the identifier is a dataspace.
        let rank = call(|| unsafe { H5Sget_simple_extent_ndims(self.raw()) })?;
        if usize::try_from(rank) != Ok(start.len()) {
            return Err(Cause::new("the selection has another number of axes than the data"));
        }
        // SAFETY: the arrays have as many entries as the dataspace has axes; no block means single elements.
        call(|| unsafe {
            H5Sselect_hyperslab(self.raw(), H5S_SELECT_SET, start.as_ptr(), step.as_ptr(), count.as_ptr(), ptr::null())
        })
        .map(drop)
    }

    /// What is selected, as blocks or points.
    pub(crate) fn selection(&self) -> Outcome<Selected> {
        let (shape, _) = self.shape()?;
        let rank = shape.dims().len();
        // SAFETY: the identifier is a dataspace.
        let kind = locked(|| unsafe { H5Sget_select_type(self.raw()) });
        if kind == H5S_SEL_ALL {
            return Ok(Selected::All);
        }
        if kind == H5S_SEL_NONE {
            return Ok(Selected::None);
        }
        let points = kind == H5S_SEL_POINTS;
        // SAFETY: as above.
        let count = call(|| unsafe {
            if points { H5Sget_select_elem_npoints(self.raw()) } else { H5Sget_select_hyper_nblocks(self.raw()) }
        })?;
        let count = u64::try_from(count).unwrap_or(0);
        let numbers = usize::try_from(count)
            .ok()
            .and_then(|count| count.checked_mul(rank)?.checked_mul(if points { 1 } else { 2 }))
            .ok_or_else(|| Cause::new("the selection is too large"))?;
        let mut coordinates = Vec::new();
        coordinates.try_reserve_exact(numbers).map_err(|_| Cause::new("the selection is too large"))?;
        coordinates.resize(numbers, 0u64);
        // SAFETY: a point takes `rank` numbers, a block twice as many; there is room for `count` of them.
        call(|| unsafe {
            if points {
                H5Sget_select_elem_pointlist(self.raw(), 0, count, coordinates.as_mut_ptr())
            } else {
                H5Sget_select_hyper_blocklist(self.raw(), 0, count, coordinates.as_mut_ptr())
            }
        })?;
        Ok(if points { Selected::Points(coordinates) } else { Selected::Blocks(coordinates) })
    }

    /// Selects what `selection` has given, in a dataspace of the same rank.
    pub(crate) fn set_selection(&self, selected: &Selected) -> Outcome<()> {
        let (shape, _) = self.shape()?;
        let rank = shape.dims().len();
        let whole = |coordinates: &[u64], each: usize| {
            if rank > 0 && coordinates.len().is_multiple_of(rank * each) {
                Ok(())
            } else {
                Err(Cause::new("the selection has another number of axes than the data"))
            }
        };
        match selected {
            // SAFETY: the identifier is a dataspace.
            Selected::All => call(|| unsafe { H5Sselect_all(self.raw()) }).map(drop),
            // SAFETY: as above.
            Selected::None => call(|| unsafe { H5Sselect_none(self.raw()) }).map(drop),
            Selected::Points(points) => {
                whole(points, 1)?;
                // SAFETY: there are that many points of `rank` numbers.
                call(|| unsafe { H5Sselect_elements(self.raw(), H5S_SELECT_SET, points.len() / rank, points.as_ptr()) })
                    .map(drop)
            }
            Selected::Blocks(blocks) => {
                whole(blocks, 2)?;
                // SAFETY: as above.
                call(|| unsafe { H5Sselect_none(self.raw()) })?;
                for block in blocks.chunks_exact(2 * rank) {
                    let (first, last) = block.split_at(rank);
                    let size: Option<Vec<u64>> =
                        first.iter().zip(last).map(|(first, last)| last.checked_sub(*first)?.checked_add(1)).collect();
                    let size = size.ok_or_else(|| Cause::new("a block of the selection ends before it begins"))?;
                    let ones = vec![1; rank];
                    // SAFETY: all arrays have `rank` entries.
                    call(|| unsafe {
                        H5Sselect_hyperslab(
                            self.raw(),
                            H5S_SELECT_OR,
                            first.as_ptr(),
                            ptr::null(),
                            ones.as_ptr(),
                            size.as_ptr(),
                        )
                    })?;
                }
                Ok(())
            }
        }
    }
}

/// What a region reference selects: all, nothing, the coordinates of points, or the corners of blocks (first and last).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Selected {
    All,
    None,
    Points(Vec<u64>),
    Blocks(Vec<u64>),
}
