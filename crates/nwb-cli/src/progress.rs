//! Progress on standard error: only on a terminal, and only for what takes longer than a second.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A job that tells how far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    /// Too early to bother anybody.
    Waiting,
    Shown,
    /// Nobody is looking.
    Never,
}

const PATIENCE: Duration = Duration::from_secs(1);

impl Progress {
    /// A job that counts objects, of which it does not know how many there are.
    pub(crate) fn counting(what: &'static str) -> Self {
        Self::new(
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            "{spinner} {msg}: {human_pos}",
            what,
        )
    }

    /// A job that counts bytes.
    pub(crate) fn bytes(what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
        Self::new(bar, "{msg} {wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}", what)
    }

    /// A job that counts files.
    pub(crate) fn files(what: &'static str, total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        Self::new(bar, "{msg} {wide_bar} {pos} of {len} files, {eta} to go", what)
    }

    /// A job that counts frames.
    pub(crate) fn frames(total: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        Self::new(bar, "{msg} {wide_bar} {percent}%, {eta} to go", "")
    }

    fn new(bar: ProgressBar, template: &str, what: &'static str) -> Self {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = bar.with_style(style).with_message(what);
        let state = if std::io::stderr().is_terminal() { State::Waiting } else { State::Never };
        Self { bar, started: Instant::now(), state }
    }

    /// How much is done.
    pub(crate) fn at(&mut self, done: u64) {
        if self.state == State::Waiting && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.state = State::Shown;
        }
        self.bar.set_position(done);
    }

    /// That more is done.
    pub(crate) fn advance(&mut self, by: u64) {
        self.at(self.bar.position().saturating_add(by));
    }

    /// How much is done, and of how much.
    pub(crate) fn at_of(&mut self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.at(done);
    }

    /// What is being done now.
    pub(crate) fn now(&mut self, what: &'static str) {
        self.bar.set_message(what);
    }

    /// Leaves no trace on the terminal.
    pub(crate) fn finish(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
