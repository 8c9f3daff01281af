//! What elements would take in other chunks, from a few of them.

use crate::backend::{Backend, DatasetInfo, Layout, Store};
use crate::error::Result;
use crate::selection::{Region, Steps};
use crate::tree::Object;

/// Chunks that are tried.
const CHUNKS: u64 = 8;

/// Encodes chunks that lie evenly over the dataset.
pub(super) fn estimate(object: &Object, new: &DatasetInfo, file: &dyn Backend, store: &dyn Store) -> Result<u64> {
    let (Layout::Chunked(chunk), dims) = (&new.layout, new.shape.dims()) else { return Ok(0) };
    let grid: Vec<u64> = dims.iter().zip(chunk).map(|(&len, &chunk)| len.div_ceil(chunk.max(1))).collect();
    let count = grid.iter().fold(1u64, |product, &len| product.saturating_mul(len));
    let tried = count.min(CHUNKS);
    let (mut decoded, mut encoded) = (0u64, 0u64);
    for n in 0..tried {
        // In the middle of each of as many parts.
        let mut number = (count / tried) * n + count / tried / 2;
        let mut axes = Vec::new();
        for ((&along, &chunk), &len) in grid.iter().zip(chunk).zip(dims).rev() {
            let start = number % along.max(1) * chunk;
            number /= along.max(1);
            axes.push(Steps::run(start, chunk.min(len - start)));
        }
        axes.reverse();
        let value = file.read(object.address(), &Region::new(axes))?;
        decoded = decoded.saturating_add(value.bytes().len() as u64);
        encoded = encoded.saturating_add(store.encoded_size(new, &value)?);
    }
    let all = super::verify::bytes_of(new) as f64;
    Ok(if decoded == 0 { 0 } else { (all * encoded as f64 / decoded as f64) as u64 })
}
