//! Standard output and standard error: buffered, coloured only on a terminal, quiet when the reader has gone.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

static PAGING: AtomicBool = AtomicBool::new(true);

/// Never begins a pager.
pub(crate) fn never_page() {
    PAGING.store(false, Ordering::Relaxed);
}

/// Writes text for people: through a pager if standard output is a terminal.
pub(crate) fn page(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let Some(mut pager) = pager() else { return print(write) };
    let Some(input) = pager.stdin.take() else { return print(write) };
    let mut out = BufWriter::with_capacity(1 << 16, input);
    let written = write(&mut out).and_then(|()| out.flush());
    // Closes the pager's input; what is left in the buffer of one that was closed has no reader.
    drop(out.into_parts());
    let ended = pager.wait();
    match written.and(ended.map(|_| ())) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Refused(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// `$NWB_PAGER`, else `$PAGER`, else `less`; none where nobody looks or none is wanted.
fn pager() -> Option<Child> {
    if !PAGING.load(Ordering::Relaxed) || !io::stdout().is_terminal() {
        return None;
    }
    let asked = ["NWB_PAGER", "PAGER"].iter().find_map(|name| std::env::var(name).ok());
    let asked = asked.unwrap_or_else(|| "less".into());
    let mut words = asked.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Leaves at once what fits on the screen, obeys colours, cuts long lines.
        command.env("LESS", "FRSX");
    }
    command.spawn().ok()
}

/// Writes to standard output. A reader that has seen enough (`nwb tree FILE | head`) is no error.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still in the buffer has no reader either.
            drop(out.into_parts());
            Ok(())
        }
        Err(error) => Err(Failure::Refused(format!("the output cannot be written: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Tells on standard error what is wrong, on one line.
pub(crate) fn complain(sentence: &str) {
    // There is nobody left to tell if this fails.
    let _ = writeln!(io::stderr(), "nwb: {}", printable(sentence));
}

/// Text for a terminal: control characters, line ends among them, are shown and not obeyed.
pub(crate) fn printable(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => shown.push(' '),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

/// A name as it stands in a path: like [`printable`], but nothing looks like something else.
pub(crate) fn exact(name: &str) -> String {
    if !name.chars().any(char::is_control) {
        return name.to_owned();
    }
    name.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

/// Colours, if standard output is a terminal that wants them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Paint {
    /// With escape sequences.
    Colours,
    /// The text alone.
    Plain,
}

impl Paint {
    /// What suits standard output.
    pub(crate) fn of_stdout() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        if io::stdout().is_terminal() && !unwanted && !dumb { Self::Colours } else { Self::Plain }
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Colours if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }

    /// Headings and names of groups.
    pub(crate) fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Neurodata types.
    pub(crate) fn type_name(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// What is said in passing.
    pub(crate) fn faint(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// Targets of links.
    pub(crate) fn link(self, text: &str) -> String {
        self.wrap("35", text)
    }

    /// What is wrong.
    pub(crate) fn wrong(self, text: &str) -> String {
        self.wrap("31", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_nothing() {
        assert_eq!(printable("one\ntwo\u{1b}[31m"), "one two\\u{1b}[31m");
        assert_eq!(exact("one\ntwo"), "one\\ntwo");
        assert_eq!(exact("größe"), "größe");
    }
}
