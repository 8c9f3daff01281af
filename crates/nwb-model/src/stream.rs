//! Elements that are written while they come in, before anything else of the file is.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backend::{Address, DatasetInfo, Layout, Store, Transaction};
use crate::data::Data;
use crate::draft::Owner;
use crate::error::{Error, ErrorKind, Result};
use crate::joined::concatenated;
use crate::layout;
use crate::profile::{Profile, Role};
use crate::selection::{Region, Steps};
use crate::value::{Shape, Value};

/// Elements are written in blocks of about so many bytes.
const BLOCK: u64 = 8 << 20;

/// A dataset that takes elements over hours, in bounded memory: what has come in goes into the unfinished file at once.
///
/// [`Edit::stream`](crate::edit::Edit::stream) begins it, [`finish`](Self::finish) gives what an object can be made with. Until then no
/// object refers to it: where a stream is dropped, or the edit is, nothing of it is in any file. When too much has come in at
/// once, [`push`](Self::push) waits until it is written.
///
/// ```
/// # use nwb_model::{data::Data, edit::{Edit, EditOptions}, memory::Memory, types::*, time::Timestamp, place::Place};
/// # use nwb_model::ext::Timing;
/// # fn main() -> nwb_model::Result<()> {
/// # let init = NwbFileInit { identifier: "a".into(), session_description: "b".into(), session_start_time: Timestamp::parse("2024-03-05T09:41:07Z")? };
/// let mut edit = Edit::create(Memory::new("session"), "session", init, EditOptions::default())?;
/// let mut samples = edit.stream(Data::empty::<i16>(&[2]))?; // rows of two channels
/// for _ in 0..1000 {
///     samples.push(nwb_model::ndarray::Array2::<i16>::zeros((30, 2)))?; // as they come
/// }
/// assert_eq!(samples.rows(), 30_000);
/// let data = samples.finish()?;
/// edit.insert_in(Place::Acquisition, TimeSeries::new(TimeSeriesInit {
///     name: "samples".into(),
///     data: data.into(),
///     unit: "volts".into(),
///     timing: Timing::rate(30_000.0),
/// }))?;
/// edit.commit()?;
/// # Ok(()) }
/// ```
pub struct Stream {
    early: Arc<Early>,
    owner: Owner,
    dataset: Address,
    info: DatasetInfo,
    /// Rows that were given to the file.
    written: u64,
    /// Rows that are one block.
    block: u64,
    waiting: Vec<Value>,
    waiting_rows: u64,
    failed: Option<Error>,
}

/// The edit's hold on the file that streams are written to: with the edit, the file goes.
#[derive(Debug)]
pub(crate) struct Hold(pub(crate) Arc<Early>);

impl Drop for Hold {
    fn drop(&mut self) {
        let given_up = self.0.state().transaction.take();
        drop(given_up);
    }
}

/// A file that streams are written to before it is committed.
pub(crate) struct Early {
    state: Mutex<State>,
}

struct State {
    transaction: Option<Box<dyn Transaction>>,
    /// Streams that were neither finished nor dropped.
    open: usize,
}

impl Early {
    pub(crate) fn begin(store: &dyn Store) -> Result<Self> {
        Ok(Self { state: Mutex::new(State { transaction: Some(store.begin()?), open: 0 }) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<R>(&self, run: impl FnOnce(&mut dyn Transaction) -> Result<R>) -> Result<R> {
        match &mut self.state().transaction {
            Some(transaction) => run(&mut **transaction),
            None => Err(Error::new(ErrorKind::Invalid, "the edit that the stream is of has ended")),
        }
    }

    /// The file, to be completed.
    pub(crate) fn take(&self) -> Result<Box<dyn Transaction>> {
        let mut state = self.state();
        if state.open > 0 {
            return Err(Error::new(ErrorKind::Invalid, "a stream of the edit is not finished")
                .remedy("finish each stream, or drop it, before the edit is committed"));
        }
        state.transaction.take().ok_or_else(|| Error::new(ErrorKind::Invalid, "the edit has ended"))
    }
}

impl fmt::Debug for Early {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Early").finish_non_exhaustive()
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("info", &self.info).field("rows", &self.rows()).finish_non_exhaustive()
    }
}

impl Stream {
    pub(crate) fn begin(early: Arc<Early>, owner: Owner, data: Data, profile: &Profile) -> Result<Self> {
        let profile = data.chosen_profile(profile);
        let (_, info) = data.growable().into_parts();
        let mut info = *info;
        let Some((0, row)) = info.shape.dims().split_first() else {
            return Err(Error::new(ErrorKind::Invalid, "a stream begins with no rows")
                .expected("an empty first axis")
                .found(format!("data of shape {}", info.shape))
                .remedy("begin it with `Data::empty`"));
        };
        // How long it will be is not known: long.
        let long: Vec<u64> = [1 << 40].iter().chain(row).copied().collect();
        let row_bytes = row.iter().fold(info.dtype.size().max(1) as u64, |product, &len| product.saturating_mul(len));
        if let Some(profile) = profile {
            let shape = std::mem::replace(&mut info.shape, Shape::Simple(long.clone()));
            profile.apply(&mut info, Role::of_stream(long.len()));
            info.shape = shape;
        }
        if !matches!(info.layout, Layout::Chunked(_)) {
            info.layout = Layout::Chunked(layout::chunk_shape(&info.dtype, &long));
        }
        let high = match &info.layout {
            Layout::Chunked(chunk) if chunk.len() == long.len() && !chunk.contains(&0) => chunk.first().copied(),
            _ => None,
        };
        let high = high.ok_or_else(|| {
            Error::new(ErrorKind::Invalid, "the chunks do not fit the data")
                .expected(format!("{} positive lengths", long.len()))
        })?;
        let bytes = high.saturating_mul(row_bytes).max(1);
        let memory = early.with(|transaction| Ok(transaction.memory()))?;
        if bytes > memory / 2 {
            return Err(Error::new(ErrorKind::Limit, "the chunks are so high that their rows do not fit into memory")
                .expected(format!("rows of at most {} bytes for one row of chunks", memory / 2))
                .found(format!("{high} rows of {row_bytes} bytes"))
                .remedy("choose chunks of fewer rows, or allow more memory"));
        }
        let block = high.saturating_mul((BLOCK.min(memory / 8) / bytes).max(1));
        let dataset = early.with(|transaction| transaction.create_loose_dataset(&info))?;
        early.state().open += 1;
        let (waiting, waiting_rows) = (Vec::new(), 0);
        Ok(Self { early, owner, dataset, info, written: 0, block, waiting, waiting_rows, failed: None })
    }

    /// How many rows have come in.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.written.saturating_add(self.waiting_rows)
    }

    /// Adds elements: several rows, or a single one without the first axis.
    ///
    /// # Errors
    /// When they are of another type or shape; then the stream is as it was before. When they cannot be written, a full disk for one;
    /// then the stream has failed, and all further calls say so.
    pub fn push(&mut self, rows: impl Into<Data>) -> Result<()> {
        self.check()?;
        let value = self.rows_of(rows.into().into_value()?)?;
        let count = value.shape().dims().first().copied().unwrap_or(0);
        let inner: Vec<Steps> = self.row().iter().map(|&len| Steps::run(0, len)).collect();
        let mut first = 0;
        while first < count {
            let some = (count - first).min(self.block - self.waiting_rows);
            let axes = std::iter::once(Steps::run(first, some)).chain(inner.iter().copied()).collect();
            let part = if some == count { value.clone() } else { value.select(&Region::new(axes))? };
            first += some;
            self.waiting.push(part);
            self.waiting_rows += some;
            if self.waiting_rows == self.block {
                self.write()?;
            }
        }
        Ok(())
    }

    /// Writes what is left. What it gives is the data of one object of the same edit.
    ///
    /// # Errors
    /// When it cannot be written, or something could not be before.
    pub fn finish(mut self) -> Result<Data> {
        self.check()?;
        self.write()?;
        let mut info = self.info.clone();
        info.shape = Shape::Simple(std::iter::once(self.written).chain(self.row().iter().copied()).collect());
        Ok(Data::streamed(self.dataset, info, self.owner))
    }

    fn row(&self) -> &[u64] {
        self.info.shape.dims().get(1..).unwrap_or_default()
    }

    fn check(&self) -> Result<()> {
        match &self.failed {
            Some(error) => Err(Error::new(error.kind(), "the stream has failed").caused_by(error.clone())),
            None => Ok(()),
        }
    }

    fn rows_of(&self, value: Value) -> Result<Value> {
        let single = value.shape().dims() == self.row() && *value.shape() != Shape::Null;
        let value = if single {
            value.reshaped(Shape::Simple(std::iter::once(1).chain(self.row().iter().copied()).collect()))?
        } else {
            value
        };
        if value.shape().dims().get(1..) == Some(self.row()) && *value.dtype() == self.info.dtype {
            return Ok(value);
        }
        Err(Error::new(ErrorKind::Invalid, "the elements are not rows of the stream")
            .expected(format!("{} of shape [rows, {:?}]", self.info.dtype, self.row()))
            .found(format!("{} of shape {}", value.dtype(), value.shape())))
    }

    fn write(&mut self) -> Result<()> {
        if self.waiting_rows == 0 {
            return Ok(());
        }
        let done = self.try_write();
        self.waiting.clear();
        self.waiting_rows = 0;
        done.inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn try_write(&mut self) -> Result<()> {
        let value = match self.waiting.as_slice() {
            [only] => only.clone(),
            many => concatenated(&self.info.dtype, many)?,
        };
        let end = self.written.saturating_add(self.waiting_rows);
        let axes = std::iter::once(Steps::run(self.written, self.waiting_rows));
        let region = Region::new(axes.chain(self.row().iter().map(|&len| Steps::run(0, len))).collect());
        self.early.with(|transaction| {
            transaction.extend(self.dataset, end)?;
            transaction.write(self.dataset, &region, &value)
        })?;
        self.written = end;
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut state = self.early.state();
        state.open = state.open.saturating_sub(1);
    }
}
