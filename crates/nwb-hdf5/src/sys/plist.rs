//! Property lists: how files, objects and links are made.

use std::ffi::{c_char, c_int, c_uint, c_void};

use hdf5_sys::h5d::{
    H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS, H5D_CHUNKED, H5D_COMPACT, H5D_CONTIGUOUS, H5D_FILL_VALUE_USER_DEFINED,
    H5D_VIRTUAL, H5D_fill_value_t,
};
use hdf5_sys::h5f::{H5F_CLOSE_STRONG, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST};
use hdf5_sys::h5p::{
    H5P_CLS_ATTRIBUTE_CREATE, H5P_CLS_DATASET_ACCESS, H5P_CLS_DATASET_CREATE, H5P_CLS_DATASET_XFER,
    H5P_CLS_DATATYPE_CREATE, H5P_CLS_FILE_ACCESS, H5P_CLS_FILE_CREATE, H5P_CLS_GROUP_CREATE, H5P_CLS_LINK_CREATE,
    H5Pcreate, H5Pfill_value_defined, H5Pget_chunk, H5Pget_chunk_opts, H5Pget_external, H5Pget_external_count,
    H5Pget_filter2, H5Pget_layout, H5Pget_nfilters, H5Pset_cache, H5Pset_char_encoding, H5Pset_chunk,
    H5Pset_chunk_cache, H5Pset_fclose_degree, H5Pset_file_locking, H5Pset_filter, H5Pset_layout, H5Pset_libver_bounds,
    H5Pset_obj_track_times, H5Pset_sieve_buf_size, H5Pset_vlen_mem_manager,
};
use hdf5_sys::h5t::{H5T_CSET_ASCII, H5T_CSET_UTF8};
use hdf5_sys::h5z::{
    H5Z_FILTER_CONFIG_DECODE_ENABLED, H5Z_FILTER_CONFIG_ENCODE_ENABLED, H5Z_FLAG_MANDATORY, H5Z_FLAG_OPTIONAL,
    H5Zfilter_avail, H5Zget_filter_info,
};
use nwb_model::backend::{Filter, Optional};

use super::error::{Cause, Outcome, call, locked};
use super::id::{Id, PlistKind};

/// A property list.
pub(crate) type Plist = Id<PlistKind>;

/// What bytes a chunk cache may take: as much as PyNWB allows, so that rows can be written to chunks of its size.
const CHUNK_CACHE: usize = 32 << 20;

/// A prime number, which spreads the chunks.
const CHUNK_SLOTS: usize = 521;

/// How a dataset's elements lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Compact,
    Contiguous,
    Chunked(Vec<u64>),
    Virtual,
    External,
}

/// What this build can do with a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Availability {
    Missing,
    DecodesOnly,
    Complete,
}

/// Whether others are kept from a file while it is open.
#[derive(Clone, Copy)]
pub(crate) enum Locking {
    /// Where the file system can.
    Locked,
    /// For a file that nobody else knows of. A lock would go on to a process that another thread starts meanwhile, which knows
    /// nothing of it, and outlive the file's closing.
    Free,
}

impl Plist {
    /// How a file is opened; no identifier keeps a file open that is closed.
    pub(crate) fn file_access(locking: Locking) -> Outcome<Self> {
        // SAFETY: the identifier is a property list class.
        let list = Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_FILE_ACCESS) })?;
        // SAFETY: the list is of the class that has these properties.
        call(|| unsafe { H5Pset_fclose_degree(list.raw(), H5F_CLOSE_STRONG) })?;
        // SAFETY: as above.
        call(|| unsafe {
            H5Pset_file_locking(list.raw(), hdf5_sys::h5::hbool_t::from(matches!(locking, Locking::Locked)), 1)
        })?;
        // The default for all datasets of the file; the number of entries of the metadata cache is not used any more.
        // SAFETY: as above.
        call(|| unsafe { H5Pset_cache(list.raw(), 0, CHUNK_SLOTS, CHUNK_CACHE, 0.75) })?;
        // SAFETY: as above.
        call(|| unsafe { H5Pset_libver_bounds(list.raw(), H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST) })?;
        Ok(list)
    }

    /// Has nothing of contiguous elements kept in memory, which others may write to.
    pub(crate) fn without_sieve(&self) -> Outcome<()> {
        // SAFETY: the list is one for opening files.
        call(|| unsafe { H5Pset_sieve_buf_size(self.raw(), 0) }).map(drop)
    }

    fn untimed(self) -> Outcome<Self> {
        // SAFETY: the list is of a class derived from object creation.
        call(|| unsafe { H5Pset_obj_track_times(self.raw(), 0) })?;
        Ok(self)
    }

    pub(crate) fn file_create() -> Outcome<Self> {
        // SAFETY: the identifier is a property list class.
        Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_FILE_CREATE) })?.untimed()
    }

    pub(crate) fn group_create() -> Outcome<Self> {
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_GROUP_CREATE) })?.untimed()
    }

    pub(crate) fn datatype_create() -> Outcome<Self> {
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_DATATYPE_CREATE) })?.untimed()
    }

    pub(crate) fn dataset_create() -> Outcome<Self> {
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_DATASET_CREATE) })?.untimed()
    }

    pub(crate) fn dataset_access() -> Outcome<Self> {
        // SAFETY: as above.
        let list = Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_DATASET_ACCESS) })?;
        // A chunk that was written whole is the first to go.
        // SAFETY: the list is of the class that has this property.
        call(|| unsafe { H5Pset_chunk_cache(list.raw(), CHUNK_SLOTS, CHUNK_CACHE, 1.0) })?;
        Ok(list)
    }

    /// For writing elements. When the library cannot write a text or sequence, it frees those that it has already written, but
    /// takes what they have become in the file for pointers into memory: so it gets a way of freeing that does nothing.
    pub(crate) fn write_transfer() -> Outcome<Self> {
        // SAFETY: as above.
        let list = Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_DATASET_XFER) })?;
        let (nothing, no_data) = (std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: the list is of the class that has these properties, and the function uses none of its arguments.
        call(|| unsafe { H5Pset_vlen_mem_manager(list.raw(), None, nothing, Some(free_nothing), no_data) })?;
        Ok(list)
    }

    /// For a link of this name, declared UTF-8 where it is not ASCII, as h5py does.
    pub(crate) fn link_create(name: &[u8]) -> Outcome<Self> {
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_LINK_CREATE) })?.named(name)
    }

    /// For an attribute of this name.
    pub(crate) fn attribute_create(name: &[u8]) -> Outcome<Self> {
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Pcreate(*H5P_CLS_ATTRIBUTE_CREATE) })?.named(name)
    }

    fn named(self, name: &[u8]) -> Outcome<Self> {
        let charset =
            if name.is_ascii() || std::str::from_utf8(name).is_err() { H5T_CSET_ASCII } else { H5T_CSET_UTF8 };
        // SAFETY: the list is of a class derived from string creation.
        call(|| unsafe { H5Pset_char_encoding(self.raw(), charset) })?;
        Ok(self)
    }
}

/// Of datasets.
impl Plist {
    pub(crate) fn storage(&self, rank: usize) -> Outcome<Storage> {
        // SAFETY: the list is a dataset's.
        let (layout, external) = locked(|| unsafe { (H5Pget_layout(self.raw()), H5Pget_external_count(self.raw())) });
        match layout {
            H5D_COMPACT => Ok(Storage::Compact),
            H5D_CONTIGUOUS if external > 0 => Ok(Storage::External),
            H5D_CONTIGUOUS => Ok(Storage::Contiguous),
            H5D_VIRTUAL => Ok(Storage::Virtual),
            H5D_CHUNKED => {
                let mut dims = vec![0; rank];
                let room = c_int::try_from(rank).map_err(|_| Cause::new("the dataset has too many axes"))?;
                // SAFETY: there is room for the rank.
                call(|| unsafe { H5Pget_chunk(self.raw(), room, dims.as_mut_ptr()) })?;
                Ok(Storage::Chunked(dims))
            }
            _ => Err(Cause::new("the dataset has a layout that this HDF5 does not know")),
        }
    }

    /// Whether chunks that reach over the edge go through the filters like all others.
    pub(crate) fn filters_edges(&self) -> Outcome<bool> {
        let mut options = 0;
        // SAFETY: the list is a dataset's, of chunks; the place is valid.
        call(|| unsafe { H5Pget_chunk_opts(self.raw(), &mut options) })?;
        Ok(options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS == 0)
    }

    pub(crate) fn is_virtual(&self) -> bool {
        // SAFETY: the list is a dataset's.
        locked(|| unsafe { H5Pget_layout(self.raw()) }) == H5D_VIRTUAL
    }

    /// The names of the files that the elements lie in, if they lie in other files.
    pub(crate) fn external_files(&self) -> Outcome<Vec<Vec<u8>>> {
        // SAFETY: the list is a dataset's.
        let count = call(|| unsafe { H5Pget_external_count(self.raw()) })?;
        (0..count.unsigned_abs())
            .map(|index| {
                let mut name = vec![0u8; 4096];
                let (mut offset, mut size) = (0, 0);
                // SAFETY: the buffer is as large as is said.
                call(|| unsafe {
                    let room = name.as_mut_ptr().cast::<c_char>();
                    H5Pget_external(self.raw(), index as c_uint, name.len(), room, &mut offset, &mut size)
                })?;
                name.truncate(name.iter().position(|&byte| byte == 0).unwrap_or(name.len()));
                Ok(name)
            })
            .collect()
    }

    pub(crate) fn set_storage(&self, storage: &Storage) -> Outcome<()> {
        match storage {
            // SAFETY: the list is a dataset's.
            Storage::Compact => call(|| unsafe { H5Pset_layout(self.raw(), H5D_COMPACT) }).map(drop),
            Storage::Contiguous | Storage::External | Storage::Virtual => {
                // SAFETY: as above.
                call(|| unsafe { H5Pset_layout(self.raw(), H5D_CONTIGUOUS) }).map(drop)
            }
            Storage::Chunked(dims) => {
                let rank = c_int::try_from(dims.len()).map_err(|_| Cause::new("the chunks have too many axes"))?;
                // SAFETY: there are `rank` dimensions.
                call(|| unsafe { H5Pset_chunk(self.raw(), rank, dims.as_ptr()) }).map(drop)
            }
        }
    }

    pub(crate) fn filters(&self) -> Outcome<Vec<Filter>> {
        // SAFETY: the list is a dataset's.
        let count = call(|| unsafe { H5Pget_nfilters(self.raw()) })?;
        (0..count.unsigned_abs()).map(|index| self.filter(index)).collect()
    }

    fn filter(&self, index: u32) -> Outcome<Filter> {
        let mut room = 32;
        loop {
            let (mut flags, mut used) = (0, room);
            let mut parameters = vec![0u32; room];
            let mut name = [0u8; 256];
            // SAFETY: the arrays are as large as is said; the configuration is not asked for.
            let id = call(|| unsafe {
                H5Pget_filter2(
                    self.raw(),
                    index as c_uint,
                    &mut flags,
                    &mut used,
                    parameters.as_mut_ptr(),
                    name.len(),
                    name.as_mut_ptr().cast::<c_char>(),
                    std::ptr::null_mut(),
                )
            })?;
            // The call fills what there is room for, and says how many there are.
            if used > room {
                room = used;
                continue;
            }
            parameters.truncate(used);
            let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
            return Ok(Filter {
                id: id.unsigned_abs(),
                optional: if flags & H5Z_FLAG_OPTIONAL == 0 { Optional::No } else { Optional::Yes },
                parameters,
                name: crate::names::from_file(name),
            });
        }
    }

    pub(crate) fn add_filter(&self, filter: &Filter) -> Outcome<()> {
        let id = c_int::try_from(filter.id).map_err(|_| Cause::new("no filter has such a number"))?;
        let flags = match filter.optional {
            Optional::Yes => H5Z_FLAG_OPTIONAL,
            Optional::No => H5Z_FLAG_MANDATORY,
        };
        // SAFETY: there are that many parameters.
        call(|| unsafe { H5Pset_filter(self.raw(), id, flags, filter.parameters.len(), filter.parameters.as_ptr()) })
            .map(drop)
    }

    pub(crate) fn has_own_fill(&self) -> Outcome<bool> {
        let mut status = H5D_fill_value_t::H5D_FILL_VALUE_ERROR;
        // SAFETY: the list is a dataset's.
        call(|| unsafe { H5Pfill_value_defined(self.raw(), &mut status) })?;
        Ok(status == H5D_FILL_VALUE_USER_DEFINED)
    }
}

unsafe extern "C" fn free_nothing(_: *mut c_void, _: *mut c_void) {}

/// Whether this build can read and write with a filter.
pub(crate) fn availability(filter: u32) -> Availability {
    let Ok(id) = c_int::try_from(filter) else { return Availability::Missing };
    let mut flags = 0;
    // SAFETY: no pointers in the first call, a valid one in the second.
    let found = locked(|| unsafe { H5Zfilter_avail(id) > 0 && H5Zget_filter_info(id, &mut flags) >= 0 });
    match (found, flags & H5Z_FILTER_CONFIG_ENCODE_ENABLED, flags & H5Z_FILTER_CONFIG_DECODE_ENABLED) {
        (true, 1.., 1..) => Availability::Complete,
        (true, 0, 1..) => Availability::DecodesOnly,
        _ => Availability::Missing,
    }
}
