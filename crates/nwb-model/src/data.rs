//! Elements on their way into a dataset: arrays in memory, streams, elements of another dataset; and how they shall be stored.

mod blocks;
mod shared;

use std::fmt::Debug;
use std::sync::Arc;

use ndarray::{ArcArray, Array, ArrayView, Dimension};

use crate::assembly::Assembly;
use crate::backend::{Address, Backend, DatasetInfo, Filter, Layout};
use crate::draft::{Handle, Owner};
use crate::dtype::Dtype;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;
use crate::selection::Region;
use crate::time::Timestamp;
use crate::value::{Shape, Value};

/// Elements that are made when they are asked for: a movie in a TIFF file, say.
///
/// They are asked for in runs of rows, a row being all elements of one index of the first axis; each row once when a file is
/// written, and in order.
pub trait Rows: Debug + Send + Sync + 'static {
    /// What one element is.
    fn dtype(&self) -> Dtype;

    /// The length of each axis; at least one axis.
    fn shape(&self) -> Vec<u64>;

    /// The rows from `first` on, `count` of them, as a value of shape `[count, ...]`.
    ///
    /// # Errors
    /// When they cannot be made: the file behind them is damaged, for one.
    fn rows(&self, first: u64, count: u64) -> Result<Value>;
}

/// Where elements come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// They are here.
    Value(Value),
    /// They are made on request.
    Rows(Arc<dyn Rows>),
    /// They were written block by block.
    Blocks(Arc<Assembly>),
    /// They are in several sources, one behind the other.
    Joined(Arc<crate::joined::Joined>),
    /// They are in another type yet.
    Converted { from: Arc<Source>, to: Dtype, convert: fn(Value, &Dtype) -> Result<Value> },
    /// They are in the transaction of the edit, in this dataset.
    Streamed(Address),
    /// They are in a file.
    Stored { backend: Arc<dyn Backend>, dataset: Address },
}

impl Source {
    pub(crate) fn read(&self, region: &Region) -> Result<Value> {
        match self {
            // There is nothing to select from where there are no axes and no elements.
            Self::Value(value) if *value.shape() == Shape::Null => Ok(value.clone()),
            Self::Value(value) => value.select(region),
            Self::Rows(rows) => {
                let shape = rows.shape();
                let Some((first, inner)) = region.axes().split_first() else {
                    return Err(Error::new(ErrorKind::Invalid, "rows have at least one axis"));
                };
                let count = first.end().saturating_sub(first.start);
                let value = rows.rows(first.start, count)?;
                let mut expected = shape;
                if let Some(len) = expected.first_mut() {
                    *len = count;
                }
                if value.shape().dims() != expected || *value.dtype() != rows.dtype() {
                    return Err(Error::new(
                        ErrorKind::Invalid,
                        "a source of rows gave something else than it promised",
                    )
                    .expected(format!("{} of shape {expected:?}", rows.dtype()))
                    .found(format!("{} of shape {}", value.dtype(), value.shape())));
                }
                let mut axes = vec![crate::selection::Steps { start: 0, ..*first }];
                axes.extend_from_slice(inner);
                value.select(&Region::new(axes))
            }
            Self::Blocks(blocks) => blocks.read(region),
            Self::Joined(joined) => joined.read(region),
            Self::Converted { from, to, convert } => convert(from.read(region)?, to),
            Self::Streamed(_) => Err(not_yet()),
            Self::Stored { backend, dataset } => backend.read(*dataset, region),
        }
    }
}

/// What shall be in a dataset, and how it shall be stored.
///
/// Most of the time it comes by `.into()`: from an ndarray array of any number type or `bool`, a vector of numbers or texts, a
/// [`Value`], a [`Dataset`](crate::dataset::Dataset) of an open file; or from [`Data::rows`], [`Data::from_blocks`], and of
/// any length from [`Edit::stream`](crate::edit::Edit::stream). Stored after the
/// [`Profile`] of the edit, if nothing else is asked for.
///
/// ```
/// use ndarray::Array3;
/// use nwb_model::data::Data;
///
/// let movie = Array3::<u16>::zeros((100, 64, 32));
/// let data = Data::from(movie).chunks(&[50, 64, 32]).shuffle().deflate(4);
/// assert_eq!(data.shape().dims(), [100, 64, 32]);
/// ```
#[derive(Clone, Debug)]
pub struct Data {
    source: Source,
    info: Box<DatasetInfo>,
    storage: Storing,
    /// The edit whose objects the elements refer to.
    owner: Option<Owner>,
}

/// Who says how elements are stored.
#[derive(Clone, Debug, Default)]
enum Storing {
    /// The profile of the edit.
    #[default]
    ByTheEdit,
    /// This profile.
    By(Profile),
    /// The caller has said it.
    AsAsked,
}

impl Data {
    /// References to objects of an edit, along one axis.
    #[must_use]
    pub fn references<T>(targets: impl IntoIterator<Item = Handle<T>>) -> Self {
        let (addresses, owners): (Vec<Address>, Vec<Owner>) =
            targets.into_iter().map(|target| (target.address, target.owner)).unzip();
        Self::referring(Value::references(addresses), owners)
    }

    /// Elements with references to objects of an edit.
    pub(crate) fn referring(elements: Value, owners: impl IntoIterator<Item = Owner>) -> Self {
        let mut owners = owners.into_iter();
        let first = owners.next();
        // Handles of several edits are of no edit.
        let owner = if owners.all(|other| Some(other) == first) { first } else { Some(Owner::NONE) };
        Self { owner, ..Self::from(elements) }
    }

    /// Elements that are made when they are asked for.
    #[must_use]
    pub fn rows(rows: impl Rows) -> Self {
        let info = Box::new(DatasetInfo::new(rows.dtype(), Shape::of(&rows.shape())));
        Self { source: Source::Rows(Arc::new(rows)), info, storage: Storing::default(), owner: None }
    }

    /// Elements that come block by block from an iterator, when the file is written: so many as the shape says, in order, in blocks of
    /// any size, of several rows each or of a single one without the first axis. They are taken from the iterator once, and no
    /// faster than they are written; what is in memory is bounded however many they are.
    ///
    /// Where nobody knows beforehand how many rows there will be, and where they come over hours:
    /// [`Edit::stream_blocks`](crate::edit::Edit::stream_blocks) and [`Edit::stream`](crate::edit::Edit::stream).
    ///
    /// An error of the iterator is that of the commit, which then leaves no file. So is it when it ends early, or gives more. Elements
    /// that were read before, from the edit's own view, are not there any more when it is committed.
    ///
    /// ```
    /// use nwb_model::data::Data;
    /// use nwb_model::element::Element as _;
    /// use nwb_model::ndarray::Array3;
    ///
    /// // 1000 frames in blocks of 40, one in memory at a time.
    /// let blocks = (0..25).map(|_| Ok(Array3::<u16>::zeros((40, 64, 32))));
    /// let movie = Data::from_blocks(u16::dtype(), &[1000, 64, 32], blocks);
    /// assert_eq!(movie.shape().dims(), [1000, 64, 32]);
    /// ```
    #[must_use]
    pub fn from_blocks<B, I>(dtype: Dtype, shape: &[u64], blocks: I) -> Self
    where
        B: Into<Self>,
        I: IntoIterator<Item = Result<B>>,
        I::IntoIter: Send + 'static,
    {
        let blocks = blocks.into_iter().map(|block| block.map(Into::into));
        Self::rows(blocks::Blocks::new(dtype, shape.to_vec(), Box::new(blocks)))
    }

    /// The elements of a dataset in a file, stored as they are there.
    pub(crate) fn stored(backend: Arc<dyn Backend>, dataset: Address, info: DatasetInfo) -> Self {
        let source = Source::Stored { backend, dataset };
        Self { source, info: Box::new(info), storage: Storing::AsAsked, owner: None }
    }

    /// No rows yet of that shape: what a [`Stream`](crate::stream::Stream) begins with.
    #[must_use]
    pub fn empty<T: Element>(row: &[u64]) -> Self {
        Self::empty_of(T::dtype(), row)
    }

    /// As [`empty`](Self::empty), of any type: texts, say.
    #[must_use]
    pub fn empty_of(dtype: Dtype, row: &[u64]) -> Self {
        let dims: Vec<u64> = std::iter::once(0).chain(row.iter().copied()).collect();
        let info = Box::new(DatasetInfo::new(dtype.clone(), Shape::Simple(dims.clone())));
        let none = Assembly::new(dtype, Shape::Simple(dims), None);
        Self { source: Source::Blocks(Arc::new(none)), info, storage: Storing::default(), owner: None }
    }

    /// Elements that are in the edit's file already.
    pub(crate) fn streamed(dataset: Address, info: DatasetInfo, owner: Owner) -> Self {
        let source = Source::Streamed(dataset);
        Self { source, info: Box::new(info), storage: Storing::AsAsked, owner: Some(owner) }
    }

    /// What one element is.
    #[must_use]
    pub fn dtype(&self) -> &Dtype {
        &self.info.dtype
    }

    /// How many elements there are.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.info.shape
    }

    /// Stores them in chunks of this shape, one length for each axis.
    #[must_use]
    pub fn chunks(mut self, shape: &[u64]) -> Self {
        self.info.layout = Layout::Chunked(shape.to_vec());
        self.storage = Storing::AsAsked;
        self
    }

    /// Stores them in one run, uncompressed, whatever the profile of the edit says.
    #[must_use]
    pub fn contiguous(mut self) -> Self {
        self.info.layout = Layout::Contiguous;
        self.info.filters.clear();
        self.storage = Storing::AsAsked;
        self
    }

    /// Stores them after this profile, and not that of the edit.
    #[must_use]
    pub fn profile(self, profile: Profile) -> Self {
        Self { storage: Storing::By(profile), ..self }
    }

    /// The profile that they are stored after, if the caller has not said how.
    pub(crate) fn chosen_profile(&self, of_the_edit: &Profile) -> Option<Profile> {
        match &self.storage {
            Storing::ByTheEdit => Some(of_the_edit.clone()),
            Storing::By(profile) => Some(profile.clone()),
            Storing::AsAsked => None,
        }
    }

    /// Lets the dataset grow along its first axis later.
    #[must_use]
    pub fn growable(mut self) -> Self {
        let dims = self.info.shape.dims();
        self.info.max_shape =
            Some(dims.iter().enumerate().map(|(axis, &len)| if axis == 0 { None } else { Some(len) }).collect());
        self
    }

    /// Compresses each chunk with deflate (gzip), level 0 to 9.
    #[must_use]
    pub fn deflate(self, level: u32) -> Self {
        self.filter(Filter::deflate(level))
    }

    /// Shuffles the bytes of each chunk, which helps a compression that follows.
    #[must_use]
    pub fn shuffle(self) -> Self {
        self.filter(Filter::shuffle())
    }

    /// Stores a checksum with each chunk.
    #[must_use]
    pub fn fletcher32(self) -> Self {
        self.filter(Filter::fletcher32())
    }

    /// Adds a filter to the end of the pipeline.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.info.filters.push(filter);
        self.storage = Storing::AsAsked;
        self
    }

    pub(crate) fn owned_by(self, owner: Option<Owner>) -> Self {
        Self { owner, ..self }
    }

    pub(crate) fn owner(&self) -> Option<Owner> {
        self.owner
    }

    pub(crate) fn with_owner(self, owner: Owner) -> Self {
        Self { owner: Some(owner), ..self }
    }

    /// All elements, read if they are not in memory.
    pub(crate) fn into_value(self) -> Result<Value> {
        match self.source {
            Source::Value(value) => Ok(value),
            source => source.read(&Region::all(self.info.shape.dims())),
        }
    }

    pub(crate) fn info_mut(&mut self) -> &mut DatasetInfo {
        &mut self.info
    }

    pub(crate) fn into_parts(self) -> (Source, Box<DatasetInfo>) {
        (self.source, self.info)
    }

    /// The same elements in another type: at once where they are in memory, else when they are read.
    pub(crate) fn try_map(mut self, to: Dtype, convert: fn(Value, &Dtype) -> Result<Value>) -> Result<Self> {
        self.source = match self.source {
            Source::Value(value) => Source::Value(convert(value, &to)?),
            Source::Streamed(_) => {
                return Err(Error::new(
                    ErrorKind::WrongType,
                    "the elements of the stream are of another type than is wanted",
                )
                .expected(to.to_string())
                .found(self.info.dtype.to_string())
                .remedy("stream elements of the type that the schema asks for"));
            }
            other => Source::Converted { from: Arc::new(other), to: to.clone(), convert },
        };
        self.info.dtype = to;
        self.info.fill = None;
        Ok(self)
    }
}

fn not_yet() -> Error {
    Error::new(ErrorKind::Unsupported, "the elements of a stream can be read when the edit is committed")
}

impl From<Value> for Data {
    fn from(value: Value) -> Self {
        Self {
            info: Box::new(DatasetInfo::new(value.dtype().clone(), value.shape().clone())),
            source: Source::Value(value),
            storage: Storing::default(),
            owner: None,
        }
    }
}

impl<T: Element, D: Dimension> From<Array<T, D>> for Data {
    fn from(array: Array<T, D>) -> Self {
        Value::array(array).into()
    }
}

/// Shares the array, or the part of it that it is: what is copied is a block at a time, when the file is written.
impl<T: Element, D: Dimension> From<ArcArray<T, D>> for Data {
    fn from(array: ArcArray<T, D>) -> Self {
        shared::data(array.into_dyn())
    }
}

impl<T: Element, D: Dimension> From<ArrayView<'_, T, D>> for Data {
    fn from(array: ArrayView<'_, T, D>) -> Self {
        Value::copy_of(&array).into()
    }
}

impl<T: Element> From<Vec<T>> for Data {
    fn from(elements: Vec<T>) -> Self {
        Value::vector(elements).into()
    }
}

impl<T: Element> From<&[T]> for Data {
    fn from(elements: &[T]) -> Self {
        Value::vector(elements.to_vec()).into()
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Data {
    fn from(elements: [T; N]) -> Self {
        Value::vector(elements.to_vec()).into()
    }
}

impl From<Vec<String>> for Data {
    fn from(texts: Vec<String>) -> Self {
        Value::texts(texts).into()
    }
}

impl From<Vec<&str>> for Data {
    fn from(texts: Vec<&str>) -> Self {
        Value::texts(texts).into()
    }
}

impl<const N: usize> From<[&str; N]> for Data {
    fn from(texts: [&str; N]) -> Self {
        Value::texts(texts).into()
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Value::text(text).into()
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Value::text(&text).into()
    }
}

impl From<Timestamp> for Data {
    fn from(time: Timestamp) -> Self {
        Value::from(time).into()
    }
}

macro_rules! from_scalars {
    ($($t:ty),*) => {$(
        impl From<$t> for Data {
            fn from(value: $t) -> Self {
                Value::scalar(value).into()
            }
        }

    )*};
}
from_scalars!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, bool);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Bytes;

    #[test]
    fn data_of_no_shape_are_read_as_they_are() {
        let null = Value::from_parts(Dtype::TEXT, Shape::Null, Bytes::from_vec(Vec::<u64>::new()), None).unwrap();
        let (source, info) = Data::from(null.clone()).into_parts();
        assert_eq!(source.read(&Region::all(info.shape.dims())).unwrap(), null);
    }
}
