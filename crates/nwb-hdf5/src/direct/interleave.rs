//! Bytes of several rows put beside each other: the inner loop of undoing a shuffle.

/// `out` gets the first byte of each plane, then the second of each, and so on. All planes are of the same length, and `out` of
/// that length times their number.
#[inline]
pub(super) fn interleave<const N: usize>(planes: [&[u8]; N], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    let done = x86::interleave(planes, out);
    #[cfg(not(target_arch = "x86_64"))]
    let done = 0;
    let (places, _) = out.as_chunks_mut::<N>();
    for (at, place) in places.iter_mut().enumerate().skip(done) {
        for (byte, plane) in place.iter_mut().zip(planes) {
            *byte = plane.get(at).copied().unwrap_or_default();
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    #![expect(unsafe_code, reason = "the compiler makes no such code of plain loops")]

    use std::arch::x86_64::{
        __m128i, _mm_loadu_si128, _mm_setzero_si128, _mm_storeu_si128, _mm_unpackhi_epi8, _mm_unpacklo_epi8,
    };

    /// Elements that are done at once.
    const STEP: usize = 16;

    /// Does as many elements as make whole steps, and says how many.
    #[inline]
    pub(super) fn interleave<const N: usize>(planes: [&[u8]; N], out: &mut [u8]) -> usize {
        if !matches!(N, 2 | 4 | 8) {
            return 0;
        }
        let count = planes.iter().map(|plane| plane.len()).min().unwrap_or(0).min(out.len() / N);
        let steps = count / STEP;
        for step in 0..steps {
            // SAFETY: every x86-64 processor has these instructions; each plane has `count` bytes at least, `out` has N times as
            // many, and the step ends before `count`.
            unsafe {
                let mut rows = [_mm_setzero_si128(); N];
                for (row, plane) in rows.iter_mut().zip(planes) {
                    *row = _mm_loadu_si128(plane.as_ptr().add(step * STEP).cast());
                }
                let rows = woven(rows);
                let place = out.as_mut_ptr().add(step * STEP * N).cast::<__m128i>();
                for (at, row) in rows.into_iter().enumerate() {
                    _mm_storeu_si128(place.add(at), row);
                }
            }
        }
        steps * STEP
    }

    /// Weaves the first half of the rows with the second, until each row is of whole elements.
    #[inline]
    fn woven<const N: usize>(mut rows: [__m128i; N]) -> [__m128i; N] {
        let mut width = 1;
        while width < N {
            let mut next = rows;
            let (first, second) = rows.split_at(N / 2);
            for ((pair, a), b) in next.chunks_exact_mut(2).zip(first).zip(second) {
                if let [low, high] = pair {
                    // SAFETY: every x86-64 processor has these instructions.
                    unsafe {
                        *low = _mm_unpacklo_epi8(*a, *b);
                        *high = _mm_unpackhi_epi8(*a, *b);
                    }
                }
            }
            rows = next;
            width *= 2;
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const N: usize>() {
        for count in [0, 1, 15, 16, 17, 31, 64, 100] {
            let bytes: Vec<u8> = (0..count * N).map(|n| (n * 31 % 251) as u8).collect();
            let planes: [&[u8]; N] = std::array::from_fn(|n| &bytes[n * count..(n + 1) * count]);
            let mut out = vec![0; count * N];
            interleave(planes, &mut out);
            let expected: Vec<u8> = (0..count).flat_map(|at| planes.map(|plane| plane[at])).collect();
            assert_eq!(out, expected, "{N} planes of {count}");
        }
    }

    #[test]
    fn puts_bytes_beside_each_other() {
        check::<2>();
        check::<4>();
        check::<8>();
        check::<3>();
    }
}
