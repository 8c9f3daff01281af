//! Frames of an image series that lie in image files beside the NWB file.

use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::ext::file_path::beside;
use crate::types::ImageSeries;
use crate::view::NeurodataType;

/// Where a frame of an image series lies: in which file, and which of the file's own frames it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExternalFrame<'a> {
    /// The file, as the series names it.
    pub file: &'a str,
    /// Which of the series' files that is, from 0.
    pub file_number: usize,
    /// Which frame of the file, from 0.
    pub frame: u64,
}

impl ImageSeries {
    /// Whether its frames are in other files.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_external(&self) -> Result<bool> {
        Ok(self.external_file()?.is_some_and(|files| !files.is_empty()))
    }

    /// In which file a frame is, counted from 0 through all files.
    ///
    /// ```no_run
    /// # use nwb_model::types::ImageSeries;
    /// # fn example(movie: &ImageSeries) -> nwb_model::Result<()> {
    /// let found = movie.external_frame(1200)?;
    /// println!("frame {} of {}", found.frame, movie.external_path(found.file).display());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When the frames are in the NWB file itself, there is no such frame, or the files' starting frames are out of order.
    pub fn external_frame(&self, frame: u64) -> Result<ExternalFrame<'_>> {
        let fail = |error: Error| self.object().fail(error.by_spec("core ImageSeries.external_file"));
        let files = self.external_file()?.unwrap_or_default();
        if files.is_empty() {
            return Err(fail(
                Error::new(ErrorKind::Invalid, "the frames of the series are in the file itself")
                    .remedy("read them from `data()`"),
            ));
        }
        let starts = match self.starting_frame()? {
            Some(starts) => starts,
            None if files.len() == 1 => vec![0],
            None => Vec::new(),
        };
        let starts: Vec<u64> = starts.into_iter().map_while(|start| u64::try_from(start).ok()).collect();
        if starts.len() != files.len() || !starts.is_sorted() || starts.first() != Some(&0) {
            return Err(fail(
                Error::new(ErrorKind::Malformed, "the starting frames of the external files are out of order")
                    .expected(format!("{} ascending numbers, the first of them 0", files.len()))
                    .found(format!("{starts:?}")),
            ));
        }
        // The series may leave out how many frames there are.
        let count =
            if self.num_samples()?.is_some() || self.timestamps()?.is_some() { self.sample_count()? } else { u64::MAX };
        if frame >= count {
            return Err(fail(
                Error::new(ErrorKind::Invalid, format!("the series has no frame {frame}"))
                    .expected(format!("numbers below {count}")),
            ));
        }
        let file_number = starts.partition_point(|start| *start <= frame).saturating_sub(1);
        let (file, start) = files
            .get(file_number)
            .zip(starts.get(file_number))
            .ok_or_else(|| fail(Error::new(ErrorKind::Malformed, "no external file holds the frame")))?;
        Ok(ExternalFrame { file, file_number, frame: frame - start })
    }

    /// Where an external file is: relative to the folder of the NWB file; absolute paths and URLs as they stand.
    #[must_use]
    pub fn external_path(&self, file: &str) -> PathBuf {
        beside(self.object(), file)
    }
}
