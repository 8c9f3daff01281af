//! The samples of a time series.

use crate::data::Data;
use crate::draft::{Choice, Draft, DraftNode, Link};
use crate::ext::Timing;
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

impl TimeSeries {
    /// A draft of a series with the data of another one. Unit, conversion and offset are those of the owner: they are not said, and
    /// cannot be changed here.
    #[must_use]
    pub fn sharing_data(name: impl Into<String>, owner: impl Into<Link<Self>>, timing: Timing) -> Draft<Self> {
        let mut draft = Draft::<Self>::begin(Some(name.into()));
        draft.node.put(SeriesData::shared_with(owner));
        draft.node.put(timing);
        draft
    }
}
