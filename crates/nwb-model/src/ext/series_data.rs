//! The samples of a time series.

use crate::data::Data;
use crate::draft::{Choice, DraftNode, Link};
use crate::types::TimeSeries;

/// The samples of a [`TimeSeries`], time first: its own, or those of another series, to which a link is made. Shared samples
/// have the unit, conversion and offset of their owner.
#[derive(Clone, Debug)]
pub enum SeriesData {
    /// Its own samples.
    Own(Data),
    /// Those of another series.
    SharedWith(Link<TimeSeries>),
}

impl SeriesData {
    /// The samples of another series.
    #[must_use]
    pub fn shared_with(series: impl Into<Link<TimeSeries>>) -> Self {
        Self::SharedWith(series.into())
    }
}

impl<D: Into<Data>> From<D> for SeriesData {
    fn from(data: D) -> Self {
        Self::Own(data.into())
    }
}

impl Choice for SeriesData {
    fn put(self, node: &mut DraftNode) {
        match self {
            Self::Own(data) => node.dataset("data", data),
            Self::SharedWith(series) => node.link_to_member("data", series, "data"),
        }
    }
}
