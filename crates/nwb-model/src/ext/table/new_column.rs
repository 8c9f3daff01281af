//! Columns of every form on their way into a table, for whatever makes them by the rule and not by hand.

use nwb_schema::{Catalog, EffectiveDataset};

use super::index;
use crate::data::Data;
use crate::draft::{Child, Draft, Link};
use crate::dtype::Number;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::Region;
use crate::types::{DynamicTable, DynamicTableRegion, EnumData, VectorData};
use crate::value::{Shape, Value};
use crate::view::{IsA, NeurodataType};

/// A column of any form: ragged as often as one likes, of row numbers of another table, of numbers that stand for texts.
///
/// By hand, [`Columns`](crate::ext::Columns) is shorter.
///
/// ```
/// use nwb_model::ext::NewColumn;
/// use nwb_model::types::{DynamicTable, DynamicTableInit};
///
/// // Two rows: [[1, 2], [3]] and [].
/// let column = NewColumn::new("waveforms", "for each spike, its electrodes", vec![1u16, 2, 3]).ragged([vec![2, 2], vec![2, 3]]);
/// let kinds = NewColumn::new("kind", "what it is", vec![0u8, 1]).terms(["pyramidal", "interneuron"]);
/// let table = DynamicTable::new(DynamicTableInit { name: "cells".into(), description: "cells seen".into() })
///     .with_column(column)
///     .with_column(kinds);
/// ```
#[derive(Clone, Debug)]
pub struct NewColumn {
    name: String,
    /// What the schema says, where nothing else is said.
    description: Option<String>,
    elements: Data,
    ends: Vec<Vec<u64>>,
    meaning: Meaning,
}

/// What the elements stand for.
#[derive(Clone, Debug)]
enum Meaning {
    Themselves,
    Rows(Link<DynamicTable>),
    Terms(Vec<String>),
}

impl NewColumn {
    /// A column of these elements, one cell a row.
    pub fn new(name: impl Into<String>, description: impl Into<String>, elements: impl Into<Data>) -> Self {
        Self { description: Some(description.into()), ..Self::known(name, elements) }
    }

    /// A column that the table's type names, `start_time` of trials for one: the schema describes it.
    pub fn known(name: impl Into<String>, elements: impl Into<Data>) -> Self {
        Self {
            name: name.into(),
            description: None,
            elements: elements.into(),
            ends: Vec::new(),
            meaning: Meaning::Themselves,
        }
    }

    /// Makes it ragged: for each level, rows first, where each cell ends, counted in cells of the next level, at the last level
    /// in elements, as [`Cells::ends`](crate::ext::Cells::ends).
    #[must_use]
    pub fn ragged(mut self, ends: impl IntoIterator<Item = Vec<u64>>) -> Self {
        self.ends = ends.into_iter().collect();
        self
    }

    /// Says that its elements are row numbers, from 0, of a table: a `DynamicTableRegion`.
    #[must_use]
    pub fn rows_of(mut self, table: impl Into<Link<DynamicTable>>) -> Self {
        self.meaning = Meaning::Rows(table.into());
        self
    }

    /// Says that its elements are numbers of these texts, from 0, in the unsigned type that holds them all: an `EnumData`.
    #[must_use]
    pub fn terms<S: Into<String>>(mut self, texts: impl IntoIterator<Item = S>) -> Self {
        self.meaning = Meaning::Terms(texts.into_iter().map(Into::into).collect());
        self
    }

    fn check(&self) -> Result<()> {
        let name = &self.name;
        let elements = self.elements.shape().dims().first().copied().unwrap_or(0);
        for (level, ends) in self.ends.iter().enumerate() {
            let below = self.ends.get(level + 1).map_or(elements, |next| next.len() as u64);
            let mut before = 0;
            for (row, &end) in ends.iter().enumerate() {
                if end < before {
                    let message = format!("the cells of column \"{name}\" end before they begin in row {row}");
                    return Err(unfit(message, format!("{before} or more"), end));
                }
                before = end;
            }
            if before != below {
                let message = format!("the cells of column \"{name}\" do not end where its elements end");
                return Err(unfit(message, below.to_string(), before));
            }
        }
        Ok(())
    }

    /// The numbers of terms in the narrowest type that has a number for each; refused if there are fewer terms.
    fn term_numbers(name: &str, elements: Data, terms: usize) -> Result<Data> {
        let number = match terms {
            0..=0x100 => Number::U8,
            0x101..=0x1_0000 => Number::U16,
            _ => Number::U32,
        };
        let (source, info) = elements.into_parts();
        let all = Region::all(info.shape.dims());
        let value = source.read(&all)?;
        let numbers = value.to_vec::<u64>()?;
        if let Some(beyond) = numbers.iter().find(|number| **number >= terms as u64) {
            let message = format!("column \"{name}\" has the number of no term");
            return Err(unfit(message, format!("numbers below {terms}"), *beyond));
        }
        let narrow = match number {
            Number::U8 => Value::vector(value.to_vec::<u8>()?),
            Number::U16 => Value::vector(value.to_vec::<u16>()?),
            _ => Value::vector(value.to_vec::<u32>()?),
        };
        Ok(narrow.reshaped(Shape::of(value.shape().dims()))?.into())
    }
}

fn unfit(message: String, expected: String, found: u64) -> Error {
    Error::new(ErrorKind::Invalid, message).expected(expected).found(found.to_string())
}

impl<T: IsA<DynamicTable>> Draft<T> {
    /// Adds a column, or puts it in the place of the one of that name. All columns of a table have the same number of rows. What is
    /// wrong with it is told when the table is inserted.
    #[must_use]
    pub fn with_column(mut self, column: NewColumn) -> Self {
        if let Err(error) = column.check() {
            self.node.faults.push(error);
            return self;
        }
        let NewColumn { name, description, mut elements, ends, meaning } = column;
        let slot = slot_of::<T>(&name);
        let Some(description) = description.or_else(|| slot.map(|slot| slot.doc.clone())) else {
            self.node.faults.push(
                Error::new(ErrorKind::Invalid, format!("column \"{name}\" has no description"))
                    .expected("a description, or a column that the schema describes")
                    .remedy("say what it is")
                    .by_spec(format!("{} {}", T::NAMESPACE, T::NAME)),
            );
            return self;
        };
        let mut index_name = name.clone();
        for ends in ends.iter().rev() {
            self.node.put_column(index(&index_name, ends));
            index_name.push_str("_index");
        }
        let mut fault = None;
        let column: Child<VectorData> = match meaning {
            Meaning::Themselves => {
                let mut draft = draft::<VectorData>(name, description, elements);
                if let Some(own) = slot.and_then(|slot| slot.type_name.as_ref()) {
                    draft.node.type_name = Some((own.namespace().into(), own.name().into()));
                }
                draft.into()
            }
            Meaning::Rows(table) => {
                let mut draft = draft::<DynamicTableRegion>(name, description, elements);
                draft.node.reference("", "table", table);
                draft.into()
            }
            Meaning::Terms(terms) => {
                match NewColumn::term_numbers(&name, elements.clone(), terms.len()) {
                    Ok(numbers) => elements = numbers,
                    Err(error) => fault = Some(error),
                }
                let terms_name = format!("{name}_elements");
                let about = format!("fixed set of elements referenced by {name}");
                self.node.put_column(draft::<VectorData>(terms_name.clone(), about, terms.into()).into());
                let mut draft = draft::<EnumData>(name, description, elements);
                draft.node.reference("", "elements", Link::<VectorData>::sibling(terms_name));
                draft.into()
            }
        };
        self.node.faults.extend(fault);
        self.node.put_column(column);
        self
    }
}

/// What the schema says of a column of that name, if the type is one of those that are built in.
fn slot_of<T: NeurodataType>(name: &str) -> Option<&'static EffectiveDataset> {
    let catalog: &'static Catalog = nwb_schema::embedded::catalog();
    let slot = catalog.resolve_type(T::NAMESPACE, T::NAME)?.members().dataset(name)?;
    let own = catalog.by_name(slot.type_name.as_ref()?)?;
    own.is_a_named("VectorData").then_some(slot)
}

fn draft<T: NeurodataType>(name: String, description: String, elements: Data) -> Draft<T> {
    let mut draft = Draft::<T>::begin(Some(name));
    draft.node.contents(elements);
    draft.node.attribute("", "description", description);
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{DynamicTableInit, TimeIntervals};

    #[test]
    fn what_does_not_fit_is_kept_as_a_fault() {
        let column = |elements: Data| NewColumn::new("x", "what it is", elements);
        let cases = [
            (column(vec![1, 2].into()).ragged([vec![2, 1]]), "end before they begin in row 1"),
            (column(vec![1, 2].into()).ragged([vec![1]]), "do not end where its elements end"),
            (column(vec![1, 2].into()).ragged([vec![1, 3], vec![1, 2]]), "do not end where its elements end"),
            (column(vec![0, 2].into()).terms(["a", "b"]), "the number of no term"),
            (NewColumn::known("x", vec![0, 2]), "no description"),
        ];
        for (column, message) in cases {
            let init = DynamicTableInit { name: "t".into(), description: "d".into() };
            let draft = DynamicTable::new(init).with_column(column);
            let fault = draft.node.faults.first().unwrap();
            assert!(fault.is_caller_fault() && fault.message().contains(message), "{fault}");
        }
        let known = Draft::<TimeIntervals>::begin(None).with_column(NewColumn::known("start_time", vec![0.5]));
        assert!(known.node.faults.is_empty());
    }
}
