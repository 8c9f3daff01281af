//! Spike times as they go by, unit by unit.

/// A spike: of which unit, and which of its spikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spike {
    /// The row of the unit.
    pub(super) unit: u64,
    /// Which of its spikes, from 0.
    pub(super) number: u64,
}

/// What was seen of the spikes of all units.
#[derive(Debug)]
pub(super) struct Spikes {
    /// Where the spikes of each unit end.
    ends: Vec<u64>,
    /// When each unit was observed, in order of time; no units where nobody asks.
    observed: Vec<Vec<(f64, f64)>>,
    place: u64,
    unit: usize,
    begun: u64,
    before: Option<f64>,
    /// The first that is earlier than the one before it.
    pub(super) descending: Option<Spike>,
    /// The first at the time of the one before it.
    pub(super) repeated: Option<Spike>,
    /// The first outside of the times in which its unit was observed, and when.
    pub(super) unobserved: Option<(Spike, f64)>,
    /// The earliest and the latest.
    pub(super) span: Option<(f64, f64)>,
}

impl Spikes {
    pub(super) fn new(ends: Vec<u64>, observed: Vec<Vec<(f64, f64)>>) -> Self {
        Self {
            ends,
            observed,
            place: 0,
            unit: 0,
            begun: 0,
            before: None,
            descending: None,
            repeated: None,
            unobserved: None,
            span: None,
        }
    }

    /// The next spike.
    pub(super) fn see(&mut self, time: f64) {
        let place = self.place;
        self.place += 1;
        while self.ends.get(self.unit).is_some_and(|end| place >= *end) {
            self.unit += 1;
            self.begun = place;
            self.before = None;
        }
        // Behind the last unit there are no spikes of anything.
        if self.unit >= self.ends.len() {
            return;
        }
        let spike = Spike { unit: self.unit as u64, number: place - self.begun };
        match self.before {
            Some(before) if time < before => _ = self.descending.get_or_insert(spike),
            Some(before) if time == before => _ = self.repeated.get_or_insert(spike),
            _ => {}
        }
        self.before = Some(time);
        if !time.is_nan() {
            let (start, end) = self.span.unwrap_or((time, time));
            self.span = Some((start.min(time), end.max(time)));
        }
        if self.unobserved.is_none()
            && let Some(observed) = self.observed.get(self.unit)
            && !is_within(observed, time)
        {
            self.unobserved = Some((spike, time));
        }
    }
}

/// Whether a time is in one of some intervals that are in order and do not overlap.
fn is_within(intervals: &[(f64, f64)], time: f64) -> bool {
    let after = intervals.partition_point(|(start, _)| *start <= time);
    after.checked_sub(1).and_then(|at| intervals.get(at)).is_some_and(|(_, stop)| time <= *stop)
}

/// Intervals in the order of time, those that overlap put together.
pub(super) fn merged(mut intervals: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    intervals.retain(|(start, stop)| start <= stop);
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut merged: Vec<(f64, f64)> = Vec::new();
    for (start, stop) in intervals {
        match merged.last_mut() {
            Some((_, end)) if start <= *end => *end = end.max(stop),
            _ => merged.push((start, stop)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::{Spike, Spikes, is_within, merged};

    #[test]
    fn each_unit_is_looked_at_by_itself() {
        let mut spikes = Spikes::new(vec![2, 2, 5], vec![vec![(0.0, 3.0)], vec![], vec![(0.0, 1.0), (2.0, 4.0)]]);
        for time in [1.0, 3.0, 0.5, 0.5, 1.5] {
            spikes.see(time);
        }
        assert_eq!(spikes.descending, None);
        assert_eq!(spikes.repeated, Some(Spike { unit: 2, number: 1 }));
        assert_eq!(spikes.unobserved, Some((Spike { unit: 2, number: 2 }, 1.5)));
        assert_eq!(spikes.span, Some((0.5, 3.0)));
    }

    #[test]
    fn intervals_are_put_together() {
        let all = merged(vec![(5.0, 6.0), (0.0, 2.0), (1.0, 3.0), (9.0, 8.0), (3.0, 3.5)]);
        assert_eq!(all, [(0.0, 3.5), (5.0, 6.0)]);
        for (time, expected) in [(-1.0, false), (0.0, true), (3.5, true), (4.0, false), (6.0, true), (6.1, false)] {
            assert_eq!(is_within(&all, time), expected, "{time}");
        }
    }
}
