//! Spikes around an event of each trial: a raster, and below it how often units fired on average.

use std::ops::Range;

use nwb_model::ndarray::Ix1;
use nwb_model::types::{NwbFile, Units};
use nwb_model::view::NeurodataType;

use super::spikes::{chosen, none};
use super::{Page, whence};
use crate::axes::{self, Scale, TICK};
use crate::quantity::{count, grouped};
use crate::scene::{Anchor, Shape, Text};
use crate::{Error, ErrorKind, Options, Result};

/// More units than that cannot be told apart.
const MANY: usize = 5;
/// How many bins a histogram has.
const BINS: usize = 60;

pub(super) fn figure(units: &Units, column: &str, options: &Options, page: &mut Page) -> Result<()> {
    let events = events(units, column)?;
    let window = options.window.clone().unwrap_or(-0.5..1.5);
    let (mut rows, mut ids) = chosen(units, options)?;
    if rows.len() > MANY {
        if options.picks.is_none() {
            // Those that fired most have most to tell.
            let counts = units.spike_counts()?;
            let mut order: Vec<usize> = (0..rows.len()).collect();
            order.sort_by_key(|i| std::cmp::Reverse(rows.get(*i).and_then(|row| counts.get(*row as usize)).copied()));
            order.truncate(MANY);
            order.sort_unstable();
            rows = order.iter().filter_map(|i| rows.get(*i).copied()).collect();
            let kept: Vec<i64> = order.iter().filter_map(|i| ids.get(*i).copied()).collect();
            page.notes.push(format!(
                "the {MANY} units that fired most, of {}, are drawn; choose others with --units",
                grouped(ids.len() as u64)
            ));
            ids = kept;
        } else {
            page.notes.push(format!("only the first {MANY} of {} are drawn", count(ids.len() as u64, "unit", "units")));
            rows.truncate(MANY);
            ids.truncate(MANY);
        }
    }
    let aligned: Vec<Vec<Vec<f64>>> =
        rows.iter().map(|row| around(units, *row, &events, &window)).collect::<Result<_>>()?;
    if aligned.iter().flatten().all(Vec::is_empty) {
        return Err(none(units.object())
            .found(format!("none from {} to {} s around {column}", window.start, window.end))
            .remedy("choose another --window or another column of the trials"));
    }
    let facts = format!(
        "{} · {} · {}",
        whence(units.object()),
        count(ids.len() as u64, "unit", "units"),
        count(events.len() as u64, "trial", "trials")
    );
    let area = page.headed(&format!("{} around {column}", units.object().name()), &facts);
    let (raster, histogram) = area.within([72.0, 4.0, 10.0, 52.0]).cut_at((area.height - 60.0) * 0.66, 14.0);
    let time = Scale::new(window.start, window.end, [raster.x, raster.right()]);
    let band = raster.height / ids.len().max(1) as f64;
    let trial = band * 0.94 / events.len().max(1) as f64;
    let ink = page.ink;
    for (i, (trials, id)) in aligned.iter().zip(&ids).enumerate() {
        let top = raster.y + band * i as f64;
        let mark = |(n, spikes): (usize, &Vec<f64>)| {
            let y = top + trial * n as f64;
            spikes.iter().map(|t| vec![[time.at(*t), y], [time.at(*t), y + (trial * 0.9).max(1.5)]]).collect::<Vec<_>>()
        };
        let lines: Vec<_> = trials.iter().enumerate().flat_map(mark).collect();
        page.scene.draw_in(raster, "spikes", Shape::Lines { lines, colour: ink.category(i), width: 1.6 });
        let text = Text::new([raster.x - 8.0, top + band / 2.0], id.to_string(), TICK, ink.category(i)).bold();
        page.scene.text("trace-label", text.anchor(Anchor::End).centred());
    }
    axes::beside(&mut page.scene, &ink, raster, 42.0, "unit, trials from above");
    let rates: Vec<Vec<f64>> = aligned.iter().map(|trials| rate(trials, &window)).collect();
    let highest = rates.iter().flatten().copied().fold(0.0, f64::max);
    let value = Scale::new(0.0, highest * 1.06, [histogram.bottom(), histogram.y]);
    let bin = (window.end - window.start) / BINS as f64;
    for (i, rates) in rates.iter().enumerate() {
        let steps = rates.iter().enumerate().flat_map(|(n, rate)| {
            let at = |edge: usize| [time.at(window.start + edge as f64 * bin), value.at(*rate)];
            [at(n), at(n + 1)]
        });
        page.scene.draw_in(
            histogram,
            "rate",
            Shape::Lines { lines: vec![steps.collect()], colour: ink.category(i), width: 1.8 },
        );
    }
    if window.contains(&0.0) {
        for part in [raster, histogram] {
            page.scene.line("event", [time.at(0.0), part.y], [time.at(0.0), part.bottom()], ink.faint, 1.2);
        }
    }
    axes::left(&mut page.scene, &ink, histogram, &value, "spikes/s");
    axes::below(&mut page.scene, &ink, histogram, &time, &format!("time from {column} (s)"));
    Ok(())
}

/// The times of an event in each trial that has it.
fn events(units: &Units, column: &str) -> Result<Vec<f64>> {
    let root: NwbFile = units.object().root().cast()?;
    let Some(trials) = root.trials()? else {
        return Err(Error::new(ErrorKind::NotFound, "the file has no trials to align spikes to")
            .at("/intervals/trials")
            .in_file(units.object().file())
            .remedy("leave --align out: then all spikes are drawn by their times"));
    };
    let names = trials.column_names()?;
    if !names.iter().any(|name| name == column) {
        return Err(Error::new(ErrorKind::NotFound, format!("the trials have no column {column}"))
            .at(trials.object().path())
            .in_file(trials.object().file())
            .expected(format!("one of {}", names.join(", "))));
    }
    let times = trials.column(column)?.data().object().dataset()?.read::<f64, Ix1>(..)?;
    Ok(times.iter().copied().filter(|time| time.is_finite()).collect())
}

/// The spikes of a unit around each event.
fn around(units: &Units, unit: u64, events: &[f64], window: &Range<f64>) -> Result<Vec<Vec<f64>>> {
    let one = |event: &f64| {
        let spikes = units.spike_times_between(unit, event + window.start, event + window.end)?;
        Ok(spikes.into_iter().map(|spike| spike - event).collect())
    };
    events.iter().map(one).collect()
}

/// Spikes per second in each bin, as a mean over trials.
fn rate(trials: &[Vec<f64>], window: &Range<f64>) -> Vec<f64> {
    let bin = (window.end - window.start) / BINS as f64;
    let mut counts = vec![0u64; BINS];
    for spike in trials.iter().flatten() {
        if let Some(count) = counts.get_mut((((spike - window.start) / bin).max(0.0) as usize).min(BINS - 1)) {
            *count += 1;
        }
    }
    counts.into_iter().map(|count| count as f64 / bin / trials.len().max(1) as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_spikes_by_trials_and_seconds() {
        let trials = vec![vec![0.05, 0.051], vec![0.052], vec![]];
        let rates = rate(&trials, &(0.0..6.0));
        assert!((rates[0] - 3.0 / 3.0 / 0.1).abs() < 1e-9);
        assert!((rates.iter().sum::<f64>() * 0.1 - 1.0).abs() < 1e-9);
    }
}
