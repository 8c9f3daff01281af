//! What can be said about a picture.

use std::ops::Range;

use crate::Picks;
use crate::colour::Ink;

/// Whether a picture is for white pages or for black ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Bright on black.
    Dark,
}

/// How an object is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// As suits it.
    #[default]
    Auto,
    /// Contours of ROIs on an image.
    Rois,
    /// One line for each ROI or channel.
    Traces,
    /// All ROIs or channels as rows of colours.
    Heat,
}

/// What a picture is to be like.
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) size: [u32; 2],
    pub(crate) theme: Theme,
    pub(crate) view: View,
    pub(crate) picks: Option<Picks>,
    pub(crate) window: Option<Range<f64>>,
    pub(crate) align: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { size: [1280, 720], theme: Theme::Light, view: View::Auto, picks: None, window: None, align: None }
    }
}

impl Options {
    /// 1280 by 720 units on white, everything as suits the object.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Width and height, in units in which letters are 11 to 19 high; from 200 to 20,000 each.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = [width, height].map(|side| side.clamp(200, 20_000));
        self
    }

    /// For white pages or black ones.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// How the object is shown.
    #[must_use]
    pub fn view(mut self, view: View) -> Self {
        self.view = view;
        self
    }

    /// Only these ROIs, channels or units.
    #[must_use]
    pub fn picks(mut self, picks: Picks) -> Self {
        self.picks = Some(picks);
        self
    }

    /// Only from one time to another, in seconds; with [`align`](Self::align), seconds around the event.
    #[must_use]
    pub fn window(mut self, window: Range<f64>) -> Self {
        self.window = Some(window);
        self
    }

    /// Spikes around an event of each trial: a column of times in the trials table, such as `start_time`.
    #[must_use]
    pub fn align(mut self, column: impl Into<String>) -> Self {
        self.align = Some(column.into());
        self
    }

    pub(crate) fn ink(&self) -> Ink {
        match self.theme {
            Theme::Light => Ink::LIGHT,
            Theme::Dark => Ink::DARK,
        }
    }
}
