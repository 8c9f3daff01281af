//! All channels of a series as rows of colours.

use nwb_model::types::TimeSeries;
use nwb_model::view::NeurodataType;

use super::traces::{named, title, value_name};
use super::window::{self, Window};
use super::{Page, whence};
use crate::axes::{self, Scale};
use crate::bins::{Binned, Wanted};
use crate::colour::Map;
use crate::quantity::{Quantity, count, grouped};
use crate::scene::{Area, Pixels, Sampling, Shape};
use crate::{Error, ErrorKind, Options, Result};

/// More rows than that nobody can see, whatever the size.
const MANY: usize = 20_000;

pub(super) fn figure(series: &TimeSeries, options: &Options, page: &mut Page) -> Result<()> {
    let (noun, ids) = window::ids(series)?;
    let number = options.picks.as_ref().map_or(Ok(ids.len()), |picks| picks.places(&ids).map(|places| places.len()))?;
    let rows = count(number as u64, noun, &format!("{noun}s"));
    let area = page.headed(&title(series), &format!("{} · {rows}", whence(series.object())));
    draw(series, options, area, page)
}

/// Draws the rows, axes and what the colours mean into an area.
pub(super) fn draw(series: &TimeSeries, options: &Options, area: Area, page: &mut Page) -> Result<()> {
    let (noun, ids) = window::ids(series)?;
    let mut chosen: Vec<usize> = match &options.picks {
        Some(picks) => picks.places(&ids)?,
        None => (0..ids.len()).collect(),
    };
    if chosen.len() > MANY {
        page.notes.push(format!(
            "the first {} of {} are drawn; choose others with --rois",
            grouped(MANY as u64),
            count(chosen.len() as u64, noun, &format!("{noun}s"))
        ));
        chosen.truncate(MANY);
    }
    let numbers: Vec<u64> = chosen.iter().map(|n| *n as u64).collect();
    let window = Window::of(series, numbers.len() as u64, options)?;
    page.notes.extend(window.note);
    let inner = area.within([72.0, 4.0, 108.0, 52.0]);
    let samples = window.samples.end - window.samples.start;
    let columns = (inner.width as usize).min(usize::try_from(samples).unwrap_or(usize::MAX)).max(1);
    let binned = Binned::read(
        series,
        &Wanted { samples: window.samples, span: window.span, channels: Some(&numbers), columns },
    )?;
    let mut rows: Vec<Vec<f64>> = binned.channels.iter().map(|channel| channel.means(binned.span, columns)).collect();
    rows.iter_mut().for_each(|row| carry(row));
    let is_relative = value_name(series) == "fluorescence";
    let label = if is_relative {
        // Cells differ in brightness by far more than each does over time.
        rows.iter_mut().for_each(|row| standardise(row));
        if inner.height > 260.0 { "fluorescence (z-score of each ROI)" } else { "F (z-score)" }.to_owned()
    } else {
        String::new()
    };
    let range = percentiles(rows.iter().flatten().copied(), 0.01, 0.995).ok_or_else(|| {
        Error::new(ErrorKind::Invalid, "there is no number in the window")
            .at(series.object().path())
            .remedy("choose another --window")
    })?;
    let [low, high] = range;
    let quantity = if is_relative {
        Quantity { label, factor: 1.0 }
    } else {
        Quantity::of(&binned.unit, low.abs().max(high.abs()))
    };
    let colour = |value: &f64| Map::Viridis.colour((value - low) / (high - low).max(f64::MIN_POSITIVE));
    let blank = page.ink.grid.rgb;
    let rgba = rows.iter().flatten().flat_map(|value| {
        let [r, g, b] = colour(value).map_or(blank, |colour| colour.rgb);
        [r, g, b, 255]
    });
    let pixels = Pixels { columns: columns as u32, rows: rows.len() as u32, rgba: rgba.collect() };
    // Rows that share a pixel are blended, so that none is lost.
    let sampling = if (rows.len() as f64) < inner.height { Sampling::Boxes } else { Sampling::Smooth };
    page.scene.draw("heat", Shape::Image { area: inner, pixels, sampling });
    let [from, to] = binned.span;
    axes::time(&mut page.scene, &page.ink, inner, &Scale::new(from, to, [inner.x, inner.right()]));
    let long = format!("{noun} (in the order of the data)");
    let axis = if inner.height > 260.0 { long } else { noun.into() };
    let places = Scale { from: [-0.5, rows.len() as f64 - 0.5], to: [inner.y, inner.bottom()] };
    axes::counting_left(&mut page.scene, &page.ink, inner, &places, &axis);
    let bar = Area::new(inner.right() + 16.0, inner.y, 14.0, inner.height);
    let label = if is_relative { quantity.label.clone() } else { named(&value_name(series), &quantity.label) };
    axes::colour_bar(
        &mut page.scene,
        &page.ink,
        bar,
        Map::Viridis,
        [low * quantity.factor, high * quantity.factor],
        &label,
    );
    Ok(())
}

/// Columns in which no sample lies between two that have one show the one before: that is rounding, not a gap.
fn carry(row: &mut [f64]) {
    let mut before = f64::NAN;
    let mut missing = 0;
    for value in row {
        if value.is_nan() && missing < 2 {
            *value = before;
            missing += 1;
        } else if !value.is_nan() {
            before = *value;
            missing = 0;
        }
    }
}

fn standardise(row: &mut [f64]) {
    let numbers: Vec<f64> = row.iter().copied().filter(|v| v.is_finite()).collect();
    let mean = numbers.iter().sum::<f64>() / numbers.len().max(1) as f64;
    let deviation = (numbers.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / numbers.len().max(1) as f64).sqrt();
    row.iter_mut().for_each(|v| *v = (*v - mean) / if deviation > 0.0 { deviation } else { 1.0 });
}

/// The values below which those parts of all lie; `None` where there is no number.
pub(super) fn percentiles(values: impl Iterator<Item = f64>, low: f64, high: f64) -> Option<[f64; 2]> {
    let mut values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    let last = values.len().checked_sub(1)?;
    let mut at = |part: f64| {
        let place = (last as f64 * part).round() as usize;
        *values.select_nth_unstable_by(place, f64::total_cmp).1
    };
    Some([at(low), at(high)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_pass_over_what_is_no_number() {
        let values = (0..=100).map(f64::from).chain([f64::NAN, f64::INFINITY]);
        assert_eq!(percentiles(values, 0.01, 0.9), Some([1.0, 90.0]));
        assert_eq!(percentiles([f64::NAN].into_iter(), 0.1, 0.9), None);
    }

    #[test]
    fn gaps_stay_gaps() {
        let mut row = [1.0, f64::NAN, 2.0, f64::NAN, f64::NAN, f64::NAN, f64::NAN];
        carry(&mut row);
        assert_eq!(row[..5], [1.0, 1.0, 2.0, 2.0, 2.0]);
        assert!(row[6].is_nan());
    }
}
