//! Files.

use std::ffi::CStr;

use hdf5_sys::h5f::{H5F_ACC_EXCL, H5F_ACC_RDONLY, H5F_SCOPE_LOCAL, H5Fcreate, H5Fflush, H5Fopen};

use super::error::{Outcome, call};
use super::id::{FileKind, Id};
use super::plist::{Locking, Plist};

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
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Fcreate(path.as_ptr(), H5F_ACC_EXCL, create.raw(), access.raw()) })
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
