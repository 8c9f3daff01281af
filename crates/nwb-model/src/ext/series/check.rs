//! What is refused of a draft of a time series: parts that do not fit together.

use nwb_schema::EffectiveType;

use crate::draft::{AttributeDraft, DraftNode};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

/// A list of which there is one element for each index of an axis of the data.
pub(crate) struct AlongAxis {
    /// The type that has it.
    pub(crate) series: &'static str,
    pub(crate) member: &'static str,
    pub(crate) axis: usize,
    /// The numbers of axes that the data have where this holds.
    ranks: &'static [usize],
    /// What an index of the axis is.
    pub(crate) index: &'static str,
}

pub(crate) const ALONG: &[AlongAxis] = &[
    AlongAxis { series: "TimeSeries", member: "control", axis: 0, ranks: &[1, 2, 3, 4], index: "sample" },
    AlongAxis { series: "ElectricalSeries", member: "channel_conversion", axis: 1, ranks: &[2, 3], index: "channel" },
    AlongAxis { series: "ElectricalSeries", member: "electrodes", axis: 1, ranks: &[2, 3], index: "channel" },
    AlongAxis { series: "RoiResponseSeries", member: "rois", axis: 1, ranks: &[2], index: "ROI" },
    AlongAxis { series: "DecompositionSeries", member: "source_channels", axis: 1, ranks: &[3], index: "channel" },
    AlongAxis { series: "DecompositionSeries", member: "bands", axis: 2, ranks: &[3], index: "band" },
    AlongAxis { series: "AbstractFeatureSeries", member: "features", axis: 1, ranks: &[2], index: "feature" },
    AlongAxis { series: "AbstractFeatureSeries", member: "feature_units", axis: 1, ranks: &[2], index: "feature" },
];

/// Refuses a draft of a time series whose parts do not fit together.
pub(crate) fn check(draft: &DraftNode, own: &EffectiveType) -> Result<()> {
    if !own.is_a_named("TimeSeries") {
        return Ok(());
    }
    check_rate(draft)?;
    if let Some(files) = draft.members.get("external_file") {
        let starts = files.attributes.get("starting_frame");
        let Some(AttributeDraft::Value(starts)) = starts else { return Ok(()) };
        return check_starts(starts, height(files).unwrap_or(0));
    }
    if let (Some(samples), Some(times)) = (length(draft, "data"), length(draft, "timestamps"))
        && samples != times
    {
        return Err(unfit("there are not as many timestamps as samples", &samples.to_string(), times.to_string())
            .remedy("the first axis of the data is time: give one timestamp for each index of it"));
    }
    ALONG.iter().try_for_each(|along| along.check(draft, own))
}

impl AlongAxis {
    /// How many elements there have to be, for data of these extents in a series of this type.
    pub(crate) fn extent(&self, data: &[u64], own: &EffectiveType) -> Option<u64> {
        // Events of one channel have two axes too: event and sample.
        let is_one_channel = own.is_a_named("SpikeEventSeries") && data.len() == 2;
        let holds = own.is_a_named(self.series) && self.ranks.contains(&data.len()) && !is_one_channel;
        data.get(self.axis).copied().filter(|_| holds)
    }

    fn check(&self, draft: &DraftNode, own: &EffectiveType) -> Result<()> {
        let Some(data) = draft.members.get("data").and_then(|data| data.data.as_ref()) else { return Ok(()) };
        let dims = data.shape().dims();
        match (self.extent(dims, own), length(draft, self.member)) {
            (Some(along), Some(found)) if along != found => {
                let Self { member, index, axis, .. } = self;
                Err(unfit(
                    &format!("\"{member}\" does not have one element for each {index}"),
                    &format!("{along}, as axis {axis} of the data of shape {} has", data.shape()),
                    found.to_string(),
                )
                .remedy(match dims.first() {
                    Some(first) if *first == found && self.axis > 0 => "time is the first axis: transpose the data",
                    _ => "the axes of the data are time first, then what is recorded at each time",
                }))
            }
            _ => Ok(()),
        }
    }
}

fn length(draft: &DraftNode, member: &str) -> Option<u64> {
    height(draft.members.get(member)?)
}

/// How many elements there are along the first axis; of a table, how many rows.
fn height(node: &DraftNode) -> Option<u64> {
    let data = node.data.as_ref().or_else(|| {
        let column = ["id", "band_name"].iter().find_map(|name| node.members.get(*name));
        column.and_then(|column| column.data.as_ref())
    })?;
    data.shape().dims().first().copied()
}

fn check_rate(draft: &DraftNode) -> Result<()> {
    let start = draft.members.get("starting_time");
    let Some(AttributeDraft::Value(rate)) = start.and_then(|start| start.attributes.get("rate")) else {
        return Ok(());
    };
    match rate.as_scalar::<f64>() {
        Ok(rate) if rate < 0.0 || rate.is_nan() => {
            Err(unfit("the rate is no frequency", "0 Hz or more", rate.to_string()))
        }
        Ok(0.0) if length(draft, "data").is_some_and(|samples| samples > 1) => {
            Err(unfit("a rate of 0 Hz puts all samples at one time", "more than 0 Hz", "0 Hz".into())
                .remedy("give timestamps, if the rate is not known"))
        }
        _ => Ok(()),
    }
}

fn check_starts(starts: &Value, files: u64) -> Result<()> {
    let starts = starts.to_vec::<i64>()?;
    if starts.len() as u64 != files {
        return Err(unfit(
            "there are not as many starting frames as external files",
            &files.to_string(),
            starts.len().to_string(),
        ));
    }
    let is_right =
        starts.first().is_none_or(|first| *first == 0) && starts.windows(2).all(|pair| pair.first() < pair.last());
    if is_right {
        Ok(())
    } else {
        Err(unfit(
            "the starting frames of the external files are out of order",
            "0, then ascending numbers",
            format!("{starts:?}"),
        ))
    }
}

fn unfit(message: &str, expected: &str, found: String) -> Error {
    Error::new(ErrorKind::Invalid, message).expected(expected).found(found).by_spec("core TimeSeries")
}
