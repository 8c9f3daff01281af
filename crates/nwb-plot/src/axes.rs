//! Axes, titles, colour bars, scale bars.

use crate::colour::{Ink, Map};
use crate::quantity::Ticks;
use crate::scene::{Anchor, Area, Pixels, Sampling, Scene, Shape, Text, font};

/// Sizes of letters.
pub(crate) const TITLE: f64 = 19.0;
pub(crate) const LABEL: f64 = 14.5;
pub(crate) const TICK: f64 = 13.0;
pub(crate) const NOTE: f64 = 11.5;

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
    let y = area.bottom();
    scene.line("axis", [area.x, y], [area.right(), y], ink.text, 1.2);
    let [low, high] = scale.from;
    let ticks = Ticks::between(low, high, (area.width / 95.0) as usize);
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

/// A vertical axis left of an area.
pub(crate) fn left(scene: &mut Scene, ink: &Ink, area: Area, scale: &Scale, label: &str) {
    scene.line("axis", [area.x, area.y], [area.x, area.bottom()], ink.text, 1.2);
    let [low, high] = scale.from;
    let ticks = Ticks::between(low.min(high), high.max(low), (area.height / 55.0) as usize);
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
    let text = Text::new(at, label, LABEL, ink.text).up().anchor(Anchor::Middle).at_most(area.height);
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
