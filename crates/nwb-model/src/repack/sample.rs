//! What elements would take in other chunks, from a few of them.

use super::{Plan, verify};
use crate::backend::{Backend, Layout, Store};
use crate::error::Result;
use crate::selection::{Region, Steps};

/// Chunks that are tried.
const CHUNKS: u64 = 8;

/// Encodes chunks that lie evenly over what is stored of the dataset.
pub(super) fn estimate(plan: &Plan, file: &dyn Backend, store: &dyn Store) -> Result<u64> {
    let (new, dims, all) = (&plan.new, plan.new.shape.dims(), verify::bytes_of(&plan.new));
    let Layout::Chunked(chunk) = &new.layout else { return Ok(all) };
    let stored = match &plan.old.layout {
        Layout::Chunked(old) => file.chunks(plan.object.address())?.map(|chunks| (old, chunks)),
        _ => None,
    };
    let sparse = stored.filter(|(old, chunks)| (chunks.len() as u64) < verify::chunks_in(dims, old));
    let (mut decoded, mut encoded) = (0u64, 0u64);
    for place in places(dims, chunk, sparse.as_ref().map(|(_, chunks)| chunks.as_slice())) {
        let axes = place.iter().zip(chunk).zip(dims);
        let axes = axes.map(|((&at, &chunk), &len)| Steps::run(at, chunk.min(len.saturating_sub(at)))).collect();
        let value = file.read(plan.object.address(), &Region::new(axes))?;
        decoded = decoded.saturating_add(value.bytes().len() as u64);
        encoded = encoded.saturating_add(store.encoded_size(new, &value)?);
    }
    let share = match &sparse {
        Some((old, chunks)) => chunks.len() as f64 / verify::chunks_in(dims, old).max(1) as f64,
        None => 1.0,
    };
    Ok(if decoded == 0 { 0 } else { (all as f64 * share * encoded as f64 / decoded as f64) as u64 })
}

/// Where the chunks begin that are tried: in the middle of each of as many parts.
fn places(dims: &[u64], chunk: &[u64], sparse: Option<&[crate::backend::Chunk]>) -> Vec<Vec<u64>> {
    let count = sparse.map_or_else(|| verify::chunks_in(dims, chunk), |stored| stored.len() as u64);
    let tried = count.min(CHUNKS);
    let numbers = (0..tried).map(|n| (count / tried) * n + count / tried / 2);
    let place = |mut number: u64| match sparse {
        Some(stored) => {
            let offset = usize::try_from(number).ok().and_then(|number| stored.get(number)).map(|chunk| &chunk.offset);
            let offset = offset.into_iter().flatten().zip(chunk).zip(dims);
            // A chunk beyond the shape is what is left of a dataset that was made smaller.
            offset.map(|((&at, &chunk), &len)| at.min(len.saturating_sub(1)) / chunk.max(1) * chunk).collect()
        }
        None => {
            let mut place: Vec<u64> = dims
                .iter()
                .zip(chunk)
                .rev()
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
    };
    numbers.map(place).collect()
}
