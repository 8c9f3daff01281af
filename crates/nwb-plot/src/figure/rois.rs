//! Contours of ROIs, with their ids, on the image that they were found in.

use std::collections::HashMap;

use nwb_model::ndarray::{Array2, Ix1};
use nwb_model::types::{ImagingPlane, PlaneSegmentation};
use nwb_model::view::NeurodataType;

use super::background::{self, Background};
use super::heat::percentiles;
use super::masks::Masks;
use super::{Page, whence};
use crate::axes::{self, LABEL, NOTE};
use crate::colour::{Colour, Map, on_image};
use crate::contour::rings;
use crate::quantity::{count, grouped, plain, round_down};
use crate::scene::{Anchor, Area, Pixels, Sampling, Shape, Text, Weight, font};
use crate::{Options, Result};

/// Larger fields than that are no image.
const MAX_SIDE: u32 = 1 << 16;

/// What is drawn of a segmentation.
pub(super) struct Rois {
    table: PlaneSegmentation,
    masks: Masks,
    ids: Vec<i64>,
    background: Option<Background>,
    field: [f64; 2],
}

/// Which ROI has which colour.
pub(super) enum Colours<'a> {
    /// Each its own, in turn.
    All,
    /// Some, by their ids, in the colours of a list; the others are faint.
    Of(&'a [i64]),
}

impl Rois {
    pub(super) fn of(table: &PlaneSegmentation) -> Result<Self> {
        let masks = Masks::of(table)?;
        let background = background::of(table, masks.field, masks.is_exact);
        let field = match &background {
            Some(background) => [background.image.nrows() as f64, background.image.ncols() as f64],
            None => masks.field.map(|side| f64::from(side.clamp(1, MAX_SIDE))),
        };
        Ok(Self { ids: table.row_ids()?, table: table.clone(), masks, background, field })
    }
}

/// Micrometres of a pixel, where the imaging plane says that.
pub(super) fn spacing(plane: &ImagingPlane) -> Option<f64> {
    let spacing = plane.grid_spacing().ok()??.read::<f64, Ix1>(..).ok()?;
    let unit = plane.grid_spacing_unit().ok().flatten().unwrap_or("meters").to_lowercase();
    let factor = match unit.as_str() {
        "meters" | "meter" | "metres" | "m" => 1e6,
        "millimeters" | "millimetres" | "mm" => 1e3,
        "micrometers" | "micrometres" | "microns" | "um" | "µm" | "μm" => 1.0,
        "nanometers" | "nanometres" | "nm" => 1e-3,
        _ => return None,
    };
    spacing.first().map(|s| s * factor).filter(|s| s.is_finite() && *s > 0.0)
}

pub(super) fn figure(table: &PlaneSegmentation, options: &Options, page: &mut Page) -> Result<()> {
    let rois = Rois::of(table)?;
    let chosen = options.picks.as_ref().map(|picks| picks.places(&rois.ids)).transpose()?;
    let chosen: Option<Vec<i64>> =
        chosen.map(|places| places.iter().filter_map(|p| rois.ids.get(*p).copied()).collect());
    let title = format!("{} · {}", table.object().name(), count(rois.ids.len() as u64, "ROI", "ROIs"));
    let area = page.headed(&title, &whence(table.object()));
    match &chosen {
        Some(ids) => draw(&rois, &Colours::Of(ids), area, page),
        None => draw(&rois, &Colours::All, area, page),
    };
    Ok(())
}

/// Draws image, contours, ids and axes into an area; says where it ends.
pub(super) fn draw(rois: &Rois, colours: &Colours<'_>, area: Area, page: &mut Page) -> f64 {
    let inner = area.within([58.0, 4.0, 4.0, 52.0 + NOTE + 8.0]);
    let [width, height] = rois.field;
    let per_pixel = (inner.width / width).min(inner.height / height);
    let left = inner.x + (inner.width - width * per_pixel) / 2.0;
    let frame = Area::new(left, inner.y, width * per_pixel, height * per_pixel);
    page.scene.draw("field", Shape::Box { area: frame, fill: Colour::hex(0x0b_0d10) });
    if let Some(background) = &rois.background {
        gray(&background.image, frame, page);
        page.notes.extend(background.note.clone());
    }
    let chosen: Option<HashMap<i64, usize>> = match colours {
        Colours::All => None,
        Colours::Of(ids) => Some(ids.iter().enumerate().map(|(i, id)| (*id, i)).collect()),
    };
    let line = (per_pixel * 0.5).clamp(0.9, 1.8);
    let mut labels = Vec::new();
    for (row, (pixels, id)) in rois.masks.pixels.iter().zip(&rois.ids).enumerate() {
        let number = match &chosen {
            None => Some(row),
            Some(chosen) => chosen.get(id).copied(),
        };
        let rings: Vec<Vec<[f64; 2]>> = rings(pixels)
            .into_iter()
            .map(|ring| ring.into_iter().map(|[x, y]| [frame.x + x * per_pixel, frame.y + y * per_pixel]).collect())
            .collect();
        if rings.is_empty() {
            continue;
        }
        let bounds = bounds(&rings);
        let (class, colour) = match number {
            Some(number) => ("roi", on_image(number)),
            None => ("roi-other", Colour::hex(0xff_ffff).opacity(0.6)),
        };
        let width = match number {
            None => {
                // White on white cells would not be seen.
                let rim = Colour::hex(0x00_0000).opacity(0.45);
                page.scene.draw_in(
                    frame,
                    "roi-rim",
                    Shape::Rings { lines: rings.clone(), colour: rim, width: line * 0.7 + 1.2 },
                );
                line * 0.7
            }
            Some(_) if chosen.is_some() => {
                // A dark rim, so that the chosen are seen among many.
                let rim = Colour::hex(0x00_0000).opacity(0.8);
                page.scene.draw_in(
                    frame,
                    "roi-rim",
                    Shape::Rings { lines: rings.clone(), colour: rim, width: line + 2.6 },
                );
                line + 0.6
            }
            Some(_) => line,
        };
        page.scene.draw_in(frame, class, Shape::Rings { lines: rings, colour, width });
        if number.is_some() {
            labels.push((bounds, id.to_string(), colour));
        }
    }
    label(&labels, frame, page);
    let marked: Vec<Area> = labels.into_iter().map(|(bounds, ..)| bounds).collect();
    around(rois, frame, per_pixel, area, &marked, page);
    frame.bottom() + 52.0 + NOTE
}

/// An image in grays, from its darkest to its brightest but for outliers.
pub(super) fn gray(image: &Array2<f64>, frame: Area, page: &mut Page) {
    let [low, high] = percentiles(image.iter().copied(), 0.005, 0.997).unwrap_or([0.0, 1.0]);
    let (columns, rows) = image.dim();
    let mut rgba = Vec::with_capacity(columns * rows * 4);
    for y in 0..rows {
        for x in 0..columns {
            let value = image.get((x, y)).copied().unwrap_or(f64::NAN);
            let part = (value - low) / (high - low).max(f64::MIN_POSITIVE);
            let [r, g, b] = Map::Gray.colour(part).map_or([0x40, 0, 0x40], |colour| colour.rgb);
            rgba.extend([r, g, b, 255]);
        }
    }
    let pixels = Pixels { columns: columns as u32, rows: rows as u32, rgba };
    let sampling = if frame.width / columns as f64 > 3.0 { Sampling::Boxes } else { Sampling::Smooth };
    page.scene.draw("image", Shape::Image { area: frame, pixels, sampling });
}

fn bounds(rings: &[Vec<[f64; 2]>]) -> Area {
    let [mut left, mut top, mut right, mut bottom] =
        [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for [x, y] in rings.iter().flatten() {
        (left, right) = (left.min(*x), right.max(*x));
        (top, bottom) = (top.min(*y), bottom.max(*y));
    }
    Area::new(left, top, right - left, bottom - top)
}

/// Ids inside of ROIs that have room, beside those that have none, and nowhere where they would cover other ids.
fn label(labels: &[(Area, String, Colour)], frame: Area, page: &mut Page) {
    let mut sizes: Vec<f64> = labels.iter().map(|(area, ..)| area.width.min(area.height)).collect();
    sizes.sort_by(f64::total_cmp);
    let typical = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let size = (typical * 0.42).clamp(9.0, 13.0);
    let mut taken: Vec<Area> = Vec::new();
    let mut texts = Vec::new();
    for (area, id, colour) in labels {
        let width = font::width(id, size, Weight::Bold);
        let (cx, cy) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        let at = |x: f64, y: f64| Area::new(x - width / 2.0 - 1.0, y - size / 2.0, width + 2.0, size);
        let inside = at(cx, cy);
        let is_roomy = width + 4.0 <= area.width && size + 2.0 <= area.height;
        let beside = [
            at(area.right() + width / 2.0 + 3.0, cy),
            at(cx, area.y - size / 2.0 - 3.0),
            at(area.x - width / 2.0 - 3.0, cy),
            at(cx, area.bottom() + size / 2.0 + 3.0),
        ];
        let is_within =
            |a: &Area| a.x >= frame.x && a.y >= frame.y && a.right() <= frame.right() && a.bottom() <= frame.bottom();
        let is_free = |a: &Area| is_within(a) && !taken.iter().any(|other| other.overlaps(a));
        // Beside an ROI there must be no other ROI, or nobody knows whose id it is.
        let is_clear = |a: &Area| is_free(a) && !labels.iter().any(|(other, ..)| other != area && other.overlaps(a));
        let place = if is_roomy && is_free(&inside) { Some(inside) } else { beside.into_iter().find(is_clear) };
        let Some(place) = place else { continue };
        taken.push(place);
        let text = Text::new([place.x + place.width / 2.0, place.y + size / 2.0], id.as_str(), size, *colour);
        texts.push(text.bold().anchor(Anchor::Middle).centred().halo(Colour::hex(0x00_0000).opacity(0.75)));
    }
    // A few ids here and there would look as if those ROIs were special.
    if texts.len() * 3 < labels.len() {
        texts.clear();
    }
    let left_out = labels.len() - texts.len();
    texts.into_iter().for_each(|text| page.scene.text("roi-label", text));
    if left_out > 0 {
        let all = count(labels.len() as u64, "id", "ids");
        let text = format!(
            "{} of {all} are not drawn, as there is no room; a larger --size shows more, --rois names those that you want",
            grouped(left_out as u64)
        );
        page.notes.push(text);
    }
}

/// Axes in pixels, a scale bar where the size of pixels is known, and what the image is.
fn around(rois: &Rois, frame: Area, per_pixel: f64, area: Area, marked: &[Area], page: &mut Page) {
    let ink = page.ink;
    axes::pixels(&mut page.scene, &ink, frame, rois.field);
    if let Some(micrometres) = rois.table.imaging_plane().ok().as_ref().and_then(spacing) {
        scale_bar(micrometres / per_pixel, frame, marked, page);
    }
    let what =
        rois.background.as_ref().map_or("no image of this size in the file", |background| background.what.as_str());
    let at = [frame.x, frame.bottom() + 52.0 + NOTE];
    page.scene.text("note", Text::new(at, what, NOTE, ink.faint).at_most(area.right() - frame.x));
}

/// A bar as long as a round number of micrometres, in that corner of an image where it covers least of what is marked.
pub(super) fn scale_bar(per_unit: f64, frame: Area, marked: &[Area], page: &mut Page) {
    let length = round_down(frame.width * per_unit * 0.25);
    let long = length / per_unit;
    let text = format!("{} µm", plain(length));
    let wide = long.max(font::width(&text, LABEL, Weight::Bold));
    let (wide, high) = (wide + 4.0, LABEL + 14.0);
    let at = |x: f64, y: f64| Area::new(x, y, wide, high);
    let (left, right) = (frame.x + 12.0, frame.right() - 12.0 - wide);
    let (top, bottom) = (frame.y + 10.0, frame.bottom() - 10.0 - high);
    let corners = [at(right, bottom), at(left, bottom), at(right, top), at(left, top)];
    let covered = |corner: &Area| marked.iter().filter(|area| area.overlaps(corner)).count();
    let Some(corner) = corners.into_iter().min_by_key(&covered) else { return };
    let (middle, y) = (corner.x + wide / 2.0, corner.bottom() - 4.0);
    let white = Colour::hex(0xff_ffff);
    let black = Colour::hex(0x00_0000).opacity(0.75);
    let (start, end) = (middle - long / 2.0, middle + long / 2.0);
    if covered(&corner) > 0 {
        let fill = Colour::hex(0x00_0000).opacity(0.6);
        page.scene.draw("scale-bar", Shape::Box { area: corner.within([-4.0; 4]), fill });
    }
    page.scene.line("scale-bar", [start - 1.0, y], [end + 1.0, y], black, 6.0);
    page.scene.line("scale-bar", [start, y], [end, y], white, 4.0);
    let text = Text::new([middle, y - 9.0], text, LABEL, white);
    page.scene.text("scale-bar", text.bold().anchor(Anchor::Middle).halo(black));
}
