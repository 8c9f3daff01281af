//! Many selections in one go, and masks.

use ndarray::{Array, ArrayRef, Dimension};

use super::Dataset;
use crate::batch::{How, Wanted, chunk_shape_of};
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Picks, Region, Selection, Steps};
use crate::value::shaped;

/// Elements that are held at once while a mask is applied, in bytes.
const MASKED_AT_ONCE: u64 = 64 << 20;

impl Dataset {
    /// Reads many selections in one go: each chunk is read and decoded once, however many of them it is in.
    ///
    /// ```
    /// # use nwb_model::{backend::{DatasetInfo, Store}, element::Element, memory::Memory, selection::Region, tree::Object, value::{Shape, Value}};
    /// # let mut file = Memory::new("example").begin()?;
    /// # let root = file.root();
    /// # let traces = file.create_dataset(root, "traces", &DatasetInfo::new(u16::dtype(), Shape::of(&[6])))?;
    /// # file.write(traces, &Region::all(&[6]), &Value::vector(vec![0u16, 1, 2, 3, 4, 5]))?;
    /// # let traces = Object::root_of(file.commit()?).get("traces")?.dataset()?;
    /// let around: Vec<ndarray::Array1<f64>> = traces.read_many([0..2, 3..6])?;
    /// assert_eq!(around[1].to_vec(), [3.0, 4.0, 5.0]);
    /// # Ok::<(), nwb_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read), for any of them.
    pub fn read_many<T: Element, D: Dimension>(
        &self,
        selections: impl IntoIterator<Item = impl Into<Selection>>,
    ) -> Result<Vec<Array<T, D>>> {
        let selections: Vec<Selection> = selections.into_iter().map(Into::into).collect();
        let inner = || {
            let resolved = selections.iter().map(|selection| self.picks(selection)).collect::<Result<Vec<_>>>()?;
            for (_, shape) in &resolved {
                self.check_axes::<D>(shape)?;
            }
            let all = self.read_all_picks::<T>(resolved.iter().map(|(picks, _)| picks))?;
            all.into_iter().zip(&resolved).map(|(elements, (_, shape))| shaped(elements, shape)).collect::<Result<_>>()
        };
        inner().map_err(|e| self.object.fail(e))
    }

    pub(super) fn read_all_picks<'a, T: Element>(
        &self,
        picks: impl Iterator<Item = &'a Picks> + Clone,
    ) -> Result<Vec<Vec<T>>> {
        let convert = T::converter(&self.info()?.dtype)?;
        let mut raws = picks.clone().map(|picks| self.room::<T::Raw>(picks)).collect::<Result<Vec<_>>>()?;
        let mut parts: Vec<Wanted<'_>> = picks
            .zip(&mut raws)
            .map(|(picks, raw)| Wanted { picks: picks.clone(), out: bytemuck::cast_slice_mut(raw) })
            .collect();
        self.fetch(&mut parts, How { convert: convert.as_deref(), faults: None })?;
        Ok(raws.into_iter().map(T::from_raw).collect())
    }

    /// Reads the elements at which a mask is true, in their order; the mask has the dataset's shape. For a mask of one axis, see
    /// [`Along::mask`](crate::selection::Along::mask).
    ///
    /// # Errors
    /// As [`read`](Self::read), and when the mask has another shape.
    pub fn read_masked<T: Element, D: Dimension>(&self, mask: &ArrayRef<bool, D>) -> Result<Vec<T>> {
        self.read_masked_inner(mask).map_err(|e| self.object.fail(e))
    }

    fn read_masked_inner<T: Element, D: Dimension>(&self, mask: &ArrayRef<bool, D>) -> Result<Vec<T>> {
        let info = self.info()?;
        let (all, shape) = self.picks(&Selection::all())?;
        if !mask.shape().iter().map(|&len| len as u64).eq(shape.iter().copied()) {
            return Err(Error::new(ErrorKind::Invalid, "the mask has another shape than the dataset")
                .expected(format!("{shape:?}"))
                .found(format!("{:?}", mask.shape())));
        }
        // By rows of chunks: their elements come in order, and no chunk is in two of them.
        let Some(&len) = shape.first() else {
            let is_set = mask.iter().any(|&is_set| is_set);
            return if is_set { self.read_raw_as(&all) } else { Ok(Vec::new()) };
        };
        let row = all.len().checked_div(len).unwrap_or(0);
        let row_bytes = row.saturating_mul(info.dtype.size().max(size_of::<T>()) as u64).max(1);
        let chunk = chunk_shape_of(info).first().copied().unwrap_or(1).max(1);
        let rows = (MASKED_AT_ONCE / row_bytes).div_ceil(chunk).max(1).saturating_mul(chunk);
        let mut set = mask.iter();
        let mut found = Vec::new();
        let mut first = 0;
        while first < len {
            let count = rows.min(len - first);
            let size = usize::try_from(count.saturating_mul(row)).unwrap_or(usize::MAX);
            let here: Vec<usize> =
                set.by_ref().take(size).enumerate().filter(|(_, is_set)| **is_set).map(|(at, _)| at).collect();
            if let (Some(&least), Some(&most)) = (here.first(), here.last()) {
                // Rows without any are left out at both ends.
                let row = usize::try_from(row).unwrap_or(usize::MAX).max(1);
                let (above, below) = (least / row, most / row + 1);
                let mut axes = Region::all(&shape).axes().to_vec();
                if let Some(axis) = axes.first_mut() {
                    *axis = Steps::run(first + above as u64, (below - above) as u64);
                }
                let block: Vec<T> = self.read_raw_as(&Picks::from(&Region::new(axes)))?;
                found.extend(here.iter().filter_map(|&at| block.get(at - above * row)));
            }
            first += count;
        }
        Ok(found)
    }

    fn read_raw_as<T: Element>(&self, picks: &Picks) -> Result<Vec<T>> {
        let convert = T::converter(&self.info()?.dtype)?;
        Ok(T::from_raw(self.read_raw(picks, How { convert: convert.as_deref(), faults: None })?))
    }
}
