//! Elements of a decoded chunk put to their places.

use nwb_model::batch::Convert;
use nwb_model::{Error, ErrorKind, Result};

use super::plan::{Run, Scatter};
use super::target::Target;
use super::unshuffle::Shuffled;

/// The elements of a chunk.
#[derive(Clone, Copy)]
pub(super) struct Elements<'a> {
    bytes: &'a [u8],
    size: usize,
    shuffled: Option<Shuffled<'a>>,
}

/// Elements that go through a conversion at once, where they do not lie in a row.
const FEW: usize = 1024;

/// How many rows ahead of where it writes the processor is told where it will: what is written is mostly not in its cache, and
/// rows are too far apart for it to guess.
const ROWS_AHEAD: usize = 6;

/// Runs of that many bytes need no telling.
const LONG: usize = 1024;

impl<'a> Elements<'a> {
    pub(super) fn new(bytes: &'a [u8], size: usize, shuffled: bool) -> Self {
        Self { bytes, size, shuffled: shuffled.then(|| Shuffled::new(bytes, size)) }
    }

    /// Elements in a row as they lie.
    fn row(&self, first: usize, count: usize) -> Option<&'a [u8]> {
        self.bytes.get(first * self.size..(first + count) * self.size)
    }

    /// Copies elements, some steps apart, to a place that is just as large.
    #[inline]
    fn copy(&self, run: Run, out: &mut [u8]) -> Option<()> {
        match (&self.shuffled, run.step) {
            (None, 1) => out.copy_from_slice(self.row(run.from, run.count)?),
            (Some(shuffled), 1) => shuffled.run(run.from, out, self.size)?,
            (shuffled, step) => {
                for (n, out) in out.chunks_exact_mut(self.size).enumerate() {
                    let at = run.from + n * step;
                    match shuffled {
                        Some(shuffled) => shuffled.one(at, out)?,
                        None => out.copy_from_slice(self.row(at, 1)?),
                    }
                }
            }
        }
        Some(())
    }
}

/// Puts elements to their places, as they are stored or converted; `few` is room for some on their way.
pub(super) fn put(
    elements: Elements<'_>,
    scatter: &Scatter,
    target: &Target<'_>,
    convert: Option<&dyn Convert>,
    few: &mut Vec<u8>,
) -> Result<()> {
    let size = elements.size;
    let ahead = scatter.row() * ROWS_AHEAD;
    let Some(convert) = convert else {
        return scatter.each(&mut |run| {
            if run.count * size < LONG {
                target.prefetch((run.to + ahead) * size, run.count * size);
            }
            elements.copy(run, place(target, run.to * size, run.count * size)?).ok_or_else(outside)
        });
    };
    let out_size = convert.size();
    few.resize(few.len().max(FEW * size), 0);
    scatter.each(&mut |run| {
        if run.count * out_size < LONG {
            target.prefetch((run.to + ahead) * out_size, run.count * out_size);
        }
        let out = place(target, run.to * out_size, run.count * out_size)?;
        if elements.shuffled.is_none() && run.step == 1 {
            return convert.convert(elements.row(run.from, run.count).ok_or_else(outside)?, run.to, out);
        }
        for (n, out) in out.chunks_mut(FEW * out_size).enumerate() {
            let count = out.len() / out_size;
            let part = Run { from: run.from + n * FEW * run.step, count, ..run };
            let room = few.get_mut(..count * size).ok_or_else(outside)?;
            elements.copy(part, room).ok_or_else(outside)?;
            convert.convert(room, run.to + n * FEW, out)?;
        }
        Ok(())
    })
}

/// Puts the same element to all places, as it is stored or converted.
pub(super) fn fill(
    scatter: &Scatter,
    target: &Target<'_>,
    element: &[u8],
    convert: Option<&dyn Convert>,
    few: &mut Vec<u8>,
) -> Result<()> {
    let size = element.len();
    if let Some(convert) = convert {
        let out_size = convert.size();
        few.clear();
        (0..FEW).for_each(|_| few.extend_from_slice(element));
        return scatter.each(&mut |run| {
            let out = place(target, run.to * out_size, run.count * out_size)?;
            out.chunks_mut(FEW * out_size).enumerate().try_for_each(|(n, out)| {
                let stored = few.get(..out.len() / out_size * size).ok_or_else(outside)?;
                convert.convert(stored, run.to + n * FEW, out)
            })
        });
    }
    let same = element.first().filter(|first| element.iter().all(|byte| byte == *first));
    scatter.each(&mut |run| {
        let out = place(target, run.to * size, run.count * size)?;
        match same {
            Some(byte) => out.fill(*byte),
            None => out.chunks_exact_mut(size).for_each(|out| out.copy_from_slice(element)),
        }
        Ok(())
    })
}

fn outside() -> Error {
    Error::new(ErrorKind::Invalid, "elements do not fit into the buffer")
}

#[expect(unsafe_code, clippy::mut_from_ref, reason = "chunks go to different places of one array")]
#[inline]
fn place<'a>(target: &'a Target<'_>, start: usize, len: usize) -> Result<&'a mut [u8]> {
    // SAFETY: an element is in one cell of its plan and goes to one place, a cell is one task's, and the task is done with the
    // piece before it asks for the next.
    unsafe { target.piece(start, len) }.ok_or_else(outside)
}
