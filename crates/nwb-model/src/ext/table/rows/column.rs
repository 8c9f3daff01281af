//! One column of a table to which rows are added.

use nwb_schema::Catalog;
use nwb_schema::spec::{Dtype as Asked, Shape as AskedShape};

use super::buffer::{Buffer, span_dtype};
use super::cell::{Cell, Content, Elements, Plain, PlainBytes, Texts};
use super::kind::Wanted;
use super::stored::StoredColumn;
use crate::convert;
use crate::draft::Owner;
use crate::dtype::{Dtype, Number};
use crate::error::{Error, ErrorKind, Result};

/// Whether rows have a cell in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usage {
    /// The first row will tell.
    Open,
    /// Every row.
    Every,
    /// No row.
    Never,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    /// How rows call it: its name, behind that of its category.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) table: usize,
    pub(super) description: String,
    pub(super) type_name: (String, String),
    pub(super) asked: Option<Asked>,
    pub(super) asked_shape: Option<AskedShape>,
    pub(super) is_required: bool,
    pub(super) usage: Usage,
    pub(super) wanted: Wanted,
    /// Whether no wider numbers than wanted may come.
    pub(super) is_limited: bool,
    pub(super) depth: usize,
    pub(super) item: Option<Vec<u64>>,
    pub(super) stored: Option<StoredColumn>,
    pub(super) buffer: Option<Buffer>,
    /// How many elements of the shape of an item there are.
    pub(super) count: u64,
    /// For each level, rows first: where each list ends.
    pub(super) ends: Vec<Vec<u64>>,
    /// The row that was last looked at for it.
    pub(super) seen: u64,
}

impl Column {
    /// What a cell is to be, for messages.
    fn expectation(&self) -> String {
        let element = match &self.wanted {
            Wanted::Any => match &self.asked {
                Some(asked) => asked.to_string(),
                None => "a value".into(),
            },
            Wanted::Plain(plain) => plain.dtype().to_string(),
            Wanted::Text => "text".into(),
            Wanted::Reference => match self.asked.as_ref().and_then(Asked::target_type) {
                Some(target) => format!("reference to {target}"),
                None => "reference".into(),
            },
            Wanted::Span => "samples of a series".into(),
            Wanted::Record(dtype) | Wanted::Foreign(dtype) => dtype.to_string(),
            Wanted::Region(_) => "row number from 0 on".into(),
            Wanted::Term(terms) => {
                terms.as_ref().map_or("a term".into(), |terms| format!("one of {}", terms.names.join(", ")))
            }
        };
        let item = match self.item.as_deref() {
            None | Some([]) => element,
            Some(item) => format!("{element} {item:?}"),
        };
        match self.depth {
            0 => item,
            1 => format!("a list of {item}"),
            depth => format!("lists {depth} deep of {item}"),
        }
    }

    fn refuse(&self, why: &str, found: String) -> Error {
        let error = Error::new(ErrorKind::Invalid, format!("{why} in column \"{}\"", self.key))
            .expected(self.expectation())
            .found(found);
        match &self.asked {
            Some(_) => error.by_spec(self.type_name.1.clone()),
            None => error,
        }
    }

    /// Whether a cell can be added.
    pub(super) fn check(&self, cell: &Cell<'_>, owner: Option<Owner>, catalog: &Catalog) -> Result<()> {
        self.check_level(cell, 0, owner, catalog)
    }

    fn check_level(&self, cell: &Cell<'_>, level: usize, owner: Option<Owner>, catalog: &Catalog) -> Result<()> {
        let (dims, elements) = match &cell.0 {
            Content::List(cells) if level < self.depth => {
                return cells.iter().try_for_each(|cell| self.check_level(cell, level + 1, owner, catalog));
            }
            Content::List(_) => return Err(self.refuse("lists are too deep", cell.describe())),
            Content::Array(dims, elements) => (dims.as_slice(), elements),
        };
        let Some(item) = dims.get(self.depth - level..) else {
            return Err(self.refuse("no list is given", cell.describe()));
        };
        match &self.item {
            Some(expected) if expected.as_slice() != item => {
                return Err(self.refuse("the cell has another shape than all others", cell.describe()));
            }
            None if !self.shape_fits(item) => {
                return Err(self.refuse("the cell has a shape that the schema does not allow", cell.describe()));
            }
            _ => {}
        }
        self.check_elements(elements, owner, catalog).map_err(|fault| match fault {
            Fault::Kind => self.refuse("a cell of another kind is given", cell.describe()),
            Fault::Value(found) => self.refuse("the value is not allowed", found),
            Fault::Owner => self.refuse(
                "a handle of another edit is given",
                "a handle that does not belong to this table's edit".into(),
            ),
            Fault::Unset(what) => Error::new(ErrorKind::Invalid, format!("column \"{}\" needs {what}", self.key))
                .remedy("tell it before the first row"),
        })
    }

    fn shape_fits(&self, item: &[u64]) -> bool {
        let Some(asked) = &self.asked_shape else { return true };
        asked.alternatives().any(|lengths| {
            lengths.split_first().is_some_and(|(_, inner)| {
                inner.len() == item.len() && inner.iter().zip(item).all(|(max, len)| max.is_none_or(|max| max == *len))
            })
        })
    }

    fn check_elements(&self, elements: &Elements<'_>, owner: Option<Owner>, catalog: &Catalog) -> Result<(), Fault> {
        match (&self.wanted, elements) {
            (Wanted::Plain(own), Elements::Plain(given, _)) if own == given => Ok(()),
            (Wanted::Plain(Plain::Number(own)), Elements::Plain(Plain::Number(given), _)) => {
                let fits = convert::same_kind(*own, *given)
                    && (given.size() < own.size() || (!self.is_limited && self.allows(&Dtype::native(*given))));
                if fits { Ok(()) } else { Err(Fault::Kind) }
            }
            (Wanted::Text, Elements::Texts(texts)) => check_utf8(texts),
            (Wanted::Reference, Elements::References(references)) => {
                references.as_slice().iter().try_for_each(|reference| {
                    check_owner(reference.owner, owner)?;
                    let Some(target) = self.asked.as_ref().and_then(Asked::target_type) else { return Ok(()) };
                    if reference.type_name == target {
                        return Ok(());
                    }
                    match catalog.resolve_type(reference.namespace, reference.type_name) {
                        Some(own) if !own.is_a_named(target) => {
                            Err(Fault::Value(format!("a reference to {}", own.name())))
                        }
                        _ => Ok(()),
                    }
                })
            }
            (Wanted::Span, Elements::Spans(spans)) => spans.as_slice().iter().try_for_each(|span| {
                check_owner(span.series.owner, owner)?;
                let is_none = span.start == -1 && span.count == -1;
                if is_none || (span.start >= 0 && span.count >= 0) {
                    return Ok(());
                }
                Err(Fault::Value(format!("{} samples from {} on", span.count, span.start)))
            }),
            (Wanted::Region(None), _) => Err(Fault::Unset("the table whose rows it refers to")),
            (Wanted::Region(Some(_)), Elements::Plain(Plain::Number(number), bytes)) => {
                row_numbers(*number, bytes).map(|_| ())
            }
            (Wanted::Term(None), _) => Err(Fault::Unset("its terms")),
            (Wanted::Term(Some(terms)), Elements::Texts(texts)) => {
                match texts.iter().find(|text| terms.code(text).is_none()) {
                    None => Ok(()),
                    Some(text) => Err(Fault::Value(format!("\"{}\"", String::from_utf8_lossy(text)))),
                }
            }
            (Wanted::Record(own), Elements::Records(value)) if own == value.dtype() => Ok(()),
            (Wanted::Any, elements) => {
                let dtype = match elements {
                    Elements::Plain(plain, _) => plain.dtype(),
                    Elements::Texts(texts) => {
                        check_utf8(texts)?;
                        Dtype::TEXT
                    }
                    Elements::References(references) => {
                        references.as_slice().iter().try_for_each(|one| check_owner(one.owner, owner))?;
                        Dtype::Reference
                    }
                    Elements::Spans(_) => span_dtype(),
                    Elements::Records(value) => value.dtype().clone(),
                };
                if self.allows(&dtype) { Ok(()) } else { Err(Fault::Kind) }
            }
            _ => Err(Fault::Kind),
        }
    }

    /// Whether the schema lets this type be written here.
    fn allows(&self, dtype: &Dtype) -> bool {
        self.asked.is_none() || convert::written_dtype(dtype, self.asked.as_ref()).is_ok()
    }

    /// Adds a cell that was checked.
    pub(super) fn push(&mut self, cell: &Cell<'_>) -> Result<()> {
        self.push_level(cell, 0)
    }

    fn push_level(&mut self, cell: &Cell<'_>, level: usize) -> Result<()> {
        let (dims, elements) = match &cell.0 {
            Content::List(cells) => {
                self.end_list(level, cells.len() as u64);
                return cells.iter().try_for_each(|cell| self.push_level(cell, level + 1));
            }
            Content::Array(dims, elements) => (dims.as_slice(), elements),
        };
        let mut lists = 1u64;
        let mut lengths = dims.iter().copied();
        for level in level..self.depth {
            let length = lengths.next().unwrap_or(0);
            for _ in 0..lists {
                self.end_list(level, length);
            }
            lists = lists.saturating_mul(length);
        }
        self.count += lists;
        if self.item.is_none() {
            self.item = Some(lengths.collect());
        }
        self.push_elements(elements)
    }

    fn end_list(&mut self, level: usize, length: u64) {
        if let Some(ends) = self.ends.get_mut(level) {
            let last = ends.last().copied().unwrap_or(0);
            ends.push(last.saturating_add(length));
        }
    }

    fn push_elements(&mut self, elements: &Elements<'_>) -> Result<()> {
        match (&self.wanted, elements) {
            (Wanted::Region(_), Elements::Plain(Plain::Number(number), bytes)) => {
                let rows = row_numbers(*number, bytes).unwrap_or_default();
                let buffer = self.buffer.get_or_insert_with(|| Buffer::Plain(Plain::Number(Number::I64), Vec::new()));
                if let Buffer::Plain(_, to) = buffer {
                    to.extend_from_slice(bytemuck::cast_slice(&rows));
                }
                return Ok(());
            }
            (Wanted::Term(Some(terms)), Elements::Texts(texts)) => {
                let number = terms.number();
                let buffer = self.buffer.get_or_insert_with(|| Buffer::Plain(Plain::Number(number), Vec::new()));
                if let Buffer::Plain(_, to) = buffer {
                    for text in texts.iter() {
                        let code = terms.code(text).unwrap_or(0).to_le_bytes();
                        let mut code: Vec<u8> = code.get(..number.size()).unwrap_or_default().to_vec();
                        if cfg!(target_endian = "big") {
                            code.reverse();
                        }
                        to.extend_from_slice(&code);
                    }
                }
                return Ok(());
            }
            (Wanted::Any, elements) => {
                self.wanted = match elements {
                    Elements::Plain(plain, _) => Wanted::Plain(*plain),
                    Elements::Texts(_) => Wanted::Text,
                    Elements::References(_) => Wanted::Reference,
                    Elements::Spans(_) => Wanted::Span,
                    Elements::Records(value) => Wanted::Record(value.dtype().clone()),
                };
            }
            (Wanted::Plain(Plain::Number(own)), Elements::Plain(Plain::Number(given), _))
                if given.size() > own.size() =>
            {
                self.wanted = Wanted::Plain(Plain::Number(*given));
            }
            _ => {}
        }
        let empty = || match (&self.wanted, elements) {
            (Wanted::Plain(own), Elements::Plain(..)) => Buffer::Plain(*own, Vec::new()),
            _ => Buffer::for_elements(elements),
        };
        self.buffer.get_or_insert_with(empty).push(elements)
    }
}

enum Fault {
    Kind,
    Value(String),
    Owner,
    Unset(&'static str),
}

fn check_owner(given: Owner, own: Option<Owner>) -> Result<(), Fault> {
    if own.is_none_or(|own| own == given) { Ok(()) } else { Err(Fault::Owner) }
}

fn check_utf8(texts: &Texts<'_>) -> Result<(), Fault> {
    match texts {
        Texts::Value(value) if value.as_texts().is_err() => Err(Fault::Value("text that is not UTF-8".into())),
        _ => Ok(()),
    }
}

fn row_numbers(number: Number, bytes: &PlainBytes<'_>) -> Result<Vec<i64>, Fault> {
    if number.is_float() {
        return Err(Fault::Kind);
    }
    let rows = <i64 as crate::element::Element>::from_stored(&Dtype::native(number), bytes.as_slice())
        .map_err(|_| Fault::Value("a number beyond any table".into()))?;
    match rows.iter().find(|row| **row < 0) {
        Some(row) => Err(Fault::Value(row.to_string())),
        None => Ok(rows),
    }
}
