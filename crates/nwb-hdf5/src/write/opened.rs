//! Objects that are open for what is added to them next.

use nwb_model::dtype::Dtype;

use crate::dtype;
use crate::sys::datatype::Type;
use crate::sys::error::Cause;
use crate::sys::object::{Object, ObjectClass};
use crate::sys::space::Space;

/// An object that is open for writing.
pub(super) struct Open {
    pub(super) object: Object,
    pub(super) is_dataset: bool,
    /// Of a dataset, its type and shape.
    pub(super) dataset: Option<OpenDataset>,
}

pub(super) struct OpenDataset {
    pub(super) of: Type,
    pub(super) dtype: Dtype,
    pub(super) space: Space,
}

impl OpenDataset {
    pub(super) fn new(dataset: &Object) -> Result<Self, Cause> {
        let (of, space) = (dataset.dataset_type()?, dataset.dataset_space()?);
        Ok(Self { dtype: dtype::from_file(&of)?, of, space })
    }
}

impl Open {
    /// Writes out what is still in memory.
    pub(super) fn flush(&self) -> Result<(), Cause> {
        if self.is_dataset { self.object.flush_dataset() } else { Ok(()) }
    }

    pub(super) fn new(object: Object) -> Result<Self, Cause> {
        Ok(Self { is_dataset: object.class()? == ObjectClass::Dataset, object, dataset: None })
    }

    /// Closes what was flushed.
    pub(super) fn close(self) -> Result<(), Cause> {
        drop(self.dataset);
        self.object.close()
    }
}
