//! Where a dataset's bytes lie in the file, so that they can be read without the library.

use std::ffi::{c_int, c_uint, c_void};
use std::fs::File;

use hdf5_sys::h5::{haddr_t, hsize_t};
use hdf5_sys::h5d::{
    H5D_chunk_index_t, H5D_fill_time_t, H5D_space_status_t, H5Dchunk_iter, H5Dget_chunk_index_type, H5Dget_offset,
    H5Dget_space_status,
};
use hdf5_sys::h5f::H5Fget_create_plist;
use hdf5_sys::h5p::{
    H5P_DEFAULT, H5Pget_chunk_opts, H5Pget_fill_time, H5Pget_fill_value, H5Pget_sizes, H5Pget_userblock,
};

use super::datatype::Type;
use super::error::{Cause, Outcome, call, locked};
use super::file::FileId;
use super::object::Object;
use super::plist::Plist;

/// A chunk that is stored: where, how long, and which filters were left out for it, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredChunk {
    pub(crate) address: u64,
    pub(crate) size: u64,
    pub(crate) mask: u32,
}

/// The chunks of a dataset, and the index of the first element of each, one after the other.
#[derive(Debug, Default)]
pub(crate) struct StoredChunks {
    rank: usize,
    pub(crate) offsets: Vec<u64>,
    pub(crate) chunks: Vec<StoredChunk>,
}

impl StoredChunks {
    /// None yet, of a dataset of that rank.
    pub(crate) fn new(rank: usize) -> Self {
        Self { rank, ..Self::default() }
    }
}

/// No address: nothing is stored.
const UNDEFINED: u64 = u64::MAX;

impl Object {
    /// The chunks that are stored of a chunked dataset of that rank. Their addresses count from the beginning of the file, a
    /// user block included.
    pub(crate) fn stored_chunks(&self, rank: usize) -> Outcome<StoredChunks> {
        let mut found = StoredChunks { rank, ..StoredChunks::default() };
        // SAFETY: the callback gets the record, which outlives the call.
        call(|| unsafe { H5Dchunk_iter(self.raw(), H5P_DEFAULT, Some(collect), (&raw mut found).cast::<c_void>()) })?;
        Ok(found)
    }

    /// Whether the library tells the true places of chunks in its list of them, for a dataset of that shape in chunks of that
    /// shape.
    ///
    /// It counts through an index that is an array as if that were in the order of the dataset's axes and as long as those are
    /// now. But the array is as long as they may become, and the axis that grows without end comes first in it (seen in 2.0 to
    /// 2.2; elements are read right).
    pub(crate) fn lists_chunks_truly(
        &self,
        shape: &[u64],
        most: Option<&[Option<u64>]>,
        chunk: &[u64],
    ) -> Outcome<bool> {
        const FIXED_ARRAY: H5D_chunk_index_t = 3;
        const EXTENSIBLE_ARRAY: H5D_chunk_index_t = 4;
        let mut kind = 0;
        // SAFETY: the library checks that the object is a dataset; the pointer is valid.
        call(|| unsafe { H5Dget_chunk_index_type(self.raw(), &mut kind) })?;
        let Some(most) = most.filter(|_| matches!(kind, FIXED_ARRAY | EXTENSIBLE_ARRAY)) else { return Ok(true) };
        let mut axes = shape.iter().zip(most).zip(chunk).skip(1);
        Ok(axes.all(|((len, most), chunk)| most.is_some_and(|most| most.div_ceil(*chunk) == len.div_ceil(*chunk))))
    }

    /// Where the elements of a contiguous dataset begin in the file; `None` where they lie elsewhere, or nowhere yet.
    pub(crate) fn contiguous_at(&self) -> Option<u64> {
        let mut status = H5D_space_status_t::H5D_SPACE_STATUS_ERROR;
        // Where there is a user block, the address of what is nowhere looks like one.
        // SAFETY: the library checks that the object is a dataset; the pointer is valid.
        call(|| unsafe { H5Dget_space_status(self.raw(), &mut status) }).ok()?;
        if status != H5D_space_status_t::H5D_SPACE_STATUS_ALLOCATED {
            return None;
        }
        locked(|| {
            // SAFETY: the library checks that the object is a dataset.
            let address = unsafe { H5Dget_offset(self.raw()) };
            if address == UNDEFINED {
                // It may have been a failure, of which nothing must be left for the next call.
                drop(Cause::take());
            }
            (address != UNDEFINED).then_some(address)
        })
    }
}

impl Plist {
    /// Whether chunks that reach out of the dataset are stored without filters.
    pub(crate) fn leaves_partial_chunks(&self) -> Outcome<bool> {
        let mut options: c_uint = 0;
        // SAFETY: the list is a dataset's, the pointer valid.
        call(|| unsafe { H5Pget_chunk_opts(self.raw(), &mut options) })?;
        Ok(options != 0)
    }

    /// The fill value of a dataset of that plain type: zeros where there is none.
    pub(crate) fn fill_bytes(&self, of: &Type) -> Vec<u8> {
        let mut element = vec![0; of.size()];
        if !self.never_fills().unwrap_or(true) {
            // SAFETY: the buffer has room for one element.
            let got = call(|| unsafe { H5Pget_fill_value(self.raw(), of.raw(), element.as_mut_ptr().cast()) });
            if got.is_err() {
                element.fill(0);
            }
        }
        element
    }

    /// Whether the library leaves memory as it is where nothing is stored.
    pub(crate) fn never_fills(&self) -> Outcome<bool> {
        let mut time = H5D_fill_time_t::H5D_FILL_TIME_ERROR;
        // SAFETY: as above.
        call(|| unsafe { H5Pget_fill_time(self.raw(), &mut time) })?;
        Ok(time == H5D_fill_time_t::H5D_FILL_TIME_NEVER)
    }
}

impl FileId {
    /// Where the addresses of the file count from, if they and its lengths take eight bytes each.
    pub(crate) fn address_base(&self) -> Outcome<Option<u64>> {
        // SAFETY: the identifier is a file.
        let creation = Plist::from_call(|| unsafe { H5Fget_create_plist(self.raw()) })?;
        let (mut addresses, mut lengths, mut base) = (0, 0, 0);
        // SAFETY: the list is a file's, the pointers are valid.
        call(|| unsafe { H5Pget_sizes(creation.raw(), &mut addresses, &mut lengths) })?;
        // SAFETY: as above.
        call(|| unsafe { H5Pget_userblock(creation.raw(), &mut base) })?;
        Ok((addresses == 8 && lengths == 8).then_some(base))
    }

    /// The file that the library reads from, as a handle of its own; `None` where it cannot be had.
    #[cfg(unix)]
    pub(crate) fn handle(&self) -> Option<File> {
        use std::os::fd::BorrowedFd;

        use hdf5_sys::h5f::H5Fget_vfd_handle;

        locked(|| {
            let mut place: *mut c_void = std::ptr::null_mut();
            // SAFETY: the pointer is valid; with the default driver it is led to the descriptor of the open file.
            let found = call(|| unsafe { H5Fget_vfd_handle(self.raw(), H5P_DEFAULT, &mut place) });
            if found.is_err() || place.is_null() {
                return None;
            }
            // SAFETY: as above.
            let descriptor = unsafe { *place.cast::<c_int>() };
            if descriptor < 0 {
                return None;
            }
            // SAFETY: the library keeps the descriptor open as long as the file, and thus until the end of this call.
            let borrowed = unsafe { BorrowedFd::borrow_raw(descriptor) };
            borrowed.try_clone_to_owned().ok().map(File::from)
        })
    }
}

unsafe extern "C" fn collect(
    offset: *const hsize_t,
    mask: c_uint,
    address: haddr_t,
    size: hsize_t,
    found: *mut c_void,
) -> c_int {
    // SAFETY: the library passes as many numbers as the dataset has axes, and the record that `stored_chunks` gave it.
    unsafe {
        let found = &mut *found.cast::<StoredChunks>();
        if address != UNDEFINED {
            found.offsets.extend_from_slice(std::slice::from_raw_parts(offset, found.rank));
            found.chunks.push(StoredChunk { address, size, mask });
        }
    }
    0
}
