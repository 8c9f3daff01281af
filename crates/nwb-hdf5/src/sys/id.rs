//! Identifiers of the library, each owned by a value that closes it.

use std::fmt;
use std::marker::PhantomData;

use hdf5_sys::h5::herr_t;
use hdf5_sys::h5i::hid_t;

use super::error::{Outcome, call, locked};

/// What an identifier stands for, and how it is closed.
pub(crate) trait Kind {
    const CLOSE: unsafe extern "C" fn(hid_t) -> herr_t;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $module:ident::$close:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum $name {}

        impl Kind for $name {
            const CLOSE: unsafe extern "C" fn(hid_t) -> herr_t = hdf5_sys::$module::$close;
        }
    )*};
}

kinds! {
    /// An open file.
    FileKind = h5f::H5Fclose;
    /// A group, dataset or named datatype.
    ObjectKind = h5o::H5Oclose;
    /// An attribute.
    AttributeKind = h5a::H5Aclose;
    /// A datatype.
    TypeKind = h5t::H5Tclose;
    /// A dataspace.
    SpaceKind = h5s::H5Sclose;
    /// A property list.
    PlistKind = h5p::H5Pclose;
}

/// An identifier that is closed when it is dropped.
pub(crate) struct Id<K: Kind> {
    raw: hid_t,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Id<K> {
    /// Takes over what a call has returned.
    pub(super) fn take(raw: hid_t) -> Self {
        Self { raw, kind: PhantomData }
    }

    /// Makes the call and takes over the identifier that it returns.
    pub(super) fn from_call(run: impl FnOnce() -> hid_t) -> Outcome<Self> {
        call(run).map(Self::take)
    }

    pub(super) fn raw(&self) -> hid_t {
        self.raw
    }

    /// The same identifier as another kind, which has to close it then.
    pub(super) fn recast<L: Kind>(self) -> Id<L> {
        let raw = self.raw;
        std::mem::forget(self);
        Id::take(raw)
    }

    /// Closes it and says whether that succeeded: for whatever was written to.
    pub(crate) fn close(self) -> Outcome<()> {
        let raw = self.raw;
        std::mem::forget(self);
        // SAFETY: the identifier is owned, of this kind, and not used after this.
        call(|| unsafe { K::CLOSE(raw) }).map(drop)
    }
}

impl<K: Kind> Drop for Id<K> {
    fn drop(&mut self) {
        // SAFETY: as in `close`. What was written to has been closed there; a failure here loses nothing.
        locked(|| unsafe { K::CLOSE(self.raw) });
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.raw)
    }
}
