//! Elements with parts of variable length, without the library: texts, sequences, records and arrays of such, and references to
//! objects.
//!
//! In the file such an element is a length, the address of a collection, and the number of an object in it; what the element
//! holds is that object ([`collection`]). Elements are taken in the order of their collections, so that each collection is read
//! once whatever order the elements are in ([`column`]), and goes straight into the arena of a value's heap. What is within
//! sequences is put together level by level, so that nothing is read twice there either.
//!
//! Many elements at once are stored the same way round ([`store`]): new collections one behind the other, in places of the file that
//! the library was told to leave.
//!
//! An object that several elements share, which no writer makes, is held once: what is read is never more than the file.

mod collection;
mod column;
mod form;
mod store;

use std::fs::File;

use nwb_model::dtype::Dtype;
use nwb_model::selection::{Region, Steps};
use nwb_model::value::{Bytes, Heap, Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

use super::pool::Pool;
use super::target::Target;
use crate::read::buffer;
use column::{Column, Contents, Kind, Slots};
pub(crate) use form::Form;
use form::{Part, What};
pub(crate) use store::Stop;

/// The collections of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GlobalHeap<'a> {
    pub(super) file: &'a File,
    /// Where the addresses of the file count from.
    pub(super) base: u64,
    /// The size of the file.
    pub(super) size: u64,
}

impl<'a> GlobalHeap<'a> {
    /// Of a file whose lengths and addresses take eight bytes each, and whose addresses count from `base`.
    pub(crate) fn new(file: &'a File, base: u64, size: u64) -> Self {
        Self { file, base, size }
    }

    /// Makes a value of elements as they are stored.
    pub(crate) fn value(&self, form: &Form, shape: Shape, stored: &[u8], pool: &Pool) -> Result<Value> {
        let count = stored.len() / form.stored;
        let size = count.saturating_mul(form.size);
        let mut heap = Heap::new();
        let bytes = buffer::filled(size, |out| {
            if out.len() >= buffer::LARGE {
                crate::platform::prefer_huge_pages(out);
            }
            self.elements(form, stored, out, &mut heap, pool)
        })?;
        Value::from_parts(form.dtype.clone(), shape, bytes, Some(heap))
    }

    fn elements(&self, form: &Form, stored: &[u8], out: &mut [u8], heap: &mut Heap, pool: &Pool) -> Result<()> {
        let (mut texts, mut sequences) = (0, 0);
        for Part { from, to, what } in &form.parts {
            let (from, to) = (*from, *to);
            let column = |kind: Kind, first: u64, out: &mut [u8]| {
                let column = Column { stored, stride: form.stored, at: from, kind };
                let slots = Slots { target: Target::new(out), stride: form.size, at: to, first };
                column.resolve(self, &slots, pool)
            };
            match what {
                What::Plain(len) => {
                    for (stored, out) in stored.chunks_exact(form.stored).zip(out.chunks_exact_mut(form.size)) {
                        let (from, to) = (stored.get(from..from + len), out.get_mut(to..to + len));
                        let (from, to) = from.zip(to).ok_or_else(outside)?;
                        to.copy_from_slice(from);
                    }
                }
                What::Reference => {
                    for (stored, out) in stored.chunks_exact(form.stored).zip(out.chunks_exact_mut(form.size)) {
                        let from = stored.get(from..).and_then(<[u8]>::first_chunk).ok_or_else(outside)?;
                        let to = out.get_mut(to..).and_then(<[u8]>::first_chunk_mut).ok_or_else(outside)?;
                        let address = u64::from_le_bytes(*from);
                        *to = if address == 0 { u64::MAX } else { address }.to_ne_bytes();
                    }
                }
                What::Text => {
                    let Contents { bytes, ends } = column(Kind::Text, texts, out)?;
                    texts += ends.len() as u64;
                    heap.push_texts(bytes, ends)?;
                }
                What::Sequence(items) => {
                    let contents = column(Kind::Items(items.stored as u64), sequences, out)?;
                    sequences += contents.ends.len() as u64;
                    self.sequences(items, &contents, heap, pool)?;
                }
            }
        }
        Ok(())
    }

    /// Adds sequences that lie one behind the other as they are stored.
    fn sequences(&self, items: &Form, contents: &Contents, heap: &mut Heap, pool: &Pool) -> Result<()> {
        let all = if items.dtype.is_plain() {
            None
        } else {
            let count = (contents.bytes.len() / items.stored) as u64;
            Some(self.value(items, Shape::Simple(vec![count]), &contents.bytes, pool)?)
        };
        let mut start = 0;
        for &end in &contents.ends {
            let end = usize::try_from(end).map_err(|_| outside())?;
            let (first, count) = (start / items.stored, (end - start) / items.stored);
            let sequence = match &all {
                Some(all) => all.select(&Region::new(vec![Steps::run(first as u64, count as u64)]))?,
                None => plain(&items.dtype, contents.bytes.get(start..end).ok_or_else(outside)?, count)?,
            };
            heap.push_sequence(sequence);
            start = end;
        }
        Ok(())
    }
}

fn plain(dtype: &Dtype, stored: &[u8], count: usize) -> Result<Value> {
    let bytes: Bytes = buffer::filled(stored.len(), |out| {
        out.copy_from_slice(stored);
        Ok(())
    })?;
    Value::from_parts(dtype.clone(), Shape::Simple(vec![count as u64]), bytes, None)
}

fn outside() -> Error {
    Error::new(ErrorKind::Malformed, "an element is shorter than its type")
}
