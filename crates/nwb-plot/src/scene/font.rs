//! The letters: a part of DejaVu Sans that is built in, so that a picture looks the same on every machine.

use std::sync::OnceLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

static REGULAR: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../fonts/DejaVuSans-Bold.ttf");

/// How heavy letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

fn face(weight: Weight) -> Option<&'static Face<'static>> {
    static FACES: [OnceLock<Option<Face<'static>>>; 2] = [OnceLock::new(), OnceLock::new()];
    let [regular, bold] = &FACES;
    let (cell, bytes) = match weight {
        Weight::Regular => (regular, REGULAR),
        Weight::Bold => (bold, BOLD),
    };
    cell.get_or_init(|| Face::parse(bytes, 0).ok()).as_ref()
}

/// The glyph of a character, or a white box for one that the font does not have.
fn glyph(face: &Face<'_>, c: char) -> Option<GlyphId> {
    face.glyph_index(c).or_else(|| face.glyph_index('□'))
}

/// How wide a line of text is.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let Some(face) = face(weight) else { return text.chars().count() as f64 * size * 0.6 };
    let units = f64::from(face.units_per_em());
    let advance = |c| glyph(face, c).and_then(|glyph| face.glyph_hor_advance(glyph)).map_or(0.0, f64::from);
    text.chars().map(advance).sum::<f64>() * size / units
}

/// What takes the outlines of letters: coordinates grow rightwards and upwards from the beginning of the baseline.
pub(crate) trait Pen {
    fn move_to(&mut self, to: [f64; 2]);
    fn line_to(&mut self, to: [f64; 2]);
    fn quad_to(&mut self, by: [f64; 2], to: [f64; 2]);
    fn cubic_to(&mut self, by: [f64; 2], and: [f64; 2], to: [f64; 2]);
    fn close(&mut self);
}

/// Draws a line of text.
pub(crate) fn outline(text: &str, size: f64, weight: Weight, pen: &mut dyn Pen) {
    let Some(face) = face(weight) else { return };
    let scale = size / f64::from(face.units_per_em());
    let mut x = 0.0;
    for glyph in text.chars().filter_map(|c| glyph(face, c)) {
        face.outline_glyph(glyph, &mut Placed { pen, scale, x });
        x += face.glyph_hor_advance(glyph).map_or(0.0, f64::from) * scale;
    }
}

struct Placed<'a> {
    pen: &'a mut dyn Pen,
    scale: f64,
    x: f64,
}

impl Placed<'_> {
    fn at(&self, x: f32, y: f32) -> [f64; 2] {
        [self.x + f64::from(x) * self.scale, f64::from(y) * self.scale]
    }
}

impl OutlineBuilder for Placed<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.pen.move_to(self.at(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.pen.line_to(self.at(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.pen.quad_to(self.at(x1, y1), self.at(x, y));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.pen.cubic_to(self.at(x1, y1), self.at(x2, y2), self.at(x, y));
    }

    fn close(&mut self) {
        self.pen.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_letters_of_the_field() {
        for weight in [Weight::Regular, Weight::Bold] {
            let face = face(weight).unwrap();
            for c in "ΔF/F µμ°±²⁻¹×–…σÅéüñßŁŞ≥□".chars() {
                assert!(face.glyph_index(c).is_some(), "{c} {weight:?}");
            }
        }
        assert!(width("wide", 10.0, Weight::Bold) > width("wide", 10.0, Weight::Regular));
        assert_eq!(width("漢", 10.0, Weight::Regular), width("□", 10.0, Weight::Regular));
    }
}
