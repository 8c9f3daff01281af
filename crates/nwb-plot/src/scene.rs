//! A picture before it has a format: marks on a page, measured in units of which PNG makes `scale` pixels and SVG one.

pub(crate) mod font;
mod raster;
mod svg;

pub(crate) use font::Weight;

use crate::colour::Colour;

/// A box: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Area {
    pub(crate) fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width: width.max(1.0), height: height.max(1.0) }
    }

    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// What is left within margins: left, top, right, bottom.
    pub(crate) fn within(&self, [left, top, right, bottom]: [f64; 4]) -> Self {
        Self::new(self.x + left, self.y + top, self.width - left - right, self.height - top - bottom)
    }

    /// The parts left and right of a cut, with a gap between.
    pub(crate) fn split_at(&self, width: f64, gap: f64) -> (Self, Self) {
        let left = Self::new(self.x, self.y, width, self.height);
        (left, Self::new(self.x + width + gap, self.y, self.width - width - gap, self.height))
    }

    /// The parts above and below a cut, with a gap between.
    pub(crate) fn cut_at(&self, height: f64, gap: f64) -> (Self, Self) {
        let top = Self::new(self.x, self.y, self.width, height);
        (top, Self::new(self.x, self.y + height + gap, self.width, self.height - height - gap))
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// Where a text stands to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Which way a text runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Run {
    Across,
    /// From below to above.
    Up,
}

/// A line of text; its point is on the baseline.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) at: [f64; 2],
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) anchor: Anchor,
    pub(crate) run: Run,
    pub(crate) colour: Colour,
    /// A rim that sets it off from an image.
    pub(crate) halo: Option<Colour>,
}

impl Text {
    pub(crate) fn new(at: [f64; 2], text: impl Into<String>, size: f64, colour: Colour) -> Self {
        Self {
            at,
            text: text.into().chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
            size,
            weight: Weight::Regular,
            anchor: Anchor::Start,
            run: Run::Across,
            colour,
            halo: None,
        }
    }

    /// As high as capital letters are, with its middle on the point.
    pub(crate) fn centred(mut self) -> Self {
        let half = self.size * 0.36;
        let [x, y] = self.at;
        self.at = match self.run {
            Run::Across => [x, y + half],
            Run::Up => [x + half, y],
        };
        self
    }

    pub(crate) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    pub(crate) fn up(self) -> Self {
        Self { run: Run::Up, ..self }
    }

    pub(crate) fn halo(self, colour: Colour) -> Self {
        Self { halo: Some(colour), ..self }
    }

    /// With an ellipsis, if it is wider than that.
    pub(crate) fn at_most(mut self, width: f64) -> Self {
        if font::width(&self.text, self.size, self.weight) <= width {
            return self;
        }
        while !self.text.is_empty() && font::width(&self.text, self.size, self.weight) + self.size * 0.9 > width {
            self.text.pop();
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('…');
        self
    }
}

/// How the elements of an array become an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// Each stays a box.
    Boxes,
    /// Each is blended with its neighbours.
    Smooth,
}

/// Colours in rows, from above to below.
#[derive(Clone, Debug)]
pub(crate) struct Pixels {
    pub(crate) columns: u32,
    pub(crate) rows: u32,
    pub(crate) rgba: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Box {
        area: Area,
        fill: Colour,
    },
    /// Polylines in one colour.
    Lines {
        lines: Vec<Vec<[f64; 2]>>,
        colour: Colour,
        width: f64,
    },
    /// Closed polygons, outlined.
    Rings {
        lines: Vec<Vec<[f64; 2]>>,
        colour: Colour,
        width: f64,
    },
    Text(Text),
    Image {
        area: Area,
        pixels: Pixels,
        sampling: Sampling,
    },
}

/// Something drawn: what it is for, which is its class in SVG, and where it ends.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) class: &'static str,
    pub(crate) shape: Shape,
    pub(crate) clip: Option<Area>,
}

/// A page with marks, in the order in which they are drawn.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) paper: Colour,
    pub(crate) marks: Vec<Mark>,
}

impl Scene {
    pub(crate) fn new(width: f64, height: f64, paper: Colour) -> Self {
        Self { width, height, paper, marks: Vec::new() }
    }

    pub(crate) fn area(&self) -> Area {
        Area::new(0.0, 0.0, self.width, self.height)
    }

    pub(crate) fn draw(&mut self, class: &'static str, shape: Shape) {
        self.marks.push(Mark { class, shape, clip: None });
    }

    pub(crate) fn draw_in(&mut self, clip: Area, class: &'static str, shape: Shape) {
        self.marks.push(Mark { class, shape, clip: Some(clip) });
    }

    pub(crate) fn text(&mut self, class: &'static str, text: Text) {
        self.draw(class, Shape::Text(text));
    }

    pub(crate) fn line(&mut self, class: &'static str, from: [f64; 2], to: [f64; 2], colour: Colour, width: f64) {
        self.draw(class, Shape::Lines { lines: vec![vec![from, to]], colour, width });
    }
}
