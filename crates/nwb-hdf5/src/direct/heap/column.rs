//! One part of variable length of all elements.

use std::ops::Range;

use nwb_model::{Error, ErrorKind, Result};

use super::collection::{Object, Reader};
use super::form::REFERENCE;
use super::{GlobalHeap, outside};
use crate::direct::pool::Pool;
use crate::direct::target::Target;
use crate::platform;
use crate::read::buffer;

/// What the parts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, up to its first null.
    Text,
    /// Items of so many bytes.
    Items(u64),
}

/// Where the references lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'a> {
    pub(super) stored: &'a [u8],
    /// Bytes of an element.
    pub(super) stride: usize,
    /// Where in the element the reference is.
    pub(super) at: usize,
    pub(super) kind: Kind,
}

/// Where the index of what an element holds goes.
pub(super) struct Slots<'a> {
    pub(super) target: Target<'a>,
    pub(super) stride: usize,
    pub(super) at: usize,
    /// The index of the first entry.
    pub(super) first: u64,
}

/// Entries one behind the other, one for each element, and where each of them ends.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) bytes: Vec<u8>,
    pub(super) ends: Vec<u64>,
}

#[derive(Clone, Copy)]
struct Reference {
    len: u32,
    address: u64,
    number: u32,
}

impl Reference {
    /// Whether the element holds nothing, whatever its length: an object that is empty is one all the same.
    fn is_null(self) -> bool {
        self.address == 0
    }
}

/// Elements in a row whose parts are in one collection, or nowhere.
#[derive(Clone, Copy, Debug)]
struct Run {
    address: u64,
    first: usize,
    count: usize,
    /// Of what they hold, as they say.
    bytes: u64,
}

/// Elements that are one task at least, if they are not fewer in all.
const TASK: usize = 1 << 14;

/// Why a task stops.
enum Stop {
    Failed(Error),
    /// Texts take less room than they say: they end before, or several are one.
    Uneven,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Some runs, whole collections each; the first of its entries, and how many bytes those before it take.
struct Task {
    runs: Range<usize>,
    entry: u64,
    start: u64,
    count: usize,
    bytes: u64,
}

impl Column<'_> {
    /// Puts together what the parts hold, in the order in which it lies in the file.
    pub(super) fn resolve(&self, heap: &GlobalHeap<'_>, slots: &Slots<'_>, pool: &Pool) -> Result<Contents> {
        let mut runs = self.runs()?;
        if !runs.is_sorted_by_key(|run| run.address) {
            runs.sort_by_key(|run| (run.address, run.first));
        }
        let tasks = tasks(&runs);
        let bytes = tasks.iter().fold(0u64, |sum, task| sum.saturating_add(task.bytes));
        // Else some are the same, or not true.
        if bytes <= heap.size {
            match self.at_once(*heap, &runs, &tasks, slots, pool) {
                Ok(contents) => return Ok(contents),
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Uneven) => {}
            }
        }
        self.one_by_one(*heap, &runs, &tasks, slots, pool)
    }

    /// As each task knows where what it finds will be, nothing is moved twice.
    fn at_once(
        &self,
        heap: GlobalHeap<'_>,
        runs: &[Run],
        tasks: &[Task],
        slots: &Slots<'_>,
        pool: &Pool,
    ) -> Result<Contents, Stop> {
        let size = |of: fn(&Task) -> u64| usize::try_from(tasks.iter().map(of).sum::<u64>()).unwrap_or(usize::MAX);
        let mut bytes: Vec<u8> = room(size(|task| task.bytes))?;
        let mut ends: Vec<u64> = room(size(|task| task.count as u64))?;
        let places = (Target::new(&mut bytes), Target::new(bytemuck::cast_slice_mut(&mut ends)));
        pool.collect(tasks.len(), self.stored.len() as u64, |number| {
            let Some(task) = tasks.get(number) else { return Ok(()) };
            let (bytes, ends) = task.places(&places)?;
            let (mut at, mut next_end) = (0, ends.as_chunks_mut::<8>().0.iter_mut());
            self.each(heap, runs, task, |n, entry, object, reader| {
                if let Some(object) = object {
                    if object.held != 0 {
                        return Err(Stop::Uneven);
                    }
                    object.held = entry + 1;
                    let object = *object;
                    let size = usize::try_from(object.size).map_err(|_| outside())?;
                    let place = bytes.get_mut(at..).and_then(|rest| rest.get_mut(..size)).ok_or_else(outside)?;
                    reader.copy(object, place)?;
                    at += size;
                }
                *next_end.next().ok_or_else(outside)? = (task.start + at as u64).to_ne_bytes();
                Ok(slots.set(n, entry)?)
            })?;
            if self.kind == Kind::Text && bytes.contains(&0) { Err(Stop::Uneven) } else { Ok(()) }
        })?;
        Ok(Contents { bytes, ends })
    }

    /// What is shared is held once, and texts end at their first null.
    fn one_by_one(
        &self,
        heap: GlobalHeap<'_>,
        runs: &[Run],
        tasks: &[Task],
        slots: &Slots<'_>,
        pool: &Pool,
    ) -> Result<Contents> {
        let all = pool.collect(tasks.len(), self.stored.len() as u64, |number| -> Result<Contents> {
            let mut found = Contents::default();
            let Some(task) = tasks.get(number) else { return Ok(found) };
            self.each(heap, runs, task, |n, entry, object, reader| {
                let held = object.map_or(Ok(entry), |object| self.append(object, reader, entry, &mut found.bytes))?;
                found.ends.push(found.bytes.len() as u64);
                slots.set(n, held)
            })?;
            Ok(found)
        })?;
        let (bytes, entries) = all.iter().fold((0, 0), |sum, one| (sum.0 + one.bytes.len(), sum.1 + one.ends.len()));
        let mut together = Contents::default();
        together.bytes.try_reserve_exact(bytes).map_err(|_| no_room())?;
        together.ends.try_reserve_exact(entries).map_err(|_| no_room())?;
        for Contents { bytes, ends } in all {
            let start = together.bytes.len() as u64;
            together.bytes.extend_from_slice(&bytes);
            together.ends.extend(ends.iter().map(|end| start + end));
        }
        Ok(together)
    }

    #[inline]
    fn reference(&self, n: usize) -> Option<Reference> {
        let at = n * self.stride + self.at;
        let bytes: &[u8; REFERENCE] = self.stored.get(at..)?.first_chunk()?;
        let (len, rest) = bytes.split_first_chunk()?;
        let (address, number) = rest.split_first_chunk()?;
        Some(Reference {
            len: u32::from_le_bytes(*len),
            address: u64::from_le_bytes(*address),
            number: u32::from_le_bytes(*number.first_chunk()?),
        })
    }

    fn unit(&self) -> u64 {
        if let Kind::Items(unit) = self.kind { unit } else { 1 }
    }

    fn runs(&self) -> Result<Vec<Run>> {
        let mut runs: Vec<Run> = Vec::new();
        let unit = self.unit();
        for n in 0..self.stored.len() / self.stride {
            let reference = self.reference(n).ok_or_else(outside)?;
            let (address, bytes) = match reference.is_null() {
                true => (0, 0),
                false => (reference.address, u64::from(reference.len).saturating_mul(unit)),
            };
            match runs.last_mut() {
                Some(run) if address == 0 || run.address == address || run.address == 0 => {
                    run.address |= address;
                    run.count += 1;
                    run.bytes = run.bytes.saturating_add(bytes);
                }
                _ => runs.push(Run { address, first: n, count: 1, bytes }),
            }
        }
        Ok(runs)
    }

    /// Goes through the elements of a task: `serve` gets the element's number, that of its entry, and the object that it is, if
    /// it is any.
    fn each<E: From<Error>>(
        &self,
        heap: GlobalHeap<'_>,
        runs: &[Run],
        task: &Task,
        mut serve: impl FnMut(usize, u64, Option<&mut Object>, &mut Reader<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let after = runs.get(task.runs.end).map(|run| run.address);
        let groups: Vec<&[Run]> =
            runs.get(task.runs.clone()).unwrap_or_default().chunk_by(|a, b| a.address == b.address).collect();
        let (mut reader, mut entry) = (Reader::new(heap), task.entry);
        let mut objects = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            let next = groups.get(number + 1).and_then(|group| group.first()).map(|run| run.address).or(after);
            let Some(address) = group.first().map(|run| run.address) else { continue };
            // None of the elements holds anything where there is no address.
            if address != 0 {
                reader.open(address, next, &mut objects)?;
            }
            for n in group.iter().flat_map(|run| run.first..run.first + run.count) {
                let reference = self.reference(n).ok_or_else(outside)?;
                let object = match reference.is_null() {
                    true => None,
                    false => Some(self.object(n, reference, &reader, &mut objects)?),
                };
                serve(n, entry, object, &mut reader)?;
                entry += 1;
            }
        }
        Ok(())
    }

    #[inline]
    fn object<'o>(
        &self,
        n: usize,
        reference: Reference,
        reader: &Reader<'_>,
        objects: &'o mut [Object],
    ) -> Result<&'o mut Object> {
        let unit = self.unit();
        let number = usize::try_from(reference.number).ok().filter(|&number| number != 0);
        let found = number.and_then(|number| objects.get_mut(number)).filter(|object| reader.is_current(object));
        let Some(object) = found else { return Err(self.wrong(n, reference, "which is not there")) };
        if u64::from(reference.len).checked_mul(unit) != Some(object.size) {
            let found = format!("which has {} bytes in place of {} times {unit}", object.size, reference.len);
            return Err(self.wrong(n, reference, &found));
        }
        Ok(object)
    }

    /// Adds what an element holds; returns the entry that it is, which is another than its own where it is there already.
    fn append(&self, object: &mut Object, reader: &mut Reader<'_>, own: u64, bytes: &mut Vec<u8>) -> Result<u64> {
        if object.held != 0 {
            return Ok(object.held - 1);
        }
        object.held = own + 1;
        let start = bytes.len();
        let size = usize::try_from(object.size).map_err(|_| no_room())?;
        bytes.try_reserve(size).map_err(|_| no_room())?;
        bytes.resize(start + size, 0);
        reader.copy(*object, bytes.get_mut(start..).unwrap_or_default())?;
        if self.kind == Kind::Text {
            let text = bytes.get(start..).unwrap_or_default();
            let len = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
            bytes.truncate(start + len);
        }
        Ok(own)
    }

    #[cold]
    fn wrong(&self, n: usize, reference: Reference, why: &str) -> Error {
        let what = if self.kind == Kind::Text { "text" } else { "sequence" };
        Error::new(
            ErrorKind::Malformed,
            format!(
                "the {what} of element {n} is object {} of the collection at byte {} of the file, {why}",
                reference.number, reference.address
            ),
        )
        .remedy("the file is damaged there; other datasets can be read")
    }
}

impl Slots<'_> {
    #[inline]
    #[expect(unsafe_code, reason = "elements go to different places of one array")]
    fn set(&self, n: usize, entry: u64) -> Result<()> {
        // SAFETY: an element is in one run, a run in one task, and the eight bytes are within the element.
        let place = unsafe { self.target.piece(n * self.stride + self.at, 8) };
        let place = place.and_then(<[u8]>::first_chunk_mut).ok_or_else(outside)?;
        *place = (self.first + entry).to_ne_bytes();
        Ok(())
    }
}

impl Task {
    /// Its own part of all texts, and of where they end.
    #[expect(unsafe_code, clippy::mut_from_ref, reason = "each task has its own part of one array")]
    fn places<'p>(&self, (bytes, ends): &'p (Target<'_>, Target<'_>)) -> Result<(&'p mut [u8], &'p mut [u8])> {
        let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        // SAFETY: the bytes and entries of tasks follow each other, and a task asks for its own once.
        let bytes = unsafe { bytes.piece(index(self.start), index(self.bytes)) };
        // SAFETY: as above.
        let ends = unsafe { ends.piece(index(self.entry.saturating_mul(8)), self.count.saturating_mul(8)) };
        bytes.zip(ends).ok_or_else(outside)
    }
}

fn tasks(runs: &[Run]) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    let (mut first, mut at) = (0, 0);
    let (mut entry, mut start, mut count, mut bytes) = (0u64, 0u64, 0usize, 0u64);
    for group in runs.chunk_by(|a, b| a.address == b.address) {
        at += group.len();
        for run in group {
            count += run.count;
            bytes = bytes.saturating_add(run.bytes);
        }
        if count >= TASK || at == runs.len() {
            tasks.push(Task { runs: first..at, entry, start, count, bytes });
            (first, entry, start) = (at, entry + count as u64, start.saturating_add(bytes));
            (count, bytes) = (0, 0);
        }
    }
    tasks
}

/// Room that is filled soon.
fn room<T: bytemuck::Pod>(len: usize) -> Result<Vec<T>> {
    Vec::<T>::new().try_reserve_exact(len).map_err(|_| no_room())?;
    let mut room = vec![T::zeroed(); len];
    let bytes = bytemuck::cast_slice_mut::<T, u8>(&mut room);
    if bytes.len() >= buffer::LARGE {
        platform::prefer_huge_pages(bytes);
    }
    Ok(room)
}

fn no_room() -> Error {
    Error::new(ErrorKind::Limit, "the texts or sequences do not fit into memory").remedy("read them in parts")
}
