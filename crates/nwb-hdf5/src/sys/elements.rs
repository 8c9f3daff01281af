//! Elements between the library's form, which holds pointers, and element form.
//!
//! In the library's form a variable-length text is a pointer to a text that ends with a null, a sequence is a length and a
//! pointer, an object reference is the object's address with the least significant byte first (zero where it is null), and a
//! region reference is the place of a heap entry in the file. Everything else is as it is in element form.

use std::ffi::{CStr, c_char};
use std::slice;

use hdf5_sys::h5p::H5P_DEFAULT;
use hdf5_sys::h5r::{H5R_type_t, H5Rcreate, H5Rdereference2, H5Rget_region};
use hdf5_sys::h5t::H5Treclaim;
use nwb_model::ErrorKind;
use nwb_model::backend::Address;
use nwb_model::dtype::{Dtype, TextLength};
use nwb_model::value::{Bytes, Heap, RegionReference, Shape, Value};

use super::datatype::Type;
use super::error::{Cause, Outcome, call};
use super::file::FileId;
use super::object::Object;
use super::space::Space;
use crate::regions;

// Pointers and lengths take eight bytes each in the types that the library reports, and so they do in element form.
const _: () = assert!(size_of::<usize>() == 8, "nwb-hdf5 is for 64-bit machines");

/// Sequences in sequences, deeper than any program has a use for.
const MAX_DEPTH: usize = 32;

/// Room for a number of bytes, all zero and aligned for any number; an error where memory has none.
pub(crate) fn room(bytes: Option<u64>) -> Outcome<Vec<u64>> {
    let needed = bytes.ok_or_else(|| Cause::too_large(bytes))?;
    let words = usize::try_from(needed.div_ceil(8)).map_err(|_| Cause::too_large(bytes))?;
    // Rust's own limit of an allocation is half of the address space.
    if words > isize::MAX as usize / 8 {
        return Err(Cause::too_large(bytes));
    }
    bytemuck::allocation::try_zeroed_slice_box(words).map(Vec::from).map_err(|()| Cause::too_large(bytes))
}

/// How many bytes the elements take in memory.
pub(crate) fn byte_count(dtype: &Dtype, shape: &Shape) -> Option<u64> {
    shape.len()?.checked_mul(dtype.size() as u64)
}

/// A value's bytes: aligned for numbers of the widest size that divides them.
fn to_bytes(words: Vec<u64>, len: usize) -> Bytes {
    if len == words.len() * 8 {
        return Bytes::from_vec(words);
    }
    let bytes = bytemuck::cast_slice::<u64, u8>(&words).get(..len).unwrap_or_default();
    if len.is_multiple_of(4) {
        Bytes::from_vec(bytemuck::pod_collect_to_vec::<u8, u32>(bytes))
    } else if len.is_multiple_of(2) {
        Bytes::from_vec(bytemuck::pod_collect_to_vec::<u8, u16>(bytes))
    } else {
        Bytes::from_vec(bytes.to_vec())
    }
}

/// Reads elements: `fetch` has the library write them to a buffer of just their size, which is then put into element form.
///
/// # Safety
/// `of` is the datatype for which `dtype` stands, and `fetch` has the library read elements of that type into the buffer, as
/// many as `space` and `shape` have.
pub(super) unsafe fn read(
    file: &FileId,
    of: &Type,
    dtype: &Dtype,
    shape: Shape,
    space: &Space,
    fetch: impl FnOnce(&mut [u8]) -> Outcome<()>,
) -> Outcome<Value> {
    let size = byte_count(dtype, &shape);
    let mut words = room(size)?;
    let len = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    let buffer = bytemuck::cast_slice_mut::<u64, u8>(&mut words).get_mut(..len).unwrap_or_default();
    if len > 0 {
        fetch(buffer)?;
    }
    if dtype.is_plain() {
        return Ok(Value::from_parts(dtype.clone(), shape, to_bytes(words, len), None)?);
    }
    let mut heap = Heap::new();
    let mut elements = room(size)?;
    let place = bytemuck::cast_slice_mut::<u64, u8>(&mut elements).get_mut(..len).unwrap_or_default();
    place.copy_from_slice(buffer);
    // SAFETY: the buffer holds what the library has read, of the type that `dtype` stands for.
    let gathered = unsafe { gather(file, dtype, buffer, place, &mut heap, 0) };
    if len > 0 && owns_memory(dtype) {
        // SAFETY: the buffer is as the library has filled it, and nothing points to its parts any more.
        call(|| unsafe { H5Treclaim(of.raw(), space.raw(), H5P_DEFAULT, buffer.as_mut_ptr().cast()) })?;
    }
    gathered?;
    Ok(Value::from_parts(dtype.clone(), shape, to_bytes(elements, len), Some(heap))?)
}

/// Whether the library allocates memory for elements of that type.
fn owns_memory(dtype: &Dtype) -> bool {
    match dtype {
        Dtype::Text(text) => text.length == TextLength::Variable,
        Dtype::Sequence(_) => true,
        Dtype::Compound(compound) => compound.members.iter().any(|member| owns_memory(&member.dtype)),
        Dtype::Array(element, _) => owns_memory(element),
        _ => false,
    }
}

fn word(bytes: &[u8], index: usize) -> Outcome<u64> {
    let (words, _) = bytes.as_chunks::<8>();
    words.get(index).map(|word| u64::from_ne_bytes(*word)).ok_or_else(short)
}

fn set_word(bytes: &mut [u8], index: usize, content: u64) -> Outcome<()> {
    let (words, _) = bytes.as_chunks_mut::<8>();
    *words.get_mut(index).ok_or_else(short)? = content.to_ne_bytes();
    Ok(())
}

fn short() -> Cause {
    Cause::new("an element is shorter than its type")
}

/// Puts elements into element form: `place` is a copy of `raw`, whose pointers are followed.
///
/// # Safety
/// `raw` holds elements that the library has read, of the type that `dtype` stands for.
unsafe fn gather(
    file: &FileId,
    dtype: &Dtype,
    raw: &[u8],
    place: &mut [u8],
    heap: &mut Heap,
    depth: usize,
) -> Outcome<()> {
    if depth > MAX_DEPTH {
        return Err(Cause::new("sequences are nested too deeply"));
    }
    let size = dtype.size().max(1);
    for (raw, place) in raw.chunks_exact(size).zip(place.chunks_exact_mut(size)) {
        // SAFETY: each chunk is one element.
        unsafe { gather_one(file, dtype, raw, place, heap, depth) }?;
    }
    Ok(())
}

/// As [`gather`], for one element.
///
/// # Safety
/// As there.
unsafe fn gather_one(
    file: &FileId,
    dtype: &Dtype,
    raw: &[u8],
    place: &mut [u8],
    heap: &mut Heap,
    depth: usize,
) -> Outcome<()> {
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Variable => {
            let pointer = std::ptr::with_exposed_provenance::<c_char>(word(raw, 0)? as usize);
            let text = if pointer.is_null() {
                &[]
            } else {
                // SAFETY: the library has allocated a text that ends with a null.
                unsafe { CStr::from_ptr(pointer) }.to_bytes()
            };
            set_word(place, 0, heap.push_text(text))
        }
        Dtype::Sequence(element) => {
            let (len, pointer) = (word(raw, 0)?, word(raw, 1)?);
            let bytes = len.checked_mul(element.size() as u64);
            let count = bytes.and_then(|bytes| usize::try_from(bytes).ok()).ok_or_else(|| Cause::too_large(bytes))?;
            let pointer = std::ptr::with_exposed_provenance::<u8>(pointer as usize);
            let content = if pointer.is_null() || count == 0 {
                &[]
            } else {
                // SAFETY: the library has allocated that many elements of that type.
                unsafe { slice::from_raw_parts(pointer, count) }
            };
            let mut words = room(Some(content.len() as u64))?;
            let inner = bytemuck::cast_slice_mut::<u64, u8>(&mut words).get_mut(..content.len()).unwrap_or_default();
            inner.copy_from_slice(content);
            let mut inner_heap = Heap::new();
            if !element.is_plain() {
                // SAFETY: as above.
                unsafe { gather(file, element, content, inner, &mut inner_heap, depth + 1) }?;
            }
            let shape = Shape::Simple(vec![if content.is_empty() { 0 } else { len }]);
            let inner_heap = (!element.is_plain()).then_some(inner_heap);
            let value = Value::from_parts((**element).clone(), shape, to_bytes(words, content.len()), inner_heap)?;
            set_word(place, 0, heap.push_sequence(value))?;
            set_word(place, 1, 0)
        }
        Dtype::Reference => {
            let address = u64::from_le(word(raw, 0)?);
            set_word(place, 0, if address == 0 { Address::NULL.0 } else { address })
        }
        Dtype::RegionReference => {
            let region = read_region(file, raw)?;
            set_word(place, 0, heap.push_region(region))?;
            place.get_mut(8..).unwrap_or_default().fill(0);
            Ok(())
        }
        Dtype::Compound(compound) => {
            for member in compound.members.iter().filter(|member| !member.dtype.is_plain()) {
                let range = member.offset..member.offset.saturating_add(member.dtype.size());
                let (raw, place) = (raw.get(range.clone()), place.get_mut(range));
                let (raw, place) = raw.zip(place).ok_or_else(short)?;
                // SAFETY: the member lies at that offset.
                unsafe { gather_one(file, &member.dtype, raw, place, heap, depth) }?;
            }
            Ok(())
        }
        Dtype::Array(element, _) if !element.is_plain() => {
            // SAFETY: an array is its elements one after the other.
            unsafe { gather(file, element, raw, place, heap, depth) }
        }
        _ => Ok(()),
    }
}

const REGION: H5R_type_t = H5R_type_t::H5R_DATASET_REGION1;

fn read_region(file: &FileId, raw: &[u8]) -> Outcome<RegionReference> {
    if raw.len() < 12 {
        return Err(short());
    }
    if raw.iter().all(|&byte| byte == 0) {
        return Ok(RegionReference { target: Address::NULL, selection: vec![] });
    }
    // SAFETY: there are the twelve bytes that such a reference has; the library checks what they lead to.
    let target =
        Object::from_call(|| unsafe { H5Rdereference2(file.raw(), H5P_DEFAULT, REGION, raw.as_ptr().cast()) })?;
    // SAFETY: as above.
    let space = Space::from_call(|| unsafe { H5Rget_region(file.raw(), REGION, raw.as_ptr().cast()) })?;
    let selection = regions::encode(&space.selection()?);
    Ok(RegionReference { target: Address(target.address()?), selection })
}

/// Elements in the library's form, with all that they point to.
pub(crate) struct Prepared<'a> {
    elements: Elements<'a>,
    /// What the elements point to. Vectors may move, what they hold stays where it is.
    texts: Vec<Vec<u8>>,
    sequences: Vec<Vec<u64>>,
}

enum Elements<'a> {
    AsTheyAre(&'a [u8]),
    Made(Vec<u64>, usize),
}

impl<'a> Prepared<'a> {
    /// Puts a value into the library's form. Region references need the file that it will be written to.
    pub(crate) fn new(file: &FileId, value: &'a Value) -> Outcome<Self> {
        let dtype = value.dtype();
        let mut prepared =
            Prepared { elements: Elements::AsTheyAre(value.bytes()), texts: Vec::new(), sequences: Vec::new() };
        if !dtype.is_plain() {
            let made = prepared.scatter_value(file, value, 0)?;
            prepared.elements = Elements::Made(made, value.bytes().len());
        }
        Ok(prepared)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match &self.elements {
            Elements::AsTheyAre(bytes) => bytes,
            Elements::Made(words, len) => bytemuck::cast_slice::<u64, u8>(words).get(..*len).unwrap_or_default(),
        }
    }

    fn scatter_value(&mut self, file: &FileId, value: &Value, depth: usize) -> Outcome<Vec<u64>> {
        if depth > MAX_DEPTH {
            return Err(Cause::new("sequences are nested too deeply"));
        }
        let bytes = value.bytes();
        let mut words = room(Some(bytes.len() as u64))?;
        let place = bytemuck::cast_slice_mut::<u64, u8>(&mut words).get_mut(..bytes.len()).unwrap_or_default();
        place.copy_from_slice(bytes);
        if value.dtype().is_plain() {
            return Ok(words);
        }
        let none = Heap::new();
        let heap = value.heap().unwrap_or(&none);
        // The texts of a value go into one vector that never grows, so that pointers into it stay good.
        let mut text = Vec::new();
        text.try_reserve_exact(text_size(value.dtype(), bytes, heap)?).map_err(|_| Cause::too_large(None))?;
        self.scatter(file, value.dtype(), place, heap, &mut text, depth)?;
        self.texts.push(text);
        Ok(words)
    }

    fn scatter(
        &mut self,
        file: &FileId,
        dtype: &Dtype,
        place: &mut [u8],
        heap: &Heap,
        text: &mut Vec<u8>,
        depth: usize,
    ) -> Outcome<()> {
        for place in place.chunks_exact_mut(dtype.size().max(1)) {
            self.scatter_one(file, dtype, place, heap, text, depth)?;
        }
        Ok(())
    }

    fn scatter_one(
        &mut self,
        file: &FileId,
        dtype: &Dtype,
        place: &mut [u8],
        heap: &Heap,
        text: &mut Vec<u8>,
        depth: usize,
    ) -> Outcome<()> {
        match dtype {
            Dtype::Text(of) if of.length == TextLength::Variable => {
                let content = heap.text(word(place, 0)?).ok_or_else(no_content)?;
                if content.contains(&0) {
                    return Err(Cause::of_kind(
                        ErrorKind::Invalid,
                        "a text of variable length has a null character in it, where HDF5 would cut it off",
                    ));
                }
                if text.capacity() - text.len() <= content.len() {
                    return Err(Cause::new("the texts changed while they were written"));
                }
                let start = text.len();
                text.extend_from_slice(content);
                text.push(0);
                let pointer = text.as_ptr().wrapping_add(start).expose_provenance();
                set_word(place, 0, pointer as u64)
            }
            Dtype::Sequence(element) => {
                let content = heap.sequence(word(place, 0)?).ok_or_else(no_content)?;
                if !crate::dtype::are_alike(content.dtype(), element) {
                    return Err(Cause::of_kind(
                        ErrorKind::Invalid,
                        format!("a sequence of {element} holds elements of {}", content.dtype()),
                    ));
                }
                let words = self.scatter_value(file, content, depth + 1)?;
                let pointer = if words.is_empty() { 0 } else { words.as_ptr().expose_provenance() };
                set_word(place, 0, content.len() as u64)?;
                set_word(place, 1, pointer as u64)?;
                self.sequences.push(words);
                Ok(())
            }
            Dtype::Reference => {
                let address = Address(word(place, 0)?);
                set_word(place, 0, address.non_null().map_or(0, |address| address.0).to_le())
            }
            Dtype::RegionReference => {
                let region = heap.region(word(place, 0)?).ok_or_else(no_content)?;
                write_region(file, region, place)
            }
            Dtype::Compound(compound) => {
                for member in compound.members.iter().filter(|member| !member.dtype.is_plain()) {
                    let range = member.offset..member.offset.saturating_add(member.dtype.size());
                    let place = place.get_mut(range).ok_or_else(short)?;
                    self.scatter_one(file, &member.dtype, place, heap, text, depth)?;
                }
                Ok(())
            }
            Dtype::Array(element, _) if !element.is_plain() => self.scatter(file, element, place, heap, text, depth),
            _ => Ok(()),
        }
    }
}

fn no_content() -> Cause {
    Cause::of_kind(ErrorKind::Invalid, "an element has no content in its value's heap")
}

/// How many bytes the texts of these elements take, each with a null at its end; those within sequences left out.
fn text_size(dtype: &Dtype, bytes: &[u8], heap: &Heap) -> Outcome<usize> {
    let size = dtype.size().max(1);
    match dtype {
        Dtype::Text(text) if text.length == TextLength::Variable => {
            bytes.chunks_exact(size).try_fold(0, |sum, element| {
                heap.text(word(element, 0)?).map(|text| sum + text.len() + 1).ok_or_else(no_content)
            })
        }
        Dtype::Compound(compound) => bytes.chunks_exact(size).try_fold(0, |sum, element| {
            compound.members.iter().filter(|member| !member.dtype.is_plain()).try_fold(sum, |sum, member| {
                let range = member.offset..member.offset.saturating_add(member.dtype.size());
                Ok(sum + text_size(&member.dtype, element.get(range).ok_or_else(short)?, heap)?)
            })
        }),
        Dtype::Array(element, _) => text_size(element, bytes, heap),
        _ => Ok(0),
    }
}

fn write_region(file: &FileId, region: &RegionReference, place: &mut [u8]) -> Outcome<()> {
    if place.len() != 12 {
        return Err(short());
    }
    place.fill(0);
    let Some(target) = region.target.non_null() else { return Ok(()) };
    let target = Object::open(file, target.0)?;
    let space = target.dataset_space()?;
    space.set_selection(&regions::decode(&region.selection)?)?;
    // SAFETY: there is room for the twelve bytes of such a reference.
    call(|| unsafe { H5Rcreate(place.as_mut_ptr().cast(), target.raw(), c".".as_ptr(), REGION, space.raw()) }).map(drop)
}
