//! Colours that people who see fewer of them can tell apart, too.

/// A colour: red, green, blue, opacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour {
    pub(crate) rgb: [u8; 3],
    pub(crate) alpha: u8,
}

impl Colour {
    pub(crate) const fn hex(code: u32) -> Self {
        let [_, r, g, b] = code.to_be_bytes();
        Self { rgb: [r, g, b], alpha: 255 }
    }

    pub(crate) fn opacity(self, part: f64) -> Self {
        Self { alpha: (part * 255.0).round() as u8, ..self }
    }

    /// The colour between two, `part` of the way.
    fn towards(self, other: Self, part: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
        let ([r, g, b], [or, og, ob]) = (self.rgb, other.rgb);
        Self { rgb: [mix(r, or), mix(g, og), mix(b, ob)], alpha: 255 }
    }
}

/// The colours of paper, ink and whatever is between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ink {
    pub(crate) paper: Colour,
    /// Text and axes.
    pub(crate) text: Colour,
    /// What is said in passing.
    pub(crate) faint: Colour,
    /// Lines of a grid.
    pub(crate) grid: Colour,
    /// A single trace.
    pub(crate) trace: Colour,
    /// Spans of time.
    pub(crate) spans: Colour,
    /// Categories: Okabe and Ito's, lighter or darker where the paper asks for it.
    categories: [Colour; 7],
}

impl Ink {
    pub(crate) const LIGHT: Self = Self {
        paper: Colour::hex(0xff_ffff),
        text: Colour::hex(0x1f_2430),
        faint: Colour::hex(0x6b_7280),
        grid: Colour::hex(0xe3_e6ea),
        trace: Colour::hex(0x00_5a9c),
        spans: Colour::hex(0xe6_9f00),
        categories: [
            Colour::hex(0x00_72b2),
            Colour::hex(0xd5_5e00),
            Colour::hex(0x00_9e73),
            Colour::hex(0xcc_79a7),
            Colour::hex(0xb8_7f00),
            Colour::hex(0x3a_a0dc),
            Colour::hex(0x4d_4d4d),
        ],
    };

    pub(crate) const DARK: Self = Self {
        paper: Colour::hex(0x12_151b),
        text: Colour::hex(0xf1_f3f6),
        faint: Colour::hex(0x9a_a3b2),
        grid: Colour::hex(0x2c_323c),
        trace: Colour::hex(0x6c_c4ff),
        spans: Colour::hex(0xf0_b429),
        categories: BRIGHT,
    };

    /// A colour for the category of that number; they come again after seven.
    pub(crate) fn category(&self, number: usize) -> Colour {
        self.categories.get(number % self.categories.len()).copied().unwrap_or(self.trace)
    }
}

/// Categories on black: what outlines on an image are drawn with, whatever the paper.
const BRIGHT: [Colour; 7] = [
    Colour::hex(0x56_b4e9),
    Colour::hex(0xff_8c2e),
    Colour::hex(0x1f_d3a1),
    Colour::hex(0xf5_9bcb),
    Colour::hex(0xf0_e442),
    Colour::hex(0xa6_b8ff),
    Colour::hex(0xff_ffff),
];

/// The colour for an outline on an image.
pub(crate) fn on_image(number: usize) -> Colour {
    BRIGHT.get(number % BRIGHT.len()).copied().unwrap_or(Colour::hex(0xff_ffff))
}

/// What numbers become colours by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Map {
    /// Dark violet to yellow: brightness grows evenly, and it needs no red from green.
    Viridis,
    /// Black to white.
    Gray,
}

const VIRIDIS: [Colour; 11] = [
    Colour::hex(0x44_0154),
    Colour::hex(0x48_2475),
    Colour::hex(0x41_4487),
    Colour::hex(0x35_5f8d),
    Colour::hex(0x2a_788e),
    Colour::hex(0x21_918c),
    Colour::hex(0x22_a884),
    Colour::hex(0x44_bf70),
    Colour::hex(0x7a_d151),
    Colour::hex(0xbd_df26),
    Colour::hex(0xfd_e725),
];
const GRAY: [Colour; 2] = [Colour::hex(0x00_0000), Colour::hex(0xff_ffff)];

impl Map {
    /// The colour for a part of the range, 0 to 1; `None` for what is no number.
    pub(crate) fn colour(self, part: f64) -> Option<Colour> {
        if part.is_nan() {
            return None;
        }
        let table: &[Colour] = match self {
            Self::Viridis => &VIRIDIS,
            Self::Gray => &GRAY,
        };
        let place = part.clamp(0.0, 1.0) * (table.len() - 1) as f64;
        let low = *table.get(place.floor() as usize)?;
        let high = table.get(place.floor() as usize + 1).copied().unwrap_or(low);
        Some(low.towards(high, place.fract()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brightness(colour: Colour) -> f64 {
        let [r, g, b] = colour.rgb.map(f64::from);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    #[test]
    fn maps_grow_brighter_all_the_way() {
        for map in [Map::Viridis, Map::Gray] {
            let bright: Vec<f64> = (0..=50).map(|i| brightness(map.colour(f64::from(i) / 50.0).unwrap())).collect();
            assert!(bright.is_sorted(), "{map:?}: {bright:?}");
        }
        assert_eq!(Map::Viridis.colour(f64::NAN), None);
        assert_eq!(Map::Gray.colour(7.0).unwrap().rgb, [255; 3]);
    }

    #[test]
    fn inks_can_be_read_on_their_paper() {
        for ink in [Ink::LIGHT, Ink::DARK] {
            let far = |colour| (brightness(colour) - brightness(ink.paper)).abs();
            assert!(far(ink.text) > 180.0);
            assert!((0..7).all(|n| far(ink.category(n)) > 70.0));
        }
    }
}
