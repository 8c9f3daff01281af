//! How each kind of object is shown.

mod background;
mod heat;
mod image;
mod masks;
mod peri;
mod rois;
mod shade;
mod spans;
mod spikes;
mod traces;
mod window;

use nwb_model::tree::Object;
use nwb_model::types::{
    EventsTable, Image, ImageSeries, Images, IntervalSeries, PlaneSegmentation, TimeIntervals, TimeSeries, Units,
};
use nwb_model::view::NeurodataType;

use crate::axes;
use crate::colour::Ink;
use crate::scene::{Area, Scene};
use crate::{Options, Result, View};

/// Something that can be drawn.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// ROIs beside their traces.
    Session(PlaneSegmentation, TimeSeries),
    Rois(PlaneSegmentation),
    Traces(TimeSeries),
    /// Text at times.
    Notes(TimeSeries),
    Movie(ImageSeries),
    Image(Image),
    Images(Images),
    Units(Units),
    Intervals(TimeIntervals),
    /// Intervals of several kinds.
    Kinds(IntervalSeries),
    Events(EventsTable),
}

impl Subject {
    /// Whether it can be seen in that way.
    pub(crate) fn suits(&self, view: View) -> bool {
        match view {
            View::Auto => true,
            View::Rois => matches!(self, Self::Rois(_) | Self::Session(..)),
            View::Traces => matches!(self, Self::Traces(_) | Self::Session(..)),
            View::Heat => match self {
                Self::Traces(series) => series.data().and_then(|data| Ok(data.shape()?.len() == 2)).unwrap_or(false),
                Self::Session(..) => true,
                _ => false,
            },
        }
    }
}

/// What is drawn on.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) scene: Scene,
    pub(crate) ink: Ink,
    pub(crate) notes: Vec<String>,
}

impl Page {
    /// The page without its margins, with a heading. Gives what is left.
    fn headed(&mut self, title: &str, facts: &str) -> Area {
        let area = self.scene.area().within([28.0, 22.0, 28.0, 20.0]);
        axes::heading(&mut self.scene, &self.ink, area, title, facts)
    }
}

/// Draws something on a page.
pub(crate) fn draw(subject: &Subject, options: &Options, page: &mut Page) -> Result<()> {
    match subject {
        Subject::Session(table, series) => session(table, series, options, page),
        Subject::Rois(table) => rois::figure(table, options, page),
        Subject::Traces(series) if options.view == View::Heat => heat::figure(series, options, page),
        Subject::Traces(series) => traces::figure(series, options, page),
        Subject::Notes(series) => spans::notes(series, options, page),
        Subject::Movie(series) => image::movie(series, page),
        Subject::Image(image) => image::image(image, page),
        Subject::Images(images) => image::images(images, page),
        Subject::Units(units) => match &options.align {
            Some(column) => peri::figure(units, column, options, page),
            None => spikes::figure(units, options, page),
        },
        Subject::Kinds(series) => spans::kinds(series, options, page),
        Subject::Intervals(table) => spans::intervals(table, options, page),
        Subject::Events(table) => spans::events(table, options, page),
    }
}

/// ROIs on the left, and their traces in the same colours on the right.
fn session(table: &PlaneSegmentation, series: &TimeSeries, options: &Options, page: &mut Page) -> Result<()> {
    let all = rois::Rois::of(table)?;
    let title = title_of_file(table.object());
    let area = page.headed(&title, &format!("{} and {}", table.object().path(), series.object().path()));
    let (left, right) = area.split_at((area.width * 0.46).min(area.height), 34.0);
    let traces = traces::Traces::of(series, options, right)?;
    let bottom = rois::draw(&all, &rois::Colours::Of(&traces.ids()), left, page);
    // Wide fields leave room for all ROIs at once.
    let below = Area::new(left.x, bottom + 26.0, left.width, left.bottom() - bottom - 26.0);
    if below.height > 170.0 && Subject::Traces(series.clone()).suits(View::Heat) {
        let all = Options { picks: None, ..options.clone() };
        heat::draw(series, &all, below.within([-14.0, 0.0, -22.0, -4.0]), page)?;
    }
    traces.draw(right, page)
}

/// What a session is called: the subject and the identifier, or the name of the file.
fn title_of_file(object: &Object) -> String {
    let name = std::path::Path::new(object.file()).file_name().map(|name| name.to_string_lossy().into_owned());
    let label = name.unwrap_or_else(|| object.file().to_owned());
    let root: Result<nwb_model::types::NwbFile> = object.root().cast();
    let Ok(root) = root else { return label };
    match root.subject().ok().flatten().and_then(|subject| subject.subject_id().ok().flatten().map(str::to_owned)) {
        Some(subject) => format!("{label} · subject {subject}"),
        None => label,
    }
}

/// Path and file of an object: what stands below a title.
fn whence(object: &Object) -> String {
    let file = std::path::Path::new(object.file()).file_name().map(|name| name.to_string_lossy().into_owned());
    format!("{} · {}", object.path(), file.unwrap_or_else(|| object.file().to_owned()))
}
