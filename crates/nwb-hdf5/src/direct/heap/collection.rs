//! Collections of the global heap: blocks of the file with objects in them, which have numbers.

use std::io;

use nwb_model::{Error, ErrorKind, Result};

use super::{GlobalHeap, outside};
use crate::platform;

pub(super) const SIGNATURE: [u8; 4] = *b"GCOL";

/// Bytes before the first object, and before what each object holds.
pub(super) const HEADER: u64 = 16;

/// The library makes none that are smaller.
pub(super) const SMALLEST: u64 = 4096;

/// A collection that is no larger is read whole.
const WHOLE: u64 = 1 << 20;

/// What is read ahead: as much as most collections are, and as much as is worth a read where one follows the other.
///
/// Not more: what is larger the system gives anew each time, and filling it for the first time costs more than the reads.
const AHEAD: (u64, u64) = (4096, 64 << 10);

/// A piece of the file in memory.
#[derive(Debug)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
    ahead: u64,
}

impl Window {
    /// Bytes of the file; the caller has seen to it that it has them.
    fn at(&mut self, heap: &GlobalHeap<'_>, from: u64, len: u64) -> io::Result<&[u8]> {
        let end = self.start + self.bytes.len() as u64;
        if from < self.start || from.saturating_add(len) > end {
            // Where this is the next piece, there will be one more.
            let follows = !self.bytes.is_empty() && (self.start..=end).contains(&from);
            self.ahead = if follows { (self.ahead * 2).min(AHEAD.1) } else { AHEAD.0 };
            let size = len.max(self.ahead).min(heap.size.saturating_sub(from)).max(len);
            self.start = from;
            self.bytes.resize(usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?, 0);
            if let Err(error) = platform::read_exact_at(heap.file, &mut self.bytes, from) {
                self.bytes.clear();
                return Err(error);
            }
        }
        let start = usize::try_from(from - self.start).unwrap_or(usize::MAX);
        let found = usize::try_from(len).ok().and_then(|len| self.bytes.get(start..start.checked_add(len)?));
        found.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// An object: where in the file it is, and how long.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Object {
    start: u64,
    pub(super) size: u64,
    /// The entry that holds it already, plus one.
    pub(super) held: u64,
    /// The collection that it is of, counted from one.
    of: u64,
}

/// Reads collections, one after the other.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    heap: GlobalHeap<'a>,
    window: Window,
    /// How many collections have been opened.
    opened: u64,
    /// Whether all of the current one is in the window.
    is_whole: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(heap: GlobalHeap<'a>) -> Self {
        let window = Window { start: 0, bytes: Vec::new(), ahead: AHEAD.0 };
        Self { heap, window, opened: 0, is_whole: false }
    }

    /// Looks through a collection and puts its objects to the places of their numbers; the next one that is used begins at `next`.
    /// What was in the list before is of other collections.
    pub(super) fn open(&mut self, address: u64, next: Option<u64>, objects: &mut Vec<Object>) -> Result<()> {
        self.scan(address, next, objects).map_err(|fault| match fault {
            Fault::Damage(reason) => Error::new(
                ErrorKind::Malformed,
                format!("the collection of texts or sequences at byte {address} of the file is damaged: {reason}"),
            ),
            Fault::Io(error) => unreadable(address, error),
        })
    }

    fn scan(&mut self, address: u64, next: Option<u64>, objects: &mut Vec<Object>) -> Result<(), Fault> {
        self.opened += 1;
        let file = self.heap.size;
        let start = self.heap.base.checked_add(address).filter(|start| {
            // So that nothing below comes near the end of all numbers.
            *start < file && file - *start >= HEADER
        });
        let start = start.ok_or_else(|| format!("it lies outside the file, which has {file} bytes"))?;
        let header = self.window.at(&self.heap, start, HEADER)?;
        if !header.starts_with(&SIGNATURE) {
            return Err("it does not begin with its signature".to_owned().into());
        }
        if let Some(&version) = header.get(4).filter(|&&version| version != 1) {
            return Err(format!("it is of version {version}, which is not known").into());
        }
        let size = word(header, 8)?;
        if size < SMALLEST || !size.is_multiple_of(8) || size > file - start {
            return Err(format!("it says that it has {size} bytes, in a file of {file}").into());
        }
        let end = start + size;
        if let Some(next) = next.filter(|&next| address.saturating_add(size) > next) {
            return Err(format!("its {size} bytes overlap the next one, which begins at byte {next}").into());
        }
        self.is_whole = size <= WHOLE;
        if self.is_whole {
            self.window.at(&self.heap, start, size)?;
        }
        let (mut at, mut has_free) = (start + HEADER, false);
        while end - at >= HEADER {
            let header = self.window.at(&self.heap, at, HEADER)?;
            let number = usize::from(u16::from_le_bytes(header.first_chunk().copied().unwrap_or_default()));
            let size = word(header, 8)?;
            if number == 0 {
                // The room that is free, which counts its own header. It comes last, but the library looks on behind it.
                if size == 0 || !size.is_multiple_of(8) || size > end - at {
                    return Err(format!("it says that {size} bytes of it are free").into());
                }
                at += size;
                has_free = true;
                continue;
            }
            at += HEADER;
            if size > end - at {
                return Err(format!("its object {number} says that it has {size} bytes").into());
            }
            if objects.len() <= number {
                objects.resize(number + 1, Object::default());
            }
            if let Some(object) = objects.get_mut(number) {
                if object.of == self.opened {
                    return Err(format!("it has two objects of number {number}").into());
                }
                *object = Object { start: at, size, held: 0, of: self.opened };
            }
            at = at.saturating_add(size.next_multiple_of(8)).min(end);
        }
        // What is too small for an object at the end is free, where nothing else is.
        if at < end && has_free { Err("it does not end with its last object".to_owned().into()) } else { Ok(()) }
    }

    /// Whether an object is of the collection that was opened last.
    #[inline]
    pub(super) fn is_current(&self, object: &Object) -> bool {
        object.of == self.opened
    }

    /// Copies what an object of that collection holds to a place of its size.
    #[inline]
    pub(super) fn copy(&self, object: Object, place: &mut [u8]) -> Result<()> {
        if self.is_whole {
            let start = usize::try_from(object.start.wrapping_sub(self.window.start)).unwrap_or(usize::MAX);
            let found = start.checked_add(place.len()).and_then(|end| self.window.bytes.get(start..end));
            place.copy_from_slice(found.ok_or_else(outside)?);
            return Ok(());
        }
        platform::read_exact_at(self.heap.file, place, object.start).map_err(|error| unreadable(object.start, error))
    }
}

enum Fault {
    Damage(String),
    Io(io::Error),
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Damage(reason)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn word(header: &[u8], at: usize) -> Result<u64, Fault> {
    let bytes = header.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map(|bytes| u64::from_le_bytes(*bytes)).ok_or_else(|| "it is cut short".to_owned().into())
}

fn unreadable(address: u64, error: io::Error) -> Error {
    let place = format!("texts or sequences at byte {address} of the file");
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::new(
            ErrorKind::Io,
            format!("the {place} cannot be read: the file has become shorter since it was opened"),
        ),
        _ => Error::new(ErrorKind::Io, format!("the {place} cannot be read")).caused_by(error),
    }
}
