//! Blocks of whole chunks on the way through the turnstile.

use std::sync::Arc;

use nwb_model::Result;
use nwb_model::backend::Address;
use nwb_model::selection::Region;
use nwb_model::value::{Shape, Value};

use super::chunks::{Chunks, Cut, Placed};
use super::transaction::NewTransaction;
use super::turnstile::Unfinished;
use crate::dtype;

/// Small chunks are one task together, up to so many bytes.
const TASK: u64 = 1 << 18;

impl NewTransaction {
    /// What is to be encoded, if a block is whole chunks of a dataset that is encoded here. Whatever is wrong with it is left to
    /// the library to say.
    pub(super) fn cut(&self, dataset: Address, region: &Region, value: &Value) -> Option<(Arc<Chunks>, Cut)> {
        let chunks = self.chunks.get(&dataset)?;
        let fits = matches!(value.shape(), Shape::Simple(shape) if *shape == region.shape());
        if !fits || !dtype::are_alike(chunks.dtype(), value.dtype()) {
            return None;
        }
        Some((Arc::clone(chunks), chunks.cut(region)?))
    }

    /// Has the chunks of a block encoded, and stores those that are finished.
    pub(super) fn queue(&mut self, dataset: Address, chunks: Arc<Chunks>, cut: Cut, value: &Value) -> Result<()> {
        if self.queued != Some(dataset) {
            // What else the library writes lies in a place that depends on what was written before.
            self.settle()?;
            self.queued = Some(dataset);
        }
        let size = chunks.chunk_size() as u64;
        let together = (TASK / size.max(1)).max(1);
        let mut first = 0;
        while first < cut.count {
            let numbers = first..first.saturating_add(together).min(cut.count);
            first = numbers.end;
            let weight = size.saturating_mul(numbers.end - numbers.start);
            while self.turnstile.is_full_for(weight) && self.store_next(Unfinished::Wait)? {}
            let (chunks, cut, value) = (Arc::clone(&chunks), cut.clone(), value.clone());
            self.turnstile.begin(weight, move |room| chunks.encode(&cut, numbers, &value, room));
            while self.store_next(Unfinished::Leave)? {}
        }
        Ok(())
    }

    /// Stores all that is queued.
    pub(super) fn settle(&mut self) -> Result<()> {
        while self.store_next(Unfinished::Wait)? {}
        self.queued = None;
        Ok(())
    }

    /// Stores what comes next, and says whether there was anything.
    fn store_next(&mut self, unfinished: Unfinished) -> Result<bool> {
        let (Some(dataset), Some(encoded)) = (self.queued, self.turnstile.next(unfinished)) else { return Ok(false) };
        let stored = encoded.and_then(|chunks| self.store(dataset, &chunks));
        match stored {
            Ok(()) => Ok(true),
            Err(error) => {
                self.give_up(&error);
                self.located(self.path_of(dataset), Err(error))
            }
        }
    }

    fn store(&mut self, dataset: Address, chunks: &[Placed]) -> Result<()> {
        chunks.iter().try_for_each(|(offset, chunk)| self.try_write_raw_chunk(dataset, offset, chunk))
    }
}
