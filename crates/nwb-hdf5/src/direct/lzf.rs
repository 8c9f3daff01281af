//! LZF, h5py's filter 32000.

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

/// How far back a repetition may lie.
const REACH: usize = 1 << 13;

/// The longest repetition.
const LONGEST: usize = 264;

/// Places that are remembered by the three bytes that stand there.
const REMEMBERED: usize = 1 << 14;

/// Encodes into `out`, whatever was in it; `false` where that is not shorter than the bytes.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    // Places are counted from one, so that zero is none.
    let mut last = vec![0u32; REMEMBERED];
    let (mut at, mut literal) = (0, 0);
    while let Some(&[a, b, c]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<3>()) {
        let three = u32::from_be_bytes([0, a, b, c]);
        let slot = (three.wrapping_mul(0x9e37_79b1) >> 18) as usize % REMEMBERED;
        let before = last.get(slot).map_or(0, |&place| place as usize);
        if let (Some(place), Ok(now)) = (last.get_mut(slot), u32::try_from(at + 1)) {
            *place = now;
        }
        let length = match before.checked_sub(1) {
            Some(before) if at - before <= REACH => same(bytes, before, at),
            _ => 0,
        };
        if length < 3 {
            at += 1;
            continue;
        }
        let back = at - before;
        literals(bytes.get(literal..at).unwrap_or_default(), out);
        let high = (back >> 8) as u8;
        match u8::try_from(length - 2) {
            Ok(short @ ..7) => out.push(short << 5 | high),
            _ => out.extend([7 << 5 | high, (length - 9) as u8]),
        }
        out.push(back as u8);
        at += length;
        literal = at;
        if out.len() >= bytes.len() {
            return false;
        }
    }
    literals(bytes.get(literal..).unwrap_or_default(), out);
    out.len() < bytes.len()
}

/// How many bytes are the same from two places on.
fn same(bytes: &[u8], before: usize, at: usize) -> usize {
    let (old, new) = (bytes.iter().skip(before), bytes.iter().skip(at));
    new.zip(old).take(LONGEST).take_while(|(a, b)| a == b).count()
}

fn literals(bytes: &[u8], out: &mut Vec<u8>) {
    for run in bytes.chunks(32) {
        out.push((run.len() - 1) as u8);
        out.extend_from_slice(run);
    }
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

    #[test]
    fn encodes_what_it_decodes() {
        let noise = nwb_model::conformance::sample::noise(5, 3000);
        let mut texts: Vec<Vec<u8>> = vec![vec![], b"aaaa".to_vec(), vec![7; 100_000], noise.clone()];
        texts.push(noise.iter().chain(&noise).copied().collect());
        texts.push((0..50_000u32).map(|n| (n / 7 % 40) as u8).collect());
        // A repetition as far back as one can be, and one byte further.
        for gap in [8192, 8193] {
            let far = noise.iter().cycle().take(gap).map(|byte| byte | 1);
            texts.push([2, 4, 6, 8].into_iter().chain(far.skip(4)).chain([2, 4, 6, 8]).chain(vec![0; 900]).collect());
        }
        for bytes in texts {
            let mut stream = vec![1, 2, 3];
            if !encode(&bytes, &mut stream) {
                assert!(bytes.len() < 16 || bytes == noise);
                continue;
            }
            assert!(stream.len() < bytes.len());
            let mut out = vec![0; bytes.len()];
            assert_eq!(decode(&stream, &mut out), Some(bytes.len()));
            assert_eq!(out, bytes);
        }
    }
}
