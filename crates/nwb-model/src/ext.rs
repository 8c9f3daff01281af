//! Hand-written behaviour beside the generated views: choices between slots, and what is derived when an object is written.

mod column;
mod file;
mod image_data;
pub(crate) mod series;
mod series_data;
pub(crate) mod table;
mod timing;

pub use column::{Cells, Column};
pub use image_data::{ExternalFiles, ImageData};
pub use series::Physical;
pub use series_data::SeriesData;
pub use table::{Columns, Ragged, vector_index};
pub use timing::{Timestamps, Timing};
