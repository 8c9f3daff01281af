//! Standard output and standard error: buffered, coloured only on a terminal, quiet when the reader has gone.

pub(crate) mod pager;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::OnceLock;

use crate::failure::Failure;
use pager::Paged;

/// When there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal that wants them
    #[default]
    Auto,
    /// Into files and pipes too
    Always,
    /// Nowhere
    Never,
}

static COLOUR: OnceLock<Colour> = OnceLock::new();

/// Says when there are colours, once.
pub(crate) fn colour(when: Colour) {
    // Nobody says it twice.
    let _ = COLOUR.set(when);
}

/// Writes text for people: through a pager if standard output is a terminal and the text is longer than it.
pub(crate) fn page(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let Some(mut out) = Paged::on_terminal() else { return print(write) };
    let written = write(&mut out).and_then(|()| out.flush());
    match written.and(out.close()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Refused(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
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
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let has_colours = match COLOUR.get().copied().unwrap_or_default() {
            Colour::Always => true,
            Colour::Never => false,
            // NO_COLOR counts whatever it is set to, if it is set to anything.
            Colour::Auto if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
            Colour::Auto if is_set("CLICOLOR_FORCE") => true,
            Colour::Auto => io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|value| value != "dumb"),
        };
        if has_colours { Self::Colours } else { Self::Plain }
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

/// How many columns a terminal has, if somebody looks at standard output on one.
pub(crate) fn columns() -> Option<usize> {
    let out = console::Term::stdout();
    out.is_term().then(|| usize::from(out.size().1).max(20))
}

/// How many columns of a terminal a text takes.
pub(crate) fn width(text: &str) -> usize {
    console::measure_text_width(text)
}

/// A text of at most so many columns: of a longer one, the beginning and a sign that there is more.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let (mut shown, mut taken) = (String::new(), 1);
    let mut buffer = [0; 4];
    for c in text.chars() {
        taken += width(c.encode_utf8(&mut buffer));
        if taken > columns {
            break;
        }
        shown.push(c);
    }
    shown.truncate(shown.trim_end().len());
    shown.push('…');
    shown
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

    #[test]
    fn columns_are_counted_as_terminals_do() {
        for (text, columns, expected) in [
            ("größe", 5, "größe"),
            ("größer", 5, "größ…"),
            ("神経科学", 8, "神経科学"),
            ("神経科学", 6, "神経…"),
            ("a b", 2, "a…"),
            ("", 0, ""),
        ] {
            assert_eq!(cut(text, columns), expected, "{text} {columns}");
            assert!(width(&cut(text, columns)) <= columns.max(1));
        }
    }
}
