//! The filter that puts bytes of equal weight beside each other.

/// Shuffles elements of a size: all first bytes, then all second ones, and so on. What is left over at the end stays as it is.
/// Both are of one length.
pub(super) fn all(bytes: &[u8], size: usize, out: &mut [u8]) {
    let count = bytes.len() / size.max(1);
    match size {
        2 => of::<2>(bytes, out, count),
        4 => of::<4>(bytes, out, count),
        8 => of::<8>(bytes, out, count),
        _ => {
            for (weight, plane) in out.chunks_exact_mut(count.max(1)).take(size).enumerate() {
                let of_weight = bytes.iter().skip(weight).step_by(size.max(1));
                plane.iter_mut().zip(of_weight).for_each(|(out, byte)| *out = *byte);
            }
        }
    }
    let whole = count * size;
    if let (Some(out), Some(rest)) = (out.get_mut(whole..), bytes.get(whole..)) {
        out.copy_from_slice(rest);
    }
}

/// Elements that are done at once: of as many, the compiler makes few instructions.
const STEP: usize = 32;

fn of<const N: usize>(bytes: &[u8], out: &mut [u8], count: usize) {
    let (elements, _) = bytes.as_chunks::<N>();
    let mut rest = out;
    let planes: [&mut [u8]; N] = std::array::from_fn(|_| {
        let (plane, after) = std::mem::take(&mut rest).split_at_mut_checked(count).unwrap_or_default();
        rest = after;
        plane
    });
    for (weight, plane) in planes.into_iter().enumerate() {
        let (steps, _) = elements.as_chunks::<STEP>();
        let (places, _) = plane.as_chunks_mut::<STEP>();
        for (place, step) in places.iter_mut().zip(steps) {
            *place = std::array::from_fn(|n| step.get(n).and_then(|element| element.get(weight)).copied().unwrap_or(0));
        }
        let done = count - count % STEP;
        let last = elements.iter().skip(done).filter_map(|element| element.get(weight));
        plane.iter_mut().skip(done).zip(last).for_each(|(out, byte)| *out = *byte);
    }
}

#[cfg(test)]
mod tests {
    use super::super::unshuffle;
    use super::*;

    #[test]
    fn is_undone_by_unshuffling() {
        for size in [1, 2, 3, 4, 7, 8, 16] {
            for len in [0, 1, 7, 8, 100, 1000, 1001] {
                let bytes: Vec<u8> = (0..len).map(|n| (n * 31 % 251) as u8).collect();
                let (mut shuffled, mut back) = (vec![0; len], vec![0; len]);
                all(&bytes, size, &mut shuffled);
                unshuffle::all(&shuffled, size, &mut back).unwrap();
                assert_eq!(back, bytes, "{len} bytes in elements of {size}");
            }
        }
        let mut out = [0; 7];
        all(&[1, 2, 3, 4, 5, 6, 7], 3, &mut out);
        assert_eq!(out, [1, 4, 2, 5, 3, 6, 7]);
    }
}
