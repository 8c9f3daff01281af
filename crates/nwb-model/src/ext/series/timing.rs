//! When the samples of a time series were taken.

use crate::data::Data;
use crate::draft::{Choice, DraftNode, Link};
use crate::types::TimeSeries;

/// When the samples of a [`TimeSeries`] were taken: at a constant rate, or at given times. In seconds from the file's
/// `timestamps_reference_time`.
#[derive(Clone, Debug)]
pub enum Timing {
    /// At a constant rate.
    Rate {
        /// Samples per second.
        rate: f64,
        /// Time of the first sample.
        start: f64,
    },
    /// At given times.
    Timestamps(Timestamps),
}

/// The times of the samples.
#[derive(Clone, Debug)]
pub enum Timestamps {
    /// One time a sample, ascending.
    Own(Data),
    /// Those of another series, to which a link is made.
    SharedWith(Link<TimeSeries>),
}

impl Timing {
    /// A constant rate in Hz, from time 0 on.
    #[must_use]
    pub fn rate(rate: f64) -> Self {
        Self::Rate { rate, start: 0.0 }
    }

    /// A constant rate in Hz, from a time on.
    #[must_use]
    pub fn rate_from(rate: f64, start: f64) -> Self {
        Self::Rate { rate, start }
    }

    /// One time a sample.
    #[must_use]
    pub fn timestamps(times: impl Into<Data>) -> Self {
        Self::Timestamps(Timestamps::Own(times.into()))
    }

    /// The times of another series.
    #[must_use]
    pub fn shared_with(series: impl Into<Link<TimeSeries>>) -> Self {
        Self::Timestamps(Timestamps::SharedWith(series.into()))
    }
}

impl From<Timestamps> for Timing {
    fn from(timestamps: Timestamps) -> Self {
        Self::Timestamps(timestamps)
    }
}

impl<D: Into<Data>> From<D> for Timestamps {
    fn from(times: D) -> Self {
        Self::Own(times.into())
    }
}

impl Choice for Timing {
    fn put(self, node: &mut DraftNode) {
        match self {
            Self::Rate { rate, start } => {
                node.clear("timestamps");
                node.dataset("starting_time", start);
                node.attribute("starting_time", "rate", rate);
            }
            Self::Timestamps(timestamps) => {
                node.clear("starting_time");
                timestamps.put(node);
            }
        }
    }
}

impl Choice for Timestamps {
    fn put(self, node: &mut DraftNode) {
        match self {
            Self::Own(times) => node.dataset("timestamps", times),
            Self::SharedWith(series) => node.link_to_member("timestamps", series, "timestamps"),
        }
    }
}
