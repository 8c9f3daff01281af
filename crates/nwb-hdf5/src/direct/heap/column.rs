//! One part of variable length of all elements.

use std::ops::Range;

use nwb_model::{Error, ErrorKind, Result};

use super::collection::Reader;
use super::form::REFERENCE;
use super::{GlobalHeap, outside};
use crate::direct::pool::Pool;
use crate::direct::target::Target;

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
    /// Whether the element holds nothing.
    fn is_null(self) -> bool {
        self.len == 0 || self.address == 0
    }
}

/// Elements in a row whose parts are in one collection, or nowhere.
#[derive(Clone, Copy, Debug)]
struct Run {
    address: u64,
    first: usize,
    count: usize,
}

/// Elements that are one task at least, if they are not fewer in all.
const TASK: usize = 1 << 14;

impl Column<'_> {
    /// Puts together what the parts hold, in the order in which it lies in the file.
    pub(super) fn resolve(&self, heap: &GlobalHeap<'_>, slots: &Slots<'_>, pool: &Pool) -> Result<Contents> {
        let mut runs = self.runs()?;
        if !runs.is_sorted_by_key(|run| run.address) {
            runs.sort_by_key(|run| (run.address, run.first));
        }
        let tasks = tasks(&runs);
        let bytes = self.stored.len() as u64;
        let mut all = pool.collect(tasks.len(), bytes, |task| match tasks.get(task) {
            Some((range, entry)) => self.task(*heap, &runs, range.clone(), *entry, slots),
            None => Ok(Contents::default()),
        })?;
        if let [_] = all.as_slice() {
            return Ok(all.pop().unwrap_or_default());
        }
        let (bytes, entries) = all.iter().fold((0, 0), |sum, one| (sum.0 + one.bytes.len(), sum.1 + one.ends.len()));
        let mut together = Contents::default();
        let no_room = |_| Error::new(ErrorKind::Limit, "the texts or sequences do not fit into memory");
        together.bytes.try_reserve_exact(bytes).map_err(no_room)?;
        together.ends.try_reserve_exact(entries).map_err(no_room)?;
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

    fn runs(&self) -> Result<Vec<Run>> {
        let mut runs: Vec<Run> = Vec::new();
        for n in 0..self.stored.len() / self.stride {
            let reference = self.reference(n).ok_or_else(outside)?;
            let address = if reference.is_null() { 0 } else { reference.address };
            match runs.last_mut() {
                Some(run) if address == 0 || run.address == address => run.count += 1,
                Some(run) if run.address == 0 => (run.address, run.count) = (address, run.count + 1),
                _ => runs.push(Run { address, first: n, count: 1 }),
            }
        }
        Ok(runs)
    }

    /// What the elements of some runs hold, whose entries begin with number `entry`.
    fn task(
        &self,
        heap: GlobalHeap<'_>,
        runs: &[Run],
        range: Range<usize>,
        entry: u64,
        slots: &Slots<'_>,
    ) -> Result<Contents> {
        let after = runs.get(range.end).map(|run| run.address);
        let own = runs.get(range).unwrap_or_default();
        let count: usize = own.iter().map(|run| run.count).sum();
        let mut reader = Reader::new(heap);
        let mut contents = Contents { bytes: Vec::new(), ends: Vec::with_capacity(count) };
        let groups: Vec<&[Run]> = own.chunk_by(|a, b| a.address == b.address).collect();
        for (n, group) in groups.iter().enumerate() {
            let next = groups.get(n + 1).and_then(|group| group.first()).map(|run| run.address).or(after);
            let Some(address) = group.first().map(|run| run.address) else { continue };
            // None of the elements holds anything where there is no address.
            if address != 0 {
                reader.open(address, next)?;
            }
            for run in *group {
                for n in run.first..run.first + run.count {
                    let entry = self.element(n, &mut reader, entry + contents.ends.len() as u64, &mut contents)?;
                    contents.ends.push(contents.bytes.len() as u64);
                    slots.set(n, entry)?;
                }
            }
        }
        Ok(contents)
    }

    /// Adds what an element holds; returns the entry that it is, which is another than its own where it is there already.
    #[inline]
    fn element(&self, n: usize, reader: &mut Reader<'_>, own: u64, contents: &mut Contents) -> Result<u64> {
        let reference = self.reference(n).ok_or_else(outside)?;
        if reference.is_null() {
            return Ok(own);
        }
        let Some(object) = reader.object(reference.number).filter(|_| reference.number != 0) else {
            return Err(self.wrong(n, reference, "which is not there"));
        };
        let unit = if let Kind::Items(unit) = self.kind { unit } else { 1 };
        if u64::from(reference.len).checked_mul(unit) != Some(object.size) {
            let found = format!("which has {} bytes in place of {} times {unit}", object.size, reference.len);
            return Err(self.wrong(n, reference, &found));
        }
        if object.held != 0 {
            return Ok(object.held - 1);
        }
        object.held = own + 1;
        let object = *object;
        let start = contents.bytes.len();
        reader.append(object, &mut contents.bytes)?;
        if self.kind == Kind::Text {
            let text = contents.bytes.get(start..).unwrap_or_default();
            // To look for whether there is one is much faster than to look where it is.
            if text.contains(&0) {
                let len = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
                contents.bytes.truncate(start + len);
            }
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

/// Runs that make a task, whole collections each, and the number of the first entry of it.
fn tasks(runs: &[Run]) -> Vec<(Range<usize>, u64)> {
    let mut tasks: Vec<(Range<usize>, u64)> = Vec::new();
    let (mut start, mut at, mut entry, mut count) = (0, 0, 0u64, 0);
    for group in runs.chunk_by(|a, b| a.address == b.address) {
        at += group.len();
        count += group.iter().map(|run| run.count).sum::<usize>();
        if count >= TASK || at == runs.len() {
            tasks.push((start..at, entry));
            start = at;
            entry += count as u64;
            count = 0;
        }
    }
    tasks
}
