//! One chunk: found, read, decoded, and its elements put to their places.

use std::io;
use std::sync::Arc;

use nwb_model::batch::How;
use nwb_model::selection::Region;
use nwb_model::{Error, ErrorKind, Result};

use super::cache::Kept;
use super::pipeline::{Decoded, Reason, Scratch, grow};
use super::place::{Elements, fill, put};
use super::plan::{Plan, Scatter};
use super::pool::Room;
use super::target::Target;
use super::{Direct, Engine, Storage};
use crate::platform;
use crate::sys::place::StoredChunk;

/// A read, as its tasks see it.
pub(super) struct Work<'a> {
    pub(super) direct: &'a Direct,
    pub(super) engine: &'a Engine,
    pub(super) wanted: &'a [(Plan, Target<'a>)],
    pub(super) how: How<'a>,
    /// Whether chunks of which only a part is wanted are kept.
    pub(super) cached: bool,
}

/// Why a chunk cannot be read.
enum Fault {
    /// It is damaged.
    Chunk(Reason),
    /// The system refused, or the file has no more bytes there.
    Io(io::Error),
    /// It is not the chunk's fault.
    Other(Error),
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self::Chunk(reason)
    }
}

impl From<&str> for Fault {
    fn from(reason: &str) -> Self {
        Self::Chunk(reason.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// What is wanted of a chunk: the part, and the cell of its plan.
type User = (usize, u64);

/// Runs of that many bytes are read straight to where they go.
const LONG_RUN: usize = 16 << 10;

/// What is read for nothing rather than to read twice.
const CLOSE: usize = 4096;

impl Work<'_> {
    /// Reads a chunk and serves everyone who wants some of it.
    pub(super) fn chunk(&self, number: u64, users: &[User], room: &mut Room) -> Result<()> {
        let stored = self.direct.stored(number);
        let done = match stored {
            None => self.fill(users, room),
            Some(stored) if self.direct.is_plain(stored) => self.plain(stored, users, room),
            Some(stored) => self.filtered(number, stored, users, room),
        };
        let error = match done {
            Ok(()) => return Ok(()),
            Err(Fault::Other(error)) => return Err(error),
            Err(fault) => self.direct.failed(number, stored, fault),
        };
        match self.how.faults {
            Some(faults) => {
                let offset = self.direct.grid.offset(number);
                faults.push(Region::block(&offset, &self.direct.grid.extent(&offset)), error);
                Ok(())
            }
            None => Err(error),
        }
    }

    fn each_user(
        &self,
        users: &[User],
        scatter: &mut Scatter,
        mut serve: impl FnMut(&Scatter, &Target<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        users.iter().filter_map(|(part, cell)| Some((self.wanted.get(*part)?, *cell))).try_for_each(
            |((plan, target), cell)| {
                plan.scatter(cell, &self.direct.grid.chunk, scatter);
                serve(scatter, target)
            },
        )
    }

    fn fill(&self, users: &[User], room: &mut Room) -> Result<(), Fault> {
        let Room { scratch, scatter } = room;
        self.each_user(users, scatter, |scatter, target| {
            Ok(fill(scatter, target, &self.direct.fill, self.how.convert, &mut scratch.few)?)
        })
    }

    /// A chunk that is stored as it is: no more of it is read than is wanted.
    fn plain(&self, stored: StoredChunk, users: &[User], room: &mut Room) -> Result<(), Fault> {
        let (direct, element) = (self.direct, self.direct.element);
        direct.check_size(stored)?;
        self.check_place(stored)?;
        let Room { scratch, scatter } = room;
        self.each_user(users, scatter, |scatter, target| {
            let is_as_stored = self.how.convert.is_none() && self.how.faults.is_none();
            if is_as_stored && scatter.dense_run().is_some_and(|run| run * element >= LONG_RUN) {
                return scatter.each(&mut |run| {
                    let place = piece(target, run.to * element, run.count * element)?;
                    self.read(place, stored.address + (run.from * element) as u64)
                });
            }
            grow(&mut scratch.bytes, direct.chunk_bytes)?;
            for (first, count) in scatter.stretches(CLOSE / element) {
                let range = first * element..(first + count) * element;
                let room = scratch.bytes.get_mut(range.clone()).ok_or("it is shorter than it says")?;
                self.read(room, stored.address + range.start as u64)?;
            }
            let bytes = scratch.bytes.get(..direct.chunk_bytes).ok_or("it is shorter than it says")?;
            let elements = Elements::new(bytes, element, false);
            Ok(put(elements, scatter, target, self.how.convert, &mut scratch.few)?)
        })
    }

    fn filtered(&self, number: u64, stored: StoredChunk, users: &[User], room: &mut Room) -> Result<(), Fault> {
        let key = (self.direct.dataset, number);
        if self.cached
            && let Some(kept) = self.engine.cache.get(key)
        {
            return self.put_all(&kept.bytes, &kept.decoded, users, &mut room.scatter, &mut room.scratch.few);
        }
        let decoded = match self.decode(stored, users, room)? {
            None => return Ok(()),
            Some(decoded) => decoded,
        };
        let Room { scratch, scatter } = room;
        let bytes = std::mem::take(&mut scratch.bytes);
        let done = self.put_all(&bytes, &decoded, users, scatter, &mut scratch.few);
        // What is wanted whole will hardly be wanted again. After the loop the scatter is the last user's.
        let is_partial = users.len() > 1 || scatter.count() < self.direct.extent_len(number);
        if self.cached && is_partial && done.is_ok() {
            let kept = Arc::new(Kept { bytes, decoded });
            scratch.bytes = self.engine.cache.keep(key, kept).unwrap_or_default();
        } else {
            scratch.bytes = bytes;
        }
        done
    }

    /// Decodes a chunk in the room's scratch, or straight to its place: `None` then.
    fn decode(&self, stored: StoredChunk, users: &[User], room: &mut Room) -> Result<Option<Decoded>, Fault> {
        let Storage::Chunks { pipeline, .. } = &self.direct.storage else { return Err("it has no filters".into()) };
        self.direct.check_size(stored)?;
        self.check_place(stored)?;
        let size = usize::try_from(stored.size).map_err(|_| "it is larger than memory")?;
        let Room { scratch, scatter } = room;
        self.fetch(scratch, size, stored.address)?;
        let mut place = None;
        if let (&[(part, cell)], None, None) = (users, self.how.convert, self.how.faults)
            && let Some((plan, target)) = self.wanted.get(part)
        {
            plan.scatter(cell, &self.direct.grid.chunk, scatter);
            let element = self.direct.element;
            if let Some(run) = scatter.whole().filter(|run| run.count * element == self.direct.chunk_bytes) {
                place = Some(piece(target, run.to * element, run.count * element)?);
            }
        }
        Ok(pipeline.decode(stored.mask, size, scratch, place)?)
    }

    fn put_all(
        &self,
        bytes: &[u8],
        decoded: &Decoded,
        users: &[User],
        scatter: &mut Scatter,
        few: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let bytes = bytes.get(decoded.range.clone()).ok_or("it is shorter than it says")?;
        let elements = Elements::new(bytes, self.direct.element, decoded.shuffled);
        self.each_user(users, scatter, |scatter, target| Ok(put(elements, scatter, target, self.how.convert, few)?))
    }

    fn fetch(&self, scratch: &mut Scratch, size: usize, address: u64) -> Result<(), Fault> {
        grow(&mut scratch.bytes, size)?;
        let room = scratch.bytes.get_mut(..size).ok_or("it is shorter than it says")?;
        self.read(room, address)
    }

    fn read(&self, room: &mut [u8], address: u64) -> Result<(), Fault> {
        platform::read_exact_at(&self.engine.file, room, address).map_err(Fault::Io)
    }

    /// Before there is memory for it.
    fn check_place(&self, stored: StoredChunk) -> Result<(), Reason> {
        let end = stored.address.checked_add(stored.size).filter(|&end| end <= self.engine.size);
        end.map(drop).ok_or_else(|| format!("it lies outside the file, which has {} bytes", self.engine.size))
    }
}

#[expect(unsafe_code, clippy::mut_from_ref, reason = "chunks go to different places of one array")]
fn piece<'a>(target: &'a Target<'_>, start: usize, len: usize) -> Result<&'a mut [u8], Fault> {
    // SAFETY: an element is in one cell of its plan and goes to one place, a cell is one task's, and the task has handed out no
    // other piece.
    unsafe { target.piece(start, len) }
        .ok_or_else(|| Fault::Other(Error::new(ErrorKind::Invalid, "elements do not fit into the buffer")))
}

impl Direct {
    /// Where a chunk is stored, if it is.
    fn stored(&self, number: u64) -> Option<StoredChunk> {
        match &self.storage {
            Storage::Chunks { index, plain_edges, .. } => {
                let stored = index.find(number)?;
                let is_plain = *plain_edges && self.extent_len(number) * self.element < self.chunk_bytes;
                Some(StoredChunk { mask: if is_plain { u32::MAX } else { stored.mask }, ..stored })
            }
            Storage::Run { start } => {
                let offset = self.grid.offset(number);
                let axes = offset.iter().zip(&self.grid.dims);
                let first = axes.fold(0u64, |at, (offset, len)| at.saturating_mul(*len).saturating_add(*offset));
                let address = start.saturating_add(first.saturating_mul(self.element as u64));
                Some(StoredChunk { address, size: (self.extent_len(number) * self.element) as u64, mask: u32::MAX })
            }
        }
    }

    fn is_plain(&self, stored: StoredChunk) -> bool {
        match &self.storage {
            Storage::Chunks { pipeline, .. } => pipeline.is_plain(stored.mask),
            Storage::Run { .. } => true,
        }
    }

    fn check_size(&self, stored: StoredChunk) -> Result<(), Reason> {
        match &self.storage {
            Storage::Chunks { pipeline, .. } => pipeline.check_size(stored.mask, stored.size),
            Storage::Run { .. } => Ok(()),
        }
    }

    /// Elements of a chunk that are within the dataset.
    fn extent_len(&self, number: u64) -> usize {
        let extent = self.grid.extent(&self.grid.offset(number));
        extent.iter().fold(1, |product: usize, &len| product.saturating_mul(usize::try_from(len).unwrap_or(usize::MAX)))
    }

    fn failed(&self, number: u64, stored: Option<StoredChunk>, fault: Fault) -> Error {
        let offset = self.grid.offset(number);
        let place = stored.map_or_else(String::new, |stored| {
            format!(", {} bytes from byte {} of the file on", stored.size, stored.address)
        });
        let chunk = match self.storage {
            Storage::Chunks { .. } => format!("the chunk at {offset:?}{place}"),
            Storage::Run { .. } => format!("the elements from {offset:?} on{place}"),
        };
        match fault {
            Fault::Chunk(reason) => Error::new(ErrorKind::Malformed, format!("{chunk}, cannot be read: {reason}"))
                .remedy("the rest of the dataset can be read; read_lossy reads all that can be"),
            Fault::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Error::new(
                ErrorKind::Io,
                format!("{chunk}, cannot be read: the file has become shorter since it was opened"),
            ),
            Fault::Io(error) => Error::new(ErrorKind::Io, format!("{chunk}, cannot be read")).caused_by(error),
            Fault::Other(error) => error,
        }
    }
}
