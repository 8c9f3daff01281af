//! Elements put into their form in the file, and what they hold into new collections.

use std::borrow::Cow;

use nwb_model::backend::Address;
use nwb_model::value::{Heap, Value};
use nwb_model::{Error, Result};

use super::collection;
use super::form::{Form, Part, REFERENCE, What};

/// A collection takes no more once it has so many bytes: whoever wants one object of it reads all of it.
const FULL: usize = 64 << 10;

/// As of every collection.
const SMALLEST: usize = collection::SMALLEST as usize;
const HEADER: usize = collection::HEADER as usize;

/// Sizes and places are multiples of this.
const ALIGNED: usize = 8;

/// Collections are written once they are so many bytes together.
const TOGETHER: usize = 1 << 20;

/// Writes bytes to a place of the file.
pub(crate) type Write<'a> = &'a mut dyn FnMut(u64, &[u8]) -> Result<()>;

/// Elements in their form in the file, and where the collections end.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) elements: Vec<u8>,
    pub(crate) end: u64,
}

/// Why nothing is stored.
pub(crate) enum Stop {
    /// Something cannot be: what that is, the library says.
    Left,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Form {
    /// Makes of a value what is to be stored of it, and writes what it holds into collections, which begin at an address that is a
    /// multiple of eight.
    pub(crate) fn store(&self, value: &Value, start: u64, write: Write<'_>) -> Result<Stored, Stop> {
        let mut collections = Collections { start, bytes: Vec::new(), begun: None, number: 0, write };
        let elements = self.elements(value, &mut collections)?.into_owned();
        collections.end()?;
        collections.flush()?;
        Ok(Stored { elements, end: collections.start })
    }

    fn elements<'a>(&self, value: &'a Value, collections: &mut Collections<'_>) -> Result<Cow<'a, [u8]>, Stop> {
        if *value.dtype() != self.dtype {
            return Err(Stop::Left);
        }
        if self.dtype.is_plain() {
            return Ok(Cow::Borrowed(value.bytes()));
        }
        let none = Heap::new();
        let heap = value.heap().unwrap_or(&none);
        let elements = value.bytes().chunks_exact(self.size);
        let mut stored = vec![0; elements.len().checked_mul(self.stored).ok_or(Stop::Left)?];
        for (element, place) in elements.zip(stored.chunks_exact_mut(self.stored)) {
            for part in &self.parts {
                let (element, place) = element.get(part.to..).zip(place.get_mut(part.from..)).ok_or(Stop::Left)?;
                part.store(element, place, heap, collections)?;
            }
        }
        Ok(Cow::Owned(stored))
    }
}

impl Part {
    fn store(
        &self,
        element: &[u8],
        place: &mut [u8],
        heap: &Heap,
        collections: &mut Collections<'_>,
    ) -> Result<(), Stop> {
        let word = || element.first_chunk().copied().map(u64::from_ne_bytes).ok_or(Stop::Left);
        fn put(place: &mut [u8], bytes: &[u8]) -> Result<(), Stop> {
            place.get_mut(..bytes.len()).ok_or(Stop::Left)?.copy_from_slice(bytes);
            Ok(())
        }
        match &self.what {
            What::Plain(size) => put(place, element.get(..*size).ok_or(Stop::Left)?),
            What::Reference => {
                let address = Address(word()?).non_null().map_or(0, |address| address.0);
                put(place, &address.to_le_bytes())
            }
            What::Text => {
                let text = heap.text(word()?).filter(|text| !text.contains(&0)).ok_or(Stop::Left)?;
                put(place, &collections.add(text, text.len())?)
            }
            What::Sequence(item) => {
                let sequence = heap.sequence(word()?).ok_or(Stop::Left)?;
                let items = item.elements(sequence, collections)?;
                // The library does not store what is empty, where it is no text.
                if items.is_empty() { Ok(()) } else { put(place, &collections.add(&items, sequence.len())?) }
            }
        }
    }
}

/// Collections one behind the other.
struct Collections<'a> {
    /// Where the first that was not written yet goes.
    start: u64,
    /// Those that were not written yet.
    bytes: Vec<u8>,
    /// Where the last one begins in them, if it is not complete.
    begun: Option<usize>,
    /// Its last object.
    number: u16,
    write: Write<'a>,
}

impl Collections<'_> {
    /// Adds an object that is so many items; returns what is stored in the element for it.
    fn add(&mut self, content: &[u8], items: usize) -> Result<[u8; REFERENCE], Stop> {
        let padded = content.len().checked_next_multiple_of(ALIGNED).ok_or(Stop::Left)?;
        let size = padded.checked_add(HEADER).ok_or(Stop::Left)?;
        let has_room = |begun: usize| self.bytes.len() - begun + size <= FULL && self.number < u16::MAX;
        let begun = match self.begun {
            Some(begun) if has_room(begun) => begun,
            _ => self.begin()?,
        };
        self.number += 1;
        let end = self.bytes.len() + size;
        self.head(self.number, content.len());
        self.bytes.extend_from_slice(content);
        self.bytes.resize(end, 0);
        let items = u32::try_from(items).map_err(|_| Stop::Left)?.to_le_bytes();
        let address = self.start.checked_add(begun as u64).ok_or(Stop::Left)?.to_le_bytes();
        let number = u32::from(self.number).to_le_bytes();
        let mut reference = [0; REFERENCE];
        let stored = items.into_iter().chain(address).chain(number);
        reference.iter_mut().zip(stored).for_each(|(place, byte)| *place = byte);
        Ok(reference)
    }

    /// What comes before an object: its number and size; nobody counts what refers to it.
    fn head(&mut self, number: u16, size: usize) {
        self.bytes.extend_from_slice(&u64::from(number).to_le_bytes());
        self.bytes.extend_from_slice(&(size as u64).to_le_bytes());
    }

    /// Begins another collection; its size is not known yet.
    fn begin(&mut self) -> Result<usize, Stop> {
        self.end()?;
        let begun = self.bytes.len();
        // Version 1.
        self.bytes.extend_from_slice(&collection::SIGNATURE);
        self.bytes.extend_from_slice(&1u32.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 8]);
        (self.begun, self.number) = (Some(begun), 0);
        Ok(begun)
    }

    /// Completes the last collection.
    fn end(&mut self) -> Result<(), Stop> {
        let Some(begun) = self.begun.take() else { return Ok(()) };
        let free = SMALLEST.saturating_sub(self.bytes.len() - begun);
        // What is free is the object of number zero, and its head belongs to it. Less than a head goes without.
        if free >= HEADER {
            self.head(0, free);
        }
        self.bytes.resize(self.bytes.len().max(begun + SMALLEST), 0);
        let size = (self.bytes.len() - begun) as u64;
        self.bytes.get_mut(begun + 8..begun + HEADER).ok_or(Stop::Left)?.copy_from_slice(&size.to_le_bytes());
        if self.bytes.len() >= TOGETHER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        if !self.bytes.is_empty() {
            (self.write)(self.start, &self.bytes)?;
        }
        self.start = self.start.checked_add(self.bytes.len() as u64).ok_or(Stop::Left)?;
        self.bytes.clear();
        Ok(())
    }
}
