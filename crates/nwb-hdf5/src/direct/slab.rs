//! Memory for chunks that are kept, cut from blocks of large pages: fresh small pages for each take a fifth as long as decoding it.

use bytes::BytesMut;

use crate::platform;

/// Bytes of a block: so many that allocators map them anew, and do not take them from what was used before, in small pages. What
/// is not used of them is not there. A block is given back when no piece of it is used any more.
const BLOCK: usize = 34 << 20;

/// Bytes of the largest piece.
const LARGEST: usize = 2 << 20;

/// A block that pieces are cut from.
#[derive(Debug, Default)]
pub(super) struct Slab {
    rest: BytesMut,
}

impl Slab {
    /// Room for so many bytes; `None` where they are too many for a block, or there is no memory.
    pub(super) fn cut(&mut self, size: usize) -> Option<BytesMut> {
        if size > LARGEST {
            return None;
        }
        if self.rest.len() < size {
            // Only a probe: memory that comes as zeros is taken without a way to say that there is none.
            Vec::<u8>::new().try_reserve_exact(BLOCK).ok()?;
            self.rest = BytesMut::zeroed(BLOCK);
            platform::prefer_huge_pages(&mut self.rest);
        }
        Some(self.rest.split_to(size))
    }
}
