//! A scene as pixels, and pixels as PNG.

use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Stroke,
    Transform,
};

use super::font::{self, Pen};
use super::{Anchor, Area, Mark, Pixels, Run, Sampling, Scene, Shape, Text};
use crate::colour::Colour;
use crate::{Error, ErrorKind, Result};

/// More pixels than that are no picture.
const MAX_PIXELS: f64 = 400e6;

impl Scene {
    /// PNG, `scale` pixels for each unit.
    pub(crate) fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        let (width, height) = ((self.width * scale).round(), (self.height * scale).round());
        let too_large = || {
            Error::new(ErrorKind::Limit, "a picture of that size cannot be made")
                .expected("at least one pixel, at most 400 million")
                .found(format!("{width} by {height} pixels"))
                .remedy("ask for a smaller size or scale, or for SVG")
        };
        if !(width >= 1.0 && height >= 1.0 && width * height <= MAX_PIXELS) {
            return Err(too_large());
        }
        let mut page = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
        page.fill(solid(self.paper));
        let mut canvas = Canvas { page, to_page: Transform::from_scale(scale as f32, scale as f32), clip: None };
        for mark in &self.marks {
            canvas.draw(mark);
        }
        // The paper is opaque, so there is no transparency left to divide by.
        encode(width as u32, height as u32, canvas.page.data(), Some(scale * 96.0))
    }
}

fn solid(colour: Colour) -> tiny_skia::Color {
    let [r, g, b] = colour.rgb;
    tiny_skia::Color::from_rgba8(r, g, b, colour.alpha)
}

struct Canvas {
    page: Pixmap,
    to_page: Transform,
    /// The last clip, which is the next one's as a rule.
    clip: Option<(Area, Mask)>,
}

impl Canvas {
    fn draw(&mut self, mark: &Mark) {
        if let Some(area) = mark.clip {
            self.prepare(area);
        }
        let clip = mark.clip.and(self.clip.as_ref()).map(|(_, mask)| mask);
        let (page, to_page) = (&mut self.page, self.to_page);
        match &mark.shape {
            Shape::Box { area, fill } => {
                if let Some(rect) = rect(area) {
                    page.fill_rect(rect, &paint(*fill), to_page, clip);
                }
            }
            Shape::Lines { lines, colour, width } => stroke(page, lines, (End::Open, *colour, *width), to_page, clip),
            Shape::Rings { lines, colour, width } => stroke(page, lines, (End::Closed, *colour, *width), to_page, clip),
            Shape::Text(text) => letters(page, text, to_page),
            Shape::Image { area, pixels, sampling } => image(page, area, pixels, *sampling, to_page),
        }
    }

    fn prepare(&mut self, area: Area) {
        if self.clip.as_ref().is_some_and(|(known, _)| *known == area) {
            return;
        }
        self.clip = Mask::new(self.page.width(), self.page.height()).zip(rect(&area)).map(|(mut mask, rect)| {
            mask.fill_path(&PathBuilder::from_rect(rect), FillRule::Winding, true, self.to_page);
            (area, mask)
        });
    }
}

fn rect(area: &Area) -> Option<Rect> {
    Rect::from_xywh(area.x as f32, area.y as f32, area.width as f32, area.height as f32)
}

fn paint(colour: Colour) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(solid(colour));
    paint
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Closed,
}

fn stroke(
    page: &mut Pixmap,
    lines: &[Vec<[f64; 2]>],
    (end, colour, width): (End, Colour, f64),
    to_page: Transform,
    clip: Option<&Mask>,
) {
    let pen = Stroke { width: width as f32, line_join: LineJoin::Round, line_cap: LineCap::Butt, ..Stroke::default() };
    // In parts: one path of everything would be slow to cover.
    for part in lines.chunks(512) {
        let mut path = PathBuilder::new();
        for line in part {
            let mut points = line.iter().filter(|[x, y]| x.is_finite() && y.is_finite());
            let Some([x, y]) = points.next() else { continue };
            path.move_to(*x as f32, *y as f32);
            points.for_each(|[x, y]| path.line_to(*x as f32, *y as f32));
            if end == End::Closed {
                path.close();
            }
        }
        if let Some(path) = path.finish() {
            page.stroke_path(&path, &paint(colour), &pen, to_page, clip);
        }
    }
}

fn letters(page: &mut Pixmap, text: &Text, to_page: Transform) {
    let width = font::width(&text.text, text.size, text.weight);
    let shift = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let mut outline = Outline(PathBuilder::new());
    font::outline(&text.text, text.size, text.weight, &mut outline);
    let Some(path) = outline.0.finish() else { return };
    let [x, y] = text.at.map(|v| v as f32);
    let turn = if text.run == Run::Up { -90.0 } else { 0.0 };
    let place = to_page.pre_translate(x, y).pre_rotate(turn).pre_translate(shift as f32, 0.0).pre_scale(1.0, -1.0);
    if let Some(halo) = text.halo {
        let rim = Stroke { width: text.size as f32 * 0.24, line_join: LineJoin::Round, ..Stroke::default() };
        page.stroke_path(&path, &paint(halo), &rim, place, None);
    }
    fill(page, &path, text.colour, place);
}

fn fill(page: &mut Pixmap, path: &Path, colour: Colour, place: Transform) {
    page.fill_path(path, &paint(colour), FillRule::Winding, place, None);
}

fn image(page: &mut Pixmap, area: &Area, pixels: &Pixels, sampling: Sampling, to_page: Transform) {
    let size = tiny_skia::IntSize::from_wh(pixels.columns, pixels.rows);
    let mut data = pixels.rgba.clone();
    for pixel in data.chunks_exact_mut(4) {
        if let [r, g, b, alpha] = pixel {
            let times = |v: u8| ((u16::from(v) * u16::from(*alpha) + 127) / 255) as u8;
            (*r, *g, *b) = (times(*r), times(*g), times(*b));
        }
    }
    let Some(source) = size.and_then(|size| Pixmap::from_vec(data, size)) else { return };
    let (sx, sy) = (area.width / f64::from(pixels.columns), area.height / f64::from(pixels.rows));
    let quality = match sampling {
        Sampling::Boxes => FilterQuality::Nearest,
        Sampling::Smooth => FilterQuality::Bilinear,
    };
    let how = PixmapPaint { quality, ..PixmapPaint::default() };
    let place = to_page.pre_translate(area.x as f32, area.y as f32).pre_scale(sx as f32, sy as f32);
    page.draw_pixmap(0, 0, source.as_ref(), &how, place, None);
}

struct Outline(PathBuilder);

impl Pen for Outline {
    fn move_to(&mut self, [x, y]: [f64; 2]) {
        self.0.move_to(x as f32, y as f32);
    }

    fn line_to(&mut self, [x, y]: [f64; 2]) {
        self.0.line_to(x as f32, y as f32);
    }

    fn quad_to(&mut self, [bx, by]: [f64; 2], [x, y]: [f64; 2]) {
        self.0.quad_to(bx as f32, by as f32, x as f32, y as f32);
    }

    fn cubic_to(&mut self, [bx, by]: [f64; 2], [ax, ay]: [f64; 2], [x, y]: [f64; 2]) {
        self.0.cubic_to(bx as f32, by as f32, ax as f32, ay as f32, x as f32, y as f32);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

/// Rows of RGBA as PNG; with how many pixels an inch has, if that is known.
pub(super) fn encode(width: u32, height: u32, rgba: &[u8], dots_per_inch: Option<f64>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    if let Some(dots) = dots_per_inch {
        let per_metre = (dots / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    }
    let written =
        encoder.write_header().and_then(|mut writer| writer.write_image_data(rgba).and_then(|()| writer.finish()));
    written
        .map_err(|source| Error::new(ErrorKind::Invalid, "the picture cannot be encoded as PNG").caused_by(source))?;
    Ok(bytes)
}
