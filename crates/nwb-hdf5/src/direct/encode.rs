//! Encoding a chunk: its elements through the filters of its dataset, as the library would, and faster.

use libdeflater::{CompressionLvl, Compressor};
use nwb_model::backend::{Filter, Optional, RawChunk};

use super::{checksum, lzf, shuffle};

/// A filter that is understood here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Deflate(CompressionLvl),
    Shuffle(usize),
    Fletcher32,
    Lzf,
    /// What is never done.
    LeftOut,
}

/// The filters of a dataset in the order of writing.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    steps: Vec<Step>,
}

/// Room for a chunk, for what is between two filters, and what compresses.
#[derive(Default)]
pub(crate) struct Room {
    /// The chunk that is to be encoded.
    pub(crate) chunk: Vec<u8>,
    spare: Vec<u8>,
    deflate: Option<(CompressionLvl, Compressor)>,
}

impl Encoder {
    /// `None` where a filter is not understood here.
    pub(crate) fn new(filters: &[Filter], element: usize) -> Option<Self> {
        let mut shuffled = element == 1;
        let steps = filters
            .iter()
            .enumerate()
            .map(|(at, filter)| match (filter.id, filter.parameters.as_slice()) {
                (1, &[level]) => Some(Step::Deflate(level_for(level, shuffled, element)?)),
                // The library puts the size of an element in, whatever was asked for: where it finds the filter first. One that comes
                // again has none, and does not work.
                (2, _) if filters.iter().take(at).any(|earlier| earlier.id == 2) => {
                    (filter.optional == Optional::Yes).then_some(Step::LeftOut)
                }
                (2, _) => {
                    shuffled = true;
                    (element > 0).then_some(Step::Shuffle(element))
                }
                (3, _) => Some(Step::Fletcher32),
                (32000, _) if filter.optional == Optional::Yes => Some(Step::Lzf),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        (steps.len() <= 32).then_some(Self { steps })
    }

    /// Encodes the chunk that is in the room; `None` where it cannot be compressed, which does not happen.
    pub(crate) fn encode(&self, room: &mut Room) -> Option<RawChunk> {
        let mut skipped = 0;
        for (bit, step) in self.steps.iter().enumerate() {
            match *step {
                Step::Shuffle(1) => {}
                Step::Shuffle(size) => {
                    room.spare.resize(room.chunk.len(), 0);
                    shuffle::all(&room.chunk, size, &mut room.spare);
                    std::mem::swap(&mut room.chunk, &mut room.spare);
                }
                Step::Fletcher32 => room.chunk.extend(checksum::fletcher32(&room.chunk).to_le_bytes()),
                Step::Deflate(level) => {
                    room.deflate(level)?;
                    std::mem::swap(&mut room.chunk, &mut room.spare);
                }
                // As the library does: what does not become shorter stays as it is.
                Step::Lzf if lzf::encode(&room.chunk, &mut room.spare) => {
                    std::mem::swap(&mut room.chunk, &mut room.spare);
                }
                Step::Lzf | Step::LeftOut => skipped |= 1 << bit,
            }
        }
        // The room stays, for the next chunk.
        let bytes = if self.steps.is_empty() { std::mem::take(&mut room.chunk) } else { room.chunk.clone() };
        Some(RawChunk { skipped, bytes })
    }
}

impl Room {
    /// Compresses the chunk into the spare room.
    fn deflate(&mut self, level: CompressionLvl) -> Option<()> {
        let compressor = match &mut self.deflate {
            Some((made_for, compressor)) if *made_for == level => compressor,
            other => &mut other.insert((level, Compressor::new(level))).1,
        };
        self.spare.resize(compressor.zlib_compress_bound(self.chunk.len()), 0);
        // It fails for want of room alone, of which there is as much as it says that it needs.
        let size = compressor.zlib_compress(&self.chunk, &mut self.spare).ok()?;
        self.spare.truncate(size);
        Some(())
    }
}

/// The level of our compressor for one of zlib's: its streams are to be as short as zlib's, as fast as that goes. As a rule the
/// level of the same number gives shorter ones. Shuffled numbers are as short with one level less (at most 1.005 of zlib's four in
/// what was tried: movies, traces, recordings, times, counters, labels). Single bytes that vary little need more: images with little
/// noise take a fifth more room at the same level. And for wide numbers as they are the levels below six look too short a way back.
fn level_for(level: u32, shuffled: bool, element: usize) -> Option<CompressionLvl> {
    let level = i32::try_from(level).ok().filter(|level| (0..=9).contains(level))?;
    CompressionLvl::new(match level {
        2..5 if element == 1 => 5,
        2..6 if element >= 8 && !shuffled => 6,
        4 if element > 1 && shuffled => 3,
        same => same,
    })
    .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pipeline::{Pipeline, Scratch};
    use super::*;

    fn decoded(filters: &[Filter], element: usize, size: usize, chunk: &RawChunk) -> Vec<u8> {
        let pipeline = Pipeline::new(filters, element, size).unwrap();
        pipeline.check_size(chunk.skipped, chunk.bytes.len() as u64).unwrap();
        let mut scratch = Scratch::new();
        scratch.bytes = chunk.bytes.as_slice().into();
        let decoded = pipeline.decode(chunk.skipped, chunk.bytes.len(), &mut scratch, None).unwrap().unwrap();
        let bytes = &scratch.bytes[decoded.range];
        if !decoded.shuffled {
            return bytes.to_vec();
        }
        let mut out = vec![0; size];
        super::super::unshuffle::all(bytes, element, &mut out).unwrap();
        out
    }

    fn filter() -> impl Strategy<Value = Filter> {
        let lzf = Filter { id: 32000, optional: Optional::Yes, parameters: vec![], name: "lzf".into() };
        prop_oneof![Just(lzf), (0..10u32).prop_map(Filter::deflate)]
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(
            element in prop::sample::select(vec![1usize, 2, 3, 4, 8, 12]),
            count in 0..400usize,
            spread in 1..256u32,
            compress in prop::option::of(filter()),
            shuffle in any::<bool>(),
            sum in any::<bool>(),
            seed in any::<u32>(),
        ) {
            let mut state = seed | 1;
            let chunk: Vec<u8> = (0..count * element)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 24) % spread) as u8
                })
                .collect();
            // As it is stored.
            let shuffled = || Filter { parameters: vec![element as u32], ..Filter::shuffle() };
            let filters: Vec<Filter> = shuffle
                .then(shuffled)
                .into_iter()
                .chain(compress)
                .chain(sum.then(Filter::fletcher32))
                .collect();
            let mut room = Room { chunk: chunk.clone(), ..Room::default() };
            let encoded = Encoder::new(&filters, element).unwrap().encode(&mut room).unwrap();
            prop_assert_eq!(decoded(&filters, element, chunk.len(), &encoded), chunk);
        }
    }
}
