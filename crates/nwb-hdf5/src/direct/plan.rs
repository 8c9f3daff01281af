//! Which elements of which chunks go where, by arithmetic on the grid.

use nwb_model::selection::{Pick, Picks, Steps};

/// Elements of one chunk along one axis: where they are in the chunk, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) from: usize,
    pub(super) step: usize,
    pub(super) to: usize,
    pub(super) count: usize,
}

/// One axis of what is picked, cut where chunks meet.
#[derive(Debug)]
enum Axis {
    /// Regular steps: the cuts are computed.
    Steps { steps: Steps, chunk: u64, cells: u64 },
    /// A list: its runs in the order of the chunks; of each chunk, its place on the axis and its runs.
    List { cells: Vec<(u64, usize, usize)>, runs: Vec<Run> },
}

/// What is picked, cut where chunks meet into cells: one cell is what is picked of one chunk.
#[derive(Debug)]
pub(super) struct Plan {
    axes: Vec<Axis>,
    /// The shape of what is picked.
    shape: Vec<usize>,
    /// How many cells there are.
    pub(super) cells: u64,
}

fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

impl Axis {
    fn new(pick: &Pick, chunk: u64) -> Self {
        match pick {
            Pick::Steps(steps) => {
                let cells = match steps.count {
                    0 => 0,
                    count if steps.step > chunk => count,
                    _ => (steps.end() - 1) / chunk - steps.start / chunk + 1,
                };
                Self::Steps { steps: *steps, chunk, cells }
            }
            Pick::List(list) => {
                let mut order: Vec<(u64, usize)> = list.iter().zip(0..).map(|(&at, to)| (at, to)).collect();
                // Within a chunk in the order of the list, so that neighbours that go to neighbours stay beside each other.
                order.sort_by_key(|(at, _)| at / chunk);
                let mut cells: Vec<(u64, usize, usize)> = Vec::new();
                let mut runs: Vec<Run> = Vec::new();
                for (at, to) in order {
                    let (along, from) = (at / chunk, index(at % chunk));
                    let is_new = cells.last().is_none_or(|(last, ..)| *last != along);
                    if is_new {
                        cells.push((along, runs.len(), runs.len()));
                    }
                    match runs.last_mut() {
                        Some(run) if !is_new && run.from + run.count == from && run.to + run.count == to => {
                            run.count += 1;
                        }
                        _ => runs.push(Run { from, step: 1, to, count: 1 }),
                    }
                    if let Some((_, _, end)) = cells.last_mut() {
                        *end = runs.len();
                    }
                }
                Self::List { cells, runs }
            }
        }
    }

    fn cells(&self) -> u64 {
        match self {
            Self::Steps { cells, .. } => *cells,
            Self::List { cells, .. } => cells.len() as u64,
        }
    }

    /// The place of a cell's chunk on the axis.
    fn along(&self, cell: u64) -> u64 {
        match self {
            Self::Steps { steps, chunk, .. } if steps.step > *chunk => (steps.start + cell * steps.step) / chunk,
            Self::Steps { steps, chunk, .. } => steps.start / chunk + cell,
            Self::List { cells, .. } => cells.get(index(cell)).map_or(0, |(along, ..)| *along),
        }
    }

    fn runs(&self, cell: u64, found: &mut Vec<Run>) {
        match self {
            Self::Steps { steps, chunk, .. } => {
                let begin = self.along(cell) * chunk;
                let end = begin.saturating_add(*chunk);
                let before = |at: u64| at.saturating_sub(steps.start).div_ceil(steps.step).min(steps.count);
                let (first, last) = (before(begin), before(end));
                found.push(Run {
                    from: index(steps.start + first * steps.step - begin),
                    step: index(steps.step),
                    to: index(first),
                    count: index(last - first),
                });
            }
            Self::List { cells, runs } => {
                let (_, start, end) = cells.get(index(cell)).copied().unwrap_or_default();
                found.extend_from_slice(runs.get(start..end).unwrap_or_default());
            }
        }
    }
}

impl Plan {
    /// What is picked is within the dataset, and there is memory for it. A scalar has one axis here.
    pub(super) fn new(picks: &Picks, chunk: &[u64]) -> Self {
        let one = [Pick::Steps(Steps::run(0, 1))];
        let picked = if picks.axes().is_empty() { &one } else { picks.axes() };
        let axes: Vec<Axis> = picked.iter().zip(chunk).map(|(pick, &chunk)| Axis::new(pick, chunk)).collect();
        let cells = axes.iter().fold(1u64, |product, axis| product.saturating_mul(axis.cells()));
        Self { axes, shape: picked.iter().map(|pick| index(pick.len())).collect(), cells }
    }

    /// How many elements are picked.
    pub(super) fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |product: u64, &len| product.saturating_mul(len as u64))
    }

    /// The place of a cell's chunk along each axis.
    pub(super) fn along(&self, cell: u64) -> impl Iterator<Item = u64> + '_ {
        let mut rest = self.cells;
        let mut cell = cell;
        self.axes.iter().map(move |axis| {
            rest /= axis.cells().max(1);
            let own = cell / rest.max(1);
            cell %= rest.max(1);
            axis.along(own)
        })
    }

    /// What is picked of a cell's chunk.
    pub(super) fn scatter(&self, cell: u64, chunk: &[u64], scatter: &mut Scatter) {
        scatter.axes.clear();
        scatter.runs.clear();
        let mut rest = self.cells;
        let mut left = cell;
        for ((axis, &chunk), &len) in self.axes.iter().zip(chunk).zip(&self.shape) {
            rest /= axis.cells().max(1);
            let own = left / rest.max(1);
            left %= rest.max(1);
            let start = scatter.runs.len();
            axis.runs(own, &mut scatter.runs);
            scatter.axes.push(AxisRuns { start, end: scatter.runs.len(), chunk: index(chunk), len });
        }
        scatter.join();
    }
}

#[derive(Clone, Copy, Debug)]
struct AxisRuns {
    start: usize,
    end: usize,
    /// The chunk's length.
    chunk: usize,
    /// The length of what is picked.
    len: usize,
}

/// Where the elements go that are picked of one chunk, as few runs as there can be.
#[derive(Debug, Default)]
pub(super) struct Scatter {
    axes: Vec<AxisRuns>,
    runs: Vec<Run>,
}

impl Scatter {
    /// Makes one axis of the last two for as long as the last is taken whole: its runs follow each other then.
    fn join(&mut self) {
        while let [.., outer, inner] = self.axes.as_slice() {
            let (outer, inner) = (*outer, *inner);
            let runs = self.runs.get(inner.start..inner.end).unwrap_or_default();
            let is_whole = matches!(runs, [Run { from: 0, to: 0, step, count }]
                if *count == inner.chunk && *count == inner.len && (*step == 1 || *count == 1));
            let runs = self.runs.get_mut(outer.start..outer.end).unwrap_or_default();
            let is_dense = runs.iter().all(|run| run.step == 1 || run.count == 1);
            if !is_whole || !is_dense {
                break;
            }
            for run in runs {
                *run = Run {
                    from: run.from * inner.chunk,
                    step: 1,
                    to: run.to * inner.chunk,
                    count: run.count * inner.chunk,
                };
            }
            self.runs.truncate(outer.end);
            self.axes.pop();
            if let Some(last) = self.axes.last_mut() {
                last.chunk *= inner.chunk;
                last.len *= inner.chunk;
            }
        }
    }

    /// How many elements are picked.
    pub(super) fn count(&self) -> usize {
        let along = |axis: &AxisRuns| self.of(axis).iter().map(|run| run.count).sum::<usize>();
        self.axes.iter().map(along).product()
    }

    /// How far apart the places of neighbouring rows are.
    pub(super) fn row(&self) -> usize {
        self.axes.last().map_or(0, |axis| axis.len)
    }

    fn of(&self, axis: &AxisRuns) -> &[Run] {
        self.runs.get(axis.start..axis.end).unwrap_or_default()
    }

    /// Where the elements go, if they are the first so many of the chunk and go to one place in order.
    pub(super) fn whole(&self) -> Option<Run> {
        match (self.axes.as_slice(), self.runs.as_slice()) {
            ([_], [run]) if run.from == 0 && (run.step == 1 || run.count == 1) => Some(*run),
            _ => None,
        }
    }

    /// Hands out the runs: elements in one row of the chunk, and in one row of where they go.
    pub(super) fn each<E>(&self, visit: &mut impl FnMut(Run) -> Result<(), E>) -> Result<(), E> {
        self.each_from(&self.axes, 0, 0, visit)
    }

    fn each_from<E>(
        &self,
        axes: &[AxisRuns],
        from: usize,
        to: usize,
        visit: &mut impl FnMut(Run) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some((axis, inner)) = axes.split_first() else { return Ok(()) };
        let (from, to) = (from * axis.chunk, to * axis.len);
        if inner.is_empty() {
            return self
                .of(axis)
                .iter()
                .try_for_each(|run| visit(Run { from: from + run.from, to: to + run.to, ..*run }));
        }
        for run in self.of(axis) {
            for n in 0..run.count {
                self.each_from(inner, from + run.from + n * run.step, to + run.to + n, visit)?;
            }
        }
        Ok(())
    }

    /// Splits what is picked of a chunk that is stored as it is into stretches that are worth reading whole: the first element
    /// of each, and how many elements there are up to its last. What is less than `close` elements apart is read as one.
    pub(super) fn stretches(&self, close: usize) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        let mut add = |from: usize, extent: usize| match found.last_mut() {
            Some((start, length)) if from >= *start && from <= *start + *length + close => {
                *length = (*length).max(from + extent - *start);
            }
            _ => found.push((from, extent)),
        };
        // This cannot fail.
        let _ = self.each::<std::convert::Infallible>(&mut |run| {
            if run.step > close {
                (0..run.count).for_each(|n| add(run.from + n * run.step, 1));
            } else if run.count > 0 {
                add(run.from, (run.count - 1) * run.step + 1);
            }
            Ok(())
        });
        found
    }

    /// How long the runs are on average, if all are of neighbours.
    pub(super) fn dense_run(&self) -> Option<usize> {
        let (mut runs, mut elements) = (0usize, 0usize);
        // Fails where there are gaps.
        self.each(&mut |run| {
            runs += 1;
            elements += run.count;
            if run.step == 1 || run.count <= 1 { Ok(()) } else { Err(()) }
        })
        .ok()?;
        elements.checked_div(runs)
    }
}

#[cfg(test)]
mod tests {
    use nwb_model::selection::Region;
    use proptest::prelude::*;

    use super::*;

    /// What goes where, in words of the whole dataset.
    fn placed(picks: &Picks, dims: &[u64], chunk: &[u64]) -> Vec<Option<u64>> {
        let plan = Plan::new(picks, chunk);
        let mut out = vec![None; picks.len() as usize];
        let mut scatter = Scatter::default();
        for cell in 0..plan.cells {
            let along: Vec<u64> = plan.along(cell).collect();
            plan.scatter(cell, chunk, &mut scatter);
            scatter
                .each::<()>(&mut |run| {
                    for n in 0..run.count {
                        let mut local = (run.from + n * run.step) as u64;
                        let mut place = vec![0; dims.len()];
                        for axis in (0..dims.len()).rev() {
                            place[axis] = along[axis] * chunk[axis] + local % chunk[axis];
                            local /= chunk[axis];
                        }
                        let at = place.iter().zip(dims).fold(0, |at, (place, len)| at * len + place);
                        assert_eq!(out[run.to + n].replace(at), None, "written twice");
                    }
                    Ok(())
                })
                .unwrap();
        }
        out
    }

    fn expected(picks: &Picks, dims: &[u64]) -> Vec<Option<u64>> {
        let mut all = vec![0];
        for (pick, len) in picks.axes().iter().zip(dims) {
            all = all.iter().flat_map(|at| (0..pick.len()).map(move |n| at * len + pick.get(n).unwrap())).collect();
        }
        all.into_iter().map(Some).collect()
    }

    fn axis() -> impl Strategy<Value = (u64, u64, Pick)> {
        (1..12u64, 1..9u64).prop_flat_map(|(len, chunk)| {
            let steps = (0..len, 1..5u64).prop_flat_map(move |(start, step)| {
                let most = (len - start).div_ceil(step);
                (0..=most).prop_map(move |count| Pick::Steps(Steps { start, count, step }))
            });
            let list = prop::collection::vec(0..len, 0..10).prop_map(|list| Pick::List(list.into()));
            let whole = Just(Pick::Steps(Steps::run(0, len)));
            (Just(len), Just(chunk), prop_oneof![steps, list, whole])
        })
    }

    proptest! {
        #[test]
        fn everything_goes_to_its_place(axes in prop::collection::vec(axis(), 1..4)) {
            let dims: Vec<u64> = axes.iter().map(|(len, ..)| *len).collect();
            let chunk: Vec<u64> = axes.iter().map(|(_, chunk, _)| *chunk).collect();
            let picks = Picks::new(axes.iter().map(|(.., pick)| pick.clone()).collect());
            prop_assert_eq!(placed(&picks, &dims, &chunk), expected(&picks, &dims));
        }
    }

    #[test]
    fn whole_rows_become_one_run() {
        let mut scatter = Scatter::default();
        let picks = Picks::from(&Region::all(&[10, 4, 3]));
        Plan::new(&picks, &[5, 4, 3]).scatter(1, &[5, 4, 3], &mut scatter);
        assert_eq!(scatter.whole(), Some(Run { from: 0, step: 1, to: 60, count: 60 }));
        assert_eq!(scatter.count(), 60);
        Plan::new(&picks, &[5, 4, 2]).scatter(0, &[5, 4, 2], &mut scatter);
        assert_eq!((scatter.whole(), scatter.dense_run()), (None, Some(2)));
    }

    #[test]
    fn stretches_join_what_is_close() {
        let mut scatter = Scatter::default();
        let picks = Picks::new(vec![Pick::List(vec![0, 3, 90, 95].into())]);
        Plan::new(&picks, &[100]).scatter(0, &[100], &mut scatter);
        assert_eq!(scatter.stretches(10), [(0, 4), (90, 6)]);
    }
}
