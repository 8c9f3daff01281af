//! Elements read by position and decoded on all cores, with no call of the library and without its lock.
//!
//! The library is asked once for each dataset where its chunks lie ([`Direct`]). From then on a read is arithmetic on the grid of
//! chunks ([`plan`]), a positional read and the filters undone ([`pipeline`]) for each chunk, and its elements put to their
//! places, which are every chunk's own ([`target`]). What is not understood here is declined when a dataset is looked at, and
//! goes through the library.

mod cache;
mod checksum;
mod chunk;
pub(crate) mod encode;
mod heap;
mod index;
mod interleave;
mod lzf;
mod pipeline;
mod place;
mod plan;
mod pool;
mod shuffle;
mod slab;
mod target;
mod unshuffle;

use std::fs::File;

use nwb_model::backend::{Address, Filter};
use nwb_model::batch::{Convert, How, Wanted};
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};
use nwb_model::{Error, ErrorKind, Result};

pub(crate) use cache::Cache;
pub(crate) use heap::{Form, GlobalHeap, Stop};
pub(crate) use pool::Pool;

use crate::platform;
use crate::read::buffer;
use crate::sys::place::StoredChunks;
use index::{Grid, Index};
use pipeline::Pipeline;
use plan::Plan;
use target::Target;

/// What all datasets of a file are read with.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) file: File,
    /// Its size when it was opened.
    pub(crate) size: u64,
    /// Where its addresses count from; `None` where they are of a size that is not understood here.
    pub(crate) base: Option<u64>,
    pub(crate) pool: Pool,
    pub(crate) cache: Cache,
}

/// A dataset whose elements are read without the library.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Direct {
    dataset: Address,
    grid: Grid,
    /// Bytes of an element.
    element: usize,
    /// What is made of its elements, which are not in their bytes alone.
    form: Option<Form>,
    /// Bytes of a decoded chunk.
    chunk_bytes: usize,
    storage: Storage,
    /// What stands where nothing is stored: one element.
    fill: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq)]
enum Storage {
    Chunks {
        index: Index,
        pipeline: Pipeline,
        /// Whether chunks that reach out of the dataset are stored as they are.
        plain_edges: bool,
    },
    /// In one run from this place of the file on, which is read as if it were in chunks of whole rows.
    Run { start: u64 },
}

/// What the library says of a dataset.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) dataset: Address,
    pub(crate) dims: Vec<u64>,
    pub(crate) element: usize,
    pub(crate) form: Option<Form>,
    /// One element; empty where it is not known.
    pub(crate) fill: Vec<u8>,
    pub(crate) stored: Stored,
}

/// How its elements are stored.
#[derive(Debug)]
pub(crate) enum Stored {
    Chunks { shape: Vec<u64>, filters: Vec<Filter>, chunks: StoredChunks, plain_edges: bool },
    Run { start: u64 },
}

/// Bytes of a contiguous dataset that are one task.
const PIECE: u64 = 2 << 20;

/// Whether all filters are understood here.
pub(crate) fn understands(filters: &[Filter]) -> bool {
    Pipeline::new(filters, 1, 1).is_some()
}

impl Direct {
    /// `None` where the dataset has to be read by the library.
    pub(crate) fn new(described: Described) -> Option<Self> {
        let Described { dataset, mut dims, element, form, fill, stored } = described;
        let is_scalar = dims.is_empty();
        if is_scalar {
            dims = vec![1];
        }
        if element == 0 {
            return None;
        }
        let shape = match &stored {
            Stored::Chunks { .. } if is_scalar => return None,
            Stored::Chunks { shape, .. } => shape.clone(),
            Stored::Run { .. } => rows(&dims, element as u64),
        };
        let grid = Grid::new(&dims, &shape)?;
        let bytes = shape.iter().try_fold(element as u64, |product, &len| product.checked_mul(len))?;
        let chunk_bytes = usize::try_from(bytes).ok().filter(|&bytes| isize::try_from(bytes).is_ok())?;
        let storage = match stored {
            Stored::Run { start } => {
                // The end has to be a number.
                let elements = dims.iter().try_fold(1u64, |product, &len| product.checked_mul(len))?;
                elements.checked_mul(element as u64)?.checked_add(start)?;
                Storage::Run { start }
            }
            Stored::Chunks { filters, chunks, plain_edges, .. } => Storage::Chunks {
                index: Index::new(&grid, &chunks),
                pipeline: Pipeline::new(&filters, element, chunk_bytes)?,
                plain_edges,
            },
        };
        let direct = Self { dataset, grid, element, form, chunk_bytes, storage, fill };
        (direct.fill.len() == element || direct.is_complete()).then_some(direct)
    }

    /// How many chunks it remembers the places of.
    pub(crate) fn size(&self) -> usize {
        match &self.storage {
            Storage::Chunks { index, .. } => index.len(),
            Storage::Run { .. } => 1,
        }
    }

    /// Whether its elements are in their bytes alone.
    pub(crate) fn has_plain_elements(&self) -> bool {
        self.form.is_none()
    }

    /// Reads elements that are not in their bytes alone.
    pub(crate) fn read_value(&self, engine: &Engine, region: &Region, shape: Shape) -> Result<Value> {
        let (Some(form), Some(base)) = (&self.form, engine.base) else {
            return Err(Error::new(ErrorKind::WrongType, "the elements are in their bytes alone"));
        };
        if let Storage::Run { start } = self.storage {
            let end = self.grid.dims.iter().fold(self.element as u64, |product, &len| product.saturating_mul(len));
            if start.saturating_add(end) > engine.size {
                return Err(Error::new(ErrorKind::Malformed, "the elements lie outside the file")
                    .found(format!("{end} bytes from byte {start} on, in a file of {}", engine.size)));
            }
        }
        let size = usize::try_from(region.len()).ok().and_then(|len| len.checked_mul(self.element));
        let stored = buffer::filled(size.unwrap_or(usize::MAX), |out| {
            if out.len() >= buffer::LARGE {
                platform::prefer_huge_pages(out);
            }
            self.read(engine, &mut [Wanted { picks: region.into(), out }], How::default())
        })?;
        GlobalHeap::new(&engine.file, base, engine.size).value(form, shape, stored.as_slice(), &engine.pool)
    }

    /// Where a contiguous dataset's elements begin in the file, and how many bytes they are.
    #[cfg(feature = "mmap")]
    pub(crate) fn run(&self) -> Option<(u64, usize)> {
        let Storage::Run { start } = self.storage else { return None };
        let bytes = self.grid.dims.iter().try_fold(self.element as u64, |product, &len| product.checked_mul(len))?;
        Some((start, usize::try_from(bytes).ok()?))
    }

    /// Reads parts of the dataset.
    pub(crate) fn read(&self, engine: &Engine, parts: &mut [Wanted<'_>], how: How<'_>) -> Result<()> {
        let size = how.convert.map_or(self.element, Convert::size);
        for part in parts.iter() {
            self.check(part, size)?;
        }
        let wanted: Vec<(Plan, Target<'_>)> =
            parts.iter_mut().map(|part| (Plan::new(&part.picks, &self.grid.chunk), Target::new(part.out))).collect();
        let bytes: u64 = parts_bytes(&wanted, self.element);
        match wanted.as_slice() {
            [] => Ok(()),
            [(plan, _)] => {
                let work = self.work(engine, &wanted, how, plan.cells);
                let tasks = usize::try_from(plan.cells).unwrap_or(usize::MAX);
                engine.pool.each(tasks, bytes, |cell, room| {
                    let cell = cell as u64;
                    work.chunk(self.grid.number(plan.along(cell)), &[(0, cell)], room)
                })
            }
            many => {
                // Each chunk once, with all that is wanted of it.
                let mut users: Vec<(u64, usize, u64)> = Vec::new();
                for (part, (plan, _)) in many.iter().enumerate() {
                    users.extend((0..plan.cells).map(|cell| (self.grid.number(plan.along(cell)), part, cell)));
                }
                users.sort_unstable();
                let numbers: Vec<(u64, Vec<(usize, u64)>)> = users
                    .chunk_by(|a, b| a.0 == b.0)
                    .filter_map(|same| {
                        let (number, ..) = same.first()?;
                        Some((*number, same.iter().map(|(_, part, cell)| (*part, *cell)).collect()))
                    })
                    .collect();
                let work = self.work(engine, &wanted, how, numbers.len() as u64);
                engine.pool.each(numbers.len(), bytes, |task, room| match numbers.get(task) {
                    Some((number, users)) => work.chunk(*number, users, room),
                    None => Ok(()),
                })
            }
        }
    }

    fn work<'a>(
        &'a self,
        engine: &'a Engine,
        wanted: &'a [(Plan, Target<'a>)],
        how: How<'a>,
        chunks: u64,
    ) -> chunk::Work<'a> {
        let cached = engine.cache.takes(chunks.saturating_mul(self.chunk_bytes as u64));
        chunk::Work { direct: self, engine, wanted, how, cached }
    }

    fn check(&self, part: &Wanted<'_>, size: usize) -> Result<()> {
        let dims = if part.picks.axes().is_empty() { &[] } else { self.grid.dims.as_slice() };
        part.picks.check_within(dims)?;
        if part.picks.len().checked_mul(size as u64) == Some(part.out.len() as u64) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Invalid, "elements do not fit into the buffer")
            .expected(format!("{} bytes", part.out.len()))
            .found(format!("{} elements of {size} bytes", part.picks.len())))
    }

    /// Whether every chunk is stored.
    fn is_complete(&self) -> bool {
        match &self.storage {
            Storage::Run { .. } => true,
            Storage::Chunks { index, .. } => self.grid.count() == index.len() as u64,
        }
    }
}

fn parts_bytes(wanted: &[(Plan, Target<'_>)], element: usize) -> u64 {
    wanted.iter().fold(0, |sum, (plan, _)| sum.saturating_add(plan.elements().saturating_mul(element as u64)))
}

/// The shape of pieces of a contiguous dataset: whole rows, so that each is one run of the file.
fn rows(dims: &[u64], element: u64) -> Vec<u64> {
    let mut shape = vec![1; dims.len()];
    let mut row = element.max(1);
    for (shape, &len) in shape.iter_mut().zip(dims).rev() {
        *shape = (PIECE / row).clamp(1, len.max(1));
        if *shape < len {
            break;
        }
        row = row.saturating_mul(len.max(1));
    }
    shape
}
