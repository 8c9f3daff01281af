//! Reading many parts of a dataset at once, each to its own place and in its own type.
//!
//! [`Backend::read_batch`](crate::backend::Backend::read_batch) takes a list of [`Wanted`]s; what all backends can do is in here.

use std::sync::{Mutex, PoisonError};

use crate::backend::{DatasetInfo, Layout};
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Picks, Region, Steps};

/// What makes stored elements into those that were asked for, some at a time.
pub trait Convert: Sync {
    /// Bytes of one element that was asked for.
    fn size(&self) -> usize;

    /// Converts elements that lie in a row of what was asked for, the first of them at place `first` of it; there is room for as many
    /// as are stored. The places are aligned as in an array of their type.
    ///
    /// # Errors
    /// When one of them cannot be converted.
    fn convert(&self, stored: &[u8], first: usize, out: &mut [u8]) -> Result<()>;
}

/// Some elements, and where they go: `out` is just as large as they are, in the order of the axes.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Wanted<'a> {
    pub picks: Picks,
    pub out: &'a mut [u8],
}

/// A stretch of a dataset that cannot be read, and why.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fault {
    pub region: Region,
    pub error: Error,
}

/// Collects what cannot be read, while the rest is.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds one.
    pub fn push(&self, region: Region, error: Error) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Fault { region, error });
    }

    /// All of them, in the order of their places.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Fault> {
        let mut faults = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let place = |fault: &Fault| fault.region.axes().iter().map(|axis| axis.start).collect::<Vec<_>>();
        faults.sort_by_key(place);
        faults.dedup_by(|a, b| a.region == b.region);
        faults
    }
}

/// How parts are read.
#[derive(Clone, Copy, Default)]
pub struct How<'a> {
    /// What is done to the elements on the way; nothing means that they come as they are stored.
    pub convert: Option<&'a dyn Convert>,
    /// Where to put what cannot be read; the places of such elements are left as they are. Without it, that is an error.
    pub faults: Option<&'a Faults>,
}

impl How<'_> {
    /// Bytes of one element where it goes to.
    #[must_use]
    pub fn size(&self, info: &DatasetInfo) -> usize {
        self.convert.map_or(info.dtype.size(), Convert::size)
    }
}

/// Stored bytes that are held at once on the way to a conversion: they are to be in the cache yet when it comes to them.
const PIECE: u64 = 1 << 18;

/// What reads a region into a buffer that is just as large.
pub type ReadRegion<'a> = &'a mut dyn FnMut(&Region, &mut [u8]) -> Result<()>;

/// Reads parts one after the other: what backends do that know no better.
///
/// # Errors
/// As of [`Backend::read_batch`](crate::backend::Backend::read_batch).
pub fn one_by_one(info: &DatasetInfo, parts: &mut [Wanted<'_>], how: How<'_>, read: ReadRegion<'_>) -> Result<()> {
    for part in parts {
        check_part(part, info, how)?;
        let shape = part.picks.shape();
        for (from, to) in part.picks.regions() {
            if from.is_empty() {
                continue;
            }
            let is_whole = to.is_all_of(&shape);
            match (how.convert, how.faults) {
                (None, None) if is_whole => read(&from, part.out)?,
                (_, None) => piecewise(&from, &to, info.dtype.size(), &mut |from, to| {
                    through_buffer(read, info, (from, to), &shape, part.out, how)
                })?,
                (_, Some(faults)) => each_chunk(&from, &to, &chunk_shape_of(info), &mut |from, to| {
                    if let Err(error) = through_buffer(read, info, (from, to), &shape, part.out, how) {
                        faults.push(from.clone(), error);
                    }
                    Ok(())
                })?,
            }
        }
    }
    Ok(())
}

/// An error unless the part is within the dataset and its room is just as large as its elements.
///
/// # Errors
/// When it is not.
pub fn check_part(part: &Wanted<'_>, info: &DatasetInfo, how: How<'_>) -> Result<()> {
    if !info.dtype.is_plain() {
        return Err(Error::new(ErrorKind::WrongType, "the elements are not in their bytes alone")
            .expected("numbers, texts of fixed length, or records of such")
            .found(info.dtype.to_string()));
    }
    part.picks.check_within(info.shape.dims())?;
    let bytes = part.picks.len().checked_mul(how.size(info) as u64);
    if bytes == Some(part.out.len() as u64) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Invalid, "elements do not fit into the buffer")
        .expected(format!("{} bytes", part.out.len()))
        .found(format!("{} elements of {}", part.picks.len(), info.dtype)))
}

/// The boxes that a dataset is read by: its chunks, or as many rows as make some megabytes.
#[must_use]
pub fn chunk_shape_of(info: &DatasetInfo) -> Vec<u64> {
    match &info.layout {
        Layout::Chunked(chunk) if !chunk.contains(&0) => chunk.clone(),
        _ => crate::layout::chunk_shape(&info.dtype, info.shape.dims()),
    }
}

type Piece<'a> = &'a mut dyn FnMut(&Region, &Region) -> Result<()>;

/// Splits a region, and the region that it goes to, into pieces that are not large.
fn piecewise(from: &Region, to: &Region, size: usize, visit: Piece<'_>) -> Result<()> {
    if from.len().saturating_mul(size as u64) <= PIECE {
        return visit(from, to);
    }
    let Some(axis) = from.axes().iter().position(|axis| axis.count > 1) else { return visit(from, to) };
    let count = from.axes().get(axis).map_or(1, |axis| axis.count);
    let row = (from.len() / count).saturating_mul(size as u64).max(1);
    let rows = (PIECE / row).max(1);
    let mut first = 0;
    while first < count {
        let some = rows.min(count - first);
        piecewise(&part_of(from, axis, first, some), &part_of(to, axis, first, some), size, visit)?;
        first += some;
    }
    Ok(())
}

/// Splits a region, and the region that it goes to, where chunks meet.
fn each_chunk(from: &Region, to: &Region, chunk: &[u64], visit: Piece<'_>) -> Result<()> {
    fn split(from: Region, to: Region, chunk: &[u64], axis: usize, visit: Piece<'_>) -> Result<()> {
        let (Some(steps), Some(&len)) = (from.axes().get(axis).copied(), chunk.get(axis)) else {
            return visit(&from, &to);
        };
        let mut first = 0;
        while first < steps.count {
            let at = steps.start + first * steps.step;
            let end = (at / len + 1).saturating_mul(len);
            let some = (end - at).div_ceil(steps.step).min(steps.count - first);
            split(part_of(&from, axis, first, some), part_of(&to, axis, first, some), chunk, axis + 1, visit)?;
            first += some;
        }
        Ok(())
    }
    split(from.clone(), to.clone(), chunk, 0, visit)
}

fn part_of(region: &Region, axis: usize, first: u64, count: u64) -> Region {
    let narrowed = |(at, steps): (usize, &Steps)| match at == axis {
        true => Steps { start: steps.start + first * steps.step, count, step: steps.step },
        false => *steps,
    };
    Region::new(region.axes().iter().enumerate().map(narrowed).collect())
}

fn through_buffer(
    read: ReadRegion<'_>,
    info: &DatasetInfo,
    (from, to): (&Region, &Region),
    shape: &[u64],
    out: &mut [u8],
    how: How<'_>,
) -> Result<()> {
    let bytes = usize::try_from(from.len()).ok().and_then(|len| len.checked_mul(info.dtype.size()));
    let mut stored = crate::element::zeroed::<u8>(bytes.unwrap_or(usize::MAX))?;
    read(from, &mut stored)?;
    put(&stored, info.dtype.size(), to, shape, out, how)
}

/// Puts elements in a row to the places of a region of an array of that shape.
pub(crate) fn put(stored: &[u8], size: usize, to: &Region, shape: &[u64], out: &mut [u8], how: How<'_>) -> Result<()> {
    let out_size = how.convert.map_or(size, Convert::size);
    let run = to.axes().last().map_or(1, |axis| axis.count);
    let run = usize::try_from(run).unwrap_or(usize::MAX);
    let mut sources = stored.chunks_exact(run.saturating_mul(size).max(1));
    let outer = to.axes().split_last().map_or(&[] as &[Steps], |(_, outer)| outer);
    let last = to.axes().last().map_or(0, |axis| axis.start);
    each_row(outer, shape, 0, &mut |row| {
        let width = shape.last().copied().unwrap_or(1);
        let at = usize::try_from(row.saturating_mul(width).saturating_add(last)).unwrap_or(usize::MAX);
        let range = at.saturating_mul(out_size)..at.saturating_add(run).saturating_mul(out_size);
        let (Some(source), Some(place)) = (sources.next(), out.get_mut(range)) else {
            return Err(Error::new(ErrorKind::Invalid, "elements do not fit into the buffer"));
        };
        match how.convert {
            Some(convert) => convert.convert(source, at, place),
            None => {
                place.copy_from_slice(source);
                Ok(())
            }
        }
    })
}

fn each_row(axes: &[Steps], shape: &[u64], row: u64, visit: &mut dyn FnMut(u64) -> Result<()>) -> Result<()> {
    let Some((axis, inner)) = axes.split_first() else { return visit(row) };
    let len = shape.first().copied().unwrap_or(1);
    let rest = shape.get(1..).unwrap_or_default();
    (0..axis.count).try_for_each(|n| {
        let at = row.saturating_mul(len).saturating_add(axis.start + n * axis.step);
        each_row(inner, rest, at, visit)
    })
}
