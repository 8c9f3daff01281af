//! The checksum of the filter fletcher32.

/// Bytes that the checksum takes at a chunk's end.
pub(super) const SIZE: usize = 4;

/// The elements of a chunk without its checksum; `None` where that is wrong.
pub(super) fn verified(chunk: &[u8]) -> Option<&[u8]> {
    let (data, stored) = chunk.split_last_chunk::<SIZE>()?;
    let found = fletcher32(data);
    let stored = u32::from_le_bytes(*stored);
    // Old versions of the library stored it with the bytes of both halves swapped.
    let swapped = found.rotate_left(16).swap_bytes();
    (found == stored || swapped == stored).then_some(data)
}

/// The checksum: over words of 16 bits, the most significant byte first.
pub(super) fn fletcher32(data: &[u8]) -> u32 {
    let fold = |sum: u32| (sum & 0xffff) + (sum >> 16);
    let (mut low, mut high) = (0u32, 0u32);
    let (words, rest) = data.as_chunks::<2>();
    // So many words cannot overflow the sums.
    for block in words.chunks(360) {
        for word in block {
            low = low.wrapping_add(u32::from(u16::from_be_bytes(*word)));
            high = high.wrapping_add(low);
        }
        (low, high) = (fold(low), fold(high));
    }
    if let [last] = rest {
        low = low.wrapping_add(u32::from(*last) << 8);
        high = high.wrapping_add(low);
        (low, high) = (fold(low), fold(high));
    }
    fold(high) << 16 | fold(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_changed() {
        // Values of the published algorithm, with the bytes of each word in the order that HDF5 takes.
        assert_eq!(fletcher32(b"badcfe"), 0x5650_2d2a);
        assert_eq!(fletcher32(&[]), 0);
        let mut chunk: Vec<u8> = (0..=250).cycle().take(5000).collect();
        chunk.extend(fletcher32(&chunk).to_le_bytes());
        assert_eq!(verified(&chunk).map(<[u8]>::len), Some(5000));
        if let Some(byte) = chunk.get_mut(777) {
            *byte ^= 4;
        }
        assert_eq!(verified(&chunk), None);
        assert_eq!(verified(&[1, 2, 3]), None);
    }
}
