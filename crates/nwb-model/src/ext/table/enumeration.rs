//! Columns whose cells are some of a few terms.

use crate::error::{Error, ErrorKind, Result};
use crate::ext::{Cells, Column, RowSet};
use crate::selection::Selection;
use crate::types::EnumData;
use crate::value::Value;
use crate::view::NeurodataType;

impl EnumData {
    /// The terms, in the order of their codes.
    ///
    /// # Errors
    /// When there is no such list, or it holds no texts.
    pub fn terms(&self) -> Result<Vec<String>> {
        self.elements()?.object().dataset()?.read_texts(..)
    }

    /// Which of the terms, counted from 0, all or some of its elements are.
    ///
    /// # Errors
    /// When a code is that of no term, or something cannot be read.
    pub fn codes(&self, selection: impl Into<Selection>) -> Result<Vec<u64>> {
        self.codes_of(&self.object().dataset()?.read_value(selection)?, self.terms()?.len() as u64)
    }

    fn codes_of(&self, elements: &Value, terms: u64) -> Result<Vec<u64>> {
        let fail = |error: Error| self.object().fail(error.by_spec("hdmf-experimental EnumData"));
        let codes = elements.to_vec::<u64>().map_err(fail)?;
        match codes.iter().find(|code| **code >= terms) {
            Some(code) => Err(fail(no_term(*code, terms))),
            None => Ok(codes),
        }
    }

    fn decoded(&self, elements: &Value) -> Result<Value> {
        let terms = self.terms()?;
        let codes = self.codes_of(elements, terms.len() as u64)?;
        let term = |code: u64| usize::try_from(code).ok().and_then(|code| terms.get(code)).map_or("", String::as_str);
        Value::texts(codes.into_iter().map(term)).reshaped(elements.shape().clone())
    }
}

pub(super) fn no_term(code: u64, terms: u64) -> Error {
    Error::new(ErrorKind::Malformed, "a categorical column has a code that is that of no term")
        .expected(format!("codes below {terms}"))
        .found(code.to_string())
}

impl Column {
    /// The column as a categorical one, if it is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn categorical(&self) -> Result<Option<EnumData>> {
        let object = self.data().object();
        if object.is::<EnumData>()? { Ok(Some(object.cast()?)) } else { Ok(None) }
    }

    /// As [`read`](Self::read), with the terms in place of the codes of a categorical column.
    ///
    /// # Errors
    /// As `read`, and when a code is that of no term.
    pub fn read_decoded(&self, rows: impl Into<RowSet>) -> Result<Cells> {
        let Cells { values, ends } = self.read(rows)?;
        match self.categorical()? {
            Some(column) => Ok(Cells { values: column.decoded(&values)?, ends }),
            None => Ok(Cells { values, ends }),
        }
    }
}
