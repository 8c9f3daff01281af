//! Decompression of LZF, h5py's filter 32000.

/// Decodes into `out`, and says how many bytes there were; `None` where the stream is damaged or there is more than room.
///
/// A byte below 32 is followed by one more byte than it says, to be taken as they are. Any other goes back to what was decoded
/// before: its upper three bits say how long (seven: a further byte adds to that), the others and the next byte how far.
pub(super) fn decode(stream: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut stream = stream;
    let mut done = 0usize;
    while let Some((&control, rest)) = stream.split_first() {
        let control = usize::from(control);
        if control < 32 {
            let (literal, rest) = rest.split_at_checked(control + 1)?;
            out.get_mut(done..done + literal.len())?.copy_from_slice(literal);
            done += literal.len();
            stream = rest;
            continue;
        }
        let (length, rest) = match (control >> 5, rest.split_first()) {
            (7, Some((&more, rest))) => (9 + usize::from(more), rest),
            (7, None) => return None,
            (length, _) => (length + 2, rest),
        };
        let (&low, rest) = rest.split_first()?;
        stream = rest;
        let back = ((control & 31) << 8 | usize::from(low)) + 1;
        let from = done.checked_sub(back)?;
        let end = done + length;
        if end > out.len() {
            return None;
        }
        if back >= length {
            out.copy_within(from..from + length, done);
        } else {
            // What is copied overlaps what is written: a pattern is repeated.
            for at in done..end {
                let byte = *out.get(at - back)?;
                *out.get_mut(at)? = byte;
            }
        }
        done = end;
    }
    Some(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_literals_and_repetitions() {
        let mut out = [0; 40];
        // "abc", then 9 bytes from 3 back.
        let stream = [2, b'a', b'b', b'c', 7 << 5, 0, 2];
        assert_eq!(decode(&stream, &mut out), Some(12));
        assert_eq!(out[..12], *b"abcabcabcabc");
        assert_eq!(decode(&[1 << 5, 0], &mut out), None, "there is nothing before the beginning");
        assert_eq!(decode(&[31, 1], &mut out), None, "cut short");
        assert_eq!(decode(&[0, b'x', 7 << 5, 255, 0], &mut out), None, "more than room");
    }
}
