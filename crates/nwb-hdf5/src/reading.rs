//! How the objects of a file and the elements of its datasets are read.

use std::num::NonZeroUsize;

/// How elements, or objects, are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// Without the library where that can be done (elements on all cores then), through the library elsewhere.
    #[default]
    Fastest,
    /// Through the library alone.
    Library,
    /// Never through the library: what it would be needed for is an error. For tests.
    Direct,
    /// Both ways, with an error where they differ. For tests, and for whoever wants to be sure.
    Both,
}

/// What is said about it when a file is opened; it holds for the files that links lead to as well.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// `None`: one for each core.
    pub(crate) threads: Option<NonZeroUsize>,
    /// Bytes of decoded chunks to keep.
    pub(crate) cache: usize,
    /// Of elements.
    pub(crate) route: Route,
    /// Of objects.
    pub(crate) objects: Route,
    #[cfg(feature = "mmap")]
    pub(crate) mapping: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            threads: None,
            cache: 64 << 20,
            route: Route::default(),
            objects: Route::default(),
            #[cfg(feature = "mmap")]
            mapping: false,
        }
    }
}
