//! Chunks on their way into a file: encoded by many threads, stored in the order in which they were given.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nwb_model::{Error, ErrorKind, Result};

use super::chunks::Placed;
use crate::direct::Pool;
use crate::direct::encode::Room;

/// Tasks that are under way, and what has come of them.
pub(super) struct Turnstile {
    pool: Pool,
    /// Bytes that may be under way.
    limit: u64,
    sender: Sender<(u64, Outcome)>,
    receiver: Receiver<(u64, Outcome)>,
    /// What was finished before its turn.
    early: BTreeMap<u64, Outcome>,
    begun: u64,
    done: u64,
    under_way: u64,
    rooms: Arc<Mutex<Vec<Room>>>,
}

struct Outcome {
    chunks: Result<Vec<Placed>>,
    weight: u64,
}

/// What to do about a task that is not finished.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfinished {
    Wait,
    Leave,
}

impl Turnstile {
    /// As many threads as are told, or those that all share.
    pub(super) fn new(threads: Option<NonZeroUsize>, limit: u64) -> Self {
        let (sender, receiver) = channel();
        Self {
            pool: Pool::new(threads),
            limit,
            sender,
            receiver,
            early: BTreeMap::new(),
            begun: 0,
            done: 0,
            under_way: 0,
            rooms: Arc::default(),
        }
    }

    /// Whether something has to go before a task of that weight may begin.
    pub(super) fn is_full_for(&self, weight: u64) -> bool {
        self.under_way > 0 && self.under_way.saturating_add(weight) > self.limit
    }

    pub(super) fn is_empty(&self) -> bool {
        self.begun == self.done
    }

    /// Begins a task, or does it at once where it is not worth another thread.
    pub(super) fn begin(&mut self, weight: u64, task: impl FnOnce(&mut Room) -> Result<Vec<Placed>> + Send + 'static) {
        let number = self.begun;
        self.begun += 1;
        self.under_way = self.under_way.saturating_add(weight);
        let (rooms, sender) = (Arc::clone(&self.rooms), self.sender.clone());
        let run = move || {
            let lent = rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut room = lent.unwrap_or_default();
            let chunks = task(&mut room);
            rooms.lock().unwrap_or_else(PoisonError::into_inner).push(room);
            // Where nobody waits for it any more, it is not needed.
            let _ = sender.send((number, Outcome { chunks, weight }));
        };
        if weight < SMALL && self.is_first(number) { run() } else { self.pool.spawn(run) }
    }

    fn is_first(&self, number: u64) -> bool {
        number == self.done
    }

    /// What the first task has given that was not taken yet; `None` where there is none, or it is not finished.
    pub(super) fn next(&mut self, unfinished: Unfinished) -> Option<Result<Vec<Placed>>> {
        if self.is_empty() {
            return None;
        }
        let outcome = loop {
            if let Some(outcome) = self.early.remove(&self.done) {
                break outcome;
            }
            match (self.receiver.try_recv(), unfinished) {
                (Ok((number, outcome)), _) => _ = self.early.insert(number, outcome),
                (Err(_), Unfinished::Leave) => return None,
                (Err(_), Unfinished::Wait) => {
                    if let Err(error) = self.wait() {
                        self.done += 1;
                        return Some(Err(error));
                    }
                }
            }
        };
        self.done += 1;
        self.under_way = self.under_way.saturating_sub(outcome.weight);
        Some(outcome.chunks)
    }

    /// Waits for a task, and helps where this is one of the threads that do them: else all of them could wait for each other.
    fn wait(&mut self) -> Result<()> {
        let received = match rayon::yield_now() {
            Some(rayon::Yield::Executed) => return Ok(()),
            Some(rayon::Yield::Idle) => self.receiver.recv_timeout(Duration::from_millis(1)),
            None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match received {
            Ok((number, outcome)) => _ = self.early.insert(number, outcome),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::new(ErrorKind::Unsupported, "the threads that encode are gone"));
            }
        }
        Ok(())
    }
}

/// Bytes that are encoded faster than another thread begins.
const SMALL: u64 = 32 << 10;

#[cfg(test)]
mod tests {
    use nwb_model::backend::RawChunk;

    use super::*;

    #[test]
    fn what_is_finished_late_is_taken_in_order() {
        let mut turnstile = Turnstile::new(NonZeroUsize::new(4), 2 << 20);
        for number in 0..40u64 {
            turnstile.begin(SMALL, move |_| {
                std::thread::sleep(Duration::from_millis((40 - number) % 7));
                Ok(vec![(vec![number], RawChunk { skipped: 0, bytes: vec![] })])
            });
        }
        assert!(turnstile.is_full_for(1 << 20) && !turnstile.is_full_for(0));
        let mut seen = Vec::new();
        while let Some(chunks) = turnstile.next(Unfinished::Wait) {
            seen.extend(chunks.unwrap().into_iter().map(|(offset, _)| offset[0]));
        }
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
        assert!(turnstile.is_empty() && turnstile.next(Unfinished::Leave).is_none());
    }
}
