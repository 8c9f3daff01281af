//! The elements of a dataset, read when and as far as they are asked for.

mod blocks;
mod lossy;
mod many;

use std::fmt;

use bytemuck::Pod;
use ndarray::{Array, ArrayD, ArrayViewMut, Dimension};

use crate::assembly::Assembly;
use crate::backend::{DatasetInfo, Layout};
use crate::batch::{How, Wanted};
use crate::data::{Data, Rows};
use crate::dtype::Dtype;
pub use crate::element::Scale;
use crate::element::{AlongAxis, Element, Float, zeroed};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Picks, Region, Selection};
use crate::tree::Object;
use crate::value::{Bytes, Shape, Value, shaped};
pub use blocks::{Block, Blocks};
pub use lossy::Lossy;

/// From this size on, room for elements is prepared for a large read.
const LARGE: usize = 4 << 20;

/// A handle to a dataset. It keeps the file open and reads nothing until it is told what to read.
///
/// ```
/// use ndarray::{Array2, s};
/// # use nwb_model::{backend::{DatasetInfo, Store}, element::Element, memory::Memory, selection::Region, tree::Object, value::{Shape, Value}};
/// # let mut file = Memory::new("example").begin()?;
/// # let info = DatasetInfo::new(u16::dtype(), Shape::of(&[2, 3]));
/// # let root = file.root();
/// # let traces = file.create_dataset(root, "traces", &info)?;
/// # file.write(traces, &Region::all(&[2, 3]), &Value::array(ndarray::arr2(&[[1u16, 2, 3], [4, 5, 6]])))?;
/// # let root = Object::root_of(file.commit()?);
/// let traces = root.get("traces")?.dataset()?;
/// let second_column: Vec<u16> = traces.read::<u16, ndarray::Ix1>(s![.., 1])?.to_vec();
/// assert_eq!(second_column, [2, 5]);
/// let all: Array2<f64> = traces.read(..)?;
/// assert_eq!(all.shape(), [2, 3]);
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Dataset {
    object: Object,
}

impl Dataset {
    pub(crate) fn new(object: Object) -> Self {
        Self { object }
    }

    /// The object behind it.
    #[must_use]
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// How it is stored: type, shape, chunks, filters, fill value.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn info(&self) -> Result<&DatasetInfo> {
        self.object.node_ref().info()
    }

    /// What one element is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn dtype(&self) -> Result<&Dtype> {
        Ok(&self.info()?.dtype)
    }

    /// The length of each axis, slowest first; none for a scalar.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn shape(&self) -> Result<&[u64]> {
        Ok(self.info()?.shape.dims())
    }

    /// How many bytes its elements take in the file, compressed if they are; `None` where that cannot be told.
    ///
    /// # Errors
    /// When the dataset or its chunk index cannot be read.
    pub fn stored_bytes(&self) -> Result<Option<u64>> {
        let info = self.info()?;
        if matches!(info.layout, Layout::Chunked(_)) {
            let chunks = self.object.backend().chunks(self.object.address()).map_err(|e| self.object.fail(e))?;
            return Ok(chunks.map(|all| all.iter().fold(0, |sum: u64, chunk| sum.saturating_add(chunk.size))));
        }
        let count = if info.dtype.is_plain() { info.shape.len() } else { None };
        Ok(count.map(|count| count.saturating_mul(info.dtype.size() as u64)))
    }

    /// Reads elements as an array of a number type or `bool`.
    ///
    /// Everything is `..`, some rows are `3..10`, and any part is ndarray's `s![.., 10..20, -1]`. Each number is converted
    /// exactly; where the stored type has values that the asked-for type has not, and they occur, that is an error.
    ///
    /// # Errors
    /// When the selection reaches outside, the elements are no numbers or do not convert, the array has another number of axes
    /// than the selection gives, or the elements cannot be read.
    pub fn read<T: Element, D: Dimension>(&self, selection: impl Into<Selection>) -> Result<Array<T, D>> {
        self.read_inner(&selection.into()).map_err(|e| self.object.fail(e))
    }

    fn read_inner<T: Element, D: Dimension>(&self, selection: &Selection) -> Result<Array<T, D>> {
        let (picks, shape) = self.picks(selection)?;
        self.check_axes::<D>(&shape)?;
        let convert = T::converter(&self.info()?.dtype)?;
        let raw = self.read_raw(&picks, How { convert: convert.as_deref(), faults: None })?;
        shaped(T::from_raw(raw), &shape)
    }

    /// Reads elements into an array or a slice of the caller's: nothing is allocated but what one chunk for each thread takes.
    ///
    /// Its shape is that of the selection, or it has one axis for all elements in order.
    ///
    /// ```
    /// # use nwb_model::{backend::{DatasetInfo, Store}, element::Element, memory::Memory, selection::Region, tree::Object, value::{Shape, Value}};
    /// # let mut file = Memory::new("example").begin()?;
    /// # let root = file.root();
    /// # let movie = file.create_dataset(root, "movie", &DatasetInfo::new(u16::dtype(), Shape::of(&[2, 3])))?;
    /// # file.write(movie, &Region::all(&[2, 3]), &Value::array(ndarray::arr2(&[[1u16, 2, 3], [4, 5, 6]])))?;
    /// # let movie = Object::root_of(file.commit()?).get("movie")?.dataset()?;
    /// let mut frame = [0f32; 3];
    /// movie.read_into(ndarray::s![1, ..], &mut frame[..])?;
    /// assert_eq!(frame, [4.0, 5.0, 6.0]);
    /// # Ok::<(), nwb_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read), and when the array is of another shape. What is in it then is not known.
    pub fn read_into<'a, T: Element, D: Dimension>(
        &self,
        selection: impl Into<Selection>,
        out: impl Into<ArrayViewMut<'a, T, D>>,
    ) -> Result<()> {
        self.read_into_inner(&selection.into(), out.into()).map_err(|e| self.object.fail(e))
    }

    fn read_into_inner<T: Element, D: Dimension>(
        &self,
        selection: &Selection,
        mut out: ArrayViewMut<'_, T, D>,
    ) -> Result<()> {
        let (picks, shape) = self.picks(selection)?;
        let same_shape = out.shape().iter().map(|&len| len as u64).eq(shape.iter().copied());
        if !same_shape && (out.ndim() != 1 || out.len() as u64 != picks.len()) {
            return Err(Error::new(ErrorKind::Invalid, "the array has another shape than the selection")
                .expected(format!("{shape:?}"))
                .found(format!("{:?}", out.shape())));
        }
        let convert = T::converter(&self.info()?.dtype)?;
        let how = How { convert: convert.as_deref(), faults: None };
        if let Some(raw) = out.as_slice_mut().and_then(T::as_raw) {
            let out = bytemuck::cast_slice_mut(raw);
            return self.fetch(&mut [Wanted { picks, out }], how);
        }
        let elements = T::from_raw(self.read_raw(&picks, how)?);
        out.iter_mut().zip(elements).for_each(|(place, element)| *place = element);
        Ok(())
    }

    /// Reads numbers as physical quantities, `stored * conversion + offset`, while they are decoded.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_scaled<T: Float, D: Dimension>(
        &self,
        selection: impl Into<Selection>,
        scale: Scale,
    ) -> Result<Array<T, D>> {
        let inner = || {
            let (picks, shape) = self.picks(&selection.into())?;
            self.check_axes::<D>(&shape)?;
            let convert = T::scaler(&self.info()?.dtype, scale)?;
            let raw = self.read_raw::<T::Raw>(&picks, How { convert: Some(&*convert), faults: None })?;
            shaped(T::from_raw(raw), &shape)
        };
        inner().map_err(|e| self.object.fail(e))
    }

    /// As [`read_scaled`](Self::read_scaled), with a factor of its own for each selected place along an axis of the dataset:
    /// `stored * conversion * factor + offset`. One factor is that of all.
    pub(crate) fn read_scaled_along(
        &self,
        selection: impl Into<Selection>,
        scale: Scale,
        axis: usize,
        factors: Vec<f64>,
    ) -> Result<ArrayD<f64>> {
        let inner = || {
            let (picks, shape) = self.picks(&selection.into())?;
            let stride = picks.shape().iter().skip(axis + 1).product::<u64>();
            let stride = usize::try_from(stride).unwrap_or(usize::MAX);
            let convert = AlongAxis::new(&self.info()?.dtype, scale, factors, stride)?;
            shaped(self.read_raw::<f64>(&picks, How { convert: Some(&convert), faults: None })?, &shape)
        };
        inner().map_err(|e| self.object.fail(e))
    }

    fn check_axes<D: Dimension>(&self, shape: &[u64]) -> Result<()> {
        let Some(axes) = D::NDIM.filter(|&axes| axes != shape.len()) else { return Ok(()) };
        Err(Error::new(ErrorKind::WrongType, "the array has another number of axes than the selection gives")
            .expected(format!("{axes} axes"))
            .found(format!("shape {shape:?} of a dataset of shape {}", self.info()?.shape)))
    }

    /// Elements in a vector of their own.
    fn read_raw<R: Pod>(&self, picks: &Picks, how: How<'_>) -> Result<Vec<R>> {
        let mut raw = self.room(picks)?;
        self.fetch(&mut [Wanted { picks: picks.clone(), out: bytemuck::cast_slice_mut(&mut raw) }], how)?;
        Ok(raw)
    }

    /// Room for what is picked.
    fn room<R: Pod>(&self, picks: &Picks) -> Result<Vec<R>> {
        let len = usize::try_from(picks.len()).unwrap_or(usize::MAX);
        let widest = self.info()?.dtype.size().max(size_of::<R>());
        if len.checked_mul(widest).is_none_or(|bytes| bytes > isize::MAX.unsigned_abs()) {
            let shape = format!("shape {:?}", picks.shape());
            return Err(Error::new(ErrorKind::Limit, "the selection is larger than memory").found(shape));
        }
        let mut raw = zeroed::<R>(len)?;
        if len * size_of::<R>() >= LARGE {
            self.object.backend().prepare(bytemuck::cast_slice_mut(&mut raw));
        }
        Ok(raw)
    }

    fn fetch(&self, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        self.object.backend().read_batch(self.object.address(), self.info()?, parts, how)
    }

    /// Reads elements of any type, as they are stored.
    ///
    /// # Errors
    /// When the selection reaches outside or the elements cannot be read.
    pub fn read_value(&self, selection: impl Into<Selection>) -> Result<Value> {
        let inner = || {
            let info = self.info()?;
            let (picks, shape) = self.picks(&selection.into())?;
            let backend = self.object.backend();
            let value = match picks.as_region() {
                Some(region) => backend.read(self.object.address(), &region)?,
                None if info.dtype.is_plain() => {
                    let bytes = picks.len().saturating_mul(info.dtype.size() as u64);
                    let mut stored = zeroed::<u8>(usize::try_from(bytes).unwrap_or(usize::MAX))?;
                    self.fetch(&mut [Wanted { picks: picks.clone(), out: &mut stored }], How::default())?;
                    Value::from_parts(info.dtype.clone(), Shape::of(&picks.shape()), Bytes::from_vec(stored), None)?
                }
                None => {
                    let all = picks.shape();
                    let mut together = Assembly::new(info.dtype.clone(), Shape::of(&all), None);
                    for (from, to) in picks.regions().iter().filter(|(from, _)| !from.is_empty()) {
                        together.write(to, &backend.read(self.object.address(), from)?)?;
                    }
                    together.read(&Region::all(&all))?
                }
            };
            let shape = match &info.shape {
                Shape::Simple(_) => Shape::of(&shape),
                whole => whole.clone(),
            };
            value.reshaped(shape)
        };
        inner().map_err(|e| self.object.fail(e))
    }

    /// All elements right where the file has them, without a copy. It takes a contiguous, unfiltered dataset and a file that was
    /// opened in a way that allows it; for HDF5 that is `nwb_hdf5::OpenOptions::allow_mapping`, where it is said what it risks.
    ///
    /// # Errors
    /// When any of that is not so.
    pub fn mapped(&self) -> Result<Value> {
        let inner = || {
            let info = self.info()?;
            let bytes = self.object.backend().mapped(self.object.address())?;
            Value::from_parts(info.dtype.clone(), info.shape.clone(), bytes, None)
        };
        inner().map_err(|e| self.object.fail(e))
    }

    /// Reads texts, in order.
    ///
    /// # Errors
    /// When the elements are no texts, or cannot be read.
    pub fn read_texts(&self, selection: impl Into<Selection>) -> Result<Vec<String>> {
        let value = self.read_value(selection)?;
        Ok(value.as_texts().map_err(|e| self.object.fail(e))?.into_iter().map(str::to_owned).collect())
    }

    /// Reads references, in order, and resolves them; null ones are `None`.
    ///
    /// # Errors
    /// When the elements are no references, or cannot be read.
    pub fn read_references(&self, selection: impl Into<Selection>) -> Result<Vec<Option<Object>>> {
        let value = self.read_value(selection)?;
        let addresses = value.as_references().map_err(|e| self.object.fail(e))?;
        Ok(addresses.into_iter().map(|address| self.object.resolve(address)).collect())
    }

    fn picks(&self, selection: &Selection) -> Result<(Picks, Vec<u64>)> {
        let info = self.info()?;
        if info.shape == Shape::Null {
            return Err(Error::new(ErrorKind::WrongType, "the dataset is null: it has no elements and no shape"));
        }
        selection.resolve(info.shape.dims())
    }
}

/// Rows of a dataset in a file, for whatever works through one: its `shape` and `dtype` are those of the dataset when it was
/// first asked.
impl Rows for Dataset {
    fn dtype(&self) -> Dtype {
        self.info().map_or(Dtype::Bool, |info| info.dtype.clone())
    }

    fn shape(&self) -> Vec<u64> {
        self.info().map_or(Vec::new(), |info| info.shape.dims().to_vec())
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        self.read_value(place(first)..place(first.saturating_add(count)))
    }
}

impl fmt::Debug for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Ok(info) => write!(f, "Dataset({} {} at {})", info.dtype, info.shape, self.object.path()),
            Err(error) => write!(f, "Dataset({error})"),
        }
    }
}

/// The same elements, written as they are stored; they are read when they are written.
impl TryFrom<&Dataset> for Data {
    type Error = Error;

    fn try_from(dataset: &Dataset) -> Result<Self> {
        let mut info = dataset.info()?.clone();
        info.named_type = None;
        if info.dtype.has_references() {
            return Err(dataset.object.fail(
                Error::new(ErrorKind::Unsupported, "references mean nothing in another file")
                    .remedy("copy the objects that they lead to, and refer to the copies"),
            ));
        }
        Ok(Self::stored(dataset.object.backend().clone(), dataset.object.address(), info))
    }
}
