//! Intervals, events and notes along time.

use std::ops::Range;

use nwb_model::tree::Object;
use nwb_model::types::{EventsTable, IntervalSeries, TimeIntervals, TimeSeries};
use nwb_model::view::NeurodataType;

use super::window::outside;
use super::{Page, whence};
use crate::axes::{self, Scale, TICK};
use crate::quantity::{count, grouped};
use crate::scene::{Area, Shape, Text};
use crate::{Error, ErrorKind, Options, Result};

/// More than that are not named.
const NAMED: usize = 40;
/// How high a row is at most.
const ROW: f64 = 72.0;
/// More rows than that are not drawn.
const MANY: usize = 5_000;

/// Something from one time to another; the same, for an event.
struct Span {
    start: f64,
    end: f64,
    name: String,
}

pub(super) fn intervals(table: &TimeIntervals, options: &Options, page: &mut Page) -> Result<()> {
    let ids = table.row_ids()?;
    let name = |row: u64| ids.get(row as usize).map_or(String::new(), i64::to_string);
    let spans = table.intervals()?.into_iter().map(|i| Span { start: i.start, end: i.stop, name: name(i.row) });
    draw(table.object(), spans.collect(), ("interval", "intervals"), options, page)
}

/// Intervals of several kinds, each named by its kind; one that does not end lasts to the end of the others.
pub(super) fn kinds(series: &IntervalSeries, options: &Options, page: &mut Page) -> Result<()> {
    let all = series.intervals()?;
    let times = all.iter().flat_map(|i| [Some(i.start), i.stop]).flatten().filter(|time| time.is_finite());
    let last = times.fold(f64::NEG_INFINITY, f64::max);
    let span =
        |i: &nwb_model::ext::Interval| Span { start: i.start, end: i.stop.unwrap_or(last), name: i.kind.to_string() };
    let spans = all.iter().map(span).collect();
    draw(series.object(), spans, ("interval", "intervals"), options, page)
}

pub(super) fn events(table: &EventsTable, options: &Options, page: &mut Page) -> Result<()> {
    let span = |event: nwb_model::ext::Event| {
        let end = event.time + event.duration.filter(|d| d.is_finite()).unwrap_or(0.0);
        Span { start: event.time, end, name: event.row.to_string() }
    };
    let spans = table.events()?.into_iter().map(span).collect();
    draw(table.object(), spans, ("event", "events"), options, page)
}

pub(super) fn notes(series: &TimeSeries, options: &Options, page: &mut Page) -> Result<()> {
    let texts = series.data()?.read_texts(..)?;
    let times = series.times(0..series.sample_count()?)?;
    let spans = times.into_iter().zip(texts).map(|(time, name)| Span { start: time, end: time, name });
    draw(series.object(), spans.collect(), ("note", "notes"), options, page)
}

fn draw(
    object: &Object,
    spans: Vec<Span>,
    (one, many): (&str, &str),
    options: &Options,
    page: &mut Page,
) -> Result<()> {
    let all = spans.iter().filter(|s| s.start.is_finite() && s.end.is_finite()).fold(
        None,
        |all: Option<Range<f64>>, span| {
            Some(all.map_or(span.start..span.end, |all| all.start.min(span.start)..all.end.max(span.end)))
        },
    );
    let Some(all) = all else {
        return Err(Error::new(ErrorKind::Invalid, format!("there are no {many} to draw"))
            .at(object.path())
            .in_file(object.file()));
    };
    let window = options.window.clone().unwrap_or(all.clone());
    let number = spans.len();
    let mut spans: Vec<Span> = spans.into_iter().filter(|s| s.end >= window.start && s.start <= window.end).collect();
    if spans.is_empty() {
        return Err(outside(object, &window, all));
    }
    if spans.len() > MANY {
        page.notes.push(format!(
            "the first {} of {} are drawn; choose others with --window",
            grouped(MANY as u64),
            count(spans.len() as u64, one, many)
        ));
        spans.truncate(MANY);
    }
    let area = page.headed(&format!("{} · {}", object.name(), count(number as u64, one, many)), &whence(object));
    let room = area.within([58.0, 4.0, 70.0, 52.0]);
    let row = (room.height / spans.len() as f64).min(ROW);
    // A few rows are not stretched over all of the page, nor do they hang from its top.
    let free = room.height - row * spans.len() as f64;
    let inner = Area::new(room.x, room.y + free * 0.3, room.width, row * spans.len() as f64);
    let time = Scale::new(window.start, window.end, [inner.x, inner.right()]);
    let ink = page.ink;
    for (i, span) in spans.iter().enumerate() {
        let y = inner.y + row * i as f64;
        let (left, right) = (time.at(span.start), time.at(span.end.max(span.start)));
        // What happened at the very end is to be seen, too.
        let left = left.min(inner.right() - 2.0);
        let bar = Area::new(left, y + row * 0.15, (right - left).max(2.0), row * 0.7);
        page.scene.draw_in(inner, "span", Shape::Box { area: bar, fill: ink.category(0) });
        if spans.len() <= NAMED {
            let text =
                Text::new([bar.right().min(inner.right()) + 5.0, y + row / 2.0], span.name.as_str(), TICK, ink.text);
            page.scene.text("span-label", text.centred().at_most((page.scene.width - bar.right() - 12.0).max(60.0)));
        }
    }
    let places = Scale { from: [-0.5, spans.len() as f64 - 0.5], to: [inner.y, inner.bottom()] };
    if spans.len() > NAMED {
        axes::counting_left(&mut page.scene, &ink, inner, &places, &format!("{one} (in the order of the data)"));
    } else {
        axes::beside(&mut page.scene, &ink, inner, 6.0, one);
    }
    axes::time(&mut page.scene, &ink, inner, &time);
    Ok(())
}
