//! A multi-page TIFF file as a movie.
//!
//! [`TiffMovie`] reads the headers of all pages when it is opened, and decodes pixels only when frames are asked for: it goes
//! into a file by [`Data::rows`](nwb_model::data::Data::rows), page by page on all cores, without ever being in memory as a whole.
//!
//! ```no_run
//! use nwb_model::data::Data;
//! use nwb_ophys::tiff::TiffMovie;
//!
//! let movie = TiffMovie::open("movie.tif")?;
//! println!("{} frames of {} x {}", movie.frames(), movie.width(), movie.height());
//! let data = Data::rows(movie).chunks(&[20, 256, 128]).shuffle().deflate(4);
//! # Ok::<(), nwb_ophys::Error>(())
//! ```

mod decode;
mod image_j;
mod pages;
mod reader;
mod series;
#[cfg(test)]
mod tests;
mod transpose;

use std::fs::File;
use std::path::{Path, PathBuf};

use nwb_model::data::Rows;
use nwb_model::dtype::{Dtype, Number};
use nwb_model::value::Value;

pub use self::image_j::Hyperstack;
use self::pages::{Frames, Scan};
use crate::{Error, ErrorKind, Result};

/// Which axis of a movie a TIFF page's columns become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Axes {
    /// The schema's `data[time, width, height]`: row r, column c of page t is `data[t, c, r]`. Nothing is flipped: row 0 is
    /// height 0.
    #[default]
    WidthHeight,
    /// Frames as they lie: row r, column c of page t is `data[t, r, c]`. Against the schema, but faster and done by many; the
    /// series' comments should hold [`comments`](Self::comments).
    RowsColumns,
}

impl Axes {
    /// A sentence for the `comments` of the series, where the axes are not the schema's.
    #[must_use]
    pub fn comments(self) -> Option<&'static str> {
        match self {
            Self::WidthHeight => None,
            Self::RowsColumns => Some(
                "Frames are stored as rows and columns: the axes of data are [time, height, width], not the schema's \
                 [time, width, height].",
            ),
        }
    }
}

/// How a TIFF file is read.
///
/// ```no_run
/// use nwb_ophys::tiff::{Axes, TiffOptions};
///
/// // The second of two channels that alternate, frames as they lie.
/// let red = TiffOptions::new().axes(Axes::RowsColumns).every(1, 2).open("two_channels.tif")?;
/// # Ok::<(), nwb_ophys::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TiffOptions {
    axes: Axes,
    selection: Option<(u64, u64)>,
    max_frame_bytes: u64,
}

impl Default for TiffOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl TiffOptions {
    /// The schema's axes, every page, frames up to 1 GiB.
    #[must_use]
    pub fn new() -> Self {
        Self { axes: Axes::default(), selection: None, max_frame_bytes: 1 << 30 }
    }

    /// Chooses the order of the axes.
    #[must_use]
    pub fn axes(mut self, axes: Axes) -> Self {
        self.axes = axes;
        self
    }

    /// Takes only page `first` (counted from 0) and each `step`-th after it: one channel or one plane of a file in which they alternate.
    #[must_use]
    pub fn every(mut self, first: u64, step: u64) -> Self {
        self.selection = Some((first, step));
        self
    }

    /// The largest frame that is believed, in bytes; a damaged file may ask for any size.
    #[must_use]
    pub fn max_frame_bytes(mut self, bytes: u64) -> Self {
        self.max_frame_bytes = bytes;
        self
    }

    /// Opens a file: counts its pages and checks their headers.
    ///
    /// # Errors
    /// As [`TiffMovie::open`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<TiffMovie> {
        let path = path.as_ref();
        self.scan(path).map_err(|error| error.in_file(path.display().to_string()))
    }

    fn scan(&self, path: &Path) -> Result<TiffMovie> {
        let Scan { format, frames, hyperstack, description } = pages::scan(&File::open(path)?, self.max_frame_bytes)?;
        let (first, step) = match (self.selection, hyperstack) {
            (Some((_, 0)), _) => {
                return Err(Error::new(ErrorKind::Invalid, "the step from page to page is at least 1"));
            }
            (Some(selection), _) => selection,
            (None, Some(stack)) if stack.interleaves() => {
                return Err(Error::new(ErrorKind::Invalid, "several movies alternate in this TIFF file")
                    .expected("one channel, and one slice at each time")
                    .found(format!("{} channels, {} slices, {} times", stack.channels, stack.slices, stack.frames))
                    .remedy(format!("choose one with TiffOptions::every(first, {})", stack.channels * stack.slices)));
            }
            (None, _) => (0, 1),
        };
        let pages = frames.len();
        if first >= pages {
            return Err(Error::new(ErrorKind::Invalid, "there is no such page")
                .expected(format!("a first page below {pages}"))
                .found(first.to_string()));
        }
        Ok(TiffMovie {
            path: path.to_owned(),
            axes: self.axes,
            format,
            source: frames,
            first,
            step,
            frames: (pages - first).div_ceil(step),
            hyperstack,
            description,
        })
    }
}

/// A multi-page TIFF file as a movie `[time, width, height]`, decoded when it is asked for.
///
/// Classic TIFF and BigTIFF, either byte order, strips and tiles, one sample per pixel: integers of 8 to 64 bits, floats of 16
/// to 64. ImageJ's stacks of more than 4 GB, which have a header for the first page only, are read too. Samples are taken as they
/// are stored: whether a file says that zero is white, or has a palette for display, changes nothing.
#[derive(Clone, Debug)]
pub struct TiffMovie {
    path: PathBuf,
    axes: Axes,
    format: Format,
    source: Frames,
    first: u64,
    step: u64,
    frames: u64,
    hyperstack: Option<Hyperstack>,
    description: Option<String>,
}

/// What all pages have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Format {
    width: u32,
    height: u32,
    number: Number,
}

impl Format {
    fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn bytes(self) -> u64 {
        self.pixels().saturating_mul(self.number.size() as u64)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows x {} columns of {}", self.height, self.width, self.number.name())
    }
}

impl TiffMovie {
    /// Opens a file with the schema's axes: counts its pages and checks their headers; no pixel is decoded.
    ///
    /// # Errors
    /// When the file cannot be opened, is no TIFF file, ends too early, has pages of different size or type, has several
    /// samples per pixel, or holds several channels or planes in turn. The error names the page.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        TiffOptions::new().open(path)
    }

    /// How many frames there are.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Columns of a page.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.format.width
    }

    /// Rows of a page.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.format.height
    }

    /// The order of the axes.
    #[must_use]
    pub fn axes(&self) -> Axes {
        self.axes
    }

    /// How ImageJ says that the pages are to be understood, if it wrote the file.
    #[must_use]
    pub fn hyperstack(&self) -> Option<Hyperstack> {
        self.hyperstack
    }

    /// The first page's description, in which many programs put what they know about the movie.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }
}

impl Rows for TiffMovie {
    fn dtype(&self) -> Dtype {
        Dtype::native(self.format.number)
    }

    fn shape(&self) -> Vec<u64> {
        let (width, height) = (u64::from(self.format.width), u64::from(self.format.height));
        match self.axes {
            Axes::WidthHeight => vec![self.frames, width, height],
            Axes::RowsColumns => vec![self.frames, height, width],
        }
    }

    fn rows(&self, first: u64, count: u64) -> Result<Value> {
        decode::frames(self, first, count).map_err(|error| error.in_file(self.path.display().to_string()))
    }
}
