//! The frames of an image series.

use ndarray::Array3;

use crate::data::Data;
use crate::draft::{Choice, DraftNode, Link};
use crate::ext::SeriesData;
use crate::types::TimeSeries;

/// The frames of an [`ImageSeries`](crate::types::ImageSeries), `[frame, width, height]` or `[frame, width, height, depth]`: in
/// the file, or in image files beside it.
#[derive(Clone, Debug)]
pub enum ImageData {
    /// In the file.
    Inline(SeriesData),
    /// In image files beside it.
    External(ExternalFiles),
}

/// Image files that together hold the frames of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalFiles {
    /// Their paths, relative to the folder of the NWB file.
    pub paths: Vec<String>,
    /// The number of the first frame of each, counted through from 0: as many as there are files.
    pub starting_frames: Vec<i64>,
}

impl ImageData {
    /// One image file, from frame 0 on.
    #[must_use]
    pub fn external_file(path: impl Into<String>) -> Self {
        Self::External(ExternalFiles { paths: vec![path.into()], starting_frames: vec![0] })
    }

    /// Several image files: path and number of the first frame of each.
    #[must_use]
    pub fn external_files<P: Into<String>>(files: impl IntoIterator<Item = (P, i64)>) -> Self {
        let (paths, starting_frames) = files.into_iter().map(|(path, frame)| (path.into(), frame)).unzip();
        Self::External(ExternalFiles { paths, starting_frames })
    }

    /// The frames of another series.
    #[must_use]
    pub fn shared_with(series: impl Into<Link<TimeSeries>>) -> Self {
        Self::Inline(SeriesData::shared_with(series))
    }
}

impl<D: Into<Data>> From<D> for ImageData {
    fn from(data: D) -> Self {
        Self::Inline(SeriesData::Own(data.into()))
    }
}

impl Choice for ImageData {
    fn put(self, node: &mut DraftNode) {
        match self {
            Self::Inline(data) => {
                node.clear("external_file");
                data.put(node);
            }
            Self::External(ExternalFiles { paths, starting_frames }) => {
                // The schema requires `data`; PyNWB writes it empty, and readers expect that.
                node.dataset("data", Array3::<u8>::zeros((0, 0, 0)));
                node.dataset("external_file", paths);
                node.attribute("external_file", "starting_frame", starting_frames);
                node.dataset("format", "external");
            }
        }
    }
}
