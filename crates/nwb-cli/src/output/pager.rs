//! A pager for what is longer than the terminal.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

static PAGING: AtomicBool = AtomicBool::new(true);

/// Never begins a pager.
pub(crate) fn never() {
    PAGING.store(false, Ordering::Relaxed);
}

/// So much is held back without a line end at most, before it is seen whether it is too long.
const HELD: usize = 1 << 20;

/// Text that is held back until it is longer than the terminal, or ends.
pub(super) struct Paged {
    held: Vec<u8>,
    /// How many lines fit, the one for the next prompt left out.
    lines: usize,
    columns: usize,
    state: State,
}

enum State {
    Holding,
    Paging(Child, BufWriter<ChildStdin>),
    /// There is no pager to be had.
    Printing,
}

impl Paged {
    /// `None` where nobody looks, or none is wanted.
    pub(super) fn on_terminal() -> Option<Self> {
        if !PAGING.load(Ordering::Relaxed) || !io::stdout().is_terminal() {
            return None;
        }
        program()?;
        let (lines, columns) = console::Term::stdout().size();
        let (lines, columns) = (usize::from(lines).saturating_sub(1), usize::from(columns).max(1));
        Some(Self { held: Vec::new(), lines, columns, state: State::Holding })
    }

    fn is_too_long(&self) -> bool {
        let mut lines = 0;
        for line in self.held.split(|byte| *byte == b'\n') {
            // What comes behind the last line end is a line too, once there is something in it. A long line takes several.
            lines += console::measure_text_width(&String::from_utf8_lossy(line)).div_ceil(self.columns).max(1);
            if lines > self.lines + 1 {
                return true;
            }
        }
        false
    }

    fn begin(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        let child = program().and_then(|mut program| program.spawn().ok());
        let input = child.and_then(|mut child| Some((child.stdin.take()?, child)));
        match input {
            Some((input, child)) => {
                let mut out = BufWriter::with_capacity(1 << 16, input);
                let written = out.write_all(&held);
                self.state = State::Paging(child, out);
                written
            }
            None => {
                self.state = State::Printing;
                io::stdout().write_all(&held)
            }
        }
    }

    /// Waits until the reader has seen enough.
    pub(super) fn close(mut self) -> io::Result<()> {
        match std::mem::replace(&mut self.state, State::Printing) {
            State::Holding => io::stdout().write_all(&self.held).and_then(|()| io::stdout().flush()),
            State::Paging(mut child, out) => {
                // Closes the pager's input; what is left in the buffer of one that was closed has no reader.
                drop(out.into_parts());
                child.wait().map(|_| ())
            }
            State::Printing => io::stdout().flush(),
        }
    }
}

impl Write for Paged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Paging(_, out) => out.write(bytes),
            State::Printing => io::stdout().write(bytes),
            State::Holding => {
                self.held.extend_from_slice(bytes);
                if (bytes.contains(&b'\n') || self.held.len() > HELD) && self.is_too_long() {
                    self.begin()?;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Paging(_, out) => out.flush(),
            // What is held back is shown at the end.
            State::Printing | State::Holding => Ok(()),
        }
    }
}

/// `$NWB_PAGER`, else `$PAGER`, else `less`; none if that is nothing, or `cat`.
fn program() -> Option<Command> {
    let asked = ["NWB_PAGER", "PAGER"].iter().find_map(|name| std::env::var(name).ok());
    let asked = asked.unwrap_or_else(|| "less".into());
    let mut words = asked.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Obeys colours, cuts long lines, leaves the text on the screen, and leaves when it is interrupted.
        command.env("LESS", "FRSXK");
    }
    Some(command)
}
