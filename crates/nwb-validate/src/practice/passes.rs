//! Passes over numbers and over texts.

use std::ops::Range;

use nwb_model::Result;
use nwb_model::dataset::Dataset;
use nwb_model::diagnosis::{Enough, Pass, Report};
use nwb_model::dtype::Dtype;
use nwb_model::value::Value;

/// Numbers one after another, each with its row; then what came of them.
struct Numbers<S, F, G> {
    state: S,
    see: F,
    end: G,
}

/// Asks for the elements of a dataset, if they are numbers.
pub(super) fn numbers<S: Send + 'static>(
    report: &mut Report,
    dataset: &Dataset,
    state: S,
    see: impl FnMut(&mut S, u64, f64) -> Enough + Send + 'static,
    end: impl FnOnce(S, &mut Report) + Send + 'static,
) -> Result<()> {
    if is_numeric(dataset)? {
        report.read(dataset.clone(), Numbers { state, see, end });
    }
    Ok(())
}

/// Asks for the elements of a dataset, if they are numbers along one axis.
pub(super) fn line<S: Send + 'static>(
    report: &mut Report,
    dataset: &Dataset,
    state: S,
    see: impl FnMut(&mut S, u64, f64) -> Enough + Send + 'static,
    end: impl FnOnce(S, &mut Report) + Send + 'static,
) -> Result<()> {
    if dataset.shape()?.len() == 1 { numbers(report, dataset, state, see, end) } else { Ok(()) }
}

/// Whether its elements are numbers, along at least one axis.
pub(super) fn is_numeric(dataset: &Dataset) -> Result<bool> {
    Ok(matches!(dataset.dtype()?, Dtype::Number(..)) && !dataset.shape()?.is_empty())
}

/// Floats that stand for all numbers: an integer that none of them is, is as large as its neighbour.
fn floats(block: &Value) -> Option<Vec<f64>> {
    let whole = || Some(block.to_vec::<i64>().ok()?.into_iter().map(|one| one as f64).collect());
    let positive = || Some(block.to_vec::<u64>().ok()?.into_iter().map(|one| one as f64).collect());
    block.to_vec::<f64>().ok().or_else(whole).or_else(positive)
}

impl<S, F, G> Pass for Numbers<S, F, G>
where
    S: Send,
    F: FnMut(&mut S, u64, f64) -> Enough + Send,
    G: FnOnce(S, &mut Report) + Send,
{
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        let Some(values) = floats(block) else { return Enough::Yes };
        let count = rows.end.saturating_sub(rows.start).max(1);
        let width = (values.len() as u64 / count).max(1);
        let mut row = rows.start;
        let mut in_row = 0;
        for value in values {
            if (self.see)(&mut self.state, row, value) == Enough::Yes {
                return Enough::Yes;
            }
            in_row += 1;
            if in_row == width {
                (row, in_row) = (row + 1, 0);
            }
        }
        Enough::No
    }

    fn end(self: Box<Self>, report: &mut Report) {
        (self.end)(self.state, report);
    }
}

/// Texts one after another, each with its row; then what came of them.
struct Texts<S, F, G> {
    state: S,
    see: F,
    end: G,
}

/// Asks for the elements of a dataset, if they are texts along one axis.
pub(super) fn texts<S: Send + 'static>(
    report: &mut Report,
    dataset: &Dataset,
    state: S,
    see: impl FnMut(&mut S, u64, &str) -> Enough + Send + 'static,
    end: impl FnOnce(S, &mut Report) + Send + 'static,
) -> Result<()> {
    if dataset.dtype()?.is_text() && dataset.shape()?.len() == 1 {
        report.read(dataset.clone(), Texts { state, see, end });
    }
    Ok(())
}

impl<S, F, G> Pass for Texts<S, F, G>
where
    S: Send,
    F: FnMut(&mut S, u64, &str) -> Enough + Send,
    G: FnOnce(S, &mut Report) + Send,
{
    fn block(&mut self, rows: Range<u64>, block: &Value) -> Enough {
        let Ok(texts) = block.as_texts() else { return Enough::Yes };
        for (row, text) in rows.zip(texts) {
            if (self.see)(&mut self.state, row, text) == Enough::Yes {
                return Enough::Yes;
            }
        }
        Enough::No
    }

    fn end(self: Box<Self>, report: &mut Report) {
        (self.end)(self.state, report);
    }
}
