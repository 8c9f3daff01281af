//! The one error of this crate: what cannot be generated, why, and what to write to make it work.

use std::error::Error as StdError;
use std::fmt;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The schema cannot be read or resolved.
    Schema,
    /// The overlay is no TOML, has unknown keys, or speaks of something that the schema does not have.
    Overlay,
    /// Two things would get the same Rust name, or one would get none.
    Name,
    /// The options do not fit the schema: a namespace that is unknown, a type without a home.
    Options,
    /// A file or folder cannot be read or written.
    Files,
}

/// Why nothing was generated.
///
/// ```
/// let error = nwb_codegen::Overlay::parse("[core.TimeSeries]\nnmaes = {}", "overlay.toml").unwrap_err();
/// assert!(error.is_overlay());
/// assert!(error.to_string().contains("nmaes"));
/// ```
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Repr>);

#[derive(Debug, thiserror::Error)]
struct Repr {
    kind: ErrorKind,
    message: String,
    help: Option<String>,
    #[source]
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Repr { kind, message: message.into(), help: None, source: None }))
    }

    pub(crate) fn overlay(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Overlay, message)
    }

    pub(crate) fn name(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Name, message)
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of fault it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the overlay is at fault.
    pub fn is_overlay(&self) -> bool {
        self.0.kind == ErrorKind::Overlay
    }

    /// Whether names are at fault; the overlay can give others.
    pub fn is_name(&self) -> bool {
        self.0.kind == ErrorKind::Name
    }

    /// Whether the schema itself is at fault.
    pub fn is_schema(&self) -> bool {
        self.0.kind == ErrorKind::Schema
    }
}

impl fmt::Display for Repr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        match &self.0.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl From<nwb_schema::Error> for Error {
    fn from(error: nwb_schema::Error) -> Self {
        Self::new(ErrorKind::Schema, error.to_string()).caused_by(error)
    }
}
