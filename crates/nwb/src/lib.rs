//! Neurodata Without Borders (NWB) files in Rust: read, write and edit neurophysiology data.

mod file;
pub mod prelude;

pub use file::{CreateOptions, create, create_with, open};
#[cfg(feature = "hdf5")]
pub use nwb_hdf5::{FileFacts, NewFile, Overwrite, facts};
pub use nwb_model::data::{Data, Rows};
pub use nwb_model::dataset::Dataset;
pub use nwb_model::draft::{Child, Draft, External, Handle, Link};
pub use nwb_model::edit::{Edit, EditOptions, ObjectIds};
pub use nwb_model::file::File;
pub use nwb_model::place::Place;
pub use nwb_model::selection::Selection;
pub use nwb_model::time::{Moment, Timestamp};
pub use nwb_model::tree::{Kind, Object};
pub use nwb_model::types;
pub use nwb_model::value::Value;
pub use nwb_model::view::{Children, Collection, IsA, NeurodataType};
pub use nwb_model::{Error, ErrorKind, Result};
pub use nwb_model::{chrono, ndarray, uuid};
#[cfg(feature = "ophys")]
pub use nwb_ophys as ophys;
pub use {nwb_model as model, nwb_schema as schema};
