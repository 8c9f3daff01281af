//! Decoding a chunk: its filters undone, the last one first.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use libdeflater::Decompressor;
use nwb_model::backend::Filter;

use super::{checksum, lzf, unshuffle};

/// A filter that is understood here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Deflate,
    Shuffle(usize),
    Fletcher32,
    Lzf,
}

/// The filters of a dataset in the order of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    steps: Vec<Step>,
    element: usize,
    /// Bytes of a decoded chunk.
    size: usize,
}

/// Why a chunk cannot be decoded.
pub(super) type Reason = String;

/// Where a decoded chunk is in the room that it was decoded in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) range: Range<usize>,
    /// Whether its elements are still shuffled.
    pub(super) shuffled: bool,
}

/// Room for a chunk as it is stored, and for one that is being decoded.
pub(super) struct Scratch {
    /// What has been read or decoded.
    pub(super) bytes: BytesMut,
    /// What the next step goes to.
    spare: BytesMut,
    /// For elements on their way to a conversion.
    pub(super) few: Vec<u8>,
    inflate: Decompressor,
}

impl Scratch {
    pub(super) fn new() -> Self {
        Self { bytes: BytesMut::new(), spare: BytesMut::new(), few: Vec::new(), inflate: Decompressor::new() }
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        self.bytes.capacity() + self.spare.capacity() + self.few.capacity()
    }
}

/// Makes room that long at least; what it holds does not matter.
pub(super) fn grow(bytes: &mut BytesMut, size: usize) -> Result<(), Reason> {
    if bytes.len() < size {
        *bytes = BytesMut::new();
        let mut room = Vec::new();
        room.try_reserve_exact(size).map_err(|_| format!("there is no memory for the {size} bytes that it takes"))?;
        room.resize(size, 0);
        *bytes = Bytes::from(room).into();
    }
    Ok(())
}

impl Pipeline {
    /// `None` where a filter is not understood here, or the size after a step cannot be known.
    pub(super) fn new(filters: &[Filter], element: usize, size: usize) -> Option<Self> {
        let steps = filters
            .iter()
            .map(|filter| match filter.id {
                // The library undoes neither where its parameters are not those that it gives it.
                1 => matches!(filter.parameters.as_slice(), [0..=9]).then_some(Step::Deflate),
                2 => match filter.parameters.as_slice() {
                    [size] => usize::try_from(*size).ok().map(Step::Shuffle),
                    // So it is stored where elements are of variable length, and left out for each chunk.
                    _ => Some(Step::Shuffle(0)),
                },
                3 => Some(Step::Fletcher32),
                32000 => Some(Step::Lzf),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        let compressors = steps.iter().filter(|step| matches!(step, Step::Deflate | Step::Lzf)).count();
        (compressors <= 1 && steps.len() <= 32).then_some(Self { steps, element, size })
    }

    /// The steps that a chunk has gone through, in the order of writing.
    fn active(&self, mask: u32) -> impl DoubleEndedIterator<Item = Step> + Clone {
        (0u32..)
            .zip(self.steps.clone())
            .filter(move |(bit, _)| mask >> bit & 1 == 0)
            .map(|(_, step)| step)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Whether a chunk that was stored with these filters left out is stored as it is.
    pub(super) fn is_plain(&self, mask: u32) -> bool {
        self.active(mask).all(|step| step == Step::Shuffle(1))
    }

    /// What is wrong with a stored size, if anything: before there is memory for it, and for what it becomes.
    pub(super) fn check_size(&self, mask: u32, stored: u64) -> Result<(), Reason> {
        let checksums = self.active(mask).filter(|step| *step == Step::Fletcher32).count() * checksum::SIZE;
        let size = self.size as u64;
        // Neither compression makes more of a byte than that.
        let most = match self.active(mask).find(|step| matches!(step, Step::Deflate | Step::Lzf)) {
            Some(Step::Deflate) => stored.saturating_mul(1040),
            Some(_) => stored.saturating_mul(90),
            None if stored == size + checksums as u64 => return Ok(()),
            None => return Err(format!("it is {stored} bytes long in place of {}", size + checksums as u64)),
        };
        if size > most {
            return Err(format!("its {stored} bytes cannot be those of {size} decoded ones"));
        }
        Ok(())
    }

    /// Decodes a chunk of that many bytes in the scratch's room; straight into `place` where there is one and it can be done.
    /// `None` then.
    pub(super) fn decode(
        &self,
        mask: u32,
        stored: usize,
        scratch: &mut Scratch,
        mut place: Option<&mut [u8]>,
    ) -> Result<Option<Decoded>, Reason> {
        let mut range = 0..stored;
        let mut left: Vec<Step> = self.active(mask).collect();
        while let Some(step) = left.pop() {
            let current = scratch.bytes.get(range.clone()).ok_or("it is shorter than it says")?;
            match step {
                Step::Fletcher32 => {
                    let data = checksum::verified(current).ok_or("its checksum is wrong")?;
                    range = range.start..range.start + data.len();
                    continue;
                }
                Step::Shuffle(0) => return Err("it is shuffled, and it is not said how".to_owned()),
                Step::Shuffle(size) if left.is_empty() && size == self.element && range.len() == self.size => {
                    return Ok(Some(Decoded { range, shuffled: size > 1 }));
                }
                Step::Shuffle(size) => {
                    grow(&mut scratch.spare, range.len())?;
                    let out = scratch.spare.get_mut(..range.len()).ok_or("it is too long")?;
                    unshuffle::all(current, size, out).ok_or("it cannot be put in order")?;
                    range = 0..range.len();
                }
                Step::Deflate | Step::Lzf => {
                    let checksums = left.iter().filter(|step| **step == Step::Fletcher32).count() * checksum::SIZE;
                    let size = self.size + checksums;
                    if left.is_empty()
                        && let Some(place) = place.take().filter(|place| place.len() == size)
                    {
                        decompress(step, current, place, &mut scratch.inflate)?;
                        return Ok(None);
                    }
                    grow(&mut scratch.spare, size)?;
                    let out = scratch.spare.get_mut(..size).ok_or("it is too long")?;
                    decompress(step, current, out, &mut scratch.inflate)?;
                    range = 0..size;
                }
            }
            std::mem::swap(&mut scratch.bytes, &mut scratch.spare);
        }
        if range.len() != self.size {
            return Err(format!("it has {} bytes in place of {}", range.len(), self.size));
        }
        Ok(Some(Decoded { range, shuffled: false }))
    }
}

fn decompress(step: Step, stream: &[u8], out: &mut [u8], inflate: &mut Decompressor) -> Result<(), Reason> {
    let size = out.len();
    let found = match step {
        Step::Lzf => lzf::decode(stream, out).ok_or("it does not decode as LZF, or to more than it should")?,
        _ => inflate.zlib_decompress(stream, out).map_err(|error| match error {
            libdeflater::DecompressionError::InsufficientSpace => format!("it inflates to more than {size} bytes"),
            libdeflater::DecompressionError::BadData => "it does not inflate".to_owned(),
        })?,
    };
    if found == size { Ok(()) } else { Err(format!("it decodes to {found} bytes in place of {size}")) }
}
