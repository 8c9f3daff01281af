//! Undoing the filter that puts bytes of equal weight beside each other, for the elements that are wanted.

/// A chunk whose elements are shuffled: all first bytes, then all second ones, and so on.
#[derive(Clone, Copy)]
pub(super) struct Shuffled<'a> {
    bytes: &'a [u8],
    /// Elements of the chunk.
    count: usize,
}

impl<'a> Shuffled<'a> {
    /// The chunk is a whole number of elements.
    pub(super) fn new(bytes: &'a [u8], size: usize) -> Self {
        Self { bytes, count: bytes.len() / size.max(1) }
    }

    /// The bytes of one weight, from an element on.
    fn plane(&self, weight: usize, first: usize, count: usize) -> Option<&'a [u8]> {
        let start = weight * self.count + first;
        self.bytes.get(start..start + count)
    }

    /// Puts elements in a row to their place, which is just as large.
    pub(super) fn run(&self, first: usize, out: &mut [u8], size: usize) -> Option<()> {
        let count = out.len() / size;
        match size {
            2 => self.run_of::<2>(first, count, out),
            4 => self.run_of::<4>(first, count, out),
            8 => self.run_of::<8>(first, count, out),
            _ => (0..size).try_for_each(|weight| {
                let plane = self.plane(weight, first, count)?;
                out.iter_mut().skip(weight).step_by(size).zip(plane).for_each(|(out, byte)| *out = *byte);
                Some(())
            }),
        }
    }

    #[inline]
    fn run_of<const N: usize>(&self, first: usize, count: usize, out: &mut [u8]) -> Option<()> {
        let mut planes: [&[u8]; N] = [&[]; N];
        for (weight, plane) in planes.iter_mut().enumerate() {
            *plane = self.plane(weight, first, count)?;
        }
        super::interleave::interleave(planes, out);
        Some(())
    }

    /// One element.
    pub(super) fn one(&self, at: usize, out: &mut [u8]) -> Option<()> {
        for (weight, out) in out.iter_mut().enumerate() {
            *out = *self.bytes.get(weight * self.count + at)?;
        }
        Some(())
    }
}

/// All bytes of a chunk that was shuffled as elements of a size that need not be that of its elements. What is left over at the
/// end was not shuffled.
pub(super) fn all(shuffled: &[u8], size: usize, out: &mut [u8]) -> Option<()> {
    let whole = shuffled.len() - shuffled.len() % size.max(1);
    let (body, rest) = shuffled.split_at_checked(whole)?;
    let (out_body, out_rest) = out.split_at_mut_checked(whole)?;
    // An element may be said to be far larger than all of the chunk.
    if whole > 0 {
        Shuffled::new(body, size).run(0, out_body, size)?;
    }
    out_rest.copy_from_slice(rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn what_is_shorter_than_an_element_was_not_shuffled() {
        let mut out = [0; 5];
        assert_eq!(all(&[1, 3, 2, 4, 5], 2, &mut out), Some(()));
        assert_eq!(out, [1, 2, 3, 4, 5]);
        // At once, not byte by byte of the element.
        assert_eq!(all(&[5, 4, 3, 2, 1], usize::MAX, &mut out), Some(()));
        assert_eq!(out, [5, 4, 3, 2, 1]);
    }
}
