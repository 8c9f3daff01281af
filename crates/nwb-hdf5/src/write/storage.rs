//! How a new dataset is stored: layout, filters, fill value.

use nwb_model::backend::{DatasetInfo, Layout, chunk_shape};
use nwb_model::value::Shape;
use nwb_model::{Error, ErrorKind, Result};

use crate::dtype;
use crate::sys::datatype::Type;
use crate::sys::elements::Prepared;
use crate::sys::error::Cause;
use crate::sys::file::FileId;
use crate::sys::plist::{Availability, Plist, Storage, availability};

/// In which form the elements of a new dataset will be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As elements: the filters are needed.
    Elements,
    /// As chunks that went through the filters.
    RawChunks,
}

/// The property list for a new dataset.
pub(super) fn creation(file: &FileId, info: &DatasetInfo, of: &Type, form: Form) -> Result<Plist> {
    for filter in info.filters.iter().filter(|_| form == Form::Elements) {
        let lacks = match availability(filter.id) {
            Availability::Complete => continue,
            Availability::DecodesOnly => "can read but not write",
            Availability::Missing => "lacks",
        };
        return Err(Error::new(
            ErrorKind::Unsupported,
            format!(
                "the dataset cannot be written: this build {lacks} the filter \"{}\" (number {})",
                filter.name, filter.id
            ),
        )
        .remedy("use deflate (gzip) or lzf, or install the filter as an HDF5 plugin"));
    }
    let refused = |cause: Cause| cause.into_error(ErrorKind::Invalid, "the dataset cannot be stored that way");
    let list = Plist::dataset_create().map_err(refused)?;
    list.set_storage(&storage(info)).map_err(refused)?;
    for filter in &info.filters {
        list.add_filter(filter).map_err(refused)?;
    }
    if let Some(fill) = &info.fill {
        if !dtype::are_alike(fill.dtype(), &info.dtype) || *fill.shape() != Shape::Scalar {
            return Err(Error::new(ErrorKind::Invalid, "the fill value is not one element of the dataset")
                .expected(info.dtype.to_string())
                .found(format!("{} of shape {}", fill.dtype(), fill.shape())));
        }
        let element = Prepared::new(file, fill).map_err(refused)?;
        list.set_fill(of, &element).map_err(refused)?;
    }
    Ok(list)
}

/// The layout: as it is asked for, but for those that lie in other files.
fn storage(info: &DatasetInfo) -> Storage {
    match &info.layout {
        Layout::Compact => Storage::Compact,
        Layout::Contiguous => Storage::Contiguous,
        Layout::Chunked(dims) => Storage::Chunked(dims.clone()),
        Layout::External | Layout::Virtual if info.max_shape.is_some() || !info.filters.is_empty() => {
            Storage::Chunked(chunk_shape(&info.dtype, info.shape.dims()))
        }
        Layout::External | Layout::Virtual => Storage::Contiguous,
    }
}
