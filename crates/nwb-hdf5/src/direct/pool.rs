//! The threads that decode and encode, and the room that they decode in.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::pipeline::Scratch;
use super::plan::Scatter;

/// Files that leave the number of threads open share theirs, and the last of them ends them.
static SHARED: Mutex<Weak<ThreadPool>> = Mutex::new(Weak::new());

/// Room that is kept for the next read, in bytes.
const KEPT: usize = 32 << 20;

/// Threads, made when they are first needed.
pub(crate) struct Pool {
    threads: Option<NonZeroUsize>,
    /// `None` inside: the caller does it alone.
    pool: OnceLock<Option<Arc<ThreadPool>>>,
    rooms: Mutex<Vec<Room>>,
}

/// What one thread needs to decode chunks.
pub(super) struct Room {
    pub(super) scratch: Scratch,
    pub(super) scatter: Scatter,
}

/// A room that goes back to where it came from.
struct Lent<'a> {
    room: Option<Room>,
    of: &'a Mutex<Vec<Room>>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(room) = self.room.take() else { return };
        let mut rooms = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: usize = rooms.iter().map(|room| room.scratch.size()).sum();
        if kept + room.scratch.size() <= KEPT {
            rooms.push(room);
        }
    }
}

impl Pool {
    pub(crate) fn new(threads: Option<NonZeroUsize>) -> Self {
        Self { threads, pool: OnceLock::new(), rooms: Mutex::default() }
    }

    fn pool(&self) -> Option<&ThreadPool> {
        let make = |threads: usize| {
            let name = |n| format!("nwb-chunks-{n}");
            // Where threads cannot be had, the caller does it alone.
            ThreadPoolBuilder::new().num_threads(threads).thread_name(name).build().ok().map(Arc::new)
        };
        let pool = self.pool.get_or_init(|| match self.threads.map(NonZeroUsize::get) {
            Some(1) => None,
            Some(threads) => make(threads),
            None => {
                let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
                let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
                let pool = shared.upgrade().or_else(|| if threads > 1 { make(threads) } else { None })?;
                *shared = Arc::downgrade(&pool);
                Some(pool)
            }
        });
        pool.as_deref()
    }

    /// Threads for work that is worth them: where there is none, none are made.
    fn pool_for(&self, tasks: usize, bytes: u64) -> Option<&ThreadPool> {
        if tasks > 1 && bytes > 1 << 16 { self.pool() } else { None }
    }

    fn lend(&self) -> Lent<'_> {
        let room = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let new = || Room { scratch: Scratch::new(), scatter: Scatter::default() };
        Lent { room: Some(room.unwrap_or_else(new)), of: &self.rooms }
    }

    /// Has a task done by one of the threads, or does it at once where there are none.
    pub(crate) fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        match self.pool() {
            Some(pool) => pool.spawn(task),
            None => task(),
        }
    }

    /// Does tasks, on all threads where there is more than one task and they are of some size.
    pub(super) fn each<E: Send>(
        &self,
        tasks: usize,
        bytes: u64,
        run: impl Fn(usize, &mut Room) -> Result<(), E> + Sync,
    ) -> Result<(), E> {
        let step = |lent: &mut Lent<'_>, task: usize| match &mut lent.room {
            Some(room) => run(task, room),
            None => Ok(()),
        };
        match self.pool_for(tasks, bytes) {
            Some(pool) => pool.install(|| {
                (0..tasks).into_par_iter().try_for_each_init(|| self.lend(), |lent, task| step(lent, task))
            }),
            None => {
                let mut lent = self.lend();
                (0..tasks).try_for_each(|task| step(&mut lent, task))
            }
        }
    }

    /// What tasks make, in their order; done as by [`each`](Self::each).
    pub(super) fn collect<T: Send, E: Send>(
        &self,
        tasks: usize,
        bytes: u64,
        run: impl Fn(usize) -> Result<T, E> + Sync,
    ) -> Result<Vec<T>, E> {
        match self.pool_for(tasks, bytes) {
            Some(pool) => pool.install(|| (0..tasks).into_par_iter().map(&run).collect()),
            None => (0..tasks).map(&run).collect(),
        }
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("threads", &self.threads).finish_non_exhaustive()
    }
}
