//! Elements of a dataset, through the library.

use nwb_model::backend::{Address, Chunk, RawChunk};
use nwb_model::dtype::Dtype;
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use super::blame;
use crate::direct::{self, Described, Direct, Form, Stored};
use crate::dtype;
use crate::filters;
use crate::place::Place;
use crate::sys::dataset::Transfer;
use crate::sys::datatype::Type;
use crate::sys::error::{Cause, Outcome, locked};
use crate::sys::file::FileId;
use crate::sys::object::{Object, ObjectClass};
use crate::sys::place::StoredChunk;
use crate::sys::plist::{Availability, Plist, Storage, availability};
use crate::sys::space::Space;

/// A dataset that is open, with what is needed for each read.
#[derive(Debug)]
pub(crate) struct OpenDataset {
    dataset: Held,
    creation: Plist,
    of: Type,
    dtype: Dtype,
    space: Space,
    /// Whether the library leaves memory as it is where nothing is stored.
    leaves_gaps: bool,
}

/// The library's view of a dataset.
#[derive(Debug)]
enum Held {
    Open(Object),
    /// Its elements lie in files beside its own. The library opens it in one way at a time, and only if it is told where those
    /// files are can it read them: so it is open no longer than that takes.
    Beside(Address),
}

impl OpenDataset {
    pub(crate) fn open(file: &FileId, place: &Place, address: Address) -> Result<Self> {
        locked(|| Self::open_locked(file, place, address))
    }

    fn open_locked(file: &FileId, place: &Place, address: Address) -> Result<Self> {
        let dataset = super::node::open(file, address)?;
        let damaged = |cause: Cause| cause.into_error(ErrorKind::Malformed, "the dataset is damaged");
        if dataset.class().map_err(damaged)? != ObjectClass::Dataset {
            return Err(Error::new(ErrorKind::WrongType, "only a dataset has elements"));
        }
        Self::check_place(place, &dataset)?;
        Self::describe(place, dataset, address).map_err(damaged)
    }

    /// Elements in other files are read from where links may lead.
    fn check_place(place: &Place, dataset: &Object) -> Result<()> {
        let damaged = |cause: Cause| cause.into_error(ErrorKind::Malformed, "the dataset is damaged");
        let creation = dataset.creation().map_err(damaged)?;
        if creation.is_virtual() {
            place.check_virtual()?;
        }
        creation.external_files().map_err(damaged)?.iter().try_for_each(|name| place.check_raw_file(name))
    }

    fn describe(place: &Place, dataset: Object, address: Address) -> Outcome<Self> {
        let creation = dataset.creation()?;
        let others = creation.external_files()?;
        let (of, space) = (dataset.dataset_type()?, dataset.dataset_space()?);
        let dtype = dtype::readable(&of)?;
        let leaves_gaps = creation.never_fills()?;
        let beside = |name: &Vec<u8>| place.beside(name).exists();
        let dataset = match others.iter().any(beside) {
            true => {
                dataset.close()?;
                Held::Beside(address)
            }
            false => Held::Open(dataset),
        };
        Ok(Self { dataset, creation, of, dtype, space, leaves_gaps })
    }

    /// Does something with the dataset while it is open.
    fn with<T>(&self, file: &FileId, run: impl FnOnce(&Object) -> Outcome<T>) -> Outcome<T> {
        match &self.dataset {
            Held::Open(dataset) => run(dataset),
            Held::Beside(address) => locked(|| {
                let dataset = Object::open(file, address.0)?.beside_its_file(file)?;
                let done = run(&dataset);
                dataset.close().and(done)
            }),
        }
    }

    /// The dataset, if its elements are in its own file.
    fn object(&self) -> Outcome<&Object> {
        match &self.dataset {
            Held::Open(dataset) => Ok(dataset),
            Held::Beside(_) => Err(Cause::new("the elements lie in other files")),
        }
    }

    pub(crate) fn read(&self, file: &FileId, region: &Region) -> Result<Value> {
        let transfer = self.transfer(region)?;
        self.with(file, |dataset| dataset.read(file, &self.of, &self.dtype, &transfer))
            .map_err(|cause| self.failed(file, region, cause))
    }

    pub(crate) fn read_into(&self, file: &FileId, region: &Region, out: &mut [u8]) -> Result<()> {
        if !self.dtype.is_plain() {
            return Err(Error::new(ErrorKind::WrongType, "the elements are not in their bytes alone")
                .expected("numbers, texts of fixed length, or records of such")
                .found(self.dtype.to_string()));
        }
        let transfer = self.transfer(region)?;
        if self.leaves_gaps {
            out.fill(0);
        }
        self.with(file, |dataset| dataset.read_into(&self.of, &self.dtype, &transfer, out))
            .map_err(|cause| self.failed(file, region, cause))
    }

    fn transfer(&self, region: &Region) -> Result<Transfer> {
        Transfer::new(&self.space, region)
            .map_err(|cause| cause.into_error(ErrorKind::Invalid, "these elements cannot be selected"))
    }

    /// Where the elements lie and how they are encoded, if they can be read without the library; the chunk index is read for it.
    pub(crate) fn direct(&self, address: Address) -> Option<Direct> {
        // What cannot be told here, the library will say better when it reads.
        locked(|| self.describe_storage(address).ok().flatten()).and_then(Direct::new)
    }

    fn describe_storage(&self, dataset: Address) -> Outcome<Option<Described>> {
        let (shape, _) = self.space.shape()?;
        if shape == Shape::Null || self.of.size() != self.dtype.size() {
            return Ok(None);
        }
        let dims = shape.dims().to_vec();
        let creation = &self.creation;
        let form = match self.dtype.is_plain() {
            true => None,
            false => match Form::new(&self.dtype) {
                Some(form) => Some(form),
                None => return Ok(None),
            },
        };
        let stored = match creation.storage(dims.len())? {
            Storage::Contiguous if creation.external_files()?.is_empty() => {
                let Some(start) = self.object()?.contiguous_at() else { return Ok(None) };
                Stored::Run { start }
            }
            Storage::Chunked(shape) => {
                let filters = creation.filters()?;
                if !direct::understands(&filters) || !self.lists_chunks_truly(&shape)? {
                    return Ok(None);
                }
                let plain_edges = creation.leaves_partial_chunks()?;
                Stored::Chunks { chunks: self.object()?.stored_chunks(dims.len())?, shape, filters, plain_edges }
            }
            _ => return Ok(None),
        };
        let (element, fill) = match &form {
            // The library tells a fill value in its own form alone.
            Some(form) if creation.has_own_fill()? && !creation.never_fills()? => (form.stored, Vec::new()),
            // Zeros are no text, no sequence, no object.
            Some(form) => (form.stored, vec![0; form.stored]),
            None => (self.dtype.size(), creation.fill_bytes(&self.of)),
        };
        Ok(Some(Described { dataset, dims, element, form, fill, stored }))
    }

    fn lists_chunks_truly(&self, chunk: &[u64]) -> Outcome<bool> {
        let (shape, most) = self.space.shape()?;
        self.object()?.lists_chunks_truly(shape.dims(), most.as_deref(), chunk)
    }

    /// What one element is.
    pub(crate) fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// How many there are.
    pub(crate) fn shape(&self) -> Result<Shape> {
        let damaged = |cause: Cause| cause.into_error(ErrorKind::Malformed, "the dataset is damaged");
        Ok(self.space.shape().map_err(damaged)?.0)
    }

    /// Why elements could not be read: a filter that is not there explains it best, and then a chunk that cannot be read alone.
    fn failed(&self, file: &FileId, region: &Region, cause: Cause) -> Error {
        let filters = self.creation.filters().unwrap_or_default();
        let missing = filters.into_iter().find(|filter| availability(filter.id) == Availability::Missing);
        if let Some(filter) = missing {
            return Error::new(
                ErrorKind::Unsupported,
                format!("the elements cannot be decoded: this build lacks the filter {}", filters::describe(&filter)),
            )
            .remedy("install the filter as an HDF5 plugin, or have the file rewritten with deflate");
        }
        let Some((offset, stored)) = locked(|| self.unreadable_chunk(file, region)) else {
            return cause.into_error(ErrorKind::Malformed, "the elements cannot be read");
        };
        let (size, address) = (stored.size, stored.address);
        let chunk = format!("the chunk at {offset:?}, {size} bytes from byte {address} of the file on, cannot be read");
        cause
            .into_error(ErrorKind::Malformed, chunk)
            .remedy("the rest of the dataset can be read; read_lossy reads all that can be")
    }

    /// The first chunk of a region that cannot be read by itself.
    fn unreadable_chunk(&self, file: &FileId, region: &Region) -> Option<(Vec<u64>, StoredChunk)> {
        let (dataset, (shape, _)) = (self.object().ok()?, self.space.shape().ok()?);
        let Storage::Chunked(chunk) = self.creation.storage(shape.dims().len()).ok()? else { return None };
        let one = vec![1; chunk.len()];
        blame::chunks_of(region, &chunk).find_map(|offset| {
            let stored = dataset.stored_chunk(&offset).ok().filter(|stored| stored.size > 0)?;
            let transfer = Transfer::new(&self.space, &Region::block(&offset, &one)).ok()?;
            let read = dataset.read(file, &self.of, &self.dtype, &transfer);
            read.is_err().then_some((offset, stored))
        })
    }

    pub(crate) fn chunks(&self) -> Result<Option<Vec<Chunk>>> {
        let damaged = |cause: Cause| cause.into_error(ErrorKind::Malformed, "the index of the chunks is damaged");
        let (shape, _) = self.space.shape().map_err(damaged)?;
        match self.creation.storage(shape.dims().len()).map_err(damaged)? {
            Storage::Chunked(chunk) if self.lists_chunks_truly(&chunk).map_err(damaged)? => {
                self.object().and_then(Object::chunks).map(Some).map_err(damaged)
            }
            _ => Ok(None),
        }
    }

    /// Whether its chunks mean the same in another file.
    pub(crate) fn has_raw_chunks(&self) -> bool {
        let storage = || {
            let (shape, _) = self.space.shape()?;
            self.creation.storage(shape.dims().len())
        };
        let listed = |chunk: &[u64]| self.lists_chunks_truly(chunk).unwrap_or(false);
        self.dtype.is_plain() && matches!(storage(), Ok(Storage::Chunked(chunk)) if listed(&chunk))
    }

    /// A chunk as it is stored; `limit` is the size of the file.
    pub(crate) fn raw_chunk(&self, offset: &[u64], limit: u64) -> Result<RawChunk> {
        let damaged = |cause: Cause| cause.into_error(ErrorKind::Malformed, "a chunk cannot be read as it is stored");
        if !self.has_raw_chunks() {
            return Err(Error::new(ErrorKind::WrongType, "the dataset has no chunks that mean anything elsewhere"));
        }
        let mut chunk = self.object().and_then(|dataset| dataset.read_raw_chunk(offset, limit)).map_err(damaged)?;
        let creation = &self.creation;
        if !creation.filters_edges().map_err(damaged)? {
            // The file says of the dataset, not of the chunk, that it went through no filter.
            let (shape, _) = self.space.shape().map_err(damaged)?;
            if let Storage::Chunked(dims) = creation.storage(shape.dims().len()).map_err(damaged)?
                && offset.iter().zip(&dims).zip(shape.dims()).any(|((at, len), end)| at.saturating_add(*len) > *end)
            {
                chunk.skipped = u32::MAX >> (32 - creation.filters().map_err(damaged)?.len().clamp(1, 32));
            }
        }
        Ok(chunk)
    }
}
