//! The parts of elements that have no fixed size, and how elements with such parts are compared and moved.

use super::Value;
use crate::backend::Address;
use crate::dtype::{Dtype, TextLength};
use crate::error::{Error, ErrorKind, Result};

/// The parts of elements that have no fixed size.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    text: Vec<u8>,
    text_ends: Vec<u64>,
    sequences: Vec<Value>,
    regions: Vec<RegionReference>,
}

/// A reference to a part of a dataset, as old files hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionReference {
    /// The dataset.
    pub target: Address,
    /// Which part, in the backend's own encoding.
    pub selection: Vec<u8>,
}

impl Heap {
    /// An empty heap.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text, any bytes; returns its index, to be put into the element.
    pub fn push_text(&mut self, text: &[u8]) -> u64 {
        self.text.extend_from_slice(text);
        self.text_ends.push(self.text.len() as u64);
        self.text_ends.len() as u64 - 1
    }

    /// Adds many texts that lie one behind the other: `ends` says where each of them ends. Returns the index of the first; nothing
    /// is copied where the heap has no texts yet.
    ///
    /// ```
    /// use nwb_model::value::Heap;
    ///
    /// let mut heap = Heap::new();
    /// assert_eq!(heap.push_texts(b"onetwo".to_vec(), vec![3, 3, 6])?, 0);
    /// assert_eq!((heap.text(0), heap.text(1), heap.text(2)), (Some(&b"one"[..]), Some(&b""[..]), Some(&b"two"[..])));
    /// assert!(heap.push_texts(b"one".to_vec(), vec![2, 1, 3]).is_err());
    /// # Ok::<(), nwb_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the ends are not in order, or the last is not that of the texts.
    pub fn push_texts(&mut self, texts: Vec<u8>, ends: Vec<u64>) -> Result<u64> {
        if !ends.is_sorted() || ends.last().copied().unwrap_or(0) != texts.len() as u64 {
            return Err(Error::new(ErrorKind::Invalid, "texts in a row have ends in order, up to the end of the last"));
        }
        let first = self.text_ends.len() as u64;
        if self.text_ends.is_empty() {
            (self.text, self.text_ends) = (texts, ends);
        } else {
            let start = self.text.len() as u64;
            self.text.extend_from_slice(&texts);
            self.text_ends.extend(ends.into_iter().map(|end| start + end));
        }
        Ok(first)
    }

    /// Adds a sequence: a value of one axis.
    pub fn push_sequence(&mut self, sequence: Value) -> u64 {
        self.sequences.push(sequence);
        self.sequences.len() as u64 - 1
    }

    /// Adds a region reference.
    pub fn push_region(&mut self, region: RegionReference) -> u64 {
        self.regions.push(region);
        self.regions.len() as u64 - 1
    }

    /// The text at an index.
    #[must_use]
    pub fn text(&self, index: u64) -> Option<&[u8]> {
        let index = usize::try_from(index).ok()?;
        let end = usize::try_from(*self.text_ends.get(index)?).ok()?;
        let start = match index.checked_sub(1) {
            Some(before) => usize::try_from(*self.text_ends.get(before)?).ok()?,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// The sequence at an index.
    #[must_use]
    pub fn sequence(&self, index: u64) -> Option<&Value> {
        self.sequences.get(usize::try_from(index).ok()?)
    }

    /// The region reference at an index.
    #[must_use]
    pub fn region(&self, index: u64) -> Option<&RegionReference> {
        self.regions.get(usize::try_from(index).ok()?)
    }
}

pub(super) fn same_elements(
    dtype: &Dtype,
    (a, a_heap): (&[u8], Option<&Heap>),
    (b, b_heap): (&[u8], Option<&Heap>),
) -> bool {
    if dtype.is_plain() && !matches!(dtype, Dtype::Compound(_)) {
        return a == b;
    }
    let size = dtype.size().max(1);
    a.chunks_exact(size).zip(b.chunks_exact(size)).all(|(a, b)| match dtype {
        Dtype::Text(_) => {
            let text = |element, heap: Option<&Heap>| slot(element).and_then(|at| heap?.text(at).map(<[u8]>::to_vec));
            text(a, a_heap) == text(b, b_heap)
        }
        Dtype::Sequence(_) => {
            let sequence = |element, heap: Option<&Heap>| slot(element).and_then(|at| heap?.sequence(at).cloned());
            sequence(a, a_heap) == sequence(b, b_heap)
        }
        Dtype::RegionReference => {
            let region = |element, heap: Option<&Heap>| slot(element).and_then(|at| heap?.region(at).cloned());
            region(a, a_heap) == region(b, b_heap)
        }
        Dtype::Compound(compound) => compound.members.iter().all(|member| {
            let range = member.offset..member.offset.saturating_add(member.dtype.size());
            match (a.get(range.clone()), b.get(range)) {
                (Some(a), Some(b)) => same_elements(&member.dtype, (a, a_heap), (b, b_heap)),
                _ => false,
            }
        }),
        Dtype::Array(element, _) => same_elements(element, (a, a_heap), (b, b_heap)),
        _ => a == b,
    })
}

/// Moves what an element (in `place`) has in one heap to another, and maps its addresses.
pub(crate) fn transplant(
    dtype: &Dtype,
    place: &mut [u8],
    from: Option<&Heap>,
    to: &mut Heap,
    map: &mut dyn FnMut(Address) -> Result<Address>,
) -> Result<()> {
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Variable => {
            let text = slot(place).and_then(|at| from?.text(at)).ok_or_else(damaged)?;
            fill_slot(place, to.push_text(text))
        }
        Dtype::Sequence(_) => {
            let sequence = slot(place).and_then(|at| from?.sequence(at)).ok_or_else(damaged)?;
            let sequence = sequence.map_addresses(map)?;
            fill_slot(place, to.push_sequence(sequence))
        }
        Dtype::Reference => match slot(place).map(Address).and_then(Address::non_null) {
            Some(address) => fill_slot(place, map(address)?.0),
            None => Ok(()),
        },
        Dtype::RegionReference => {
            let mut region = slot(place).and_then(|at| from?.region(at)).ok_or_else(damaged)?.clone();
            if let Some(target) = region.target.non_null() {
                region.target = map(target)?;
            }
            fill_slot(place, to.push_region(region))
        }
        Dtype::Compound(compound) => {
            compound.members.iter().filter(|member| !member.dtype.is_plain()).try_for_each(|member| {
                let range = member.offset..member.offset.saturating_add(member.dtype.size());
                transplant(&member.dtype, place.get_mut(range).ok_or_else(damaged)?, from, to, map)
            })
        }
        Dtype::Array(element, _) if !element.is_plain() => place
            .chunks_exact_mut(element.size().max(1))
            .try_for_each(|place| transplant(element, place, from, to, map)),
        _ => Ok(()),
    }
}

pub(crate) fn slot(element: &[u8]) -> Option<u64> {
    element.first_chunk().map(|bytes| u64::from_ne_bytes(*bytes))
}

pub(crate) fn fill_slot(element: &mut [u8], content: u64) -> Result<()> {
    let place = element.first_chunk_mut().ok_or_else(damaged)?;
    *place = content.to_ne_bytes();
    Ok(())
}

pub(crate) fn damaged() -> Error {
    Error::new(ErrorKind::Malformed, "an element has no content in its value's heap")
}
