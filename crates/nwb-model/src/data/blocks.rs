//! Elements that come from an iterator, block by block.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::{Data, Rows};
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::joined::concatenated;
use crate::selection::{Region, Steps};
use crate::value::{Shape, Value};

/// Rows from an iterator, which gives them once.
pub(super) struct Blocks {
    dtype: Dtype,
    shape: Vec<u64>,
    state: Mutex<State>,
}

struct State {
    blocks: Box<dyn Iterator<Item = Result<Data>> + Send>,
    /// The row that comes next.
    next: u64,
    /// A block of which rows are left, and how many of it were taken.
    begun: Option<(Value, u64)>,
    /// What was given last, and from where on: where a row is larger than what is written at once, it is asked for again and again.
    last: Option<(u64, Value)>,
    failed: Option<Error>,
}

impl Blocks {
    pub(super) fn new(dtype: Dtype, shape: Vec<u64>, blocks: Box<dyn Iterator<Item = Result<Data>> + Send>) -> Self {
        Self { dtype, shape, state: Mutex::new(State { blocks, next: 0, begun: None, last: None, failed: None }) }
    }

    fn row(&self) -> &[u64] {
        self.shape.get(1..).unwrap_or_default()
    }

    fn take(&self, state: &mut State, first: u64, count: u64) -> Result<Value> {
        if first != state.next {
            return Err(Error::new(ErrorKind::Invalid, "blocks come once and in order, and were taken already")
                .expected(format!("rows from {} on", state.next))
                .found(format!("rows from {first} on are asked for"))
                .remedy(
                    "do not read the data before the edit is committed, or write them from an array or a dataset",
                ));
        }
        let (mut parts, mut have) = (Vec::new(), 0);
        while have < count {
            let (block, taken) = match state.begun.take() {
                Some(begun) => begun,
                None => (self.next_block(state, have)?, 0),
            };
            let rows = block.shape().dims().first().copied().unwrap_or(0);
            let some = (rows - taken).min(count - have);
            parts.push(if some == rows { block.clone() } else { self.part(&block, taken, some)? });
            have += some;
            if taken + some < rows {
                state.begun = Some((block, taken + some));
            }
        }
        state.next += count;
        if self.shape.first() == Some(&state.next) {
            self.check_end(state)?;
        }
        match parts.as_slice() {
            [only] => Ok(only.clone()),
            many => concatenated(&self.dtype, many),
        }
    }

    fn part(&self, block: &Value, first: u64, count: u64) -> Result<Value> {
        let axes = std::iter::once(Steps::run(first, count));
        block.select(&Region::new(axes.chain(self.row().iter().map(|&len| Steps::run(0, len))).collect()))
    }

    /// A block that is not empty.
    fn next_block(&self, state: &mut State, have: u64) -> Result<Value> {
        loop {
            let block = state.blocks.next().ok_or_else(|| {
                let found = state.next.saturating_add(have);
                Error::new(ErrorKind::Invalid, "the blocks end too early")
                    .expected(format!("{} rows in all", self.shape.first().unwrap_or(&0)))
                    .found(format!("{found} rows"))
                    .remedy("stream the elements if it is not known beforehand how many they are")
            })?;
            let block = self.rows_of(block?.into_value()?)?;
            if block.shape().dims().first() != Some(&0) {
                return Ok(block);
            }
        }
    }

    fn rows_of(&self, value: Value) -> Result<Value> {
        let value = if value.shape().dims() == self.row() && *value.shape() != Shape::Null {
            value.reshaped(Shape::Simple(std::iter::once(1).chain(self.row().iter().copied()).collect()))?
        } else {
            value
        };
        let is_of_rows = value.shape().dims().get(1..) == Some(self.row());
        if is_of_rows && *value.dtype() == self.dtype {
            return Ok(value);
        }
        Err(Error::new(ErrorKind::Invalid, "a block is not rows of the data")
            .expected(format!("{} of shape [rows, {:?}]", self.dtype, self.row()))
            .found(format!("{} of shape {}", value.dtype(), value.shape())))
    }

    fn check_end(&self, state: &mut State) -> Result<()> {
        let more = match state.begun.take() {
            Some(begun) => Some(begun.0),
            None => state.blocks.next().transpose()?.map(Data::into_value).transpose()?,
        };
        match more {
            Some(more) if more.shape().len() != Some(0) => {
                Err(Error::new(ErrorKind::Invalid, "there are more blocks than rows")
                    .expected(format!("{} rows in all", self.shape.first().unwrap_or(&0)))
                    .found(format!("{} of shape {} behind them", more.dtype(), more.shape())))
            }
            _ => Ok(()),
        }
    }
}

impl Rows for Blocks {
    fn dtype(&self) -> Dtype {
        self.dtype.clone()
    }

    fn shape(&self) -> Vec<u64> {
        self.shape.clone()
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = &state.failed {
            return Err(error.clone());
        }
        match &state.last {
            Some((begin, rows)) if *begin == first && rows.shape().dims().first() == Some(&count) => {
                return Ok(rows.clone());
            }
            _ => state.last = None,
        }
        match self.take(&mut state, first, count) {
            Ok(rows) => {
                state.last = Some((first, rows.clone()));
                Ok(rows)
            }
            Err(error) => {
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }
}

impl fmt::Debug for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("dtype", &self.dtype).field("shape", &self.shape).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array, Array2};

    use super::*;
    use crate::element::Element;

    fn blocks(sizes: &'static [usize], rows: u64) -> Blocks {
        let mut from = 0;
        let made = sizes.iter().map(move |&size| {
            from += size;
            Ok(Data::from(Array::from_shape_fn((size, 3), |(row, column)| ((from - size + row) * 3 + column) as i32)))
        });
        Blocks::new(i32::dtype(), vec![rows, 3], Box::new(made))
    }

    fn ints(rows: Result<Value>) -> Vec<i32> {
        rows.unwrap().to_vec().unwrap()
    }

    #[test]
    fn blocks_of_any_size_are_rows() {
        let source = blocks(&[5, 0, 1, 9, 5, 0], 20);
        assert_eq!(ints(source.rows(0, 1)), [0, 1, 2]);
        assert_eq!(ints(source.rows(0, 1)), [0, 1, 2], "the last is there again");
        assert_eq!(ints(source.rows(1, 7)), (3..24).collect::<Vec<_>>());
        assert_eq!(ints(source.rows(8, 12)), (24..60).collect::<Vec<_>>());
        assert!(source.rows(0, 1).unwrap_err().to_string().contains("taken already"));

        let single =
            Blocks::new(f32::dtype(), vec![2, 2], Box::new([1.0f32, 2.0].into_iter().map(|x| Ok(vec![x, x].into()))));
        assert_eq!(single.rows(0, 2).unwrap().to_vec::<f32>().unwrap(), [1.0, 1.0, 2.0, 2.0]);
    }

    #[test]
    fn what_does_not_fit_is_an_error_from_then_on() {
        let early = blocks(&[5, 3], 9);
        assert!(early.rows(0, 6).is_ok());
        for _ in 0..2 {
            let error = early.rows(6, 3).unwrap_err();
            assert!(error.is_caller_fault() && error.to_string().contains("8 rows"), "{error}");
        }
        assert!(blocks(&[5, 5], 9).rows(0, 9).unwrap_err().to_string().contains("more blocks"));
        assert!(blocks(&[9, 1], 9).rows(0, 9).unwrap_err().to_string().contains("more blocks"));
        let wide = Array2::<i32>::zeros((2, 4));
        let wrong = Blocks::new(i32::dtype(), vec![2, 3], Box::new(std::iter::once(Ok(wide.into()))));
        assert!(wrong.rows(0, 1).unwrap_err().to_string().contains("not rows"));
        let failing = std::iter::once(Err(Error::new(ErrorKind::Io, "the camera is gone")));
        let failing = Blocks::new(i32::dtype(), vec![2, 3], Box::new(failing));
        assert!(failing.rows(0, 1).unwrap_err().is_system());
    }
}
