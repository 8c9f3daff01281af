//! How a command ends, and which exit code that is.

use std::error::Error as _;

use nwb::{Error, ErrorKind};

use crate::paths;
use crate::remedy::in_own_words;

/// A command that came to its end.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All is well.
    Done,
    /// The command did what it was asked for, and something is wrong with the file: exit code 1.
    Findings(String),
    /// The same, and the output has told what it is: exit code 1.
    Told,
}

/// A command that could not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request was refused, or its result cannot be written: exit code 1.
    Refused(String),
    /// A file cannot be read: exit code 2.
    Unreadable(String),
    /// Some of several files cannot be read, and it was said which: exit code 2.
    Told,
}

impl Failure {
    /// A failure to open or read a file.
    pub(crate) fn reading(error: &Error) -> Self {
        Self::Unreadable(sentence(error))
    }

    /// A failure in the middle of reading one file and writing another.
    pub(crate) fn working(error: &Error) -> Self {
        if error.is_file_fault() || error.kind() == ErrorKind::Unsupported {
            Self::Unreadable(sentence(error))
        } else {
            Self::Refused(sentence(error))
        }
    }

    /// A failure to give what was asked for: refused where there is no such thing, unreadable where there is and it cannot be read.
    pub(crate) fn asking(error: &Error) -> Self {
        if error.is_caller_fault() { Self::Refused(sentence(error)) } else { Self::Unreadable(sentence(error)) }
    }

    pub(crate) fn sentence(&self) -> &str {
        match self {
            Self::Refused(sentence) | Self::Unreadable(sentence) => sentence,
            Self::Told => "some of the files cannot be read",
        }
    }
}

/// A longer sentence is cut down to its beginning and its end.
const MAX_SENTENCE: usize = 500;

/// What an error says. Of causes of causes of causes, as of links that lead to links in a circle, the first and the last.
pub(crate) fn sentence(error: &Error) -> String {
    let whole = in_own_words(error.to_string());
    if whole.len() <= MAX_SENTENCE {
        return whole;
    }
    let mut last = error;
    while let Some(cause) = last.source().and_then(|source| source.downcast_ref::<Error>()) {
        last = cause;
    }
    let place = error.path().map(|path| format!("{path}: ")).unwrap_or_default();
    in_own_words(format!("{place}{}: {last}", error.message()))
}

/// Opens an NWB file, or says in one sentence why not.
pub(crate) fn open(path: &std::path::Path) -> Result<nwb::File, Failure> {
    nwb::open(path).map_err(|error| match paths::absent(path) {
        Some(sentence) => Failure::Unreadable(sentence),
        None => Failure::reading(&error),
    })
}
