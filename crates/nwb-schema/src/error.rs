//! The one error of this crate: what is wrong, in which document, under which key.

use std::error::Error as StdError;
use std::fmt;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Not YAML or JSON, or a key with a value of the wrong form.
    Malformed,
    /// A `quantity` that is none, or that cannot go with a fixed name.
    BadQuantity,
    /// A `dtype` that does not exist.
    BadDtype,
    /// A `shape` or `dims` that does not say a shape.
    BadShape,
    /// A name that no object can have, or a member with neither name nor type.
    BadName,
    /// A source of a namespace could not be loaded.
    MissingSource,
    /// A type that is named as parent, member or target does not exist.
    MissingType,
    /// A namespace that is included is not there.
    MissingNamespace,
    /// Namespaces include each other.
    IncludeCycle,
    /// Types inherit from each other.
    InheritanceCycle,
    /// A type is defined twice in what one namespace sees.
    DuplicateType,
    /// A namespace was given twice.
    DuplicateNamespace,
    /// A refinement allows more than what it refines, or something else.
    Widening,
}

/// Why a schema could not be read or resolved.
///
/// It names the document (`core/2.11.0/nwb.ophys`), the place in it (`groups[3].datasets[0].dtype`), what was expected
/// there and what was found.
///
/// ```
/// use nwb_schema::cache;
/// let error = cache::namespace("{}", "my-lab/namespace").unwrap_err();
/// assert!(error.is_malformed());
/// assert_eq!(error.document(), "my-lab/namespace");
/// ```
pub struct Error(Box<Repr>);

struct Repr {
    kind: ErrorKind,
    document: String,
    key_path: String,
    expected: String,
    found: String,
    help: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        at: &KeyPath<'_>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self(Box::new(Repr {
            kind,
            document: at.document().to_owned(),
            key_path: at.to_string(),
            expected: expected.into(),
            found: found.into(),
            help: None,
            source: None,
        }))
    }

    pub(crate) fn help(mut self, help: &'static str) -> Self {
        self.0.help = Some(help);
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

    /// The document in which the fault lies: `<namespace>/<version>/<source>`, or the name that the caller gave.
    pub fn document(&self) -> &str {
        &self.0.document
    }

    /// The place in the document, as `groups[3].datasets[0].dtype`; empty for the document as a whole.
    pub fn key_path(&self) -> &str {
        &self.0.key_path
    }

    /// What should have stood there.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What stood there.
    pub fn found(&self) -> &str {
        &self.0.found
    }

    /// Whether the text is not what the specification language allows.
    pub fn is_malformed(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Malformed
                | ErrorKind::BadQuantity
                | ErrorKind::BadDtype
                | ErrorKind::BadShape
                | ErrorKind::BadName
        )
    }

    /// Whether something that the schema names is absent: a source, a type or a namespace.
    pub fn is_missing(&self) -> bool {
        matches!(self.0.kind, ErrorKind::MissingSource | ErrorKind::MissingType | ErrorKind::MissingNamespace)
    }

    /// Whether namespaces or types depend on themselves.
    pub fn is_cycle(&self) -> bool {
        matches!(self.0.kind, ErrorKind::IncludeCycle | ErrorKind::InheritanceCycle)
    }

    /// Whether a type or a namespace is defined twice.
    pub fn is_duplicate(&self) -> bool {
        matches!(self.0.kind, ErrorKind::DuplicateType | ErrorKind::DuplicateNamespace)
    }

    /// Whether a refinement allows what the refined type forbids.
    pub fn is_widening(&self) -> bool {
        self.0.kind == ErrorKind::Widening
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repr = &self.0;
        write!(f, "{}", repr.document)?;
        if !repr.key_path.is_empty() {
            write!(f, ": {}", repr.key_path)?;
        }
        write!(f, ": expected {}, found {}", repr.expected, repr.found)?;
        if let Some(help) = repr.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)?;
        if let Some(source) = &self.0.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

/// How much a schema may stray from the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strictness {
    /// For schemas that are being written: the first fault is the error.
    #[default]
    Strict,
    /// For schemas cached in files, which nobody can mend: faults are collected, the rest stays usable.
    Lenient,
}

/// Where faults go: out at once, or into a list.
pub(crate) struct Sink<'p> {
    strictness: Strictness,
    problems: &'p mut Vec<Error>,
}

impl<'p> Sink<'p> {
    pub(crate) fn new(strictness: Strictness, problems: &'p mut Vec<Error>) -> Self {
        Self { strictness, problems }
    }

    pub(crate) fn report(&mut self, error: Error) -> Result<()> {
        match self.strictness {
            Strictness::Strict => Err(error),
            Strictness::Lenient => {
                self.problems.push(error);
                Ok(())
            }
        }
    }
}

/// A place in a document, kept on the stack while walking it and rendered only when something is wrong.
#[derive(Clone, Copy)]
pub(crate) enum KeyPath<'a> {
    Document(&'a str),
    /// A place that was rendered before, in a document.
    Known(&'a str, &'a str),
    Key(&'a KeyPath<'a>, &'a str),
    Index(&'a KeyPath<'a>, usize),
}

impl<'a> KeyPath<'a> {
    pub(crate) fn key(&'a self, key: &'a str) -> KeyPath<'a> {
        KeyPath::Key(self, key)
    }

    pub(crate) fn index(&'a self, index: usize) -> KeyPath<'a> {
        KeyPath::Index(self, index)
    }

    fn document(&self) -> &str {
        match self {
            KeyPath::Document(document) | KeyPath::Known(document, _) => document,
            KeyPath::Key(parent, _) | KeyPath::Index(parent, _) => parent.document(),
        }
    }
}

impl fmt::Display for KeyPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyPath::Document(_) => Ok(()),
            KeyPath::Known(_, path) => f.write_str(path),
            KeyPath::Key(KeyPath::Document(_), key) => f.write_str(key),
            KeyPath::Key(parent, key) => write!(f, "{parent}.{key}"),
            KeyPath::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}
