//! The elements of a dataset, read when and as far as they are asked for.

use std::fmt;

use ndarray::{Array, Dimension};

use crate::backend::DatasetInfo;
use crate::data::{Data, Rows};
use crate::dtype::Dtype;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Selection;
use crate::tree::Object;
use crate::value::{Shape, Value, shaped};

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
        let info = self.info()?;
        let (region, shape) = self.region(selection)?;
        if let Some(axes) = D::NDIM
            && axes != shape.len()
        {
            return Err(Error::new(
                ErrorKind::WrongType,
                "the array has another number of axes than the selection gives",
            )
            .expected(format!("{axes} axes"))
            .found(format!("shape {shape:?} of a dataset of shape {}", info.shape)));
        }
        let len = usize::try_from(region.len()).unwrap_or(usize::MAX);
        if len.checked_mul(info.dtype.size().max(size_of::<T>())).is_none_or(|bytes| bytes > isize::MAX.unsigned_abs())
        {
            return Err(
                Error::new(ErrorKind::Limit, "the selection is larger than memory").found(format!("shape {shape:?}"))
            );
        }
        let backend = self.object.backend();
        let elements =
            T::read_with(&info.dtype, len, &mut |out| backend.read_into(self.object.address(), &region, out))?;
        shaped(elements, &shape)
    }

    /// Reads elements of any type, as they are stored.
    ///
    /// # Errors
    /// When the selection reaches outside or the elements cannot be read.
    pub fn read_value(&self, selection: impl Into<Selection>) -> Result<Value> {
        let inner = || {
            let (region, shape) = self.region(&selection.into())?;
            let value = self.object.backend().read(self.object.address(), &region)?;
            let shape = match &self.info()?.shape {
                Shape::Simple(_) => Shape::of(&shape),
                whole => whole.clone(),
            };
            value.reshaped(shape)
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

    fn region(&self, selection: &Selection) -> Result<(crate::selection::Region, Vec<u64>)> {
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
