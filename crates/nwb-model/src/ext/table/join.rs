//! Following regions and references from the rows of one table to what they lead to, as columns.

use std::collections::HashMap;

use crate::backend::Address;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::{Cells, Column, RowSet};
use crate::tree::{Kind, Object};
use crate::types::DynamicTable;
use crate::value::Value;
use crate::view::NeurodataType;

/// What the rows of a table lead to: rows of another table, or objects; for each starting row one, or a list of them.
///
/// Every column that comes of it is aligned with the starting rows. What several rows lead to is read once.
///
/// ```no_run
/// # fn example(units: &nwb_model::types::Units) -> nwb_model::Result<()> {
/// let electrodes = units.follow("electrodes", ..)?; // for each unit some rows of the electrodes table
/// let areas = electrodes.column("location")?; // a ragged column of texts, a list for each unit
/// let probes = electrodes.follow("group")?.follow("device")?; // references, then links
/// let names = probes.column("name")?; // a ragged column of the devices' names
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Joined {
    /// For each level of raggedness, starting rows first, where each list ends.
    ends: Vec<Vec<u64>>,
    reached: Reached,
}

#[derive(Clone, Debug)]
enum Reached {
    Rows(DynamicTable, Vec<u64>),
    Objects(Vec<Option<Object>>),
}

impl DynamicTable {
    /// What some rows lead to by a column of regions or references.
    ///
    /// # Errors
    /// When the column is neither, a row is outside its table, or something cannot be read.
    pub fn follow(&self, column: &str, rows: impl Into<RowSet>) -> Result<Joined> {
        follow(&self.column(column)?, rows)
    }
}

fn follow(column: &Column, rows: impl Into<RowSet>) -> Result<Joined> {
    if column.region()?.is_some() {
        let found = column.region_rows(rows)?;
        return Ok(Joined { ends: found.ends, reached: Reached::Rows(found.table, found.rows) });
    }
    let Cells { values, ends } = column.read(rows)?;
    let object = column.data().object();
    let addresses = values
        .as_references()
        .map_err(|error| object.fail(error.remedy("only regions and references lead elsewhere")))?;
    Ok(Joined { ends, reached: Reached::Objects(addresses.into_iter().map(|at| object.resolve(at)).collect()) })
}

/// Which of the distinct ones each is, and the distinct ones in the order in which they first come.
fn distinct<K: Copy + Eq + std::hash::Hash>(all: impl IntoIterator<Item = K>) -> (Vec<K>, Vec<usize>) {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut found = Vec::new();
    let which = all
        .into_iter()
        .map(|one| {
            *places.entry(one).or_insert_with(|| {
                found.push(one);
                found.len() - 1
            })
        })
        .collect();
    (found, which)
}

impl Joined {
    /// For each level of raggedness, starting rows first, where each list ends; empty where each row leads to just one.
    #[must_use]
    pub fn ends(&self) -> &[Vec<u64>] {
        &self.ends
    }

    /// How many rows or objects are reached, with repetitions.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.reached {
            Reached::Rows(_, rows) => rows.len(),
            Reached::Objects(objects) => objects.len(),
        }
    }

    /// Whether nothing is reached.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows that are reached, and their table; `None` where objects are.
    #[must_use]
    pub fn rows(&self) -> Option<(&DynamicTable, &[u64])> {
        match &self.reached {
            Reached::Rows(table, rows) => Some((table, rows)),
            Reached::Objects(_) => None,
        }
    }

    /// The objects that are reached, `None` for null references; of rows, nothing.
    #[must_use]
    pub fn objects(&self) -> &[Option<Object>] {
        match &self.reached {
            Reached::Rows(..) => &[],
            Reached::Objects(objects) => objects,
        }
    }

    /// The objects that are reached, as what they are.
    ///
    /// # Errors
    /// When one is of another type.
    pub fn objects_as<T: NeurodataType>(&self) -> Result<Vec<Option<T>>> {
        self.objects().iter().map(|object| object.as_ref().map(Object::cast).transpose()).collect()
    }

    /// What these lead to: rows by a column of their table, objects by a link, a reference or a member of that name.
    ///
    /// # Errors
    /// When there is nothing of that name that leads anywhere, or it cannot be read.
    pub fn follow(&self, name: &str) -> Result<Self> {
        match &self.reached {
            Reached::Rows(table, rows) => {
                let (needed, which) = distinct(rows.iter().copied());
                let column = table.column(name)?;
                let once = follow(&column, needed)?;
                once.spread(&which, &self.ends)
            }
            Reached::Objects(objects) => {
                let mut known: HashMap<Address, Option<Object>> = HashMap::new();
                let reached = objects
                    .iter()
                    .map(|object| {
                        let Some(object) = object else { return Ok(None) };
                        if let Some(target) = known.get(&object.address()) {
                            return Ok(target.clone());
                        }
                        let target = step(object, name)?;
                        known.insert(object.address(), target.clone());
                        Ok(target)
                    })
                    .collect::<Result<_>>()?;
                Ok(Self { ends: self.ends.clone(), reached: Reached::Objects(reached) })
            }
        }
    }

    /// A column aligned with the starting rows: of rows, that column of their table; of objects, their attribute or small dataset of
    /// that name, or `name`, `path` and `object_id`. A categorical column comes as its terms.
    ///
    /// # Errors
    /// When there is no such column, an object has nothing of that name or is null, or it cannot be read.
    pub fn column(&self, name: &str) -> Result<Cells> {
        match &self.reached {
            Reached::Rows(table, rows) => {
                let (needed, which) = distinct(rows.iter().copied());
                let once = table.column(name)?.read_decoded(needed)?;
                let Cells { values, ends } = once.select(&which)?;
                Ok(Cells { values, ends: self.ends.iter().cloned().chain(ends).collect() })
            }
            Reached::Objects(objects) => {
                let (needed, which) = distinct(objects.iter().map(|object| object.as_ref().map(Object::address)));
                let first = |address: &Option<Address>| {
                    objects.iter().flatten().find(|object| Some(object.address()) == *address)
                };
                let fields: Vec<Value> = needed
                    .iter()
                    .map(|address| match first(address) {
                        Some(object) => field(object, name),
                        None => Err(Error::new(ErrorKind::Malformed, "a reference leads nowhere: it is null")
                            .remedy("take the objects, and leave null ones out")),
                    })
                    .collect::<Result<_>>()?;
                let values = stacked(&fields)
                    .map_err(|error| error.with_message(format!("\"{name}\" is not alike in all objects")))?;
                let values = Cells { values, ends: Vec::new() }.select(&which)?.values;
                Ok(Cells { values, ends: self.ends.clone() })
            }
        }
    }

    /// The same for each of `which`, behind levels of raggedness that were there before.
    fn spread(self, which: &[usize], before: &[Vec<u64>]) -> Result<Self> {
        // The places of what was reached, as if they were cells: lists stay lists.
        let places = Value::vector((0..self.len() as u64).collect());
        let cells = Cells { values: places, ends: self.ends }.select(which)?;
        let places: Vec<usize> =
            cells.values.to_vec::<u64>()?.into_iter().filter_map(|place| usize::try_from(place).ok()).collect();
        let reached = match self.reached {
            Reached::Rows(table, rows) => {
                Reached::Rows(table, places.iter().filter_map(|&place| rows.get(place).copied()).collect())
            }
            Reached::Objects(objects) => {
                Reached::Objects(places.iter().map(|&place| objects.get(place).cloned().flatten()).collect())
            }
        };
        Ok(Self { ends: before.iter().cloned().chain(cells.ends).collect(), reached })
    }
}

/// What an object has under a name: a member, whether it lies in it or is linked, or the target of a reference.
fn step(object: &Object, name: &str) -> Result<Option<Object>> {
    if object.kind()? == Kind::Group
        && let Some(child) = object.child(name)?
    {
        return Ok(Some(child));
    }
    match object.attribute(name)? {
        Some(value) => Ok(value.as_reference().map_err(|e| object.fail(e))?.and_then(|at| object.resolve(at))),
        // A link that may be left out.
        None => Ok(None),
    }
}

fn field(object: &Object, name: &str) -> Result<Value> {
    if let Some(value) = object.attribute(name)? {
        return Ok(value.clone());
    }
    if object.kind()? == Kind::Group
        && let Some(child) = object.child(name)?
        && child.kind()? == Kind::Dataset
    {
        return child.dataset()?.read_value(..);
    }
    match name {
        "name" => Ok(Value::text(object.name())),
        "path" => Ok(Value::text(object.path())),
        _ => Err(object.fail(Error::new(ErrorKind::NotFound, format!("the object has no \"{name}\"")))),
    }
}

/// Values of one type and shape along a new first axis.
fn stacked(values: &[Value]) -> Result<Value> {
    let Some(first) = values.first() else { return Ok(Value::vector(Vec::<f64>::new())) };
    if first.dtype().is_text() && values.iter().all(|value| value.len() == 1) {
        return Ok(Value::texts(values.iter().map(Value::as_text).collect::<Result<Vec<_>>>()?));
    }
    let lines = values
        .iter()
        .map(|value| {
            let mut dims = vec![1];
            dims.extend_from_slice(first.shape().dims());
            value.clone().reshaped(crate::value::Shape::Simple(dims))
        })
        .collect::<Result<Vec<_>>>()?;
    crate::joined::concatenated(first.dtype(), &lines)
}
