//! Rows of which something is true.

use std::cmp::Ordering;
use std::ops::Range;

use nwb::arrow::{self, Export};
use nwb::model::names::nearest;

use super::cell::Cell;
use crate::failure::Failure;
use crate::glob;
use crate::progress::Progress;

/// `COLUMN OP VALUE`.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    column: String,
    op: Op,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    In,
    Like,
}

const OPS: [&str; 9] = ["=", "!=", "<", "<=", ">", ">=", "contains", "in", "like"];

/// Why no rows could be picked.
pub(super) enum Fault {
    /// Something cannot be read.
    Failed(Failure),
    /// The column has nothing that could be compared so.
    Unfit(String),
}

impl Condition {
    pub(super) fn parse(words: &[String]) -> Result<Self, String> {
        let [column, op, value] = words else { return Err("COLUMN, OP and VALUE are expected".into()) };
        let op = match op.as_str() {
            "=" | "==" | "eq" => Op::Equal,
            "!=" | "<>" | "ne" => Op::Unequal,
            "<" | "lt" => Op::Less,
            "<=" | "le" => Op::LessOrEqual,
            ">" | "gt" => Op::Greater,
            ">=" | "ge" => Op::GreaterOrEqual,
            "contains" => Op::Contains,
            "in" => Op::In,
            "like" => Op::Like,
            other => {
                let near = nearest(other, OPS).filter(|near| near.len() > 1 && other.len() > 1);
                let remedy = near.map_or_else(
                    || "=, !=, <, <=, >, >=, contains, in and like are".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                );
                return Err(format!("\"{other}\" is no comparison; {remedy}"));
            }
        };
        Ok(Self { column: column.clone(), op, value: value.clone() })
    }

    /// Whether it is true of a cell. An empty cell is unequal to everything, and nothing else is true of it.
    fn holds(&self, cell: &Cell<'_>) -> Result<bool, String> {
        let is_nothing = match cell {
            Cell::Nothing => Some(true),
            Cell::Single(value) => Some(value.is_nan()),
            Cell::Double(value) => Some(value.is_nan()),
            _ => None,
        };
        match (self.op, cell) {
            (Op::Equal | Op::Unequal, _) if is_nothing.is_some() && self.value.eq_ignore_ascii_case("nan") => {
                Ok((self.op == Op::Equal) == is_nothing.unwrap_or(false))
            }
            (Op::In, _) => {
                for value in self.value.split(',') {
                    let equal = Self { op: Op::Equal, column: self.column.clone(), value: value.trim().to_owned() };
                    if equal.holds(cell)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (op, Cell::Nothing) => Ok(op == Op::Unequal),
            (Op::Contains, Cell::Text(text)) => Ok(text.contains(&self.value)),
            (Op::Contains, Cell::List(list)) => {
                let equal = Self { op: Op::Equal, ..self.clone() };
                for index in 0..list.len() {
                    if equal.holds(&Cell::of(list.as_ref(), index))? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (Op::Like, Cell::Text(text)) => Ok(glob::matches(&self.value, text)),
            (Op::Like, _) => Err(format!("the column \"{}\" holds no texts, and is like nothing", self.column)),
            (Op::Contains, _) => {
                Err(format!("the column \"{}\" holds neither texts nor lists, and contains nothing", self.column))
            }
            _ => Ok(match (self.op, self.compared(cell)?) {
                // Not-a-number is unequal to everything, itself among it.
                (op, None) => op == Op::Unequal,
                (Op::Equal, Some(order)) => order.is_eq(),
                (Op::Unequal, Some(order)) => order.is_ne(),
                (Op::Less, Some(order)) => order.is_lt(),
                (Op::LessOrEqual, Some(order)) => order.is_le(),
                (Op::Greater, Some(order)) => order.is_gt(),
                (Op::GreaterOrEqual, Some(order)) => order.is_ge(),
                (Op::Contains | Op::In | Op::Like, _) => false,
            }),
        }
    }

    fn compared(&self, cell: &Cell<'_>) -> Result<Option<Ordering>, String> {
        let number = || {
            self.value
                .parse::<f64>()
                .map_err(|_| format!("the column \"{}\" holds numbers, and \"{}\" is none", self.column, self.value))
        };
        Ok(match cell {
            Cell::Truth(value) => match self.value.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(value.cmp(&true)),
                "false" | "0" | "no" => Some(value.cmp(&false)),
                other => {
                    return Err(format!("the column \"{}\" holds true or false, and not \"{other}\"", self.column));
                }
            },
            Cell::Whole(value) => match self.value.parse::<i128>() {
                Ok(other) => Some(value.cmp(&other)),
                Err(_) => (*value as f64).partial_cmp(&number()?),
            },
            // What was written as 0.1 is the nearest there is in the column, too.
            Cell::Single(value) => match self.value.parse::<f32>() {
                Ok(other) => value.partial_cmp(&other),
                Err(_) => f64::from(*value).partial_cmp(&number()?),
            },
            Cell::Double(value) => value.partial_cmp(&number()?),
            Cell::Text(value) => Some((*value).cmp(self.value.as_str())),
            Cell::List(_) => {
                return Err(format!(
                    "the column \"{}\" holds lists; of them only `contains` can be asked",
                    self.column
                ));
            }
            _ => return Err(format!("the column \"{}\" holds nothing that can be compared with a value", self.column)),
        })
    }
}

/// The rows of a range of which all conditions are true. Only the columns that they name are read.
pub(super) fn matching(
    export: Export,
    conditions: &[Condition],
    range: Range<u64>,
    failed: &dyn Fn(arrow::Error) -> Failure,
) -> Result<Vec<u64>, Fault> {
    let mut columns: Vec<&str> = Vec::new();
    for condition in conditions {
        if !columns.contains(&condition.column.as_str()) {
            columns.push(&condition.column);
        }
    }
    let mut progress = Progress::counting("looking at rows");
    let batches = export.columns(columns.iter().copied()).rows(range.clone()).batches();
    let mut rows = Vec::new();
    let mut first = range.start;
    for batch in batches.map_err(|error| Fault::Failed(failed(error)))? {
        let batch = batch.map_err(|error| Fault::Failed(failed(error.into())))?;
        let arrays: Vec<_> = conditions
            .iter()
            .filter_map(|condition| {
                let place = columns.iter().position(|column| *column == condition.column)?;
                Some((condition, batch.columns().get(place)?))
            })
            .collect();
        'rows: for row in 0..batch.num_rows() {
            for (condition, array) in &arrays {
                if !condition.holds(&Cell::of(array.as_ref(), row)).map_err(Fault::Unfit)? {
                    continue 'rows;
                }
            }
            rows.push(first + row as u64);
        }
        first += batch.num_rows() as u64;
        progress.at(first - range.start);
    }
    Ok(rows)
}
