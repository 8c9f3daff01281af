//! What can be read of a damaged dataset.

use ndarray::{Array, Dimension};

use super::Dataset;
use crate::batch::{Fault, Faults, How, Wanted};
use crate::element::Element;
use crate::error::Result;
use crate::selection::Selection;
use crate::value::shaped;

/// Elements of which some could not be read.
#[derive(Clone, Debug)]
pub struct Lossy<T, D: Dimension> {
    /// The elements; in the places of those that could not be read is what the caller said.
    pub array: Array<T, D>,
    /// What could not be read, as regions of the dataset, and why: a whole chunk each.
    pub faults: Vec<Fault>,
}

impl Dataset {
    /// Reads what can be read. Elements that cannot, because the chunk that they are in is damaged, are `missing` in the result,
    /// and listed.
    ///
    /// # Errors
    /// As [`read`](Self::read), but for damaged chunks.
    pub fn read_lossy<T: Element, D: Dimension>(
        &self,
        selection: impl Into<Selection>,
        missing: T,
    ) -> Result<Lossy<T, D>> {
        let inner = || {
            let (picks, shape) = self.picks(&selection.into())?;
            self.check_axes::<D>(&shape)?;
            let convert = T::converter(&self.info()?.dtype)?;
            let mut raw = self.room::<T::Raw>(&picks)?;
            raw.fill(missing.into_raw());
            let faults = Faults::default();
            let mut parts = [Wanted { picks, out: bytemuck::cast_slice_mut(&mut raw) }];
            self.fetch(&mut parts, How { convert: convert.as_deref(), faults: Some(&faults) })?;
            Ok(Lossy { array: shaped(T::from_raw(raw), &shape)?, faults: faults.into_sorted() })
        };
        inner().map_err(|e| self.object.fail(e))
    }
}
