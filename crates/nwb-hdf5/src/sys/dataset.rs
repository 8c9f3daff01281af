//! Datasets: their elements, chunks and fill values.

use std::ffi::{c_int, c_uint, c_void};

use hdf5_sys::h5::{haddr_t, hsize_t};
use hdf5_sys::h5d::{
    H5Dchunk_iter, H5Dflush, H5Dget_chunk_info_by_coord, H5Dget_create_plist, H5Dget_space, H5Dget_type, H5Dopen2,
    H5Dread, H5Dread_chunk, H5Dset_extent, H5Dwrite, H5Dwrite_chunk,
};
use hdf5_sys::h5i::{H5Iget_name, hid_t};
use hdf5_sys::h5p::{H5P_DEFAULT, H5Pget_fill_value, H5Pset_efile_prefix, H5Pset_fill_value};
use hdf5_sys::h5s::H5S_ALL;
use nwb_model::backend::{Chunk, RawChunk};
use nwb_model::dtype::Dtype;
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};

use super::datatype::Type;
use super::elements::{self, Prepared};
use super::error::{Cause, Outcome, call};
use super::file::FileId;
use super::object::Object;
use super::place::StoredChunk;
use super::plist::Plist;
use super::space::Space;

/// Which elements of a dataset are read or written, and the memory that they go to.
pub(crate) struct Transfer {
    /// `None` for all.
    selected: Option<Space>,
    memory: Space,
    shape: Shape,
}

impl Transfer {
    pub(crate) fn new(space: &Space, region: &Region) -> Outcome<Self> {
        let (shape, _) = space.shape()?;
        let wanted = match &shape {
            Shape::Simple(_) => Shape::Simple(region.shape()),
            other => other.clone(),
        };
        if region.axes().len() != shape.dims().len() {
            return Err(Cause::new("the selection has another number of axes than the data"));
        }
        for (axis, len) in region.axes().iter().zip(shape.dims()) {
            if axis.count > 0 && axis.end() > *len {
                return Err(Cause::new("the selection reaches outside the data"));
            }
        }
        let memory = Space::new(&wanted, None)?;
        let selected = if region.is_all_of(shape.dims()) || wanted.is_empty() {
            None
        } else {
            // The dataspace is shared between threads, a selection is one reader's.
            let selected = space.copy()?;
            selected.select(region)?;
            Some(selected)
        };
        Ok(Self { selected, memory, shape: wanted })
    }

    fn selected(&self) -> hid_t {
        self.selected.as_ref().map_or(H5S_ALL, Space::raw)
    }
}

impl Object {
    /// Opens a dataset again whose elements lie in other files, so that those are looked for beside its own file and not in
    /// the folder that the program runs in. Under the lock, and while nobody else has the dataset open.
    pub(crate) fn beside_its_file(self, file: &FileId) -> Outcome<Self> {
        // SAFETY: without a buffer the call gives the length alone.
        let length = call(|| unsafe { H5Iget_name(self.raw(), std::ptr::null_mut(), 0) as i64 })?;
        let mut name = vec![0u8; usize::try_from(length).unwrap_or(0) + 1];
        // SAFETY: the buffer has the length that was asked for, and room for the null at the end.
        call(|| unsafe { H5Iget_name(self.raw(), name.as_mut_ptr().cast(), name.len()) as i64 })?;
        let access = Plist::dataset_access()?;
        // SAFETY: the list is one for opening datasets, the prefix a C string.
        call(|| unsafe { H5Pset_efile_prefix(access.raw(), c"${ORIGIN}".as_ptr()) })?;
        self.close()?;
        // SAFETY: the identifier is a file, the name ends with a null.
        Self::from_call(|| unsafe { H5Dopen2(file.raw(), name.as_ptr().cast(), access.raw()) })
    }

    pub(crate) fn dataset_type(&self) -> Outcome<Type> {
        // SAFETY: the library checks that the object is a dataset.
        Type::from_call(|| unsafe { H5Dget_type(self.raw()) })
    }

    pub(crate) fn dataset_space(&self) -> Outcome<Space> {
        // SAFETY: as above.
        Space::from_call(|| unsafe { H5Dget_space(self.raw()) })
    }

    pub(crate) fn creation(&self) -> Outcome<Plist> {
        // SAFETY: as above.
        Plist::from_call(|| unsafe { H5Dget_create_plist(self.raw()) })
    }

    fn read_raw(&self, of: &Type, transfer: &Transfer, out: &mut [u8]) -> Outcome<()> {
        // SAFETY: `of` is the dataset's own type, and the caller has seen to it that the buffer has room for the elements.
        call(|| unsafe {
            H5Dread(
                self.raw(),
                of.raw(),
                transfer.memory.raw(),
                transfer.selected(),
                H5P_DEFAULT,
                out.as_mut_ptr().cast(),
            )
        })
        .map(drop)
    }

    /// Reads elements; `of` is the dataset's type, and `dtype` what was made from it.
    pub(crate) fn read(&self, file: &FileId, of: &Type, dtype: &Dtype, transfer: &Transfer) -> Outcome<Value> {
        if of.size() != dtype.size() {
            return Err(Cause::new("the type has another size than its elements"));
        }
        let fetch = |buffer: &mut [u8]| self.read_raw(of, transfer, buffer);
        // SAFETY: the types belong together, and the buffer has the size of the elements of the transfer.
        unsafe { elements::read(file, of, dtype, transfer.shape.clone(), &transfer.memory, fetch) }
    }

    /// Reads elements of a plain type into a buffer that is just as large as they are.
    pub(crate) fn read_into(&self, of: &Type, dtype: &Dtype, transfer: &Transfer, out: &mut [u8]) -> Outcome<()> {
        let needed = elements::byte_count(dtype, &transfer.shape);
        if of.size() != dtype.size() || !dtype.is_plain() || needed != Some(out.len() as u64) {
            return Err(Cause::new("the buffer is not as large as the elements"));
        }
        if out.is_empty() { Ok(()) } else { self.read_raw(of, transfer, out) }
    }

    /// Writes elements; `of` is the dataset's type, and that of the value that they come from.
    pub(crate) fn write(&self, of: &Type, transfer: &Transfer, elements: &Prepared<'_>) -> Outcome<()> {
        let count = transfer.shape.len().and_then(|count| count.checked_mul(of.size() as u64));
        if count != Some(elements.bytes().len() as u64) {
            return Err(Cause::new("there are more or fewer elements than places for them"));
        }
        if elements.bytes().is_empty() {
            return Ok(());
        }
        let how = Plist::write_transfer()?;
        // SAFETY: there is an element for each place, and what they point to lives as long as they do.
        call(|| unsafe {
            H5Dwrite(
                self.raw(),
                of.raw(),
                transfer.memory.raw(),
                transfer.selected(),
                how.raw(),
                elements.bytes().as_ptr().cast(),
            )
        })
        .map(drop)
    }

    /// Writes one element that holds nothing, of a type that is not plain.
    pub(crate) fn write_nothing(&self, of: &Type, transfer: &Transfer) -> Outcome<()> {
        if transfer.shape.len() != Some(1) {
            return Err(Cause::new("there are more or fewer elements than places for them"));
        }
        let nothing = vec![0u64; of.size().div_ceil(8)];
        let memory = transfer.memory.raw();
        // SAFETY: there is room for one element, whose pointers are all null.
        call(|| unsafe {
            H5Dwrite(self.raw(), of.raw(), memory, transfer.selected(), H5P_DEFAULT, nothing.as_ptr().cast())
        })
        .map(drop)
    }

    /// Gives the dataset another shape, of as many axes.
    pub(crate) fn extend(&self, dims: &[u64]) -> Outcome<()> {
        if self.dataset_space()?.shape()?.0.dims().len() != dims.len() {
            return Err(Cause::new("the shape has another number of axes than the data"));
        }
        // SAFETY: there is a number for each axis.
        call(|| unsafe { H5Dset_extent(self.raw(), dims.as_ptr()) }).map(drop)
    }

    /// Writes out what is still in memory. Should this fail, the dataset must not be closed.
    pub(crate) fn flush_dataset(&self) -> Outcome<()> {
        // SAFETY: the library checks that the object is a dataset.
        call(|| unsafe { H5Dflush(self.raw()) }).map(drop)
    }

    /// The chunks that are stored, of a chunked dataset.
    pub(crate) fn chunks(&self) -> Outcome<Vec<Chunk>> {
        let rank = self.dataset_space()?.shape()?.0.dims().len();
        let mut found: (usize, Vec<Chunk>) = (rank, Vec::new());
        // SAFETY: the callback gets the pair, which outlives the call.
        call(|| unsafe {
            H5Dchunk_iter(self.raw(), H5P_DEFAULT, Some(collect_chunk), (&raw mut found).cast::<c_void>())
        })?;
        Ok(found.1)
    }
}

/// Chunks as they are stored.
impl Object {
    /// Where a chunk is stored; of no size if it is not.
    pub(crate) fn stored_chunk(&self, offset: &[u64]) -> Outcome<StoredChunk> {
        self.check_offset(offset)?;
        let mut chunk = StoredChunk { address: 0, size: 0, mask: 0 };
        let StoredChunk { address, size, mask } = &mut chunk;
        // SAFETY: there is a number for each axis, and a place for each answer.
        call(|| unsafe { H5Dget_chunk_info_by_coord(self.raw(), offset.as_ptr(), mask, address, size) })?;
        Ok(chunk)
    }

    pub(crate) fn read_raw_chunk(&self, offset: &[u64], limit: u64) -> Outcome<RawChunk> {
        let StoredChunk { size, mut mask, .. } = self.stored_chunk(offset)?;
        // A chunk is no larger than its file, whatever the file says.
        let room = usize::try_from(size).ok().filter(|_| size <= limit).ok_or_else(|| Cause::too_large(Some(size)))?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(room).map_err(|_| Cause::too_large(Some(size)))?;
        bytes.resize(room, 0u8);
        if room > 0 {
            call(|| {
                let buffer = bytes.as_mut_ptr().cast();
                // SAFETY: the buffer has room for the stored chunk.
                #[cfg(not(hdf5_2))]
                let status = unsafe { H5Dread_chunk(self.raw(), H5P_DEFAULT, offset.as_ptr(), &mut mask, buffer) };
                #[cfg(hdf5_2)]
                let status = {
                    let mut length = room;
                    // SAFETY: as above.
                    unsafe { H5Dread_chunk(self.raw(), H5P_DEFAULT, offset.as_ptr(), &mut mask, buffer, &mut length) }
                };
                status
            })?;
        }
        Ok(RawChunk { skipped: mask, bytes })
    }

    pub(crate) fn write_raw_chunk(&self, offset: &[u64], chunk: &RawChunk) -> Outcome<()> {
        self.check_offset(offset)?;
        let RawChunk { skipped, bytes } = chunk;
        // SAFETY: there is a number for each axis, and the buffer is as long as is said.
        call(|| unsafe {
            H5Dwrite_chunk(self.raw(), H5P_DEFAULT, *skipped, offset.as_ptr(), bytes.len(), bytes.as_ptr().cast())
        })
        .map(drop)
    }

    fn check_offset(&self, offset: &[u64]) -> Outcome<()> {
        match self.dataset_space()?.shape()? {
            (Shape::Simple(shape), _) if shape.len() == offset.len() => Ok(()),
            _ => Err(Cause::new("the chunk has another number of axes than the data")),
        }
    }
}

impl Plist {
    /// The fill value of a dataset of that type.
    pub(crate) fn fill(&self, file: &FileId, of: &Type, dtype: &Dtype) -> Outcome<Value> {
        let space = Space::new(&Shape::Scalar, None)?;
        let fetch = |buffer: &mut [u8]| {
            // SAFETY: the buffer has room for one element.
            call(|| unsafe { H5Pget_fill_value(self.raw(), of.raw(), buffer.as_mut_ptr().cast()) }).map(drop)
        };
        // SAFETY: the types belong together; one element is read.
        unsafe { elements::read(file, of, dtype, Shape::Scalar, &space, fetch) }
    }

    pub(crate) fn set_fill(&self, of: &Type, element: &Prepared<'_>) -> Outcome<()> {
        if element.bytes().len() != of.size() {
            return Err(Cause::new("the fill value is not one element"));
        }
        // SAFETY: there is one element of that type.
        call(|| unsafe { H5Pset_fill_value(self.raw(), of.raw(), element.bytes().as_ptr().cast()) }).map(drop)
    }
}

impl Space {
    fn copy(&self) -> Outcome<Self> {
        // SAFETY: the identifier is a dataspace.
        Self::from_call(|| unsafe { hdf5_sys::h5s::H5Scopy(self.raw()) })
    }
}

unsafe extern "C" fn collect_chunk(
    offset: *const hsize_t,
    _: c_uint,
    _: haddr_t,
    size: hsize_t,
    found: *mut c_void,
) -> c_int {
    // SAFETY: the library passes as many numbers as the dataset has axes, and the pair that `chunks` gave it.
    unsafe {
        let (rank, chunks) = &mut *found.cast::<(usize, Vec<Chunk>)>();
        let offset = std::slice::from_raw_parts(offset, *rank).to_vec();
        chunks.push(Chunk { offset, size });
    }
    0
}
