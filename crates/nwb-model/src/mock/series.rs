//! What the schema cannot say of time series and other objects: members that exclude each other, and lengths that belong together.

use nwb_schema::EffectiveType;

use super::Fill;
use super::maker::{LENGTH, Maker, Wish};
use super::values;
use crate::draft::{AttributeDraft, DraftNode, Target};
use crate::error::Result;
use crate::value::{Shape, Value};

/// Times and samples of a series: own timestamps, a rate, timestamps of another series; frames in files; samples of another series.
pub(super) const VARIANTS: u32 = 6;

/// Members of time series of which only some are there together: [`refine`] sets them.
pub(super) fn is_chosen(own: &EffectiveType, name: &str) -> bool {
    own.is_a_named("TimeSeries") && matches!(name, "starting_time" | "timestamps" | "external_file")
}

/// Members that the schema says may be absent, and without which the object is of little use.
pub(super) fn is_vital(own: &EffectiveType, name: &str, wish: Wish) -> bool {
    const VITAL: [(&str, &str); 4] = [
        ("IndexSeries", "indexed_images"),
        ("AbstractFeatureSeries", "feature_units"),
        ("DecompositionSeries", "bands"),
        ("PlaneSegmentation", "image_mask"),
    ];
    wish.fill == Fill::Usable && VITAL.iter().any(|(of, member)| own.is_a_named(of) && *member == name)
}

/// The length of a member's first axis, where it follows from others.
pub(super) fn length(node: &DraftNode, own: &EffectiveType, name: &str) -> Option<u64> {
    let axis = |member: &str, axis: usize| {
        let data = node.members.get(member)?.data.as_ref()?;
        Some(data.shape().dims().get(axis).copied().unwrap_or(1))
    };
    if own.is_a_named("HERD") {
        return Some(2);
    }
    match name {
        "electrodes" | "source_channels" | "rois" | "channel_conversion" | "features" | "feature_units"
            if own.is_a_named("TimeSeries") =>
        {
            axis("data", 1)
        }
        "electrodes" => axis("features", 1),
        // One for each feature.
        "description" => Some(3),
        "bands" => axis("data", 2),
        "control_description" => Some(3),
        "dimension" => Some(2),
        _ => None,
    }
}

/// Sets what the generic way cannot.
pub(super) fn refine<'c>(
    maker: &mut Maker<'c, '_>,
    node: &mut DraftNode,
    own: &'c EffectiveType,
    wish: Wish,
) -> Result<()> {
    if own.is_a_named("IndexSeries") {
        node.at("data").data = Some(vec![2u32, 0, 1, 1, 2, 0].into());
    }
    if own.is_a_named("CSRMatrix") {
        node.attributes.insert("shape".into(), AttributeDraft::Value(Value::vector(vec![3u32, 5])));
        node.at("indices").data = Some(vec![0u32, 3, 1, 4].into());
        node.at("indptr").data = Some(vec![0u32, 2, 3, 4].into());
        node.at("data").data = Some(vec![0.5f64, 1.25, 2.75, 8.5].into());
    }
    if own.is_a_named("TimeSeries") { times(maker, node, own, wish) } else { Ok(()) }
}

fn times<'c>(maker: &mut Maker<'c, '_>, node: &mut DraftNode, own: &'c EffectiveType, wish: Wish) -> Result<()> {
    let needs_times = own.members().dataset("timestamps").is_some_and(|spec| spec.quantity.is_required());
    // What happens now and then has no rate, unless that is asked for.
    let needs_times =
        needs_times || wish.fill != Fill::Every && ["AnnotationSeries", "IntervalSeries"].contains(&own.name());
    let owner = maker.edit.owner();
    let variant = if wish.fill == Fill::Every { Some(wish.variant % VARIANTS) } else { None };
    if variant == Some(3) && own.is_a_named("ImageSeries") {
        frames_in_files(maker, node)?;
    }
    if variant == Some(5) {
        let address = maker.needed(own, 0)?;
        let link = Some(Target::Member { owner, address, member: "data" });
        node.members.insert("data".into(), DraftNode { link, ..DraftNode::default() });
    }
    match variant.map(|variant| variant % 3) {
        Some(2) => {
            let address = maker.needed(maker.core("TimeSeries")?, 0)?;
            node.at("timestamps").link = Some(Target::Member { owner, address, member: "timestamps" });
        }
        Some(1) | None if !needs_times => {
            let rate = values::value(None, None, maker.purpose("starting_time", "rate", 0))?;
            let rate = rate.as_scalar::<f64>().unwrap_or(31.25);
            let start = node.at("starting_time");
            start.data = Some(1.5f64.into());
            start.attributes.insert("rate".into(), AttributeDraft::Value(Value::scalar(rate + 0.25)));
        }
        _ => {
            let times: Vec<f64> = (0..LENGTH).map(|i| 0.25 + 0.125 * (i * i + 3 * i) as f64).collect();
            node.at("timestamps").data = Some(times.into());
        }
    }
    Ok(())
}

/// Frames in two files beside this one, none in it.
fn frames_in_files(maker: &mut Maker<'_, '_>, node: &mut DraftNode) -> Result<()> {
    let text = nwb_schema::spec::Dtype::flat(nwb_schema::spec::FlatDtype::Text);
    let files = values::value(Some(&text), Some(&[2]), maker.purpose("ImageSeries", "external_file", 0))?;
    node.at("data").data = Some(Value::vector(Vec::<u8>::new()).reshaped(Shape::Simple(vec![0, 0, 0]))?.into());
    let field = node.at("external_file");
    field.data = Some(files.into());
    field.attributes.insert("starting_frame".into(), AttributeDraft::Value(Value::vector(vec![0i32, 4])));
    node.at("format").data = Some("external".into());
    node.at("num_samples").data = Some(6u32.into());
    Ok(())
}
