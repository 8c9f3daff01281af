//! Tables built row by row: whole columns come of it, in a new table or behind the rows of one that is there.

mod append;
mod buffer;
mod cell;
mod column;
mod finish;
mod kind;
mod start;
mod stored;

use std::collections::HashSet;

use nwb_schema::Catalog;

use crate::backend::Address;
use crate::draft::{Draft, DraftNode, Handle, Link, Owner};
use crate::dtype::Number;
use crate::error::{Error, ErrorKind, Result};
use crate::types::DynamicTable;
use crate::view::{IsA, NeurodataType};
pub use cell::Cell;
use cell::{Content, Elements, Plain};
use column::{Column, Usage};
pub use kind::CellKind;
use kind::{Terms, Wanted};

/// Adds rows to a table: a new one (`RowBuilder<Draft<T>>`, by [`Draft::rows`]) or one of the file that is being edited
/// (`RowBuilder<Handle<T>>`, by [`Edit::rows`](crate::edit::Edit::rows)), with the same calls.
///
/// A row is a list of column names and [`Cell`]s. The columns that the table's type defines are known: their descriptions, their
/// types, whether they are ragged. Others are declared first, by [`column`](Self::column). The first row decides which optional
/// columns the table has; from then on each row has the same columns, in any order. A row that does not fit is refused whole: the
/// builder is as it was before. Columns of the categories of an
/// [`AlignedDynamicTable`](crate::types::AlignedDynamicTable) are called `category/column`.
///
/// Cells go into one buffer a column, so that a row costs the same however many there are already.
///
/// ```
/// use nwb_model::draft::Draft;
/// use nwb_model::ext::CellKind;
/// use nwb_model::types::TimeIntervals;
///
/// let mut trials = Draft::<TimeIntervals>::begin(Some("trials".into())).rows()?;
/// trials.column("correct", "whether the mouse licked on the right side", CellKind::of::<bool>())?;
/// trials.push(&[("start_time", 0.5.into()), ("stop_time", 2.5.into()), ("tags", ["go"].into()), ("correct", true.into())])?;
/// trials.push(&[("start_time", 3.5.into()), ("stop_time", 4.5.into()), ("tags", [""; 0].into()), ("correct", false.into())])?;
///
/// let refused = trials.push(&[("start_time", 5.5.into()), ("stop_time", "late".into())]).unwrap_err();
/// assert!(refused.message().contains("stop_time"));
/// assert_eq!(trials.row_count(), 2);
/// let trials = trials.finish()?; // a draft, to be inserted
/// # Ok::<(), nwb_model::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RowBuilder<S> {
    target: S,
    core: Core,
}

/// Whether several rows may have the same id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowIds {
    /// They may, as far as the schema goes.
    #[default]
    AsGiven,
    /// A row with an id that another one has is refused.
    Unique,
}

#[derive(Clone, Debug)]
struct Core {
    catalog: Catalog,
    /// The table itself first, then its categories.
    tables: Vec<Table>,
    columns: Vec<Column>,
    /// Which column stood at each place of the last row: rows are mostly alike.
    places: Vec<usize>,
    /// Which columns rows have, in the order of the first row.
    order: Vec<usize>,
    /// How many rows the table had before.
    before: u64,
    rows: u64,
    /// Counts rows that were looked at, refused ones too.
    looked_at: u64,
    ids: Vec<i64>,
    gives_ids: Option<bool>,
    unique: Option<HashSet<i64>>,
    /// The edit whose handles the rows hold.
    owner: Option<Owner>,
    stored: Option<DynamicTable>,
}

#[derive(Clone, Debug)]
struct Table {
    /// Its name as a category; empty for the table itself.
    category: String,
    node: DraftNode,
    /// Where it lies, if it is there already.
    address: Option<Address>,
    is_required: bool,
}

/// The narrowest unsigned type that holds a number.
fn narrowest(most: u64) -> Number {
    match most {
        0..=0xFF => Number::U8,
        0x100..=0xFFFF => Number::U16,
        0x1_0000..=0xFFFF_FFFF => Number::U32,
        _ => Number::U64,
    }
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, message)
}

impl<T: IsA<DynamicTable>> Draft<T> {
    /// Begins to add rows to a new table. The draft has everything but columns: name, description, and, of a table with
    /// categories, those that the schema does not know.
    ///
    /// # Errors
    /// When the draft has columns already, or the table's type is none that this library knows.
    pub fn rows(self) -> Result<RowBuilder<Self>> {
        self.rows_of(nwb_schema::embedded::catalog())
    }

    /// As [`rows`](Self::rows), for a table of a type that is in this catalog.
    ///
    /// # Errors
    /// As `rows`.
    pub fn rows_of(mut self, catalog: &Catalog) -> Result<RowBuilder<Self>> {
        let node = std::mem::take(&mut self.node);
        let core = Core::of_draft(node, catalog)?;
        Ok(RowBuilder { target: self, core })
    }
}

impl<T: NeurodataType> RowBuilder<Handle<T>> {
    pub(crate) fn of_stored(target: Handle<T>, stored: &DynamicTable, owner: Owner, catalog: &Catalog) -> Result<Self> {
        Ok(Self { target, core: Core::of_stored(stored, owner, catalog)? })
    }

    pub(crate) fn target(&self) -> Handle<T> {
        self.target
    }
}

impl<S> RowBuilder<S> {
    /// Declares a column that the table's type does not know, or says more of one that it knows.
    ///
    /// Columns are declared before the first row of the table.
    ///
    /// # Errors
    /// When the table has rows, or the name is that of another column or of what belongs to one.
    pub fn column(
        &mut self,
        name: impl AsRef<str>,
        description: impl Into<String>,
        kind: CellKind,
    ) -> Result<&mut Self> {
        self.core.declare(name.as_ref(), description.into(), kind)?;
        Ok(self)
    }

    /// Says of which table the rows are that a region column of the table's type refers to.
    ///
    /// # Errors
    /// When there is no such region column, or it has rows.
    pub fn region(&mut self, name: impl AsRef<str>, table: impl Into<Link<DynamicTable>>) -> Result<&mut Self> {
        let column = self.core.column_mut(name.as_ref())?;
        match &mut column.wanted {
            Wanted::Region(known) if column.count == 0 && column.stored.is_none() => *known = Some(table.into()),
            Wanted::Region(_) => {
                return Err(invalid(format!("column \"{}\" refers to a table already", name.as_ref())));
            }
            _ => return Err(invalid(format!("column \"{}\" does not refer to rows of a table", name.as_ref()))),
        }
        Ok(self)
    }

    /// Says what is to be known of row ids. Rows have ids 0, 1, 2 ... unless each has a cell `id`.
    ///
    /// # Errors
    /// When the ids so far are not unique, and should be.
    pub fn ids(&mut self, rule: RowIds) -> Result<&mut Self> {
        self.core.unique = match rule {
            RowIds::AsGiven => None,
            RowIds::Unique => {
                let mut known = self.core.stored_ids()?;
                for id in self.core.ids.iter().copied() {
                    if !known.insert(id) {
                        return Err(invalid("two rows have the same id").found(id.to_string()));
                    }
                }
                Some(known)
            }
        };
        Ok(self)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When a column is missing or unknown or comes twice, a cell is not of the type or shape of its column, a handle is of another
    /// edit, or the id is taken: the error names the row and the column, and the builder is as it was before.
    pub fn push(&mut self, row: &[(&str, Cell<'_>)]) -> Result<()> {
        let core = &mut self.core;
        let number = core.before + core.rows;
        core.push(row).map_err(|error| {
            let message = format!("row {number}: {}", error.message());
            error.with_message(message)
        })
    }

    /// How many rows the table has: those that were there before, and those that were added.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.core.before + self.core.rows
    }

    /// Whether no row was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.core.rows == 0
    }

    /// The names of the columns that rows can have, in the order of the schema and of the declarations.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.core.columns.iter().map(|column| column.key.as_str())
    }
}

impl Core {
    fn find(&self, name: &str, place: usize) -> Option<usize> {
        let hint = self.places.get(place).copied();
        hint.filter(|&index| self.columns.get(index).is_some_and(|column| column.key == name))
            .or_else(|| self.columns.iter().position(|column| column.key == name))
    }

    fn column_mut(&mut self, name: &str) -> Result<&mut Column> {
        match self.columns.iter().position(|column| column.key == name) {
            Some(index) => self.columns.get_mut(index).ok_or_else(|| invalid("no such column")),
            None => Err(self.unknown(name)),
        }
    }

    fn unknown(&self, name: &str) -> Error {
        let names = || self.columns.iter().map(|column| column.key.as_str());
        let error =
            invalid(format!("the table has no column \"{name}\"")).expected(names().collect::<Vec<_>>().join(", "));
        match crate::names::nearest(name, names()) {
            Some(near) => error.remedy(format!("did you mean \"{near}\"?")),
            None => error.remedy("declare it before the first row"),
        }
    }

    fn push(&mut self, row: &[(&str, Cell<'_>)]) -> Result<()> {
        self.looked_at += 1;
        let mut id = None;
        let mut given = 0;
        self.places.resize(row.len().max(self.places.len()), usize::MAX);
        for (place, (name, cell)) in row.iter().enumerate() {
            if *name == "id" {
                if id.replace(id_of(cell)?).is_some() {
                    return Err(invalid("\"id\" is given twice"));
                }
                continue;
            }
            let index = self.find(name, place).ok_or_else(|| self.unknown(name))?;
            let column = self.columns.get_mut(index).ok_or_else(|| invalid("no such column"))?;
            if column.seen == self.looked_at {
                return Err(invalid(format!("column \"{name}\" is given twice")));
            }
            column.seen = self.looked_at;
            if column.usage == Usage::Never {
                return Err(invalid(format!("column \"{name}\" is not in the rows before"))
                    .remedy("give it in the first row, or never"));
            }
            column.check(cell, self.owner, &self.catalog)?;
            if let Some(hint) = self.places.get_mut(place) {
                *hint = index;
            }
            given += 1;
        }
        self.check_complete(given)?;
        self.check_id(id)?;
        self.add(row, id)
    }

    /// What is missing in the row that was looked at.
    fn check_complete(&self, given: usize) -> Result<()> {
        if self.is_begun() && given == self.order.len() {
            return Ok(());
        }
        let missing = self.columns.iter().find(|column| {
            let is_needed = match column.usage {
                Usage::Every => true,
                Usage::Open => column.is_required,
                Usage::Never => false,
            };
            is_needed && column.seen != self.looked_at
        });
        match missing {
            None => Ok(()),
            Some(column) => Err(invalid(format!("column \"{}\" is missing", column.key))
                .expected(format!("a cell for each of {}", self.needed().join(", ")))),
        }
    }

    fn needed(&self) -> Vec<&str> {
        let needed =
            |column: &&Column| column.usage == Usage::Every || (column.usage == Usage::Open && column.is_required);
        self.columns.iter().filter(needed).map(|column| column.key.as_str()).collect()
    }

    /// Whether it is settled which columns there are.
    fn is_begun(&self) -> bool {
        self.before > 0 || self.rows > 0
    }

    fn check_id(&self, id: Option<i64>) -> Result<()> {
        if self.gives_ids.is_some_and(|gives| gives != id.is_some()) {
            return Err(invalid(if id.is_some() { "the rows before have no id" } else { "\"id\" is missing" })
                .remedy("give all rows an id, or none"));
        }
        let id = id.unwrap_or_else(|| self.next_id());
        match &self.unique {
            Some(known) if known.contains(&id) => {
                Err(invalid("the id is that of another row").expected("ids that are unique").found(id.to_string()))
            }
            _ => Ok(()),
        }
    }

    fn next_id(&self) -> i64 {
        i64::try_from(self.before + self.rows).unwrap_or(i64::MAX)
    }

    /// Adds a row in which everything is right.
    fn add(&mut self, row: &[(&str, Cell<'_>)], id: Option<i64>) -> Result<()> {
        let is_first = !self.is_begun();
        for (place, (name, cell)) in row.iter().enumerate().filter(|(_, (name, _))| *name != "id") {
            let index = self.find(name, place).ok_or_else(|| invalid("no such column"))?;
            let column = self.columns.get_mut(index).ok_or_else(|| invalid("no such column"))?;
            column.push(cell)?;
            if self.owner.is_none() {
                self.owner = column.buffer.as_ref().and_then(buffer::Buffer::owner);
            }
            if is_first {
                column.usage = Usage::Every;
                self.order.push(index);
            }
        }
        if is_first {
            self.columns.iter_mut().filter(|column| column.usage == Usage::Open).for_each(|c| c.usage = Usage::Never);
        }
        self.gives_ids = Some(id.is_some());
        let id = id.unwrap_or_else(|| self.next_id());
        self.ids.push(id);
        if let Some(known) = &mut self.unique {
            known.insert(id);
        }
        self.rows += 1;
        Ok(())
    }
}

fn id_of(cell: &Cell<'_>) -> Result<i64> {
    let wrong = || invalid("the id is no integer").expected("an integer").found(cell.describe());
    match &cell.0 {
        Content::Array(dims, Elements::Plain(Plain::Number(number), bytes))
            if dims.as_slice().is_empty() && !number.is_float() =>
        {
            let ids =
                <i64 as crate::element::Element>::from_stored(&crate::dtype::Dtype::native(*number), bytes.as_slice())?;
            ids.first().copied().ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}
