//! The one error of this crate.

use std::fmt;
use std::sync::Arc;

type Source = Arc<dyn std::error::Error + Send + Sync + 'static>;

/// What went wrong with a file, an object or a request.
///
/// An error is small, can be cloned, and says in one sentence which file and which object it is about, what was expected,
/// what was found, and what to do. Ask it whose fault it is with the predicates.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error(Arc<Inner>);

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file holds something that is damaged or breaks its schema.
    Malformed,
    /// The file is not an NWB 2 file, or no file of a known format at all.
    NotNwb,
    /// A link leads nowhere: its file, or the object in it, is not there or not what it should be, or the links run in a circle.
    DanglingLink,
    /// There is no object, field or member of that name or type.
    NotFound,
    /// A value, an object or a link is of another type than was asked for.
    WrongType,
    /// More than one object fits where one was asked for.
    Ambiguous,
    /// The request cannot be carried out as it stands: a bad name, a bad shape, a missing field.
    Invalid,
    /// A limit of the format or one set by the caller would be passed.
    Limit,
    /// The object was changed since this view of it was made.
    Stale,
    /// The same file was changed by somebody else in the meantime.
    Conflict,
    /// The backend cannot do this: a filter it lacks, a storage form it does not know.
    Unsupported,
    /// The operating system refused: no such file, no permission, disk full.
    Io,
}

#[derive(Clone, Debug, thiserror::Error)]
struct Inner {
    kind: ErrorKind,
    message: String,
    file: Option<String>,
    path: Option<String>,
    spec: Option<String>,
    expected: Option<String>,
    found: Option<String>,
    remedy: Option<String>,
    #[source]
    source: Option<Source>,
}

impl Error {
    /// A new error: its kind and a short sentence, without the object's path, which [`Error::at`] adds.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            file: None,
            path: None,
            spec: None,
            expected: None,
            found: None,
            remedy: None,
            source: None,
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Says which object it is about, unless that was said already.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        if self.0.path.is_some() { self } else { self.with(|e| e.path = Some(path.into())) }
    }

    /// Says which file it is about, unless that was said already.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        if self.0.file.is_some() { self } else { self.with(|e| e.file = Some(file.into())) }
    }

    /// Says which part of the schema asks for what was not found.
    #[must_use]
    pub fn by_spec(self, spec: impl Into<String>) -> Self {
        self.with(|e| e.spec = Some(spec.into()))
    }

    /// Says what was expected.
    #[must_use]
    pub fn expected(self, expected: impl Into<String>) -> Self {
        self.with(|e| e.expected = Some(expected.into()))
    }

    /// Says what was found.
    #[must_use]
    pub fn found(self, found: impl Into<String>) -> Self {
        self.with(|e| e.found = Some(found.into()))
    }

    /// Says what to do about it.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        self.with(|e| e.remedy = Some(remedy.into()))
    }

    /// Names the error that caused this one.
    #[must_use]
    pub fn caused_by(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.with(|e| e.source = Some(Arc::new(source)))
    }

    /// Says that it is of another kind: what is a file's fault on reading is the caller's on writing.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.with(|e| e.kind = kind)
    }

    /// Says it in another sentence.
    pub(crate) fn with_message(self, message: impl Into<String>) -> Self {
        self.with(|e| e.message = message.into())
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The sentence alone, without file, path and the rest.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The file it is about.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The path of the object that it is about.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// The part of the schema behind it.
    #[must_use]
    pub fn spec(&self) -> Option<&str> {
        self.0.spec.as_deref()
    }

    /// What was expected, if that was said.
    #[must_use]
    pub fn expectation(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What was found, if that was said.
    #[must_use]
    pub fn finding(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// What to do about it, if that was said.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.0.remedy.as_deref()
    }

    /// Whether the file is to blame: damaged, against its schema, or of another format.
    #[must_use]
    pub fn is_file_fault(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Malformed | ErrorKind::NotNwb | ErrorKind::DanglingLink)
    }

    /// Whether the request is to blame.
    #[must_use]
    pub fn is_caller_fault(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::NotFound
                | ErrorKind::WrongType
                | ErrorKind::Ambiguous
                | ErrorKind::Invalid
                | ErrorKind::Stale
                | ErrorKind::Conflict
        )
    }

    /// Whether a limit of the format, of the backend, or of the caller's own was met.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Limit | ErrorKind::Unsupported)
    }

    /// Whether the operating system refused.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.0.kind == ErrorKind::Io
    }

    /// Whether a link leads nowhere; the source says why. Everything else in the file can be used.
    #[must_use]
    pub fn is_dangling_link(&self) -> bool {
        self.0.kind == ErrorKind::DanglingLink
    }

    /// Whether what was asked for is not there.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = self;
        match (&e.file, &e.path) {
            (Some(file), Some(path)) => write!(f, "{file}: {path}: ")?,
            (Some(one), None) | (None, Some(one)) => write!(f, "{one}: ")?,
            (None, None) => {}
        }
        write!(f, "{}", e.message)?;
        match (&e.expected, &e.found) {
            (Some(expected), Some(found)) => write!(f, " (expected {expected}, found {found})")?,
            (Some(expected), None) => write!(f, " (expected {expected})")?,
            (None, Some(found)) => write!(f, " (found {found})")?,
            (None, None) => {}
        }
        if let Some(spec) = &e.spec {
            write!(f, " [{spec}]")?;
        }
        if let Some(source) = &e.source {
            write!(f, ": {source}")?;
        }
        if let Some(remedy) = &e.remedy {
            write!(f, "; {remedy}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl From<std::io::Error> for Error {
    fn from(source: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, "the operating system refused").caused_by(source)
    }
}

/// A schema that the caller brought along and that cannot be used.
impl From<nwb_schema::Error> for Error {
    fn from(source: nwb_schema::Error) -> Self {
        Self::new(ErrorKind::Invalid, format!("the schema cannot be used: {source}")).caused_by(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_everything_in_one_line() {
        let error = Error::new(ErrorKind::Malformed, "the unit has the wrong type")
            .at("/acquisition/movie/data")
            .at("/never/overwritten")
            .in_file("a.nwb")
            .by_spec("core TimeSeries.data@unit")
            .expected("text")
            .found("f64")
            .remedy("write it as text");
        assert_eq!(
            error.to_string(),
            "a.nwb: /acquisition/movie/data: the unit has the wrong type (expected text, found f64) \
             [core TimeSeries.data@unit]; write it as text"
        );
        assert!(error.is_file_fault() && !error.is_caller_fault() && !error.is_system());
    }

    #[test]
    fn is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
