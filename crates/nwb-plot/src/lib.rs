//! Pictures of what is in NWB files, as PNG and SVG: a mean image with the contours of ROIs, traces, heat maps, spike rasters,
//! time series of any kind, images, intervals.
//!
//! What it is not: a plotting library. It knows how an object of a neurodata type is shown so that somebody understands it, and
//! there is little to set.
//!
//! Invariants:
//! - The same object and options give the same picture, on every machine: the letters are built in (a part of DejaVu Sans).
//! - Memory is bounded by the picture and by blocks of some megabytes, however long the data are. Of many samples in one column
//!   of pixels, the extremes are drawn; a mean image of a very long movie is that of runs of frames from all over it.
//! - What was left out of a picture is said in [`Picture::notes`].
//! - Axes have titles and units; values are physical wherever the file has a conversion. Colours do not lean on red against green.
//! - Images have the schema's axes: the first is x, to the right, the second y, downwards.
//!
//! ```no_run
//! # fn example(file: &nwb_model::file::File) -> nwb_plot::Result<()> {
//! let picture = nwb_plot::plot(&file.get("/")?, &nwb_plot::Options::new())?;
//! println!("{}: {}", picture.path(), picture.description());
//! std::fs::write("session.png", picture.to_png(2.0)?)?;
//! std::fs::write("session.svg", picture.to_svg()?)?;
//! # Ok(()) }
//! ```

mod axes;
mod bins;
mod choose;
mod colour;
mod contour;
mod figure;
mod options;
mod pick;
mod picture;
mod quantity;
mod scene;

pub use choose::{Candidate, candidates};
pub use nwb_model::{Error, ErrorKind, Result};
pub use options::{Options, Theme, View};
pub use pick::Picks;
pub use picture::{Picture, plot};
