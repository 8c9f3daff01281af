//! Annotations: texts at times.

use crate::draft::Draft;
use crate::error::Result;
use crate::ext::Timing;
use crate::types::{AnnotationSeries, AnnotationSeriesInit};

impl AnnotationSeries {
    /// The texts with their times, in seconds from the file's `timestamps_reference_time`.
    ///
    /// # Errors
    /// When the data are no texts, there are fewer times, or something cannot be read.
    pub fn annotations(&self) -> Result<Vec<(f64, String)>> {
        let texts = self.data()?.read_texts(..)?;
        let times = self.times(0..texts.len() as u64)?;
        Ok(times.into_iter().zip(texts).collect())
    }

    /// A draft of a series of texts at times. An [`EventsTable`](crate::types::EventsTable) is what the standard now wants in its
    /// place.
    ///
    /// ```
    /// use nwb_model::types::AnnotationSeries;
    ///
    /// let notes = AnnotationSeries::of("notes", [(12.5, "drug on"), (600.0, "drug off")]);
    /// ```
    #[must_use]
    pub fn of(name: impl Into<String>, annotations: impl IntoIterator<Item = (f64, impl Into<String>)>) -> Draft<Self> {
        let (times, texts): (Vec<f64>, Vec<String>) =
            annotations.into_iter().map(|(time, text)| (time, text.into())).unzip();
        Self::new(AnnotationSeriesInit { name: name.into(), data: texts.into(), timing: Timing::timestamps(times) })
    }
}
