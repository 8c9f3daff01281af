//! Elements picked along each axis on its own: at regular steps, or by a list.

use std::sync::Arc;

use super::{Region, Steps};
use crate::error::{Error, ErrorKind, Result};

/// What is picked along one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Elements at regular steps.
    Steps(Steps),
    /// Elements by their indices, in any order; one may come up more than once.
    List(Arc<[u64]>),
}

impl Pick {
    /// How many elements.
    #[must_use]
    pub fn len(&self) -> u64 {
        match self {
            Self::Steps(steps) => steps.count,
            Self::List(list) => list.len() as u64,
        }
    }

    /// Whether it picks nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The index of the element that is picked at this place.
    #[must_use]
    pub fn get(&self, place: u64) -> Option<u64> {
        match self {
            Self::Steps(steps) => (place < steps.count).then(|| steps.start + place * steps.step),
            Self::List(list) => usize::try_from(place).ok().and_then(|place| list.get(place)).copied(),
        }
    }

    /// The same elements as steps of the axis, each with its place among what is picked: one for regular steps, and one for
    /// each row of neighbours in a list.
    fn runs(&self) -> Vec<(Steps, Steps)> {
        match self {
            Self::Steps(steps) => vec![(*steps, Steps::run(0, steps.count))],
            Self::List(list) => {
                let mut runs: Vec<(Steps, Steps)> = Vec::new();
                for (place, &index) in (0..).zip(list.iter()) {
                    match runs.last_mut() {
                        Some((from, to)) if from.start.checked_add(from.count) == Some(index) => {
                            from.count += 1;
                            to.count += 1;
                        }
                        _ => runs.push((Steps::run(index, 1), Steps::run(place, 1))),
                    }
                }
                runs
            }
        }
    }

    fn is_within(&self, len: u64) -> bool {
        match self {
            Self::Steps(steps) => match steps.count.checked_sub(1) {
                None => steps.start <= len,
                Some(more) => {
                    let last = more.checked_mul(steps.step).and_then(|more| more.checked_add(steps.start));
                    steps.step > 0 && last.is_some_and(|last| last < len)
                }
            },
            Self::List(list) => list.iter().all(|&index| index < len),
        }
    }
}

/// Elements on a grid: every combination of what is picked along each axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picks {
    axes: Vec<Pick>,
}

impl Picks {
    /// Picks from their axes; none for a scalar.
    #[must_use]
    pub fn new(axes: Vec<Pick>) -> Self {
        Self { axes }
    }

    /// The axes.
    #[must_use]
    pub fn axes(&self) -> &[Pick] {
        &self.axes
    }

    /// The shape of what is picked.
    #[must_use]
    pub fn shape(&self) -> Vec<u64> {
        self.axes.iter().map(Pick::len).collect()
    }

    /// How many elements are picked.
    #[must_use]
    pub fn len(&self) -> u64 {
        if self.axes.iter().any(Pick::is_empty) {
            return 0;
        }
        self.axes.iter().fold(1, |product: u64, axis| product.saturating_mul(axis.len()))
    }

    /// Whether nothing is picked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same as a region, if all axes are at regular steps.
    #[must_use]
    pub fn as_region(&self) -> Option<Region> {
        let steps = |axis: &Pick| match axis {
            Pick::Steps(steps) => Some(*steps),
            Pick::List(_) => None,
        };
        self.axes.iter().map(steps).collect::<Option<Vec<_>>>().map(Region::new)
    }

    /// The same as regions of the dataset, each with the region of the result that it goes to.
    #[must_use]
    pub fn regions(&self) -> Vec<(Region, Region)> {
        let mut regions = vec![(Vec::new(), Vec::new())];
        for axis in &self.axes {
            let runs = axis.runs();
            regions = regions
                .iter()
                .flat_map(|(from, to): &(Vec<Steps>, Vec<Steps>)| {
                    runs.iter().map(move |run| {
                        let (mut from, mut to) = (from.clone(), to.clone());
                        from.push(run.0);
                        to.push(run.1);
                        (from, to)
                    })
                })
                .collect();
        }
        regions.into_iter().map(|(from, to)| (Region::new(from), Region::new(to))).collect()
    }

    /// An error unless all of it is within a dataset of this shape.
    ///
    /// # Errors
    /// When it reaches outside or has another number of axes.
    pub fn check_within(&self, shape: &[u64]) -> Result<()> {
        let fits =
            self.axes.len() == shape.len() && self.axes.iter().zip(shape).all(|(axis, &len)| axis.is_within(len));
        if fits {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Invalid, "the selection reaches outside the dataset")
            .expected(format!("a selection of shape {shape:?}"))
            .found(format!("{:?}", self.axes)))
    }
}

impl From<&Region> for Picks {
    fn from(region: &Region) -> Self {
        Self { axes: region.axes().iter().map(|&steps| Pick::Steps(steps)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_fall_into_rows_of_neighbours() {
        let picks = Picks::new(vec![Pick::List(vec![7, 8, 2, 2].into()), Pick::Steps(Steps::run(1, 3))]);
        assert_eq!(picks.shape(), [4, 3]);
        let starts = picks.regions().into_iter().map(|(from, to)| (from.axes()[0], to.axes()[0].start));
        assert_eq!(starts.collect::<Vec<_>>(), [(Steps::run(7, 2), 0), (Steps::run(2, 1), 2), (Steps::run(2, 1), 3)]);
        assert!(picks.check_within(&[9, 4]).is_ok());
        assert!(picks.check_within(&[8, 4]).is_err());
        assert!(picks.check_within(&[9]).is_err());
        assert_eq!(picks.as_region(), None);
    }
}
