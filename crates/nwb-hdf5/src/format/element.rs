//! Elements as they are in the file, put into element form.

use nwb_model::backend::Address;
use nwb_model::value::{Bytes, Heap, Shape, Value};

use super::blocks::Source;
use super::cursor::Cursor;
use super::datatype::{Datatype, Form, IN_HEAP};
use super::global::{Heaps, Lost};
use super::{Declined, Known, to_usize};

/// Sequences in sequences.
const MAX_DEPTH: usize = 8;

/// Elements that are no more than this are read here.
const MOST_BYTES: usize = 64 << 20;

/// What elements are read with.
#[derive(Debug)]
pub(super) struct Reader<'a, 'b> {
    pub(super) source: &'a mut Source<'b>,
    heaps: &'a Heaps,
    damage: Option<&'static str>,
}

impl<'a, 'b> Reader<'a, 'b> {
    pub(super) fn new(source: &'a mut Source<'b>, heaps: &'a Heaps) -> Self {
        Self { source, heaps, damage: None }
    }
}

impl Reader<'_, '_> {
    /// What is damaged in the heap, where that is why elements were declined. The library should not be asked for them then.
    pub(super) fn damage(&self) -> Option<&'static str> {
        self.damage
    }

    /// The value whose elements these are, one after the other.
    pub(super) fn value(&mut self, of: &Datatype, shape: Shape, bytes: &[u8]) -> Known<Value> {
        self.nested(of, shape, bytes, 0)
    }

    fn nested(&mut self, of: &Datatype, shape: Shape, bytes: &[u8], depth: usize) -> Known<Value> {
        let count = shape.len().and_then(|count| usize::try_from(count).ok());
        let taken = |size: usize| count.and_then(|count| count.checked_mul(size)).filter(|&bytes| bytes <= MOST_BYTES);
        let (stored, room) = taken(of.size).zip(taken(of.dtype.size())).ok_or(Declined("very many elements"))?;
        let bytes = bytes.get(..stored).ok_or(Declined("there are fewer elements than there should be"))?;
        if depth > MAX_DEPTH {
            return Err(Declined("sequences are nested deeply"));
        }
        let (elements, heap) = if matches!(of.form, Form::Plain) {
            (aligned(bytes), None)
        } else {
            let mut place = vec![0; room];
            let mut heap = Heap::new();
            for (from, to) in bytes.chunks_exact(of.size).zip(place.chunks_exact_mut(of.dtype.size())) {
                self.element(of, from, to, &mut heap, depth)?;
            }
            (aligned(&place), Some(heap))
        };
        Value::from_parts(of.dtype.clone(), shape, elements, heap).map_err(|_| Declined("elements do not add up"))
    }

    fn element(&mut self, of: &Datatype, from: &[u8], to: &mut [u8], heap: &mut Heap, depth: usize) -> Known<()> {
        match &of.form {
            Form::Plain => to.copy_from_slice(from),
            Form::Text => {
                let text = self.in_heap(from, 1)?;
                let text = text.as_deref().unwrap_or_default();
                let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
                set(to, 0, heap.push_text(text.get(..end).unwrap_or_default()));
            }
            Form::Sequence(element) => {
                let content = self.in_heap(from, element.size)?;
                let content = content.as_deref().unwrap_or_default();
                let shape = Shape::Simple(vec![(content.len() / element.size) as u64]);
                let value = self.nested(element, shape, content, depth + 1)?;
                set(to, 0, heap.push_sequence(value));
                set(to, 1, 0);
            }
            Form::Reference => {
                let address = Cursor::new(from).u64()?;
                set(to, 0, if address == 0 { Address::NULL.0 } else { address });
            }
            Form::Region => return Err(Declined("a region reference")),
            Form::Compound(members) => {
                let mut rest = to;
                for (offset, member) in members {
                    let from = from.get(*offset..offset + member.size).ok_or(Declined("a record is short"))?;
                    let split = rest.split_at_mut_checked(member.dtype.size());
                    let (place, after) = split.ok_or(Declined("a record is short"))?;
                    self.element(member, from, place, heap, depth)?;
                    rest = after;
                }
            }
            Form::Array(element) => {
                for (from, to) in from.chunks_exact(element.size).zip(to.chunks_exact_mut(element.dtype.size())) {
                    self.element(element, from, to, heap, depth)?;
                }
            }
        }
        Ok(())
    }

    /// What an element of variable length points to: so many elements of that size; `None` for nothing.
    fn in_heap(&mut self, element: &[u8], size: usize) -> Known<Option<super::blocks::Piece>> {
        debug_assert_eq!(element.len(), IN_HEAP);
        let mut cursor = Cursor::new(element);
        let (len, address, index) = (cursor.u32()?, Address(cursor.u64()?), cursor.u32()?);
        match (address.0, len) {
            (0, 0) => return Ok(None),
            (0, _) => return Err(Declined("a text or sequence that is nowhere")),
            _ => {}
        }
        let bytes = to_usize(u64::from(len))?.checked_mul(size).ok_or(Declined("a sequence is too long"))?;
        let entry = self.heaps.entry(self.source, address, index, bytes).and_then(|content| {
            let damaged = Lost::Damaged("texts or sequences hold more than the file");
            if self.source.spend(bytes) { Ok(content) } else { Err(damaged) }
        });
        match entry {
            Ok(content) => Ok(Some(content)),
            Err(Lost::Declined(declined)) => Err(declined),
            Err(Lost::Damaged(reason)) => {
                self.damage = Some(reason);
                Err(Declined(reason))
            }
        }
    }
}

/// A copy that is aligned for the widest number that it can be made of.
pub(super) fn aligned(bytes: &[u8]) -> Bytes {
    match bytes.len() {
        len if len.is_multiple_of(8) => Bytes::from_vec(bytemuck::pod_collect_to_vec::<u8, u64>(bytes)),
        len if len.is_multiple_of(4) => Bytes::from_vec(bytemuck::pod_collect_to_vec::<u8, u32>(bytes)),
        len if len.is_multiple_of(2) => Bytes::from_vec(bytemuck::pod_collect_to_vec::<u8, u16>(bytes)),
        _ => Bytes::from_vec(bytes.to_vec()),
    }
}

/// Sets the word of that index, in this machine's byte order, as element form has it.
fn set(place: &mut [u8], index: usize, word: u64) {
    if let Some(room) = place.as_chunks_mut::<8>().0.get_mut(index) {
        *room = word.to_ne_bytes();
    }
}
