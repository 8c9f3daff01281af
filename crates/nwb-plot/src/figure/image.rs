//! Images and movies.

use nwb_model::ndarray::{Array2, ArrayD, Ix2, Ix3};
use nwb_model::types::{
    BaseImage, CorrectedImageStack, Image, ImageSeries, Images, ImagingPlane, OnePhotonSeries, TwoPhotonSeries,
};
use nwb_model::view::NeurodataType;

use super::{Page, background, rois, whence};
use crate::axes::{self, NOTE, TICK};
use crate::quantity::count;
use crate::scene::{Anchor, Area, Pixels, Sampling, Shape, Text};
use crate::{Error, ErrorKind, Result};

/// More images than that are too small to be seen.
const MANY: usize = 24;
/// Larger images than that are not read.
const MAX_ELEMENTS: u64 = 1 << 28;

/// What is to be seen of an image.
enum Seen {
    Gray(Array2<f64>),
    Colours(Pixels),
}

impl Seen {
    fn size(&self) -> [f64; 2] {
        match self {
            Self::Gray(image) => [image.nrows() as f64, image.ncols() as f64],
            Self::Colours(pixels) => [f64::from(pixels.columns), f64::from(pixels.rows)],
        }
    }

    /// Draws it as large as it fits; gives its frame.
    fn draw(self, area: Area, page: &mut Page) -> Area {
        let [width, height] = self.size();
        let scale = (area.width / width).min(area.height / height);
        let frame = Area::new(area.x + (area.width - width * scale) / 2.0, area.y, width * scale, height * scale);
        match self {
            Self::Gray(image) => rois::gray(&image, frame, page),
            Self::Colours(pixels) => {
                let sampling = if scale > 3.0 { Sampling::Boxes } else { Sampling::Smooth };
                page.scene.draw("image", Shape::Image { area: frame, pixels, sampling });
            }
        }
        frame
    }
}

/// The image, `[x, y]` or `[x, y, colour]`.
fn read(image: &Image) -> Result<Seen> {
    let object = image.object();
    let shape = object.dataset()?.shape()?.to_vec();
    let wrong = |message: &str| {
        Error::new(ErrorKind::Malformed, message)
            .at(object.path())
            .in_file(object.file())
            .expected("[x, y], [x, y, 3] or [x, y, 4]")
            .found(format!("{shape:?}"))
    };
    if shape.iter().product::<u64>() > MAX_ELEMENTS || shape.contains(&0) {
        return Err(wrong("the image is empty, or too large to be drawn"));
    }
    let pixels: ArrayD<f64> = image.pixels()?;
    if pixels.ndim() == 2 {
        return pixels.into_dimensionality::<Ix2>().map(Seen::Gray).map_err(|_| wrong("that is no image"));
    }
    let pixels = pixels.into_dimensionality::<Ix3>().map_err(|_| wrong("that is no image"))?;
    let (columns, rows, colours) = pixels.dim();
    if !matches!(colours, 3 | 4) {
        return Err(wrong("the image has another number of colours"));
    }
    let is_whole = object.dataset()?.dtype()?.number().is_some_and(|number| !number.is_float());
    let largest = pixels.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    // Fractions of 1, bytes, or whatever there is.
    let full = if !is_whole && largest <= 1.0 {
        1.0
    } else if largest <= 255.0 {
        255.0
    } else {
        largest
    };
    let mut rgba = Vec::with_capacity(columns * rows * 4);
    for y in 0..rows {
        for x in 0..columns {
            for colour in 0..4 {
                let value = pixels.get((x, y, colour)).copied().unwrap_or(full);
                rgba.push((value / full * 255.0).round().clamp(0.0, 255.0) as u8);
            }
        }
    }
    Ok(Seen::Colours(Pixels { columns: columns as u32, rows: rows as u32, rgba }))
}

fn framed(seen: Seen, area: Area, page: &mut Page) -> Area {
    let size = seen.size();
    let frame = seen.draw(area.within([58.0, 4.0, 4.0, 60.0 + NOTE]), page);
    let ink = page.ink;
    axes::pixels(&mut page.scene, &ink, frame, size);
    frame
}

pub(super) fn image(image: &Image, page: &mut Page) -> Result<()> {
    let seen = read(image)?;
    let area = page.headed(image.object().name(), &whence(image.object()));
    framed(seen, area, page);
    Ok(())
}

/// The plane that a movie is of; of one that was corrected for motion, that of the movie that it was made from.
fn plane(series: &ImageSeries) -> Option<ImagingPlane> {
    let object = series.object();
    if let Ok(series) = object.cast::<TwoPhotonSeries>() {
        return series.imaging_plane().ok();
    }
    if let Ok(series) = object.cast::<OnePhotonSeries>() {
        return series.imaging_plane().ok();
    }
    let stack: CorrectedImageStack = object.parent()?.cast().ok()?;
    let original = stack.original().ok()?;
    if original.object() == object { None } else { plane(&original) }
}

/// The mean of a movie.
pub(super) fn movie(series: &ImageSeries, page: &mut Page) -> Result<()> {
    let mean = background::mean(series)?;
    let frames = count(series.sample_count()?, "frame", "frames");
    let area = page.headed(series.object().name(), &format!("{} · {frames}", whence(series.object())));
    page.notes.extend(mean.note);
    let width = mean.image.nrows() as f64;
    let frame = framed(Seen::Gray(mean.image), area, page);
    if let Some(micrometres) = plane(series).as_ref().and_then(rois::spacing) {
        rois::scale_bar(micrometres * width / frame.width, frame, &[], page);
    }
    let at = [frame.x, frame.bottom() + 52.0 + NOTE];
    page.scene.text("note", Text::new(at, mean.what, NOTE, page.ink.faint));
    Ok(())
}

/// Images side by side, in their order.
pub(super) fn images(images: &Images, page: &mut Page) -> Result<()> {
    let all: Vec<BaseImage> = images.in_order()?;
    let seen: Vec<(String, Result<Seen>)> = all
        .iter()
        .take(MANY)
        .map(|image| {
            let seen = image.object().cast::<Image>().and_then(|image| read(&image));
            (image.object().name().to_owned(), seen)
        })
        .collect();
    if all.len() > MANY {
        page.notes.push(format!(
            "the first {MANY} of {} are drawn; give the path of another",
            count(all.len() as u64, "image", "images")
        ));
    }
    let facts = format!("{} · {}", whence(images.object()), count(all.len() as u64, "image", "images"));
    let area = page.headed(images.object().name(), &facts);
    let columns =
        (seen.len() as f64 * area.width / area.height).sqrt().ceil().clamp(1.0, seen.len().max(1) as f64) as usize;
    let rows = seen.len().div_ceil(columns);
    let (width, height) = (area.width / columns as f64, area.height / rows.max(1) as f64);
    for (i, (name, seen)) in seen.into_iter().enumerate() {
        let cell =
            Area::new(area.x + (i % columns) as f64 * width, area.y + (i / columns) as f64 * height, width, height);
        let middle = cell.x + width / 2.0;
        let ink = page.ink;
        page.scene.text(
            "image-name",
            Text::new([middle, cell.y + TICK], name.as_str(), TICK, ink.text)
                .anchor(Anchor::Middle)
                .at_most(width - 8.0),
        );
        match seen {
            Ok(seen) => {
                seen.draw(cell.within([6.0, TICK + 8.0, 6.0, 8.0]), page);
            }
            Err(error) => page.notes.push(format!("{name} is not drawn: {error}")),
        }
    }
    Ok(())
}
