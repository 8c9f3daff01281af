//! The one error of this crate.

use std::fmt;

use arrow_schema::ArrowError;
use nwb_model::tree::Object;
use nwb_model::{Error as ModelError, ErrorKind};

/// What went wrong with a table, a batch or a request.
///
/// It says in one sentence which column and row it is about, what was expected, what was found, and what to do. It becomes an
/// error of `nwb_model` and one of Arrow by `?`, and comes back out of an Arrow error unchanged.
#[derive(Clone)]
pub struct Error(ModelError);

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(ModelError::new(kind, message))
    }

    pub(crate) fn expected(self, expected: impl Into<String>) -> Self {
        Self(self.0.expected(expected))
    }

    pub(crate) fn found(self, found: impl Into<String>) -> Self {
        Self(self.0.found(found))
    }

    pub(crate) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self(self.0.remedy(remedy))
    }

    pub(crate) fn caused_by(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(self.0.caused_by(source))
    }

    /// Says which object it is about, unless that was said already.
    pub(crate) fn of(self, object: &Object) -> Self {
        Self(self.0.at(object.path()).in_file(object.file()))
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind()
    }

    /// The path of the object that it is about.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path()
    }

    /// Whether the file is to blame: damaged, or against its schema.
    #[must_use]
    pub fn is_file_fault(&self) -> bool {
        self.0.is_file_fault()
    }

    /// Whether the request is to blame: a column that is not there, a batch that no table can hold.
    #[must_use]
    pub fn is_caller_fault(&self) -> bool {
        self.0.is_caller_fault()
    }

    /// Whether a limit of a format was met, or something that it cannot hold.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.0.is_limit()
    }

    /// Whether the operating system refused.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.0.is_system()
    }

    /// Whether what was asked for is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.is_not_found()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<ModelError> for Error {
    fn from(error: ModelError) -> Self {
        Self(error)
    }
}

impl From<Error> for ModelError {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl From<ArrowError> for Error {
    fn from(error: ArrowError) -> Self {
        let external = match error {
            ArrowError::ExternalError(external) => external,
            ArrowError::IoError(message, source) => {
                return Self::new(ErrorKind::Io, message).caused_by(source);
            }
            other => return Self::new(ErrorKind::Invalid, "arrow refused").caused_by(other),
        };
        match external.downcast::<Self>() {
            Ok(own) => *own,
            Err(foreign) => match foreign.downcast::<ModelError>() {
                Ok(model) => Self(*model),
                Err(foreign) => Self::new(ErrorKind::Invalid, "the source of the batches failed")
                    .caused_by(ArrowError::ExternalError(foreign)),
            },
        }
    }
}

impl From<Error> for ArrowError {
    fn from(error: Error) -> Self {
        Self::ExternalError(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_through_arrow_unchanged() {
        let error = Error::new(ErrorKind::Malformed, "the index descends").found("2");
        let text = error.to_string();
        let back = Error::from(ArrowError::from(error));
        assert!(back.is_file_fault());
        assert_eq!(back.to_string(), text);
        assert_eq!(ModelError::from(back).to_string(), "the index descends (found 2)");
    }
}
