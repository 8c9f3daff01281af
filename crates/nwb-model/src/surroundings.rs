//! Other files as seen from one: where the names in its external links lead, and what it calls other files.

use std::fmt::{self, Debug};
use std::sync::Arc;

use crate::backend::Backend;
use crate::error::Result;

/// Which file it is: the same for all names of one file, as far as the backend can tell.
///
/// What the text means is the backend's own; a path without links and dots, for files on a disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location(String);

impl Location {
    /// A location that a backend knows by this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The backend's text for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one file, or one that is yet to be written, knows of other files.
pub trait Surroundings: Debug + Send + Sync + 'static {
    /// Where the file itself lies.
    fn location(&self) -> Location;

    /// From where relative names begin: the folder of this file, on a disk.
    fn folder(&self) -> Location;

    /// Where a name leads that stands in an external link, whether there is a file or not. Opens nothing.
    fn locate(&self, name: &str) -> Location;

    /// The name by which this file calls another one.
    ///
    /// # Errors
    /// When that file has no name that could be stored.
    fn name_of(&self, location: &Location) -> Result<String>;

    /// Where a file lies that somebody names who is not a file: a path that begins at the current folder.
    ///
    /// # Errors
    /// When this is no name of a file.
    fn given(&self, path: &std::path::Path) -> Result<Location>;

    /// Opens another file, for reading.
    ///
    /// # Errors
    /// When it is not there ([`NotFound`](crate::ErrorKind::NotFound)), links must not lead there or no more files may be open
    /// ([`Limit`](crate::ErrorKind::Limit)), or it cannot be read.
    fn open(&self, location: &Location) -> Result<Arc<dyn Backend>>;
}
