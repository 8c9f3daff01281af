//! What the cells of a new column are.

use super::cell::Plain;
use crate::draft::Link;
use crate::element::Element;
use crate::types::DynamicTable;

/// What the cells of a column are, for columns that the schema does not know.
///
/// ```
/// use nwb_model::ext::CellKind;
///
/// let choice = CellKind::of::<bool>();
/// let licks = CellKind::of::<f64>().ragged();
/// let stimulus = CellKind::terms(["grating", "noise"]);
/// let position = CellKind::any().shaped(&[3]);
/// ```
#[derive(Clone, Debug)]
pub struct CellKind {
    pub(super) element: Wanted,
    pub(super) depth: usize,
    pub(super) item: Option<Vec<u64>>,
}

#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// Whatever the first cell is.
    Any,
    Plain(Plain),
    Text,
    Reference,
    Span,
    Record(crate::dtype::Dtype),
    /// Row numbers of a table, which is yet to be told where it is `None`.
    Region(Option<Link<DynamicTable>>),
    /// One of these, `None` where they are yet to be told.
    Term(Option<Terms>),
    /// Something that rows cannot be made of.
    Foreign(crate::dtype::Dtype),
}

/// The terms of a categorical column.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) names: Vec<String>,
    codes: std::collections::HashMap<String, u64>,
}

impl Terms {
    pub(super) fn new(names: Vec<String>) -> Self {
        let codes = names.iter().enumerate().rev().map(|(code, name)| (name.clone(), code as u64)).collect();
        Self { names, codes }
    }

    pub(super) fn code(&self, term: &[u8]) -> Option<u64> {
        self.codes.get(std::str::from_utf8(term).ok()?).copied()
    }

    /// The narrowest type that counts them.
    pub(super) fn number(&self) -> crate::dtype::Number {
        super::narrowest(self.names.len().saturating_sub(1) as u64)
    }
}

impl CellKind {
    fn new(element: Wanted) -> Self {
        Self { element, depth: 0, item: None }
    }

    /// What the cell of the first row is. Numbers may be wider in a later row, but not of another kind.
    #[must_use]
    pub fn any() -> Self {
        Self::new(Wanted::Any)
    }

    /// A number of this type or a narrower one of its kind, or `bool`.
    #[must_use]
    pub fn of<T: Element>() -> Self {
        Self::new(match T::dtype() {
            crate::dtype::Dtype::Number(number, _) => Wanted::Plain(Plain::Number(number)),
            _ => Wanted::Plain(Plain::Bool),
        })
    }

    /// A text.
    #[must_use]
    pub fn text() -> Self {
        Self::new(Wanted::Text)
    }

    /// A reference to an object, given by its handle.
    #[must_use]
    pub fn reference() -> Self {
        Self::new(Wanted::Reference)
    }

    /// Samples of a time series, given as a [`SeriesSpan`](crate::ext::SeriesSpan).
    #[must_use]
    pub fn series() -> Self {
        Self::new(Wanted::Span)
    }

    /// The number of a row, from 0, of a table.
    #[must_use]
    pub fn region(table: impl Into<Link<DynamicTable>>) -> Self {
        Self::new(Wanted::Region(Some(table.into())))
    }

    /// One of these terms, given as text and stored as its number: a column of type [`EnumData`](crate::types::EnumData).
    #[must_use]
    pub fn terms(terms: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(Wanted::Term(Some(Terms::new(terms.into_iter().map(Into::into).collect()))))
    }

    /// A list of these, which differs in length from row to row; of lists, if they are lists already.
    #[must_use]
    pub fn ragged(mut self) -> Self {
        self.depth += 1;
        self
    }

    /// An array of this shape of these, the same in all rows; in a ragged column that of each element of the list.
    #[must_use]
    pub fn shaped(mut self, shape: &[u64]) -> Self {
        self.item = Some(shape.to_vec());
        self
    }
}
