//! The image that ROIs were found in.

use nwb_model::data::Rows;
use nwb_model::dataset::Dataset;
use nwb_model::dtype::Dtype;
use nwb_model::ndarray::{Array2, ArrayD, Axis, Ix2};
use nwb_model::types::{GrayscaleImage, ImageSeries, OnePhotonSeries, PlaneSegmentation, TwoPhotonSeries};
use nwb_model::value::Value;
use nwb_model::view::NeurodataType;
use nwb_ophys::summary::summarise;

use crate::quantity::count;
use crate::{Error, ErrorKind, Result};

/// Of longer movies, a mean is that of runs of frames from all over.
const ELEMENTS: u64 = 1 << 28;
const RUNS: u64 = 32;

/// An image, `[x, y]`, and what it is.
pub(super) struct Background {
    pub(super) image: Array2<f64>,
    pub(super) what: String,
    pub(super) note: Option<String>,
}

/// The best image there is for a segmentation; none is no error.
pub(super) fn of(table: &PlaneSegmentation, field: [u32; 2], is_exact: bool) -> Option<Background> {
    let fits = |shape: &[u64]| match shape {
        [w, h, ..] => {
            let [fw, fh] = field.map(u64::from);
            if is_exact { *w == fw && *h == fh } else { *w >= fw && *h >= fh }
        }
        _ => false,
    };
    let movies = movies(table);
    let shape =
        movies.iter().find_map(|movie| movie.data().ok()?.shape().ok().and_then(|s| s.get(1..3)).map(<[u64]>::to_vec));
    let is_same = |found: &[u64]| fits(found) && shape.as_ref().is_none_or(|shape| found == shape.as_slice());
    let images = images(table, &is_same);
    let named = |words: &[&str]| {
        images.iter().find(|image| words.iter().any(|word| image.object().name().to_lowercase().contains(word)))
    };
    if let Some(found) = named(&["mean", "average", "avg"]).and_then(still) {
        return Some(found);
    }
    let movie = movies
        .iter()
        .find(|movie| movie.data().is_ok_and(|data| data.shape().is_ok_and(|shape| shape.get(1..).is_some_and(&fits))));
    movie.and_then(|movie| mean(movie).ok()).or_else(|| images.first().and_then(still))
}

/// The movies that belong to a segmentation, the surest first.
fn movies(table: &PlaneSegmentation) -> Vec<ImageSeries> {
    let mut movies: Vec<ImageSeries> = Vec::new();
    if let Ok(references) = table.reference_images().and_then(|all| Ok(all.iter()?.flatten().collect::<Vec<_>>())) {
        movies.extend(references);
    }
    let Ok(plane) = table.imaging_plane() else { return movies };
    for object in table.object().root().descendants().unwrap_or_default() {
        let of_plane =
            |found: Result<nwb_model::types::ImagingPlane>| found.is_ok_and(|found| found.object() == plane.object());
        let belongs = object.cast::<TwoPhotonSeries>().is_ok_and(|s| of_plane(s.imaging_plane()))
            || object.cast::<OnePhotonSeries>().is_ok_and(|s| of_plane(s.imaging_plane()));
        if belongs && let Ok(movie) = object.cast() {
            movies.push(movie);
        }
    }
    movies.retain(|movie| !movie.is_external().unwrap_or(true));
    movies
}

fn images(table: &PlaneSegmentation, fits: &dyn Fn(&[u64]) -> bool) -> Vec<GrayscaleImage> {
    let all = table.object().root().descendants().unwrap_or_default();
    let images = all.iter().filter_map(|object| object.cast::<GrayscaleImage>().ok());
    images.filter(|image| image.dataset().is_ok_and(|data| data.shape().is_ok_and(fits))).collect()
}

fn still(image: &GrayscaleImage) -> Option<Background> {
    let what = format!("image: {}", image.object().path());
    Some(Background { image: image.grays::<f64>().ok()?, what, note: None })
}

/// Some frames of a movie, as a movie.
#[derive(Debug)]
struct Run {
    movie: Dataset,
    first: u64,
    count: u64,
}

impl Rows for Run {
    fn dtype(&self) -> Dtype {
        Rows::dtype(&self.movie)
    }

    fn shape(&self) -> Vec<u64> {
        std::iter::once(self.count).chain(Rows::shape(&self.movie).into_iter().skip(1)).collect()
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        self.movie.rows(self.first + first, count)
    }
}

/// The mean over time, of a volume over depth too.
pub(super) fn mean(movie: &ImageSeries) -> Result<Background> {
    let data = movie.data()?;
    let shape = data.shape()?.to_vec();
    let frames = shape.first().copied().unwrap_or(0);
    let pixels = shape.iter().skip(1).product::<u64>().max(1);
    let most = (ELEMENTS / pixels).max(RUNS);
    let runs: Vec<(u64, u64)> = if frames <= most {
        vec![(0, frames)]
    } else {
        let length = (most / RUNS).max(1);
        (0..RUNS).map(|run| (run * (frames - length) / (RUNS - 1), length)).collect()
    };
    let (mut sum, mut weight): (Option<ArrayD<f64>>, f64) = (None, 0.0);
    for (first, count) in &runs {
        let part = summarise(&Run { movie: data.clone(), first: *first, count: *count })?.mean * *count as f64;
        weight += *count as f64;
        sum = Some(match sum {
            None => part,
            Some(sum) => sum + part,
        });
    }
    let mut image = sum.ok_or_else(|| Error::new(ErrorKind::Invalid, "the movie has no frames"))? / weight;
    while image.ndim() > 2 {
        image = image.mean_axis(Axis(2)).unwrap_or_else(|| image.index_axis(Axis(2), 0).to_owned());
    }
    let image = image.into_dimensionality::<Ix2>().map_err(|source| {
        Error::new(ErrorKind::Malformed, "the frames are no images").at(movie.object().path()).caused_by(source)
    })?;
    let taken = weight as u64;
    let note = (taken < frames).then(|| {
        format!(
            "the mean image is that of {} in {RUNS} runs from all over {}",
            count(taken, "frame", "frames"),
            count(frames, "frame", "frames")
        )
    });
    let of = if taken < frames { "frames from all over" } else { "all frames" };
    Ok(Background { image, what: format!("image: mean of {of} of {}", movie.object().path()), note })
}
