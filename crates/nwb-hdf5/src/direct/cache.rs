//! Decoded chunks that are kept for the next read, up to so many bytes.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use nwb_model::backend::Address;

use super::pipeline::Decoded;
use super::slab::Slab;

/// A chunk: of which dataset, and its number.
pub(super) type Key = (Address, u64);

/// A decoded chunk.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) bytes: BytesMut,
    pub(super) decoded: Decoded,
}

/// Where more is kept than this, memory for it is taken in large blocks.
const LITTLE: usize = 1 << 20;

/// The chunks used last.
#[derive(Debug)]
pub(crate) struct Cache {
    budget: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    used: usize,
    clock: u64,
    kept: HashMap<Key, (Arc<Kept>, u64)>,
    by_age: BTreeMap<u64, Key>,
    slab: Slab,
}

impl Cache {
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, state: Mutex::default() }
    }

    /// Whether so many bytes can be kept at once.
    pub(super) fn takes(&self, bytes: u64) -> bool {
        bytes <= self.budget as u64
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // It is only ever left whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: Key) -> Option<Arc<Kept>> {
        let mut state = self.state();
        let state = &mut *state;
        let (kept, age) = state.kept.get_mut(&key)?;
        state.clock += 1;
        state.by_age.remove(age);
        *age = state.clock;
        state.by_age.insert(state.clock, key);
        Some(Arc::clone(kept))
    }

    /// Keeps a chunk, and gives room for the next: that of one that has to go, or new.
    pub(super) fn keep(&self, key: Key, kept: Arc<Kept>) -> Option<BytesMut> {
        let size = kept.bytes.capacity();
        if size > self.budget {
            return None;
        }
        let mut state = self.state();
        let state = &mut *state;
        let mut room = None;
        state.clock += 1;
        state.used += size;
        state.by_age.insert(state.clock, key);
        if let Some((old, age)) = state.kept.insert(key, (kept, state.clock)) {
            state.used -= old.bytes.capacity();
            state.by_age.remove(&age);
        }
        let is_full = state.used > self.budget;
        while state.used > self.budget {
            let Some((_, oldest)) = state.by_age.pop_first() else { break };
            let Some((old, _)) = state.kept.remove(&oldest) else { continue };
            state.used -= old.bytes.capacity();
            room = Arc::try_unwrap(old).ok().map(|old| old.bytes).or(room);
        }
        // Once something has to go no more is taken: somebody else may use that yet, and keep its block.
        if !is_full && state.used > LITTLE {
            room = state.slab.cut(size);
        }
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_used_last_within_its_budget() {
        let cache = Cache::new(100);
        let kept = |size: usize| {
            Arc::new(Kept { bytes: BytesMut::zeroed(size), decoded: Decoded { range: 0..size, shuffled: false } })
        };
        let key = |number| (Address(1), number);
        assert!(cache.keep(key(0), kept(40)).is_none());
        assert!(cache.keep(key(1), kept(40)).is_none());
        assert!(cache.get(key(0)).is_some());
        assert_eq!(cache.keep(key(2), kept(40)).map(|room| room.len()), Some(40));
        assert!(cache.get(key(1)).is_none() && cache.get(key(0)).is_some() && cache.get(key(2)).is_some());
        assert!(cache.keep(key(2), kept(20)).is_none(), "the same chunk again");
        assert!(cache.keep(key(3), kept(40)).is_none());
        assert!(cache.keep(key(4), kept(101)).is_none() && cache.get(key(4)).is_none());
    }
}
