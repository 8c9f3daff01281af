//! Axes, titles, colour bars, scale bars.

use crate::colour::{Ink, Map};
use crate::quantity::Ticks;
use crate::scene::{Anchor, Area, Pixels, Sampling, Scene, Shape, Text, font};

/// Sizes of letters.
pub(crate) const TITLE: f64 = 19.0;
pub(crate) const LABEL: f64 = 14.5;
pub(crate) const TICK: f64 = 13.0;
pub(crate) const NOTE: f64 = 11.5;

/// A label that runs upwards has this much room at least.
const LOW: f64 = 96.0;

/// From values to places along an axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) from: [f64; 2],
    pub(crate) to: [f64; 2],
}

impl Scale {
    /// A scale for values between two; if they are one, it has room on both sides.
    pub(crate) fn new(low: f64, high: f64, to: [f64; 2]) -> Self {
        let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
        let from = match high - low {
            span if span > low.abs().max(high.abs()) * 1e-12 => [low, high],
            _ => [low - low.abs().max(1.0) * 0.5, high + high.abs().max(1.0) * 0.5],
        };
        Self { from, to }
    }

    pub(crate) fn at(&self, value: f64) -> f64 {
        let ([low, high], [start, end]) = (self.from, self.to);
        start + (value - low) / (high - low) * (end - start)
    }
}

/// The title above a picture and a line of facts below it. Gives what is left of the area.
pub(crate) fn heading(scene: &mut Scene, ink: &Ink, area: Area, title: &str, facts: &str) -> Area {
    scene.text("title", Text::new([area.x, area.y + TITLE], title, TITLE, ink.text).bold().at_most(area.width));
    if facts.is_empty() {
        return area.within([0.0, TITLE + 14.0, 0.0, 0.0]);
    }
    let at = [area.x, area.y + TITLE + NOTE + 9.0];
    scene.text("facts", Text::new(at, facts, NOTE + 1.0, ink.faint).at_most(area.width));
    area.within([0.0, TITLE + NOTE + 24.0, 0.0, 0.0])
}

/// A horizontal axis below an area.
pub(crate) fn below(scene: &mut Scene, ink: &Ink, area: Area, scale: &Scale, label: &str) {
    let [low, high] = scale.from;
    below_with(scene, ink, area, scale, label, &Ticks::between(low, high, (area.width / 95.0) as usize));
}

/// Axes below and left of an image of so many pixels.
pub(crate) fn pixels(scene: &mut Scene, ink: &Ink, frame: Area, [width, height]: [f64; 2]) {
    let scale = Scale { from: [0.0, width], to: [frame.x, frame.right()] };
    let ticks = Ticks::counting(0.0, width, (frame.width / 95.0) as usize);
    below_with(scene, ink, frame, &scale, "x (pixels)", &ticks);
    counting_left(scene, ink, frame, &Scale { from: [0.0, height], to: [frame.y, frame.bottom()] }, "y (pixels)");
}

fn below_with(scene: &mut Scene, ink: &Ink, area: Area, scale: &Scale, label: &str, ticks: &Ticks) {
    let y = area.bottom();
    scene.line("axis", [area.x, y], [area.right(), y], ink.text, 1.2);
    for &tick in &ticks.at {
        let x = scale.at(tick);
        scene.line("tick", [x, y], [x, y + 5.0], ink.text, 1.2);
        scene.text(
            "tick-label",
            Text::new([x, y + 8.0 + TICK], ticks.text(tick), TICK, ink.text).anchor(Anchor::Middle),
        );
    }
    let at = [area.x + area.width / 2.0, y + 16.0 + TICK + LABEL];
    scene.text("axis-label", Text::new(at, label, LABEL, ink.text).anchor(Anchor::Middle).at_most(area.width));
}

/// An axis of time below an area, for a scale in seconds: in milliseconds, minutes or hours where those suit it better.
pub(crate) fn time(scene: &mut Scene, ink: &Ink, area: Area, seconds: &Scale) {
    let [from, to] = seconds.from;
    let (unit, length) = unit_of_time(seconds.from);
    let scale = Scale { from: [from / length, to / length], to: seconds.to };
    below(scene, ink, area, &scale, &format!("time ({unit})"));
}

/// The unit that suits times between two, and how many seconds it is.
pub(crate) fn unit_of_time([from, to]: [f64; 2]) -> (&'static str, f64) {
    match (to - from).abs() {
        span if span > 0.0 && span <= 0.5 && from.abs().max(to.abs()) <= 10.0 => ("ms", 1e-3),
        span if span <= 1800.0 || !span.is_finite() => ("s", 1.0),
        span if span <= 6.0 * 3600.0 => ("min", 60.0),
        _ => ("h", 3600.0),
    }
}

/// A vertical axis left of an area.
pub(crate) fn left(scene: &mut Scene, ink: &Ink, area: Area, scale: &Scale, label: &str) {
    let [low, high] = scale.from;
    let ticks = Ticks::between(low.min(high), high.max(low), (area.height / 55.0) as usize);
    left_with(scene, ink, area, scale, label, &ticks);
}

/// A vertical axis left of an area, of what is counted.
pub(crate) fn counting_left(scene: &mut Scene, ink: &Ink, area: Area, scale: &Scale, label: &str) {
    let [low, high] = scale.from;
    let ticks = Ticks::counting(low.min(high), high.max(low), (area.height / 55.0) as usize);
    left_with(scene, ink, area, scale, label, &ticks);
}

fn left_with(scene: &mut Scene, ink: &Ink, area: Area, scale: &Scale, label: &str, ticks: &Ticks) {
    scene.line("axis", [area.x, area.y], [area.x, area.bottom()], ink.text, 1.2);
    let mut widest = 0f64;
    for &tick in &ticks.at {
        let (y, text) = (scale.at(tick), ticks.text(tick));
        widest = widest.max(font::width(&text, TICK, crate::scene::Weight::Regular));
        scene.line("tick", [area.x - 5.0, y], [area.x, y], ink.text, 1.2);
        scene.text("tick-label", Text::new([area.x - 8.0, y], text, TICK, ink.text).anchor(Anchor::End).centred());
    }
    beside(scene, ink, area, widest + 14.0, label);
}

/// A label that runs upwards, left of an area and of what stands between.
pub(crate) fn beside(scene: &mut Scene, ink: &Ink, area: Area, distance: f64, label: &str) {
    let at = [area.x - distance - LABEL * 0.6, area.y + area.height / 2.0];
    // Low areas have other room above and below.
    let text = Text::new(at, label, LABEL, ink.text).up().anchor(Anchor::Middle).at_most(area.height.max(LOW));
    scene.text("axis-label", text.centred());
}

/// Which colour means what: a bar of its own width, with ticks and label right of it.
pub(crate) fn colour_bar(scene: &mut Scene, ink: &Ink, area: Area, map: Map, [low, high]: [f64; 2], label: &str) {
    let bar = Area::new(area.x, area.y, 14.0, area.height);
    let colours = (0..256).rev().filter_map(|i| map.colour(f64::from(i) / 255.0));
    let rgba = colours
        .flat_map(|colour| {
            let [r, g, b] = colour.rgb;
            [r, g, b, 255]
        })
        .collect();
    let pixels = Pixels { columns: 1, rows: 256, rgba };
    scene.draw("colour-bar", Shape::Image { area: bar, pixels, sampling: Sampling::Boxes });
    let scale = Scale::new(low, high, [bar.bottom(), bar.y]);
    let [low, high] = scale.from;
    let ticks = Ticks::between(low, high, (area.height / 70.0) as usize);
    let mut widest = 0f64;
    for &tick in &ticks.at {
        let text = ticks.text(tick);
        widest = widest.max(font::width(&text, TICK, crate::scene::Weight::Regular));
        let y = scale.at(tick);
        scene.line("tick", [bar.right(), y], [bar.right() + 4.0, y], ink.text, 1.2);
        scene.text("tick-label", Text::new([bar.right() + 7.0, y], text, TICK, ink.text).centred());
    }
    let at = [bar.right() + 7.0 + widest + LABEL, area.y + area.height / 2.0];
    scene.text(
        "axis-label",
        Text::new(at, label, LABEL, ink.text).up().anchor(Anchor::Middle).at_most(area.height).centred(),
    );
}

/// Names beside their colours, from the right end of a line leftwards.
pub(crate) fn legend(scene: &mut Scene, ink: &Ink, right: f64, y: f64, names: &[(String, crate::colour::Colour)]) {
    let mut x = right;
    for (name, colour) in names.iter().rev() {
        x -= font::width(name, TICK, crate::scene::Weight::Regular);
        scene.text("legend", Text::new([x, y], name.as_str(), TICK, ink.text).centred());
        x -= 26.0;
        scene.line("legend", [x, y], [x + 20.0, y], *colour, 3.0);
        x -= 18.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_as_people_would() {
        for (times, unit) in [
            ([-0.1, 0.2], "ms"),
            ([1000.0, 1000.2], "s"),
            ([1.0, 1.0], "s"),
            ([0.0, 60.0], "s"),
            ([0.0, 5400.0], "min"),
            ([3600.0, 90_000.0], "h"),
            ([0.0, f64::INFINITY], "s"),
        ] {
            assert_eq!(unit_of_time(times).0, unit, "{times:?}");
        }
    }
}
