//! Which chunk cannot be read, where the library only says that something cannot.

use nwb_model::selection::Region;

/// Chunks that are looked at before nobody is blamed.
const MOST: u64 = 1 << 16;

/// The beginnings of the chunks that a region touches, in order: of the first so many.
pub(super) fn chunks_of(region: &Region, chunk: &[u64]) -> impl Iterator<Item = Vec<u64>> {
    let axes: Vec<(u64, u64, u64)> = region
        .axes()
        .iter()
        .zip(chunk)
        .map(|(axis, &len)| {
            let len = len.max(1);
            let first = axis.start / len;
            let count = if axis.count == 0 { 0 } else { (axis.end() - 1) / len - first + 1 };
            (first, count, len)
        })
        .collect();
    let all = axes.iter().fold(1u64, |all, (_, count, _)| all.saturating_mul(*count));
    (0..all.min(MOST)).map(move |mut number| {
        let mut offset: Vec<u64> = axes
            .iter()
            .rev()
            .map(|(first, count, len)| {
                let at = (first + number % count) * len;
                number /= count;
                at
            })
            .collect();
        offset.reverse();
        offset
    })
}

#[cfg(test)]
mod tests {
    use nwb_model::selection::Steps;

    use super::*;

    #[test]
    fn chunks_are_those_that_a_region_touches() {
        let steps = |start, count, step| Steps { start, count, step };
        let region = Region::new(vec![steps(3, 4, 2), steps(5, 1, 1)]);
        let found: Vec<_> = chunks_of(&region, &[4, 5]).collect();
        assert_eq!(found, [[0, 5], [4, 5], [8, 5]]);
        assert_eq!(chunks_of(&Region::new(vec![steps(3, 0, 1), steps(0, 9, 1)]), &[4, 5]).count(), 0);
        assert_eq!(chunks_of(&Region::all(&[1 << 60, 1 << 60]), &[1, 1]).count() as u64, MOST);
    }
}
