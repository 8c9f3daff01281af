//! A dataset by its chunks, one after the other or all at once.

use std::collections::VecDeque;
use std::marker::PhantomData;

use ndarray::ArrayD;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::Dataset;
use crate::batch::chunk_shape_of;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Picks, Region, Selection};
use crate::value::shaped;

/// Elements of one chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Block<T> {
    /// The index of its first element on each axis.
    pub offset: Vec<u64>,
    /// The elements; where the dataset ends within the chunk, so does the block.
    pub array: ArrayD<T>,
}

/// Decoded bytes that are held ahead of who asks for them.
const AHEAD: u64 = 32 << 20;

/// A dataset's blocks in order; some are read ahead, so that all cores work on them. Made by [`Dataset::chunks`].
#[derive(Debug)]
pub struct Blocks<T> {
    dataset: Dataset,
    grid: Grid,
    next: u64,
    /// Up to here chunks are read one by one, to find out which of them is damaged.
    singly_until: u64,
    ahead: VecDeque<Block<T>>,
}

/// The boxes that a dataset falls into.
#[derive(Clone, Debug)]
struct Grid {
    shape: Vec<u64>,
    chunk: Vec<u64>,
    count: u64,
}

impl Grid {
    fn of(dataset: &Dataset) -> Result<Self> {
        let info = dataset.info()?;
        // Refuses what has no elements at all.
        dataset.picks(&Selection::all())?;
        let shape = info.shape.dims().to_vec();
        let chunk = chunk_shape_of(info);
        let counts = shape.iter().zip(&chunk).map(|(len, chunk)| len.div_ceil(*chunk));
        let count = counts.clone().any(|count| count == 0).then_some(0);
        let count = count.or_else(|| counts.clone().try_fold(1u64, u64::checked_mul));
        let count =
            count.ok_or_else(|| Error::new(ErrorKind::Malformed, "the dataset has more chunks than can be counted"))?;
        Ok(Self { shape, chunk, count })
    }

    /// The box of that number.
    fn region(&self, mut number: u64) -> Region {
        let mut offset = vec![0; self.shape.len()];
        let mut extent = vec![0; self.shape.len()];
        let axes = offset.iter_mut().zip(&mut extent).zip(self.shape.iter().zip(&self.chunk));
        for ((offset, extent), (&len, &chunk)) in axes.rev() {
            let across = len.div_ceil(chunk).max(1);
            *offset = (number % across) * chunk;
            *extent = chunk.min(len.saturating_sub(*offset));
            number /= across;
        }
        Region::block(&offset, &extent)
    }

    fn block<T: Element>(&self, dataset: &Dataset, number: u64) -> Result<Block<T>> {
        let mut blocks = self.blocks(dataset, number, 1)?;
        blocks.pop().ok_or_else(|| Error::new(ErrorKind::Invalid, "there is no such chunk"))
    }

    fn blocks<T: Element>(&self, dataset: &Dataset, first: u64, count: u64) -> Result<Vec<Block<T>>> {
        let regions: Vec<Region> = (first..first + count).map(|number| self.region(number)).collect();
        let picks: Vec<Picks> = regions.iter().map(Picks::from).collect();
        let read = dataset.read_all_picks::<T>(picks.iter()).map_err(|e| dataset.object.fail(e))?;
        let block = |(elements, region): (Vec<T>, &Region)| {
            let offset = region.axes().iter().map(|axis| axis.start).collect();
            Ok(Block { offset, array: shaped(elements, &region.shape())? })
        };
        read.into_iter().zip(&regions).map(block).collect()
    }
}

impl Dataset {
    /// The dataset by its chunks, in the order of their places; one that is not in chunks, by rows of some megabytes. Chunks
    /// are read ahead on all cores, 32 MiB at most or one chunk.
    ///
    /// # Errors
    /// When the dataset cannot be read, or is null. An error in one chunk comes in its place.
    pub fn chunks<T: Element>(&self) -> Result<Blocks<T>> {
        let grid = Grid::of(self).map_err(|e| self.object.fail(e))?;
        Ok(Blocks { dataset: self.clone(), grid, next: 0, singly_until: 0, ahead: VecDeque::new() })
    }

    /// The dataset by its chunks, for many threads at once: each is read by the thread that works on it.
    ///
    /// # Errors
    /// When the dataset cannot be read, or is null. An error in one chunk comes in its place.
    pub fn par_chunks<T: Element>(&self) -> Result<impl ParallelIterator<Item = Result<Block<T>>> + use<T>> {
        let grid = Grid::of(self).map_err(|e| self.object.fail(e))?;
        let dataset = self.clone();
        let of = PhantomData::<fn() -> T>;
        Ok((0..grid.count).into_par_iter().map(move |number| {
            let _ = of;
            grid.block(&dataset, number)
        }))
    }
}

impl<T: Element> Iterator for Blocks<T> {
    type Item = Result<Block<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ahead.is_empty() && self.next < self.grid.count {
            let element = size_of::<T>() as u64;
            let bytes = self.grid.chunk.iter().fold(element, |product, &len| product.saturating_mul(len)).max(1);
            let count = (AHEAD / bytes).clamp(1, 64).min(self.grid.count - self.next);
            if count > 1 && self.next >= self.singly_until {
                match self.grid.blocks(&self.dataset, self.next, count) {
                    Ok(blocks) => {
                        self.next += count;
                        self.ahead.extend(blocks);
                        return self.ahead.pop_front().map(Ok);
                    }
                    Err(_) => self.singly_until = self.next + count,
                }
            }
            let block = self.grid.block(&self.dataset, self.next);
            self.next += 1;
            return Some(block);
        }
        self.ahead.pop_front().map(Ok)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.grid.count - self.next).ok();
        (0, left.and_then(|left| left.checked_add(self.ahead.len())))
    }
}
