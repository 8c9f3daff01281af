//! Elements as text, JSON, CSV or NumPy, written as they come by.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use nwb::Value;
use nwb::model::backend::Address;
use nwb::model::dtype::Dtype;
use serde_json::Value as Json;

use super::npy;
use crate::failure::Failure;
use crate::numpy;
use crate::output::printable;
use crate::values::{self, Scalar};

/// The form in which elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Text,
    Json,
    Csv,
    Npy,
}

impl Style {
    /// Refuses what has no such form, before anything is written.
    pub(super) fn check(self, dtype: &Dtype, shape: &[u64]) -> Result<(), String> {
        match self {
            Self::Csv if shape.len() > 2 => Err(format!(
                "CSV has rows and columns, and this has {} axes, of lengths {shape:?}; ask for a part as in PATH[0], or for --json or --npy",
                shape.len()
            )),
            Self::Csv if shape.len() == 2 && matches!(dtype, Dtype::Compound(_)) => {
                Err("CSV cannot hold records side by side; ask for a part as in PATH[0], or for --json".into())
            }
            Self::Npy if numpy::descr(dtype).is_none() => {
                Err(format!("a NumPy file cannot hold elements that are {dtype}; say --json or --csv"))
            }
            _ => Ok(()),
        }
    }
}

/// Writes elements in row-major order.
pub(super) struct Printer<'o> {
    out: &'o mut dyn Write,
    style: Style,
    shape: Vec<u64>,
    /// How many elements there are below each axis, and behind the last axis one.
    strides: Vec<u64>,
    total: u64,
    at: u64,
    is_terminal: bool,
}

impl<'o> Printer<'o> {
    pub(super) fn new(
        out: &'o mut dyn Write,
        style: Style,
        dtype: Result<&Dtype, Failure>,
        shape: &[u64],
    ) -> io::Result<Self> {
        let mut strides: Vec<u64> = Vec::with_capacity(shape.len());
        let mut total = 1u64;
        for axis in shape.iter().rev() {
            strides.push(total);
            total = total.saturating_mul(*axis);
        }
        strides.reverse();
        if let Ok(dtype) = dtype {
            match (style, dtype) {
                (Style::Npy, _) => npy::write_head(out, dtype, shape)?,
                (Style::Csv, Dtype::Compound(record)) => {
                    let names: Vec<_> = record.members.iter().map(|member| field(&member.name)).collect();
                    writeln!(out, "{}", names.join(","))?;
                }
                _ => {}
            }
        }
        let is_terminal = io::stdout().is_terminal();
        Ok(Self { out, style, shape: shape.to_vec(), strides, total, at: 0, is_terminal })
    }

    /// How many elements were written.
    pub(super) fn done(&self) -> u64 {
        self.at
    }

    /// Writes the next elements.
    pub(super) fn write(&mut self, value: &Value, path_of: &dyn Fn(Address) -> Option<String>) -> io::Result<()> {
        if self.style == Style::Npy {
            self.at += value.len() as u64;
            return self.out.write_all(value.bytes());
        }
        let size = value.dtype().size();
        for index in 0..value.len() {
            let number = match value.dtype() {
                Dtype::Number(number, order) => {
                    value.bytes().get(index * size..).and_then(|bytes| values::scalar(*number, *order, bytes))
                }
                _ => None,
            };
            self.before()?;
            match number {
                Some(number) => self.number(number)?,
                None => self.other(&values::element(value, index, path_of))?,
            }
            self.after()?;
        }
        Ok(())
    }

    /// How many of the outer axes have a line of their own for each of their elements.
    fn lines(&self) -> usize {
        match (self.style, self.shape.len()) {
            (Style::Json, _) | (_, 0) => 0,
            _ => 1,
        }
    }

    /// Whether elements stand in brackets.
    fn is_nested(&self) -> bool {
        self.style == Style::Json || (self.style == Style::Text && self.shape.len() > 2)
    }

    fn before(&mut self) -> io::Result<()> {
        let line = self.lines();
        if self.is_nested() {
            let begins = |stride: &u64, len: &u64| self.at.is_multiple_of(stride.saturating_mul(*len).max(1));
            let axes: Vec<bool> =
                self.strides.iter().zip(&self.shape).skip(line).map(|(stride, len)| begins(stride, len)).collect();
            // What begins with this element does not follow anything but what is before all of it.
            let is_first = self.at == 0 || (line == 1 && axes.first().is_some_and(|begins| *begins));
            if !is_first {
                self.out.write_all(b", ")?;
            }
            for _ in axes.iter().filter(|begins| **begins) {
                self.out.write_all(b"[")?;
            }
        } else if self.shape.len() == 2 && !self.at.is_multiple_of(self.shape.get(1).copied().unwrap_or(1)) {
            self.out.write_all(if self.style == Style::Csv { b"," } else { b"\t" })?;
        }
        Ok(())
    }

    fn after(&mut self) -> io::Result<()> {
        self.at += 1;
        let line = self.lines();
        if self.is_nested() {
            let ends = |(stride, len): (&u64, &u64)| self.at.is_multiple_of(stride.saturating_mul(*len).max(1));
            for _ in self.strides.iter().zip(&self.shape).skip(line).filter(|axis| ends(*axis)) {
                self.out.write_all(b"]")?;
            }
        }
        let stride = self.strides.first().copied().unwrap_or(1);
        if self.style != Style::Json && self.at.is_multiple_of(stride.max(1)) {
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn number(&mut self, number: Scalar) -> io::Result<()> {
        let is_finite = match number {
            Scalar::Single(value) => value.is_finite(),
            Scalar::Double(value) => value.is_finite(),
            _ => true,
        };
        if self.is_nested() && !is_finite {
            return write!(self.out, "\"{}\"", number.to_string().to_lowercase());
        }
        write!(self.out, "{number}")
    }

    fn other(&mut self, value: &Json) -> io::Result<()> {
        match (self.style, value) {
            (_, value) if self.is_nested() => write!(self.out, "{value}"),
            (Style::Csv, Json::Object(record)) => {
                let fields: Vec<String> = record.values().map(|value| field(&plain(value)).into_owned()).collect();
                self.out.write_all(fields.join(",").as_bytes())
            }
            (Style::Csv, value) => self.out.write_all(field(&plain(value)).as_bytes()),
            // One text is given as it is, but does not steer the terminal.
            (_, Json::String(text)) if self.shape.is_empty() => {
                let shown = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
                match self.is_terminal && !text.chars().all(shown) {
                    true => text.split('\n').enumerate().try_for_each(|(line, text)| {
                        write!(self.out, "{}{}", if line > 0 { "\n" } else { "" }, printable(text))
                    }),
                    false => self.out.write_all(text.as_bytes()),
                }
            }
            (_, value) => self.out.write_all(printable(&plain(value)).as_bytes()),
        }
    }

    /// Nothing more comes, as something cannot be read: what stands there is a whole line.
    pub(super) fn abandon(self) -> io::Result<()> {
        if self.style == Style::Npy { Ok(()) } else { self.out.write_all(b"\n") }
    }

    /// The end.
    pub(super) fn finish(self) -> io::Result<()> {
        match self.style {
            Style::Json if self.total == 0 => writeln!(self.out, "{}", empty(&self.shape)),
            Style::Json => writeln!(self.out),
            _ => Ok(()),
        }
    }
}

/// An array without elements: its axes up to the one that is empty.
fn empty(shape: &[u64]) -> Json {
    let before = shape.iter().position(|len| *len == 0).unwrap_or(0);
    let outer = shape.get(..before).unwrap_or_default();
    let few = outer.iter().try_fold(1u64, |count, len| count.checked_mul(*len)).is_some_and(|count| count <= 1000);
    let outer = if few { outer } else { &[] };
    outer
        .iter()
        .rev()
        .fold(Json::Array(Vec::new()), |inner, len| Json::Array((0..*len).map(|_| inner.clone()).collect()))
}

/// A text without quotation marks; everything else as JSON.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Object(map) if map.len() == 1 => match map.get("reference") {
            Some(target) => plain(target),
            None => value.to_string(),
        },
        other => other.to_string(),
    }
}

/// A field of CSV.
fn field(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}
