//! The encoding of what a region reference selects: this crate's own, so that decoding it can be checked.
//!
//! One byte for the kind (0 all, 1 nothing, 2 points, 3 blocks), then the coordinates, each as eight bytes, least significant
//! first: a point is one number for each axis, a block is its first and its last element.

use crate::sys::error::{Cause, Outcome};
use crate::sys::space::Selected;

pub(crate) fn encode(selected: &Selected) -> Vec<u8> {
    let (kind, coordinates): (u8, &[u64]) = match selected {
        Selected::All => (0, &[]),
        Selected::None => (1, &[]),
        Selected::Points(points) => (2, points),
        Selected::Blocks(blocks) => (3, blocks),
    };
    std::iter::once(kind).chain(coordinates.iter().flat_map(|number| number.to_le_bytes())).collect()
}

pub(crate) fn decode(bytes: &[u8]) -> Outcome<Selected> {
    let damaged = || Cause::new("the selection of a region reference is not one of this backend");
    let (kind, coordinates) = bytes.split_first().ok_or_else(damaged)?;
    let (numbers, rest) = coordinates.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(damaged());
    }
    let numbers: Vec<u64> = numbers.iter().map(|number| u64::from_le_bytes(*number)).collect();
    match (kind, numbers.is_empty()) {
        (0, true) => Ok(Selected::All),
        (1, true) => Ok(Selected::None),
        (2, _) => Ok(Selected::Points(numbers)),
        (3, _) => Ok(Selected::Blocks(numbers)),
        _ => Err(damaged()),
    }
}
