//! What elements would take in other chunks, from a few of them.

use super::{Plan, verify};
use crate::backend::{Backend, Chunk, Layout, Store};
use crate::error::Result;
use crate::selection::{Region, Steps};

/// Chunks that are tried.
const CHUNKS: u64 = 8;

/// Encodes chunks that lie evenly over what is stored of the dataset.
pub(super) fn estimate(plan: &Plan, file: &dyn Backend, store: &dyn Store) -> Result<u64> {
    let (new, dims) = (&plan.new, plan.new.shape.dims());
    let Layout::Chunked(chunk) = &new.layout else { return Ok(verify::bytes_of(new)) };
    let stored = match &plan.old.layout {
        Layout::Chunked(old) => file.chunks(plan.object.address())?.map(|chunks| (old, chunks)),
        _ => None,
    };
    let sparse = stored.filter(|(old, chunks)| (chunks.len() as u64) < verify::chunks_in(dims, old));
    let all = verify::chunks_in(dims, chunk);
    let begun = sparse.as_ref().map(|(_, chunks)| begun(dims, chunk, chunks));
    // Of smaller chunks, several are where one was.
    let each = sparse.as_ref().map_or(1, |(old, _)| (elements(old) / elements(chunk).max(1)).max(1));
    let count = begun.as_ref().map_or(all, |begun| (begun.len() as u64).saturating_mul(each).min(all));
    let there = begun.as_ref().map_or(all, |begun| begun.len() as u64);
    let tried = there.min(CHUNKS);
    let mut encoded = 0u64;
    for n in 0..tried {
        // In the middle of each of as many parts.
        let number = (there / tried) * n + there / tried / 2;
        let place = usize::try_from(number).ok().and_then(|at| begun.as_ref()?.get(at)).copied().unwrap_or(number);
        let axes = place_of(dims, chunk, place);
        let axes = axes.iter().zip(chunk).zip(dims);
        let axes = axes.map(|((&at, &chunk), &len)| Steps::run(at, chunk.min(len.saturating_sub(at)))).collect();
        let value = file.read(plan.object.address(), &Region::new(axes))?;
        encoded = encoded.saturating_add(store.encoded_size(new, &value)?);
    }
    Ok(if tried == 0 { 0 } else { (encoded as f64 / tried as f64 * count as f64) as u64 })
}

fn elements(chunk: &[u64]) -> u64 {
    chunk.iter().fold(1, |product, &len| product.saturating_mul(len))
}

/// The numbers of the chunks in which stored ones begin, each once.
fn begun(dims: &[u64], chunk: &[u64], stored: &[Chunk]) -> Vec<u64> {
    let number = |one: &Chunk| {
        let axes = one.offset.iter().zip(chunk).zip(dims);
        axes.fold(0u64, |number, ((&at, &chunk), &len)| {
            // A chunk beyond the shape is what is left of a dataset that was made smaller.
            let (at, chunk) = (at.min(len.saturating_sub(1)), chunk.max(1));
            number.saturating_mul(len.div_ceil(chunk)).saturating_add(at / chunk)
        })
    };
    let mut numbers: Vec<u64> = stored.iter().map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Where the chunk of that number begins.
fn place_of(dims: &[u64], chunk: &[u64], mut number: u64) -> Vec<u64> {
    let axes = dims.iter().zip(chunk).rev();
    let mut place: Vec<u64> = axes
        .map(|(&len, &chunk)| {
            let along = len.div_ceil(chunk.max(1)).max(1);
            let at = number % along * chunk;
            number /= along;
            at
        })
        .collect();
    place.reverse();
    place
}
