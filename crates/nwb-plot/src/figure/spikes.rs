//! When units fired.

use nwb_model::tree::Object;
use nwb_model::types::Units;
use nwb_model::view::NeurodataType;

use super::window::outside;
use super::{Page, shade, whence};
use crate::axes::{self, NOTE, Scale, TICK};
use crate::quantity::{count, plain, round_down};
use crate::scene::{Anchor, Area, Shape, Text};
use crate::{Error, ErrorKind, Options, Result};

/// How many spike times are in memory at once.
const BLOCK: u64 = 1 << 20;

/// A row for each of some units.
pub(super) fn figure(units: &Units, options: &Options, page: &mut Page) -> Result<()> {
    let (rows, ids) = chosen(units, options)?;
    let there = units.spike_range()?.ok_or_else(|| none(units.object()))?;
    let width = (page.scene.width - 140.0).max(1.0);
    let window = match &options.window {
        Some(window) => window.clone(),
        None => {
            let counts = units.spike_counts()?;
            let spikes: u64 = rows.iter().filter_map(|row| counts.get(usize::try_from(*row).ok()?)).sum();
            let rate = spikes as f64 / rows.len().max(1) as f64 / (there.end - there.start).max(1e-9);
            // So long that spikes are apart, as a mean over the units.
            let fair = round_down(width / 4.0 / rate);
            if fair * 1.5 < there.end - there.start {
                let whole = plain((there.end - there.start).round());
                page.notes.push(format!(
                    "only the first {} s of {whole} s are drawn; choose others with --window",
                    plain(fair)
                ));
                there.start..there.start + fair
            } else {
                there.clone()
            }
        }
    };
    let number = ids.len() as u64;
    let area = page
        .headed(&format!("{} · {}", units.object().name(), count(number, "unit", "units")), &whence(units.object()));
    let (area, foot) = area.cut_at(area.height - NOTE - 2.0, 2.0);
    let inner = area.within([72.0, 4.0, 10.0, 52.0]);
    let time = Scale::new(window.start, window.end, [inner.x, inner.right()]);
    let shaded = shade::trials(units.object(), inner, &time, page);
    let row = inner.height / ids.len().max(1) as f64;
    let mut spikes = 0u64;
    for (i, unit) in rows.iter().enumerate() {
        let (top, bottom) = (inner.y + row * (i as f64 + 0.12), inner.y + row * (i as f64 + 0.88));
        let (found, places) = places(units, *unit, &time, window.start, window.end)?;
        spikes += found;
        let lines: Vec<Vec<[f64; 2]>> =
            places.into_iter().map(|x| vec![[x, top], [x, bottom.max(top + 0.8)]]).collect();
        let colour = if row < 4.0 { page.ink.text } else { page.ink.category(i) };
        page.scene.draw_in(inner, "spikes", Shape::Lines { lines, colour, width: 0.9 });
    }
    if spikes == 0 {
        return Err(outside(units.object(), &window, there));
    }
    axes::time(&mut page.scene, &page.ink, inner, &time);
    unit_axis(page, inner, &ids);
    let left_out = page.notes.first().map(|note| note.split(';').next().unwrap_or(note).to_owned());
    let words: Vec<String> = shaded
        .map(|name| format!("shaded: {name}"))
        .into_iter()
        .chain([count(spikes, "spike", "spikes")])
        .chain(left_out)
        .collect();
    page.scene.text(
        "note",
        Text::new([foot.right(), foot.bottom()], words.join(" · "), NOTE, page.ink.faint).anchor(Anchor::End),
    );
    Ok(())
}

/// The rows of the units that are drawn, and their ids.
pub(super) fn chosen(units: &Units, options: &Options) -> Result<(Vec<u64>, Vec<i64>)> {
    let ids = units.row_ids()?;
    let places = match &options.picks {
        Some(picks) => picks.places(&ids)?,
        None => (0..ids.len()).collect(),
    };
    let chosen = places.iter().filter_map(|place| ids.get(*place).copied()).collect();
    Ok((places.into_iter().map(|place| place as u64).collect(), chosen))
}

/// The error for units that never fired.
pub(super) fn none(object: &Object) -> Error {
    Error::new(ErrorKind::Invalid, "there is no spike to draw")
        .at(object.path())
        .in_file(object.file())
        .expected("units with spike times")
}

/// How often a unit fired between two times, and at which half pixels that is to be seen.
fn places(units: &Units, unit: u64, time: &Scale, start: f64, end: f64) -> Result<(u64, Vec<f64>)> {
    let column = units.column("spike_times")?;
    let elements = column.elements_of(unit)?;
    let data = column.data().object().dataset()?;
    let (mut found, mut places) = (0, std::collections::BTreeSet::new());
    let mut first = elements.start;
    while first < elements.end {
        let last = elements.end.min(first + BLOCK);
        let place = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let times = data.read::<f64, nwb_model::ndarray::Ix1>(place(first)..place(last))?;
        for spike in times.iter().filter(|t| **t >= start && **t <= end) {
            found += 1;
            places.insert((time.at(*spike) * 2.0).round() as i64);
        }
        // Spike times ascend; what comes later is later.
        if times.last().is_some_and(|t| *t > end) {
            break;
        }
        first = last;
    }
    Ok((found, places.into_iter().map(|x| x as f64 / 2.0).collect()))
}

/// The ids of units, as many as have room.
pub(super) fn unit_axis(page: &mut Page, inner: Area, ids: &[i64]) {
    let ink = page.ink;
    let row = inner.height / ids.len().max(1) as f64;
    let every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
        .into_iter()
        .find(|n| f64::from(*n) * row >= TICK * 1.3)
        .unwrap_or(10_000);
    let mut widest = 0f64;
    for (i, id) in ids.iter().enumerate().filter(|(i, _)| i.is_multiple_of(every as usize)) {
        let text = id.to_string();
        widest = widest.max(crate::scene::font::width(&text, TICK, crate::scene::Weight::Regular));
        let at = [inner.x - 8.0, inner.y + row * (i as f64 + 0.5)];
        page.scene.text("tick-label", Text::new(at, text, TICK, ink.text).anchor(Anchor::End).centred());
    }
    axes::beside(&mut page.scene, &ink, inner, widest + 14.0, "unit");
}
