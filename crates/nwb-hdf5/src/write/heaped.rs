//! Elements that hold texts or sequences, many at once: what they hold is put into the file here, and not one by one by the
//! library.

use std::fs::File;
use std::io;
use std::sync::Arc;

use nwb_model::backend::{Address, DatasetInfo, Layout};
use nwb_model::dtype::{Dtype, Number};
use nwb_model::selection::Region;
use nwb_model::value::{Bytes, Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use super::chunks::{Chunks, Cut};
use super::transaction::NewTransaction;
use crate::direct::{Form, Stop};
use crate::platform;
use crate::sys::dataset::Transfer;
use crate::sys::error::Cause;

/// Fewer bytes of elements are left to the library, which has small texts of all objects in common collections.
const MANY: usize = 64 << 10;

/// A dataset of such elements.
#[derive(Clone, Debug)]
pub(super) struct Heaped {
    form: Form,
    layout: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Chunks(Arc<Chunks>),
    /// In one run, of this shape.
    Run(Vec<u64>),
}

/// Where a block of elements goes.
enum Target {
    Chunks(Arc<Chunks>, Cut),
    /// The first element, in the order of the file.
    Run(u64),
}

impl Heaped {
    /// `None` where the library has to write the dataset.
    pub(super) fn new(info: &DatasetInfo) -> Option<Self> {
        // Elsewhere nobody else writes to a file that the library has open.
        if cfg!(not(unix)) || info.dtype.is_plain() || info.fill.is_some() {
            return None;
        }
        let form = Form::new(&info.dtype)?;
        let layout = match &info.layout {
            Layout::Chunked(_) => Kind::Chunks(Arc::new(Chunks::with_elements_of(form.stored, info)?)),
            Layout::Contiguous if info.max_shape.is_none() => Kind::Run(info.shape.dims().to_vec()),
            _ => return None,
        };
        Some(Self { form, layout })
    }

    /// The dataset is of this shape from now on.
    pub(super) fn grow(&mut self, dims: &[u64]) {
        // What lies in one run does not grow.
        if let Kind::Chunks(chunks) = &mut self.layout {
            Arc::make_mut(chunks).grow(dims.to_vec());
        }
    }

    fn target(&self, region: &Region) -> Option<Target> {
        match &self.layout {
            Kind::Chunks(chunks) => Some(Target::Chunks(Arc::clone(chunks), chunks.cut(region)?)),
            Kind::Run(dims) => first_of_run(dims, region).map(Target::Run),
        }
    }
}

/// The first of the elements of a region that lie in one run.
fn first_of_run(dims: &[u64], region: &Region) -> Option<u64> {
    let (rows, inner) = region.axes().split_first()?;
    let (len, lens) = dims.split_first()?;
    let is_run = (rows.step == 1 || rows.count <= 1)
        && rows.start.checked_add(rows.count)? <= *len
        && inner.len() == lens.len()
        && inner.iter().zip(lens).all(|(axis, len)| axis.start == 0 && axis.count == *len && axis.step == 1);
    let row = lens.iter().try_fold(1u64, |product, &len| product.checked_mul(len))?;
    if is_run { rows.start.checked_mul(row) } else { None }
}

impl NewTransaction {
    /// Writes a block, and says whether it did: else the library has to.
    pub(super) fn write_heaped(&mut self, dataset: Address, region: &Region, value: &Value) -> Result<bool> {
        let fits = matches!(value.shape(), Shape::Simple(shape) if *shape == region.shape());
        let Some(heaped) = self.heaped.get(&dataset).filter(|_| fits && value.bytes().len() >= MANY) else {
            return Ok(false);
        };
        let heaped = Arc::clone(heaped);
        let Some(target) = heaped.target(region) else { return Ok(false) };
        self.check_references(value)?;
        // Where the file ends depends on all that is in it.
        self.settle()?;
        // A file that is not on a disk, or is written through a buffer, has none: the library says which of its drivers do.
        let Ok(end) = self.file()?.end() else { return Ok(false) };
        let start = end.next_multiple_of(8);
        // Behind the end, where the library writes nothing before it is told that the file is longer.
        let stored = match heaped.form.store(value, start, &mut |at, bytes| self.write_at(at, bytes)) {
            Ok(stored) => stored,
            Err(Stop::Left) => {
                self.cut_off(start)?;
                return Ok(false);
            }
            Err(Stop::Failed(error)) => return Err(error),
        };
        if stored.end > start {
            let reserved = self.file()?.reserve_to(stored.end);
            self.survived(reserved, "the file cannot be made longer")?;
        }
        match target {
            Target::Chunks(chunks, cut) => {
                let bytes = Dtype::Array(Arc::new(Dtype::native(Number::U8)), vec![heaped.form.stored]);
                let elements = Bytes::from_vec(stored.elements);
                let elements = Value::from_parts(bytes, Shape::Simple(region.shape()), elements, None)?;
                self.queue(dataset, chunks, cut, &elements)?;
            }
            Target::Run(first) => {
                let run = self.run_of(dataset)?;
                self.write_at(run.saturating_add(first.saturating_mul(heaped.form.stored as u64)), &stored.elements)?;
            }
        }
        Ok(true)
    }

    /// Where a contiguous dataset has its elements.
    fn run_of(&mut self, dataset: Address) -> Result<u64> {
        let refused = |cause: Cause| cause.into_error(ErrorKind::Unsupported, "the dataset has no place in the file");
        let object = &self.object(dataset)?.object;
        if let Some(start) = object.contiguous_at() {
            return Ok(start);
        }
        // It has one as soon as there is an element, which may hold nothing.
        let (of, space) = object.dataset_type().and_then(|of| Ok((of, object.dataset_space()?))).map_err(refused)?;
        let rank = space.shape().map_err(refused)?.0.dims().len();
        let first = Region::block(&vec![0; rank], &vec![1; rank]);
        let transfer = Transfer::new(&space, &first).map_err(refused)?;
        let written = object.write_nothing(&of, &transfer).and_then(|()| object.flush_dataset());
        let start = object.contiguous_at();
        self.survived(written, "the elements cannot be written")?;
        start.ok_or_else(|| refused(Cause::new("the library gives it none")))
    }

    /// Writes to a place of the file that the library does not write to.
    fn write_at(&mut self, start: u64, bytes: &[u8]) -> Result<()> {
        self.beside("the elements cannot be written", |file| platform::write_all_at(file, bytes, start))
    }

    /// Takes back what was written from there on, behind the end: what the library puts there next may be elements that nobody
    /// writes, which are zero only where nothing was.
    fn cut_off(&mut self, end: u64) -> Result<()> {
        self.beside("the elements cannot be taken back", |file| {
            if file.metadata()?.len() > end { file.set_len(end) } else { Ok(()) }
        })
    }

    /// Does something to the file beside the library; where that fails, the file will never be whole.
    fn beside(&mut self, failure: &'static str, run: impl FnOnce(&File) -> io::Result<()>) -> Result<()> {
        self.direct_file().and_then(run).map_err(|error| {
            let error = Error::new(ErrorKind::Io, failure).caused_by(error);
            self.give_up(&error);
            error
        })
    }

    /// The file, opened once more.
    pub(super) fn direct_file(&mut self) -> io::Result<&File> {
        match &mut self.beside {
            Some(file) => Ok(file),
            none => Ok(none.insert(File::options().write(true).open(&self.partial.0)?)),
        }
    }
}
