//! Memory that many threads write to at once, each to its own places.
#![expect(unsafe_code, reason = "the borrow checker cannot see that chunks go to different places")]

use std::marker::PhantomData;

/// A buffer that is written in pieces by many threads.
///
/// Whoever makes one sees to it that no two threads ask for the same byte: what is picked is cut into cells, an element belongs
/// to one cell, and a cell to one thread.
pub(super) struct Target<'a> {
    start: *mut u8,
    len: usize,
    of: PhantomData<&'a mut [u8]>,
}

// SAFETY: it is a unique borrow of plain bytes, and what is handed out of it does not overlap, by the rule above.
unsafe impl Send for Target<'_> {}
// SAFETY: as above.
unsafe impl Sync for Target<'_> {}

impl<'a> Target<'a> {
    pub(super) fn new(out: &'a mut [u8]) -> Self {
        Self { start: out.as_mut_ptr(), len: out.len(), of: PhantomData }
    }

    /// A piece of the buffer; `None` outside of it.
    ///
    /// # Safety
    /// No other piece with a byte of this one is in use.
    #[expect(clippy::mut_from_ref, reason = "that is what this type is for")]
    pub(super) unsafe fn piece(&self, start: usize, len: usize) -> Option<&mut [u8]> {
        let is_inside = start.checked_add(len).is_some_and(|end| end <= self.len);
        // SAFETY: the piece is within the buffer that is borrowed for as long as this lives, and the caller's alone.
        is_inside.then(|| unsafe { std::slice::from_raw_parts_mut(self.start.add(start), len) })
    }

    /// Brings a piece that will be written soon nearer; one outside of the buffer is nobody's loss.
    #[inline]
    pub(super) fn prefetch(&self, start: usize, len: usize) {
        #[cfg(target_arch = "x86_64")]
        for line in (start..(start + len).min(self.len)).step_by(64) {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: it is within the buffer, and nothing is read.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(self.start.add(line).cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (start, len);
    }
}
