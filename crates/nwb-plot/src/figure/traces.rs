//! Lines over time: one with its own axis, a few in one, many above each other.

use nwb_model::types::{RoiResponseSeries, TimeSeries};
use nwb_model::view::NeurodataType;

use super::window::{self, Window};
use super::{Page, shade, whence};
use crate::axes::{self, LABEL, NOTE, Scale, TICK};
use crate::bins::{Binned, Channel, Wanted};
use crate::colour::Colour;
use crate::quantity::{Quantity, count, grouped, plain, round_down};
use crate::scene::{Anchor, Area, Shape, Text, Weight, font};
use crate::{Options, Result};

/// So many lines go into one pair of axes.
const TOGETHER: usize = 4;
/// Change of fluorescence against its baseline.
const RATIO: &str = "ΔF/F";
/// How high the room of one of many lines is.
const ROW: f64 = 34.0;
/// Of more channels than that, the most active are looked for among the first.
const SEARCHED: usize = 4096;

/// Traces that were read, with what has to be said beside them.
#[derive(Debug)]
pub(super) struct Traces {
    series: TimeSeries,
    binned: Binned,
    names: Vec<i64>,
    noun: &'static str,
    notes: Vec<String>,
    is_stacked: bool,
}

pub(super) fn figure(series: &TimeSeries, options: &Options, page: &mut Page) -> Result<()> {
    let area = page.scene.area().within([28.0, 60.0, 28.0, 20.0]);
    let traces = Traces::of(series, options, area)?;
    let [from, to] = traces.binned.span;
    let samples = count(traces.binned.samples, "sample", "samples");
    let (unit, length) = axes::unit_of_time([from, to]);
    let [from, to] = [from, to].map(|seconds| plain(round3(seconds / length)));
    let facts = format!("{} · {samples} from {from} to {to} {unit}", whence(series.object()));
    let area = page.headed(&title(series), &facts);
    traces.draw(area, page)
}

fn round3(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The name of a series, with that of what it is in, where that says more.
pub(super) fn title(series: &TimeSeries) -> String {
    let name = series.object().name();
    match series.object().parent() {
        Some(parent)
            if parent.type_name().ok().flatten().is_some_and(|(_, t)| t != "ProcessingModule" && t != "NWBFile")
                && parent.name() != name =>
        {
            format!("{} · {name}", parent.name())
        }
        _ => name.into(),
    }
}

impl Traces {
    pub(super) fn of(series: &TimeSeries, options: &Options, area: Area) -> Result<Self> {
        let (noun, ids) = window::ids(series)?;
        let has_channels = series.data()?.shape()?.len() > 1;
        let room = ((area.height - 60.0) / ROW).max(TOGETHER as f64) as usize;
        let mut notes = Vec::new();
        let is_roi = noun == "ROI";
        let chosen: Vec<usize> = match &options.picks {
            Some(picks) => picks.places(&ids)?,
            None if ids.len() <= room => (0..ids.len()).collect(),
            None if is_roi => (0..ids.len().min(SEARCHED)).collect(),
            None => (0..room).collect(),
        };
        let numbers: Vec<u64> = chosen.iter().map(|n| *n as u64).collect();
        let window = Window::of(series, numbers.len() as u64, options)?;
        let columns = (area.width * 1.5) as usize;
        let wanted =
            Wanted { samples: window.samples, span: window.span, channels: has_channels.then_some(&numbers), columns };
        let mut binned = Binned::read(series, &wanted)?;
        notes.extend(window.note);
        if options.picks.is_none() && is_roi && binned.channels.len() > room {
            binned.channels = most_active(std::mem::take(&mut binned.channels), room);
            notes.push(format!(
                "the {room} most active of {} are drawn; choose others with --rois, or all with --as heat",
                count(ids.len() as u64, "ROI", "ROIs")
            ));
        } else if options.picks.is_none() && ids.len() > binned.channels.len() {
            notes.push(format!(
                "the first {} of {} are drawn; choose others with --channels",
                grouped(binned.channels.len() as u64),
                count(ids.len() as u64, "channel", "channels")
            ));
        } else if binned.channels.len() > 4 * room {
            let lines = count(binned.channels.len() as u64, "line", "lines");
            notes.push(format!("{lines} are drawn in little room; a larger --size shows more"));
        }
        let names = binned.channels.iter().map(|c| ids.get(c.number as usize).copied().unwrap_or(0)).collect();
        let is_stacked = has_channels && (binned.channels.len() > TOGETHER || is_roi && binned.channels.len() > 1);
        Ok(Self { series: series.clone(), binned, names, noun, notes, is_stacked })
    }

    /// The ids of what is drawn, in order.
    pub(super) fn ids(&self) -> Vec<i64> {
        self.names.clone()
    }

    pub(super) fn draw(self, area: Area, page: &mut Page) -> Result<()> {
        page.notes.extend(self.notes.iter().cloned());
        let note = self.notes.first().map(|note| note.split(';').next().unwrap_or(note).to_owned());
        let (area, foot) = area.cut_at(area.height - NOTE - 2.0, 2.0);
        let shaded = match self.is_stacked {
            true => self.stacked(area, page),
            false => self.together(area, page),
        }?;
        let shaded = shaded.map(|name| format!("shaded: {name}"));
        let words: Vec<String> = shaded.into_iter().chain(note).collect();
        if !words.is_empty() {
            let at = [foot.right(), foot.bottom()];
            page.scene.text(
                "note",
                Text::new(at, words.join(" · "), NOTE, page.ink.faint).anchor(Anchor::End).at_most(foot.width),
            );
        }
        Ok(())
    }

    fn colour(&self, page: &Page, number: usize) -> Colour {
        if self.binned.channels.len() == 1 { page.ink.trace } else { page.ink.category(number) }
    }

    /// One pair of axes for all.
    fn together(&self, area: Area, page: &mut Page) -> Result<Option<&'static str>> {
        let [low, high] = self.binned.range().unwrap_or([0.0, 1.0]);
        let quantity = Quantity::of(&self.binned.unit, low.abs().max(high.abs()));
        let [low, high] = [low, high].map(|v| v * quantity.factor);
        let margin = (high - low) * 0.04;
        let several = self.binned.channels.len() > 1;
        let inner = area.within([72.0, if several { 26.0 } else { 8.0 }, 10.0, 52.0]);
        let value = Scale::new(low - margin, high + margin, [inner.bottom(), inner.y]);
        let [from, to] = self.binned.span;
        let time = Scale::new(from, to, [inner.x, inner.right()]);
        let shaded = shade::trials(self.series.object(), inner, &time, page);
        for (i, channel) in self.binned.channels.iter().enumerate() {
            let lines = channel.lines(self.binned.span, |t| time.at(t), |v| value.at(v * quantity.factor));
            let colour = self.colour(page, i);
            page.scene.draw_in(inner, "trace", Shape::Lines { lines, colour, width: 1.3 });
        }
        if several {
            let label = |(i, id): (usize, &i64)| (self.name(*id), self.colour(page, i));
            let names: Vec<_> = self.names.iter().enumerate().map(label).collect();
            axes::legend(&mut page.scene, &page.ink, inner.right(), area.y + 10.0, &names);
        }
        let label = self.value_label(&quantity.label);
        axes::left(&mut page.scene, &page.ink, inner, &value, &label);
        axes::time(&mut page.scene, &page.ink, inner, &time);
        Ok(shaded)
    }

    fn name(&self, id: i64) -> String {
        let is_spatial =
            self.noun == "channel" && self.series.object().is::<nwb_model::types::SpatialSeries>().unwrap_or(false);
        match (is_spatial, id) {
            (true, 0) => "x".into(),
            (true, 1) => "y".into(),
            (true, 2) => "z".into(),
            _ => format!("{} {id}", self.noun),
        }
    }

    /// What the values are, with their unit.
    fn value_label(&self, unit: &str) -> String {
        named(&value_name(&self.series), unit)
    }

    /// One line above the other, all in the same scale, with a bar that tells it.
    fn stacked(&self, area: Area, page: &mut Page) -> Result<Option<&'static str>> {
        let longest =
            self.names.iter().map(|id| font::width(&id.to_string(), TICK, Weight::Regular)).fold(0.0, f64::max);
        let inner = area.within([longest + 34.0, 4.0, 64.0, 52.0]);
        let rows = self.binned.channels.len();
        let facts: Vec<[f64; 2]> = self.binned.channels.iter().map(Channel::rest_and_peak).collect();
        let ranges: Vec<[f64; 2]> = self.binned.channels.iter().filter_map(Channel::range).collect();
        let mut spans: Vec<f64> = ranges.iter().map(|[low, high]| high - low).filter(|s| s.is_finite()).collect();
        spans.sort_by(f64::total_cmp);
        let typical = spans.get(spans.len().saturating_sub(1) * 9 / 10).copied().filter(|s| *s > 0.0).unwrap_or(1.0);
        let is_roi = self.noun == "ROI";
        // Transients may reach into the row above; what swings to both sides has room on both.
        let (reach, rest_at) = if is_roi { (1.25, 0.8) } else { (1.1, 0.5) };
        // Nothing is above the first rows, so they get room of their own for what reaches higher.
        let above =
            self.binned.channels.iter().zip(&facts).enumerate().take(8).filter_map(|(i, (channel, [rest, _]))| {
                let [_, high] = channel.range()?;
                Some((high - rest) * reach / typical - i as f64 - rest_at)
            });
        // Nor is anything below the last.
        let below = self.binned.channels.iter().zip(&facts).rev().enumerate().take(8);
        let below = below.filter_map(|(i, (channel, [rest, _]))| {
            let [low, _] = channel.range()?;
            Some((rest - low) * reach / typical - i as f64 - (1.0 - rest_at))
        });
        let most = (rows as f64 * 0.4).clamp(1.0, 3.0);
        let [above, below] = [above.fold(0.0, more), below.fold(0.0, more)].map(|rows: f64| rows.min(most));
        let row = inner.height / (rows as f64 + above + below);
        let first = inner.y + row * above;
        let per_value = row * reach / typical;
        let [from, to] = self.binned.span;
        let time = Scale::new(from, to, [inner.x, inner.right()]);
        let shaded = shade::trials(self.series.object(), inner, &time, page);
        let roomy = Area::new(inner.x, inner.y - 4.0, inner.width, inner.height + 4.0);
        let every = (TICK * 1.05 / row).ceil().max(1.0) as usize;
        let lines = self.binned.channels.iter().zip(facts).zip(&self.names).enumerate();
        for (i, ((channel, [rest, _]), id)) in lines {
            let base = first + row * (i as f64 + rest_at);
            let lines = channel.lines(self.binned.span, |t| time.at(t), |v| base - (v - rest) * per_value);
            let colour = self.colour(page, i);
            page.scene.draw_in(
                roomy,
                "trace",
                Shape::Lines { lines, colour, width: if row > 14.0 { 1.3 } else { 0.8 } },
            );
            if i.is_multiple_of(every) {
                let text =
                    Text::new([inner.x - 8.0, base], id.to_string(), TICK.min(row.max(9.0) * every as f64), colour);
                page.scene.text("trace-label", text.anchor(Anchor::End).centred());
            }
        }
        let noun = if is_roi { "ROI" } else { "channel" };
        axes::beside(&mut page.scene, &page.ink, inner, longest + 14.0, noun);
        axes::time(&mut page.scene, &page.ink, inner, &time);
        self.scale_bar(page, inner, per_value);
        Ok(shaded)
    }

    /// A bar as long as a round value.
    fn scale_bar(&self, page: &mut Page, inner: Area, per_value: f64) {
        let quantity = Quantity::of(&self.binned.unit, 56.0 / per_value);
        let length = round_down(56.0 / per_value * quantity.factor * 1.4);
        let height = length / quantity.factor * per_value;
        let (x, bottom) = (inner.right() + 16.0, inner.bottom());
        let ink = page.ink;
        page.scene.line("scale-bar", [x, bottom], [x, bottom - height], ink.text, 2.5);
        let unit = if quantity.label == "a.u." && value_name(&self.series) == "ΔF/F" {
            "ΔF/F".to_owned()
        } else {
            quantity.label
        };
        let at = [x + 16.0, bottom - height / 2.0];
        let text = format!("{} {unit}", plain(length));
        let wide = font::width(&text, LABEL, Weight::Regular);
        let at = if wide > height { [at[0], bottom - wide / 2.0] } else { at };
        page.scene.text("scale-bar", Text::new(at, text, LABEL, ink.text).up().anchor(Anchor::Middle).centred());
    }
}

/// The larger of two numbers, if the second is one.
fn more(most: f64, other: f64) -> f64 {
    if other.is_finite() { most.max(other) } else { most }
}

/// A quantity with its unit; a ratio has none.
pub(super) fn named(name: &str, unit: &str) -> String {
    if name == RATIO && unit == "a.u." { name.into() } else { format!("{name} ({unit})") }
}

/// What the values of a series are called.
pub(super) fn value_name(series: &TimeSeries) -> String {
    let object = series.object();
    let in_type =
        |name: &str| object.parent().is_some_and(|p| p.type_name().ok().flatten().is_some_and(|(_, t)| t == name));
    if object.is::<RoiResponseSeries>().unwrap_or(false) {
        return if in_type("DfOverF") { RATIO.into() } else { "fluorescence".into() };
    }
    if object.is::<nwb_model::types::ElectricalSeries>().unwrap_or(false) {
        return "voltage".into();
    }
    object.name().into()
}

/// The channels that rise most above their rest, in their order.
fn most_active(mut channels: Vec<Channel>, room: usize) -> Vec<Channel> {
    let rise = |channel: &Channel| channel.rest_and_peak()[1];
    channels.sort_by(|a, b| rise(b).total_cmp(&rise(a)).then(a.number.cmp(&b.number)));
    channels.truncate(room);
    channels.sort_by_key(|channel| channel.number);
    channels
}
