//! Files.

use std::ffi::CStr;

use hdf5_sys::h5::{haddr_t, herr_t, hsize_t};
use hdf5_sys::h5f::{H5F_ACC_EXCL, H5F_ACC_RDONLY, H5F_SCOPE_LOCAL, H5Fcreate, H5Fflush, H5Fopen};
use hdf5_sys::h5i::hid_t;

use super::error::{Cause, Outcome, call};
use super::id::{FileKind, Id};
use super::plist::{Locking, Plist};

unsafe extern "C" {
    // Not among what the bindings have.
    fn H5Fget_eoa(file: hid_t, end: *mut haddr_t) -> herr_t;
    fn H5Fincrement_filesize(file: hid_t, bytes: hsize_t) -> herr_t;
}

/// An open file.
pub(crate) type FileId = Id<FileKind>;

impl FileId {
    pub(crate) fn open(path: &CStr) -> Outcome<Self> {
        let access = Plist::file_access(Locking::Locked)?;
        // SAFETY: the path is a C string, the list one for opening files.
        Self::from_call(|| unsafe { H5Fopen(path.as_ptr(), H5F_ACC_RDONLY, access.raw()) })
    }

    /// Makes a file that is not there yet.
    pub(crate) fn create(path: &CStr) -> Outcome<Self> {
        let (create, access) = (Plist::file_create()?, Plist::file_access(Locking::Free)?);
        access.without_sieve()?;
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Fcreate(path.as_ptr(), H5F_ACC_EXCL, create.raw(), access.raw()) })
    }

    /// Where what the library has given places to ends.
    pub(crate) fn end(&self) -> Outcome<u64> {
        // No more than it has: but what was written is counted too.
        self.grow(0)?;
        let mut end = 0;
        // SAFETY: the identifier is a file, the pointer is valid.
        call(|| unsafe { H5Fget_eoa(self.raw(), &mut end) })?;
        Ok(end)
    }

    /// Has the library give no places before this one any more: from where [`end`](Self::end) was to here others may write.
    pub(crate) fn reserve_to(&self, end: u64) -> Outcome<()> {
        let from = self.end()?;
        self.grow(end.checked_sub(from).ok_or_else(|| Cause::new("the file is longer than it was"))?)?;
        if self.end()? == end { Ok(()) } else { Err(Cause::new("the file has another length than it was given")) }
    }

    fn grow(&self, bytes: u64) -> Outcome<()> {
        // SAFETY: the identifier is a file.
        call(|| unsafe { H5Fincrement_filesize(self.raw(), bytes) }).map(drop)
    }

    pub(crate) fn flush(&self) -> Outcome<()> {
        // SAFETY: the identifier is a file.
        call(|| unsafe { H5Fflush(self.raw(), H5F_SCOPE_LOCAL) }).map(drop)
    }
}

/// Major, minor and release number of the library.
pub(crate) fn library_version() -> (u32, u32, u32) {
    let (mut major, mut minor, mut release) = (0, 0, 0);
    // SAFETY: three valid pointers.
    let _ = call(|| unsafe { hdf5_sys::h5::H5get_libversion(&mut major, &mut minor, &mut release) });
    (major, minor, release)
}
