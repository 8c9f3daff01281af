//! Hand-written behaviour beside the generated views: choices between slots, and what is derived when an object is written.

mod csr;
pub(crate) mod derived;
mod external_resources;
mod file;
mod file_path;
mod icephys;
mod images;
pub(crate) mod series;
mod subject;
pub(crate) mod table;

pub use external_resources::{AnnotatedObject, Entity, ExternalReference, ExternalResources};
pub use file::{Coordinates, Software};
pub use icephys::rows::{
    ConditionRow, IcephysRows, IcephysTables, Recording, RecordingRow, RepetitionRow, SequentialRow, SimultaneousRow,
};
pub use icephys::view::{GroupedRecording, IntracellularRecording, LevelRow};
pub use images::Shown;
pub use images::data::{ExternalFiles, ImageData};
pub use images::external_frames::ExternalFrame;
pub use series::Control;
pub use series::bands::FrequencyBand;
pub use series::data::SeriesData;
pub use series::interval_series::Interval;
pub use series::physical::Physical;
pub use series::reference::{SeriesSpan, TimeSeriesReference};
pub use series::time_axis::TimeAxis;
pub use series::timing::{Timestamps, Timing};
pub use subject::Sex;
pub use subject::age::{Age, Period};
pub use subject::weight::{MassUnit, Weight};
pub use table::cells::{Cells, Lists};
pub use table::column::Column;
pub use table::events::Event;
pub use table::intervals::TimeInterval;
pub use table::join::Joined;
pub use table::new_column::NewColumn;
pub use table::part::{Row, TablePart};
pub use table::region::RegionRows;
pub use table::row_set::RowSet;
pub use table::rows::{Cell, CellKind, RowBuilder, RowIds};
pub use table::units::WaveformFacts;
pub use table::{Columns, Ragged, vector_index};
