//! Elements of several sources one behind the other along the first axis: a column and the rows that were added to it.

use std::sync::Arc;

use crate::data::Source;
use crate::dtype::Dtype;
use crate::error::{Error, ErrorKind, Result};
use crate::selection::{Region, Steps};
use crate::value::{Bytes, Heap, Shape, Value, damaged, transplant};

/// Sources of one type, and where each begins.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    dtype: Dtype,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    first: u64,
    end: u64,
    source: Source,
}

impl Source {
    /// This source, of some rows, and another one behind it, up to `end`. Both give elements of this type.
    pub(crate) fn followed_by(self, rows: u64, block: Self, end: u64, dtype: &Dtype) -> Result<Self> {
        let mut parts = match self {
            Self::Joined(joined) if joined.dtype == *dtype => Arc::unwrap_or_clone(joined).parts,
            first => vec![Part { first: 0, end: rows, source: first }],
        };
        parts.push(Part { first: rows, end, source: block });
        // Small blocks in memory grow together, so that many appends do not make many parts.
        while let [.., before, last] = parts.as_slice() {
            let (Source::Value(a), Source::Value(b)) = (&before.source, &last.source) else { break };
            if before.end - before.first > 2 * (last.end - last.first) {
                break;
            }
            let (first, end) = (before.first, last.end);
            let both = concatenated(dtype, &[a.clone(), b.clone()])?;
            parts.truncate(parts.len() - 2);
            parts.push(Part { first, end, source: Source::Value(both) });
        }
        Ok(Self::Joined(Arc::new(Joined { dtype: dtype.clone(), parts })))
    }
}

impl Joined {
    pub(crate) fn read(&self, region: &Region) -> Result<Value> {
        let Some((axis, inner)) = region.axes().split_first() else {
            return Err(Error::new(ErrorKind::Invalid, "joined elements have at least one axis"));
        };
        let mut values = Vec::new();
        for part in &self.parts {
            let Some(steps) = within(axis, part.first, part.end) else { continue };
            let mut axes = vec![steps];
            axes.extend_from_slice(inner);
            values.push(part.source.read(&Region::new(axes))?);
        }
        if let [only] = values.as_slice() {
            return Ok(only.clone());
        }
        if values.is_empty() {
            let shape = Shape::Simple(region.shape());
            return Value::from_parts(self.dtype.clone(), shape, Bytes::from_vec(Vec::<u64>::new()), Some(Heap::new()));
        }
        concatenated(&self.dtype, &values)
    }
}

/// The steps that fall between two places, counted from the first of them.
fn within(axis: &Steps, first: u64, end: u64) -> Option<Steps> {
    let step = axis.step.max(1);
    let skipped = first.saturating_sub(axis.start).div_ceil(step);
    let start = axis.start.checked_add(skipped.checked_mul(step)?)?;
    let count = axis.count.saturating_sub(skipped).min(end.saturating_sub(start).div_ceil(step));
    (count > 0).then(|| Steps { start: start.saturating_sub(first), count, step: axis.step })
}

/// Values of one type one behind the other; they differ in their number of rows alone.
pub(crate) fn concatenated(dtype: &Dtype, values: &[Value]) -> Result<Value> {
    let mut rows = 0u64;
    let mut inner: &[u64] = &[];
    for value in values {
        let (len, rest) = value.shape().dims().split_first().ok_or_else(damaged)?;
        rows = rows.saturating_add(*len);
        inner = rest;
    }
    let size: usize = values.iter().map(|value| value.bytes().len()).sum();
    let mut bytes = Vec::with_capacity(size);
    let mut heap = Heap::new();
    for value in values {
        if value.dtype() != dtype {
            return Err(Error::new(ErrorKind::Invalid, "the parts of a column are of different types")
                .expected(dtype.to_string())
                .found(value.dtype().to_string()));
        }
        let from = bytes.len();
        bytes.extend_from_slice(value.bytes());
        if !dtype.is_plain() {
            for place in bytes.get_mut(from..).ok_or_else(damaged)?.chunks_exact_mut(dtype.size().max(1)) {
                transplant(dtype, place, value.heap(), &mut heap, &mut Ok)?;
            }
        }
    }
    let mut dims = vec![rows];
    dims.extend_from_slice(inner);
    Value::from_parts(dtype.clone(), Shape::Simple(dims), Bytes::from_vec(bytes), Some(heap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_across_the_seams() {
        let texts = |from: u64, to: u64| Value::texts((from..to).map(|n| format!("row {n}")));
        let mut source = Source::Value(texts(0, 100));
        let mut len = 100;
        for more in [1, 1, 1, 50, 2, 0, 3] {
            source = source.followed_by(len, Source::Value(texts(len, len + more)), len + more, &Dtype::TEXT).unwrap();
            len += more;
        }
        let whole = texts(0, len);
        for (start, count, step) in [(0, len, 1), (98, 5, 1), (3, 10, 15), (len - 1, 1, 1), (50, 0, 1), (150, 3, 2)] {
            let region = Region::new(vec![Steps { start, count, step }]);
            assert_eq!(source.read(&region).unwrap(), whole.select(&region).unwrap(), "{start} {count} {step}");
        }
        let Source::Joined(joined) = source else { panic!("joined") };
        assert!(joined.parts.len() <= 5, "{:?}", joined.parts.len());
    }
}
