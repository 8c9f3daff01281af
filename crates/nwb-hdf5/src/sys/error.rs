//! Calling the library under its lock, and what it says when a call fails.

use std::ffi::{CStr, CString, c_uint, c_void};
use std::fmt;

use hdf5_sys::h5::herr_t;
use hdf5_sys::h5e::{H5E_DEFAULT, H5E_WALK_UPWARD, H5E_error2_t, H5Eclear2, H5Ewalk2};
use nwb_model::{Error, ErrorKind};

/// Why a call into the library failed.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    /// The library's sentences, from where it went wrong outwards.
    stack: Vec<String>,
    /// What kind of failure it is, where that is known here.
    kind: Option<ErrorKind>,
}

pub(crate) type Outcome<T> = Result<T, Cause>;

/// What the library's functions return: negative on failure.
pub(crate) trait Status: Copy {
    fn failed(self) -> bool;
}

impl Status for i32 {
    fn failed(self) -> bool {
        self < 0
    }
}

impl Status for i64 {
    fn failed(self) -> bool {
        self < 0
    }
}

/// Runs something under the library's lock, with the library initialised and its printing of errors switched off.
pub(crate) fn locked<T>(run: impl FnOnce() -> T) -> T {
    hdf5::sync::sync(run)
}

/// Makes one call under the lock; a failure becomes the library's own account of it.
pub(crate) fn call<T: Status>(run: impl FnOnce() -> T) -> Outcome<T> {
    locked(|| {
        let status = run();
        if status.failed() { Err(Cause::take()) } else { Ok(status) }
    })
}

impl Cause {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self { stack: vec![sentence.into()], kind: None }
    }

    /// A cause that knows what kind of failure it is.
    pub(crate) fn of_kind(kind: ErrorKind, sentence: impl Into<String>) -> Self {
        Self { stack: vec![sentence.into()], kind: Some(kind) }
    }

    /// More elements than there is memory for.
    pub(crate) fn too_large(bytes: Option<u64>) -> Self {
        let size = bytes.map_or("more bytes than there are addresses".into(), |bytes| format!("{bytes} bytes"));
        Self::of_kind(ErrorKind::Limit, format!("the elements take {size}, which memory cannot hold; read a part"))
    }

    /// Takes the library's error stack. Under the lock, right after the call that failed.
    pub(crate) fn take() -> Self {
        let mut stack: Vec<String> = Vec::new();
        // SAFETY: the callback gets the vector that outlives the walk; it only appends to it.
        unsafe {
            H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, Some(collect), (&raw mut stack).cast());
            H5Eclear2(H5E_DEFAULT);
        }
        if stack.is_empty() {
            stack.push("HDF5 gave no reason".into());
        }
        Self { stack, kind: None }
    }

    /// Whether the library said this anywhere.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.stack.iter().any(|sentence| sentence.contains(words))
    }

    /// The operating system's error behind it.
    fn system(&self) -> Option<std::io::Error> {
        let number = self.stack.iter().find_map(|sentence| {
            let (_, rest) = sentence.split_once("errno = ")?;
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse::<i32>().ok().filter(|&number| number != 0)
        })?;
        Some(std::io::Error::from_raw_os_error(number))
    }

    /// The error for it: the system's where the system refused, else one of the given kind.
    pub(crate) fn into_error(self, kind: ErrorKind, sentence: impl Into<String>) -> Error {
        match self.system() {
            Some(system) => Error::new(ErrorKind::Io, sentence).caused_by(system),
            None => Error::new(self.kind.unwrap_or(kind), sentence).caused_by(self),
        }
    }
}

impl fmt::Display for Cause {
    /// The reason and the outermost step that failed for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.stack.first(), self.stack.last()) {
            (Some(first), Some(last)) if first != last => write!(f, "{last}, as {first}"),
            (Some(only), _) => f.write_str(only),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Cause {}

impl From<Error> for Cause {
    fn from(error: Error) -> Self {
        Self::of_kind(error.kind(), error.to_string())
    }
}

unsafe extern "C" fn collect(_: c_uint, error: *const H5E_error2_t, stack: *mut c_void) -> herr_t {
    // SAFETY: the library passes a valid record and the pointer that `take` gave it.
    let (error, stack) = unsafe { (&*error, &mut *stack.cast::<Vec<String>>()) };
    if !error.desc.is_null() {
        // SAFETY: a description is a string that lives as long as its record.
        let sentence = unsafe { CStr::from_ptr(error.desc) };
        stack.push(sentence.to_string_lossy().into_owned());
    }
    0
}

/// Text for the library.
pub(crate) fn c_string(text: impl Into<Vec<u8>>) -> Outcome<CString> {
    CString::new(text).map_err(|_| Cause::new("the text has a null character in it"))
}
