//! How much of everything is measured with.

use std::str::FromStr;

use anyhow::{Result, bail};
use serde::Serialize;

/// How large the files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// So little that it only shows whether everything works and agrees: a minute in all.
    Small,
    /// A movie of so many megabytes, and everything else at full size.
    Movie(u64),
}

impl FromStr for Size {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "small" => Ok(Self::Small),
            "full" => Ok(Self::Movie(512)),
            word => match word.parse() {
                Ok(megabytes) if megabytes >= 64 => Ok(Self::Movie(megabytes)),
                _ => Err("small, full, or the megabytes of the movie, 64 or more".into()),
            },
        }
    }
}

/// The files to measure with, as `make.py` takes it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Of the movie, each `edge` by `edge` pixels of two bytes.
    pub(crate) frames: u64,
    pub(crate) edge: u64,
    /// Of the first form of the movie.
    pub(crate) chunks: Vec<u64>,
    /// Of the form in whole frames.
    pub(crate) frames_per_chunk: u64,
    /// Of 64 channels of two bytes each, and how many of them are read.
    pub(crate) rows: u64,
    pub(crate) scattered: u64,
    /// In the file of many objects.
    pub(crate) series: u64,
    pub(crate) columns: u64,
    pub(crate) rois: u64,
    pub(crate) pixels: u64,
    pub(crate) units: u64,
    pub(crate) spikes: u64,
    pub(crate) texts: u64,
    /// Of the movie that is repacked.
    pub(crate) big_frames: u64,
    /// In the folder that is validated.
    pub(crate) files: u64,
}

impl Plan {
    /// What is measured at that size.
    pub(crate) fn new(size: Size, seed: u64, chunks: &[u64], frames_per_chunk: u64) -> Result<Self> {
        let edge = if size == Size::Small { 128 } else { 512 };
        let frame = edge * edge * 2;
        let frames = match size {
            Size::Small => 150,
            Size::Movie(megabytes) => (megabytes << 20) / frame,
        };
        let fits = |&[a, b, c]: &[u64; 3]| a.min(b).min(c) > 0 && a <= frames && b <= edge && c <= edge;
        let Some(tiles) = <&[u64; 3]>::try_from(chunks).ok().filter(|tiles| fits(tiles)) else {
            bail!("chunks of {chunks:?} do not fit into {frames} frames of {edge} x {edge}");
        };
        if frames_per_chunk == 0 || frames_per_chunk > frames {
            bail!("{frames_per_chunk} frames in a chunk do not fit into {frames} frames");
        }
        let full = Self {
            seed,
            frames,
            edge,
            chunks: tiles.to_vec(),
            frames_per_chunk,
            rows: 1_000_000,
            scattered: 1000,
            series: 2000,
            columns: 200,
            rois: 20_000,
            pixels: 100,
            units: 5000,
            spikes: 1000,
            texts: 1_000_000,
            big_frames: 2 * frames,
            files: 1000,
        };
        let small = |full: Self| Self {
            rows: 20_000,
            scattered: 100,
            series: 100,
            columns: 20,
            rois: 500,
            units: 100,
            texts: 10_000,
            files: 40,
            ..full
        };
        Ok(if size == Size::Small { small(full) } else { full })
    }

    /// Frames of the movie that is written as a stream: 4 GiB at full size.
    pub(crate) fn stream_frames(&self) -> u64 {
        8 * self.frames
    }

    /// Frames that are read one by one, all over the movie.
    pub(crate) fn single_frames(&self) -> Vec<u64> {
        (0..20).map(|n| (n * 37 + 11 + self.seed) % self.frames).collect()
    }

    /// Where the patch lies, and how long its edge is.
    pub(crate) fn patch(&self) -> [u64; 3] {
        let edge = 64.min(self.edge / 2);
        let room = self.edge - edge;
        [(200 + 7 * self.seed) % room, (300 + 11 * self.seed) % room, edge]
    }

    /// The megabytes (10^6 bytes) of that many frames.
    pub(crate) fn megabytes(&self, frames: u64) -> u64 {
        frames * self.edge * self.edge * 2 / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_keeps_to_what_it_is_told() {
        let full = Plan::new("full".parse().unwrap(), 3, &[75, 64, 64], 20).unwrap();
        assert_eq!((full.frames, full.series, full.stream_frames() * 512 * 512 * 2), (1024, 2000, 4 << 30));
        let half = Plan::new("256".parse().unwrap(), 3, &[75, 64, 64], 20).unwrap();
        assert_eq!((half.frames, half.texts), (512, full.texts));
        let small = Plan::new(Size::Small, 3, &[75, 64, 64], 20).unwrap();
        assert!(
            small.patch().iter().all(|&n| n < small.edge) && small.single_frames().iter().all(|&n| n < small.frames)
        );
        assert!(Plan::new(Size::Small, 3, &[75, 256, 64], 20).is_err());
        assert!(Plan::new(Size::Small, 3, &[75, 64], 20).is_err());
        assert!(Plan::new(Size::Small, 3, &[75, 64, 64], 0).is_err());
        assert!("12".parse::<Size>().is_err() && "big".parse::<Size>().is_err());
    }
}
