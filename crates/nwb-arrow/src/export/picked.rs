//! Rows in any order.

use std::ops::Range;

use arrow_array::{ArrayRef, UInt64Array, new_empty_array};

use super::part::Part;
use crate::error::Result;

/// Rows that lie no further apart than this are read in one go, and what lies between them is thrown away.
const GAP: u64 = 64;

/// Rows in any order: what to read, and where in it each row is.
pub(super) struct Picked {
    runs: Vec<Range<u64>>,
    /// `None` where what is read is just what was asked for.
    places: Option<UInt64Array>,
}

impl Picked {
    pub(super) fn of(rows: &[u64]) -> Self {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        let mut runs: Vec<Range<u64>> = Vec::new();
        for row in sorted {
            match runs.last_mut() {
                Some(run) if row < run.end.saturating_add(GAP) => run.end = run.end.max(row + 1),
                _ => runs.push(row..row + 1),
            }
        }
        let mut first = 0;
        let starts: Vec<(u64, u64)> = runs
            .iter()
            .map(|run| {
                let start = (run.start, first);
                first += run.end - run.start;
                start
            })
            .collect();
        let place = |row: &u64| {
            let run = starts.partition_point(|(start, _)| start <= row).checked_sub(1);
            run.and_then(|run| starts.get(run)).map_or(0, |(start, first)| first + (row - start))
        };
        let places: Vec<u64> = rows.iter().map(place).collect();
        let is_all = places.len() as u64 == first && places.iter().zip(0..).all(|(place, at)| *place == at);
        Self { runs, places: (!is_all).then(|| places.into()) }
    }

    /// The cells of these rows of a column.
    pub(super) fn read(&self, part: &Part) -> Result<ArrayRef> {
        let read = self.runs.iter().map(|run| part.read(run.clone())).collect::<Result<Vec<_>>>()?;
        let all = match read.as_slice() {
            [] => return Ok(new_empty_array(part.field().data_type())),
            [one] => one.clone(),
            several => {
                let several: Vec<&dyn arrow_array::Array> = several.iter().map(AsRef::as_ref).collect();
                arrow_select::concat::concat(&several)?
            }
        };
        match &self.places {
            Some(places) => Ok(arrow_select::take::take(&all, places, None)?),
            None => Ok(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_rows_are_read_together_and_given_in_the_order_asked_for() {
        let picked = Picked::of(&[500, 3, 5, 3, 501]);
        assert_eq!(picked.runs, [3..6, 500..502]);
        assert_eq!(picked.places.unwrap().values().to_vec(), [3, 0, 2, 0, 4]);
        assert!(Picked::of(&[7, 8, 9]).places.is_none());
    }
}
