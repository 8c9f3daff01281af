//! How a command ends, and which exit code that is.

use nwb::{Error, ErrorKind};

/// A command that came to its end.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All is well.
    Done,
    /// The command did what it was asked for, and something is wrong with the file: exit code 1.
    Findings(String),
}

/// A command that could not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request was refused, or its result cannot be written: exit code 1.
    Refused(String),
    /// A file cannot be read: exit code 2.
    Unreadable(String),
}

impl Failure {
    /// A failure to open or read a file.
    pub(crate) fn reading(error: &Error) -> Self {
        Self::Unreadable(error.to_string())
    }

    /// A failure in the middle of reading one file and writing another.
    pub(crate) fn working(error: &Error) -> Self {
        if error.is_file_fault() || error.kind() == ErrorKind::Unsupported {
            Self::Unreadable(error.to_string())
        } else {
            Self::Refused(error.to_string())
        }
    }

    pub(crate) fn sentence(&self) -> &str {
        match self {
            Self::Refused(sentence) | Self::Unreadable(sentence) => sentence,
        }
    }
}

/// Opens an NWB file, or says in one sentence why not.
pub(crate) fn open(path: &std::path::Path) -> Result<nwb::File, Failure> {
    nwb::open(path).map_err(|error| Failure::reading(&error))
}
